"""BibTeX and BibLaTeX, by bibtexparser (extra ``bib``), one block at a time: a broken entry cannot sink the file."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final

from kg.ids import paper_key
from kg.inputs.lines import numbered, start_of
from kg.inputs.strings import excerpt, one_line
from kg.model import Note, Paper, Rejected
from kg.read.base import Format, Item, Source
from kg.read.dates import iso_date
from kg.read.latex import to_text
from kg.read.record import Fields, to_items

# A block (an entry, a string, a comment) is at most this many characters long; a longer one was never closed.
MAX_BLOCK: Final = 4 * 1024 * 1024
# A value may grow so far by @string names, which can name each other.
MAX_VALUE: Final = 1024 * 1024

_BLOCK_START = re.compile(r"^\s*@\w*[ \t]*[{(]")
_SNIFF = re.compile(
    r"^[ \t]*@(?:article|book|booklet|collection|comment|conference|dataset|in(?:book|collection|proceedings)|manual|"
    r"(?:masters|phd)?thesis|misc|online|preamble|proceedings|report|software|string|techreport|unpublished)"
    r"[ \t]*[{(]",
    re.IGNORECASE | re.MULTILINE,
)
_MONTHS: Final = {m: m for m in ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")}


# ---------------------------------------------------------------- values


class _TooLongError(Exception):
    """A value grew past :data:`MAX_VALUE`."""


# What counts on the way to a separator: an escaped sign, a brace, a quotation mark, the separator itself.
_HASH = re.compile(r'\\.|[{}"]|(?P<separator>#)', re.DOTALL)
_AND = re.compile(r"\\.|[{}]|(?P<separator> and )", re.IGNORECASE | re.DOTALL)
_COMMA = re.compile(r"\\.|[{}]|(?P<separator>,)", re.DOTALL)


def _at_top(text: str, signs: re.Pattern[str]) -> list[str]:
    """The parts of a text between separators that stand outside braces (and, where they count, quotation marks)."""
    parts, start, depth, quoted = [], 0, 0, False
    for match in signs.finditer(text):
        sign = match.group()
        if match["separator"]:
            if depth == 0 and not quoted:
                parts.append(text[start : match.start()])
                start = match.end()
        elif sign == '"':
            quoted ^= depth == 0
        else:
            depth += {"{": 1, "}": -1}.get(sign, 0)
    return [*parts, text[start:]]


def _value(raw: str, strings: dict[str, str]) -> str:
    """The LaTeX text of a raw value: quotes and braces off, ``#`` joined, names replaced; an unknown name stays."""
    pieces = []
    for part in (p.strip() for p in _at_top(raw, _HASH)):
        if len(part) > 1 and part[0] + part[-1] in ("{}", '""'):
            pieces.append(part[1:-1])
        else:
            pieces.append(strings.get(part.casefold(), part))
    if sum(map(len, pieces)) > MAX_VALUE:
        raise _TooLongError
    return "".join(pieces)


def _flow(latex: str) -> str:
    """Plain text with line wraps as spaces and paragraphs kept."""
    lines = (line.strip() for line in latex.strip().split("\n"))
    paragraphs = (" ".join(group) for filled, group in groupby(lines, bool) if filled)
    return to_text("\n\n".join(paragraphs))


def _author(name: str) -> str:
    """One name in reading order: ``von Last, Jr, First`` turned round; braces protect the name of an organisation."""
    family, *rest = (one_line(to_text(part)) for part in _at_top(name, _COMMA))
    return " ".join(part for part in (*rest[-1:], family, *rest[:-1]) if part)


# ---------------------------------------------------------------- entries


def _to_items(entry: Any, strings: dict[str, str], where: str) -> Iterator[Item]:
    values: dict[str, str] = {}
    for f in entry.fields:
        values.setdefault(f.key.casefold(), _value(f.value, strings))
    get = values.get
    volume = get("volume", "")
    eprint = get("eprint") if (get("archiveprefix") or get("eprinttype") or "arxiv").casefold() == "arxiv" else None
    given = Fields(
        key=entry.key,
        title=one_line(_flow(get("title", ""))),
        abstract=_flow(get("abstract", "")),
        date=iso_date(get("date")) or iso_date(get("year"), get("month")),
        authors=tuple(_author(a) for a in _at_top(one_line(get("author")), _AND) if a.strip() not in ("", "others")),
        venue=one_line(_flow(get("journal") or get("journaltitle") or get("booktitle") or "")),
        url=one_line(get("url")),
        doi=get("doi", "").replace("\\_", "_"),
        arxiv=eprint,
        pmid=get("pmid"),
        # "arXiv preprint arXiv:1810.04805" as a journal, or "abs/1810.04805" as a volume of CoRR.
        links=(get("howpublished", ""), get("journal", ""), f"arxiv/{volume}" if volume.startswith("abs/") else ""),
    )
    yield from to_items(given, "bibtex", where)


