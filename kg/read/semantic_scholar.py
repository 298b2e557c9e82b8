"""Semantic Scholar: the data sets ``papers`` and ``abstracts``, joined on ``corpusid``, and records of its Graph API.

The data sets come in files that fit no memory, so what waits for its other half waits in a temporary SQLite file.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from kg.inputs.strings import excerpt
from kg.model import Note, Rejected
from kg.read.base import Format, Item, Source
from kg.read.jsonl import each_record, json_sniff
from kg.read.people import names
from kg.read.record import Fields, to_items

_SCHEMA = (
    "CREATE TABLE papers (n INTEGER PRIMARY KEY, corpusid TEXT, place TEXT, record TEXT)",
    "CREATE TABLE abstracts (n INTEGER PRIMARY KEY, corpusid TEXT, place TEXT, record TEXT)",
)
_BATCH = 10_000
_WORDS = {"arxiv": "arxiv:", "pubmed": "pmid:", "doi": "", "acl": ""}


def _field(record: dict[str, Any], name: str) -> Any:
    """A field by its name in the data sets (lower case) or in the API (camel case)."""
    return next((v for k, v in record.items() if k.lower() == name), None)


def _links(record: dict[str, Any]) -> tuple[str, ...]:
    outer = _field(record, "externalids")
    given = outer if isinstance(outer, dict) else _field(_dict(_field(record, "openaccessinfo")), "externalids")
    found = _dict(given).items()
    return tuple(_WORDS[k.lower()] + str(v) for k, v in found if k.lower() in _WORDS and isinstance(v, str | int))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _items(record: dict[str, Any], abstract: Any, where: str) -> Iterator[Item]:
    journal = _field(record, "journal")
    id_ = _field(record, "corpusid")
    given = Fields(
        key=id_ if id_ is not None else _field(record, "paperid"),
        title=_field(record, "title"),
        abstract=abstract,
        date=_field(record, "publicationdate") or _field(record, "year"),
        authors=names(_field(record, "authors")),
        venue=_field(record, "venue") or _dict(journal).get("name"),
        url=_field(record, "url"),
        links=_links(record),
    )
    yield from to_items(given, source=FORMAT.name, where=where)


class PapersAndAbstracts:
    """Joins papers with their abstracts, whichever of them comes first, in files of any size."""

    def __init__(self) -> None:
        # An empty name makes a temporary file that SQLite itself removes.
        self._base = sqlite3.connect("", isolation_level=None)
        self._waiting: dict[str, list[tuple[str, str, str]]] = {"papers": [], "abstracts": []}
        self.waiting = 0
        for statement in ("PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", *_SCHEMA, "BEGIN"):
            self._base.execute(statement)

    def add(self, source: Source) -> Iterator[Item]:
        """Reads one file: a record with title and abstract comes at once, a half waits for its other half."""
        yield from each_record(source, self._record)

    def _record(self, record: dict[str, Any], where: str) -> Iterator[Item]:
        id_, abstract = _field(record, "corpusid"), _field(record, "abstract")
        title = _field(record, "title")
        if (abstract and title) or not isinstance(id_, str | int) or isinstance(id_, bool):
            yield from _items(record, abstract, where)
            return
        table = "abstracts" if abstract else "papers"
        held = self._waiting[table]
        held.append((str(id_), where, json.dumps(record)))
        self.waiting += 1
        if len(held) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        for table, rows in self._waiting.items():
            self._base.executemany(f"INSERT INTO {table} (corpusid, place, record) VALUES (?, ?, ?)", rows)  # noqa: S608
            rows.clear()

    def finish(self) -> Iterator[Item]:
        """The joined papers in the order of the papers; then the abstracts that have no paper, without title."""
        self._flush()
        self._base.execute("CREATE INDEX by_abstract ON abstracts (corpusid)")
        self._base.execute("CREATE INDEX by_paper ON papers (corpusid)")
        yield from self._joined()
        yield from self._alone()

    def _joined(self) -> Iterator[Item]:
        query = (
            "SELECT p.place, p.record, (SELECT a.record FROM abstracts a WHERE a.corpusid = p.corpusid "
            "ORDER BY a.n LIMIT 1) FROM papers p ORDER BY p.n"
        )
        with closing(self._base.execute(query)) as rows:
            for place, paper, abstract in rows:
                record = json.loads(paper)
                if abstract is None:
                    what = excerpt(str(_field(record, "title") or _field(record, "corpusid")))
                    why = "no abstract: no file given has one with this corpusid; give the abstracts data set too"
                    yield Rejected(place, what, why)
                else:
                    other = json.loads(abstract)
                    # The ids that stand with the abstract are the only ones where the paper has none.
                    yield from _items({**other, **record}, _field(other, "abstract"), place)

    def _alone(self) -> Iterator[Item]:
        query = (
            "SELECT place, record FROM abstracts a WHERE NOT EXISTS "
            "(SELECT 1 FROM papers p WHERE p.corpusid = a.corpusid) ORDER BY n"
        )
        count, first = 0, ""
        with closing(self._base.execute(query)) as rows:
            for place, abstract in rows:
                count, first = count + 1, first or place
                record = json.loads(abstract)
                yield from _items(record, _field(record, "abstract"), place)
        if count:
            text = f"{count} abstract(s) have no paper in the files given and so no title; give the papers too"
            yield Note(first, text)

    def close(self) -> None:
        """Removes the temporary file."""
        self._base.close()


def read(source: Source) -> Iterator[Item]:
    """The papers of one file by itself."""
    with closing(PapersAndAbstracts()) as join:
        yield from join.add(source)
        yield from join.finish()


FORMAT = Format(
    "semantic_scholar",
    "Semantic Scholar: the papers and abstracts data sets (give both), and Graph API records",
    json_sniff("corpus[iI]d|paperId|openaccessinfo|externalIds"),
    read,
    PapersAndAbstracts,
)
