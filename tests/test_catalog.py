"""The cached records: which count, which are kept of one paper, and that the index follows the parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import catalog
from kg.catalog import Cached, Catalog
from kg.errors import KgError
from kg.ids import paper_iri
from kg.model import Extraction, Paper, PaperIds


def cached(key: str, *, extracted: bool, ids: PaperIds | None = None, text: str = "") -> Cached:
    paper = Paper(key, None, text or f"Text {key}.", ids=ids or PaperIds())
    return Cached(key * 40, paper, Extraction(key) if extracted else None)


def held(place: Path) -> list[tuple[str, bool]]:
    with Catalog(place) as found:
        both = [*found.read_all(extracted=True), *found.read_all(extracted=False)]
        assert [c.key for c in found.read(sorted(c.key for c in both))] == sorted(c.key for c in both) == list(found)
    return sorted((c.key[0], c.extraction is not None) for c in both)


def test_of_a_key_kept_twice_the_extracted_record_counts(tmp_path: Path) -> None:
    with Catalog(tmp_path) as found:
        found.add([cached("b", extracted=False), cached("a", extracted=False)])
        found.add([cached("a", extracted=True)])
        assert (len(found), found.bare()) == (2, 1)
        assert ("a" * 40 in found, "c" * 40 in found) == (True, False)
    assert held(tmp_path) == [("a", True), ("b", False)]
    with Catalog(tmp_path) as found:
        found.drop_served()
        assert len(list((tmp_path / "extractions").iterdir())) == 2
    assert held(tmp_path) == [("a", True), ("b", False)]


def test_the_index_follows_the_parts(tmp_path: Path) -> None:
    with Catalog(tmp_path) as found:
        found.add([cached("a", extracted=True)])
        found.add([cached("b", extracted=True), cached("c", extracted=True)])
    for lost in sorted((tmp_path / "extractions").iterdir()):
        content = lost.read_bytes()
        lost.unlink()
        assert len(held(tmp_path)) == 3 - content.count(b"\n")
        lost.write_bytes(content)
        assert held(tmp_path) == [("a", True), ("b", True), ("c", True)]
    (tmp_path / "catalog.db").write_bytes(b"no database" * 1000)
    assert held(tmp_path) == [("a", True), ("b", True), ("c", True)]
    (tmp_path / "extractions" / "mine.jsonl").write_text("of somebody else")
    assert len(held(tmp_path)) == 3


def test_records_are_dropped_by_key(tmp_path: Path) -> None:
    with Catalog(tmp_path) as found:
        found.add([cached(key, extracted=True) for key in "abcd"])
        found.drop(["b" * 40])
        assert held(tmp_path) == [("a", True), ("c", True), ("d", True)]
        found.want(["a" * 40, "x" * 40])
        found.drop_others()
    assert held(tmp_path) == [("a", True)]


def test_one_record_of_a_paper_is_kept_whatever_the_order(tmp_path: Path) -> None:
    doi, arxiv = PaperIds(doi="10.1/x"), PaperIds(arxiv="2401.00001")
    records = [
        cached("a", extracted=False, ids=doi),
        cached("b", extracted=False, ids=arxiv),
        cached("c", extracted=False, ids=PaperIds(doi="10.1/x", arxiv="2401.00001")),
        cached("d", extracted=False),
        cached("e", extracted=False, text="TEXT D"),
    ]
    for number, order in enumerate((records, records[::-1])):
        with Catalog(tmp_path / str(number)) as found:
            for record in order:
                found.add([record])
            # c joins a and b and has most identifiers; d has the longer abstract.
            assert found.spare() == {"a" * 40, "b" * 40, "e" * 40}


def test_a_paper_is_found_by_its_names(tmp_path: Path) -> None:
    record = cached("a", extracted=True, ids=PaperIds(arxiv="2401.00001"))
    with Catalog(tmp_path) as found:
        found.add([record])
        for name in ("a", paper_iri(record.paper), "arxiv-2401.00001"):
            assert found.called(name) == [record.key]
        found.drop([record.key])
        assert found.called("a") == []


def test_many_small_parts_are_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "_SMALL_PARTS", 3)
    with Catalog(tmp_path) as found:
        for key in "abcde":
            found.add([cached(key, extracted=True)])
            found.drop_served()
    assert len(list((tmp_path / "extractions").iterdir())) == 2
    assert held(tmp_path) == [(key, True) for key in "abcde"]


def test_what_is_left_over_when_parts_are_joined_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last thousand may be one of the parts that were joined, and is not to be taken away with it."""
    monkeypatch.setattr(catalog, "_SMALL_PARTS", 20)
    monkeypatch.setattr(catalog, "PART", 20)
    with Catalog(tmp_path) as found:
        for number in range(26):
            found.add([cached(chr(ord("a") + number), extracted=True)])
            found.drop_served()
            assert len(found) == number + 1
    assert len(held(tmp_path)) == 26


def test_a_part_that_was_lost_or_cut_is_noticed(tmp_path: Path) -> None:
    with Catalog(tmp_path) as found:
        found.add([cached("a", extracted=True), cached("b", extracted=True)])
    (part,) = (tmp_path / "extractions").iterdir()
    whole = part.read_bytes()
    part.write_bytes(whole.splitlines(keepends=True)[0])
    with pytest.raises(KgError, match="damaged part"):
        Catalog(tmp_path)
    part.write_bytes(whole)
    assert len(held(tmp_path)) == 2
    part.unlink()
    for _ in range(2):
        with pytest.raises(KgError, match="is gone"):
            Catalog(tmp_path, complete=True)
    with Catalog(tmp_path) as found:
        assert len(found) == 0


def test_a_damaged_part_is_named(tmp_path: Path) -> None:
    parts = tmp_path / "extractions"
    parts.mkdir()
    (parts / f"{'c' * 32}.jsonl").write_text('{"key": "' + "a" * 40 + '", "pap\n')
    with pytest.raises(KgError, match=r"c\.jsonl:1: damaged"):
        Catalog(tmp_path)
