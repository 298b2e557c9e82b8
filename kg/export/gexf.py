"""GEXF 1.2 for Gephi: types have colours, an edge weighs as many papers as state it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from kg.export.property_graph import EDGE_COLUMNS, NODE_COLUMNS, Column, Edge, Kind, Node, PropertyGraph, Row, flat
from kg.export.xml_text import xml_text

_TYPES: Final[dict[Kind, str]] = {"string": "string", "strings": "string", "integer": "integer", "number": "double"}
_NODE_DATA: Final = tuple(c for c in NODE_COLUMNS if c.name not in ("id", "label"))
_EDGE_DATA: Final = tuple(c for c in EDGE_COLUMNS if c.name not in ("id", "source", "target"))
# Told apart by people with any colour vision (Okabe and Ito 2008, jfly.uni-koeln.de/color).
_COLOURS: Final = {
    "Paper": (153, 153, 153),
    "Method": (0, 114, 178),
    "Task": (0, 158, 115),
    "Dataset": (230, 159, 0),
    "Benchmark": (213, 94, 0),
    "Metric": (204, 121, 167),
}


def _attributes(columns: Iterable[Column[Row]], owner: str) -> Iterator[str]:
    yield f'    <attributes class="{owner}">\n'
    for column in columns:
        yield f'      <attribute id="{owner}_{column.name}" title="{column.name}" type="{_TYPES[column.kind]}"/>\n'
    yield "    </attributes>\n"


def _data(columns: Iterable[Column[Row]], row: Row, owner: str) -> str:
    cells = ((column.name, flat(column.of(row))) for column in columns)
    values = (f'<attvalue for="{owner}_{name}" value="{xml_text(c)}"/>' for name, c in cells if c is not None)
    return f"<attvalues>{''.join(values)}</attvalues>"


def _node(node: Node) -> str:
    red, green, blue = _COLOURS[node.type]
    inner = f'{_data(_NODE_DATA, node, "node")}<viz:color r="{red}" g="{green}" b="{blue}"/>'
    return f'      <node id="{xml_text(node.id)}" label="{xml_text(node.label)}">{inner}</node>\n'


def _edge(edge: Edge) -> str:
    ends = f'source="{xml_text(edge.source)}" target="{xml_text(edge.target)}"'
    look = f'label="{xml_text(edge.predicate)}" weight="{edge.support or 1}.0"'
    return f'      <edge id="{xml_text(edge.id)}" {ends} {look}>{_data(_EDGE_DATA, edge, "edge")}</edge>\n'


def _pieces(graph: PropertyGraph) -> Iterator[str]:
    names = 'xmlns="http://www.gexf.net/1.2draft" xmlns:viz="http://www.gexf.net/1.2draft/viz"'
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<gexf {names} version="1.2">\n'
    yield '  <graph mode="static" defaultedgetype="directed">\n'
    yield from _attributes(_NODE_DATA, "node")
    yield from _attributes(_EDGE_DATA, "edge")
    yield "    <nodes>\n"
    yield from map(_node, graph.nodes())
    yield "    </nodes>\n    <edges>\n"
    yield from map(_edge, graph.edges())
    yield "    </edges>\n  </graph>\n</gexf>\n"


def write(graph: PropertyGraph, out: BinaryIO) -> None:
    """Write the property graph as GEXF, always the same bytes for the same graph."""
    out.writelines(piece.encode() for piece in _pieces(graph))
