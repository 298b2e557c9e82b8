"""The names that columns of tables go by, and the sign that separates the cells of a header row."""

from __future__ import annotations

import csv
import re
from typing import Final

# The names that a column may have, best first; case and the signs _ - . / and space do not count.
# Zotero, Scopus, Web of Science (long names and tags), Dimensions, OpenAlex, PubMed, Lens, then plain names.
ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "title": ("title", "article title", "display name", "document title", "paper title", "ti"),
    "abstract": ("abstract", "abstract note", "abstract text", "ab", "summary", "text"),
    "authors": (
        "author full names",
        "af",
        "authors",
        "author",
        "author s",
        "au",
        "author names",
        "authorships author display name",
        "authorships raw author name",
        "creators",
    ),
    "date": ("publication date", "date published", "date", "published", "cover date", "issued"),
    "year": ("publication year", "pubyear", "year", "py", "published year"),
    "month": ("pd", "month"),
    "venue": (
        "source title",
        "publication title",
        "journal book",
        "journal",
        "primary location source display name",
        "venue",
        "so",
        "container title",
        "conference",
        "booktitle",
        "anthology title",
    ),
    "url": (
        "url",
        "link",
        "dimensions url",
        "external url",
        "source linkout",
        "primary location landing page url",
        "landing page url",
    ),
    "doi": ("doi", "di", "ids doi"),
    "pmid": ("pmid", "pubmed id", "pm", "ids pmid"),
    "arxiv": ("arxiv id", "arxiv", "eprint"),
    "openalex": ("openalex id", "openalex", "ids openalex"),
    "acl": ("acl id", "anthology id", "acl"),
    "key": (
        "key",
        "ut unique wos id",
        "ut",
        "eid",
        "publication id",
        "lens id",
        "id",
        "paper id",
        "corpusid",
        "corpus id",
        "uid",
    ),
    "links": ("id", "source urls", "url", "link", "doi link", "extra"),
}
_KNOWN: Final = frozenset(name for names in ALIASES.values() for name in names)
_DELIMITERS: Final = (",", ";", "\t", "|")
_NOT_IN_NAME = re.compile(r"[\W_]+")


def _name(column: str) -> str:
    return _NOT_IN_NAME.sub(" ", column.casefold()).strip()


def find_columns(header: list[str]) -> dict[str, tuple[int, ...]]:
    """For each meaning the columns that may have it, best first."""
    names = [_name(cell) for cell in header]
    return {
        meaning: tuple(i for alias in aliases for i, name in enumerate(names) if name == alias)
        for meaning, aliases in ALIASES.items()
    }


def split_header(text: str) -> tuple[str, list[str]]:
    """The delimiter under which a header row has the most known columns, and the row so split."""
    found: tuple[tuple[int, int], str, list[str]] = ((-1, -1), ",", [text])
    for delimiter in _DELIMITERS:
        try:
            cells = next(csv.reader([text], delimiter=delimiter), [])
        except csv.Error:
            continue
        score = (sum(_name(cell) in _KNOWN for cell in cells), len(cells))
        if score > found[0]:
            found = (score, delimiter, cells)
    return found[1], found[2]
