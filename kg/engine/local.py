"""The engine for one machine: worker processes."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing.connection import wait
from typing import Generic, Self, TypeVar

from kg.config import FEW_CYCLES
from kg.errors import KgError

T = TypeVar("T")
R = TypeVar("R")

# Shards handed out per worker beyond the one in work: enough that no worker waits, few enough that memory is flat.
_AHEAD = 2
# How often in a row workers may die: a shard that kills each worker shall not go on for ever.
_DEATHS = 3


def begin() -> None:
    """Of a worker: Ctrl-C is for the parent alone, and where the parent is killed, the worker ends as well."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The tagger's products of small matrices are slower on several threads.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(*FEW_CYCLES)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


class Local:
    """Runs on this machine with ``jobs`` worker processes; one job, or one shard alone, runs in the calling process."""

    def __init__(self, jobs: int = 1) -> None:
        self.jobs = max(1, jobs)

    def map(self, function: Callable[[T], R], shards: Iterable[T]) -> Iterator[R]:
        """The function's value for each shard, in order; what a worker had that died is done again.

        Raises:
            KgError: workers die again and again, without a shard being done between.

        >>> list(Local().map(len, ["a", "bb"]))
        [1, 2]
        """
        source = iter(shards)
        first = list(islice(source, 2))
        if self.jobs == 1 or len(first) == 1:
            yield from map(function, chain(first, source))
            return
        with _Workers(self.jobs, function) as workers:
            for shard in chain(first, source):
                workers.hand_out(shard)
                if len(workers) > self.jobs * _AHEAD:
                    yield workers.take()
            while len(workers):
                yield workers.take()


class _Workers(Generic[T, R]):
    """A pool of processes, and the shards that they have, in order."""

    def __init__(self, jobs: int, function: Callable[[T], R]) -> None:
        self._jobs, self._function = jobs, function
        self._waiting: deque[tuple[T, Future[R] | None]] = deque()
        self._deaths = 0
        self._pool = self._started()

    def _started(self) -> ProcessPoolExecutor:
        # A fresh interpreter per worker: a forked one would share locks with threads of the parent.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._jobs, mp_context=context, initializer=begin)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is not None:  # what they are at nobody will take, and they do not hear of Ctrl-C
            for process in list((self._pool._processes or {}).values()):  # noqa: SLF001  public from Python 3.14 on
                process.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def __len__(self) -> int:
        return len(self._waiting)

    def hand_out(self, shard: T) -> None:
        """Give a shard to a worker."""
        self._waiting.append((shard, self._submitted(shard)))

    def _submitted(self, shard: T) -> Future[R] | None:
        try:
            return self._pool.submit(self._function, shard)
        except BrokenProcessPool:
            return None  # seen to when it is taken

    def take(self) -> R:
        """The value of the first shard that was handed out."""
        while True:
            future = self._waiting[0][1]
            try:
                if future is None:
                    raise BrokenProcessPool  # noqa: TRY301  as where the pool breaks while the shard is in work
                value = future.result()
            except BrokenProcessPool:
                self._start_again()
            else:
                self._waiting.popleft()
                self._deaths = 0
                return value

    def _start_again(self) -> None:
        self._deaths += 1
        if self._deaths > _DEATHS:
            message = "worker processes are ended from outside, often for want of memory; the same command goes on"
            raise KgError(f"{message} from what is finished; fewer --jobs need less memory") from None
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = self._started()
        self._waiting = deque((shard, self._submitted(shard)) for shard, _ in self._waiting)
