"""The Daily Papers page copied as text: title, abstract, then authors or an organisation, a date, perhaps a count.

A page is a row of paragraphs. A line with a date behind a dot (``·``), or a number of authors, closes a paper; some
papers have neither, and then the next title follows at once. What is a title there is weighed from how it looks and
from what follows it (:mod:`kg.read.titles`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from kg.inputs.lines import Line, is_text, start_of
from kg.inputs.strings import excerpt, one_line
from kg.model import Note, Rejected
from kg.read.base import Format, Item, Source
from kg.read.dates import to_date
from kg.read.paragraphs import Block, lines
from kg.read.record import Fields, to_items
from kg.read.titles import weigh

MAX_PAGE_LINES = 200_000
# The first paragraph of nearly every abstract has at least this many characters; of a short one that ends a sentence,
# the line before it must look twice as much like a title.
MIN_ABSTRACT = 200
MIN_SHORT_ABSTRACT = 80
SURE = 3.0
MAX_ORGANISATION = 120

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = f"(?:{'|'.join(_MONTHS)})"
_COUNT = r"(?: (?P<count>[\d.,]+k?))?"
_DATES = (
    re.compile(rf"(?P<month>{_MONTH})[a-z]* (?P<day>\d{{1,2}})(?:, (?P<year>\d{{4}}))?{_COUNT}"),
    re.compile(rf"(?P<day>\d{{1,2}}) (?P<month>{_MONTH})[a-z]*(?:,? (?P<year>\d{{4}}))?{_COUNT}"),
    re.compile(rf"(?P<year>\d{{4}})-(?P<month>0[1-9]|1[0-2])-(?P<day>\d\d){_COUNT}"),
)
_AUTHORS = re.compile(r"(?:[•·*-]\s*)?(\d+) authors?", re.IGNORECASE)
_DOT = re.compile(r"[·•]")
# What the page shows beside papers: buttons, numbers of votes and comments, who submitted.
_FURNITURE = re.compile(
    r"#?[\d.,]+k?|new|upvotes?|submitted by(?: .*)?|view pdf|arxiv page|github(?: [\d.,]+k?)?|"
    r"get trending papers in your email inbox!|subscribe|daily papers|by ?ak and the research community|"
    r"daily|weekly|monthly|previous|next|company|tos|privacy|about|jobs|website|models|datasets|spaces|pricing|docs",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Date:
    month: str
    day: str
    year: str | None

    def iso(self, page_year: int | None) -> str | None:
        year = self.year or page_year
        return to_date(f"{self.month} {self.day}, {year}") if year else None


@dataclass(frozen=True, slots=True)
class _Entry:
    line: int
    title: str
    paragraphs: tuple[str, ...]
    authors: int | None = None
    date: _Date | None = None


@dataclass(slots=True)
class _Page:
    entries: list[_Entry] = field(default_factory=list)
    told: list[Rejected | Note] = field(default_factory=list)
    dates: list[_Date] = field(default_factory=list)
    left_out: list[Block] = field(default_factory=list)


def _date(text: str) -> _Date | None:
    line = " ".join(text.split())
    match = next((found for pattern in _DATES if (found := pattern.fullmatch(line))), None)
    if match is None:
        return None
    month = match["month"]
    return _Date(_MONTHS[int(month) - 1] if month.isdecimal() else month, match["day"], match["year"])


def _sniff(head: bytes, suffix: str) -> bool:
    if suffix not in ("", ".txt", ".text", ".md") or not is_text(head):
        return False
    found = [line.strip() for line in start_of(head).splitlines() if line.strip()]
    dated = any(_DOT.fullmatch(one) and _date(two) for one, two in pairwise(found))
    return (dated or any(map(_closing, found))) and any(len(line) >= MIN_ABSTRACT for line in found)


def _closing(line: str) -> bool:
    """Whether one line says authors or organisation and date at once: "· 3 authors · Oct 30"."""
    parts = [p.strip() for p in _DOT.split(line) if p.strip()]
    return len(parts) >= 2 and len(line) < MAX_ORGANISATION and _date(parts[-1]) is not None


# ---------------------------------------------------------------- a page as paragraphs and closing lines


@dataclass(frozen=True, slots=True)
class _Close:
    authors: int | None
    date: _Date | None


class _Lines:
    """Cuts the lines of a page into paragraphs and what closes a paper."""

    def __init__(self, *, spaced: bool) -> None:
        # A page without any blank line has one paragraph per line.
        self._spaced = spaced
        self._held: list[tuple[int, str]] = []
        self._gap = False
        self._authors: int | None = None
        self._dotted = False

    def add(self, number: int, line: str) -> Iterator[Block | _Close]:
        """What the line before this one has completed, or this line itself."""
        count, dot = _AUTHORS.fullmatch(line), bool(_DOT.fullmatch(line))
        after = line.lstrip("·• ")
        date = _date(after) if self._dotted or after != line else None
        if count or dot or date or _closing(line):
            yield from self._paragraph(organisation=dot)
            yield from self._mark(line, count, date)
        elif not line:
            self._gap = True
        elif self._gap or not self._spaced:
            yield from self._paragraph()
        if line and not (count or dot or date or _closing(line)):
            yield from self.end(forget=False)
            self._held.append((number, line))

    def _paragraph(self, *, organisation: bool = False) -> Iterator[Block]:
        # A short line above the dot, no sentence, is the organisation that stands in the authors' place.
        named = len(self._held) == 1 and len(self._held[0][1]) < MAX_ORGANISATION and self._held[0][1][-1] not in ".:;"
        if self._held and not (organisation and named):
            yield Block(self._held[0][0], "\n".join(text for _, text in self._held))
        self._gap = False
        self._held = []

    def _mark(self, line: str, count: re.Match[str] | None, date: _Date | None) -> Iterator[_Close]:
        if _closing(line):
            found = [p.strip() for p in _DOT.split(line) if p.strip()]
            yield _Close(next((int(m[1]) for p in found if (m := _AUTHORS.fullmatch(p))), None), _date(found[-1]))
            self._authors, self._dotted = None, False
        elif date:
            yield _Close(self._authors, date)
            self._authors, self._dotted = None, False
        elif count:
            self._authors = int(count[1])
        else:
            self._dotted = True

    def end(self, *, forget: bool = True) -> Iterator[Block | _Close]:
        """What is still open: a paragraph, or a number of authors that no date follows."""
        if forget:
            yield from self._paragraph()
        if self._authors is not None:
            yield _Close(self._authors, None)
        self._authors, self._dotted = None, False


def _parts(numbered: list[tuple[int, str]]) -> Iterator[Block | _Close]:
    """The paragraphs of a page and, between them, what closes a paper."""
    cut = _Lines(spaced=any(not line for _, line in numbered))
    for number, line in numbered:
        yield from cut.add(number, line)
    yield from cut.end()


def _may_be_abstract(text: str) -> bool:
    return len(text) >= (MIN_SHORT_ABSTRACT if text.endswith(".") else MIN_ABSTRACT)


def _is_title(blocks: list[Block], at: int, before: str) -> bool:
    text, follows = blocks[at].text, blocks[at + 1].text if at + 1 < len(blocks) else ""
    enough = 0.0 if len(follows) >= MIN_ABSTRACT else SURE
    return _may_be_abstract(follows) and len(follows) > len(text) and weigh(text, before) > enough


def _split(blocks: list[Block]) -> Iterator[list[Block]]:
    """The paragraphs up to a closing line as papers: the first is a title, and others may be."""
    paper: list[Block] = []
    for at, block in enumerate(blocks):
        if len(paper) >= 2 and _is_title(blocks, at, paper[-1].text):
            yield paper
            paper = []
        paper.append(block)
    if paper:
        yield paper


def _is_furniture(block: Block, before: Block | None) -> bool:
    submitter = before is not None and before.text.lower() == "submitted by"
    return submitter or bool(_FURNITURE.fullmatch(block.text)) or _date(block.text) is not None


def _take(page: _Page, blocks: list[Block], close: _Close | None) -> None:
    """Adds the papers of the paragraphs up to a closing line to the page."""
    kept = [b for before, b in pairwise((None, *blocks)) if b and not _is_furniture(b, before)]
    page.left_out += [b for b in blocks if b not in kept]
    if close is None and not any(_may_be_abstract(b.text) for b in kept):
        page.left_out += kept  # the foot of the page
        return
    papers = list(_split(kept))
    for number, (title, *rest) in enumerate(papers):
        last = close if number == len(papers) - 1 else None
        entry = _Entry(title.line, one_line(title.text), tuple(b.text for b in rest))
        page.entries.append(replace(entry, authors=last.authors, date=last.date) if last else entry)


def _without_head(blocks: list[Block]) -> int:
    """Where the papers begin: at the last short paragraph before the first abstract."""
    first = next((n for n, b in enumerate(blocks) if _may_be_abstract(b.text)), 0)
    return max(first - 1, 0)


def _page(source: Source) -> _Page:
    page, numbered = _Page(), list[tuple[int, str]]()
    for item in lines(source):
        if not isinstance(item, Line):
            page.told.append(item)
        elif len(numbered) < MAX_PAGE_LINES:
            numbered.append((item.number, item.text.strip()))
    blocks: list[Block] = []
    first = True
    for part in _parts(numbered):
        if isinstance(part, Block):
            blocks.append(part)
            continue
        begin = _without_head(blocks) if first else 0
        page.left_out += blocks[:begin]
        _take(page, blocks[begin:], part)
        blocks, first = [], False
    _take(page, blocks, None)
    page.dates += [e.date for e in page.entries if e.date]
    return page


# ---------------------------------------------------------------- papers


def _page_year(page: _Page, source: Source) -> tuple[int | None, Note | None]:
    """The year of the dates that are printed without one, and how it was found.

    The page leaves out the year of the dates of its own year, so its year is later than any that it prints.
    """
    bare = sum(1 for d in page.dates if not d.year)
    if source.year or not bare:
        return source.year, None
    printed = [int(d.year) for d in page.dates if d.year]
    if not printed:
        text = f"{bare} dates have no year, and the page prints none to go by: they are left out. Give it with --year."
        return None, Note(source.name, text)
    year = max(printed) + 1
    text = (
        f"{bare} dates have no year. The page leaves out its own year, and the newest that it prints is {year - 1}, so "
        f"they are taken as {year}. If that is wrong, give the page's year with --year."
    )
    return year, Note(source.name, text)


def read(source: Source) -> Iterator[Item]:
    """The papers of a page, in its order; the page is held in memory, because its year is known only at its end."""
    page = _page(source)
    year, note = _page_year(page, source)
    if note:
        yield note
    left = [b for b in page.left_out if not _FURNITURE.fullmatch(b.text) and not _date(b.text)]
    if left:
        shown = "; ".join(excerpt(b.text, 40) for b in left[:3])
        yield Note(f"{source.name}:{left[0].line}", f"{len(left)} line(s) around the papers were left out: {shown}")
    yield from page.told
    for entry in page.entries:
        given = Fields(
            title=entry.title,
            abstract="\n\n".join(entry.paragraphs),
            date=entry.date.iso(year) if entry.date else None,
            author_count=entry.authors,
        )
        yield from to_items(given, source=FORMAT.name, where=f"{source.name}:{entry.line}")


FORMAT = Format("daily_papers_text", "the Daily Papers page copied as text", _sniff, read)
