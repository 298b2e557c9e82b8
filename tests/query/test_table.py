from __future__ import annotations

import csv
import dataclasses
import io
import json
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import KgError, UsageError
from kg.query.formats import FORMATS, render, to_csv, to_json, to_markdown, to_text, to_tsv
from kg.query.table import SHOWN, Cell, Table

SMALL = Table(("name", "value", "ok"), (("LiVOS", Decimal("64.8"), True), ("x", None, False)))
CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.text(),
    st.text(st.sampled_from("=+-@'\"<>|\t\n\r\x1b\\&,; a1\u202e＝")),
)
TABLES = st.builds(lambda rows: Table(("a", "b"), tuple(rows)), st.lists(st.tuples(CELLS, CELLS), max_size=5))


def test_a_table_is_a_frozen_sequence_of_rows() -> None:
    assert len(SMALL) == 2
    assert list(SMALL) == [("LiVOS", Decimal("64.8"), True), ("x", None, False)]
    assert SMALL[0][0] == "LiVOS"
    assert SMALL.column("name") == ["LiVOS", "x"]
    assert SMALL.to_records()[1] == {"name": "x", "value": None, "ok": False}
    assert SMALL.first(1).rows == SMALL.rows[:1]
    with pytest.raises(dataclasses.FrozenInstanceError):
        SMALL.rows = ()  # type: ignore[misc]


def test_a_wrong_table_or_column_is_an_error() -> None:
    with pytest.raises(ValueError, match="row 0 has 1 cells for 2 columns"):
        Table(("a", "b"), (("x",),))
    with pytest.raises(ValueError, match="one name"):
        Table(("a", "a"))
    with pytest.raises(UsageError, match="no column 'nam'; the table has name, value, ok"):
        SMALL.column("nam")
    with pytest.raises(UsageError, match="no output form 'xml'; there are table, csv, tsv, json, md"):
        render(SMALL, "xml")


def test_pandas_gets_numbers_and_its_absence_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = SMALL.to_pandas()
    assert list(frame.columns) == ["name", "value", "ok"]
    assert frame["value"].iloc[0] == 64.8
    assert frame["value"].isna().tolist() == [False, True]
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(KgError, match=r"pip install 'kg-abstracts\[notebook\]'"):
        SMALL.to_pandas()


def test_an_empty_cell_alone_is_still_a_row() -> None:
    assert list(csv.reader(io.StringIO(to_csv(Table(("a",), ((None,), ("x",))))))) == [["a"], [""], ["x"]]


def test_csv_goes_to_a_file_or_comes_back(tmp_path: Path) -> None:
    place = tmp_path / "t.csv"
    assert SMALL.to_csv(place) is None
    assert place.read_text(encoding="utf-8") == SMALL.to_csv() == "name,value,ok\nLiVOS,64.8,true\nx,,false\n"


def test_html_runs_nothing() -> None:
    page = Table(("<b>", "n"), (("<script>alert('1')</script>", 1),))._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;" in page
    assert "<th>&lt;b&gt;</th>" in page


def test_a_long_table_is_shown_in_part_and_says_so() -> None:
    table = Table(("n",), tuple((i,) for i in range(SHOWN + 7)))
    assert "... and 7 more rows" in repr(table)
    assert "... and 7 more rows" in table._repr_html_()
    assert repr(table).startswith("Table of 57 rows: n\n")
    assert repr(Table(("n",), ((1,),))).startswith("Table of 1 row: n\n")
    assert repr(Table(())) == "Table of 0 rows:"


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", " =1", "\r=1", "＝1", "-", "+1-555"])
def test_a_formula_is_disarmed(text: str) -> None:
    assert next(csv.reader(io.StringIO(to_csv(Table(("a",), ((text,),)))[2:], newline="")))[0][0] == "'"
    assert to_tsv(Table(("a",), ((text,),))).splitlines()[1][0] == "'"


@pytest.mark.parametrize("cell", [-1, Decimal("-0.5"), -2.5, "-0.5", "+3.1%", "a=b", "1-2"])
def test_a_number_or_plain_text_is_no_formula(cell: Cell) -> None:
    assert to_csv(Table(("a",), ((cell,),))) == f"a\n{cell}\n"


