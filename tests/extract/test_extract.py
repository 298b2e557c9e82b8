"""The stage as a whole: one extraction per paper, in order, whatever its neighbours are, and what is asked for."""

from __future__ import annotations

import itertools
import subprocess
import sys

from kg.config import Config
from kg.extract import VERSION, extract
from kg.model import Paper
from kg.records import extraction_from_record, extraction_to_record

PAPERS = [
    Paper(
        "a",
        "RoadNet: Graph Attention for Traffic Forecasting",
        "We propose RoadNet, a graph attention network for traffic forecasting. On the METR-LA benchmark, RoadNet "
        "reaches an accuracy of 93.1% and outperforms DCRNN by 2.3%.",
    ),
    Paper("b", None, "Nothing of note is said here."),
    Paper("c", "", ""),
    Paper("d", "A \x00 <b>title</b>", "Large language models (LLMs) such as GPT-4 [1] are used. (Un)balanced ((text."),
]


def test_one_extraction_per_paper_in_order() -> None:
    got = list(extract(PAPERS))
    assert [e.id for e in got] == ["a", "b", "c", "d"]
    assert {e.version for e in got} == {VERSION}
    assert got[0].entities
    assert got[0].claims
    assert got[2].entities == ()
    assert got[2].claims == ()


def test_a_stream_is_read_as_it_is_asked_for() -> None:
    endless = (PAPERS[0] for _ in itertools.count())
    assert next(iter(extract(endless))).id == "a"


def test_a_paper_gives_the_same_alone_and_among_others() -> None:
    together = list(extract(PAPERS * 2))
    alone = [next(iter(extract([paper]))) for paper in PAPERS * 2]
    assert together == alone


def test_what_is_less_sure_is_left_out() -> None:
    everything = next(iter(extract(PAPERS)))
    level = max(e.confidence for e in everything.entities)
    some = next(iter(extract(PAPERS, config=Config(min_confidence=level))))
    assert 0 < len(some.entities) < len(everything.entities)
    for items in (some.entities, some.claims, some.relations):
        assert all(item.confidence >= level for item in items)
    names = {e.name for e in some.entities}
    assert all({r.head, r.tail} <= names for r in some.relations)
    assert next(iter(extract(PAPERS, config=Config(min_confidence=1.0)))).relations == ()


def test_records_bring_extractions_back() -> None:
    for paper, extraction in zip(PAPERS, extract(PAPERS), strict=True):
        assert extraction_from_record(extraction_to_record(extraction, paper)) == extraction


def test_relations_join_entities_of_the_paper() -> None:
    for extraction in extract(PAPERS):
        names = {e.name for e in extraction.entities}
        assert all({r.head, r.tail} <= names for r in extraction.relations)


def test_importing_the_stage_loads_nothing_heavy() -> None:
    code = "import sys, kg.extract; sys.exit(bool({'spacy', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
