"""What the stages cost beside each other: ratios of process times of one run, printed as a table with ``pytest -s``.

No figure here is a time, so the table says the same on a slow machine and on a fast one. Bounds stand only where they
hold with room. The input is the bundled sample, repeated under other names.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

import kg
from kg.export import turtle
from kg.extract import extract
from kg.model import Paper, PaperIds
from kg.sample import path
from tests.growth import growth

pytestmark = pytest.mark.slow

PAPERS = 100
# Names as papers coin them, with two capitals: BERT, ImageNet.
_NAME = re.compile(r"\b[A-Z]\w*[A-Z]\w*")


def made(count: int) -> list[Paper]:
    """So many abstracts: each round through the sample gives papers and names of its own."""
    sample = list(kg.read_papers(path()))
    return [_renamed(sample[n % len(sample)], n // len(sample)) for n in range(count)]


def _renamed(paper: Paper, round_: int) -> Paper:
    suffix = "ABCDEFGHIJ"[round_]

    def altered(text: str) -> str:
        return _NAME.sub(lambda name: name[0] + suffix, text)

    title, abstract = altered(paper.title or ""), altered(paper.abstract)
    return replace(paper, id=f"{paper.id}.{round_}", title=title, abstract=abstract, url=None, ids=PaperIds())


def seconds(run: Callable[[], object], times: int = 3) -> float:
    """The process time of a call, the best of several."""
    return min(_once(run) for _ in range(times))


def _once(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def use_up(items: Iterable[object]) -> None:
    for _ in items:
        pass


def report(what: str, reference: str, ratio: float) -> None:
    print(f"\n{what:<44} {ratio:>6.2f} times {reference}")


def test_building_beside_extraction(tmp_path: Path) -> None:
    papers = made(PAPERS)
    use_up(extract(papers))
    reference = seconds(lambda: use_up(extract(papers)))
    places = iter(range(3))
    whole = seconds(lambda: kg.build(papers=papers, out=tmp_path / str(next(places))))
    assert kg.load(tmp_path / "2").stats()["Paper"] == PAPERS
    report(f"kg.build of {PAPERS} abstracts", "the extraction of the same", whole / reference)
    assert 0.5 < whole / reference < 10


def test_turtle_beside_rdflib(sample: kg.Graph) -> None:
    lines = sorted(sample.lines())
    graph = sample.to_rdflib()
    ours = seconds(lambda: turtle.write(lines, io.BytesIO()))
    reference = seconds(lambda: graph.serialize(format="turtle"), 2)
    report(f"graph.ttl of {len(lines):,} triples", "RDFLib's serialiser", ours / reference)
    assert ours < reference


def test_extraction_grows_with_the_abstracts() -> None:
    made_once = made(4 * PAPERS)
    ratio = growth(lambda count: use_up(extract(made_once[:count])), PAPERS, factor=4)
    report(f"extraction of {4 * PAPERS} abstracts", f"that of {PAPERS}", ratio)
    assert ratio < 8
