"""The cached records of a graph directory and where each lies: the truth behind the graph, and an index of it.

``extractions/*.jsonl`` are the truth: parts of records, each a paper with what was read out of it or with null where
that is still to be done, or never will be, as another record of the same paper was chosen. A part appears whole, under
a name made from what is in it, and never changes. ``catalog.db`` says where each record lies and which names its paper
has; it is brought up to date with the parts that are there, so it may lack or be of an earlier state.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

from kg.errors import KgError
from kg.files import whole
from kg.ids import digest, paper_iri, paper_keys
from kg.model import Entity, Extraction, Paper
from kg.records import (
    Record,
    entities_from_record,
    extraction_from_record,
    extraction_to_record,
    paper_from_record,
    paper_to_record,
    to_line,
)

VERSION = "1"
# Papers per part: small enough to lose little when killed, large enough that a million papers are a thousand files.
PART = 1_000
# Parts of less than a tenth of that are joined once there are so many: one is made by each `kg add`.
_SMALL_PARTS = 100
_PART_NAME = re.compile(r"[0-9a-f]{32}\.jsonl")
_CACHE_KIB = 32_768
_TABLES = f"""
CREATE TABLE part (id INTEGER PRIMARY KEY, name TEXT UNIQUE, size INTEGER, records INTEGER);
CREATE TABLE record (key TEXT, part INTEGER, start INTEGER, size INTEGER, extracted INTEGER, rank TEXT,
    PRIMARY KEY (key, extracted, part)) WITHOUT ROWID;
