"""How time and memory of a call grow with its input: ratios of two figures of one run, alike on any machine."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest

P = ParamSpec("P")
R = TypeVar("R")

FACTOR = 8
# The growth that a test allows to what should take linear time, or n log n. It lies as far above the one as below
# quadratic time: where the input grows 8 times, linear time grows 8 times, this allows 24, and quadratic time takes 64.
LINEAR = 3 * FACTOR
# Time that a measurement lasts at least, so that neither the clock's steps nor other processes decide.
_LASTS = 0.01


def growth(run: Callable[[int], object], size: int, *, factor: int = FACTOR) -> float:
    """The process time of ``run(factor * size)`` over that of ``run(size)``, each the best of three after a warm-up.

    Linear time gives about ``factor``, quadratic time up to its square. Short calls are measured many at a time;
    ``size`` should still be large enough that the call itself does more than its own preparations.

    >>> growth(lambda size: sum(range(size)), 10_000) < LINEAR < growth(lambda size: sum(range(size**2)), 100)
    True
    """
    calls, small = 1, _best(run, size, 1)
    while small * calls < _LASTS:
        calls *= 4
        small = _best(run, size, calls)
    return _best(run, factor * size, 1 + calls // factor) / small


def _best(run: Callable[[int], object], size: int, calls: int) -> float:
    run(size)
    return min(_mean(run, size, calls) for _ in range(3))


def _mean(run: Callable[[int], object], size: int, calls: int) -> float:
    start = time.process_time()
    for _ in range(calls):
        run(size)
    return (time.process_time() - start) / calls


def memory_growth(run: Callable[[int], object], size: int, *, factor: int = FACTOR) -> float:
    """The peak memory of a fresh process that calls ``run(factor * size)`` over that of one that calls ``run(size)``.

    ``run`` is a function of a module. The figure is the resident size with all that the interpreter and its libraries
    take, so flat memory gives 1; the test is skipped where the system does not tell it (elsewhere than on Linux).
    """
    if not _STATUS.exists():
        pytest.skip(f"peak memory is read from {_STATUS}, which is not here")
    return apart(_peak, run, factor * size) / apart(_peak, run, size)


_STATUS = Path("/proc/self/status")


def apart(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """What a function of a module gives in a fresh process, which has nothing in its memory and its caches."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        return fresh.submit(function, *args, **kwargs).result()


def _peak(run: Callable[[int], object], size: int) -> int:
    # Not getrusage: its figure is inherited from the process that started this one.
    run(size)
    (line,) = (line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1])
