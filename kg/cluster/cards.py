"""What is known of some names, in place of the index of all: a card for each key, and the lookups that rules make.

Keys lie in buckets, told from the key alone. Who works on a bucket has the cards of its keys at hand, and is brought
those of others that it asks for. Rows of a card, each a list of JSON under the number of the bucket:

=====  ==========================================  ===========================================================
first  then                                        says
=====  ==========================================  ===========================================================
s      key, type, name, rank, papers               so many papers name entities of the key so
v      key, type, long form's key, defined, papers so many papers use the key as a short form of that
o      key, short form                             the key has this short form
m      key, type, target, rule, confidence         the entities of the key and type go there
n      key, other                                  the other key moves to this one
a      key                                         all that is known of the key is here (it may be nothing)
=====  ==========================================  ===========================================================
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kg.cluster.pairs import pack, unpack
from kg.model import ENTITY_TYPES, EntityType
from kg.resolve.index import Move, Use, Votes
from kg.resolve.wishes import Wishes


def bucket_of(key: str, buckets: int) -> bytes:
    """The bucket that a key lies in."""
    return b"%08d" % (zlib.crc32(key.encode("utf-8", "surrogatepass")) % buckets)


def said_rows(said: Mapping[tuple[str, int, str, int], int], buckets: int) -> Iterator[tuple[bytes, bytes]]:
    """Counts of how papers name keys, as rows of cards."""
    for (key, type_, name, rank), papers in sorted(said.items()):
        yield bucket_of(key, buckets), pack(["s", key, type_, name, rank, papers])


def vote_rows(votes: Mapping[tuple[str, int, str, int], int], buckets: int) -> Iterator[tuple[bytes, bytes]]:
    """Counts of how papers use short forms, as rows of the cards of both ends."""
    for (short, type_, key, defined), papers in sorted(votes.items()):
        yield bucket_of(short, buckets), pack(["v", short, type_, key, defined, papers])
        yield bucket_of(key, buckets), pack(["o", key, short])


def move_rows(key: str, moves: Mapping[EntityType, Move], buckets: int) -> Iterator[tuple[bytes, bytes]]:
    """Where a key goes, as rows of the cards of both ends."""
    for type_, move in moves.items():
        yield bucket_of(key, buckets), pack(["m", key, ENTITY_TYPES.index(type_), *move])
        yield bucket_of(move.target, buckets), pack(["n", move.target, key])


class Card:
    """All that is known of one key."""

    def __init__(self) -> None:
        self._said: Counter[tuple[int, str, int]] = Counter()
        self._votes: Counter[tuple[int, str, int]] = Counter()
        self.shorts: set[str] = set()
        self.coming: set[str] = set()
        self._moves: dict[int, Move] = {}

    def add(self, kind: str, *cells: object) -> None:
        """Take in what a row says behind the key."""
        match kind, cells:
            case "s", (int(type_), str(name), int(rank), int(papers)):
                self._said[type_, name, rank] += papers
            case "v", (int(type_), str(long), int(defined), int(papers)):
                self._votes[type_, long, defined] += papers
            case "o", (str(short),):
                self.shorts.add(short)
            case "m", (int(type_), str(target), str(rule), float(confidence)):
                self._moves[type_] = Move(target, rule, confidence)
            case "n", (str(other),):
                self.coming.add(other)
            case "a", ():
                pass
            case _:
                raise ValueError(f"{kind!r} with {cells!r} is no row of a card")

    def uses(self) -> list[Use]:
        """How papers name the entities, in the order of an index."""
        return [Use(ENTITY_TYPES[t], name, rank, papers) for (t, name, rank), papers in sorted(self._said.items())]

    def votes(self) -> list[Votes]:
        """What papers use the key for, as a short form, in the order of an index."""
        return [Votes(ENTITY_TYPES[t], key, bool(d), papers) for (t, key, d), papers in sorted(self._votes.items())]

    def moves(self) -> dict[EntityType, Move]:
        """Where the entities go, by type."""
        return {ENTITY_TYPES[t]: move for t, move in sorted(self._moves.items())}

    def rows(self, key: str) -> Iterator[bytes]:
        """The card as rows."""
        yield pack(["a", key])
        yield from (pack(["s", key, *row, papers]) for row, papers in sorted(self._said.items()))
        yield from (pack(["v", key, *row, papers]) for row, papers in sorted(self._votes.items()))
        yield from (pack(["o", key, short]) for short in sorted(self.shorts))
        yield from (pack(["m", key, type_, *move]) for type_, move in sorted(self._moves.items()))
        yield from (pack(["n", key, other]) for other in sorted(self.coming))

    def is_named(self) -> bool:
        """Whether any paper has an entity of the key."""
        return bool(self._said)


_EMPTY = Card()


def cards_of(rows: Iterable[bytes]) -> dict[str, Card]:
    """The cards of keys, from rows in any order."""
    found: dict[str, Card] = defaultdict(Card)
    for row in rows:
        kind, key, *cells = unpack(row)
        found[key].add(kind, *cells)
    return dict(found)


class Cards:
    """The lookups of an index (:class:`kg.resolve.index.Index`) among cards at hand.

    A card that another bucket has is taken for empty and noted in ``missing``: what was made of it must not be used.
    ``seen`` are the cards that were looked up.
    """

    def __init__(self, cards: dict[str, Card], bucket: bytes, buckets: int, wishes: Wishes, *, large: bool) -> None:
        self.wishes = wishes
        self.missing: set[str] = set()
        self.seen: set[str] = set()
        self._cards, self._bucket, self._buckets, self._large = cards, bucket, buckets, large

    def card(self, key: str) -> Card:
        """The card of a key; an empty one if there is none, or if it is elsewhere."""
        self.seen.add(key)
        found = self._cards.get(key)
        if found is None:
            if bucket_of(key, self._buckets) != self._bucket:
                self.missing.add(key)
            return _EMPTY
        return found

    def uses(self, key: str) -> list[Use]:
        """How the papers name and type the entities of a key."""
        return self.card(key).uses()

    def has(self, key: str) -> bool:
        """Whether any paper has an entity of a key."""
        return self.card(key).is_named()

    def votes(self, short: str) -> list[Votes]:
        """What the papers that say so use a form for."""
        return self.card(short).votes()

    def shorts(self, key: str) -> list[str]:
        """The forms that papers use for a key."""
        return sorted(self.card(key).shorts)

    def moves(self, key: str) -> dict[EntityType, Move]:
        """Where the entities of a key go, by type."""
        return self.card(key).moves()

    def coming(self, key: str) -> list[str]:
        """The keys that move straight to a key."""
        return sorted(self.card(key).coming)

    def is_large(self) -> bool:
        """Whether there are so many papers that short names must be expected to mean several things."""
        return self._large
