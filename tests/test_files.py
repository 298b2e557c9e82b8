"""Files that appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import ExistsError, LockedError, NotAGraphError
from kg.files import whole, whole_folder
from kg.folder import Cached, Folder
from kg.model import Extraction, Paper


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), whole(tmp_path / "a") as out:
        out.write((tmp_path / "absent").read_bytes())
    with pytest.raises(FileNotFoundError), whole_folder(tmp_path / "b") as folder:
        (folder / "x" / "y").write_text("half")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_replaced_without_force(tmp_path: Path) -> None:
    place = tmp_path / "a"
    place.write_bytes(b"old")
    with pytest.raises(ExistsError, match="--force"), whole(place):
        pass
    assert place.read_bytes() == b"old"
    with whole(place, force=True) as out:
        out.write(b"new")
    assert place.read_bytes() == b"new"


def test_a_directory_of_others_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_bytes(b"")
    with pytest.raises(ExistsError, match="did not make"), Folder(tmp_path).locked():
        pass
    with Folder(tmp_path).locked(force=True):
        pass
    assert (tmp_path / "thesis.doc").exists()


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with Folder(tmp_path / "out").locked(), pytest.raises(LockedError), Folder(tmp_path / "out").locked():
        pass
    with Folder(tmp_path / "out").locked():
        pass


def cached(key: str, *, extracted: bool) -> Cached:
    paper = Paper(key, None, f"Text {key}.")
    return Cached(key * 40, paper, Extraction(key) if extracted else None)


def test_cached_records_come_back_and_the_extracted_one_counts(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.add_part([cached("b", extracted=False), cached("a", extracted=False)])
    folder.add_part([cached("a", extracted=True)])
    assert sorted((c.key[0], c.extraction is not None) for c in folder.read_parts()) == [("a", True), ("b", False)]
    folder.keep_parts(lambda key, extracted: extracted or key[0] != "a")
    assert sorted((key[0], done) for _, key, done in folder.read_index()) == [("a", True), ("b", False)]


def test_a_damaged_part_is_named(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.parts.mkdir()
    (folder.parts / f"{'c' * 32}.jsonl").write_text('{"key": "' + "a" * 40 + '", "pap\n')
    with pytest.raises(Exception, match=r"c\.jsonl:1: damaged"):
        list(folder.read_parts())


def test_an_unfinished_directory_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotAGraphError, match="no finished graph"):
        Folder(tmp_path).read_manifest()
