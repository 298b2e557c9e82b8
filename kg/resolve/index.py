"""What all papers say of their names, and what was made of it, in one SQLite file: added to and taken from by paper.

``said`` and ``vote`` are counts of papers (:mod:`kg.resolve.evidence`), ``used`` says which papers, ``named``
which keys have names of another form (it may hold some that had). ``move`` says which key and type goes to which
other key and why, ``needs`` which keys each decision looked at, so that a change of one name asks again only for those
that it can touch. All else follows: a key's home is where its moves lead.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, TypeAlias, cast

from kg.model import ENTITY_TYPES, Entity, EntityType
from kg.resolve.evidence import key_of, read
from kg.resolve.wishes import Wishes

# Another number where the tables, or the rules that decide, are others: an index of another version is made anew.
VERSION = "6"
# From so many papers on, one paper's word is not enough to say what all mean by a short abbreviation.
LARGE = 1_000
# Changes kept in memory before they are written, in order of key: what is written in order is written fast.
_PENDING = 150_000
_CACHE_KIB = 64_000

_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE paper (number INTEGER PRIMARY KEY, id TEXT UNIQUE, said BLOB);
CREATE TABLE used (key TEXT, paper INT, PRIMARY KEY (key, paper)) WITHOUT ROWID;
CREATE TABLE said (
    key TEXT, type INT, name TEXT, rank INT, papers INT, PRIMARY KEY (key, type, name, rank)
) WITHOUT ROWID;
CREATE TABLE vote (
    short TEXT, type INT, key TEXT, defined INT, papers INT, PRIMARY KEY (short, type, key, defined)
) WITHOUT ROWID;
CREATE INDEX vote_key ON vote (key);
CREATE TABLE named (form TEXT, key TEXT, PRIMARY KEY (form, key)) WITHOUT ROWID;
CREATE TABLE move (
    key TEXT, type INT, target TEXT, rule TEXT, confidence REAL, PRIMARY KEY (key, type)
) WITHOUT ROWID;
CREATE INDEX move_target ON move (target);
CREATE TABLE needs (on_key TEXT, key TEXT, PRIMARY KEY (on_key, key)) WITHOUT ROWID;
CREATE INDEX needs_key ON needs (key);
"""


# A row of the table ``said`` or ``vote``, without its count.
_Row: TypeAlias = tuple[str, int, str, int]


class Use(NamedTuple):
    """So many papers give entities of one key and type this name, as OTHER, MAIN or OWN name (evidence.py)."""

    type: EntityType
    name: str
    rank: int
    papers: int


class Votes(NamedTuple):
    """So many papers use a short form, for an entity of this type, for that of ``key``."""

    type: EntityType
    key: str
    defined: bool
    papers: int


class Move(NamedTuple):
    """The entities of a key and type are those of ``target``, by a rule of :mod:`kg.resolve.moves`."""

    target: str
    rule: str
    confidence: float


