"""Answers of the Hugging Face daily papers API: a list of objects, each with a ``paper`` inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.read.base import Format, Item, Source
from kg.read.jsonl import each_record, json_sniff
from kg.read.people import names
from kg.read.record import Fields, to_items


def _items(outer: dict[str, Any], where: str) -> Iterator[Item]:
    inner = outer.get("paper")
    paper: dict[str, Any] = inner if isinstance(inner, dict) else outer
    id_ = paper.get("id")
    people = paper.get("authors")
    people = people if isinstance(people, list) else []
    given = Fields(
        key=id_,
        title=paper.get("title") or outer.get("title"),
        abstract=paper.get("summary") or outer.get("summary"),
        # publishedAt of the paper is the day on arXiv, that of the outer object the day on the page.
        date=paper.get("publishedAt") or outer.get("publishedAt"),
        authors=names([a for a in people if not (isinstance(a, dict) and a.get("hidden") is True)]),
        url=f"https://arxiv.org/abs/{id_}" if isinstance(id_, str) and id_ else None,
        links=(id_,),
    )
    yield from to_items(given, source=FORMAT.name, where=where)


def read(source: Source) -> Iterator[Item]:
    """The papers of an answer."""
    yield from each_record(source, _items)


_keys = json_sniff("paper")


def _sniff(head: bytes, suffix: str) -> bool:
    return _keys(head, suffix) and json_sniff("summary|publishedAt|upvotes")(head, suffix)


FORMAT = Format("hf_daily", "Hugging Face daily papers API", _sniff, read)
