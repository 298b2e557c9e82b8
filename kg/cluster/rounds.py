"""Work on names that asks for cards of other names, in rounds until nobody asks.

The rules look up whatever they like. A lookup of a card that is not at hand is noted, what was made is thrown away, and
the key waits; the card is brought, and the work is done again. So the rules are those of one machine, and need not know
that there are others. With one bucket every card is at hand, and there is one round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TypeAlias

from kg.cluster.cards import Card, Cards, bucket_of, cards_of
from kg.cluster.pairs import by_key, pack, unpack
from kg.cluster.settings import Settings, settings_of
from kg.engine.base import Cluster, Data, Pair

# What is made of one key, given the cards. The first byte of the keys that come out is a tag, not Q or W.
Begin: TypeAlias = Callable[[Cards], Callable[[str], Iterable[Pair]]]
# Rows beside those of cards: a key that waits (t), a key that a bucket asks for (q: key, bucket).
_WAITS, _ASKS = b'["t"', b'["q"'


def solve(engine: Cluster, rows: list[Data], begin: Begin, settings: Settings) -> list[Data]:
    """What ``begin``'s function gives for each key that is named or moved to, from the rows of all cards by bucket."""
    told, shards = settings.to_text(), settings.buckets
    work = partial(worked, begin=begin, told=told)
    made = [engine.keep(engine.map(partial(work, first=True), engine.group(*rows, shards=shards)))]
    while settings.buckets > 1 and engine.gather(engine.map(any_pair, engine.only(b"Q", made[-1]))):
        asked = engine.group(*rows, engine.only(b"Q", made[-1]), shards=shards)
        waiting = engine.only(b"W", made[-1])
        brought = engine.map(partial(brought_cards, told=told), asked)
        made.append(engine.keep(engine.map(partial(work, first=False), engine.group(brought, waiting, shards=shards))))
    return made


def any_pair(pairs: Iterator[Pair]) -> Iterator[Pair]:
    """One pair, where there are any."""
    if next(pairs, None) is not None:
        yield b"", b""


def worked(pairs: Iterator[Pair], *, begin: Begin, told: str, first: bool) -> Iterator[Pair]:
    """The work on the buckets of a shard: on all keys at ``first``, then on those that wait."""
    settings = settings_of(told)
    for bucket, rows in by_key(pairs):
        waiting: list[str] = []
        cards = cards_of(_without_waiting(rows, waiting))
        if first:
            waiting = sorted(key for key, card in cards.items() if card.is_named() or card.coming)
        yield from _worked(bucket, cards, waiting, begin, settings)


def _without_waiting(rows: Iterable[bytes], waiting: list[str]) -> Iterator[bytes]:
    for row in rows:
        if row.startswith(_WAITS):
            waiting.append(unpack(row)[1])
        else:
            yield row


def _worked(bucket: bytes, cards: dict[str, Card], keys: list[str], begin: Begin, settings: Settings) -> Iterator[Pair]:
    asked: set[str] = set()
    needed: set[str] = set()

    def fresh() -> Cards:
        return Cards(cards, bucket, settings.buckets, settings.wishes, large=settings.large)

    index = fresh()
    work: Callable[[str], Iterable[Pair]] | None = None
    for key in keys:
        index.seen.clear()
        try:
            work = work or begin(index)
            found = list(work(key))
        except Exception:
            # With a card missing anything can go wrong; with all at hand it is a fault of the rules.
            if not index.missing:
                raise
        if index.missing:
            asked |= index.missing
            needed |= index.seen | {key}
            yield b"W" + bucket, pack(["t", key])
            # What was made of a missing card may be remembered.
            index, work = fresh(), None
        else:
            yield from found
    for key in sorted(needed & cards.keys()):
        yield from ((b"W" + bucket, row) for row in cards[key].rows(key))
    for key in sorted(asked):
        yield b"Q" + bucket_of(key, settings.buckets), pack(["q", key, bucket.decode()])


def brought_cards(pairs: Iterator[Pair], *, told: str) -> Iterator[Pair]:  # noqa: ARG001
    """The cards that were asked for, to the buckets that asked."""
    for _, rows in by_key(pairs):
        asked: dict[str, list[str]] = {}
        cards = cards_of(_without_asked(rows, asked))
        for key, buckets in sorted(asked.items()):
            found = list(cards.get(key, Card()).rows(key))
            for bucket in buckets:
                yield from ((bucket.encode(), row) for row in found)


def _without_asked(rows: Iterable[bytes], asked: dict[str, list[str]]) -> Iterator[bytes]:
    for row in rows:
        if row.startswith(_ASKS):
            _, key, bucket = unpack(row)
            asked.setdefault(key, []).append(bucket)
        else:
            yield row
