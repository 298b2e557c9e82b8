"""What a claim is about: one of the entities at hand, "paper" for this work as such, or nothing that has a name.

At hand are the entities that the sentence names, the paper's own method and dataset, its most named method and its
task. A linear model (``model/subjects.tsv``, made by :mod:`kg.train.subjects`) weighs each; the heaviest is the
subject. With annotated entities it is right for 0.73 of the claims of training abstracts that it has not seen and for
0.72 of those of the development abstracts; the first of a few rules in order was right for 0.67 and 0.65.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from pathlib import Path

from kg.extract import linear
from kg.extract.subjects import OWN_WORDS, Named
from kg.model import ClaimType, Entity

PLACE = Path(__file__).parent / "model" / "subjects.tsv"
CLASSES = ("no", "yes")
# This work as such.
PAPER = "paper"

_THAT = re.compile(r"\b(?:that|how|whether)\b", re.IGNORECASE)
_NEXT_WORD = re.compile(r"\W{0,3}([^\W\d_]{1,30})")
# Where more stand, the further ones are alike.
_MOST = 3
_MANY = 4


@dataclass(frozen=True, slots=True)
class Cast:
    """The entities of a paper that a sentence may be about without naming them, and the sorts of all by their names."""

    standing: tuple[Entity, ...]
    sorts: Mapping[str, str]
    topic: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """A claim: the sentence, its words, its start in the field, its type, and what it names in order."""

    text: str
    words: Sequence[str]
    start: int
    type: ClaimType
    named: tuple[Named, ...]


def cast_of(entities: Iterable[Entity], own: Entity | None, own_data: Entity | None) -> Cast:
    """Who may be spoken of in a paper with these entities, the own method and the own dataset among them."""
    often = sorted(entities, key=lambda e: (-len(e.mentions), e.name))
    topic = next((e for e in often if e.type == "Method" and e.role in ("used", "addressed")), None)
    task = next((e for e in often if e.type == "Task" and e.role == "addressed"), None)
    sorts = {e.name: f"{e.type}:{e.role}" for e in often}
    sorts |= {e.name: sort for e, sort in ((own_data, "data"), (own, "own")) if e}
    return Cast(tuple(e for e in (own, own_data, topic, task) if e), sorts, topic.name if topic else None)


def candidates(cast: Cast, said: Said) -> list[Entity | str | None]:
    """What a claim may be about: named entities first, in order, then those of the cast, "paper", nothing."""
    entities = {n.entity.name: n.entity for n in said.named}
    for entity in cast.standing:
        entities.setdefault(entity.name, entity)
    return [*entities.values(), PAPER, None]


def features(cast: Cast, said: Said, before: str | None) -> list[list[str]]:
    """The features of each candidate; ``before`` is the subject of the claim before, empty at the first one."""
    speaks = OWN_WORDS.search(said.text)
    ours = speaks.start() if speaks else len(said.text)
    words = set(said.words)
    voice = f"{bool(speaks):d}{'we' in words:d}{'our' in words:d}"
    first = said.words[0] if said.words else ""
    order = list(dict.fromkeys(n.entity.name for n in said.named))
    things = list(dict.fromkeys(n.entity.name for n in said.named if n.entity.type != "Metric"))
    new = any(n.entity.role == "proposed" for n in said.named)
    that = _THAT.search(said.text)
    reported = next((n.entity.name for n in said.named if that and n.start - said.start > that.start()), None)
    found = []
    shared: dict[str, list[str]] = {}
    for candidate in candidates(cast, said):
        name = candidate.name if isinstance(candidate, Entity) else candidate
        sort = cast.sorts.get(candidate.name, "thing") if isinstance(candidate, Entity) else str(candidate)
        if sort not in shared:
            shared[sort] = [
                f"k={sort}",
                f"t={said.type}|{sort}",
                f"f={first}|{sort}",
                f"v={voice}|{sort}",
                f"v={voice}|{sort}|{said.type}",
                f"n={min(len(things), _MOST)}|{sort}",
                f"new={new:d}|{sort}",
            ]
        names = [*shared[sort]]
        if before != "" and name == before:
            names += [f"before|{sort}", f"before|{said.type}"]
        if isinstance(candidate, Entity):
            names += [f"m={min(len(candidate.mentions), _MANY)}|{candidate.role}", f"in={name in order:d}|{sort}"]
            if name == cast.topic:
                names.append(f"topic|{said.type}")
        if name in order:
            mention = next(n for n in said.named if n.entity.name == name)
            start, end = mention.start - said.start, mention.end - said.start
            place = min(order.index(name), _MOST)
            ahead = "" if not that else "after" if that.start() < start else "before"
            behind = _NEXT_WORD.match(said.text, end)
            nearest = (_last_word(said.text, max(0, start - 33), start), behind[1] if behind else "")
            names += [
                f"pos={place}",
                f"pos={place}|{said.type}",
                f"that={ahead}|{said.type}",
                f"own={ours < start:d}",
                *[f"{side}={word.lower()}" for side, word in zip(("left", "right"), nearest, strict=True) if word],
            ]
            if name in things:
                names.append(f"thing={min(things.index(name), _MOST)}|{sort}")
            if name == reported:
                names.append(f"reported|{said.type}")
        found.append(names)
    return found


def _last_word(text: str, start: int, end: int) -> str:
    """The word, of letters alone, behind which at most three other signs stand before a place; its last 30 letters.

    >>> _last_word("We beat (a", 0, 9), _last_word("We beat 4", 0, 9)
    ('beat', '')
    """
    at = end
    while at > start and not (text[at - 1].isalnum() or text[at - 1] == "_"):
        at -= 1
    if end - at > (4 if text[end - 1 : end] == "\n" else 3):
        return ""
    begin = at
    while begin > max(start, at - 30) and text[begin - 1].isalnum() and not text[begin - 1].isdecimal():
        begin -= 1
    return text[begin:at]


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    """How much each feature speaks for a candidate."""
    return {name: yes - no for name, (no, yes) in linear.load(PLACE).weights.items()}


def subject(cast: Cast, said: Said, before: str | None) -> str | None:
    """The name of the entity that a claim is about, "paper", or None; of equally likely ones the first."""
    weights = _weights()
    scores = [sum(map(weights.get, names, repeat(0.0))) for names in features(cast, said, before)]
    best = candidates(cast, said)[max(range(len(scores)), key=lambda i: (scores[i], -i))]
    return best.name if isinstance(best, Entity) else best
