"""The graph as tables for engines of tables: partitioned Parquet beside the parts of N-Quads, written by the workers.

Each lies in a folder of its own, in parts of the same ranges and numbers as those of the N-Quads, sorted by ``id``
within and across parts. ``papers`` and ``entities`` have the columns of the exported nodes
(:mod:`kg.export.property_graph`) that say something of them, ``edges`` those of the exported edges.

========  ===================================================================================================
table     a row for each
========  ===================================================================================================
papers    paper; ``authors`` are sorted, ``identifiers`` are its own and those of the schemes
entities  method, task, dataset, benchmark, metric; how many papers name it, and the year of the first
edges     plain edge, with belief, support, and the first sentence that shows it
results   number that a paper reports; of an end that is no entity the text (``method_text`` ...)
claims    sentence that claims; ``results``, ``supports`` and ``disputes`` are ids of rows
merges    reason why a name means an entity (its ``object_id``), as in merges.tsv, in order of entity
========  ===================================================================================================
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from kg import vocab
from kg.cluster.storage import Storage, own_mark
from kg.naming import MERGE_HEAD

if TYPE_CHECKING:
    import pyarrow as pa

TABLES = "tables"
Kind: TypeAlias = Literal["string", "strings", "integer", "number", "boolean"]
_ROWS_PER_GROUP = 50_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``property`` is what a subject says it with; without one it is made of several things said."""

    name: str
    kind: Kind
    property: str = ""


_PAPERS = (
    Column("id", "string"),
    Column("label", "string"),
    Column("date", "string", vocab.DCTERMS + "issued"),
    Column("venue", "string", vocab.VENUE),
    Column("url", "string", vocab.SCHEMA + "url"),
    Column("identifiers", "strings", vocab.DCTERMS + "identifier"),
    Column("authors", "strings", vocab.AUTHOR),
)
_ENTITIES = (
    Column("id", "string"),
    Column("type", "string"),
    Column("label", "string", vocab.SKOS + "prefLabel"),
    Column("aliases", "strings", vocab.SKOS + "altLabel"),
    Column("papers", "integer"),
    Column("first_year", "integer"),
)
_EDGES = (
    Column("id", "string"),
    Column("source", "string", vocab.RDF + "subject"),
    Column("target", "string", vocab.RDF + "object"),
    Column("predicate", "string"),
    Column("belief", "number", vocab.BELIEF),
    Column("support", "integer", vocab.SUPPORT),
    Column("quote", "string"),
    Column("paper", "string"),
)
_DERIVED = vocab.PROV + "wasDerivedFrom"
_RESULTS = (
    Column("id", "string"),
    Column("paper", "string", _DERIVED),
    *(Column(slot, "string", to_entity) for slot, (to_entity, _, _) in vocab.RESULT_SLOTS.items()),
    *(Column(f"{slot}_text", "string", to_text) for slot, (_, to_text, _) in vocab.RESULT_SLOTS.items()),
    Column("value_text", "string", vocab.VALUE_TEXT),
    Column("value", "number", vocab.VALUE),
    Column("value_low", "number", vocab.VALUE_LOW),
    Column("value_high", "number", vocab.VALUE_HIGH),
    Column("unit", "string", vocab.UNIT),
    Column("kind", "string", vocab.KIND),
    Column("direction", "string", vocab.DIRECTION),
    Column("better", "string", vocab.BETTER),
    Column("qualifier", "string", vocab.QUALIFIER),
    Column("setting", "string", vocab.SETTING),
    Column("confidence", "number", vocab.CONFIDENCE),
    Column("evidence", "string", vocab.HAS_EVIDENCE),
)
_CLAIMS = (
    Column("id", "string"),
    Column("paper", "string", _DERIVED),
    Column("type", "string"),
    Column("text", "string", vocab.TEXT),
    Column("about", "string", vocab.ABOUT),
    Column("hedged", "boolean", vocab.HEDGED),
    Column("polarity", "string", vocab.POLARITY),
    Column("confidence", "number", vocab.CONFIDENCE),
    Column("evidence", "string", vocab.HAS_EVIDENCE),
    Column("results", "strings", vocab.REPORTS),
    Column("supports", "strings", vocab.SUPPORTS),
    Column("disputes", "strings", vocab.DISPUTES),
)
_KINDS: Final[dict[str, Kind]] = {"confidence": "number", "papers": "integer"}
COLUMNS: Final[dict[str, tuple[Column, ...]]] = {
    "papers": _PAPERS,
    "entities": _ENTITIES,
    "edges": _EDGES,
    "results": _RESULTS,
    "claims": _CLAIMS,
    "merges": tuple(Column(name, _KINDS.get(name, "string")) for name in MERGE_HEAD.split("\t")),
}

# ---------------------------------------------------------------- files


def write_tables(storage: Storage, number: str, rows: dict[str, list[dict[str, Any]]]) -> dict[str, int]:
    """Write a part of each table that has rows in a range; how many they are, by table."""
    for table, its in rows.items():
        if its:
            _write(storage, table, number, its)
    return {table: len(its) for table, its in rows.items() if its}


def write_empty(storage: Storage, written: Iterable[dict[str, int]]) -> dict[str, int]:
    """How many rows all tables have; one without any gets a part all the same, so that it can be read."""
    counts = Counter(dict.fromkeys(COLUMNS, 0))
    for rows in written:
        counts.update(rows)
    for table in COLUMNS:
        if not counts[table]:
            _write(storage, table, f"{0:06d}", [])
    return dict(counts)


def _write(storage: Storage, table: str, number: str, rows: list[dict[str, Any]]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    schema = schema_of(table)
    columns = [pa.array([row.get(name) for row in rows], schema.field(name).type) for name in schema.names]
    with storage.write(f"{TABLES}/{table}/part-{number}.parquet", own_mark()) as out:
        made = pa.Table.from_arrays(columns, schema=schema)
        parquet.write_table(made, out, compression="zstd", row_group_size=_ROWS_PER_GROUP)


def schema_of(table: str) -> pa.Schema:
    """The Arrow schema of a table."""
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "strings": pa.list_(pa.string()),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
    }
    return pa.schema([pa.field(column.name, types[column.kind]) for column in COLUMNS[table]])
