"""JATS: the article format of PubMed Central, preprint servers and many publishers; one article or several."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.inputs.strings import one_line
from kg.read.base import Format, Item, Source
from kg.read.dates import iso_date
from kg.read.record import Fields, to_items
from kg.read.xml import child, children, head_text, local, read_records, root_name, text_of

if TYPE_CHECKING:
    from kg.read.xml import Element

_BLOCKS = frozenset({"p", "sec", "title", "list", "list-item", "break", "disp-formula", "disp-quote", "subtitle"})
# Abstracts in another sense of the word: pictures, teasers, lists of points, texts for other readers.
_OTHER_ABSTRACTS = {
    *("graphical", "teaser", "toc", "video", "key-points", "highlights", "web-summary", "executive-summary"),
    *("plain-language-summary", "lay-summary", "editor", "editors-summary", "short", "author-highlights"),
}
_MARKS = ("articles", "article", "pmc-articleset")
_KEYS = ("doi", "pmid", "pmc", "pmcid", "arxiv", "publisher-id")


def _not_text(element: Element) -> bool:
    """Notes and pictures; and TeX source where the same formula stands beside it as text."""
    name, parent = local(element), element.getparent()
    if name == "xref":
        return element.get("ref-type") in {"fn", "aff", "corresp"}
    if name == "tex-math":
        return parent is not None and any(local(other) == "math" for other in parent)
    return name in {"fn", "graphic", "inline-graphic", "media", "object-id", "label"}


def _text(element: Element | None) -> str:
    return text_of(element, _BLOCKS, _not_text)


def _section(section: Element) -> str:
    """A section of an abstract: its title, a colon, its text."""
    title = _text(child(section, "title")).rstrip(":.")
    body = " ".join(filter(None, (_text(part) for part in section if local(part) != "title")))
    return f"{title}: {body}" if title and body else body


def _abstract_text(abstract: Element) -> str:
    """Paragraphs and sections, each on a line of its own, without the heading of the abstract itself."""
    parts = [part for part in abstract if local(part) and local(part) != "title"]
    lines = [_section(part) if local(part) == "sec" else _text(part) for part in parts]
    return "\n".join(filter(None, lines)) or one_line(abstract.text)


def _abstract(meta: Element | None) -> str:
    given = [a for a in children(meta, "abstract") if a.get("abstract-type") not in _OTHER_ABSTRACTS]
    given.sort(key=lambda a: a.get("abstract-type") is not None)
    return next(filter(None, map(_abstract_text, given)), "")


def _date(meta: Element | None) -> str | None:
    """The most precise date of publication, the earliest of those."""
    found = []
    for given in children(meta, "pub-date"):
        year, month, day = (text_of(child(given, name)) for name in ("year", "month", "day"))
        date = iso_date(f"{year}-{month}-{day}") if month.isdigit() else iso_date(year, f"{month} {day}")
        found.append(date or iso_date(given.get("iso-8601-date") or text_of(child(given, "string-date"))))
    return min(filter(None, found), key=lambda date: (-len(date), date), default=None)


def _author(contrib: Element) -> str:
    alternatives = child(contrib, "name-alternatives")
    name = child(contrib if alternatives is None else alternatives, "name")
    if name is not None:
        return " ".join(filter(None, (text_of(child(name, part)) for part in ("given-names", "surname", "suffix"))))
    return text_of(child(contrib, "string-name")) or text_of(child(contrib, "collab"))


def _authors(meta: Element | None) -> tuple[str, ...]:
    contribs = (c for group in children(meta, "contrib-group") for c in children(group, "contrib"))
    return tuple(filter(None, (_author(c) for c in contribs if c.get("contrib-type", "author") == "author")))


def _title(meta: Element | None) -> str:
    group = child(meta, "title-group")
    parts = [_text(child(group, "article-title")), _text(child(group, "subtitle"))]
    return ": ".join(filter(None, parts))


def article_fields(article: Element) -> Fields:
    """What an ``article`` element says about itself; its references and sub-articles are not looked at."""
    front = child(article, "front")
    meta, journal = child(front, "article-meta"), child(front, "journal-meta")
    ids = {e.get("pub-id-type", ""): text_of(e) for e in reversed(children(meta, "article-id"))}
    venue = child(journal, "journal-title-group", "journal-title")
    return Fields(
        key=next((ids[name] for name in _KEYS if ids.get(name)), None),
        title=_title(meta),
        abstract=_abstract(meta),
        date=_date(meta),
        authors=_authors(meta),
        venue=text_of(venue if venue is not None else child(journal, "journal-title")),
        doi=ids.get("doi"),
        arxiv=ids.get("arxiv"),
        pmid=ids.get("pmid"),
    )


def _article(article: Element, where: str) -> Iterator[Item]:
    yield from to_items(article_fields(article), "jats", where)


def _sniff(head: bytes, suffix: str) -> bool:
    _ = suffix
    text = head_text(head)
    return root_name(head) in _MARKS and any(mark in text for mark in ("<front", "<article-meta", "JATS", "NLM//DTD"))


def _read(source: Source) -> Iterator[Item]:
    return read_records(source, frozenset({"article"}), _article)


FORMAT = Format("jats", "JATS articles (PubMed Central, preprint servers, publishers)", _sniff, _read)
