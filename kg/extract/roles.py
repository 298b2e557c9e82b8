"""How a paper relates to each entity: proposed, evaluated on, compared with, measured, addressed, used or mentioned.

A linear model (``model/roles.tsv``, made by :mod:`kg.train.roles`) decides from the words around all mentions of an
entity, the zones of the paper that they stand in, and the shape of its names. A role that the entity's type cannot have
is never given.

With annotated entities 0.807 of the roles in the development abstracts are right, where a table of rules gave 0.777,
and the model 0.792 when learned from annotated abstracts alone. The rules as features (0.007 more in cross-validation,
before there were abstracts labelled by machine) cost as much time as all the rest; a second model that sees which roles
the first gives to the other entities changed nothing.
"""

from __future__ import annotations

import json
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from kg.extract import linear
from kg.extract.document import Document
from kg.extract.lines import Line, is_name, joins, lines, plain
from kg.model import ENTITY_TYPES, ROLES, Entity, EntityType, Role
from kg.vocab import ROLE_ENDS

PLACE = Path(__file__).parent / "model" / "roles.tsv"

# Dataset and Benchmark have their roles for the same reasons.
GROUPS: dict[EntityType, str] = {"Method": "M ", "Task": "T ", "Dataset": "D ", "Benchmark": "D ", "Metric": "V "}
_POSSIBLE: dict[EntityType, tuple[Role, ...]] = {t: tuple(r for r in ROLES if t in ROLE_ENDS[r]) for t in ENTITY_TYPES}
# How many words before and behind a mention are looked at, for cue words and lists.
_FAR = 40
_OURS = frozenset({"we", "our"})
_ZONES = (("title", "in=title"), ("before", "in=before"), ("after", "in=after"))
_BRACKETS = frozenset("()")


def rows() -> list[dict[str, Any]]:
    """What stands in ``patterns/roles.json`` for each role: an example, a counter-example, precision and count."""
    text = (Path(__file__).parent / "patterns" / "roles.json").read_text("utf-8")
    found: list[dict[str, Any]] = json.loads(text)["rules"]
    return found


@lru_cache(maxsize=1)
def models() -> dict[EntityType, linear.Linear]:
    """The weights in use, for each type those of the roles that it can have."""
    return by_type(linear.load(PLACE))


def by_type(model: linear.Linear) -> dict[EntityType, linear.Linear]:
    """A model of all entities as one for each type."""
    return linear.narrowed_each(model, {kind: (GROUPS[kind], _POSSIBLE[kind]) for kind in ENTITY_TYPES})


