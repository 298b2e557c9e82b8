from __future__ import annotations

import datetime
import json
import re
from typing import Any

import pytest

from kg import ids, sample
from kg.records import paper_from_record, paper_to_record

RECORDS: list[dict[str, Any]] = [json.loads(line) for line in sample.path().read_text(encoding="utf-8").splitlines()]


def test_there_are_at_least_45_papers_and_none_twice() -> None:
    papers = [paper_from_record(record) for record in RECORDS]
    assert len(papers) >= 45
    for name in ("id", "title", "abstract", "url"):
        assert len({getattr(p, name) for p in papers}) == len(papers), name
    assert len({key for p in papers for key in ids.paper_keys(p)}) == sum(len(ids.paper_keys(p)) for p in papers)


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r["id"])
def test_a_record_is_what_kg_read_would_write(record: dict[str, Any]) -> None:
    assert list(paper_to_record(paper_from_record(record)).items()) == list(record.items())


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r["id"])
def test_a_record_is_complete_and_of_the_right_size(record: dict[str, Any]) -> None:
    assert 90 <= len(record["abstract"].split()) <= 170
    assert record["abstract"] == " ".join(record["abstract"].split())
    assert record["title"]
    assert 1 <= len(record["authors"]) <= 3


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r["id"])
def test_dates_and_identifiers_are_well_formed_and_agree(record: dict[str, Any]) -> None:
    parts = [int(part) for part in record["date"].split("-")]
    date = datetime.date(*[*parts, 1, 1][:3])
    assert 2000 <= date.year <= 2026
    arxiv = record.get("ids", {}).get("arxiv")
    if arxiv:
        assert re.fullmatch(r"\d{2}(0[1-9]|1[0-2])\.(\d{4}|\d{5})", arxiv)
        assert ids.find_arxiv(record["url"]) == arxiv == record["id"].removeprefix("arxiv-")
        # An id bears the month of its announcement: that of the first version, or the next one at the month's end.
        assert arxiv[:4] in {(date + datetime.timedelta(days=d)).strftime("%y%m") for d in (0, 4)}
    doi = record.get("ids", {}).get("doi")
    assert doi is None or ids.find_doi(record["url"]) == doi


def test_the_leaderboards_have_several_rows() -> None:
    text = [record["abstract"] for record in RECORDS]
    for pattern in (
        r"top-1 accuracy on ImageNet",
        r"top-5 error of [\d.]+%.* on ImageNet",
        r"F1 on SQuAD",
        r"score of [\d.]+ on GLUE",
        r"AP on COCO",
        r"BLEU on WMT 2014 English-to-German",
        r"accuracy on MMLU",
        r"accuracy on GSM8K",
    ):
        assert sum(bool(re.search(pattern, t)) for t in text) >= 3, pattern
