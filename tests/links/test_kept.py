from __future__ import annotations

import random
from pathlib import Path

import pytest

from kg.errors import KgError, UsageError
from kg.links import keep, read
from kg.links.base import Thing
from kg.links.kept import read_things, write_things
from kg.model import Note, Rejected
from tests.links import made
from tests.links.test_formats import FILES

ODD = [
    Thing(
        "https://a.org/1",
        "a|b\\",
        ("\\|x", "c|d", "e\\tf"),
        frozenset({"Method", "Task"}),
        "tab\there",
        close_only=True,
    ),
    Thing("https://a.org/2", '"quoted"', ("#x", "'s", "é f"), frozenset(), ""),
]
ALL = [t for _, _, things in FILES.values() for t in things] + ODD


def written(folder: Path, things: list[Thing]) -> bytes:
    path = folder / "links.tsv"
    write_things(path, things)
    return path.read_bytes()


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write_things(tmp_path / "links.tsv", ODD)
    assert list(read_things(tmp_path / "links.tsv")) == ODD
    assert list(read(tmp_path / "links.tsv")) == ODD


def test_the_same_things_in_any_order_and_any_number_of_times_give_the_same_bytes(tmp_path: Path) -> None:
    chance = random.Random(3)  # noqa: S311
    once = written(tmp_path, ALL)
    for _ in range(10):
        shuffled = [*ALL, *chance.sample(ALL, 5)]
        chance.shuffle(shuffled)
        assert written(tmp_path, shuffled) == once
    assert written(tmp_path, list(read_things(tmp_path / "links.tsv"))) == once


def test_rows_of_one_thing_become_one(tmp_path: Path) -> None:
    path = tmp_path / "links.tsv"
    count = write_things(
        path,
        [
            Thing("https://a.org/1", "x", ("b",), frozenset({"Task"}), "two", close_only=True),
            Thing("https://a.org/1", "x", ("a", "b"), frozenset({"Method"}), "one"),
            Thing("https://a.org/1", "y", ("a",)),
        ],
    )
    assert count == 2
    assert list(read_things(path)) == [
        Thing("https://a.org/1", "x", ("a", "b"), frozenset({"Method", "Task"}), "one, two"),
        Thing("https://a.org/1", "y", ("a",)),
    ]


@pytest.mark.parametrize(
    "row",
    [
        "https://a.org/1\tx",
        "javascript:x\tname\t\t\t\t",
        "https://a.org/1\t\t\t\t\t",
        "https://a.org/1\tname\t\tMethid\t\t",
    ],
)
def test_a_damaged_row_is_named(row: str, tmp_path: Path) -> None:
    path = tmp_path / "links.tsv"
    write_things(path, ODD)
    with path.open("a", encoding="utf-8") as out:
        out.write(row + "\n")
    with pytest.raises(KgError, match=r"links\.tsv:4: .*--links"):
        list(read_things(path))


def test_a_row_of_too_few_cells_is_told_how_many_belong(tmp_path: Path) -> None:
    path = tmp_path / "links.tsv"
    write_things(path, [])
    path.write_text(path.read_text() + "https://a.org/1\tx\n")
    (bad,) = read(path)
    assert isinstance(bad, Rejected)
    assert "2 cells, where 6 belong" in bad.why


def test_a_file_without_the_header_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "links.tsv"
    path.write_text("https://a.org/1\tx\t\t\t\t\n")
    with pytest.raises(KgError, match=r"links\.tsv:1"):
        list(read_things(path))


def test_files_are_kept_beside_what_is_kept_in_any_order(tmp_path: Path) -> None:
    methods, table = tmp_path / "methods.json", tmp_path / "mine.csv"
    methods.write_text(made.METHODS)
    table.write_text("name,iri\nAUKS,https://example.org/auks\nbad,nowhere\n")
    told: list[Rejected | Note] = []
    one, two = tmp_path / "one.tsv", tmp_path / "two.tsv"
    assert keep(one, [methods], told.append) == 1
    assert not told
    assert keep(one, [table, methods], told.append) == 2
    assert [r.where for r in told] == [f"{table}:3"]
    assert keep(two, [table, methods], told.append) == 2
    assert one.read_bytes() == two.read_bytes()


def test_a_missing_file_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "links.tsv"
    write_things(path, ODD)
    before = path.read_bytes()
    with pytest.raises(UsageError, match=r"gone\.json"):
        keep(path, [tmp_path / "gone.json"], lambda _: None)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["links.tsv"]


def test_the_order_of_other_names_does_not_matter(tmp_path: Path) -> None:
    one = written(tmp_path, [Thing("https://a.org/1", "x", ("b", "a", "b"))])
    assert one == written(tmp_path, [Thing("https://a.org/1", "x", ("a", "b"))])
