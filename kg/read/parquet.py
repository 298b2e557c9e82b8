"""Parquet tables with the same names of fields as JSON records."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from kg.inputs.strings import excerpt
from kg.model import Rejected
from kg.read.base import Format, Item, Source
from kg.read.jsonl import ALIASES, to_fields
from kg.read.record import to_items

_BATCH = 1024
_MAGIC = b"PAR1"


def _sniff(head: bytes, suffix: str) -> bool:  # noqa: ARG001
    return head.startswith(_MAGIC)


def _known(columns: list[str]) -> list[str]:
    """The columns that any field may come from; the others are never read."""
    wanted = {alias for aliases in ALIASES.values() for alias in aliases}
    wanted |= {"ids", "doi", "arxiv", "openalex", "openalex_id", "acl", "acl_id", "pmid", "pubmed_id", "source"}
    return [c for c in columns if c.lower() in wanted]


def read(source: Source) -> Iterator[Item]:
    """The papers of a table, row by row; the file is copied aside first, because its directory stands at its end."""
    import pyarrow

    with tempfile.TemporaryFile() as file:
        while chunk := source.stream.read(1 << 20):
            file.write(chunk)
        file.seek(0)
        try:
            yield from _rows(source, file)
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            yield Rejected(source.name, "a damaged Parquet file", f"{excerpt(str(error), 200)}; write it again")


def _rows(source: Source, file: BinaryIO) -> Iterator[Item]:
    import pyarrow.parquet

    table = pyarrow.parquet.ParquetFile(file)
    names = table.schema_arrow.names
    columns = _known(names)
    lower = {c.lower() for c in columns}
    if not lower & set(ALIASES["abstract"]):
        found, wanted = excerpt(", ".join(names), 200), "|".join(ALIASES["abstract"])
        yield Rejected(source.name, f"the columns {found}", f"no column with abstracts: none is named {wanted}")
        return
    number = 0
    for batch in table.iter_batches(batch_size=_BATCH, columns=columns):
        for row in batch.to_pylist():
            number += 1
            yield from to_items(to_fields(_without_gaps(row)), source=_source(row), where=f"{source.name}:{number}")


def _without_gaps(row: dict[str, Any]) -> dict[str, Any]:
    """A struct has all its keys in every row, with null where a record had none."""
    inner = {k: {i: j for i, j in v.items() if j is not None} for k, v in row.items() if isinstance(v, dict)}
    return row | inner


def _source(row: dict[str, Any]) -> str:
    own = row.get("source")
    return own if isinstance(own, str) and own else FORMAT.name


FORMAT = Format("parquet", "Parquet tables with columns such as title and abstract", _sniff, read)
