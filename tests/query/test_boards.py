from __future__ import annotations

from decimal import Decimal

import pytest

from kg.query import Table
from kg.query.boards import boards, ranked
from kg.query.table import Cell

COLUMNS = ("method", "metric", "value", "unit", "setting", "qualifier", "dataset", "better")


def scores(*rows: tuple[Cell, ...]) -> Table:
    return Table(COLUMNS, tuple((*row, *[None] * (len(COLUMNS) - len(row))) for row in rows))


def row(method: str, value: str | None, **changed: Cell) -> tuple[Cell, ...]:
    cells: dict[str, Cell] = {"method": method, "metric": "F1", "value": value and Decimal(value), "unit": "%"}
    cells |= {"setting": None, "qualifier": None, "dataset": "X", "better": "higher"} | changed
    return tuple(cells[name] for name in COLUMNS)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"dataset": "X dev"}, "another variant"),
        ({"metric": "recall"}, "another metric"),
        ({"unit": "points"}, "another unit"),
        ({"setting": "5-shot"}, "another setting"),
        ({"qualifier": "up to"}, "only a bound; not ranked: 'up to' is no exact value"),
        ({"metric": "zeal", "better": None}, "another metric; not ranked: which way is better is not known"),
    ],
    ids=str,
)
def test_what_differs_is_never_ranked_together_and_the_reason_is_said(changed: dict[str, Cell], why: str) -> None:
    table = scores(row("a", "90"), row("b", "91"), row("c", "99", **changed))
    first, second = boards(table)
    assert (first.rows, first.ranks, first.apart) == ((1, 0), (1, 2), "")
    assert second.rows == (2,)
    assert second.apart == why


def test_an_error_is_better_low_and_equals_share_a_rank() -> None:
    table = scores(*(row(m, v, metric="error rate", better="lower") for m, v in (("a", "5"), ("b", "4"), ("c", "5"))))
    (board,) = boards(table)
    assert (board.rows, board.ranks) == ((1, 0, 2), (1, 2, 2))


def test_a_bare_number_over_one_is_a_percentage_where_the_metric_ends_at_one() -> None:
    table = scores(row("a", "90"), row("b", "91.5", unit=None), row("c", "0.93", unit=None))
    assert [(b.unit, b.rows) for b in boards(table)] == [("%", (1, 0)), ("fraction", (2,))]
    perplexity = scores(row("a", "90", metric="perplexity"), row("b", "20", metric="perplexity", unit=None))
    assert len(boards(perplexity)) == 2


def test_a_range_has_no_rank_and_stands_last() -> None:
    (board,) = boards(scores(row("a", None), row("b", "91")))
    assert (board.rows, board.ranks) == ((1, 0), (1, None))


def test_the_table_keeps_every_score_once() -> None:
    table = scores(row("a", "90"), row("b", "91"), row("c", "99", setting="5-shot"), row("d", None, metric=None))
    found = ranked(table)
    assert found.columns[:3] == ("board", "rank", "apart")
    assert sorted(map(str, (r[3:] for r in found))) == sorted(map(str, table))
    assert [r[0] for r in found] == [1, 1, 2, 3]
    assert boards(Table(COLUMNS)) == ()
