"""What becomes of bytes that are not UTF-8: one rule for every format that does not say its own encoding."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import read as reading
from kg.model import Note
from tests.read.markup import notes, papers, rejected

LONG = (
    "Möwen, Größen und Übergänge: we measure how forty gulls cross a harbour in one summer, and find that those that "
    "have learned the timetable of the ferries fly 12% less than the others do, at no cost in fish."
)
CLOSE = "• 3 authors\n·\nSep 27, 2023"
WITHOUT_ENCODING = {
    "text": LONG,
    "abstract_lines": f"Somebody\nAbstract: {LONG}",
    "daily_papers_text": f"Gulls\n\n{LONG}\n\n{CLOSE}\n",
    "csv": f'title,abstract\nGulls,"{LONG}"\n',
    "bibtex": f"@misc{{k,\n abstract={{{LONG.replace('%', chr(92) + '%')}}}}}\n",
    "ris": f"TY  - JOUR\nAB  - {LONG}\nER  - \n",
}


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("form", WITHOUT_ENCODING)
def test_a_western_file_older_than_utf8_is_read_and_told(form: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "old"
    path.write_bytes(WITHOUT_ENCODING[form].replace("•", "-").encode(encoding))
    items = list(reading.read([path]))
    assert [(p.abstract, p.source) for p in papers(items)] == [(LONG, form)]
    assert not rejected(items)
    told = [n for n in notes(items) if "Windows-1252" in n.text]
    assert len(told) == (encoding == "cp1252")
    assert all(n.where.startswith(f"{path}:") for n in told)


def test_json_is_utf8_by_its_standard_and_a_bad_byte_costs_its_record(tmp_path: Path) -> None:
    path = tmp_path / "old.jsonl"
    path.write_bytes('{"id": "a", "abstract": "Größe."}\n{"id": "b", "abstract": "Size."}\n'.encode("cp1252"))
    items = list(reading.read([path]))
    assert [p.id for p in papers(items)] == ["b"]
    assert [(r.where, "UTF-8" in r.why) for r in rejected(items)] == [(f"{path}:1", True)]


def test_what_is_no_text_is_not_taken_for_an_old_one(tmp_path: Path) -> None:
    path = tmp_path / "noise.txt"
    path.write_bytes(bytes(range(1, 256)) * 40)
    assert len(rejected(list(reading.read([path])))) == 1


def test_the_byte_that_means_nothing_is_replaced_and_told(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"A gull \x81 is a gull, and no other bird is one.")
    note, paper = reading.read([path])
    assert isinstance(note, Note)
    assert [p.abstract for p in papers([paper])] == ["A gull \ufffd is a gull, and no other bird is one."]
