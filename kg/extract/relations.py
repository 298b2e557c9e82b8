"""Edges between the entities of a paper, each with the sentence that states it.

A linear model (``model/relations.tsv``, made by :mod:`kg.train.relations`) gives each pair of entities
(:mod:`kg.extract.pairs`) the chance of each relation that their types allow. The cues of ``patterns/relations.json``
say which sentences are never an edge's evidence (those that deny or suppose, and what says the opposite of a relation),
and which need no model ("A outperforms B").

It learns from pairs of annotated entities and of found ones, whose confidence is a feature. F1 on the development
abstracts is 0.380 with found entities and 0.604 with annotated ones, where a table of rules gave 0.513. Of the
annotated relations 62 in 100 have two ends that are found. In cross-validation over all annotated abstracts it is 0.378
with found entities; 0.010 less where the paper is taken to be about the proposed method that is named first.

Tried on top and changed it by less than 0.01: a small network over the tagger's vectors of both names and of the words
between and around, learned vectors of the features (these made it worse), words beside the names, the words of the
names, pairs from neighbouring sentences in every paper, the rules as features, a second model that sees what the first
says of competing pairs, a hidden layer over the features, the classes of both nouns together, the other methods of a
line, a least chance for each relation, entities found by a second set of judges.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from kg.extract import linear
from kg.extract.document import Document
from kg.extract.ends import Block, of_entity
from kg.extract.pairs import GROUPS, Pair, Reading, by_line, pairs
from kg.model import RELATION_TYPES, Claim, Entity, EntityType, Relation, RelationType, Span
from kg.vocab import RELATION_ENDS

PLACE = Path(__file__).parent / "model" / "relations.tsv"
NONE = "none"
# The row of the table that holds, for each class, the chance from which on it is an edge.
LEAST = "at-least"
_EVEN = (0.5, 0.5, 0.5)
# A pair is not looked at further where what is known of it without its lines puts all relations so far below none (a
# chance of 0.07). On the development abstracts two fifths of the pairs are so, and 3 of the 655 right edges.
_HOPELESS = 2.6
# The chance of what is said outright, and within how many words behind the verb.
_SURE = 0.87
_WON = 16

# A tail's type -> what it may be to a Method.
POSSIBLE: dict[EntityType, tuple[RelationType, ...]] = {
    kind: tuple(r for r in RELATION_TYPES if kind in RELATION_ENDS[r][1]) for kind in GROUPS
}


@dataclass(frozen=True, slots=True)
class Cues:
    """``patterns/relations.json``: what denies all relations, what denies one, what a statement of one must have."""

    unsaid: re.Pattern[str]
    unsaid_words: frozenset[str]
    denied: dict[str, re.Pattern[str]]
    needs: dict[str, re.Pattern[str]]
    wins: frozenset[str]
    ends: frozenset[str]


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

    unsaid = re.compile(raw["unsaid"], re.IGNORECASE)
    return Cues(
        unsaid,
        frozenset(raw["unsaid_words"]),
        compiled("denied"),
        compiled("stated"),
        frozenset(raw["wins"]),
        frozenset(raw["ends"]),
    )


@lru_cache(maxsize=1)
def models() -> dict[EntityType, linear.Linear]:
    """The weights in use, for each type of tail those of the relations that it can have."""
    return by_type(linear.load(PLACE))


def by_type(model: linear.Linear) -> dict[EntityType, linear.Linear]:
    """A model of all pairs as one for each type of tail, without a relation at first."""
    return linear.narrowed_each(model, {kind: (GROUPS[kind], (NONE, *POSSIBLE[kind])) for kind in POSSIBLE})


def find(document: Document, entities: tuple[Entity, ...], claims: tuple[Claim, ...]) -> tuple[Relation, ...]:
    """The relations of a paper, by place of their evidence; each carries the chance of its type as confidence.

    The types of both ends fit :data:`kg.vocab.RELATION_ENDS`. An edge that several sentences state by themselves is one
    relation for each of them.
    """
    reading = Reading(document, entities)
    may = _Statements(reading, claims)
    sums = _Sums(reading)
    found = []
    for pair in pairs(reading):
        if won := [n for n in _won(reading, pair) if may(n, "outperforms")]:
            found += [(n, _edge(reading, pair, n, "outperforms", (_SURE, "stated"))) for n in won]
            continue
        known = sums.of_pair(pair)
        if max(known[1:]) < known[0] - _HOPELESS:
            continue
        lines = {n: sums.of_blocks(pair, blocks) for n, blocks in by_line(reading, pair).items()}
        kind, chance = sums.likeliest(pair, [known, *chain.from_iterable(lines.values())])
        if kind is None:
            continue
        alone = {n: sums.likeliest(pair, [known, *row]) for n, row in lines.items()} if len(lines) > 1 else {}
        for number in _evidence(reading, pair, kind, may, alone):
            found.append((number, _edge(reading, pair, number, kind, (chance, "meant" if pair.apart else "named"))))
    return tuple(edge for _, edge in sorted(found, key=lambda f: (f[0], RELATION_TYPES.index(f[1].type))))


def _edge(reading: Reading, pair: Pair, number: int, kind: RelationType, why: tuple[float, str]) -> Relation:
    """The edge of a pair that a line states; ``why`` is its chance and how the line states it."""
    s = reading.lines[number].sentence
    head, tail = reading.entities[pair.head].name, reading.entities[pair.tail].name
    return Relation(head, kind, tail, Span(s.field, s.start, s.end), round(why[0], 3), (f"relation.{kind}.{why[1]}",))


def _won(reading: Reading, pair: Pair) -> list[int]:
    """The lines that say outright that the head outperforms the tail ("A clearly outperforms both B and C")."""
    if not reading.methods[pair.tail]:
        return []
    found = []
    for number, (at, to, _) in pair.near.items():
        words = reading.lines[number].words
        verb = next((n for n in (at + 1, at + 2) if n < to and words[n] in cues().wins), 0)
        if verb and to - verb < _WON and cues().ends.isdisjoint(words[verb + 1 : to]):
            found.append(number)
    return found


@lru_cache(maxsize=1 << 14)
def _sums_of(kind: EntityType, block: Block) -> tuple[float, ...]:
    """The sum of a block for pairs with a tail of some type."""
    return models()[kind].sums(block)


class _Sums:
    """The weights of what is known of pairs, for none and for each relation that the type of the tail allows."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._kinds = [e.type for e in reading.entities]
        self._ends: dict[tuple[str, int, EntityType], list[tuple[float, ...]]] = {}

    def _end(self, way: str, index: int, kind: EntityType) -> list[tuple[float, ...]]:
        found = self._ends.get((way, index, kind))
        if found is None:
            blocks = of_entity(self._reading, index, way)
            found = self._ends[way, index, kind] = [_sums_of(kind, block) for block in blocks]
        return found

    def of_pair(self, pair: Pair) -> tuple[float, ...]:
        """What counts for a pair whatever its lines say."""
        kind = self._kinds[pair.tail]
        rows = (_sums_of(kind, pair.block), *self._end("head", pair.head, kind), *self._end("tail", pair.tail, kind))
        return tuple(map(sum, zip(*rows, strict=True)))

    def of_blocks(self, pair: Pair, blocks: tuple[Block, ...]) -> list[tuple[float, ...]]:
        """What a line of a pair adds to that."""
        kind = self._kinds[pair.tail]
        return [_sums_of(kind, block) for block in blocks]

    def likeliest(self, pair: Pair, rows: list[tuple[float, ...]]) -> tuple[RelationType | None, float]:
        """The likeliest relation of a pair with its chance, None where that is too small."""
        none, *others = map(sum, zip(*rows, strict=True))
        index = others.index(max(others))
        chance = linear.softmax((none, *others))[1 + index]
        kind = self._kinds[pair.tail]
        least = models()[kind].weights.get(LEAST, _EVEN)[1 + index]
        return (POSSIBLE[kind][index] if chance >= least else None), chance


