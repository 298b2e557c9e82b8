"""Files that appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import ExistsError, LockedError, NotAGraphError
from kg.files import whole, whole_folder
from kg.folder import Folder


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


def test_an_unfinished_directory_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotAGraphError, match="no finished graph"):
        Folder(tmp_path).read_manifest()
