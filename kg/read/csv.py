"""Tables with a header row: comma, semicolon, tab or bar separated, as reference managers and databases export them."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from kg.inputs.lines import Line, numbered, start_of
from kg.inputs.strings import excerpt
from kg.model import Note, Rejected
from kg.read.base import Format, Item, Source
from kg.read.columns import ALIASES, find_columns, split_header
from kg.read.dates import iso_date
from kg.read.people import given_family
from kg.read.record import Fields, to_items

# A row is at most this many characters long; one that runs on has a quotation mark that is never closed.
MAX_ROW: Final = 8 * 1024 * 1024
_PREAMBLE = re.compile(r'^"?About the data', re.IGNORECASE)
_SEPARATOR_LINE = re.compile(r"^\"?sep=(.)\"?$", re.IGNORECASE)
_AUTHOR_NUMBER = re.compile(r"\(\d+\)$")


class _RowTooLongError(Exception):
    """A row ran past :data:`MAX_ROW`."""


@dataclass(slots=True)
class _Lines:
    """The lines of a source, of which those of a broken row can be given back."""

    source: Iterator[Line | Note]
    notes: list[Note] = field(default_factory=list)
    again: deque[Line] = field(default_factory=deque)
    row: list[Line] = field(default_factory=list)

    def __iter__(self) -> Iterator[Line]:
        while True:
            item = self.again.popleft() if self.again else next(self.source, None)
            if item is None:
                return
            if isinstance(item, Note):
                self.notes.append(item)
            else:
                yield item

    def of_row(self) -> Iterator[str]:
        """Lines for one row; what was taken stays in ``row``."""
        self.row, size = [], 0
        for line in self:
            self.row.append(line)
            size += len(line.text) + 1
            if size > MAX_ROW:
                raise _RowTooLongError
            yield line.text + "\n"

    def give_back(self) -> None:
        """Read all but the first line of the row again."""
        self.again.extendleft(reversed(self.row[1:]))
        del self.row[1:]


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: list[str]


def _broken(lines: _Lines, delimiter: str, width: int) -> list[str] | str:
    """What to make of a row whose quotation marks do not pair: the cells of its first line, or why it is refused."""
    first = lines.row[0]
    lines.give_back()
    # In tab-separated files a quotation mark is often just a sign of the text.
    cells = first.text.split("\t") if delimiter == "\t" else []
    if len(cells) == width:
        return cells
    return (
        "a cell begins with a quotation mark that is not closed before a separator (a mark inside a quoted cell is "
        f'written ""); the line is left out and reading goes on at line {first.number + 1}'
    )


def _rows(lines: _Lines, delimiter: str, width: int, name: str) -> Iterator[_Row | Rejected]:
    csv.field_size_limit(max(csv.field_size_limit(), MAX_ROW))
    while True:
        try:
            # One reader per row: a broken row cannot take its neighbours with it.
            cells = next(csv.reader(lines.of_row(), delimiter=delimiter, strict=True), None)
        except (csv.Error, _RowTooLongError):
            mended = _broken(lines, delimiter, width)
            if isinstance(mended, str):
                yield Rejected(f"{name}:{lines.row[0].number}", excerpt(lines.row[0].text), mended)
                continue
            cells = mended
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield _Row(lines.row[0].number, cells)


def _authors(text: str) -> tuple[str, ...]:
    """The names in a cell: separated by ``|`` or ``;``, else by commas where each part is a whole name."""
    sign = next((s for s in "|;" if s in text), None)
    parts = text.split(sign) if sign else text.split(",")
    if sign is None and not all(" " in part.strip() for part in parts):
        parts = [text]
    # "Smith, John (57123)" in Scopus; "Smith J, Doe A." in PubMed.
    names = (_AUTHOR_NUMBER.sub("", part.strip() if sign else part.strip().rstrip(".")) for part in parts)
    return tuple(given_family(name) for name in names if name.strip())


def _to_items(row: _Row, columns: dict[str, tuple[int, ...]], where: str) -> Iterator[Item]:
    def cell(meaning: str) -> str | None:
        return next((row.cells[i] for i in columns[meaning] if row.cells[i].strip()), None)

    # Web of Science has the month and day under the date, and the year by itself.
    date, year = iso_date(cell("date")), iso_date(cell("year"), cell("month") or cell("date"))
    given = Fields(
        key=cell("key"),
        title=cell("title"),
        abstract=cell("abstract"),
        date=date or year,
        authors=_authors(cell("authors") or ""),
        venue=cell("venue"),
        url=cell("url"),
        doi=cell("doi"),
        arxiv=cell("arxiv"),
        openalex=cell("openalex"),
        acl=cell("acl"),
        pmid=cell("pmid"),
        links=tuple(row.cells[i] for i in columns["links"]),
    )
    yield from to_items(given, "csv", where)


def _header(lines: _Lines) -> tuple[Line, str, list[str]] | None:
    """The header row with its delimiter and cells; lines that programs put before it are passed over."""
    forced = None
    for line in lines:
        text = line.text
        if separator := _SEPARATOR_LINE.match(text):
            forced = separator.group(1)
        elif text.strip() and not _PREAMBLE.match(text):
            delimiter, cells = split_header(text)
            if forced and forced != delimiter:
                return line, forced, next(csv.reader([text], delimiter=forced))
            return line, delimiter, cells
    return None


def _no_abstract_column(cells: list[str]) -> str:
    found = ", ".join(excerpt(cell, 40) for cell in cells[:60])
    known = ", ".join(ALIASES["abstract"])
    return f"no column for the abstract; columns found: {found}; known names for it: {known}"


def _body(lines: _Lines, source: Source) -> Iterator[Item]:
    header = _header(lines)
    if header is None:
        return
    line, delimiter, cells = header
    columns = find_columns(cells)
    if not columns["abstract"]:
        yield Rejected(f"{source.name}:{line.number}", "the header row", _no_abstract_column(cells))
        return
    for row in _rows(lines, delimiter, len(cells), source.name):
        if isinstance(row, Rejected):
            yield row
            continue
        where = f"{source.name}:{row.line}"
        if len(row.cells) < len(cells) or any(extra.strip() for extra in row.cells[len(cells) :]):
            why = f"{len(row.cells)} cells where the header row (line {line.number}) has {len(cells)}"
            yield Rejected(where, excerpt(delimiter.join(row.cells)), why)
        else:
            yield from _to_items(row, columns, where)


def read(source: Source) -> Iterator[Item]:
    """The papers of a table, in order and in constant memory; the header row alone decides separator and columns.

    A row with too few or too many cells, or with a quotation mark that is never closed, is refused by itself. A table
    without a column for the abstract is refused as a whole, with the columns found and the names known.
    """
    lines = _Lines(numbered(source))
    for item in _body(lines, source):
        yield from lines.notes
        lines.notes.clear()
        yield item
    yield from lines.notes


def _sniff(head: bytes, suffix: str) -> bool:
    if suffix in {".csv", ".tsv", ".tab"}:
        return True
    lines = start_of(head).lstrip().splitlines()[:4]
    first = next((t for t in lines if t.strip() and not _PREAMBLE.match(t) and not _SEPARATOR_LINE.match(t)), "")
    columns = find_columns(split_header(first[:20_000])[1])
    return bool(columns["abstract"]) and any(columns[m] for m in ("title", "authors", "year", "date", "doi", "key"))


FORMAT = Format(
    name="csv",
    help="tables with a header row (CSV, TSV, semicolons), also as Zotero, Scopus, Web of Science, Dimensions, "
    "OpenAlex, PubMed and Lens export them",
    sniff=_sniff,
    read=read,
)
