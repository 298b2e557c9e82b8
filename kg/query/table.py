"""The answer to a question as a table: named columns, frozen rows, plain values, and ways out of it."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from kg.errors import KgError, UsageError

if TYPE_CHECKING:
    import pandas as pd

Cell: TypeAlias = "str | int | float | Decimal | bool | None"
Row: TypeAlias = tuple[Cell, ...]

# How many rows a notebook or a prompt shows; the table itself has them all.
SHOWN = 50


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Rows under named columns; a cell is a string (an IRI too), a number, a bool, or None where nothing is known.

    Raises:
        ValueError: two columns have one name, or a row has another number of cells than there are columns.

    >>> table = Table(("method", "value"), (("LiVOS", Decimal("64.8")),))
    >>> len(table), list(table), table.to_records()
    (1, [('LiVOS', Decimal('64.8'))], [{'method': 'LiVOS', 'value': Decimal('64.8')}])
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.columns)) != len(self.columns):
            raise ValueError(f"columns of one name: {', '.join(self.columns)}")
        for number, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise ValueError(f"row {number} has {len(row)} cells for {len(self.columns)} columns")

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __getitem__(self, index: int) -> Row:
        return self.rows[index]

    def __repr__(self) -> str:
        from kg.query.formats import to_text

        head = f"Table of {len(self):,} row{'' if len(self) == 1 else 's'}: {', '.join(self.columns)}"
        return f"{head}\n{to_text(self.first(SHOWN))}{self._more()}".rstrip()

    def _repr_html_(self) -> str:
        heads = "".join(f"<th>{html.escape(name)}</th>" for name in self.columns)
        body = "".join(f"<tr>{''.join(map(_html_cell, row))}</tr>" for row in self.rows[:SHOWN])
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
        return f"{table}<p>{self._more().strip() or f'{len(self):,} rows'}</p>"

    def _more(self) -> str:
        return f"... and {len(self) - SHOWN:,} more rows\n" if len(self) > SHOWN else ""

    def first(self, count: int) -> Table:
        """The table with its first ``count`` rows only."""
        return Table(self.columns, self.rows[:count])

    def column(self, name: str) -> list[Cell]:
        """The cells of one column.

        Raises:
            UsageError: there is no such column; the message lists those there are.
        """
        if name not in self.columns:
            raise UsageError(f"no column {name!r}; the table has {', '.join(self.columns)}")
        place = self.columns.index(name)
        return [row[place] for row in self.rows]

    def to_records(self) -> list[dict[str, Cell]]:
        """Each row as a dictionary of column names to cells."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def to_csv(self, path: str | Path | None = None) -> str | None:
        """The table as CSV: returned, or written to ``path`` (as a whole or not at all).

        A text that a spreadsheet would run as a formula has an apostrophe before it (:func:`kg.query.formats.to_csv`).
        """
        from kg.files import whole
        from kg.query.formats import to_csv

        text = to_csv(self)
        if path is None:
            return text
        with whole(Path(path), force=True) as out:
            out.write(text.encode("utf-8", "replace"))
        return None

    def to_pandas(self) -> pd.DataFrame:
        """The table as a DataFrame; decimal numbers become floats, so that columns can be summed and drawn.

        Raises:
            KgError: pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise KgError("to_pandas needs pandas; install it with: pip install 'kg-abstracts[notebook]'") from None
        rows = [[float(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in self.rows]
        return pd.DataFrame(rows, columns=list(self.columns))


def _html_cell(cell: Cell) -> str:
    side = ' style="text-align:right"' if is_number(cell) else ' style="text-align:left"'
    return f"<td{side}>{html.escape(cell_text(cell))}</td>"


def is_number(cell: Cell) -> bool:
    """Whether a cell is a number (a bool is none)."""
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)


def cell_text(cell: Cell) -> str:
    """A cell as text: nothing for None, numbers without exponent where they are exact.

    >>> cell_text(None), cell_text(True), cell_text(Decimal("7E+4")), cell_text(0.5)
    ('', 'true', '70000', '0.5')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