class _Statements:
    """Which lines may state which relation, found once."""

    def __init__(self, reading: Reading, claims: tuple[Claim, ...]) -> None:
        self._reading = reading
        self._limits = frozenset(c.start for c in claims if c.type == "limitation")
        self._found: dict[tuple[int, str], bool] = {}

    def __call__(self, number: int, kind: RelationType) -> bool:
        """Whether a line may state a relation."""
        if (number, kind) not in self._found:
            self._found[number, kind] = self._may(number, kind)
        return self._found[number, kind]

    def _may(self, number: int, kind: RelationType) -> bool:
        sentence = self._reading.lines[number].sentence
        words = self._reading.document.words_of(sentence)
        table = cues()
        if kind in table.denied and table.denied[kind].search(words):
            return False
        if kind in table.needs and not table.needs[kind].search(words):
            return False
        if kind in ("outperforms", "evaluated_on") and sentence.field == "text" and sentence.start in self._limits:
            return False
        if (number, "") not in self._found:
            able = not table.unsaid_words.isdisjoint(self._reading.lines[number].words)
            self._found[number, ""] = not (able and table.unsaid.search(words))
        return self._found[number, ""]


def _evidence(
    reading: Reading,
    pair: Pair,
    kind: RelationType,
    may: _Statements,
    alone: dict[int, tuple[RelationType | None, float]],
) -> list[int]:
    """The lines that state an edge: those that do so by themselves (``alone``), at least the one that does so best."""
    if kind == "based_on" and _is_variant(reading.entities[pair.head], reading.entities[pair.tail]):
        return []
    able = [n for n in pair.near or reading.where[pair.tail] if may(n, kind)]
    if pair.apart:
        able = [n for n in able if reading.speaks[n]] or (able if kind != "outperforms" else [])
    if len(able) < 2:
        return able
    best = max(able, key=lambda n: (n in alone and alone[n][0] == kind, n in alone and alone[n][1], -n))
    return [best] if pair.apart else [n for n in able if n == best or alone[n][0] == kind]


def features(reading: Reading) -> Iterator[tuple[Pair, list[str]]]:
    """All features of each pair, for training."""
    for pair in pairs(reading):
        ends = (*of_entity(reading, pair.head, "head"), *of_entity(reading, pair.tail, "tail"))
        blocks = (pair.block, *chain.from_iterable(by_line(reading, pair).values()), *ends)
        yield pair, list(chain.from_iterable(blocks))


def _is_variant(head: Entity, tail: Entity) -> bool:
    """Whether the tail is the head in another size or version (EfficientNet, EfficientNet-B7): it builds on the head.

    >>> net, b7 = (Entity(name, "Method", "used", (name,)) for name in ("Net", "Net-B7"))
    >>> _is_variant(net, b7), _is_variant(b7, net)
    (True, False)
    """
    names = {tail.name, *tail.surfaces}
    return any(_extends(long, short) for short in {head.name, *head.surfaces} for long in names)


def _extends(long: str, short: str) -> bool:
    behind = long[len(short) : len(short) + 1]
    return long.startswith(short) and (behind == "-" or behind.isspace() or behind.isdecimal())
