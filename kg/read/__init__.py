"""Reading papers from whatever holds them: the format is found from the content, the papers come as a stream.

Each format is one module of its own name (:data:`FORMATS`), with one constant ``FORMAT``. What they stand on, beside
:mod:`kg.inputs` (files, archives and compression to streams, streams to lines and JSON values):

================  =====================================================================================
``base``          what a format is, and what it is given
``paragraphs``    lines to paragraphs, for plain text
``titles``        whether a paragraph is a title (``daily_papers_text``)
``xml``           bytes to record elements, without entities and network (all formats of XML)
``html/page``     bytes to a parsed web page; one module beside it for each kind of page
``latex``         LaTeX to plain text (``bibtex``)
``columns``       the names that columns of tables go by (``csv``)
``people``        names of authors
``dates``         dates
``record``        the fields of a record to a paper, with its identifiers, or the reason why not
================  =====================================================================================
"""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import os
import warnings
from collections.abc import Iterable, Iterator
from contextlib import closing

from kg.errors import UsageError
from kg.inputs.sources import Opened, expand, open_place
from kg.model import Paper, Rejected
from kg.read.base import Format, Item, Join, Source

__all__ = ["FORMATS", "find_format", "formats", "read"]

# One module each, in the order in which they are asked whether a file is theirs: the surest signs first.
FORMATS: tuple[str, ...] = (
    "parquet",
    "html",
    "arxiv",
    "oai",
    "pubmed",
    "acl",
    "jats",
    "openalex",
    "semantic_scholar",
    "hf_daily",
    "kaggle_arxiv",
    "csl_json",
    "jsonl",
    "bibtex",
    "ris",
    "csv",
    "daily_papers_text",
    "abstract_lines",
    "text",
)
ENTRY_POINTS = "kg.readers"
# What people have and kg does not read: where its sign stands, the sign, and what to do instead.
_STRANGERS = (
    (257, b"ustar", "a tar archive", "unpack it first"),
    (0, b"%PDF", "a PDF", "give its text, or its entry in a bibliography that has the abstract"),
    (0, b"\xd0\xcf\x11\xe0", "an old Office document", "save it as CSV"),
)


@functools.cache
def _formats() -> tuple[Format, ...]:
    own = [importlib.import_module(f"{__name__}.{name}").FORMAT for name in FORMATS]
    # Plain text takes whatever nobody else wants, so it stays last.
    return (*own[:-1], *_plugged_in(), *own[-1:])


def _plugged_in() -> Iterator[Format]:
    for point in sorted(importlib.metadata.entry_points(group=ENTRY_POINTS), key=lambda p: p.name):
        try:
            yield point.load()
        except Exception as error:  # somebody else's code must not stop the formats of kg
            warnings.warn(f"the reader plug-in {point.name!r} ({point.value}) does not load: {error}", stacklevel=4)


def formats() -> list[Format]:
    """All formats in the order of detection, those of plug-ins (entry points ``kg.readers``) before plain text.

    >>> "jsonl" in [f.name for f in formats()]
    True
    """
    return list(_formats())


def find_format(name: str) -> Format:
    """The format of that name.

    Raises:
        UsageError: there is none; the message lists the names.

    >>> find_format("text").name
    'text'
    """
    for format_ in _formats():
        if format_.name == name.lower().replace("-", "_"):
            return format_
    raise UsageError(f"{name!r} is no format that kg reads. The formats are: {_names()}.")


def _names() -> str:
    return ", ".join(f.name for f in _formats())


def read(
    sources: Iterable[str | os.PathLike[str]],
    *,
    format: str | None = None,  # noqa: A002
    year: int | None = None,
) -> Iterator[Item]:
    """The papers, rejected records and notes of files, directories, archives and standard input (``-``), as a stream.

    Everything comes in the order of the input (records that are joined from several files come last), in constant
    memory. A file without any record gives one Rejected that says so; damage in the middle keeps the records before it
    and gives a Rejected. ``format`` is a name from :func:`formats`; ``year`` is that of a page that does not print it.

    Raises:
        UsageError: a source does not exist, or a format or year cannot be meant.
        NoRecordsError: a directory is empty.
    """
    forced = find_format(format) if format is not None else None
    if year is not None and not 1000 <= year <= 9999:
        raise UsageError(f"{year} is no year of a page; give four digits, as in --year 2024.")
    if isinstance(sources, str | os.PathLike):
        sources = [sources]
    return _read(sources, forced, year)


def _read(sources: Iterable[str | os.PathLike[str]], forced: Format | None, year: int | None) -> Iterator[Item]:
    joins: dict[str, Join] = {}
    try:
        for place in expand(sources):
            with closing(open_place(place)) as inputs:
                for opened in inputs:
                    if isinstance(opened, Rejected):
                        yield opened
                        continue
                    format_ = forced or _recognise(opened)
                    if format_:
                        yield from _read_one(opened, format_, year, joins)
                    else:
                        yield Rejected(opened.name, *_refusal(opened))
        for name in sorted(joins):
            yield from joins[name].finish()
    finally:
        for join in joins.values():
            join.close()


def _recognise(opened: Opened) -> Format | None:
    return next((f for f in _formats() if f.sniff(opened.head, opened.suffix)), None)


def _refusal(opened: Opened) -> tuple[str, str]:
    """What was found in a file that no format recognises, and what to do about it."""
    if not opened.head:
        return "an empty file" if not opened.damage else f"a damaged file: {opened.damage}", "it holds nothing to read"
    for offset, sign, what, remedy in _STRANGERS:
        if opened.head.startswith(sign, offset):
            return what, remedy
    return f"it starts with {opened.head[:40]!r}", "no known format; `kg formats` lists them, --from names one"


def _read_one(opened: Opened, format_: Format, year: int | None, joins: dict[str, Join]) -> Iterator[Item]:
    source = Source(opened.name, opened.stream, year)
    if format_.join and format_.name not in joins:
        joins[format_.name] = format_.join()
    before = joins[format_.name].waiting if format_.join else 0
    items = joins[format_.name].add(source) if format_.join else format_.read(source)
    papers = rejected = 0
    for item in items:
        papers += isinstance(item, Paper)
        rejected += isinstance(item, Rejected)
        yield item
    if opened.damage:
        kept = f"{papers} paper(s) before it were kept" if papers else "nothing before it could be used"
        yield Rejected(opened.name, f"a damaged file: {opened.damage}", f"the rest cannot be read; {kept}")
    elif not papers and not rejected and not (format_.join and joins[format_.name].waiting > before):
        found = "no record found" if opened.head.strip() else "an empty file"
        yield Rejected(opened.name, found, f"read as {format_.name}, it holds no paper; --from names another format")
