"""OAI-PMH: stored answers of ListRecords and GetRecord with Dublin Core, arXiv, arXivRaw or JATS metadata."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.ids import find_arxiv
from kg.inputs.strings import excerpt
from kg.model import Note, Rejected
from kg.read.base import Format, Item, Source
from kg.read.dates import iso_date
from kg.read.jats import article_fields
from kg.read.people import given_family
from kg.read.record import Fields, to_items
from kg.read.xml import child, children, head_text, local, read_records, root_name, text_of

if TYPE_CHECKING:
    from kg.read.xml import Element

_ROOTS = {"OAI-PMH", "ListRecords", "GetRecord", "records", "record"}
_NAMESPACE = "http://www.openarchives.org/OAI/"
# arXiv puts the authors' comment on a paper into a second description.
_COMMENT = re.compile(r"comments?\s*:", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*;\s*")
_IN_BRACKETS = re.compile(r"\([^()]*\)")


def _all(element: Element, name: str) -> list[str]:
    return [text for text in map(text_of, children(element, name)) if text]


def _dublin_core(dc: Element) -> Fields:
    descriptions = [text for text in _all(dc, "description") if not _COMMENT.match(text)]
    links = tuple(_all(dc, "identifier"))
    return Fields(
        title=next(iter(_all(dc, "title")), None),
        abstract=max(descriptions, key=len, default=None),
        # Of several dates the first is that of the first version.
        date=min(filter(None, map(iso_date, _all(dc, "date"))), default=None),
        authors=tuple(map(given_family, _all(dc, "creator"))),
        venue=next((text for text in _all(dc, "source") if "://" not in text), None),
        url=next((link for link in links if link.startswith(("http://", "https://"))), None),
        links=links,
    )


def _arxiv_author(author: Element) -> str:
    return " ".join(_all(author, "forenames") + _all(author, "keyname") + _all(author, "suffix"))


def _names(text: str) -> tuple[str, ...]:
    """The names in a line of authors, without the affiliations in round brackets."""
    before = None
    while before != text:
        before, text = text, _IN_BRACKETS.sub(" ", text)
    return tuple(" ".join(name.split()) for name in _BETWEEN_NAMES.split(text) if name.strip())


def _arxiv_common(meta: Element, date: str, authors: tuple[str, ...]) -> Fields:
    ident = text_of(child(meta, "id"))
    return Fields(
        key=ident,
        title=text_of(child(meta, "title")),
        abstract=text_of(child(meta, "abstract")),
        date=date,
        authors=authors,
        venue=text_of(child(meta, "journal-ref")),
        url=f"https://arxiv.org/abs/{ident}" if ident else None,
        doi=text_of(child(meta, "doi")),
        arxiv=ident,
    )


def _arxiv(meta: Element) -> Fields:
    authors = tuple(map(_arxiv_author, children(child(meta, "authors"), "author")))
    return _arxiv_common(meta, text_of(child(meta, "created")), authors)


def _arxiv_raw(meta: Element) -> Fields:
    return _arxiv_common(meta, text_of(child(meta, "version", "date")), _names(text_of(child(meta, "authors"))))


# By the local name of the element within <metadata>.
_METADATA: dict[str, Callable[[Element], Fields]] = {
    "dc": _dublin_core,
    "arXiv": _arxiv,
    "arXivRaw": _arxiv_raw,
    "article": article_fields,
}


def _key(identifier: str) -> str | None:
    """The id by which the repository knows a record: the arXiv id from arXiv, else the whole OAI identifier."""
    if identifier.lower().startswith("oai:arxiv.org:"):
        return find_arxiv(identifier.split(":", 2)[2])
    return identifier or None


def _metadata(record: Element) -> list[Element]:
    metadata = child(record, "metadata")
    return [] if metadata is None else list(metadata)


def _paper(record: Element, where: str) -> Iterator[Item]:
    header = child(record, "header")
    identifier = text_of(child(header, "identifier"))
    what = excerpt(identifier) or "a record without an identifier"
    if header is not None and header.get("status") == "deleted":
        yield Rejected(where, what, "deleted record")
        return
    given = next((m for m in _metadata(record) if local(m)), None)
    to_fields = None if given is None else _METADATA.get(local(given))
    if given is None or to_fields is None:
        found = "no metadata" if given is None else f"metadata of the kind <{local(given)}>"
        yield Rejected(where, what, f"{found}; kg reads {', '.join(sorted(_METADATA))}: harvest one of these")
        return
    fields = to_fields(given)
    key = fields.key or _key(identifier)
    known = fields.arxiv or (f"arXiv:{key}" if identifier.lower().startswith("oai:arxiv.org:") else None)
    yield from to_items(replace(fields, key=key, arxiv=known), "oai", where)


def _item(element: Element, where: str) -> Iterator[Item]:
    if local(element) == "error":
        said = f"{element.get('code', 'error')}: {text_of(element)}"
        yield Rejected(where, excerpt(said), f"the repository answered with an error: {said}")
    elif local(element) == "resumptionToken":
        if token := text_of(element):
            yield Note(where, f"the list goes on after this file (resumptionToken {excerpt(token)})")
    else:
        yield from _paper(element, where)


def _sniff(head: bytes, suffix: str) -> bool:
    _ = suffix
    return root_name(head) in _ROOTS and _NAMESPACE in head_text(head)


def _read(source: Source) -> Iterator[Item]:
    return read_records(source, frozenset({"record", "error", "resumptionToken"}), _item)


FORMAT = Format("oai", "OAI-PMH answers (Dublin Core, arXiv, arXivRaw, JATS)", _sniff, _read)
