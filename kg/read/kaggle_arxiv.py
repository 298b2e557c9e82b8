"""The arXiv metadata snapshot on Kaggle: one JSON object per line, more than two million of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.ids import find_arxiv
from kg.inputs.strings import one_line
from kg.read.base import Format, Item, Source
from kg.read.jsonl import each_record, json_sniff
from kg.read.people import names
from kg.read.record import Fields, to_items


def _first_version(record: dict[str, Any]) -> Any:
    versions = record.get("versions")
    first = versions[0] if isinstance(versions, list) and versions else None
    return first.get("created") if isinstance(first, dict) else None


def _items(record: dict[str, Any], where: str) -> Iterator[Item]:
    id_, title = record.get("id"), record.get("title")
    given = Fields(
        key=id_,
        # Titles are broken over lines for the width of a terminal; abstracts stay as they are.
        title=one_line(title) if isinstance(title, str) else title,
        abstract=record.get("abstract"),
        date=_first_version(record) or record.get("update_date"),
        authors=names(record.get("authors_parsed") or record.get("authors")),
        venue=record.get("journal-ref"),
        url=f"https://arxiv.org/abs/{id_}" if isinstance(id_, str) and find_arxiv(id_) else None,
        links=(record.get("doi"), f"arxiv:{id_}"),
    )
    yield from to_items(given, source=FORMAT.name, where=where)


def read(source: Source) -> Iterator[Item]:
    """The papers of a snapshot; a paper's date is that of its first version."""
    yield from each_record(source, _items)


FORMAT = Format("kaggle_arxiv", "the arXiv metadata snapshot (Kaggle)", json_sniff("authors_parsed|update_date"), read)
