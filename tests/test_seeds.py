"""The first input that must work: two pages of abstracts copied as text become a graph of 181 papers."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg
from tests.shared import need_shared


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    pages = sorted(need_shared("seeds").glob("*.txt"))
    return kg.build(*pages, out=tmp_path_factory.mktemp("seeds") / "out")


def test_no_paper_is_lost(seeds: kg.Graph) -> None:
    assert seeds.summary is not None
    assert seeds.summary.counts.papers == 181
    assert seeds.summary.counts.rejected == 0
    assert any("--year" in note for note in seeds.summary.notes)


def test_a_known_result_stands_with_its_paper(seeds: kg.Graph) -> None:
    rows = [r for r in seeds.leaderboard("MOSE").to_records() if r["method"] == "LiVOS"]
    assert [(str(r["value"]), r["metric"]) for r in rows] == [("64.8", "J&F")]
    assert rows[0]["paper"]
    (evidence, *_) = seeds.why("LiVOS", "evaluatedOn", "MOSE")
    assert "64.8 J&F on MOSE" in evidence.quote
    assert "MOSE" in [evidence.quote[a:b] for a, b in evidence.spans]


def test_the_page_is_small_enough(seeds: kg.Graph) -> None:
    page = seeds.place / "graph.html"
    assert page.stat().st_size < 3_000_000


@pytest.mark.slow
def test_the_graph_conforms_to_its_shapes(seeds: kg.Graph) -> None:
    assert seeds.validate() == ()


def test_the_sample_conforms_to_its_shapes(sample: kg.Graph) -> None:
    assert sample.validate() == ()


def test_a_tampered_graph_does_not_conform(sample: kg.Graph, tmp_path: Path) -> None:
    text = "".join(line + "\n" for line in sample.lines() if "#belief>" not in line)
    (tmp_path / "a.nt").write_text(text, encoding="utf-8")
    assert kg.load(tmp_path / "a.nt").validate()
