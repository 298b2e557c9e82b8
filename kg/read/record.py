"""The last step of every reader here: the fields of one record become a paper, or the reason why not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from kg.ids import find_acl, find_arxiv, find_doi, find_openalex, find_pmid, paper_key
from kg.model import Note, Paper, PaperIds, Rejected
from kg.read.base import Item
from kg.read.decode import clean, to_date
from kg.read.fields import excerpt

# A text that is longer is no abstract, and would stand in the way of all that follows it.
MAX_TEXT = 200_000
_NEW_ARXIV = re.compile(r"\d{4}\.\d{4,5}(v\d+)?")
# The local names that kg itself gives to papers name the identifier they were made of.
_OWN = re.compile(r"(arxiv|pmid)-(?=\d)")


@dataclass(frozen=True, slots=True)
class Raw:
    """A record as its source gives it: any type may stand in any field."""

    title: Any = None
    abstract: Any = None
    id: Any = None
    date: Any = None
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    venue: Any = None
    url: Any = None
    ids: PaperIds | None = None
    # Further places where an identifier may stand: DOI, URLs, external ids.
    links: tuple[Any, ...] = ()


def find_ids(id_: str, links: tuple[str, ...]) -> PaperIds:
    """The identifiers that a record's own id and its links hold.

    >>> find_ids("2401.00001", ("https://doi.org/10.1000/xyz",))
    PaperIds(doi='10.1000/xyz', arxiv='2401.00001', openalex=None, acl=None, pmid=None)
    """
    own = _OWN.sub(r"\1:", id_)
    # A bare id of another kind may look like an old arXiv id or a PubMed number: there the name must stand beside it.
    named = [t for t in (own, *links) if "arxiv" in t.lower()] + [own] * bool(_NEW_ARXIV.fullmatch(own))
    medline = [t for t in (own, *links) if re.search("pubmed|pmid", t, re.IGNORECASE)]
    doi = next(filter(None, map(find_doi, (*links, own))), None)
    return PaperIds(
        doi=doi,
        arxiv=next(filter(None, map(find_arxiv, named)), None),
        openalex=next(filter(None, map(find_openalex, (own, *links))), None),
        acl=next(filter(None, map(find_acl, (own, *links))), None),
        pmid=next(filter(None, map(find_pmid, medline)), None),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def to_items(raw: Raw, *, source: str, where: str) -> Iterator[Item]:
    """The paper of a record, with a note where a character was lost; or one Rejected that says why there is none."""
    title, bad_title = clean(_text(raw.title))
    abstract, bad_abstract = clean(_text(raw.abstract))
    what = excerpt(title) or excerpt(str(raw.id if raw.id is not None else "")) or "a record without a title"
    if raw.abstract is not None and not isinstance(raw.abstract, str):
        yield Rejected(where, what, f"the abstract is no text but a JSON {type(raw.abstract).__name__}")
    elif not abstract:
        yield Rejected(where, what, "no abstract")
    elif len(abstract) > MAX_TEXT or len(title) > MAX_TEXT:
        yield Rejected(where, what, f"a text of more than {MAX_TEXT:,} characters is no abstract")
    else:
        if bad_title or bad_abstract:
            yield Note(where, f"half a character (a lone surrogate) in {what!r} was replaced by U+FFFD")
        yield _paper(raw, title, abstract, source)


def _paper(raw: Raw, title: str, abstract: str, source: str) -> Paper:
    id_ = clean(str(raw.id))[0] if isinstance(raw.id, str | int) and not isinstance(raw.id, bool) else ""
    url = clean(_text(raw.url))[0]
    links = tuple(clean(str(link))[0] for link in (url, *raw.links) if isinstance(link, str | int) and link)
    authors = tuple(name for name in (" ".join(clean(a)[0].split()) for a in raw.authors) if name)
    paper = Paper(
        id="",
        title=title or None,
        abstract=abstract,
        date=to_date(raw.date),
        authors=authors,
        author_count=raw.author_count,
        venue=" ".join(clean(_text(raw.venue))[0].split()) or None,
        source=source,
        url=url or None,
        ids=raw.ids or find_ids(id_, links),
    )
    return replace(paper, id=id_ or paper_key(paper))
