"""The graph as nodes and edges with attributes, for tools that know no RDF.

Nodes are the papers and the entities, edges the plain edges between them; claims, results and sentences stay in the RDF
forms, but each edge brings its belief, its support and its first sentence. The columns below are all there is: every
format writes them under these names, so that one description serves all.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, Literal, TypeAlias, TypeVar

from kg import vocab
from kg.export.triples import Lines, Object, subjects

Kind: TypeAlias = Literal["string", "strings", "integer", "number"]
Cell: TypeAlias = str | int | float | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Node:
    """A paper or an entity. ``id`` is its IRI.

    An entity has ``aliases`` and, from the papers that name it, their number and the earliest year. A paper has a
    ``date`` (ISO 8601 at the precision known), ``venue`` and ``url`` where known.
    """

    id: str
    type: str
    label: str
    aliases: tuple[str, ...] = ()
    papers: int | None = None
    first_year: int | None = None
    date: str | None = None
    venue: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A plain edge. ``id`` is the IRI of its statement, ``predicate`` is short (``outperforms``).

    ``belief`` is from 0 to 1, ``support`` the number of papers, ``quote`` the first sentence that shows it and
    ``paper`` the IRI of the paper that has this sentence.
    """

    id: str
    source: str
    target: str
    predicate: str
    belief: float | None = None
    support: int | None = None
    quote: str | None = None
    paper: str | None = None


Row = TypeVar("Row", Node, Edge)


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One attribute: its name in every format, its kind, and whether it is text from a paper (else made by kg)."""

    name: str
    kind: Kind
    free: bool = False

    def of(self, row: Row) -> Cell:
        """The attribute's value."""
        value: Cell = getattr(row, self.name)
        return value


NODE_COLUMNS: Final[tuple[Column[Node], ...]] = (
    Column("id", "string"),
    Column("type", "string"),
    Column("label", "string", free=True),
    Column("aliases", "strings", free=True),
    Column("papers", "integer"),
    Column("first_year", "integer"),
    Column("date", "string", free=True),
    Column("venue", "string", free=True),
    Column("url", "string", free=True),
)
EDGE_COLUMNS: Final[tuple[Column[Edge], ...]] = (
    Column("id", "string"),
    Column("source", "string"),
    Column("target", "string"),
    Column("predicate", "string"),
    Column("belief", "number"),
    Column("support", "integer"),
    Column("quote", "string", free=True),
    Column("paper", "string"),
)
# Between the aliases of a node, where a format has no lists.
ALIAS_SEPARATOR: Final = " | "


def flat(cell: Cell) -> str | int | float | None:
    """A cell for a format without lists.

    >>> flat(("a", "b")), flat(())
    ('a | b', None)
    """
    return (ALIAS_SEPARATOR.join(cell) or None) if isinstance(cell, tuple) else cell


_TYPES: Final = {class_: type_ for type_, class_ in vocab.ENTITY_CLASS.items()} | {vocab.PAPER: "Paper"}
_PREDICATES: Final = {
    iri: iri.removeprefix(vocab.KG) for iri in (*vocab.ROLE_PROPERTY.values(), *vocab.RELATION_PROPERTY.values())
}
_SCHEMA: Final = """
CREATE TABLE node (id TEXT PRIMARY KEY, type TEXT, label TEXT, aliases TEXT, date TEXT, venue TEXT, url TEXT)
    WITHOUT ROWID;
CREATE TABLE edge (id TEXT PRIMARY KEY, source TEXT, target TEXT, predicate TEXT, belief REAL, support INTEGER,
    evidence TEXT) WITHOUT ROWID;
CREATE TABLE evidence (id TEXT PRIMARY KEY, quote TEXT, paper TEXT) WITHOUT ROWID;
"""
_NODES: Final = """
SELECT node.id, node.type, node.label, node.aliases, named.papers, named.first_year, node.date, node.venue, node.url
FROM node LEFT JOIN (
    SELECT edge.target AS id, COUNT(DISTINCT edge.source) AS papers,
           MIN(CASE WHEN paper.date GLOB '[0-9][0-9][0-9][0-9]*' THEN CAST(SUBSTR(paper.date, 1, 4) AS INTEGER) END)
               AS first_year
    FROM edge JOIN node AS paper ON paper.id = edge.source AND paper.type = 'Paper'
    GROUP BY edge.target
) AS named ON named.id = node.id
ORDER BY node.id
"""
_EDGES: Final = """
SELECT edge.id, edge.source, edge.target, edge.predicate, edge.belief, edge.support, evidence.quote, evidence.paper
FROM edge LEFT JOIN evidence ON evidence.id = edge.evidence
WHERE edge.source IN (SELECT id FROM node) AND edge.target IN (SELECT id FROM node)
ORDER BY edge.source, edge.target, edge.predicate, edge.id
"""
# No name holds this sign: it is what separates units of text in ASCII.
_UNIT: Final = "\x1f"

