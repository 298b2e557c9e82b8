"""Files for ``neo4j-admin database import`` (Neo4j 5), with the script that runs it."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from kg.export.property_graph import EDGE_COLUMNS, NODE_COLUMNS, Cell, Column, Kind, PropertyGraph, Row

FILES: Final = ("nodes.csv", "edges.csv", "import.sh")

_TYPES: Final[dict[Kind, str]] = {"string": "", "strings": ":string[]", "integer": ":int", "number": ":double"}
# The columns that the importer reads as more than a property.
_ROLES: Final = {
    "node": {"id": "id:ID", "type": ":LABEL"},
    "edge": {"source": ":START_ID", "target": ":END_ID", "predicate": ":TYPE"},
}
# Between the elements of a list: a control character of ASCII that stands in no name.
_ARRAY: Final = "\x1f"
_SCRIPT: Final = """\
#!/bin/sh
# Loads this folder into a new, stopped database of Neo4j 5: sh import.sh [DATABASE]
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
exec neo4j-admin database import full \\
    --nodes="$here/nodes.csv" \\
    --relationships="$here/edges.csv" \\
    --multiline-fields=true \\
    --array-delimiter=U+001F \\
    "${1:-neo4j}"
"""


def _header(columns: Iterable[Column[Row]], owner: str) -> list[str]:
    return [_ROLES[owner].get(column.name, column.name + _TYPES[column.kind]) for column in columns]


def _cell(cell: Cell) -> str | int | float:
    if isinstance(cell, tuple):
        return _ARRAY.join(cell)
    return "" if cell is None else cell


def _write(place: Path, columns: tuple[Column[Row], ...], rows: Iterable[Row], owner: str) -> None:
    with place.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(_header(columns, owner))
        writer.writerows([_cell(column.of(row)) for column in columns] for row in rows)


def write(graph: PropertyGraph, folder: Path) -> None:
    """Write the property graph into a folder that is there. Text is not guarded: this is no spreadsheet."""
    _write(folder / "nodes.csv", NODE_COLUMNS, graph.nodes(), "node")
    _write(folder / "edges.csv", EDGE_COLUMNS, graph.edges(), "edge")
    (folder / "import.sh").write_text(_SCRIPT, encoding="utf-8", newline="\n")
