"""The table of ratios at small sizes: every row is measured, and lies within bounds that any machine keeps.

``python -m tests.benchmarks`` measures it at full size. No figure here is a time.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable

import pytest

from kg.extract import extract
from kg.model import Paper
from kg.sample import path
from tests.benchmarks.corpus import of_files, repeated
from tests.benchmarks.rows import Row, line
from tests.benchmarks.watch import ROOT
from tests.growth import growth

pytestmark = pytest.mark.slow

PAPERS = 100
# Least and most of each ratio; start-up is most of what is measured, so that goals are far away.
BOUNDS = {
    ("kg extract --jobs 1", "kg extract --jobs 2"): (0.1, 2.5),
    ("kg build --jobs 1", "kg build --jobs 2"): (0.1, 2.5),
    ("kg build --jobs 1", "kg extract --jobs 1"): (0.5, 10),
    ("rate of triples into the store", "pyoxigraph bulk_load"): (0.1, 2),
    ("RDFLib's serialiser", "Turtle written"): (1, 1000),
    ("resolve the names of 40 papers", "normal form of each, then sort"): (1, 100),
    ("resolve the names of 80 papers", "normal form of each, then sort"): (1, 100),
    ("time per abstract at 80", "at 40"): (0.2, 2),
    ("memory at 80", "at 40"): (0.7, 1.5),
    ("memory at 80, extracted already", "at 40"): (0.5, 2),
    ("kg add of one paper", "kg build of 80"): (0.01, 2),
    ("kg remove of one paper", "kg build of 80"): (0.01, 2),
}


def test_every_row_is_measured() -> None:
    names = ("build", "write", "resolve", "chain", "replayed", "add")
    sample = ("--corpus", str(path()), "--mixed", str(path()))
    command = [sys.executable, "-m", "tests.benchmarks", *names, "--papers", "40", "80", *sample]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    print("\n" + done.stdout)
    rows = [re.split(r"\s{2,}", row) for row in done.stdout.splitlines()[1:]]
    found = {(what, reference): float(ratio) for what, reference, ratio, *_ in rows}
    assert found.keys() == BOUNDS.keys()
    assert not {row: found[row] for row, (least, most) in BOUNDS.items() if not least < found[row] < most}


def test_an_unknown_row_is_named() -> None:
    command = [sys.executable, "-m", "tests.benchmarks", "build", "speed"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, "speed: the names are extraction, build" in done.stderr) == (2, True)


def test_extraction_grows_with_the_abstracts() -> None:
    papers = [paper for paper, _ in repeated(lambda: of_files(path()), 4 * PAPERS, first=0)]
    ratio = growth(lambda count: _read(papers[:count]), PAPERS, factor=4)
    print("\n" + line(Row(f"extraction of {4 * PAPERS} abstracts", f"that of {PAPERS}", ratio)))
    assert ratio < 8


def _read(papers: Iterable[Paper]) -> None:
    for _ in extract(papers):
        pass
