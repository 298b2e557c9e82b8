"""Papers that are made of others, and how what a command takes is watched."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.ids import paper_keys
from kg.model import Claim, Extraction, Paper
from kg.records import extraction_to_record, paper_to_record, to_line
from tests.benchmarks.corpus import (
    Pair,
    common_words,
    of_extractions,
    of_graph,
    renamed,
    repeated,
    replay,
    write,
)
from tests.benchmarks.watch import watched

COMMON = frozenset({"paper", "data", "learn"})


@pytest.fixture(scope="module")
def extracted(sample_dir: Path) -> list[Pair]:
    return list(of_graph(sample_dir))


def texts_of(pair: Pair) -> Iterator[tuple[str, str]]:
    """Each text that an extraction quotes, and what stands in its paper at that place."""
    paper, extraction = pair
    assert extraction
    for entity in extraction.entities:
        yield from ((m.text, paper.text_of(m.field)[m.start : m.end]) for m in entity.mentions)


def names_of(pair: Pair) -> set[str]:
    extraction = pair[1]
    assert extraction
    return {name for entity in extraction.entities for name in (entity.name, *entity.surfaces)}


def said_of(extraction: Extraction) -> Iterator[str]:
    """The names that relations, claims and results give."""
    yield from (name for r in extraction.relations for name in (r.head, r.tail))
    yield from (c.subject for c in extraction.claims if c.subject)
    yield from (r.method for c in extraction.claims for r in c.results if r.method)


def test_a_round_changes_words_alike_wherever_they_stand(extracted: list[Pair]) -> None:
    changed = 0
    for pair in extracted:
        again = renamed(pair, 3, COMMON)
        assert pair[1]
        assert again[1]
        assert [len(a) for a, _ in texts_of(again)] == [len(a) for a, _ in texts_of(pair)]
        assert all(quote == there for quote, there in texts_of(again))
        changed += len(names_of(again) - names_of(pair))
        before = [name in names_of(pair) for name in said_of(pair[1])]
        assert [name in names_of(again) for name in said_of(again[1])] == before
        assert [c.type for c in again[1].claims] == [c.type for c in pair[1].claims]
        assert again[0].date == pair[0].date
    assert changed > 5 * len(extracted)


def test_common_words_and_the_paper_itself_stay() -> None:
    paper = Paper("p", None, "We learn data of ImageNet with XYZ and of the sea.")
    claim = Claim("text", 0, 50, "finding", "paper")
    new, extraction = renamed((paper, Extraction("p", claims=(claim,))), 1, COMMON)
    assert new.abstract == "We learn data of JmageNet xith YYZ and of the sea."
    assert extraction
    assert (extraction.claims[0].subject, extraction.id) == ("paper", new.id)
    assert common_words([paper] * 3) == {"paper", "learn", "data", "imagenet", "with", "xyz"}
    assert common_words([paper]) == {"paper"}


def test_no_round_is_like_another_and_none_is_one_paper_with_another(extracted: list[Pair]) -> None:
    count = len(extracted)
    found = list(repeated(lambda: iter(extracted), 3 * count, first=0))
    assert found[:count] == extracted
    keys = [key for paper, _ in found for key in paper_keys(paper)]
    assert len(keys) == len(set(keys))
    later = [renamed(extracted[0], n, COMMON)[0].abstract for n in (1, 25, 26, 27, 600)]
    assert len(set(later)) == 5
    with pytest.raises(ValueError, match="no words are left"):
        renamed(extracted[0], 651, COMMON)
    with pytest.raises(ValueError, match="no paper"):
        list(repeated(lambda: iter(()), 1))


def test_a_million_papers_are_not_held(extracted: list[Pair]) -> None:
    assert len(list(islice(repeated(lambda: iter(extracted), 1_000_000), 10))) == 10


def test_a_replayed_graph_is_built_without_extraction(extracted: list[Pair], tmp_path: Path) -> None:
    read: Callable[[], Iterator[Pair]] = lambda: repeated(lambda: iter(extracted), 90)  # noqa: E731
    papers = write((paper for paper, _ in read()), tmp_path / "papers.jsonl")
    replay(papers, read(), tmp_path / "out")
    graph = kg.build(papers, out=tmp_path / "out")
    assert graph.summary
    assert (graph.summary.extracted, graph.summary.counts.papers, graph.summary.counts.duplicates) == (0, 90, 0)
    wanted = {to_line(extraction_to_record(e, p)) for p, e in read() if e}
    assert {to_line(extraction_to_record(e, p)) for p, e in of_graph(tmp_path / "out") if e} == wanted


def test_extractions_stand_beside_their_papers(extracted: list[Pair], tmp_path: Path) -> None:
    texts, said = tmp_path / "texts.jsonl", tmp_path / "said.jsonl"
    records: dict[Path, list[dict[str, Any]]] = {
        texts: [paper_to_record(p) for p, _ in extracted],
        said: [extraction_to_record(e, p) for p, e in extracted if e],
    }
    for place, these in records.items():
        place.write_text("".join(to_line(record) + "\n" for record in these), "utf-8")
    assert list(of_extractions(texts, said)) == extracted
    said.write_text("".join(to_line(record) + "\n" for record in reversed(records[said])), "utf-8")
    with pytest.raises(ValueError, match=re.escape(extracted[0][0].id)):
        list(of_extractions(texts, said))


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="memory is read from /proc")
def test_memory_is_that_of_all_processes_and_shared_pages_count_once() -> None:
    size = 100 << 20
    hold = "import os, time; held = bytearray(b'x') * {size}; {more}; time.sleep(1)"
    alone, forked, apart = (
        watched([sys.executable, "-c", hold.format(more=more, size=size).format(size=size)])
        for more in ("0", "os.fork()", "os.fork(); other = bytearray(b'x') * {size}")
    )
    assert size < alone.peak < 1.6 * size
    assert forked.peak < alone.peak + 0.4 * size
    assert apart.peak > 2.5 * size
    assert alone.seconds >= 1


def test_a_command_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        watched([sys.executable, "-c", "1 / 0"])
