"""Answers of the arXiv API: Atom feeds with one entry per paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.ids import find_arxiv
from kg.inputs.strings import excerpt
from kg.model import Rejected
from kg.read.base import Format, Item, Source
from kg.read.dates import iso_date
from kg.read.record import Fields, to_items
from kg.read.xml import child, children, head_text, read_records, root_name, text_of

if TYPE_CHECKING:
    from kg.read.xml import Element


def _url(entry: Element, ident: str) -> str:
    page = (link.get("href") for link in children(entry, "link") if link.get("rel", "alternate") == "alternate")
    return next((href for href in page if href), ident)


def _entry(entry: Element, where: str) -> Iterator[Item]:
    ident, title, summary = (text_of(child(entry, name)) for name in ("id", "title", "summary"))
    if "/api/errors" in ident:
        yield Rejected(where, excerpt(title) or "error entry", f"the arXiv API answered with an error: {summary}")
        return
    yield from to_items(
        Fields(
            key=find_arxiv(ident) or ident,
            title=title,
            abstract=summary,
            date=iso_date(text_of(child(entry, "published")) or text_of(child(entry, "updated"))),
            authors=tuple(filter(None, (text_of(child(author, "name")) for author in children(entry, "author")))),
            venue=text_of(child(entry, "journal_ref")),
            url=_url(entry, ident),
            doi=text_of(child(entry, "doi")),
            arxiv=ident,
        ),
        "arxiv",
        where,
    )


def _sniff(head: bytes, suffix: str) -> bool:
    _ = suffix
    return root_name(head) in {"feed", "entry"} and "http://www.w3.org/2005/Atom" in head_text(head)


def _read(source: Source) -> Iterator[Item]:
    return read_records(source, frozenset({"entry"}), _entry)


FORMAT = Format("arxiv", "arXiv API answers (Atom)", _sniff, _read)
