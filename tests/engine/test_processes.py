"""The collections of one machine: sorting in runs, and workers that die again and again."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from kg.engine import processes
from kg.engine.base import Pair
from kg.engine.processes import Processes
from kg.errors import KgError


def always_deadly(pairs: Iterator[Pair]) -> Iterator[Pair]:
    os.kill(os.getpid(), signal.SIGKILL)
    return pairs


def test_what_does_not_fit_in_memory_is_sorted_in_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_PER_RUN", 7)
    pairs = [(b"%03d" % (n * 37 % 100), b"%d" % (n % 3)) for n in range(100)]
    with Processes() as engine:
        grouped = engine.group(engine.spread(pairs, 3), shards=1)
        assert list(processes._read(grouped[0])) == sorted(pairs)


def test_workers_that_always_die_end_the_work() -> None:
    with Processes(2) as engine, pytest.raises(KgError, match="again and again"):
        engine.map(always_deadly, engine.spread([(b"a", b"")], 1))


def test_files_are_gone_at_the_end() -> None:
    with Processes() as engine:
        (place,) = engine.spread([(b"a", b"")], 1)
        assert place.exists()
    assert not place.exists()
    with pytest.raises(RuntimeError, match="outside"):
        engine.spread([], 1)