def assign(document: Document, entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """The same entities with their roles; ``role.ROLE.words`` is added to the rules of each."""
    found = features(document, entities)
    return tuple([_assigned(e, names) for e, names in zip(entities, found, strict=True)])


def _assigned(entity: Entity, names: list[str]) -> Entity:
    role = likeliest(models(), entity.type, names)
    e = entity  # made anew: `dataclasses.replace` takes five times as long
    return Entity(e.name, e.type, role, e.surfaces, e.mentions, e.confidence, (*e.rules, f"role.{role}.words"))


def likeliest(using: dict[EntityType, linear.Linear], kind: EntityType, names: list[str]) -> Role:
    """The role with the highest sum that a type can have, of equal ones the strongest."""
    sums = using[kind].sums(names)
    return _POSSIBLE[kind][sums.index(max(sums))]


def features(document: Document, entities: tuple[Entity, ...]) -> list[list[str]]:
    """The features of each entity, without doubles, in a fixed order."""
    found: list[list[str]] = [[] for _ in entities]
    counts = [0] * len(entities)
    read = lines(document, entities)
    titled = False
    for number, line in enumerate(read):
        shared = _sentence(line) if line.places else []
        for order, (place, index) in enumerate(line.places):
            names = found[index]
            if not counts[index]:
                left = min(len(read) - 1 - number, 4)
                names += (f"first={line.zone}", f"line={min(number, 9)}", f"left={left}")
            counts[index] += 1
            here = _title(line, place, order) if line.zone == "title" else _mention(line, place, order)
            titled = titled or (line.zone == "title" and here[-1] == "led:")
            names += here
            names += shared
    return [_whole(e, names, n, titled=titled) for e, names, n in zip(entities, found, counts, strict=True)]


def _sentence(line: Line) -> list[str]:
    """What all mentions of a sentence of the abstract share."""
    if line.zone == "title":
        return ["in=title"]
    words = line.words
    found = [f"in={line.zone}", f"opens={' '.join(words[:2])}", *(f"opens={w[:6]}" for w in words[:3])]
    ours = "we" in words or "our" in words
    number = any(map(str.isdigit, map(itemgetter(0), words)))
    if ours:
        found.append("we")
    if number:
        found.append("we+number" if ours else "number")
    return found


def _title(line: Line, place: int, order: int) -> list[str]:
    words = line.words
    after = plain(words[place + 1]) if place + 1 < len(words) else "$"
    before = plain(words[place - 1]) if place else "^"
    found = [f"title-before={before}", f"title-after={after}", f"title-order={min(order, 3)}"]
    if not place:
        found.append("led")
        if after == ":":
            found.append("led:")
    return found


def _mention(line: Line, place: int, order: int) -> list[str]:
    """What the words around a mention in the abstract say."""
    words, zone = line.words, line.zone
    before = [plain(w) for w in words[max(0, place - 2) : place]]
    after = [plain(w) for w in words[place + 1 : place + 3]]
    last = before[-1] if before else "^"
    found = [
        f"before={last}",
        f"{zone}:before={last}",
        f"before2={' '.join(before)}",
        f"after={after[0] if after else '$'}",
        f"after2={' '.join(after)}",
        f"order={zone}{min(order, 4)}",
        *[f"near={word[:6]}" for word in words[max(0, place - 10) : place]],
        *[f"behind={word[:6]}" for word in words[place + 1 : place + 6]],
    ]
    if not place:
        found.append(f"begins={zone}")
    back = words[max(0, place - _FAR) : place][::-1]
    found += _cues_before(back, line.cues[max(0, place - _FAR) : place][::-1], zone)
    if not _OURS.isdisjoint(back):
        ours = next(n for n, word in enumerate(back, 1) if word in _OURS)
        found += ("after-we", f"after-we={min(3, ours // 3)}")
    if "(" in back and next(word for word in back if word in _BRACKETS) == "(":
        found.append("bracketed")
    if cue := next(filter(None, line.cues[place + 1 : place + _FAR]), ""):
        found += (f"next={cue}", f"{zone}:next={cue}", f"next={cue}{not place:d}")
    return found + _list(line, place)


def _cues_before(back: tuple[str, ...], cues: tuple[str, ...], zone: str) -> list[str]:
    """The cues among the words before a mention, both in reverse order."""
    kinds = dict.fromkeys(filter(None, cues))
    if not kinds:
        return [f"cue=none {zone}"]
    nearest, second, *_ = (*kinds, "")
    at = cues.index(nearest)
    names = [
        f"cue={nearest}",
        f"{zone}:cue={nearest}",
        f"cue={nearest}{min(sum(map(is_name, back[:at])), 2)}",
        f"cueword={back[at][:6]}",
    ]
    if second:
        names.append(f"cues={nearest} {second}")
    for cue in kinds:
        if cue != "be":
            names += (f"any={cue}", f"{zone}:any={cue}")
    return names


def _list(line: Line, place: int) -> list[str]:
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
    found = []
    if first < place:
        found.append(f"list-before={plain(words[first - 1]) if first else '^'}")
    if last > place:
        found.append(f"list-after={plain(words[last + 1]) if last + 1 < len(words) else '$'}")
    return found


def _whole(entity: Entity, found: list[str], count: int, *, titled: bool) -> list[str]:
    """All features of an entity: those of its mentions with those of its names, none twice."""
    names = dict.fromkeys(found)
    zones = "".join([zone[0] for zone, mark in _ZONES if mark in names])
    words = entity.name.split() or [""]
    capital = any(not s[1:].islower() and any(map(str.isupper, s[1:])) for s in entity.surfaces)
    more = [
        linear.BIAS,
        f"type={entity.type}",
        f"count={min(count, 4)}",
        f"zones={zones}",
        f"zones={zones}{min(count, 3)}",
        f"head={words[-1].lower().rstrip('s')}",
        f"capital={capital:d}",
        f"words={min(len(words), 4)}",
        f"capital={capital:d}{min(len(words), 4)}",
        f"surfaces={min(len(entity.surfaces), 3)}",
    ]
    if any(map(str.isdigit, entity.name)):
        more.append("digit")
    if titled:
        more.append(f"titled={zones}")
    names.update(dict.fromkeys(more))
    return list(names)
