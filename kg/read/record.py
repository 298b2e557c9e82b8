"""The last step of every reader: the fields of one record become a paper, or the reason why they do not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from kg.ids import find_acl, find_arxiv, find_doi, find_openalex, find_pmid, paper_key
from kg.inputs.strings import clean, excerpt, one_line
from kg.model import Note, Paper, PaperIds, Rejected
from kg.read.base import Item
from kg.read.dates import to_date

# A text that is longer is no abstract, and would stand in the way of all that follows it.
MAX_TEXT = 200_000
_NEW_ARXIV = re.compile(r"\d{4}\.\d{4,5}(v\d+)?")
_WORK = re.compile(r"W\d+", re.IGNORECASE)
# The local names that kg itself gives to papers name the identifier they were made of.
_OWN = re.compile(r"(arxiv|pmid)-(?=\d)")


@dataclass(frozen=True, slots=True)
class Fields:
    """A record as its source gives it, before it is known whether it is usable.

    Any type may stand where a source of JSON may put any. ``key`` is what the record calls itself. ``links`` are places
    where identifiers of any kind may stand, the key too where it may be one; ``ids`` overrules all of them.
    """

    key: Any = None
    title: Any = None
    abstract: Any = None
    date: Any = None
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    venue: Any = None
    url: Any = None
    doi: str | None = None
    arxiv: str | None = None
    openalex: str | None = None
    acl: str | None = None
    pmid: str | None = None
    links: tuple[Any, ...] = ()
    ids: PaperIds | None = None


def _plain(value: Any) -> str:
    """A text or number as clean text; empty for any other value."""
    return clean(str(value))[0] if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def find_ids(given: Fields) -> PaperIds:
    """The identifiers of a record, from the fields made for them, else from its links.

    >>> find_ids(Fields(links=("2401.00001", "https://doi.org/10.1000/xyz")))
    PaperIds(doi='10.1000/xyz', arxiv='2401.00001', openalex=None, acl=None, pmid=None)
    """
    if given.ids:
        return given.ids
    links = [_OWN.sub(r"\1:", link) for link in map(_plain, (given.doi, *given.links, given.url)) if link]
    pmid = (given.pmid or "").strip()
    return PaperIds(
        doi=_first(find_doi, given.doi, links),
        arxiv=_first(find_arxiv, given.arxiv, _fit(links, "arxiv", _NEW_ARXIV)),
        openalex=_first(find_openalex, given.openalex, _fit(links, "openalex", _WORK)),
        acl=_first(find_acl, given.acl, links),
        pmid=_first(find_pmid, f"pmid:{pmid}" if pmid.isdecimal() else pmid, _fit(links, "pubmed|pmid")),
    )


def _fit(links: list[str], name: str, bare: re.Pattern[str] | None = None) -> list[str]:
    """The links that may mean one kind of identifier: many a bare number or word could be anything else."""
    return [t for t in links if re.search(name, t, re.IGNORECASE) or (bare and bare.fullmatch(t))]


def _first(find: Callable[[str], str | None], own: str | None, links: list[str]) -> str | None:
    return next(filter(None, map(find, (own or "", *links))), None)


def to_items(given: Fields, source: str, where: str) -> Iterator[Item]:
    """The paper of a record, with a note where a character was lost; or one Rejected that says why there is none.

    Title and abstract stay as they are but for control characters and outer white space. The paper's id is the record's
    own key, else its DOI, else a key from its content. ``source`` is the name of the format.
    """
    title, bad_title = clean(_text(given.title))
    abstract, bad_abstract = clean(_text(given.abstract))
    named = (title, _plain(given.key), given.doi, _text(given.url))
    what = next((shown for name in named if (shown := excerpt(name))), "a record without a title")
    if given.abstract is not None and not isinstance(given.abstract, str):
        yield Rejected(where, what, f"the abstract is no text but a JSON {type(given.abstract).__name__}")
    elif not abstract:
        yield Rejected(where, what, "no abstract")
    elif len(abstract) > MAX_TEXT or len(title) > MAX_TEXT:
        yield Rejected(where, what, f"a text of more than {MAX_TEXT:,} characters is no abstract")
    else:
        if bad_title or bad_abstract:
            yield Note(where, f"half a character (a lone surrogate) in {what!r} was replaced by U+FFFD")
        yield _paper(given, title, abstract, source)


def _paper(given: Fields, title: str, abstract: str, source: str) -> Paper:
    paper = Paper(
        id="",
        title=title or None,
        abstract=abstract,
        date=to_date(given.date),
        authors=tuple(name for name in (one_line(clean(author)[0]) for author in given.authors) if name),
        author_count=given.author_count,
        venue=one_line(clean(_text(given.venue))[0]) or None,
        source=source,
        url=clean(_text(given.url))[0] or None,
        ids=find_ids(given),
    )
    return replace(paper, id=_plain(given.key) or paper.ids.doi or paper_key(paper))
