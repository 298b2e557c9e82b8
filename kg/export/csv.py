"""Two CSV files, ``nodes.csv`` and ``edges.csv``: UTF-8, RFC 4180, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from kg.export.property_graph import EDGE_COLUMNS, NODE_COLUMNS, Cell, Column, PropertyGraph, Row, flat

FILES: Final = ("nodes.csv", "edges.csv")
# A cell that begins so would be run as a formula by spreadsheets (OWASP, "CSV Injection").
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guarded(cell: Cell) -> str | int | float:
    """A cell that no spreadsheet runs: text that looks like a formula gets a leading apostrophe.

    >>> guarded("=1+1"), guarded("a=1"), guarded(-1), guarded(None)
    ("'=1+1", 'a=1', -1, '')
    """
    value = flat(cell)
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _write(place: Path, columns: tuple[Column[Row], ...], rows: Iterable[Row]) -> None:
    with place.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(column.name for column in columns)
        for row in rows:
            writer.writerow(guarded(column.of(row)) if column.free else column.of(row) for column in columns)


def write(graph: PropertyGraph, folder: Path) -> None:
    """Write the property graph into a folder that is there."""
    _write(folder / "nodes.csv", NODE_COLUMNS, graph.nodes())
    _write(folder / "edges.csv", EDGE_COLUMNS, graph.edges())
