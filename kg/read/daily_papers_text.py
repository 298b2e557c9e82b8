"""The Daily Papers page copied as text: title, abstract, then authors or an organisation, a date, perhaps a count.

A page is a row of paragraphs. A line with a date behind a dot (``·``), or a number of authors, closes a paper; some
papers have neither, and then the next title follows at once. What is a title there is weighed from how it looks and
from what follows it (:data:`WEIGHTS`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from kg.model import Note, Rejected
from kg.read.base import Format, Item, Source
from kg.read.decode import is_text, to_date
from kg.read.fields import excerpt, one_line
from kg.read.paragraphs import MAX_LINE, Block, lines
from kg.read.record import Raw, to_items

MAX_PAGE_LINES = 200_000
# An abstract's first paragraph has at least this many characters, a title at most.
MIN_ABSTRACT, MAX_TITLE = 200, 300

_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DATE = re.compile(rf"(?P<month>{_MONTH})[a-z]* (?P<day>\d{{1,2}})(?:, (?P<year>\d{{4}}))?(?: (?P<count>[\d.,]+k?))?")
_AUTHORS = re.compile(r"(?:[•·*-]\s*)?(\d+) authors?", re.IGNORECASE)
_DOT = re.compile(r"[·•]")
# What the page shows beside papers: buttons, numbers of votes and comments, who submitted.
_FURNITURE = re.compile(
    r"[\d.,]+k?|new|upvotes?|submitted by|view pdf|arxiv page|github(?: [\d.,]+k?)?|get trending papers in your email "
    r"inbox!|subscribe|daily papers|byak and the research community|by ?ak and the research community|"
    r"daily|weekly|monthly|previous|next|company|tos|privacy|about|jobs|website|models|datasets|spaces|pricing|docs",
    re.IGNORECASE,
)
_SMALL = frozenset(
    "a an and as at but by can do does for from how if in into is it its nor not of on or over per so than that the "
    "then to under up via vs vs. was what when where which while who why will with within without yet are be".split()
)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_SENTENCE = re.compile(r"[a-z)\]\"”%\d][.!?] +(?=[A-Z\"“(])")
_LINK = re.compile(r"https?://|www\.|\b\w+\.(?:com|org|io|ai)/", re.IGNORECASE)
_ITEM = re.compile(r"(?:[-*•–‣]|\(?(?:\d{1,2}|[ivx]{1,4}|[a-h])[).]|\d{1,2}:)\s|step \d|first(?:ly)?,|second(?:ly)?,")
_HEADING = re.compile(
    r"(?:abstract|background|introduction|motivation|objectives?|aims?|purpose|methods?|materials and methods|results?|"
    r"findings|conclusions?|discussion|significance|keywords?|code|data|availability|project(?: page)?|tl;?dr)\b[^\w]*.*",
    re.IGNORECASE,
)
_SPEAKS = re.compile(
    r"\b(?:we|our|us)\b(?! )|\b(?:we|our) (?:\w+ )?(?:propose|present|introduce|show|find|release|code|method|model|"
    r"results?|experiments|dataset|also|evaluate|demonstrate|project|further|believe|hope)\b|\bthis (?:paper|work)\b|"
    r"\b(?:is|are|be) (?:publicly |freely |made )?(?:available|released|open-?sourced)\b|\bavailable at\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"(?:this|these|those|such|but|however|furthermore|moreover|additionally|specifically|finally|it|they|in particular|"
    r"in this|to this end|for example|here|thus|hence|therefore)\b(?! is all)", re.IGNORECASE
)
_FORMULA = re.compile(r"[=<>≤≥∑∫]|\\\w+|\$\$")


def _capitals(text: str) -> float:
    """The share of the words with more than three letters that begin with a capital."""
    words = [w for w in _WORD.findall(text) if len(w) > 3 and w.lower() not in _SMALL]
    return sum(w[0].isupper() for w in words) / len(words) if words else 0.0


# How much each look of a paragraph speaks for a title (above 0) or for one more paragraph of the abstract before it.
WEIGHTS = (
    ("too long", -9.0, lambda text, before: len(text) > MAX_TITLE),
    ("between a finished text and a long one", 1.5, lambda text, before: True),
    ("a name and what it is", 1.5, lambda text, before: bool(re.match(r"[\w.+-]+(?: [\w.+-]+)?: \S", text))),
    ("most words in capitals", 3.0, lambda text, before: _capitals(text) >= 0.6),
    ("few words in capitals", -1.0, lambda text, before: _capitals(text) < 0.25),
    ("goes on from what was said", -3.0, lambda text, before: bool(_GOES_ON.match(text))),
    ("ends like a sentence", -4.5, lambda text, before: text.endswith((".", ";", ",", ":", "…"))),
    ("ends like a name or a question", 1.0, lambda text, before: text[-1].isalnum() or text[-1] in "?)!"),
    ("two sentences", -3.0, lambda text, before: bool(_SENTENCE.search(text.replace("vs. ", "vs ")))),
    ("begins small", -3.0, lambda text, before: text[0].islower() and not re.match(r"\w+[A-Z\d-]", text)),
    ("an item of a list", -4.0, lambda text, before: bool(_ITEM.match(text.lower()))),
    ("a heading within an abstract", -4.0, lambda text, before: bool(_HEADING.fullmatch(text)) and len(text.split()) < 4),
    ("a labelled line", -4.0, lambda text, before: bool(re.match(r"(?:code|data|project|keywords?|demo|video|website|"
        r"dataset|model|homepage|github|tl;?dr|results?|methods?|conclusions?)\b[^:]{0,20}:", text, re.IGNORECASE))),
    ("a link", -5.0, lambda text, before: bool(_LINK.search(text))),
    ("speaks of the paper", -3.0, lambda text, before: bool(_SPEAKS.search(text))),
    ("a formula", -3.0, lambda text, before: bool(_FORMULA.search(text)) and len(_WORD.findall(text)) < 6),
    ("hardly a word", -3.0, lambda text, before: len(_WORD.findall(text)) < 2),
    ("what stands before goes on", -4.0, lambda text, before: before[-1] in ":,;" or before[-1].isalpha() and not _LINK.search(before[-200:])),
)  # fmt: skip


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
    rejected: list[Rejected] = field(default_factory=list)
    dates: list[_Date] = field(default_factory=list)
    left_out: list[Block] = field(default_factory=list)


def _date(text: str) -> _Date | None:
    match = _DATE.fullmatch(" ".join(text.split()))
    return _Date(match["month"], match["day"], match["year"]) if match else None


def _sniff(head: bytes, suffix: str) -> bool:
    if suffix not in ("", ".txt", ".text", ".md") or not is_text(head):
        return False
    found = [line.strip() for line in head.decode("utf-8", "replace").splitlines() if line.strip()]
    closing = sum(
        1 for one, two in zip(found, found[1:] + [""], strict=True) if _DOT.fullmatch(one) and _date(two) or _closing(one)
    )
    return closing >= 1 and any(len(line) >= MIN_ABSTRACT for line in found)


def _closing(line: str) -> bool:
    """Whether one line says number of authors and date at once: "· 3 authors · Oct 30"."""
    parts = [p.strip() for p in _DOT.split(line) if p.strip()]
    return len(parts) >= 2 and any(map(_AUTHORS.fullmatch, parts)) and _date(parts[-1]) is not None


# ---------------------------------------------------------------- a page as paragraphs and closing lines


@dataclass(frozen=True, slots=True)
class _Close:
    authors: int | None
    date: _Date | None


def _parts(numbered: list[tuple[int, str]]) -> Iterator[Block | _Close]:
    """The paragraphs of a page and, between them, what closes a paper."""
    spaced = any(not line for _, line in numbered)
    held: list[tuple[int, str]] = []
    authors: int | None = None
    closing = dotted = False
    for number, line in [*numbered, (0, "")]:
        count, date = _AUTHORS.fullmatch(line), _date(line) if dotted else None
        if not line or not spaced or count or _DOT.fullmatch(line) or date or _closing(line):
            # A short line straight above the dot is the organisation that stands in the authors' place.
            if held and not (_DOT.fullmatch(line) and len(held) == 1 and len(held[0][1]) < 120):
                yield Block(held[0][0], "\n".join(text for _, text in held))
            held = []
        if _closing(line):
            found = [p.strip() for p in _DOT.split(line) if p.strip()]
            yield _Close(next(int(m[1]) for p in found if (m := _AUTHORS.fullmatch(p))), _date(found[-1]))
            authors, closing, dotted = None, False, False
        elif date:
            yield _Close(authors, date)
            authors, closing, dotted = None, False, False
        elif count:
            authors, closing = int(count[1]), True
        elif _DOT.fullmatch(line):
            dotted = True
        elif line:
            if closing:
                yield _Close(authors, None)
            authors, closing, dotted = None, False, False
            held.append((number, line))
    if closing:
        yield _Close(authors, None)


def weigh(text: str, before: str) -> float:
    """How much a paragraph looks like a title (above 0) and not like one more paragraph of the abstract ``before`` it."""
    return sum(weight for _, weight, holds in WEIGHTS if holds(text, before))


def _is_title(blocks: list[Block], at: int, before: str) -> bool:
    follows = blocks[at + 1].text if at + 1 < len(blocks) else ""
    return len(follows) >= MIN_ABSTRACT and len(follows) > len(blocks[at].text) and weigh(blocks[at].text, before) > 0


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


def _take(page: _Page, name: str, blocks: list[Block], close: _Close | None) -> None:
    """Adds the papers of the paragraphs up to a closing line to the page."""
    kept = [b for b in blocks if not _FURNITURE.fullmatch(b.text) and not _date(b.text)]
    page.left_out += [b for b in blocks if b not in kept]
    if close is None and not any(len(b.text) >= MIN_ABSTRACT for b in kept):
        page.left_out += kept  # the foot of the page
        return
    papers = list(_split(kept))
    for number, (title, *rest) in enumerate(papers):
        last = close if number == len(papers) - 1 else None
        entry = _Entry(title.line, one_line(title.text), tuple(b.text for b in rest))
        page.entries.append(replace(entry, authors=last.authors, date=last.date) if last else entry)


def _without_head(blocks: list[Block]) -> int:
    """Where the papers begin: at the last short paragraph before the first long one."""
    first = next((n for n, b in enumerate(blocks) if len(b.text) >= MIN_ABSTRACT), 0)
    return max(first - 1, 0)


def _page(source: Source) -> _Page:
    page, numbered = _Page(), list[tuple[int, str]]()
    for item in lines(source):
        if isinstance(item, Rejected):
            page.rejected.append(item)
        elif len(numbered) < MAX_PAGE_LINES:
            numbered.append((item[0], item[1].strip()))
    blocks: list[Block] = []
    first = True
    for part in _parts(numbered):
        if isinstance(part, Block):
            blocks.append(part)
            continue
        begin = _without_head(blocks) if first else 0
        page.left_out += blocks[:begin]
        _take(page, source.name, blocks[begin:], part)
        blocks, first = [], False
    _take(page, source.name, blocks, None)
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
    yield from page.rejected
    for entry in page.entries:
        raw = Raw(
            title=entry.title,
            abstract="\n\n".join(entry.paragraphs),
            date=entry.date.iso(year) if entry.date else None,
            author_count=entry.authors,
        )
        yield from to_items(raw, source=FORMAT.name, where=f"{source.name}:{entry.line}")


FORMAT = Format("daily_papers_text", "the Daily Papers page copied as text", _sniff, read)
