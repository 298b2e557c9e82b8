"""The nodes and edges as Arrow tables, with the columns of the CSV; aliases are a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.export.property_graph import EDGE_COLUMNS, NODE_COLUMNS, Column, Row, property_graph
from kg.export.triples import Lines

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_PER_BATCH: Final = 50_000


class Tables(NamedTuple):
    """A graph as two tables; ``source`` and ``target`` of an edge are ids of nodes."""

    nodes: pa.Table
    edges: pa.Table


def schema_of(columns: Iterable[Column[Row]]) -> pa.Schema:
    """The Arrow schema of the columns."""
    import pyarrow as pa

    types = {"string": pa.string(), "strings": pa.list_(pa.string()), "integer": pa.int64(), "number": pa.float64()}
    return pa.schema([pa.field(column.name, types[column.kind]) for column in columns])


def batches(columns: tuple[Column[Row], ...], rows: Iterable[Row]) -> Iterator[pa.RecordBatch]:
    """The rows in batches of constant size, the last one smaller."""
    import pyarrow as pa

    schema, rest = schema_of(columns), iter(rows)
    while group := list(islice(rest, ROWS_PER_BATCH)):
        arrays = [pa.array([c.of(row) for row in group], schema.field(c.name).type) for c in columns]
        yield pa.record_batch(arrays, schema=schema)


def to_arrow(lines: Lines) -> Tables:
    """The tables of sorted lines of N-Triples; memory holds them and one batch of rows.

    Raises:
        KgError: a line is no triple.

    >>> to_arrow([]).nodes.column_names[:3]
    ['id', 'type', 'label']
    """
    import pyarrow as pa

    with property_graph(lines) as graph:
        nodes = pa.Table.from_batches(batches(NODE_COLUMNS, graph.nodes()), schema_of(NODE_COLUMNS))
        return Tables(nodes, pa.Table.from_batches(batches(EDGE_COLUMNS, graph.edges()), schema_of(EDGE_COLUMNS)))
