"""What resolving the names of many papers costs, beside normal forms and sorting alone."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.forms import normal_form
from kg.model import Entity
from kg.resolve import Index, Names, settle
from kg.resolve.wishes import NOTHING
from kg.sorting import sort_lines
from tests.benchmarks.rows import Given, Row
from tests.growth import apart


def rows(given: Given) -> Iterator[Row]:
    """A row for each size."""
    for number in given.sizes(10_000, 40_000, 160_000):
        with TemporaryDirectory(dir=given.place) as place:
            spool = Path(place) / "names"
            keep((pair[1].entities for pair in given.pairs(number) if pair[1]), spool)
            # Apart, as normal forms are remembered from call to call.
            reference, names = apart(baseline, spool)
            took, nodes = apart(resolution, spool)
        what, note = f"resolve the names of {number:,} papers", f"{names:,} names, {nodes:,} nodes"
        yield Row(what, "normal form of each, then sort", took / reference, most=3, note=note)


def keep(papers: Iterable[tuple[Entity, ...]], spool: Path) -> None:
    """The entities of papers in a file from which they are read in little time."""
    with spool.open("wb") as out:
        for entities in papers:
            pickle.dump(entities, out)


def read(spool: Path) -> Iterator[tuple[Entity, ...]]:
    """What :func:`keep` wrote."""
    with spool.open("rb") as kept:
        while kept.peek(1):
            yield pickle.load(kept)  # noqa: S301  keep wrote it


def baseline(spool: Path) -> tuple[float, int]:
    """Process seconds of normal forms and sorting, without reading, and how many names there are."""
    counts: list[int] = []
    reading = _seconds(lambda: counts.append(sum(1 for _ in _names(spool))))
    return _seconds(lambda: _drain(sort_lines(map(normal_form, _names(spool))))) - reading, counts[0]


def resolution(spool: Path) -> tuple[float, int]:
    """Process seconds of resolving, without reading, and how many nodes there are."""
    counts: list[int] = []
    reading = _seconds(lambda: _drain(_names(spool)))
    return _seconds(lambda: counts.append(_resolved(spool))) - reading, counts[0]


def _names(spool: Path) -> Iterator[str]:
    return (name for entities in read(spool) for e in entities for name in e.surfaces)


def _resolved(spool: Path) -> int:
    with TemporaryDirectory(dir=spool.parent) as place:
        index = Index(Path(place) / "names.db", NOTHING)
        for n, entities in enumerate(read(spool)):
            index.add(str(n), entities)
        settle(index)
        names = Names(index)
        nodes = sum(1 for _ in names)
        _drain(names.merges())
        index.close()
    return nodes


def _drain(items: Iterable[object]) -> None:
    for _ in items:
        pass


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start
