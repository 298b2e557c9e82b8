"""PubMed: answers of efetch and the files of the yearly baseline and daily updates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.model import Note
from kg.read.base import Format, Item, Source
from kg.read.dates import iso_date
from kg.read.record import Fields, to_items
from kg.read.xml import child, children, local, read_records, root_name, text_of

if TYPE_CHECKING:
    from kg.read.xml import Element

_RECORDS = frozenset({"PubmedArticle", "PubmedBookArticle", "MedlineCitation", "DeleteCitation"})
_ROOTS = _RECORDS | {"PubmedArticleSet", "PubmedBookArticleSet", "MedlineCitationSet"}
# Labels that stand where an author gave none.
_TITLES = (("ArticleTitle",), ("VernacularTitle",), ("Book", "BookTitle"))
_DATES = (("Journal", "JournalIssue", "PubDate"), ("ArticleDate",), ("Book", "PubDate"))
_NO_LABEL = {"", "UNLABELLED", "UNLABELED", "UNASSIGNED"}


def _abstract(article: Element | None) -> str:
    """The sections of an abstract, each on a line of its own after its label."""
    sections = []
    for part in children(child(article, "Abstract"), "AbstractText"):
        label, text = (part.get("Label") or "").strip(), text_of(part)
        if text:
            sections.append(text if label.upper() in _NO_LABEL else f"{label.rstrip(':')}: {text}")
    return "\n".join(sections)


def _date(given: Element | None) -> str | None:
    year, month, day = (text_of(child(given, name)) for name in ("Year", "Month", "Day"))
    if not year:
        return iso_date(text_of(child(given, "MedlineDate")))
    return iso_date(f"{year}-{month}-{day}") if month.isdigit() else iso_date(year, f"{month} {day}")


def _author(author: Element) -> str:
    parts = [text_of(child(author, name)) for name in ("ForeName", "LastName", "Suffix")]
    parts[0] = parts[0] or text_of(child(author, "Initials"))
    return text_of(child(author, "CollectiveName")) or " ".join(filter(None, parts))


def _authors(article: Element | None) -> tuple[str, ...]:
    given = (a for group in children(article, "AuthorList") if group.get("Type") != "editors" for a in group)
    return tuple(filter(None, (_author(a) for a in given if local(a) == "Author" and a.get("ValidYN") != "N")))


def _doi(record: Element, citation: Element | None, article: Element | None) -> str:
    """The article's own DOI; those of its references lie deeper and are not looked at."""
    own = [
        *children(child(record, "PubmedData", "ArticleIdList"), "ArticleId"),
        *children(child(record, "PubmedBookData", "ArticleIdList"), "ArticleId"),
        *children(child(citation, "ArticleIdList"), "ArticleId"),
        *children(article, "ELocationID"),
    ]
    return next((text_of(e) for e in own if "doi" in (e.get("IdType"), e.get("EIdType")) and text_of(e)), "")


def _article(record: Element, where: str) -> Iterator[Item]:
    if local(record) == "DeleteCitation":
        yield Note(where, f"{len(record)} articles are listed here as deleted from PubMed; they were not removed")
        return
    book = child(record, "BookDocument")
    citation = (
        book if book is not None else record if local(record) == "MedlineCitation" else child(record, "MedlineCitation")
    )
    article = book if book is not None else child(citation, "Article")
    pmid, journal = text_of(child(citation, "PMID")), child(article, "Journal")
    titles = (child(article, *path) for path in _TITLES)
    dates = (child(article, *path) for path in _DATES)
    yield from to_items(
        Fields(
            key=pmid,
            title=next(filter(None, map(text_of, titles)), None),
            abstract=_abstract(article),
            date=next(filter(None, map(_date, dates)), None),
            authors=_authors(article),
            venue=text_of(child(journal, "Title")) or text_of(child(article, "Book", "BookTitle")),
            url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid.isdigit() else None,
            doi=_doi(record, citation, article),
            pmid=pmid,
        ),
        "pubmed",
        where,
    )


def _sniff(head: bytes, suffix: str) -> bool:
    _ = suffix
    return root_name(head) in _ROOTS


def _read(source: Source) -> Iterator[Item]:
    return read_records(source, _RECORDS, _article)


FORMAT = Format("pubmed", "PubMed XML (efetch, baseline and update files)", _sniff, _read)
