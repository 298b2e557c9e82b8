"""The collections of one machine: files of pairs, worked on by processes. Memory is flat at any number of pairs."""

from __future__ import annotations

import heapq
import multiprocessing
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import BinaryIO, Self, TypeAlias

from kg.engine.base import Pair, Work
from kg.engine.local import begin
from kg.errors import KgError

Shards: TypeAlias = tuple[Path, ...]
_Task: TypeAlias = Callable[[], None]

_SIZES = struct.Struct("<II")
# Pairs in memory while a shard is sorted.
_PER_RUN = 200_000
# How often a shard is tried again whose worker died.
_TRIES = 4


class Processes:
    """Runs on this machine with ``jobs`` worker processes; with one job everything runs in the calling process.

    >>> with Processes() as engine:
    ...     data = engine.spread([(b"b", b"1"), (b"a", b"2"), (b"b", b"0")], 2)
    ...     engine.gather(engine.group(data, shards=2))
    [(b'a', b'2'), (b'b', b'0'), (b'b', b'1')]
    """

    def __init__(self, jobs: int = 1) -> None:
        self._jobs = max(1, jobs)
        self._pool: ProcessPoolExecutor | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._numbers = count()

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="kg-shards-")
        return self

    def __exit__(self, *_: object) -> None:
        self._end_pool()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    # ------------------------------------------------------------ the primitives

    def spread(self, pairs: Iterable[Pair], shards: int) -> Shards:
        """A collection of pairs, evenly in so many shards."""
        everything = list(pairs)
        size = max(1, -(-len(everything) // max(1, shards)))
        batches = [everything[at : at + size] for at in range(0, len(everything), size)] or [[]]
        return tuple(_write(self._place(), batch) for batch in batches)

    def map(self, work: Work, data: Shards) -> Shards:
        """What ``work`` gives for each shard."""
        made = tuple(self._place() for _ in data)
        self._do([partial(_mapped, work, shard, place) for shard, place in zip(data, made, strict=True)])
        return made

    def only(self, tag: bytes, data: Shards) -> Shards:
        """The pairs whose key begins with a byte, without that byte."""
        return self.map(partial(_tagged, tag=tag), data)

    def group(self, *data: Shards, shards: int) -> Shards:
        """All pairs so that each key is in one shard, sorted there."""
        everything = [shard for given in data for shard in given]
        places = [[self._place() for _ in range(shards)] for _ in everything]
        self._do([partial(_scattered, shard, to) for shard, to in zip(everything, places, strict=True)])
        made = tuple(self._place() for _ in range(shards))
        self._do([partial(_merged, [to[n] for to in places], place) for n, place in enumerate(made)])
        return made

    def keep(self, data: Shards) -> Shards:
        """The same collection: it lies in files already."""
        return data

    def gather(self, data: Shards) -> list[Pair]:
        """All pairs, sorted."""
        return sorted(pair for shard in data for pair in _read(shard))

    # ------------------------------------------------------------ how

    def _place(self) -> Path:
        if self._folder is None:
            raise RuntimeError("the engine is used outside of its with statement")
        return Path(self._folder.name) / str(next(self._numbers))

    def _do(self, tasks: list[_Task]) -> None:
        """Do all tasks; those of a worker that died are done again by another."""
        if self._jobs == 1:
            for task in tasks:
                task()
            return
        for _ in range(_TRIES):
            tasks = self._undone(tasks)
            if not tasks:
                return
            self._end_pool()
        message = "worker processes were ended from outside again and again, often for want of memory"
        raise KgError(f"{message}; the same command goes on from what is finished; fewer --jobs need less memory")

    def _undone(self, tasks: list[_Task]) -> list[_Task]:
        """Do tasks; those that a worker's death has left undone are returned."""
        if self._pool is None:
            # A fresh interpreter per worker: a forked one would share locks with threads of the parent.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._jobs, mp_context=context, initializer=begin)
        left: list[_Task] = []
        waiting: list[tuple[_Task, Future[None]]] = []
        for task in tasks:
            try:
                waiting.append((task, self._pool.submit(task)))
            except BrokenProcessPool:
                left.append(task)
        for task, future in waiting:
            try:
                future.result()
            except BrokenProcessPool:
                left.append(task)
        return left

    def _end_pool(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


# ---------------------------------------------------------------- tasks


def _mapped(work: Work, shard: Path, place: Path) -> None:
    _write(place, work(_read(shard)))


def _tagged(pairs: Iterator[Pair], tag: bytes) -> Iterator[Pair]:
    return ((key[1:], value) for key, value in pairs if key[:1] == tag)


def _scattered(shard: Path, places: list[Path]) -> None:
    with ExitStack() as stack:
        files = [stack.enter_context(place.open("wb")) for place in places]
        for key, value in _read(shard):
            _put(files[zlib.crc32(key) % len(files)], key, value)


def _merged(shards: list[Path], place: Path) -> None:
    """Sort the pairs of some shards: in memory what fits, in runs on disk what does not."""
    pairs = (pair for shard in shards for pair in _read(shard))
    runs: list[Path] = []
    while run := sorted(islice(pairs, _PER_RUN)):
        runs.append(_write(place.with_name(f"{place.name}.{len(runs)}"), run))
    _write(place, heapq.merge(*map(_read, runs)))
    for run_place in runs:
        run_place.unlink()


def _put(out: BinaryIO, key: bytes, value: bytes) -> None:
    out.write(_SIZES.pack(len(key), len(value)) + key + value)


def _write(place: Path, pairs: Iterable[Pair]) -> Path:
    with place.open("wb") as out:
        for key, value in pairs:
            _put(out, key, value)
    return place


def _read(place: Path) -> Iterator[Pair]:
    with place.open("rb") as file:
        while sizes := file.read(_SIZES.size):
            key, value = _SIZES.unpack(sizes)
            yield file.read(key), file.read(value)
