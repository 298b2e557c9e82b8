"""Whether a build of many papers takes memory and time as one of few does, and what adding one to many takes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.outputs import SMALL
from tests.benchmarks.corpus import of_files, repeated, write
from tests.benchmarks.rows import Given, Row
from tests.benchmarks.watch import Usage, kg

MILLION = 1_000_000
# The most memory that a build of a million papers may take, in bytes, all processes together.
ROOM = 2 << 30
# Share of the papers that may be so common that a round leaves them as they are.
MOST_ALIKE = 0.01
# A round that no size comes to.
_UNUSED = 600
# Papers that tell how long extraction takes, at most.
_FEW = 500


def chain(given: Given) -> Iterator[Row]:
    """Memory and time of whole builds of several sizes, extraction and all.

    The smallest is the first that has no page, as the others have none. Time is that of the processors: what else a
    machine does in hours changes it least.
    """
    found: list[tuple[int, Usage]] = []
    for number in given.sizes(SMALL + 1, 40_000, 160_000):
        papers, place = given.written(number), given.place / f"built-{number}"
        found.append((number, built(papers, place, number, given, extracted=True)))
        shutil.rmtree(place)
        papers.unlink()
    (small, first), (large, last) = found[0], found[-1]
    notes = ", ".join(
        f"{number:,}: {_each(usage.cpu, number)} ms, {_each(usage.seconds, number)} by the clock"
        for number, usage in found
    )
    ratio = (last.cpu / large) / (first.cpu / small)
    yield Row(f"time per abstract at {large:,}", f"at {small:,}", ratio, most=1.1, note=notes)
    yield from memory(found, "")


def _each(seconds: float, number: int) -> str:
    """Milliseconds of each paper."""
    return f"{seconds / number * 1000:.1f}"


def replayed(given: Given) -> Iterator[Row]:
    """Memory and time of builds of many papers that are extracted already."""
    found: list[tuple[int, Usage]] = []
    for number in given.sizes(100_000, MILLION):
        papers, place = given.replayed(number)
        found.append((number, built(papers, place, number, given, extracted=False)))
        shutil.rmtree(place)
        papers.unlink()
    yield from memory(found, ", extracted already")


def memory(found: Sequence[tuple[int, Usage]], how: str) -> Iterator[Row]:
    """The rows of the peaks of several sizes, the smallest first."""
    (small, first), (large, last) = found[0], found[-1]
    notes = ", ".join(f"{number:,}: {usage.peak >> 20:,} MB" for number, usage in found)
    yield Row(f"memory at {large:,}{how}", f"at {small:,}", last.peak / first.peak, most=1.2, note=notes)
    if large > small > SMALL:
        slope = (last.peak - first.peak) / (large - small)
        projected = last.peak + slope * (MILLION - large)
        note = f"{slope:,.0f} bytes per abstract"
        yield Row("memory at a million, projected", f"{ROOM >> 20:,} MB", projected / ROOM, most=1, note=note)


def add(given: Given) -> Iterator[Row]:
    """One paper added to a graph of many, and taken out again, beside the build of these.

    The many are extracted already; what their extraction takes is that of a few, times as many.
    """
    number = given.size(100_000)
    papers, place = given.replayed(number)
    build = built(papers, place, number, given, extracted=False)
    whole = build.seconds + number * _extraction(given, min(_FEW, number))
    (new,) = (paper for paper, _ in repeated(lambda: of_files(given.mixed), 1, first=_UNUSED))
    before = counts_of(place)
    added = kg("add", place, write([new], given.place / "one.jsonl"))
    between = counts_of(place)
    removed = kg("remove", place, new.id)
    if between["papers"] != before["papers"] + 1 or counts_of(place) != before:
        raise RuntimeError(f"{place}: had {before}, with another paper {between}, without it {counts_of(place)}")
    shutil.rmtree(place)
    without = f"{whole:,.0f} s ({build.seconds:,.0f} s without extraction)"
    for what, usage in (("kg add", added), ("kg remove", removed)):
        note = f"{usage.seconds:.2f} s over {without}"
        yield Row(f"{what} of one paper", f"kg build of {number:,}", usage.seconds / whole, most=0.001, note=note)


def _extraction(given: Given, number: int) -> float:
    """Seconds per paper, of as many processes as build, without their start."""
    out = given.place / "few.jsonl"
    few, more = (
        kg("extract", given.written(size), "-o", out, "--force", "--jobs", given.jobs).seconds
        for size in (number // 5, number)
    )
    return (more - few) / (number - number // 5)


def built(papers: Path, place: Path, number: int, given: Given, *, extracted: bool) -> Usage:
    """A build of so many papers; RuntimeError if not all of them are in it, or were not extracted as they should."""
    usage = kg("build", papers, "-o", place, "--jobs", given.jobs)
    counts = counts_of(place)
    if counts["papers"] + counts["duplicates"] != number or counts["duplicates"] > MOST_ALIKE * number:
        raise RuntimeError(f"{place}: has {counts} where {number:,} papers were given")
    if (" 0 extracted now" in usage.said) == extracted:
        raise RuntimeError(f"{place}: extraction was{' not' * extracted} expected to be saved:\n{usage.said}")
    return usage


def counts_of(place: Path) -> dict[str, int]:
    """What the manifest of a graph directory counts."""
    counts: dict[str, int] = json.loads((place / "manifest.json").read_text("utf-8"))["counts"]
    return counts