_Values: TypeAlias = dict[str, list[Object]]


class PropertyGraph:
    """Nodes and edges in the order of their IRIs; both iterators can be asked for again."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def nodes(self) -> Iterator[Node]:
        """Every paper and entity."""
        for id_, type_, label, aliases, *rest in self._database.execute(_NODES):
            yield Node(id_, type_, label, tuple(aliases.split(_UNIT)) if aliases else (), *rest)

    def edges(self) -> Iterator[Edge]:
        """Every plain edge; the ends of each are among the nodes."""
        for row in self._database.execute(_EDGES):
            yield Edge(*row)


def _first(values: _Values, property_: str) -> str | None:
    return next((o.text for o in values.get(property_, ())), None)


def _number(text: str | None, kind: Callable[[str], float]) -> float | None:
    try:
        return None if text is None else kind(text)
    except ValueError:
        return None


def _add_node(database: sqlite3.Connection, subject: str, type_: str, values: _Values) -> None:
    if type_ == "Paper":
        label = _first(values, vocab.DCTERMS + "title") or _first(values, vocab.DCTERMS + "identifier")
        aliases: list[str] = []
    else:
        label = _first(values, vocab.SKOS + "prefLabel")
        aliases = [o.text.replace(_UNIT, "") for o in values.get(vocab.SKOS + "altLabel", ())]
    rest = (vocab.DCTERMS + "issued", vocab.VENUE, vocab.SCHEMA + "url")
    row = (subject, type_, label or subject, _UNIT.join(aliases), *(_first(values, property_) for property_ in rest))
    database.execute("INSERT INTO node VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def _add_edge(database: sqlite3.Connection, subject: str, values: _Values) -> None:
    source, predicate, target = (_first(values, vocab.RDF + end) for end in ("subject", "predicate", "object"))
    row = (
        subject,
        source,
        target,
        _PREDICATES.get(predicate or "", predicate),
        _number(_first(values, vocab.BELIEF), float),
        _number(_first(values, vocab.SUPPORT), int),
        _first(values, vocab.HAS_EVIDENCE),
    )
    database.execute("INSERT INTO edge VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def _load(database: sqlite3.Connection, lines: Lines) -> None:
    for subject, values in subjects(lines):
        classes = {o.text for o in values.get(vocab.TYPE, ())}
        if vocab.STATEMENT in classes:
            _add_edge(database, subject, values)
        elif vocab.EVIDENCE in classes:
            row = (subject, _first(values, vocab.QUOTE), _first(values, vocab.PROV + "wasDerivedFrom"))
            database.execute("INSERT INTO evidence VALUES (?, ?, ?)", row)
        elif types := sorted(_TYPES[class_] for class_ in classes if class_ in _TYPES):
            _add_node(database, subject, types[0], values)


@contextmanager
def property_graph(lines: Lines) -> Iterator[PropertyGraph]:
    """The property graph of sorted lines of N-Triples; memory stays flat, the rest is in a temporary file.

    Raises:
        KgError: a line is no triple.

    >>> with property_graph([]) as graph:
    ...     list(graph.nodes())
    []
    """
    with tempfile.TemporaryDirectory(prefix="kg-export-") as folder:
        database = sqlite3.connect(Path(folder) / "graph.sqlite", isolation_level=None)
        try:
            database.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA} BEGIN;")
            _load(database, lines)
            database.execute("COMMIT")
            yield PropertyGraph(database)
        finally:
            database.close()