@given(TABLES)
def test_csv_reads_back_with_the_same_shape(table: Table) -> None:
    rows = list(csv.reader(io.StringIO(to_csv(table), newline="")))
    assert [len(row) for row in rows] == [2] * (len(table) + 1)
    for row, cells in zip(rows[1:], table, strict=True):
        for found, cell in zip(row, cells, strict=True):
            assert cell is not None or found == ""
            if isinstance(cell, str) and cell.isprintable():
                assert found in (cell, "'" + cell)


@given(TABLES)
def test_json_reads_back_exactly(table: Table) -> None:
    for found, row in zip(json.loads(to_json(table), parse_float=Decimal), table.to_records(), strict=True):
        for name, cell in row.items():
            if isinstance(cell, Decimal):
                assert found[name] == cell
            elif isinstance(cell, str | bool | int) or cell is None:
                assert found[name] == cell
                assert type(found[name]) is type(cell)


@given(TABLES)
def test_no_form_lets_a_control_sign_through(table: Table) -> None:
    for name, form in FORMATS.items():
        text = form(table)
        assert not any(c in text for c in "\x1b\x07\u202e\x9b"), name


@given(TABLES)
def test_markdown_and_tsv_keep_one_line_per_row(table: Table) -> None:
    assert len(to_markdown(table).split("\n")) == len(table) + 3
    assert [line.count("\t") for line in to_tsv(table).split("\n")] == [1] * (len(table) + 1) + [0]


def test_markdown_obeys_no_mark_of_a_cell() -> None:
    text = to_markdown(Table(("a", "n"), (("<b>|[x](javascript:1)`*_", 2),)))
    assert text == "| a | n |\n| --- | --: |\n| \\<b\\>\\|\\[x\\](javascript:1)\\`\\*\\_ | 2 |\n"


def test_the_terminal_table_fits_and_loses_nothing() -> None:
    long = "A sentence of many words that goes on for longer than a line of the terminal has room, and then some more."
    table = Table(
        ("method", "value", "empty", "year", "paper", "quote"),
        (
            (
                "LiVOS",
                Decimal("64.8"),
                None,
                2024,
                "A title that is not short at all, and that has a line of its own",
                long,
            ),
            ("[b]X[/b]", Decimal("9.1"), None, None, "T", None),
        ),
    )
    text = to_text(table, width=80)
    assert max(map(len, text.splitlines())) <= 80
    assert text.splitlines()[0] == "method    value  year"
    assert text.splitlines()[1] == "LiVOS      64.8  2024"
    assert "[b]X[/b]    9.1" in text
    assert "empty" not in text
    assert not any(line.endswith(" ") for line in text.splitlines())
    assert long in " ".join(text.split())
    assert "\x1b" not in text
    assert "\x1b[1m" in to_text(table, width=80, color=True)


def test_a_column_that_fits_stays_beside_however_wide() -> None:
    name = "a name of more than forty signs, as tasks have them"
    table = Table(("year", "name", "papers"), ((2020, name, 3),))
    assert to_text(table) == f"year  name{' ' * 47}  papers\n2020  {name}       3\n"
    assert to_text(table, width=30).splitlines()[:2] == ["year  papers", "2020       3"]


def test_the_first_column_names_the_row_and_stays() -> None:
    table = Table(("method", "paper"), (("m" * 30, "p" * 20),))
    assert to_text(table, width=40).splitlines() == ["method", "m" * 30, "    paper: " + "p" * 20]


def test_wide_signs_and_narrow_terminals_are_fitted() -> None:
    table = Table(("名", "x"), (("模型模型", 1), ("a", 2)))
    assert to_text(table) == "名        x\n模型模型  1\na         2\n"
    narrow = to_text(Table(("a", "b"), (("word " * 10, "x" * 50),)), width=20)
    assert max(map(len, narrow.splitlines())) <= 20
    assert narrow.count("x") == 50
