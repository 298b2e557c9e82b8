"""Rows of the table: a ratio of two figures of one run, and the goal that it has."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kg.sample import path as sample
from tests.benchmarks.corpus import Pair, of_files, of_graph, repeated, replay, write
from tests.benchmarks.watch import kg
from tests.shared import SHARED

ARXIV, MIXED = SHARED / "corpus/arxiv-40k.jsonl.gz", SHARED / "corpus/mixed-3k.jsonl.gz"


@dataclass(frozen=True, slots=True)
class Row:
    """``ratio`` is the figure of ``what`` over that of ``reference``; ``least`` or ``most`` is its goal."""

    what: str
    reference: str
    ratio: float
    least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def goal(self) -> str:
        """The goal as it is printed."""
        if self.least is not None:
            return f">= {self.least:g}"
        return "" if self.most is None else f"<= {self.most:g}"

    @property
    def met(self) -> bool:
        """Whether the goal is reached, where there is one."""
        return (self.least is None or self.ratio >= self.least) and (self.most is None or self.ratio <= self.most)


def head() -> str:
    """The first line of the table."""
    return f"{'what':<42}{'over':<32}{'ratio':>10}  {'goal':<9}"


def line(row: Row) -> str:
    """A row of the table as it is printed."""
    met = "" if not row.goal else "met" if row.met else "missed"
    return f"{row.what:<42}{row.reference:<32}{row.ratio:>10.3g}  {row.goal:<9}{met:<8}{row.note}".rstrip()


@dataclass
class Given:
    """What all rows are measured with: sizes, papers, and a folder for what is made on the way.

    ``papers`` are sizes that stand in for those of each row. ``graph`` is a graph directory whose extractions are used
    again where a row needs many; without one it is made of ``mixed``.
    """

    place: Path
    papers: tuple[int, ...] = ()
    files: tuple[Path, ...] = field(default_factory=lambda: (ARXIV if ARXIV.exists() else sample(),))
    mixed: Path = field(default_factory=lambda: MIXED if MIXED.exists() else sample())
    graph: Path | None = None
    jobs: int = 2
    master: str = "local[2]"

    def size(self, usual: int) -> int:
        """The size of a row that has one."""
        return max(self.papers, default=usual)

    def sizes(self, *usual: int) -> tuple[int, ...]:
        """The sizes of a row that has several, the smallest first."""
        return tuple(sorted(self.papers)) or usual

    def written(self, number: int) -> Path:
        """A file of so many papers, in each round others."""
        return _written(self.place / f"papers-{number}.jsonl", self.files, number, first=1)

    def plain(self, number: int) -> Path:
        """A file of so many papers of all fields, as they are as long as there are enough."""
        return _written(self.place / f"mixed-{number}.jsonl", (self.mixed,), number, first=0)

    def whole(self, number: int) -> Path:
        """A finished graph directory of :meth:`plain` papers."""
        place = self.place / f"whole-{number}"
        return _made(place, lambda aside: kg("build", self.plain(number), "-o", aside, "--jobs", self.jobs))

    def built(self) -> Path:
        """The graph directory whose extractions are used again."""
        if self.graph is not None:
            return self.graph
        return self.whole(self.size(3_010))

    def pairs(self, number: int) -> Iterator[Pair]:
        """So many papers with extractions."""
        source = self.built()
        return repeated(lambda: of_graph(source), number)

    def replayed(self, number: int) -> tuple[Path, Path]:
        """A file of so many papers and a graph directory that has their extractions and is not yet built."""
        papers, place = self.place / f"replayed-{number}.jsonl", self.place / f"replayed-{number}"
        _made(papers, lambda aside: write((paper for paper, _ in self.pairs(number)), aside))
        return papers, _made(place, lambda aside: replay(papers, self.pairs(number), aside))


def _made(place: Path, make: Callable[[Path], object]) -> Path:
    """A file or folder that is made aside and then put in its place, unless it is there."""
    if not place.exists():
        aside = place.with_name(place.name + ".aside")
        if aside.is_dir():
            shutil.rmtree(aside)
        make(aside)
        aside.rename(place)
    return place


def _written(place: Path, files: tuple[Path, ...], number: int, *, first: int) -> Path:
    pairs = repeated(lambda: of_files(*files), number, first=first)
    return _made(place, lambda aside: write((paper for paper, _ in pairs), aside))
