"""A page about one paper: what its metadata and known places say, whoever made it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kg.ids import find_acl, find_arxiv
from kg.inputs.strings import excerpt, one_line
from kg.model import Note, Rejected
from kg.read.base import Item
from kg.read.dates import iso_date
from kg.read.html.page import Page, attribute, parse, text_of, without
from kg.read.people import given_family
from kg.read.record import Fields, to_items

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

# Names of <meta> elements by what they say, the most telling first (Highwire/Google Scholar, Dublin Core, Open Graph).
_META: dict[str, tuple[str, ...]] = {
    "title": ("citation_title", "dc.title", "dcterms.title", "og:title"),
    "abstract": ("citation_abstract", "dcterms.abstract", "dc.description.abstract"),
    "summary": ("dc.description", "dcterms.description", "og:description", "description"),
    "authors": ("citation_author", "citation_authors", "dc.creator", "dcterms.creator"),
    "date": (
        *("citation_publication_date", "citation_date", "citation_online_date", "citation_year", "dc.date.issued"),
        *("dcterms.issued", "dc.date", "dcterms.date", "article:published_time"),
    ),
    "venue": ("citation_journal_title", "citation_conference_title", "citation_inbook_title", "prism.publicationname"),
    "doi": ("citation_doi", "prism.doi", "dc.identifier.doi", "dc.identifier"),
    "arxiv": ("citation_arxiv_id",),
    "pmid": ("citation_pmid",),
    "url": ("citation_abstract_html_url", "og:url", "citation_public_url"),
}
# Where known sites print the abstract: arXiv, ACL Anthology, OpenReview, PubMed and publishers' common names.
_ABSTRACT_PLACES = (
    *("blockquote.abstract", ".acl-abstract", "div.abstract-content", "section#abstract", "div#abstract"),
    *(
        "section.abstract",
        "div.abstract",
        "p.abstract",
        "#Abs1-content",
        "[itemprop=abstract]",
        "[itemprop=description]",
    ),
)
_ARTICLES = {"ScholarlyArticle", "Article", "MedicalScholarlyArticle", "Report", "Thesis", "CreativeWork"}
_LABELS = ("Abstract:", "Abstract—", "Abstract ", "TL;DR:", "Summary:")
_LOOKED_FOR = (
    "no paper found: looked for Daily Papers cards and data, arXiv listings, ACL Anthology volumes, "
    "citation_*, DC.* and og: metadata, JSON-LD ScholarlyArticle"
)


def _metas(soup: BeautifulSoup) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in soup.find_all("meta"):
        name = (attribute(meta, "name") or attribute(meta, "property")).lower()
        content = attribute(meta, "content").strip()
        if name and content:
            found.setdefault(name, []).append(content)
    return found


def _articles(soup: BeautifulSoup) -> Iterator[dict[str, Any]]:
    """The JSON-LD objects of a page that describe a piece of writing; what is not JSON is passed over."""
    for script in soup.find_all("script", type="application/ld+json"):
        try:
            stack = [json.loads(script.string or "")]
        except (ValueError, RecursionError):
            continue
        while stack:
            value = stack.pop()
            if isinstance(value, list):
                stack.extend(reversed(value))
            elif isinstance(value, dict):
                kinds = value.get("@type")
                if _ARTICLES & set(map(str, kinds if isinstance(kinds, list) else [kinds])):
                    yield value
                else:
                    stack.extend(v for k, v in value.items() if k in {"@graph", "mainEntity", "mainEntityOfPage"})


def _plain(markup: Any) -> str:
    """The text of a metadata value, which may itself be marked up."""
    if not isinstance(markup, str):
        return ""
    return text_of(parse(markup)) if "</" in markup else one_line(markup)


def _people(value: Any) -> tuple[str, ...]:
    people = value if isinstance(value, list) else [value]
    names = (p.get("name") if isinstance(p, dict) else p for p in people)
    return tuple(given_family(name) for name in names if isinstance(name, str) and name.strip())


def _linked(article: dict[str, Any]) -> Fields:
    """What a JSON-LD article says."""
    part = article.get("isPartOf") or article.get("publication")
    return Fields(
        title=_plain(article.get("headline")) or _plain(article.get("name")),
        abstract=_plain(article.get("abstract")),
        date=iso_date(_plain(article.get("datePublished"))),
        authors=_people(article.get("author") or article.get("creator") or []),
        venue=_plain(part.get("name")) if isinstance(part, dict) else "",
        doi=_plain(article.get("doi")) or _plain(article.get("@id")) or _plain(article.get("sameAs")),
        url=_plain(article.get("url")),
    )


def _printed(soup: BeautifulSoup) -> str:
    """The abstract as the page prints it, without its heading."""
    for place in _ABSTRACT_PLACES:
        for found in soup.select(place):
            if text := without(text_of(found), *_LABELS):
                return text
    for label in soup.select(".note-content-field, .note_content_field"):
        if text_of(label).rstrip(":").lower() == "abstract":
            return text_of(label.parent).removeprefix(text_of(label)).strip()
    return ""


def _first(metas: dict[str, list[str]], what: str) -> str:
    return next((_plain(metas[name][0]) for name in _META[what] if name in metas), "")


def _authors(metas: dict[str, list[str]]) -> tuple[str, ...]:
    given = next((metas[name] for name in _META["authors"] if name in metas), [])
    split = [part for name in given for part in name.split(";")]
    return tuple(given_family(name) for name in split if name.strip())


def _gathered(page: Page, metas: dict[str, list[str]], linked: Fields) -> Fields:
    url = _first(metas, "url") or attribute(page.soup.select_one("link[rel=canonical]"), "href") or linked.url or ""
    arxiv = find_arxiv(_first(metas, "arxiv")) or (find_arxiv(url) if "arxiv.org" in url else None)
    acl = find_acl(url) if "aclanthology" in url else None
    title = _first(metas, "title") or linked.title or text_of(page.soup.h1) or text_of(page.soup.title)
    return Fields(
        key=arxiv or acl or None,
        title=title,
        abstract=_printed(page.soup) or _first(metas, "abstract") or linked.abstract,
        date=iso_date(_first(metas, "date")) or linked.date or (str(page.source.year) if page.source.year else None),
        authors=_authors(metas) or linked.authors,
        venue=_first(metas, "venue") or linked.venue,
        url=url or None,
        doi=_first(metas, "doi") or linked.doi,
        arxiv=arxiv,
        acl=acl,
        pmid=_first(metas, "pmid"),
    )


def read_single(page: Page) -> Iterator[Item]:
    """The paper that a page is about; a rejection names what was looked for and what was there."""
    metas, article = _metas(page.soup), next(_articles(page.soup), None)
    given = _gathered(page, metas, _linked(article or {}))
    about_paper = article is not None or any(name.startswith(("citation_", "dc.", "dcterms.")) for name in metas)
    summary = _first(metas, "summary") or _plain((article or {}).get("description"))
    if not given.abstract and about_paper and summary:
        yield Note(page.where(), "the abstract is the page's description, which may be shortened")
        given = replace(given, abstract=summary)
    if not about_paper and not given.abstract:
        found = f"<meta> {', '.join(sorted(metas)[:8])}" if metas else "no metadata"
        yield Rejected(
            page.where(),
            excerpt(given.title) or "a page without a title",
            f"{_LOOKED_FOR}; found {excerpt(found, 200)}",
        )
        return
    yield from to_items(given, "html", page.where())
