"""Web pages: lists and single pages of papers, as saved from a browser or fetched. The only door to BeautifulSoup."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kg.model import Note, Paper, Rejected
from kg.read.base import Format, Item, Source
from kg.read.html.acl import read_volume
from kg.read.html.arxiv import read_listing, read_search
from kg.read.html.daily import read_cards, read_data
from kg.read.html.page import MAX_PAGE, Page, load
from kg.read.html.single import read_single
from kg.read.xml import head_text, root_name

_SUFFIXES = {".html", ".htm", ".xhtml"}
_TAGS = {"html", "head", "body", "main", "div"}

# Each gives what a kind of page holds, and nothing where the page is of another kind; the first that gives wins.
_KINDS: tuple[Callable[[Page], Iterator[Item]], ...] = (
    read_data,
    read_cards,
    read_listing,
    read_search,
    read_volume,
    read_single,
)


def _sniff(head: bytes, suffix: str) -> bool:
    text = head_text(head).lstrip()[:512].lower()
    if text.startswith("<!doctype html") or (root_name(head) or "").lower() in _TAGS:
        return True
    return suffix in _SUFFIXES and text.startswith("<") and not text.startswith("<?xml")


def _read(source: Source) -> Iterator[Item]:
    data = source.stream.read(MAX_PAGE + 1)
    page = load(data, source)
    if isinstance(page, Rejected):
        yield page
        return
    if page.note:
        yield Note(source.name, page.note)
    for kind in _KINDS:
        items = list(kind(page))
        yield from items
        if any(isinstance(item, Paper | Rejected) for item in items):
            return


FORMAT = Format("html", "web pages (Daily Papers, arXiv, ACL Anthology, OpenReview, citation metadata)", _sniff, _read)
