"""Leaderboards: which scores can be ranked together, the rank of each, and why the others stand apart.

Two scores share a board only if they are of one dataset (or one variant of it), one metric, one unit, one setting and
one qualifier. Where a metric is bounded by 1, a printed 93.2 can only be a percentage, so it shares the board of
"93.2%"; a printed 0.932 is a fraction and stands apart, as does everything in another unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.metrics import lookup
from kg.query.table import Cell, Table

_PERCENT = frozenset({"%", "percent", "per cent", "pct"})


@dataclass(frozen=True, slots=True)
class Board:
    """Scores that can be ranked together; ``rows`` are the places in the leaderboard's table, best first.

    ``ranks`` has a place for each row: 1 for the best, the same for equals, None where nothing tells which is better.
    ``apart`` says in what the board differs from the first one of the table, or why it is not ranked.
    """

    dataset: str
    metric: str | None
    unit: str
    setting: str | None
    qualifier: str | None
    better: str | None
    rows: tuple[int, ...]
    ranks: tuple[int | None, ...]
    apart: str

    @property
    def title(self) -> str:
        """The board in words: dataset, metric, unit, setting, and which way is better."""
        way = f"{self.better} is better" if self.better else ""
        parts = (self.dataset, self.metric or "no metric named", self.unit, self.setting, self.qualifier, way)
        return " · ".join(part for part in parts if part)


def boards(scores: Table) -> tuple[Board, ...]:
    """The boards of an answer to the question ``leaderboard``, that of the question's dataset with most scores first.

    >>> first = ("A", "F1", Decimal("91"), "%", None, None, "X", "higher")
    >>> rows = (first, ("B", "F1", Decimal("93"), None, None, None, "X", "higher"))
    >>> columns = ("method", "metric", "value", "unit", "setting", "qualifier", "dataset", "better")
    >>> [(board.title, board.rows, board.ranks) for board in boards(Table(columns, rows))]
    [('X · F1 · % · higher is better', (1, 0), (1, 2))]
    """
    records = scores.to_records()
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(records):
        groups[_key(row)].append(place)
    # The question gives its own dataset before the variants.
    first = [str(records[0]["dataset"])] if records else []
    order = sorted(groups, key=lambda key: (key[0] not in first, not key[1], -len(groups[key]), key))
    made: list[Board] = []
    for key in order:
        made.append(_board(key, groups[key], records, made[0] if made else None))
    return tuple(made)


def ranked(scores: Table) -> Table:
    """The scores in the order of their boards, after three more columns: board, rank, and why the board is apart."""
    rows: list[tuple[Cell, ...]] = []
    for number, board in enumerate(boards(scores), 1):
        rows += [
            (number, rank, board.apart or None, *scores[place])
            for place, rank in zip(board.rows, board.ranks, strict=True)
        ]
    return Table(("board", "rank", "apart", *scores.columns), tuple(rows))


def _key(row: Mapping[str, Cell]) -> tuple[str, ...]:
    metric = str(row["metric"] or "")
    fixed = (str(row["dataset"]), metric, _unit(metric, row["unit"], row["value"]))
    return *fixed, str(row["setting"] or ""), str(row["qualifier"] or "")


def _unit(metric: str, unit: Cell, value: Cell) -> str:
    """The unit in which a score is given, as far as the print and the metric tell."""
    printed = str(unit or "").strip()
    if printed.lower() in _PERCENT:
        return "%"
    info = lookup(metric) if metric else None
    if printed or info is None or info.high != 1 or not isinstance(value, int | float | Decimal):
        return printed
    return "fraction" if 0 <= value <= 1 else "%" if 1 < value <= 100 else ""


def _board(
    key: tuple[str, ...], places: list[int], records: Sequence[Mapping[str, Cell]], first: Board | None
) -> Board:
    dataset, metric, unit, setting, qualifier = key
    ways = {str(records[place]["better"]) for place in places if records[place]["better"]}
    better = min(ways) if len(ways) == 1 else None
    values = {place: _number(records[place]["value"]) for place in places}
    known = bool(metric) and better is not None and not qualifier
    sign = -1 if better == "higher" else 1
    rows = sorted(places, key=lambda p: ((v := values[p]) is None, sign * v if known and v is not None else 0, p))
    ranks = [_rank(values[p], list(values.values()), sign) if known else None for p in rows]
    why = [] if first is None else _differences(key, first)
    if not known:
        why.append(_unranked(metric, better, qualifier))
    labels = (dataset, metric or None, unit, setting or None, qualifier or None)
    return Board(*labels, better, tuple(rows), tuple(ranks), "; ".join(why))


def _number(value: Cell) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, int | float | Decimal) else None


def _rank(value: Decimal | None, values: Sequence[Decimal | None], sign: int) -> int | None:
    if value is None:
        return None
    return 1 + sum(other is not None and sign * other < sign * value for other in values)


def _differences(key: tuple[str, ...], first: Board) -> list[str]:
    mine = dict(zip(("dataset", "metric", "unit", "setting", "qualifier"), key, strict=True))
    names = {"dataset": "another variant", "metric": "another metric", "unit": "another unit"}
    names |= {"setting": "another setting", "qualifier": "only a bound"}
    return [text for name, text in names.items() if mine[name] != (getattr(first, name) or "")]


def _unranked(metric: str, better: str | None, qualifier: str) -> str:
    if not metric:
        return "not ranked: no metric is named"
    if qualifier:
        return f"not ranked: {qualifier!r} is no exact value"
    return "not ranked: which way is better is not known" if better is None else ""
