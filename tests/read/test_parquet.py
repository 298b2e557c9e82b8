from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kg import read as reading
from kg.model import PaperIds
from kg.read import parquet
from kg.records import paper_from_record, paper_to_record
from tests.read.markup import only, papers, read, rejected


def table(**columns: list[Any]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def test_rows_become_papers_by_the_names_of_columns() -> None:
    data = table(
        id=["1", "2", "3"],
        Title=["A", None, "C"],
        abstract=["We a.", "We b.", None],
        year=[2024, None, 2023],
        junk=[1, 2, 3],
    )
    items = read(parquet.FORMAT, data)
    assert [(p.id, p.title, p.abstract, p.date) for p in papers(items)] == [
        ("1", "A", "We a.", "2024"),
        ("2", None, "We b.", None),
    ]
    assert [(r.where, r.what) for r in rejected(items)] == [("in:3", "C")]


def test_lists_structs_and_timestamps_are_understood() -> None:
    import datetime

    data = table(
        text=["We."], authors=[[{"name": "Ada L."}]], date=[datetime.datetime(2024, 5, 3, tzinfo=datetime.UTC)],
        ids=[{"doi": "10.1000/x", "arxiv": None}],
    )  # fmt: skip
    paper = only(parquet.FORMAT, data)
    assert (paper.authors, paper.date, paper.ids) == (("Ada L.",), "2024-05-03", PaperIds(doi="10.1000/x"))


def test_records_of_kg_come_back_from_a_table(tmp_path: Path) -> None:
    record = {
        "id": "p",
        "title": "T",
        "abstract": "We.",
        "date": "2024",
        "authors": ["A. B."],
        "ids": {"arxiv": "2401.00001"},
        "source": "oai",
    }
    path = tmp_path / "x.dat"
    pq.write_table(pa.Table.from_pylist([record]), path)
    assert [paper_to_record(p) for p in papers(reading.read([path]))] == [paper_to_record(paper_from_record(record))]


def test_a_table_without_abstracts_names_the_columns_it_has() -> None:
    (bad,) = rejected(read(parquet.FORMAT, table(name=["A"], body=["We."])))
    assert "name, body" in bad.what
    assert "abstract" in bad.why


def test_a_damaged_table_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(table(abstract=["We."] * 100)[:-20])
    assert ["damaged" in r.what for r in rejected(reading.read([path]))] == [True]


def test_a_table_in_batches_keeps_its_numbers() -> None:
    items = read(parquet.FORMAT, table(abstract=[None if n == 2000 else f"We {n}." for n in range(3000)]))
    assert [r.where for r in rejected(items)] == ["in:2001"]
    assert papers(items)[-1].abstract == "We 2999."