class Index:
    """The tables, open; in memory if no path is given."""

    def __init__(self, path: Path | None, wishes: Wishes) -> None:
        self.wishes = wishes
        self._path = path
        self._db = self._open()
        self._said: Counter[tuple[str, int, str, int]] = Counter()
        self._votes: Counter[tuple[str, int, str, int]] = Counter()
        self._used: list[tuple[str, int]] = []
        self._changed: set[str] = set()
        self._large: bool | None = None
        # The keys that a column holds, where all are to be asked for: most keys are in none, and a set is asked faster.
        self._held: dict[str, set[str]] = {}

    def _open(self) -> sqlite3.Connection:
        stamp = f"{VERSION} {self.wishes.key}"
        db = _connect(self._path)
        if _stamp_of(db) != stamp:
            # Of another version, of other wishes, or damaged: all that is in it can be counted again.
            db.close()
            if self._path is not None:
                self._path.unlink(missing_ok=True)
            db = _connect(self._path)
            db.executescript(_TABLES)
            db.execute("INSERT INTO meta VALUES ('stamp', ?)", (stamp,))
        db.execute("BEGIN")
        return db

    @property
    def database(self) -> sqlite3.Connection:
        """The database, for tables that are to be of one state with these."""
        return self._db

    def close(self, *, keep: bool = True) -> None:
        """Write what has changed and close; with ``keep`` false it is as it was before."""
        if keep:
            self._db.commit()
        self._db.close()

    # ------------------------------------------------------------ papers

    def papers(self) -> set[str]:
        """The ids of the papers whose names are counted."""
        return {id_ for (id_,) in self._db.execute("SELECT id FROM paper")}

    def add(self, id_: str, entities: Iterable[Entity]) -> None:
        """Count a paper's names."""
        self.put(id_, packed(entities, self.wishes))

    def put(self, id_: str, what: bytes) -> None:
        """Count a paper's names, read elsewhere by :func:`packed` with the wishes of this index."""
        said, votes, _ = json.loads(zlib.decompress(what))
        number = self._db.execute("INSERT INTO paper (id, said) VALUES (?, ?)", (id_, what)).lastrowid
        self._used += [(key, cast("int", number)) for key in {row[0] for row in said}]
        self._count(said, votes, 1)

    def entities(self, id_: str) -> list[tuple[str, EntityType]]:
        """Key and type of each entity of a paper, in its order."""
        [(what,)] = self._db.execute("SELECT said FROM paper WHERE id = ?", (id_,))
        return [(key, ENTITY_TYPES[t]) for key, t in json.loads(zlib.decompress(what))[2]]

    def remove(self, id_: str) -> None:
        """Take back what was counted of a paper."""
        if self._used:
            self.flush()
        [(number, what)] = self._db.execute("SELECT number, said FROM paper WHERE id = ?", (id_,))
        self._db.execute("DELETE FROM paper WHERE number = ?", (number,))
        said, votes, _ = json.loads(zlib.decompress(what))
        self._db.executemany("DELETE FROM used WHERE key = ? AND paper = ?", ((row[0], number) for row in said))
        self._count(said, votes, -1)

    def _count(self, said: list[_Row], votes: list[_Row], by: int) -> None:
        for counter, found in ((self._said, said), (self._votes, votes)):
            for key, type_, name, rank in found:
                counter[key, type_, name, rank] += by
        if len(self._said) > _PENDING:
            self.flush()

    def flush(self) -> None:
        """Write the counts that changed."""
        if self._settled() is not None:
            self._changed.update(row[0] for row in (*self._said, *self._votes))
            self._changed.update(row[2] for row in self._votes)
        forms = ((self.wishes.form_of(name), key) for (key, _, name, _), by in self._said.items() if by > 0)
        self._db.executemany("INSERT OR IGNORE INTO named VALUES (?, ?)", sorted({f for f in forms if f[0] != f[1]}))
        for table, counter in (("said", self._said), ("vote", self._votes)):
            columns = "key, type, name, rank" if table == "said" else "short, type, key, defined"
            self._db.executemany(
                f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?) "  # noqa: S608  two names of our own
                f"ON CONFLICT ({columns}) DO UPDATE SET papers = papers + excluded.papers",
                ((*row, by) for row, by in sorted(counter.items()) if by),
            )
            self._db.executemany(
                f"DELETE FROM {table} WHERE ({columns}) = (?, ?, ?, ?) AND papers = 0",  # noqa: S608
                (row for row, by in sorted(counter.items()) if by < 0),
            )
            counter.clear()
        self._db.executemany("INSERT OR IGNORE INTO used VALUES (?, ?)", sorted(self._used))
        self._used.clear()
        self._held.clear()
        self._large = None

    def take_changed(self) -> set[str]:
        """The keys whose counts have changed since they were decided on; they are forgotten with that."""
        self.flush()
        changed, self._changed = self._changed, set()
        return changed

    def hold(self, *columns: str) -> None:
        """Keep the keys of some columns (vote.short, vote.key, move.key, move.target) at hand until they change."""
        for column in columns:
            table, _, name = column.partition(".")
            rows = self._db.execute(f"SELECT DISTINCT {name} FROM {table}")  # noqa: S608  names of our own
            self._held[column] = {key for (key,) in rows}

    def _lacks(self, column: str, key: str) -> bool:
        held = self._held.get(column)
        return held is not None and key not in held

    def users(self, keys: Iterable[str]) -> set[str]:
        """The ids of the papers that have an entity of one of some keys."""
        found: set[str] = set()
        for key in keys:
            rows = self._db.execute("SELECT id FROM used JOIN paper ON number = paper WHERE key = ?", (key,))
            found.update(id_ for (id_,) in rows)
        return found

    def named(self, forms: Iterable[str]) -> set[str]:
        """The keys that have names of one of some forms, beside the form itself; some that had may be among them."""
        found: set[str] = set()
        for form in forms:
            found.update(key for (key,) in self._db.execute("SELECT key FROM named WHERE form = ?", (form,)))
        return found

    # ------------------------------------------------------------ what the papers say

    def uses(self, key: str) -> list[Use]:
        """How the papers name and type the entities of a key."""
        rows = self._db.execute("SELECT type, name, rank, papers FROM said WHERE key = ?", (key,))
        return [Use(ENTITY_TYPES[t], name, rank, papers) for t, name, rank, papers in rows]

    def has(self, key: str) -> bool:
        """Whether any paper has an entity of a key."""
        return self._db.execute("SELECT 1 FROM said WHERE key = ? LIMIT 1", (key,)).fetchone() is not None

    def votes(self, short: str) -> list[Votes]:
        """What the papers that say so use a form for."""
        if self._lacks("vote.short", short):
            return []
        rows = self._db.execute("SELECT type, key, defined, papers FROM vote WHERE short = ?", (short,))
        return [Votes(ENTITY_TYPES[t], key, bool(defined), papers) for t, key, defined, papers in rows]

    def shorts(self, key: str) -> list[str]:
        """The forms that papers use for a key."""
        if self._lacks("vote.key", key):
            return []
        return [s for (s,) in self._db.execute("SELECT DISTINCT short FROM vote WHERE key = ? ORDER BY short", (key,))]

    def every_use(self) -> Iterator[tuple[str, list[Use]]]:
        """All keys, in order, each with all its uses."""
        rows = self._db.execute("SELECT key, type, name, rank, papers FROM said ORDER BY key")
        for key, said in groupby(rows, key=itemgetter(0)):
            yield key, [Use(ENTITY_TYPES[t], name, rank, papers) for _, t, name, rank, papers in said]

    # ------------------------------------------------------------ what was made of it

    def moves(self, key: str) -> dict[EntityType, Move]:
        """Where the entities of a key go, by type; a type that is missing stays."""
        if self._lacks("move.key", key):
            return {}
        rows = self._db.execute("SELECT type, target, rule, confidence FROM move WHERE key = ?", (key,))
        return {ENTITY_TYPES[t]: Move(target, rule, confidence) for t, target, rule, confidence in rows}

    def set_moves(self, decided: Iterable[tuple[str, dict[EntityType, Move], set[str]]]) -> None:
        """Note for each key its moves, and the keys that the decision looked at."""
        moves, needs, keys = [], [], []
        for key, found, looked_at in decided:
            keys.append((key,))
            moves += [(key, ENTITY_TYPES.index(t), *move) for t, move in found.items()]
            needs += [(other, key) for other in sorted(looked_at) if other != key]
        if self._settled() is not None:
            self._db.executemany("DELETE FROM move WHERE key = ?", keys)
            self._db.executemany("DELETE FROM needs WHERE key = ?", keys)
        self._held.pop("move.key", None)
        self._held.pop("move.target", None)
        self._db.executemany("INSERT INTO move VALUES (?, ?, ?, ?, ?)", moves)
        self._db.executemany("INSERT INTO needs VALUES (?, ?)", needs)

    def is_settled(self) -> bool:
        """Whether every key has been decided on as for so many papers, so that only changes are left to do."""
        return self._settled() == str(self.is_large())

    def _settled(self) -> str | None:
        row = self._db.execute("SELECT value FROM meta WHERE name = 'settled'").fetchone()
        return cast("str", row[0]) if row else None

    def mark_settled(self) -> None:
        """Note that every key has been decided on."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('settled', ?)", (str(self.is_large()),))

    def forget_moves(self) -> None:
        """Take back every decision."""
        self._db.execute("DELETE FROM move")
        self._db.execute("DELETE FROM needs")
        self._db.execute("DELETE FROM meta WHERE name = 'settled'")

    def is_large(self) -> bool:
        """Whether there are so many papers (:data:`LARGE`) that short names must be expected to mean several things."""
        if self._large is None:
            row = self._db.execute("SELECT 1 FROM paper LIMIT 1 OFFSET ?", (LARGE - 1,)).fetchone()
            self._large = row is not None
        return self._large

    def needing(self, key: str) -> list[str]:
        """The keys whose decisions looked at a key."""
        return [k for (k,) in self._db.execute("SELECT key FROM needs WHERE on_key = ?", (key,))]

    def coming(self, key: str) -> list[str]:
        """The keys that move straight to a key."""
        if self._lacks("move.target", key):
            return []
        return [k for (k,) in self._db.execute("SELECT DISTINCT key FROM move WHERE target = ? ORDER BY key", (key,))]

    def moving(self) -> Iterator[tuple[str, EntityType, Move]]:
        """Every move, in order of key and type."""
        for key, t, *move in self._db.execute("SELECT * FROM move ORDER BY key, type"):
            yield key, ENTITY_TYPES[t], Move(*cast("tuple[str, str, float]", move))

    def names(self) -> Iterator[tuple[EntityType, str, str, int]]:
        """Each type and name with a key that it is used for and the papers that do, in order of type and name."""
        rows = "SELECT type, name, key, sum(papers) FROM said GROUP BY type, name, key ORDER BY type, name, key"
        for t, name, key, papers in self._db.execute(rows):
            yield ENTITY_TYPES[t], name, key, papers


def packed(entities: Iterable[Entity], wishes: Wishes) -> bytes:
    """What a paper says of its names, and of each of its entities key and type, as :meth:`Index.put` takes it."""
    kept = tuple(entities)
    said, votes = read(kept, wishes)
    rows = (
        [(s.key, ENTITY_TYPES.index(s.type), s.name, s.rank) for s in sorted(said)],
        [(v.short, ENTITY_TYPES.index(v.type), v.key, int(v.defined)) for v in sorted(votes)],
        [(key_of(entity, wishes), ENTITY_TYPES.index(entity.type)) for entity in kept],
    )
    return zlib.compress(json.dumps(rows).encode(), 1)


def _connect(path: Path | None) -> sqlite3.Connection:
    db = sqlite3.connect(path or ":memory:", isolation_level=None)
    with suppress(sqlite3.DatabaseError):
        # After a crash of the system it is made anew, so nothing waits for the disk.
        db.execute("PRAGMA synchronous = OFF")
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return db


def _stamp_of(db: sqlite3.Connection) -> str | None:
    """Of what version and wishes an index is; None for an empty or damaged file."""
    try:
        row = db.execute("SELECT value FROM meta WHERE name = 'stamp'").fetchone()
    except sqlite3.DatabaseError:
        return None
    return cast("str", row[0]) if row else None
