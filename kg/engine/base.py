"""What an engine is: two primitives over things that it never looks into.

Two chains are written over them. :mod:`kg.run` streams papers through one machine and needs :class:`Engine`;
:mod:`kg.cluster` works on collections that lie anywhere, and needs :class:`Cluster`. Whatever the engine, the output of
a build is the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, Self, TypeAlias, TypeVar

T = TypeVar("T")
R = TypeVar("R")

# A key and a value. Bytes alone travel between machines, never objects of the project.
Pair: TypeAlias = tuple[bytes, bytes]
# What is done with the pairs of one shard: a function of a module, or a partial of one with text arguments.
Work: TypeAlias = Callable[[Iterator[Pair]], Iterable[Pair]]
# A collection of pairs in shards, wherever they lie: an engine's own affair.
Data: TypeAlias = Any


class Engine(Protocol):
    """Map over shards, for a stream on one machine."""

    def map(self, function: Callable[[T], R], shards: Iterable[T]) -> Iterator[R]:
        """The function's value for each shard, in the order of the shards; only a bounded number is held at a time."""
        ...


class Cluster(Protocol):
    """Map over shards, group by key, for collections of pairs of bytes. Use it in a ``with`` statement.

    A shard may be worked on twice (a worker died, or was slow) and is then counted once, so what a function writes must
    be the same each time.
    """

    def spread(self, pairs: Iterable[Pair], shards: int) -> Data:
        """A collection of pairs, evenly in so many shards, those that come first in the first."""
        ...

    def map(self, work: Work, data: Data) -> Data:
        """What ``work`` gives for each shard."""
        ...

    def only(self, tag: bytes, data: Data) -> Data:
        """The pairs whose key begins with a byte, without that byte."""
        ...

    def group(self, *data: Data, shards: int) -> Data:
        """All pairs in so many shards, each key in one of them; in a shard keys ascend, and the values of each key."""
        ...

    def keep(self, data: Data) -> Data:
        """The same collection, which is used more than once, so that it is not made more than once."""
        ...

    def gather(self, data: Data) -> list[Pair]:
        """All pairs here, in order of key and value: for little."""
        ...

    def __enter__(self) -> Self:
        """The engine."""
        ...

    def __exit__(self, *_: object) -> None:
        """Lets go of all that is kept."""
        ...
