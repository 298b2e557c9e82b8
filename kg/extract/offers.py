"""Stretches of an abstract that may name a measure or data, each with how likely it does.

The entities of a paper are what was sure enough and kept its place; a number's slots may choose among all that was
judged, for a number beside a stretch says more of it than the stretch itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from kg.extract.scoring import Scored
from kg.model import ENTITY_TYPES, EntityType

# Start and end in the abstract and how likely a name of the slot's types stands there, in order.
Places: TypeAlias = "Sequence[tuple[int, int, float]]"
TYPES: Mapping[str, tuple[EntityType, ...]] = {"metric": ("Metric",), "dataset": ("Dataset", "Benchmark")}
# What is less likely is not offered.
LEAST = 0.05
NOTHING: Mapping[str, Places] = dict.fromkeys(TYPES, ())


def of(judged: Iterable[Scored]) -> Mapping[str, Places]:
    """What may fill each slot, from what the sources of entities have judged (:mod:`kg.extract.scoring`)."""
    columns = {slot: [ENTITY_TYPES.index(t) for t in types] for slot, types in TYPES.items()}
    found: dict[str, list[tuple[int, int, float]]] = {slot: [] for slot in TYPES}
    for scored in judged:
        for slot, types in columns.items():
            chance = sum(scored.chances[i] for i in types)
            if chance >= LEAST:
                found[slot] += [(p.start, p.end, chance) for p in scored.candidate.places if p.field == "text"]
    return {slot: sorted(places) for slot, places in found.items()}


def within(places: Places, start: int, end: int) -> dict[tuple[int, int], float]:
    """The chances of the places of a sentence, by their offsets in it.

    >>> within([(0, 4, 0.9), (10, 14, 0.2), (12, 30, 0.1)], 9, 20)
    {(1, 5): 0.2}
    """
    first, last = bisect_left(places, (start,)), bisect_left(places, (end,))
    return {(a - start, b - start): chance for a, b, chance in places[first:last] if b <= end}
