"""What bibliographic formats share: dates, names of people, identifiers, and the last step to a paper."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from kg.ids import find_acl, find_arxiv, find_doi, find_openalex, find_pmid, paper_key
from kg.model import Paper, PaperIds, Rejected

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMERIC = re.compile(r"^\s*(\d{4})(?:\s*[-/.]\s*(\d{1,2})?(?:\s*[-/.]\s*(\d{1,2})?)?)?(?!\d)")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_MONTH_NAME = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]*\.?(?:\s+(\d{{1,2}})(?!\d))?", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"(?<!\d)(\d{{1,2}})\.?\s+({'|'.join(_MONTHS)})", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


def one_line(text: str | None) -> str:
    r"""The text with every run of white space as one space.

    >>> one_line(" a\n   b ")
    'a b'
    """
    return _SPACE.sub(" ", text or "").strip()


def excerpt(text: str | None, limit: int = 80) -> str:
    r"""The beginning of a text for a message: printable, on one line.

    >>> excerpt("a\x1b[31m b")
    'a?[31m b'
    """
    line = "".join(c if c.isprintable() else "?" for c in one_line((text or "")[: limit * 4]))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _calendar(year: str, month: int | None, day: int | None) -> str:
    if not month or not 1 <= month <= 12:
        return year
    return f"{year}-{month:02}" + (f"-{day:02}" if day and 1 <= day <= 31 else "")


def iso_date(text: str | None, month: str | None = None) -> str | None:
    """The date in a text as ISO 8601 at the precision it has; None if there is no year. ``month`` adds what it lacks.

    >>> iso_date("2020/01//"), iso_date("2014//"), iso_date("2004", "JUN 8"), iso_date("8 June 2004"), iso_date("n.d.")
    ('2020-01', '2014', '2004-06-08', '2004-06-08', None)
    """
    text = one_line(text)
    if match := _NUMERIC.match(text):
        year, number, day = match.groups()
        if number:
            return _calendar(year, int(number), int(day) if day else None)
    elif not (match := _YEAR.search(text)):
        return None
    year = match.group(1)
    rest = one_line(month) or text.replace(year, " ", 1)
    if rest.isdigit():
        return _calendar(year, int(rest), None)
    if named := _DAY_FIRST.search(rest):
        return _calendar(year, _MONTHS.index(named.group(2).lower()) + 1, int(named.group(1)))
    if named := _MONTH_NAME.search(rest):
        return _calendar(year, _MONTHS.index(named.group(1).lower()) + 1, int(named.group(2) or 0))
    return year


def given_family(name: str) -> str:
    """A name in reading order: "Family, Given" and "Family, Given, Suffix" turned round, all others as they stand.

    >>> given_family("Lindgren, Astrid"), given_family("King, Martin L., Jr."), given_family("Astrid Lindgren")
    ('Astrid Lindgren', 'Martin L. King Jr.', 'Astrid Lindgren')
    """
    family, *rest = (one_line(part) for part in name.split(","))
    return " ".join(part for part in (*rest[:1], family, *rest[1:]) if part)


@dataclass(frozen=True, slots=True)
class Fields:
    """What a bibliographic record says, before it is known whether it is usable. ``links`` may hold any identifier."""

    key: str | None = None
    title: str | None = None
    abstract: str | None = None
    date: str | None = None
    authors: tuple[str, ...] = ()
    venue: str | None = None
    url: str | None = None
    doi: str | None = None
    arxiv: str | None = None
    openalex: str | None = None
    acl: str | None = None
    pmid: str | None = None
    links: tuple[str, ...] = field(default=())


def _first(found: Iterable[str | None]) -> str | None:
    return next((f for f in found if f), None)


def _ids(given: Fields) -> PaperIds:
    links = tuple(link for link in (given.url, *given.links) if link)
    addresses = tuple(link for link in links if "://" in link)
    # A bare number in a link or a DOI is no arXiv id: the word must stand beside it.
    named = tuple(t for t in (given.doi, *links) if t and "arxiv" in t.lower())
    pmid = f"pmid:{given.pmid.strip()}" if given.pmid and given.pmid.strip().isdigit() else given.pmid
    return PaperIds(
        doi=_first((find_doi(given.doi), *map(find_doi, links))),
        arxiv=_first((find_arxiv(given.arxiv), *map(find_arxiv, named))),
        openalex=_first((find_openalex(given.openalex), *(find_openalex(a) for a in addresses if "openalex" in a))),
        acl=_first((find_acl(given.acl), *(find_acl(a) for a in addresses if "aclanthology" in a or "aclweb" in a))),
        pmid=_first((find_pmid(pmid), *(find_pmid(a) for a in addresses if "pubmed" in a))),
    )


def to_paper(given: Fields, source: str, where: str) -> Paper | Rejected:
    """The paper that a record describes, or why it cannot be used.

    Title and abstract are kept as given. The paper's id is the record's own key, else its DOI, else a key from its
    content.
    """
    if not (given.abstract and given.abstract.strip()):
        named = (given.title, given.key, given.doi, given.url)
        what = next((excerpt(text) for text in named if text and text.strip()), "a record without a title")
        return Rejected(where, what, "no abstract")
    paper = Paper(
        id="",
        title=given.title or None,
        abstract=given.abstract,
        date=given.date,
        authors=given.authors,
        venue=given.venue or None,
        source=source,
        url=given.url or None,
        ids=_ids(given),
    )
    return replace(paper, id=one_line(given.key) or paper.ids.doi or paper_key(paper))
