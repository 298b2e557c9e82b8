"""The engine for one machine: worker processes for map, memory for group."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import TypeVar

from kg.errors import KgError

T = TypeVar("T")
R = TypeVar("R")
V = TypeVar("V")

# Shards handed out per worker beyond the one in work: enough that no worker waits, few enough that memory is flat.
_AHEAD = 2


def begin() -> None:
    """Of a worker: Ctrl-C is for the parent alone, and where the parent is killed, the worker ends as well."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


class Local:
    """Runs on this machine with ``jobs`` worker processes; with one job everything runs in the calling process."""

    def __init__(self, jobs: int = 1) -> None:
        self.jobs = max(1, jobs)

    def map(self, function: Callable[[T], R], shards: Iterable[T]) -> Iterator[R]:
        """The function's value for each shard, in order.

        >>> list(Local().map(len, ["a", "bb"]))
        [1, 2]
        """
        if self.jobs == 1:
            yield from map(function, shards)
            return
        # A fresh interpreter per worker: a forked one would share locks with threads of the parent.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self.jobs, mp_context=context, initializer=begin)
        waiting: deque[Future[R]] = deque()
        try:
            for shard in shards:
                waiting.append(pool.submit(function, shard))
                if len(waiting) > self.jobs * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            message = "a worker process was ended from outside, often for want of memory; the same command goes on"
            raise KgError(f"{message} from what is finished; fewer --jobs need less memory") from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def group(self, pairs: Iterable[tuple[str, V]]) -> Iterator[tuple[str, list[V]]]:
        """Each key once, ascending, with its values.

        >>> list(Local().group([("b", 1), ("a", 2), ("b", 3)]))
        [('a', [2]), ('b', [1, 3])]
        """
        groups: dict[str, list[V]] = {}
        for key, value in pairs:
            groups.setdefault(key, []).append(value)
        for key in sorted(groups):
            yield key, groups.pop(key)
