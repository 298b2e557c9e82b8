"""Pages copied as text on which each abstract stands behind the word ``Abstract:``, as on pages of an author.

Other words of the same kind (``Title:``, ``Authors:``, ``Submitted``) are read where they stand. A line without such a
word is a title only where every abstract of the page has one of its own above it: the heading of a page is no title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.inputs.lines import Line, is_text
from kg.inputs.strings import excerpt
from kg.model import Note, Rejected
from kg.read.base import Format, Item, Source
from kg.read.dates import to_date
from kg.read.paragraphs import lines
from kg.read.people import names
from kg.read.record import Fields, to_items
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


class _Lines:
    """Gathers the lines of a page into entries, one per abstract with what stands above it."""

    def __init__(self) -> None:
        self.entry = _Entry(1)
        self._texts: list[str] | None = None  # the lines of the abstract that is being read

    def add(self, number: int, line: str) -> Iterator[_Entry]:
        """The entry that ends before this line, if one does."""
        label, id_ = _LABEL.match(line), _ARXIV.match(line)
        if self._texts is not None:
            goes_on = not (label or id_) and (len(line) > _LONG or line.rstrip().endswith("."))
            if goes_on or not line.strip():
                self._texts.append(line.strip())
                return
            yield self.end(number)
        if label and label["label"].lower() == "abstract":
            self.entry.line, self._texts = number, [label["text"]]
        elif label:
            self.entry.found[label["label"].lower().removesuffix("s")] = label["text"]
        elif id_:
            self.entry.found["id"] = id_["id"]
        elif line.strip() and len(self.entry.above) < MAX_PAGE_LINES:
            self.entry.above.append((number, line.strip()))

    def end(self, number: int = 0) -> _Entry:
        """The entry that was read so far; a new one begins."""
        entry, self.entry = self.entry, _Entry(number)
        if self._texts is not None:
            entry.found["abstract"] = "\n".join(self._texts).strip()
        self._texts = None
        return entry


def _entries(source: Source) -> Iterator[_Entry | Rejected | Note]:
    """The abstracts of a page with the lines above them; the last entry may have lines alone."""
    gathered = _Lines()
    for item in lines(source):
        if isinstance(item, Line):
            yield from gathered.add(item.number, item.text)
        else:
            yield item
    yield gathered.end()


def _items(source: Source, entry: _Entry, title: str | None) -> Iterator[Item]:
    found = entry.found
    given = Fields(
        key=found.get("id"),
        title=found.get("title") or title,
        abstract=found.get("abstract"),
        authors=names(found.get("author", "")),
        date=to_date(found.get("date") or found.get("submitted") or found.get("published")),
        venue=found.get("journal-ref") or found.get("journal"),
        links=(found.get("doi", ""), "arxiv:" + found["id"] if "id" in found else ""),
    )
    yield from to_items(given, source=FORMAT.name, where=f"{source.name}:{entry.line}")


def _have_titles(entries: list[_Entry]) -> bool:
    """Whether the line above each abstract is its title: all have one, no two the same, and one alone no more lines."""
    above = [e.above[-1][1] for e in entries if e.above and is_title(e.above[-1][1], e.found["abstract"])]
    return len(set(above)) == len(entries) and (len(entries) > 1 or all(len(e.above) == 1 for e in entries))


def read(source: Source) -> Iterator[Item]:
    """The papers of a page; lines that belong to none are told in one note."""
    found = list(_entries(source))
    entries = [e for e in found if isinstance(e, _Entry) and "abstract" in e.found]
    titled = _have_titles([e for e in entries if "title" not in e.found])
    left: list[tuple[int, str]] = []
    for entry in found:
        if not isinstance(entry, _Entry):
            yield entry
            continue
        title = entry.above.pop()[1] if titled and entry.above and "title" not in entry.found else None
        left += entry.above
        if "abstract" in entry.found or entry.found:
            yield from _items(source, entry, title)
    if left:
        shown = "; ".join(excerpt(text, 40) for _, text in left[:3])
        yield Note(f"{source.name}:{left[0][0]}", f"{len(left)} line(s) around the abstracts were left out: {shown}")


FORMAT = Format("abstract_lines", "pages copied as text with abstracts behind the word 'Abstract:'", _sniff, read)
