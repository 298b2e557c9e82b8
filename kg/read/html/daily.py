"""Daily Papers pages (Hugging Face): the data that the page carries for its own scripts, else the cards themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kg.ids import find_arxiv
from kg.inputs.strings import excerpt, one_line
from kg.model import Rejected
from kg.read.base import Item
from kg.read.dates import iso_date
from kg.read.html.arxiv import month_of
from kg.read.html.page import Page, attribute, text_of
from kg.read.record import Fields, to_items

if TYPE_CHECKING:
    from bs4 import Tag

_PAPER_LINK = re.compile(r"^(?:https?://(?:www\.)?huggingface\.co)?/papers/([\w.-]+)/?$")
_AUTHORS = re.compile(r"(\d+)\s+authors?\b")
_DAY = re.compile(r"\b((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+\d{1,2})(?:,\s*(\d{4}))?")
# A paragraph of a card shorter than this is a label, not an abstract.
_SHORTEST_ABSTRACT = 80


def _papers_in(data: Any) -> Iterator[dict[str, Any]]:
    """Every object that describes a paper, in the order of the data, however deep."""
    stack = [data]
    while stack:
        value = stack.pop()
        if isinstance(value, dict) and {"id", "title", "summary"} <= value.keys() and isinstance(value["id"], str):
            yield value
        elif isinstance(value, dict | list):
            stack.extend(reversed(list(value.values() if isinstance(value, dict) else value)))


def _text(value: Any) -> str:
    return one_line(value) if isinstance(value, str) else ""


def _described(page: Page, data: dict[str, Any]) -> Iterator[Item]:
    ident = _text(data["id"])
    arxiv = find_arxiv(ident)
    people = data.get("authors")
    names = (
        (_text(person.get("name")) for person in people if isinstance(person, dict)) if isinstance(people, list) else ()
    )
    given = Fields(
        key=arxiv or ident,
        title=_text(data["title"]),
        abstract=_text(data["summary"]),
        date=iso_date(_text(data.get("publishedAt"))) or month_of(arxiv),
        authors=tuple(filter(None, names)),
        url=f"https://huggingface.co/papers/{ident}" if arxiv else None,
        arxiv=arxiv,
    )
    yield from to_items(given, "html", page.where(ident))


def read_data(page: Page) -> Iterator[Item]:
    """The papers in the JSON that the page holds in ``data-props`` attributes, each once."""
    seen: set[str] = set()
    for holder in page.soup.select("[data-props]"):
        text = attribute(holder, "data-props")
        if '"summary"' not in text:
            continue
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            yield Rejected(page.where(), excerpt(text), f"the data of the page is not JSON: {error}")
            continue
        for paper in _papers_in(data):
            if paper["id"] not in seen:
                seen.add(paper["id"])
                yield from _described(page, paper)


def _card(link: Tag) -> Tag | None:
    """The card around a title link: the nearest article, list item or section, as cards are one of these."""
    return link.find_parent(["article", "li", "section"])


def _abstract(card: Tag) -> str:
    texts = [text_of(p) for p in card.find_all(["p", "blockquote"])]
    return max((t for t in texts if len(t) >= _SHORTEST_ABSTRACT), key=len, default="")


def _date(page: Page, card: Tag, arxiv: str | None) -> str | None:
    """The date that a card prints; one without a year takes the user's word for it, else the month in the arXiv id."""
    time = card.select_one("time[datetime]")
    if time is not None and (date := iso_date(attribute(time, "datetime"))):
        return date
    day = _DAY.search(text_of(card).rpartition("·")[2])
    year = day and (day.group(2) or page.source.year)
    return iso_date(str(year), day.group(1)) if day and year else month_of(arxiv)


def read_cards(page: Page) -> Iterator[Item]:
    """The papers of a page of cards, each with a title that links to ``/papers/ID``."""
    seen: set[str] = set()
    for link in page.soup.select('h1 a[href*="/papers/"], h2 a[href*="/papers/"], h3 a[href*="/papers/"]'):
        match, card = _PAPER_LINK.match(attribute(link, "href")), _card(link)
        if not match or card is None or not text_of(link) or match.group(1) in seen:
            continue
        ident = match.group(1)
        seen.add(ident)
        arxiv, abstract = find_arxiv(ident), _abstract(card)
        if not abstract:
            why = "no abstract: this card shows none; save the paper's own page, or the list with abstracts shown"
            yield Rejected(page.where(ident), excerpt(text_of(link)), why)
            continue
        count = _AUTHORS.search(text_of(card).replace(abstract, " "))
        given = Fields(
            key=arxiv or ident,
            title=text_of(link),
            abstract=abstract,
            date=_date(page, card, arxiv),
            author_count=int(count.group(1)) if count else None,
            url=f"https://huggingface.co/papers/{ident}",
            arxiv=arxiv,
        )
        yield from to_items(given, "html", page.where(ident))
