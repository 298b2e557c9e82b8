"""Names to entities, over the same rules as on one machine, and entities back to the parts of papers that ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from functools import partial
from typing import cast

from kg.cluster.cards import Cards, move_rows
from kg.cluster.lines import line_pairs
from kg.cluster.notes import merge_notes
from kg.cluster.pairs import by_key, pack, unpack
from kg.cluster.rounds import solve
from kg.cluster.settings import Settings
from kg.engine.base import Cluster, Data, Pair
from kg.facts import node_facts
from kg.ids import NAMES_GRAPH
from kg.model import ENTITY_TYPES
from kg.resolve import Index, Names
from kg.resolve.moves import decide


def resolve(engine: Cluster, said: Data, settings: Settings) -> list[Data]:
    """What follows from the names of all papers; the first byte of the key says what.

    ====  =====================  ==========================================
    tag   key                    value
    ====  =====================  ==========================================
    E     a key                  an entity, and which type of the key it is for
    F, K  a line of N-Triples    its graph (:mod:`kg.cluster.lines`)
    F     a note                 nothing (:mod:`kg.cluster.notes`)
    G     key                    what the entity there adds, if the graph is small
    ====  =====================  ==========================================
    """
    moves = solve(engine, [said], partial(deciding, buckets=settings.buckets), settings)
    moved = [engine.only(b"M", made) for made in moves]
    return solve(engine, [said, *moved], partial(making, sampled=settings.sampled, small=settings.small), settings)


def deciding(cards: Cards, *, buckets: int) -> Callable[[str], Iterable[Pair]]:
    """The moves of a key."""
    index = cast("Index", cards)

    def decided(key: str) -> Iterator[Pair]:
        uses = cards.uses(key)
        if uses:
            moves, _ = decide(key, uses, index)
            yield from ((b"M" + bucket, row) for bucket, row in move_rows(key, moves, buckets))

    return decided


def making(cards: Cards, *, sampled: int, small: bool) -> Callable[[str], Iterable[Pair]]:
    """The entity of a key that is a home, its lines and notes, and for which keys and types it is."""
    names = Names(cast("Index", cards))

    def made(key: str) -> Iterator[Pair]:
        node = names.node_at(key)
        if node is None:
            return
        facts = node_facts(node, names)
        for line in facts.lines:
            yield from line_pairs(line, NAMES_GRAPH, sampled)
        yield from merge_notes(node.entity.iri, facts.merges)
        if small:
            yield b"G" + key.encode("utf-8", "surrogatepass"), pack(asdict(facts))
        entity = [node.entity.iri, node.entity.type, node.entity.label]
        for other, type_ in sorted({(other, use.type) for other, use in node.uses}):
            yield b"E" + other.encode("utf-8", "surrogatepass"), pack(["e", ENTITY_TYPES.index(type_), *entity])

    return made


def answered(pairs: Iterator[Pair]) -> Iterator[Pair]:
    """The entities of keys, to the parts that ask for them (rows of both, by key)."""
    for key, rows in by_key(pairs):
        entities: dict[int, list[str]] = {}
        for row in rows:
            kind, type_, *cells = unpack(row)
            if kind == "e":  # these come first in order
                entities[type_] = cells
            else:
                yield cells[0].encode(), pack(["e", key.decode("utf-8", "surrogatepass"), type_, *entities[type_]])
