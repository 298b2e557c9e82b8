"""Pages copied as text on which each abstract stands behind the word ``Abstract:``, as on pages of an author.

Other words of the same kind (``Title:``, ``Authors:``, ``Submitted``) are read where they stand. A line without such a
word is a title only where every abstract of the page has one of its own above it: the heading of a page is no title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.model import Note, Rejected
from kg.read.base import Format, Item, Source
from kg.read.decode import is_text, to_date
from kg.read.fields import excerpt
from kg.read.jsonl import names
from kg.read.paragraphs import lines
from kg.read.record import Raw, to_items
from kg.read.text import is_title

MAX_PAGE_LINES = 200_000
# A line of a text that goes on is longer than this or ends like a sentence.
_LONG = 150
_LABEL = re.compile(
    r"\s*(?P<label>abstract|title|authors?|date|submitted|published|doi|journal(?:-ref)?|subjects|comments)\s*:\s*(?P<text>.*)",
    re.IGNORECASE,
)
_ARXIV = re.compile(r"\s*arXiv:\s?(?P<id>\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[A-Z]{2})?/\d{7})\b")
_ABSTRACT = re.compile(rb"^\s*abstract\s*:", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class _Entry:
    line: int
    found: dict[str, str] = field(default_factory=dict)
    above: list[tuple[int, str]] = field(default_factory=list)


def _sniff(head: bytes, suffix: str) -> bool:
    return suffix in ("", ".txt", ".text", ".md") and is_text(head) and bool(_ABSTRACT.search(head))


def _entries(source: Source) -> Iterator[_Entry | Rejected]:
    """The abstracts of a page with the lines between them; the last one has lines only."""
    entry, texts, open_ = _Entry(1), list[str](), False
    for item in lines(source):
        if isinstance(item, Rejected):
            yield item
            continue
        number, line = item
        label, above = _LABEL.match(line), entry.above
        if open_ and (label or _ARXIV.match(line) or not (len(line) > _LONG or line.rstrip().endswith("."))):
            if not line.strip():
                texts.append("")
                continue
            entry.found["abstract"] = "\n".join(texts).strip()
            yield entry
            entry, texts, open_ = _Entry(number), [], False
            above = entry.above
        if open_:
            texts.append(line)
        elif label and label["label"].lower() == "abstract":
            entry.line, texts, open_ = number, [label["text"]], True
        elif label:
            entry.found[label["label"].lower().removesuffix("s")] = label["text"]
        elif match := _ARXIV.match(line):
            entry.found["id"] = match["id"]
        elif line.strip():
            above.append((number, line.strip()))
        if len(above) > MAX_PAGE_LINES:
            del above[:-1]
    if open_:
        entry.found["abstract"] = "\n".join(texts).strip()
    yield entry


def _items(source: Source, entry: _Entry, title: str | None) -> Iterator[Item]:
    found = entry.found
    raw = Raw(
        id=found.get("id"),
        title=found.get("title") or title,
        abstract=found.get("abstract"),
        authors=names(found.get("author", "")),
        date=to_date(found.get("date") or found.get("submitted") or found.get("published")),
        venue=found.get("journal-ref") or found.get("journal"),
        links=(found.get("doi", ""), "arxiv:" + found["id"] if "id" in found else ""),
    )
    yield from to_items(raw, source=FORMAT.name, where=f"{source.name}:{entry.line}")


def read(source: Source) -> Iterator[Item]:
    """The papers of a page; lines that belong to none are told in one note."""
    found = list(_entries(source))
    entries = [e for e in found if isinstance(e, _Entry) and "abstract" in e.found]
    titled = len(entries) > 1 and all(
        e.above and is_title(e.above[-1][1], e.found["abstract"]) for e in entries if "title" not in e.found
    )
    left: list[tuple[int, str]] = []
    for entry in found:
        if isinstance(entry, Rejected):
            yield entry
            continue
        title = entry.above.pop()[1] if titled and entry.above and "title" not in entry.found else None
        left += entry.above
        if "abstract" in entry.found:
            yield from _items(source, entry, title)
        elif entry.found:
            yield from _items(source, entry, title)
    if left:
        shown = "; ".join(excerpt(text, 40) for _, text in left[:3])
        yield Note(f"{source.name}:{left[0][0]}", f"{len(left)} line(s) around the abstracts were left out: {shown}")


FORMAT = Format("abstract_lines", "pages copied as text with abstracts behind the word 'Abstract:'", _sniff, read)
