"""Two Parquet files, ``nodes.parquet`` and ``edges.parquet``, with the columns of the CSV; aliases are a list."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from kg.export.arrow import batches, schema_of
from kg.export.property_graph import EDGE_COLUMNS, NODE_COLUMNS, Column, PropertyGraph, Row

FILES: Final = ("nodes.parquet", "edges.parquet")


def _write(place: Path, columns: tuple[Column[Row], ...], rows: Iterable[Row]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    with parquet.ParquetWriter(place, schema_of(columns), compression="zstd") as writer:
        for batch in batches(columns, rows):
            writer.write_table(pa.Table.from_batches([batch]))


def write(graph: PropertyGraph, folder: Path) -> None:
    """Write the property graph into a folder that is there, in row groups of constant size."""
    _write(folder / "nodes.parquet", NODE_COLUMNS, graph.nodes())
    _write(folder / "edges.parquet", EDGE_COLUMNS, graph.edges())
