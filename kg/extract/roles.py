"""How a paper relates to each entity: proposed, evaluated on, compared with, measured, addressed, used or mentioned.

A linear model (``model/roles.tsv``, made by :mod:`kg.train.roles`) decides from the words around all mentions of an
entity, the zones of the paper that they stand in, and the shape of its names. A role that the entity's type cannot have
is never given.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg.extract import linear, weights
from kg.extract.document import Document
from kg.extract.lines import CUES, Line, is_name, joins, lines, plain
from kg.model import ENTITY_TYPES, ROLES, Entity, EntityType, Role
from kg.vocab import ROLE_ENDS

PLACE = Path(__file__).parent / "model" / "roles.tsv"

# Dataset and Benchmark have their roles for the same reasons.
_GROUP: dict[EntityType, str] = {"Method": "M ", "Task": "T ", "Dataset": "D ", "Benchmark": "D ", "Metric": "V "}
_POSSIBLE: dict[EntityType, tuple[Role, ...]] = {t: tuple(r for r in ROLES if t in ROLE_ENDS[r]) for t in ENTITY_TYPES}
# How many words before and behind a mention are looked at, for cue words and lists.
_FAR = 40


def rows() -> list[dict[str, Any]]:
    """What stands in ``patterns/roles.json`` for each role: an example, a counter-example, precision and count."""
    text = (Path(__file__).parent / "patterns" / "roles.json").read_text("utf-8")
    found: list[dict[str, Any]] = json.loads(text)["rules"]
    return found


@lru_cache(maxsize=1)
def model() -> linear.Linear:
    """The weights in use."""
    return linear.load(weights.chosen(PLACE))


def assign(document: Document, entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """The same entities with their roles; ``role.ROLE.words`` is added to the rules of each."""
    found = features(document, entities)
    return tuple(_assigned(e, names) for e, names in zip(entities, found, strict=True))


def _assigned(entity: Entity, names: list[str]) -> Entity:
    role = likeliest(model(), entity.type, names)
    return dataclasses.replace(entity, role=role, rules=(*entity.rules, f"role.{role}.words"))


def likeliest(using: linear.Linear, kind: EntityType, names: list[str]) -> Role:
    """The role with the highest sum that a type can have, of equal ones the strongest."""
    sums = dict(zip(using.classes, using.sums(names), strict=True))
    return max(_POSSIBLE[kind], key=lambda role: sums[role])


def features(document: Document, entities: tuple[Entity, ...]) -> list[list[str]]:
    """The features of each entity, without doubles, in a fixed order."""
    found: list[dict[str, None]] = [{} for _ in entities]
    counts = [0] * len(entities)
    read = lines(document, entities)
    for number, line in enumerate(read):
        shared = _sentence(line)
        for order, (place, index) in enumerate(line.places):
            names = found[index]
            if not counts[index]:
                names[f"first={line.zone}"] = names[f"line={min(number, 9)}"] = None
                names[f"left={min(len(read) - 1 - number, 4)}"] = None
            counts[index] += 1
            for name in _title(line, place, order) if line.zone == "title" else _mention(line, place, order):
                names[name] = None
            for name in shared:
                names[name] = None
    titled = any("led:" in names for names in found)
    return [_whole(e, names, n, titled=titled) for e, names, n in zip(entities, found, counts, strict=True)]


def _sentence(line: Line) -> list[str]:
    """What all mentions of a sentence of the abstract share."""
    if line.zone == "title":
        return ["in=title"]
    found = [f"in={line.zone}"]
    ours = "we" in line.words or "our" in line.words
    number = any(w[0].isdigit() for w in line.words)
    if ours:
        found.append("we")
    if number:
        found.append("number")
    if ours and number:
        found.append("we+number")
    found += [f"opens={w[:6]}" for w in line.words[:3]]
    found.append(f"opens={' '.join(line.words[:2])}")
    return found


def _title(line: Line, place: int, order: int) -> Iterator[str]:
    words = line.words
    after = plain(words[place + 1]) if place + 1 < len(words) else "$"
    yield f"title-before={plain(words[place - 1]) if place else '^'}"
    yield f"title-after={after}"
    yield f"title-order={min(order, 3)}"
    if not place:
        yield "led"
        if after == ":":
            yield "led:"


def _mention(line: Line, place: int, order: int) -> Iterator[str]:
    """What the words around a mention in the abstract say."""
    words, zone = line.words, line.zone
    before = [plain(w) for w in words[max(0, place - 2) : place]]
    after = [plain(w) for w in words[place + 1 : place + 3]]
    last = before[-1] if before else "^"
    following = after[0] if after else "$"
    yield f"before={last}"
    yield f"{zone}:before={last}"
    yield f"before2={' '.join(before)}"
    yield f"after={following}"
    yield f"after2={' '.join(after)}"
    yield f"order={zone}{min(order, 4)}"
    if not place:
        yield f"begins={zone}"
    for word in words[max(0, place - 10) : place]:
        yield f"near={word[:6]}"
    for word in words[place + 1 : place + 6]:
        yield f"behind={word[:6]}"
    yield from cues(line, place)


def cues(line: Line, place: int) -> Iterator[str]:
    """The cue words around a mention, the words around the list that it is part of, and "we" before it."""
    words, zone = line.words, line.zone
    back = words[max(0, place - _FAR) : place][::-1]
    yield from _cues_before(back, zone)
    ours = next((n for n, word in enumerate(back) if word in ("we", "our")), -1)
    if ours >= 0:
        yield "after-we"
        yield f"after-we={min(3, (ours + 1) // 3)}"
    if next((word for word in back if word in ("(", ")")), "") == "(":
        yield "bracketed"
    for word in words[place + 1 : place + _FAR]:
        if cue := CUES.get(word[:6]):
            yield f"next={cue}"
            yield f"{zone}:next={cue}"
            yield f"next={cue}{not place:d}"
            break
    yield from _list(line, place)


def _cues_before(back: tuple[str, ...], zone: str) -> Iterator[str]:
    """The cues among the words before a mention, which are given in reverse order."""
    found = [(n, word[:6], cue) for n, word in enumerate(back) if (cue := CUES.get(word[:6]))]
    if not found:
        yield f"cue=none {zone}"
        return
    at, word, nearest = found[0]
    yield f"cue={nearest}"
    yield f"{zone}:cue={nearest}"
    yield f"cue={nearest}{min(sum(map(is_name, back[:at])), 2)}"
    yield f"cueword={word}"
    second = next((cue for _, _, cue in found if cue != nearest), "")
    if second:
        yield f"cues={nearest} {second}"
    for cue in dict.fromkeys(cue for _, _, cue in found if cue != "be"):
        yield f"any={cue}"
        yield f"{zone}:any={cue}"


def _list(line: Line, place: int) -> Iterator[str]:
    """The word before and the word behind a list of names ("such as A, B and C")."""
    words = line.words
    first, last = place, place
    begin, end = max(0, place - _FAR), min(len(words), place + _FAR)
    at = place - 1
    while at >= begin and joins(words[at]):
        first = at if is_name(words[at]) else first
        at -= 1
    at = place + 1
    while at < end and joins(words[at]):
        last = at if is_name(words[at]) else last
        at += 1
    if first < place:
        yield f"list-before={plain(words[first - 1]) if first else '^'}"
    if last > place:
        yield f"list-after={plain(words[last + 1]) if last + 1 < len(words) else '$'}"


def _whole(entity: Entity, names: dict[str, None], count: int, *, titled: bool) -> list[str]:
    """All features of an entity: those of its mentions with those of its names, each also for its type alone."""
    zones = "".join(z[0] for z in ("title", "before", "after") if f"in={z}" in names)
    words = entity.name.split() or [""]
    capital = any(c.isupper() for s in entity.surfaces for c in s[1:])
    names |= dict.fromkeys(
        (
            f"count={min(count, 4)}",
            f"zones={zones}",
            f"zones={zones}{min(count, 3)}",
            f"head={words[-1].lower().rstrip('s')}",
            f"capital={capital:d}",
            f"words={min(len(words), 4)}",
            f"capital={capital:d}{min(len(words), 4)}",
            f"surfaces={min(len(entity.surfaces), 3)}",
        )
    )
    if any(c.isdigit() for c in entity.name):
        names["digit"] = None
    if titled:
        names[f"titled={zones}"] = None
    group = _GROUP[entity.type]
    return [linear.BIAS, group + entity.type, *names, *(group + name for name in names)]
