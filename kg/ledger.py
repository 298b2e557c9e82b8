"""What each paper, each name and each outside link has added to the graph, so that it can be taken out again.

The tables lie in ``names.db`` beside those of :mod:`kg.resolve.index`, so that both are always of one state. ``state``
holds that state: the generation of the store that it belongs to, and the counts and the checksum of its triples.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Literal, TypeVar

from kg.facts import NodeFacts, PaperFacts
from kg.model import ResolvedEntity

T = TypeVar("T")
Table = Literal["edge", "answer", "link"]

VERSION = 1
_BATCH = 1_000
_TABLES = """
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS shown (key TEXT PRIMARY KEY, facts BLOB);
CREATE TABLE IF NOT EXISTS edge (line TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answer (line TEXT PRIMARY KEY, claim TEXT) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answer_claim ON answer (claim);
CREATE TABLE IF NOT EXISTS link (line TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS node (home TEXT PRIMARY KEY, iri TEXT, facts BLOB) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS node_iri ON node (iri);
CREATE TABLE IF NOT EXISTS general (base TEXT, home TEXT, PRIMARY KEY (base, home)) WITHOUT ROWID;
"""
_NAMES = ("state", "shown", "edge", "answer", "link", "node", "general")
# Sorts after every text that begins alike.
_LAST = "\U0010ffff"


class Ledger:
    """The tables, in an open database; what is written counts once the database's transaction is committed."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @classmethod
    def of(cls, db: sqlite3.Connection) -> Ledger:
        """The tables in a database; made there where they lack or are those of another version."""
        if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            for name in _NAMES:
                db.execute(f"DROP TABLE IF EXISTS {name}")
            db.execute(f"PRAGMA user_version = {VERSION}")
        for statement in _TABLES.split(";"):
            db.execute(statement)
        return cls(db)

    @classmethod
    @contextmanager
    def reading(cls, path: Path) -> Iterator[Ledger | None]:
        """The tables of a file, only to be read; None where there are none."""
        if not path.is_file():
            yield None
            return
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            is_there = db.execute("PRAGMA user_version").fetchone()[0] == VERSION
            yield cls(db) if is_there else None
        finally:
            db.close()

    def clear(self) -> None:
        """Forget everything."""
        for name in _NAMES:
            self._db.execute(f"DELETE FROM {name}")  # noqa: S608  names of our own

    @property
    def state(self) -> dict[str, Any]:
        """The state that was kept; nothing where there is none."""
        return {name: json.loads(value) for name, value in self._db.execute("SELECT name, value FROM state")}

    def keep_state(self, state: dict[str, Any]) -> None:
        """Keep a state instead of what was kept."""
        self._db.execute("DELETE FROM state")
        self._db.executemany("INSERT INTO state VALUES (?, ?)", ((k, json.dumps(v)) for k, v in sorted(state.items())))

    # ------------------------------------------------------------ papers

    def papers(self) -> Iterator[str]:
        """The keys of the papers that the graph shows, in order."""
        return (key for (key,) in self._db.execute("SELECT key FROM shown ORDER BY key"))

    def paper(self, key: str) -> PaperFacts | None:
        """What a paper has added."""
        row = self._db.execute("SELECT facts FROM shown WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        lines, edges, answers = json.loads(zlib.decompress(row[0]))
        return PaperFacts(tuple(lines), tuple(edges), tuple(answers))

    def put_papers(self, packed: Iterable[tuple[str, bytes]]) -> None:
        """Note what papers add, each as :func:`pack_paper` makes it."""
        self._db.executemany("INSERT OR REPLACE INTO shown VALUES (?, ?)", packed)

    def drop_paper(self, key: str) -> None:
        """Forget a paper."""
        self._db.execute("DELETE FROM shown WHERE key = ?", (key,))

    # ------------------------------------------------------------ names

    def node(self, home: str) -> NodeFacts | None:
        """What the entity of a key has added."""
        row = self._db.execute("SELECT facts FROM node WHERE home = ?", (home,)).fetchone()
        return _node(home, row[0]) if row else None

    def nodes(self) -> Iterator[NodeFacts]:
        """What all entities have added, in order of key."""
        for home, packed in self._db.execute("SELECT home, facts FROM node ORDER BY home"):
            yield _node(home, packed)

    def called(self, iri: str) -> NodeFacts | None:
        """What the entity of an IRI has added."""
        row = self._db.execute("SELECT home, facts FROM node WHERE iri = ?", (iri,)).fetchone()
        return _node(*row) if row else None

    def put_nodes(self, found: Iterable[NodeFacts]) -> Iterator[NodeFacts]:
        """Note what entities add, as it passes by; what an earlier one of the key had for general names stays known."""
        for batch in _batches(found):
            rows = ((n.home, n.entity.iri, _pack_node(n)) for n in batch)
            self._db.executemany("INSERT OR REPLACE INTO node VALUES (?, ?, ?)", rows)
            wide = ((base, n.home) for n in batch for base in n.general)
            self._db.executemany("INSERT OR IGNORE INTO general VALUES (?, ?)", wide)
            yield from batch

    def drop_node(self, home: str) -> None:
        """Forget an entity."""
        self._db.execute("DELETE FROM node WHERE home = ?", (home,))

    def below(self, bases: Iterable[str]) -> set[str]:
        """The keys of entities that have, or had, a more general name of one of some keys."""
        found: set[str] = set()
        for base in bases:
            found.update(home for (home,) in self._db.execute("SELECT home FROM general WHERE base = ?", (base,)))
        return found

    # ------------------------------------------------------------ edges, answers, links

    def lines(self, table: Table, prefix: str = "") -> Iterator[str]:
        """The lines of a table that begin so, in order."""
        query = f"SELECT line FROM {table} WHERE line >= ? AND line < ? ORDER BY line"  # noqa: S608  names of our own
        return (line for (line,) in self._db.execute(query, (prefix, prefix + _LAST)).fetchall())

    def answers_of(self, claim: str) -> list[str]:
        """The lines of the answers that a claim gives."""
        return [line for (line,) in self._db.execute("SELECT line FROM answer WHERE claim = ?", (claim,))]

    def put_lines(self, table: Table, lines: Iterable[str]) -> Iterator[str]:
        """Note lines, as they pass by."""
        columns = "?, ?" if table == "answer" else "?"
        for batch in _batches(lines):
            rows = ((line, line.split("\t", 3)[2]) if table == "answer" else (line,) for line in batch)
            self._db.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({columns})", rows)  # noqa: S608
            yield from batch

    def drop_lines(self, table: Table, lines: Iterable[str]) -> None:
        """Forget lines."""
        self._db.executemany(f"DELETE FROM {table} WHERE line = ?", ((line,) for line in lines))  # noqa: S608


def pack_paper(facts: PaperFacts) -> bytes:
    """What a paper adds, as :meth:`Ledger.put_papers` takes it."""
    return _packed([facts.lines, facts.edges, facts.answers])


def _packed(value: object) -> bytes:
    return zlib.compress(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"), 1)


def _pack_node(node: NodeFacts) -> bytes:
    entity = node.entity
    named = [entity.iri, entity.type, entity.label, entity.alt_labels]
    return _packed([named, node.lines, node.merges, node.general])


def _node(home: str, packed: bytes) -> NodeFacts:
    (iri, type_, label, others), lines, merges, general = json.loads(zlib.decompress(packed))
    entity = ResolvedEntity(iri, type_, label, tuple(others))
    return NodeFacts(home, entity, tuple(lines), tuple(merges), tuple(general))


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    source = iter(items)
    while batch := list(islice(source, _BATCH)):
        yield batch
