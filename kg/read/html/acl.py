"""Pages of the ACL Anthology that list the papers of a volume or an event, each with an abstract to unfold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.ids import find_acl
from kg.read.base import Item
from kg.read.dates import iso_date
from kg.read.html.page import Page, attribute, text_of
from kg.read.record import Fields, to_items

if TYPE_CHECKING:
    from bs4 import Tag

_ID_IN_PATH = re.compile(r"(?:^|/)([^/#?]+?)/?$")


def _ident(link: Tag | None) -> str | None:
    match = _ID_IN_PATH.search(attribute(link, "href"))
    return find_acl(match.group(1)) if match else None


def _place(entry: Tag, ident: str) -> str:
    """The id of the element with the abstract of an entry: what its button names, else what it is by custom."""
    button = entry.select_one('a[href^="#abstract-"]')
    return attribute(button, "href").removeprefix("#") or "abstract-" + ident.replace(".", "--")


def read_volume(page: Page) -> Iterator[Item]:
    """The papers of a volume page; the year and venue are the page's own."""
    entries = page.soup.select("p.d-sm-flex, div.d-sm-flex")
    abstracts = {attribute(tag, "id"): tag for tag in page.soup.select('[id^="abstract-"]')}
    heading = text_of(page.soup.select_one("h2#title"))
    for entry in entries:
        link = entry.select_one("strong a[href]")
        ident = _ident(link)
        # The volume itself, its front matter, stands first and is no paper.
        if link is None or ident is None or ident.endswith((".0", "-0000")):
            continue
        year = re.match(r"\d{4}", ident)
        given = Fields(
            key=ident,
            title=text_of(link),
            abstract=text_of(abstracts.get(_place(entry, ident))),
            date=year.group() if year else iso_date(heading),
            authors=tuple(filter(None, map(text_of, entry.select('a[href*="/people/"]')))),
            venue=heading,
            url=f"https://aclanthology.org/{ident}/",
            acl=ident,
        )
        yield from to_items(given, "html", page.where(ident))
