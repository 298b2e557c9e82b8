"""Pages of arXiv that list papers: listings and search results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.ids import find_arxiv
from kg.inputs.strings import excerpt
from kg.model import Rejected
from kg.read.base import Item
from kg.read.dates import iso_date
from kg.read.html.page import Page, attribute, text_of, without
from kg.read.record import Fields, to_items

if TYPE_CHECKING:
    from bs4 import Tag

_NUMBER = re.compile(r"(?:^|/)(\d\d)(\d\d)")
_NO_ABSTRACT = "no abstract: this kind of listing has none; save the /list/SUBJECT/new page or ask the arXiv API"


def month_of(arxiv: str | None) -> str | None:
    """The month in which a paper came to arXiv, which its id says.

    >>> month_of("2401.00001"), month_of("cs/0112017"), month_of("math/9902001")
    ('2024-01', '2001-12', '1999-02')
    """
    match = _NUMBER.search(arxiv or "")
    if not match or not 1 <= int(match.group(2)) <= 12:
        return None
    return f"{19 if match.group(1) >= '91' else 20}{match.group(1)}-{match.group(2)}"


def _link(tag: Tag | None) -> str:
    return "" if tag is None else attribute(tag.select_one('a[href*="/abs/"]'), "href")


def _paper(
    page: Page, link: str, title: str, abstract: str, authors: tuple[str, ...], date: str | None = None
) -> Iterator[Item]:
    arxiv = find_arxiv(link)
    where = page.where(arxiv or link)
    if not abstract:
        yield Rejected(where, excerpt(title) or excerpt(link), _NO_ABSTRACT)
        return
    url = f"https://arxiv.org/abs/{arxiv}" if arxiv else link
    date = date or month_of(arxiv)
    given = Fields(key=arxiv, title=title, abstract=abstract, date=date, authors=authors, url=url, arxiv=arxiv)
    yield from to_items(given, "html", where)


def _authors(tag: Tag | None) -> tuple[str, ...]:
    return () if tag is None else tuple(filter(None, map(text_of, tag.select("a"))))


def read_listing(page: Page) -> Iterator[Item]:
    """The papers of a listing: a term with the links, then its description with title, authors and abstract."""
    from bs4 import Tag

    for term in page.soup.select("dl dt"):
        body = term.find_next_sibling("dd")
        if not isinstance(body, Tag) or not _link(term):
            continue
        title = without(text_of(body.select_one(".list-title")), "Title:")
        if not title:
            continue
        yield from _paper(
            page,
            _link(term),
            title,
            without(text_of(body.select_one("p.mathjax")), "Abstract:"),
            _authors(body.select_one(".list-authors")),
        )


def read_search(page: Page) -> Iterator[Item]:
    """The papers of a page of search results, with the full abstract where the short one is shown too."""
    for result in page.soup.select("li.arxiv-result"):
        abstract = result.select_one(".abstract-full") or result.select_one(".abstract")
        for button in [] if abstract is None else abstract.select("a.is-size-7"):
            button.decompose()
        submitted = next((t for t in map(text_of, result.select("p")) if t.startswith("Submitted")), "")
        yield from _paper(
            page,
            _link(result),
            text_of(result.select_one(".title")),
            without(text_of(abstract), "Abstract:"),
            _authors(result.select_one(".authors")),
            iso_date(submitted.removeprefix("Submitted").split(";")[0]),
        )
