"""Tagged bibliographies: RIS, the plain text of Web of Science, and MEDLINE (``.nbib``) as PubMed saves it.

The three differ in the look of a tag line and in what the tags mean; both stand in tables, and one loop reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kg.inputs.lines import Line, numbered, start_of
from kg.inputs.strings import excerpt
from kg.model import Note, Rejected
from kg.read.base import Format, Item, Source
from kg.read.dates import iso_date
from kg.read.people import given_family
from kg.read.record import Fields, to_items

# A record is at most this many characters long; a longer one lacks its end and is refused.
MAX_RECORD = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Dialect:
    """One kind of tagged file: how a tag line looks, where records start and end, what the tags mean."""

    tag: re.Pattern[str]
    start: re.Pattern[str]
    start_tag: str
    end_tag: str | None
    lists: frozenset[str]  # tags whose every continuation line is a value of its own
    meaning: Mapping[str, tuple[str, ...]]  # first tag that has a value wins


_RIS = _Dialect(
    tag=re.compile(r"^\s?([A-Z][A-Z0-9])  -(?: (.*)|())$"),
    start=re.compile(r"^\s?TY  -( |$)"),
    start_tag="TY",
    end_tag="ER",
    lists=frozenset(),
    meaning={
        "title": ("TI", "T1", "CT", "BT"),
        "abstract": ("AB", "N2"),
        "authors": ("AU", "A1"),
        "date": ("PY", "Y1"),
        "month": ("DA",),
        "venue": ("JO", "JF", "T2", "JA", "J2"),
        "url": ("UR", "LK"),
        "doi": ("DO", "DI", "M3"),
        "key": ("ID", "AN"),
        "pmid": (),
        "links": ("UR", "L2", "L1", "AN", "LK"),
    },
)
_WOS = _Dialect(
    tag=re.compile(r"^([A-Z][A-Z0-9])(?: (.*)|())$"),
    start=re.compile(r"^PT [A-Z]\s*$"),
    start_tag="PT",
    end_tag="ER",
    lists=frozenset({"AU", "AF", "CR"}),
    # DA is the day of the download there, no date of the paper.
    meaning={
        "title": ("TI",),
        "abstract": ("AB",),
        "authors": ("AF", "AU"),
        "date": ("PY",),
        "month": ("PD",),
        "venue": ("SO", "JI"),
        "url": (),
        "doi": ("DI", "D2"),
        "key": ("UT",),
        "pmid": ("PM",),
        "links": (),
    },
)
_MEDLINE = _Dialect(
    tag=re.compile(r"^([A-Z]{2,4}) {0,2}- (.*)()$"),
    start=re.compile(r"^PMID- \d+"),
    start_tag="PMID",
    end_tag=None,
    lists=frozenset(),
    meaning={
        "title": ("TI", "BTI"),
        "abstract": ("AB",),
        "authors": ("FAU", "AU"),
        "date": ("DP",),
        "month": (),
        "venue": ("JT", "TA"),
        "url": (),
        "doi": ("LID", "AID"),
        "key": ("PMID",),
        "pmid": ("PMID",),
        "links": ("AID", "LID"),
    },
)
_DIALECTS = (_RIS, _WOS, _MEDLINE)

_HARMLESS = re.compile(r"^\s*(?:$|\d+\.$|FN |VR |EF\s*$)")
_SNIFF = re.compile(r"(?:^|[\r\n])(?:TY  - |FN .*[\r\n]+VR |PT [A-Z][ \t]*[\r\n]|PMID- \d)")


@dataclass(slots=True)
class _Record:
    """The record being read: tags and the pieces of their values, in file order."""

    dialect: _Dialect
    line: int
    values: list[tuple[str, list[str]]] = field(default_factory=list)
    size: int = 0
    paragraph: bool = False

    def add(self, tag: str, value: str) -> None:
        """Take a line that has a tag."""
        self.values.append((tag, [value.strip()]))
        self.size += len(tag) + len(value)
        self.paragraph = False

    def go_on(self, text: str) -> None:
        """Take a line that has none: more of the value before it, or the next value of a list."""
        if not text.strip():
            self.paragraph = True
            return
        tag, pieces = self.values[-1]
        if tag in self.dialect.lists:
            self.add(tag, text)
        else:
            pieces += ("\n\n" if self.paragraph else " ", text.strip())
            self.size += len(text) + 1
            self.paragraph = False

    def tagged(self, tags: tuple[str, ...]) -> list[str]:
        """All values of these tags, by the order of the tags."""
        return [value for t in tags for tag, pieces in self.values if tag == t and (value := "".join(pieces).strip())]

    def all_of(self, meaning: str) -> list[str]:
        """The values of the first tag with that meaning that has any."""
        return next((found for tag in self.dialect.meaning[meaning] if (found := self.tagged((tag,)))), [])

    def first(self, meaning: str) -> str | None:
        """The first value with that meaning."""
        return next(iter(self.all_of(meaning)), None)


def _date(record: _Record) -> str | None:
    year, other = iso_date(record.first("date")), record.first("month")
    full = iso_date(other)
    if full and (not year or (full[:4] == year[:4] and len(full) > len(year))):
        return full
    return iso_date(year[:4], other) if year and len(year) == 4 and other and not full else year


def _finish(record: _Record, source: Source) -> Iterator[Item]:
    # MEDLINE puts other identifiers than DOIs under the same tags.
    doi = next((value for value in record.tagged(record.dialect.meaning["doi"]) if "10." in value), None)
    given = Fields(
        key=record.first("key"),
        title=record.first("title"),
        abstract=record.first("abstract"),
        date=_date(record),
        authors=tuple(given_family(name) for name in record.all_of("authors")),
        venue=record.first("venue"),
        url=record.first("url"),
        doi=doi,
        pmid=record.first("pmid"),
        links=tuple(record.tagged(record.dialect.meaning["links"])),
    )
    yield from to_items(given, "ris", f"{source.name}:{record.line}")


def _opened(line: Line) -> _Record | None:
    """A new record if this line starts one; a tagged line of RIS does so too, for a record that lost its first line."""
    for dialect in _DIALECTS:
        if dialect.start.match(line.text):
            return _Record(dialect, line.number)
    lost = _RIS.tag.match(line.text)
    return _Record(_RIS, line.number) if lost and lost.group(1) != "ER" else None


class _Outside:
    """Counts the lines that belong to no record."""

    def __init__(self) -> None:
        self.count = 0
        self.first: Line | None = None

    def add(self, line: Line) -> None:
        if not _HARMLESS.match(line.text):
            self.count += 1
            self.first = self.first or line


def _too_long(record: _Record, source: Source) -> Rejected:
    why = f"longer than {MAX_RECORD} characters: its end line is missing"
    return Rejected(f"{source.name}:{record.line}", excerpt(record.first("title")) or "a record without a title", why)


def _take(record: _Record, line: Line) -> None:
    match = record.dialect.tag.match(line.text)
    if match:
        record.add(match.group(1), match.group(2) or "")
    else:
        record.go_on(line.text)


def _ends(record: _Record, line: Line) -> bool:
    match = record.dialect.tag.match(line.text)
    return match is not None and match.group(1) == record.dialect.end_tag


def _records(source: Source, outside: _Outside) -> Iterator[_Record | Note | Rejected]:
    record: _Record | None = None
    for line in numbered(source):
        if isinstance(line, Note):
            yield line
            continue
        if record and record.dialect.start.match(line.text):
            yield record
            if end := record.dialect.end_tag:
                why = f"the record has no {end} line; it is taken to end before line {line.number}"
                yield Note(f"{source.name}:{record.line}", why)
            record = None
        if record is None:
            record = _opened(line)
            if record is None:
                outside.add(line)
                continue
        elif _ends(record, line):
            yield record
            record = None
            continue
        _take(record, line)
        if record.size > MAX_RECORD:
            yield _too_long(record, source)
            record = None
    if record:
        yield record


def read(source: Source) -> Iterator[Item]:
    """The papers of a tagged bibliography, in order and in constant memory.

    Lines that belong to no record are counted in a note at the end; a file of such lines alone is refused as a whole.
    """
    outside, found = _Outside(), False
    for item in _records(source, outside):
        found = found or not isinstance(item, Note)
        yield from _finish(item, source) if isinstance(item, _Record) else (item,)
    if outside.first:
        where, what = f"{source.name}:{outside.first.number}", excerpt(outside.first.text)
        if found:
            yield Note(where, f"lines outside any record are ignored: {outside.count}, the first is {what!r}")
        else:
            why = "no record: RIS starts one with 'TY  - ', Web of Science with 'PT J', MEDLINE with 'PMID- '"
            yield Rejected(where, what, why)


def _sniff(head: bytes, suffix: str) -> bool:
    return suffix in {".ris", ".nbib", ".ciw"} or _SNIFF.search(start_of(head)) is not None


FORMAT = Format(
    name="ris",
    help="RIS, Web of Science plain text and MEDLINE (.ris, .ciw, .nbib), as reference managers export them",
    sniff=_sniff,
    read=read,
)
