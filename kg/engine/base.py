"""What an engine is: two primitives over things that it never looks into.

The chain (:mod:`kg.run`) is written once over these two; an engine decides where they run. Whatever the engine, the
functions and values that it is given are picklable, and the output of a build is the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")
V = TypeVar("V")


class Engine(Protocol):
    """Map over shards, group by key."""

    def map(self, function: Callable[[T], R], shards: Iterable[T]) -> Iterator[R]:
        """The function's value for each shard, in the order of the shards; only a bounded number is held at a time."""
        ...

    def group(self, pairs: Iterable[tuple[str, V]]) -> Iterator[tuple[str, list[V]]]:
        """Each key once, in ascending order, with its values in the order in which they came."""
        ...