@dataclass(slots=True)
class _State:
    """What one file's blocks leave for later ones: the strings, and the line where each citation key was first used."""

    name: str
    strings: dict[str, str] = field(default_factory=lambda: dict(_MONTHS))
    keys: dict[str, int] = field(default_factory=dict)


def _entry(entry: Any, state: _State, line: int) -> Iterator[Item]:
    where = f"{state.name}:{line}"
    try:
        for item in _to_items(entry, state.strings, where):
            yield from _once(item, state, line) if isinstance(item, Paper) else (item,)
    except _TooLongError:
        why = f"a value is longer than {MAX_VALUE} characters with its @string names"
        yield Rejected(where, excerpt(entry.key), why)


def _once(paper: Paper, state: _State, line: int) -> Iterator[Item]:
    """The paper, under another id where an entry before it has the same citation key."""
    first = state.keys.setdefault(paper.id, line)
    if first != line:
        key, paper = paper.id, replace(paper, id=paper_key(paper))
        text = f"citation key {excerpt(key)!r} is used at line {first} too; this paper's id is {paper.id}"
        yield Note(f"{state.name}:{line}", text)
    yield paper


def _failed(block: Any, where: str) -> Item:
    reason = one_line(str(getattr(block.error, "abort_reason", block.error)))
    if "end of file" in reason:
        reason = "the entry is not closed before the next one begins (a brace or quotation mark is missing)"
    return Rejected(where, excerpt(block.raw), f"broken entry: {reason}")


def _block(block: Any, state: _State, line: int) -> Iterator[Item]:
    from bibtexparser import model

    where = f"{state.name}:{line}"
    if isinstance(block, model.DuplicateFieldKeyBlock):
        doubled = ", ".join(sorted(excerpt(key, 30) for key in block.duplicate_keys))
        yield Note(where, f"a field is given twice, the first is taken: {doubled}")
        yield from _entry(block.ignore_error_block, state, line)
    elif isinstance(block, model.ParsingFailedBlock):
        yield _failed(block, where)
    elif isinstance(block, model.Entry):
        yield from _entry(block, state, line)
    elif isinstance(block, model.String):
        try:
            state.strings[block.key.casefold()] = _value(block.value, state.strings)
        except _TooLongError:
            yield Rejected(where, excerpt(block.key), f"a @string is longer than {MAX_VALUE} characters")


# ---------------------------------------------------------------- files


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The lines from the beginning of a block to that of the next; ``text`` is None where they are too many."""

    line: int
    head: str
    text: str | None


def _chunks(source: Source) -> Iterator[_Chunk | Note]:
    start, size, texts = 1, 0, list[str]()
    for line in numbered(source):
        if isinstance(line, Note):
            yield line
            continue
        if _BLOCK_START.match(line.text) and texts:
            yield _Chunk(start, texts[0], "\n".join(texts) if size <= MAX_BLOCK else None)
            start, size, texts = line.number, 0, []
        size += len(line.text) + 1
        if size <= MAX_BLOCK or not texts:
            texts.append(line.text)
    if texts:
        yield _Chunk(start, texts[0], "\n".join(texts) if size <= MAX_BLOCK else None)


def _parser() -> Any:
    """The splitter of bibtexparser, or None where it is not installed."""
    try:
        from bibtexparser.splitter import Splitter
    except ImportError:
        return None
    # Every failure comes back as a block; without a handler its log would go to the terminal as well.
    log = logging.getLogger("bibtexparser")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    return Splitter


def read(source: Source) -> Iterator[Item]:
    """The papers of a BibTeX file in order, one block in memory at a time, besides @strings and citation keys.

    A block is at most :data:`MAX_BLOCK` characters. An entry that cannot be parsed is refused by itself.
    """
    splitter = _parser()
    if splitter is None:
        remedy = f"it needs bibtexparser 2: {sys.executable} -m pip install 'bibtexparser>=2,<3'"
        yield Rejected(source.name, "a BibTeX file", remedy)
        return
    state = _State(source.name)
    for chunk in _chunks(source):
        if isinstance(chunk, Note):
            yield chunk
        elif chunk.text is None:
            why = f"longer than {MAX_BLOCK} characters: it is not closed"
            yield Rejected(f"{source.name}:{chunk.line}", excerpt(chunk.head), why)
        else:
            for block in splitter(chunk.text).split().blocks:
                yield from _block(block, state, chunk.line + (block.start_line or 0))


def _sniff(head: bytes, suffix: str) -> bool:
    return suffix in {".bib", ".bibtex"} or _SNIFF.search(start_of(head)) is not None


FORMAT = Format(
    name="bibtex",
    help="BibTeX and BibLaTeX, as Zotero, JabRef and most databases export them (needs the extra 'bib')",
    sniff=_sniff,
    read=read,
)
