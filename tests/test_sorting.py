from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import sorting
from kg.sorting import sort_lines

LINES = st.lists(st.text(st.characters(exclude_characters="\n"), max_size=5))


@given(LINES, st.integers(1, 7))
def test_equals_sorting_in_memory(lines: list[str], size: int) -> None:
    assert list(sort_lines(lines, lines_per_run=size)) == sorted(set(lines))


def test_many_runs_are_merged_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "RUNS_PER_MERGE", 3)
    lines = [str(n * 7919 % 101) for n in range(300)]
    assert list(sort_lines(lines, lines_per_run=2)) == sorted(set(lines))


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    rows = sort_lines((str(n) for n in range(100)), folder=tmp_path, lines_per_run=5)
    assert next(rows) == "0"
    assert list(tmp_path.iterdir())
    rows.close()  # type: ignore[attr-defined]
    assert not list(tmp_path.iterdir())


def _peak(lines: int) -> int:
    tracemalloc.start()
    count = sum(1 for _ in sort_lines((f"line {n * 7919 % lines:>9}" for n in range(lines)), lines_per_run=2_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == lines
    return peak


def test_memory_does_not_grow_with_the_lines() -> None:
    assert _peak(50_000) < 2 * _peak(10_000)