CREATE INDEX record_in ON record (part, start);
CREATE INDEX record_bare ON record (part, key) WHERE extracted = 0;
CREATE TABLE known (name TEXT, key TEXT, joins INTEGER, PRIMARY KEY (name, joins, key)) WITHOUT ROWID;
PRAGMA user_version = {VERSION};
"""


@dataclass(frozen=True, slots=True)
class Cached:
    """A paper of a graph directory. ``extraction`` is None where another record of the same paper was chosen."""

    key: str
    paper: Paper
    extraction: Extraction | None


class Place(NamedTuple):
    """Where the record of a key lies, so that a worker can be told and read it."""

    key: str
    path: Path
    start: int
    size: int

    def raw(self) -> Raw:
        """The record as it lies there.

        Raises:
            OSError: the part is gone, or cannot be read.
        """
        with self.path.open("rb", buffering=0) as part:
            return Raw(self.path, self.start, os.pread(part.fileno(), self.size, self.start))


class Raw(NamedTuple):
    """A record as it lies in its part."""

    path: Path
    start: int
    line: bytes

    def cached(self) -> Cached:
        """The record.

        Raises:
            KgError: it is damaged; the message names file and line.
        """
        record = self.read()
        try:
            extraction = record["extraction"]
            paper = paper_from_record(record["paper"])
            return Cached(record["key"], paper, None if extraction is None else extraction_from_record(extraction))
        except (KeyError, TypeError, AttributeError) as error:
            raise self._damaged(error) from None

    def entities(self) -> tuple[Entity, ...]:
        """The entities alone, which are read faster than all.

        Raises:
            KgError: as :meth:`cached`.
        """
        record = self.read()
        try:
            return entities_from_record(record["extraction"] or {})
        except (KeyError, TypeError, AttributeError) as error:
            raise self._damaged(error) from None

    def read(self) -> Record:
        """The JSON of the record."""
        try:
            record: Record = json.loads(self.line)
        except ValueError as error:
            raise self._damaged(error) from None
        return record

    def _damaged(self, error: Exception) -> KgError:
        number = 0
        with suppress(OSError):
            number = self.path.read_bytes()[: self.start].count(b"\n") + 1
        return KgError(f"{self.path}:{number}: damaged cache record ({error!r}); delete this file and build again")


class _Row(NamedTuple):
    """Where a record lies, and the names of its paper; ``rank`` sorts the record to be kept of one paper first."""

    key: str
    start: int
    size: int
    extracted: bool
    rank: str
    joining: tuple[str, ...]
    names: tuple[str, ...]


class Catalog:
    """The records of the graph directory ``place``. Close it, or use it in a ``with`` statement."""

    def __init__(self, place: Path, *, complete: bool = False) -> None:
        """The records of ``place``; with ``complete`` a part that was there when it was last opened must be.

        Raises:
            KgError: a part is damaged, or one that must be there is not.
        """
        self.parts = place / "extractions"
        self._path = place / "catalog.db"
        place.mkdir(parents=True, exist_ok=True)
        try:
            self._db = self._open()
            self._follow(complete=complete)
        except sqlite3.OperationalError as error:
            remedy = "see that the directory can be written and has space; if so, delete this file, it is made again"
            raise KgError(f"{self._path}: {error}; {remedy}") from None
        except sqlite3.DatabaseError:  # damaged: all that is in it can be read again
            self._path.unlink(missing_ok=True)
            self._db = self._open()
            self._follow(complete=complete)

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, isolation_level=None)
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        db.execute("PRAGMA synchronous = NORMAL")
        if db.execute("PRAGMA user_version").fetchone()[0] != int(VERSION):
            db.close()
            self._path.unlink(missing_ok=True)
            db = sqlite3.connect(self._path, isolation_level=None)
            db.executescript(_TABLES)
        db.execute("CREATE TEMP TABLE wanted (key TEXT PRIMARY KEY) WITHOUT ROWID")
        return db

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the index; it is written already."""
        self._db.close()

    def _follow(self, *, complete: bool) -> None:
        """Take in the parts that are there and forget those that are not."""
        there = {p.name: p.stat().st_size for p in self.parts.glob("*.jsonl") if _PART_NAME.fullmatch(p.name)}
        indexed = {name: (id_, size) for id_, name, size, _ in self._db.execute("SELECT * FROM part")}
        for name, (id_, size) in sorted(indexed.items()):
            if there.get(name) == size:
                continue
            if complete and name not in there:
                raise KgError(f"{self.parts / name}: this part is gone; run `kg build` with all the sources again")
            self._forget(id_)
        for name in sorted(there):
            if indexed.get(name, (0, -1))[1] != there[name]:
                self._index(name, self._verified(name))

    def _verified(self, name: str) -> list[_Row]:
        """The rows of a part that nobody has indexed; its name tells whether it is whole."""
        rows = list(_rows(self.parts / name))
        if _name_of((row.key, row.extracted) for row in rows) != name:
            message = "damaged part, records are missing or were put in; delete this file and build again"
            raise KgError(f"{self.parts / name}: {message}")
        return rows

    def _index(self, name: str, rows: Iterable[_Row]) -> None:
        found = sorted(rows)
        self._db.execute("BEGIN")
        part = self._db.execute(
            "INSERT INTO part (name, size, records) VALUES (?, ?, ?)",
            (name, (self.parts / name).stat().st_size, len(found)),
        ).lastrowid
        self._db.executemany(
            "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?)",
            ((r.key, part, r.start, r.size, r.extracted, r.rank) for r in found),
        )
        names = {(name, r.key, joins) for r in found for joins in (0, 1) for name in (r.names, r.joining)[joins]}
        self._db.executemany("INSERT OR IGNORE INTO known VALUES (?, ?, ?)", sorted(names))
        self._db.execute("COMMIT")

    def _forget(self, part: int) -> None:
        """Forget a part; names whose records are gone with it lead to nothing and are left."""
        self._db.execute("BEGIN")
        self._db.execute("DELETE FROM record WHERE part = ?", (part,))
        self._db.execute("DELETE FROM part WHERE id = ?", (part,))
        self._db.execute("COMMIT")

    # ------------------------------------------------------------ which records there are

    def __len__(self) -> int:
        """How many records there are, of one key one."""
        count: int = self._db.execute("SELECT count(DISTINCT key) FROM record").fetchone()[0]
        return count

    def __contains__(self, key: object) -> bool:
        return self._db.execute("SELECT 1 FROM record WHERE key = ? LIMIT 1", (key,)).fetchone() is not None

    def is_extracted(self, key: str) -> bool:
        """Whether a record has an extraction."""
        row = self._db.execute("SELECT max(extracted) FROM record WHERE key = ?", (key,)).fetchone()
        return bool(row[0])

    def __iter__(self) -> Iterator[str]:
        """The key of each record, in order."""
        return (key for (key,) in self._db.execute("SELECT DISTINCT key FROM record ORDER BY key"))

    def called(self, name: str) -> list[str]:
        """The keys of the records whose paper has a name: IRI, own id, or one of :func:`kg.ids.paper_keys`."""
        rows = self._db.execute("SELECT DISTINCT key FROM known WHERE name = ? ORDER BY key", (name,))
        return [key for (key,) in rows if key in self]

    def spare(self) -> set[str]:
        """The keys of records that are not kept, as another of the same paper is.

        Records are of one paper if they share an identifier, or title and abstract, or both share one with a third.
        The one kept has most identifiers, then the longest abstract, then the smallest key: order plays no part.
        """
        leader: dict[str, str] = {}

        def find(name: str) -> str:
            while leader.setdefault(name, name) != name:
                leader[name] = leader[leader[name]]
                name = leader[name]
            return name

        shared = "SELECT name FROM known WHERE joins = 1 GROUP BY name HAVING count(*) > 1"
        rows = self._db.execute(
            f"SELECT k.name, k.key, min(r.rank) FROM known k JOIN record r ON r.key = k.key "  # noqa: S608  our own words
            f"WHERE joins = 1 AND name IN ({shared}) GROUP BY k.name, k.key"
        )
        rank: dict[str, str] = {}
        for name, key, best in rows:
            rank[key] = best
            leader[find(" " + name)] = find(key)
        kept: dict[str, str] = {}
        for key in sorted(rank, key=lambda k: (rank[k], k)):
            kept.setdefault(find(key), key)
        return rank.keys() - kept.values()

    def bare(self) -> int:
        """How many records are not extracted."""
        rows = self._db.execute(
            "SELECT count(DISTINCT key) FROM record r WHERE extracted = 0 "
            "AND NOT EXISTS (SELECT 1 FROM record o WHERE o.key = r.key AND o.extracted = 1)"
        )
        count: int = rows.fetchone()[0]
        return count

    # ------------------------------------------------------------ reading

    def read(self, keys: Iterable[str]) -> Iterator[Cached]:
        """The records of some keys that are there; of a key kept twice, the one with an extraction.

        Raises:
            KgError: a part is damaged; the message names file and line.
        """
        for key in keys:
            found = self._db.execute(
                "SELECT p.name, r.start, r.size FROM record r JOIN part p ON p.id = r.part WHERE r.key = ? "
                "ORDER BY r.extracted DESC LIMIT 1",
                (key,),
            ).fetchone()
            if found:
                name, start, size = found
                yield Place(key, self.parts / name, start, size).raw().cached()

    def read_all(self, *, extracted: bool, spare: Iterable[str] = ()) -> Iterator[Cached]:
        """The records at :meth:`places`.

        Raises:
            KgError: a part is damaged; the message names file and line.
        """
        return (place.raw().cached() for place in self.places(extracted=extracted, spare=spare))

    def places(self, *, extracted: bool, spare: Iterable[str] = ()) -> Iterator[Place]:
        """Where the records lie that are, or are not, extracted: part by part, each key once, without spare ones."""
        left = set(spare)
        # Of a key the first row with an extraction counts; a bare row counts where none has one. Parts that are added
        # while this is read are not read.
        (last,) = self._db.execute("SELECT coalesce(max(id), 0) FROM part").fetchone()
        for part, name in self._db.execute("SELECT id, name FROM part WHERE id <= ? ORDER BY id", (last,)).fetchall():
            condition = "extracted = 1" if extracted else "extracted = 0"
            rows = self._db.execute(
                f"SELECT key, start, size FROM record r WHERE part = ? AND {condition} AND NOT EXISTS ("  # noqa: S608
                "SELECT 1 FROM record o WHERE o.key = r.key AND (o.extracted > r.extracted OR "
                "(o.extracted = r.extracted AND o.part < r.part))) ORDER BY start",
                (part,),
            ).fetchall()
            path = self.parts / name
            yield from (Place(key, path, start, size) for key, start, size in rows if key not in left)

    # ------------------------------------------------------------ changing

    def add(self, records: Iterable[Cached]) -> None:
        """Keep records as a part; it appears whole."""
        ordered = sorted(records, key=lambda c: c.key)
        if not ordered:
            return
        name = _name_of((cached.key, cached.extraction is not None) for cached in ordered)
        rows, at = [], 0
        with whole(self.parts / name, force=True) as out:
            for cached in ordered:
                line = to_line(_to_record(cached)).encode("utf-8", "backslashreplace") + b"\n"
                out.write(line)
                rows.append(_row(cached.key, cached.paper, at, len(line), extracted=cached.extraction is not None))
                at += len(line)
        if known := self._db.execute("SELECT id FROM part WHERE name = ?", (name,)).fetchone():
            self._forget(known[0])
        self._index(name, rows)

    def want(self, keys: Iterable[str]) -> None:
        """Note keys that :meth:`drop_others` shall leave."""
        self._db.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", ((key,) for key in keys))

    def drop_others(self) -> None:
        """Drop every record that was not :meth:`want`-ed."""
        self._drop("key NOT IN (SELECT key FROM wanted)")

    def drop(self, keys: Iterable[str]) -> None:
        """Drop the records of some keys."""
        self._db.execute("CREATE TEMP TABLE gone (key TEXT PRIMARY KEY) WITHOUT ROWID")
        self._db.executemany("INSERT OR IGNORE INTO gone VALUES (?)", ((key,) for key in keys))
        self._drop("key IN (SELECT key FROM gone)")
        self._db.execute("DROP TABLE gone")

    def drop_served(self) -> None:
        """Drop the bare record of each key that has an extracted one; join small parts where they have become many."""
        self._drop("extracted = 0 AND EXISTS (SELECT 1 FROM record o WHERE o.key = record.key AND o.extracted = 1)")
        small = "SELECT id, name FROM part WHERE records < ? ORDER BY id"
        parts = self._db.execute(small, (PART // 10,)).fetchall()
        if len(parts) > _SMALL_PARTS:
            records = [cached for _, name in parts for cached in _read_whole(self.parts / name)]
            for start in range(0, len(records), PART):
                self.add(records[start : start + PART])
            for part, name in parts:
                # What is left over of a thousand may be one of the parts that were joined, and has its name.
                if self._db.execute("SELECT 1 FROM part WHERE id = ?", (part,)).fetchone():
                    self._remove(part, name)

    def parts_there(self) -> set[str]:
        """The names of the parts."""
        return {name for (name,) in self._db.execute("SELECT name FROM part")}

    def drop_parts_but(self, names: set[str]) -> None:
        """Drop the parts that are not among some."""
        for part, name in self._db.execute("SELECT id, name FROM part ORDER BY id").fetchall():
            if name not in names:
                self._remove(part, name)

    def _drop(self, condition: str) -> None:
        """Write anew each part that has a record of which this holds, without those records."""
        asked = f"SELECT DISTINCT part FROM record WHERE {condition} ORDER BY part"  # noqa: S608  words of this module
        for (part,) in self._db.execute(asked).fetchall():
            (name,) = self._db.execute("SELECT name FROM part WHERE id = ?", (part,)).fetchone()
            rows = self._db.execute(f"SELECT start FROM record WHERE part = ? AND {condition}", (part,))  # noqa: S608
            gone = {start for (start,) in rows}
            left = [cached for start, cached in _read_placed(self.parts / name) if start not in gone]
            self.add(left)
            self._remove(part, name)

    def _remove(self, part: int, name: str) -> None:
        # In this order: a part that is known and not there has been lost.
        self._forget(part)
        (self.parts / name).unlink(missing_ok=True)


# ---------------------------------------------------------------- parts


def _name_of(records: Iterable[tuple[str, bool]]) -> str:
    """The name of a part that holds these keys, extracted or not, in order."""
    return digest(*(key + ("+" if extracted else "-") for key, extracted in records), length=32) + ".jsonl"


def _rows(path: Path) -> Iterator[_Row]:
    for start, size, cached in _lines(path):
        yield _row(cached.key, cached.paper, start, size, extracted=cached.extraction is not None)


def _row(key: str, paper: Paper, start: int, size: int, *, extracted: bool) -> _Row:
    joining = paper_keys(paper)
    return _Row(key, start, size, extracted, rank_of(paper, joining), joining, (paper.id, paper_iri(paper)))


def content_key(paper: Paper, version: str, settings: str) -> str:
    """The key of a paper in the cache: another text, extractor or setting (a line of JSON) is another key."""
    return digest(to_line(paper_to_record(paper)), version, settings, length=40)


def rank_of(paper: Paper, keys: Sequence[str]) -> str:
    """Sorts the record to be kept of one paper first: most identifiers, then the longest abstract."""
    return f"{99 - len(keys):02d} {9_999_999_999 - len(paper.abstract):010d}"


def _read_placed(path: Path) -> Iterator[tuple[int, Cached]]:
    return ((start, cached) for start, _, cached in _lines(path))


def _read_whole(path: Path) -> Iterator[Cached]:
    return (cached for _, _, cached in _lines(path))


def _lines(path: Path) -> Iterator[tuple[int, int, Cached]]:
    start = 0
    with path.open("rb") as lines:
        for line in lines:
            yield start, len(line), Raw(path, start, line).cached()
            start += len(line)


def _to_record(cached: Cached) -> Record:
    extraction = cached.extraction and extraction_to_record(cached.extraction, cached.paper)
    return {"key": cached.key, "paper": paper_to_record(cached.paper), "extraction": extraction}
