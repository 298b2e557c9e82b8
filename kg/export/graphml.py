"""GraphML for Gephi, yEd, Cytoscape, igraph and NetworkX: directed, parallel edges told apart by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from kg.export.property_graph import EDGE_COLUMNS, NODE_COLUMNS, Column, Edge, Kind, Node, PropertyGraph, Row, flat
from kg.export.xml_text import xml_text

_TYPES: Final[dict[Kind, str]] = {"string": "string", "strings": "string", "integer": "int", "number": "double"}
_NODE_DATA: Final = tuple(c for c in NODE_COLUMNS if c.name != "id")
_EDGE_DATA: Final = tuple(c for c in EDGE_COLUMNS if c.name not in ("id", "source", "target"))


def _keys(columns: Iterable[Column[Row]], owner: str) -> Iterator[str]:
    for column in columns:
        key = f'id="{owner}_{column.name}" for="{owner}" attr.name="{column.name}" attr.type="{_TYPES[column.kind]}"'
        yield f"  <key {key}/>\n"


def _data(columns: Iterable[Column[Row]], row: Row, owner: str) -> str:
    cells = ((column.name, flat(column.of(row))) for column in columns)
    return "".join(f'<data key="{owner}_{name}">{xml_text(cell)}</data>' for name, cell in cells if cell is not None)


def _node(node: Node) -> str:
    return f'    <node id="{xml_text(node.id)}">{_data(_NODE_DATA, node, "node")}</node>\n'


def _edge(edge: Edge) -> str:
    ends = f'source="{xml_text(edge.source)}" target="{xml_text(edge.target)}"'
    return f'    <edge id="{xml_text(edge.id)}" {ends}>{_data(_EDGE_DATA, edge, "edge")}</edge>\n'


def _pieces(graph: PropertyGraph) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    yield from _keys(_NODE_DATA, "node")
    yield from _keys(_EDGE_DATA, "edge")
    yield '  <graph id="kg" edgedefault="directed">\n'
    yield from map(_node, graph.nodes())
    yield from map(_edge, graph.edges())
    yield "  </graph>\n</graphml>\n"


def write(graph: PropertyGraph, out: BinaryIO) -> None:
    """Write the property graph as GraphML, always the same bytes for the same graph."""
    out.writelines(piece.encode() for piece in _pieces(graph))
