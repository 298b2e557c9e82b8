"""Which records are of one paper, and which of them is kept: connected components by stars, in few rounds.

Records are of one paper if they share a name, or both share one with a third. The places of records are so written that
the first in order is the one to keep, so each round hangs records on the first of their neighbours until all hang on
the first of all. The two kinds of stars in turn are those of Kiveris et al. 2014 (Connected components in MapReduce and
beyond), whose rounds are about the logarithm of the longest chain; without duplicates there is none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from kg.cluster.pairs import by_key, pack, unpack
from kg.cluster.reading import Place
from kg.engine.base import Cluster, Data, Pair


def spare(engine: Cluster, called: Data, shards: int) -> dict[str, list[int]]:
    """The lines of each part whose records are not kept, from names (keys) and places of records (values)."""
    edges = engine.keep(engine.map(shared, engine.group(called, shards=shards)))
    before, now = None, _state(engine, edges)
    while now != before and now[0]:
        large = engine.map(large_stars, engine.group(engine.map(both_ways, edges), shards=shards))
        edges = engine.keep(engine.map(small_stars, engine.group(engine.map(downwards, large), shards=shards)))
        before, now = now, _state(engine, edges)
    found: dict[str, set[int]] = {}
    for place, _ in engine.gather(edges) if now[0] else ():
        found.setdefault(Place.of(place).part, set()).add(Place.of(place).line)
    return {part: sorted(lines) for part, lines in sorted(found.items())}


def _state(engine: Cluster, edges: Data) -> tuple[int, int]:
    """How many edges there are, and a sum that is another if they are others."""
    sums = [unpack(value) for _, value in engine.gather(engine.map(summed, edges))]
    return sum(s[0] for s in sums), sum(s[1] for s in sums) % (1 << 64)


def shared(pairs: Iterator[Pair]) -> Iterator[Pair]:
    """Every record but the first that bears a name hangs on the first."""
    for _, places in by_key(pairs):
        first = last = next(places)
        for place in places:
            if place != last:
                yield place, first
            last = place


def both_ways(pairs: Iterator[Pair]) -> Iterator[Pair]:
    """Each edge from both ends."""
    for one, other in pairs:
        yield one, other
        yield other, one


def downwards(pairs: Iterator[Pair]) -> Iterator[Pair]:
    """Each edge from its later end."""
    return ((max(pair), min(pair)) for pair in pairs)


def large_stars(pairs: Iterator[Pair]) -> Iterator[Pair]:
    """Later neighbours hang on the first of the neighbours and the record itself."""
    for me, others in by_key(pairs):
        first, last = b"", b""
        for other in others:
            first = first or min(me, other)
            if other > me and other != last:
                yield other, first
            last = other


def small_stars(pairs: Iterator[Pair]) -> Iterator[Pair]:
    """The record itself and its earlier neighbours hang on the first of these."""
    for me, others in by_key(pairs):
        first = last = next(others)
        yield me, first
        for other in others:
            if other != last:
                yield other, first
            last = other


def summed(pairs: Iterator[Pair]) -> Iterator[Pair]:
    """Number and sum of the distinct edges of a shard."""
    edges = {hashlib.blake2b(one + b"\n" + other, digest_size=8).digest() for one, other in pairs}
    if edges:
        yield b"", pack([len(edges), sum(int.from_bytes(edge) for edge in edges)])
