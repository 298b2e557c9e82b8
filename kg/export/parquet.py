"""Two Parquet files, ``nodes.parquet`` and ``edges.parquet``, with the columns of the CSV; aliases are a list."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any, Final

from kg.export.property_graph import EDGE_COLUMNS, NODE_COLUMNS, Column, PropertyGraph, Row

FILES: Final = ("nodes.parquet", "edges.parquet")
_ROWS_PER_GROUP: Final = 50_000


def _schema(columns: Iterable[Column[Row]]) -> Any:
    import pyarrow as pa

    types = {"string": pa.string(), "strings": pa.list_(pa.string()), "integer": pa.int64(), "number": pa.float64()}
    return pa.schema([pa.field(column.name, types[column.kind]) for column in columns])


def _write(place: Path, columns: tuple[Column[Row], ...], rows: Iterable[Row]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    schema, rest = _schema(columns), iter(rows)
    with parquet.ParquetWriter(place, schema, compression="zstd") as writer:
        while group := list(islice(rest, _ROWS_PER_GROUP)):
            arrays = [pa.array([c.of(row) for row in group], schema.field(c.name).type) for c in columns]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def write(graph: PropertyGraph, folder: Path) -> None:
    """Write the property graph into a folder that is there, in row groups of constant size."""
    _write(folder / "nodes.parquet", NODE_COLUMNS, graph.nodes())
    _write(folder / "edges.parquet", EDGE_COLUMNS, graph.edges())
