"""Cytoscape JSON, for Cytoscape and Cytoscape.js: the columns as data of each element."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from kg.export.json_text import safe_json
from kg.export.property_graph import EDGE_COLUMNS, NODE_COLUMNS, Column, PropertyGraph, Row


def _elements(columns: tuple[Column[Row], ...], rows: Iterable[Row]) -> Iterator[str]:
    separator = "\n"
    for row in rows:
        cells = ((column.name, column.of(row)) for column in columns)
        yield f"{separator}{safe_json({'data': {name: cell for name, cell in cells if cell not in (None, ())}})}"
        separator = ",\n"


def _pieces(graph: PropertyGraph) -> Iterator[str]:
    yield '{"format_version": "1.0", "generated_by": "kg", "target_cytoscapejs_version": "~3", "data": {},\n'
    yield '"elements": {"nodes": ['
    yield from _elements(NODE_COLUMNS, graph.nodes())
    yield '\n], "edges": ['
    yield from _elements(EDGE_COLUMNS, graph.edges())
    yield "\n]}}\n"


def write(graph: PropertyGraph, out: BinaryIO) -> None:
    """Write the property graph as Cytoscape JSON, one element per line."""
    out.writelines(piece.encode() for piece in _pieces(graph))
