"""Edges between the entities of a paper, each with the sentence that states it.

A linear model (``model/relations.tsv``, made by :mod:`kg.train.relations`) gives each pair of entities
(:mod:`kg.extract.pairs`) the chance of each relation that their types allow. What stands in ``patterns/relations.json``
is never an edge's evidence: sentences that deny or suppose, and what says the opposite of a relation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg.extract import linear, weights
from kg.extract.document import Document, Sentence
from kg.extract.pairs import GROUPS, Pair, Reading, of_entity, pairs
from kg.model import RELATION_TYPES, Claim, Entity, EntityType, Relation, RelationType, Span
from kg.vocab import RELATION_ENDS

PLACE = Path(__file__).parent / "model" / "relations.tsv"
NONE = "none"
# The row of the table that holds, for each class, the chance from which on it is an edge.
LEAST = "at-least"

# A tail's type -> what it may be to a Method.
POSSIBLE: dict[EntityType, tuple[RelationType, ...]] = {
    kind: tuple(r for r in RELATION_TYPES if kind in RELATION_ENDS[r][1]) for kind in GROUPS
}


@dataclass(frozen=True, slots=True)
class Cues:
    """``patterns/relations.json``: what denies all relations, what denies one, what a statement of one must have."""

    unsaid: re.Pattern[str]
    denied: dict[str, re.Pattern[str]]
    needs: dict[str, re.Pattern[str]]


def _raw() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "patterns" / "relations.json").read_text("utf-8"))
    return found


def rows() -> list[dict[str, Any]]:
    """What the table has for each type of edge and each way of stating it: examples, precision and count."""
    return list(_raw()["rules"])


@lru_cache(maxsize=1)
def cues() -> Cues:
    """The cues, compiled."""
    raw = _raw()

    def compiled(key: str) -> dict[str, re.Pattern[str]]:
        return {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in raw[key].items()}

    return Cues(re.compile(raw["unsaid"], re.IGNORECASE), compiled("denied"), compiled("stated"))


@lru_cache(maxsize=1)
def model() -> linear.Linear:
    """The weights in use."""
    return linear.load(weights.chosen(PLACE))


def find(document: Document, entities: tuple[Entity, ...], claims: tuple[Claim, ...]) -> tuple[Relation, ...]:
    """The relations of a paper, by place of their evidence; each carries the chance of its type as confidence.

    The types of both ends fit :data:`kg.vocab.RELATION_ENDS`. An edge that several sentences state by themselves is one
    relation for each of them.
    """
    reading = Reading(document, entities)
    limits = frozenset(c.start for c in claims if c.type == "limitation")
    sums = _Sums(reading)
    found = []
    for pair in pairs(reading):
        kind, chance = sums.likeliest(pair)
        if kind is None:
            continue
        for number in _evidence(reading, sums, pair, kind, limits):
            s = reading.lines[number].sentence
            way = "meant" if pair.apart else "named"
            edge = Relation(
                entities[pair.head].name,
                kind,
                entities[pair.tail].name,
                Span(s.field, s.start, s.end),
                round(chance, 3),
                (f"relation.{kind}.{way}",),
            )
            found.append((number, edge))
    return tuple(edge for _, edge in sorted(found, key=lambda f: (f[0], RELATION_TYPES.index(f[1].type))))


class _Sums:
    """The weights of the features of pairs, those of each end added up once."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._ends: dict[tuple[str, int], tuple[float, ...]] = {}
        self._least = dict(zip(model().classes, model().weights.get(LEAST, ()), strict=False))

    def _end(self, key: str, index: int) -> tuple[float, ...]:
        found = self._ends.get((key, index))
        if found is None:
            found = model().sums(key + name for name in of_entity(self._reading, index))
            self._ends[key, index] = found
        return found

    def chances(self, pair: Pair, names: list[str]) -> dict[str, float]:
        """The chance of each class that the types allow, from the features given and those of both ends."""
        heads, tails = self._end(pair.group + "head:", pair.head), self._end(pair.group + "tail:", pair.tail)
        kinds = (NONE, *POSSIBLE[self._reading.entities[pair.tail].type])
        rows = zip(model().classes, model().sums(names), heads, tails, strict=True)
        sums = {kind: a + b + c for kind, a, b, c in rows if kind in kinds}
        return dict(zip(sums, linear.softmax(sums.values()), strict=True))

    def likeliest(self, pair: Pair) -> tuple[RelationType | None, float]:
        """The likeliest relation of a pair with its chance, None where that is too small."""
        chances = self.chances(pair, pair.features)
        kind = max(POSSIBLE[self._reading.entities[pair.tail].type], key=lambda k: chances[k])
        return (kind if chances[kind] >= self.least(kind) else None), chances[kind]

    def least(self, kind: RelationType) -> float:
        """The chance from which on something is an edge."""
        return self._least.get(kind, 0.5)


def _evidence(reading: Reading, sums: _Sums, pair: Pair, kind: RelationType, limits: frozenset[int]) -> list[int]:
    """The lines that state an edge: those that do so by themselves, at least the one that does so best."""
    head, tail = reading.entities[pair.head], reading.entities[pair.tail]
    if kind == "based_on" and _is_variant(head, tail):
        return []
    able = [n for n in pair.by_line if _may_state(reading.document, reading.lines[n].sentence, kind, limits)]
    if pair.apart:
        able = [n for n in able if reading.speaks[n]] or (able if kind != "outperforms" else [])
    if len(able) < 2:
        return able
    chances = {n: sums.chances(pair, [*pair.names, *pair.by_line[n]])[kind] for n in able}
    best = max(able, key=lambda n: (chances[n], -n))
    if pair.apart:
        return [best]
    return [n for n in able if n == best or chances[n] >= sums.least(kind)]


def _may_state(document: Document, sentence: Sentence, kind: RelationType, limits: frozenset[int]) -> bool:
    words = document.words_of(sentence)
    if cues().unsaid.search(words) or (kind in cues().denied and cues().denied[kind].search(words)):
        return False
    if kind in cues().needs and not cues().needs[kind].search(words):
        return False
    limited = sentence.field == "text" and sentence.start in limits
    return not (limited and kind in ("outperforms", "evaluated_on"))


def features(reading: Reading) -> Iterator[tuple[Pair, list[str]]]:
    """All features of each pair, for training."""
    for pair in pairs(reading):
        ends = [pair.group + "head:" + name for name in of_entity(reading, pair.head)]
        ends += [pair.group + "tail:" + name for name in of_entity(reading, pair.tail)]
        yield pair, [*pair.features, *ends]


def _is_variant(head: Entity, tail: Entity) -> bool:
    """Whether the tail is the head in another size or version (EfficientNet, EfficientNet-B7): it builds on the head.

    >>> net, b7 = (Entity(name, "Method", "used", (name,)) for name in ("Net", "Net-B7"))
    >>> _is_variant(net, b7), _is_variant(b7, net)
    (True, False)
    """
    return any(
        short != long and re.match(rf"{re.escape(short)}[\s\d-]", long)
        for short in (head.name, *head.surfaces)
        for long in (tail.name, *tail.surfaces)
    )
