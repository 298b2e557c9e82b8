"""Plain text: records with blank lines between them, each an abstract, with or without a title line before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from kg.inputs.lines import is_text
from kg.read.base import Format, Item, Source
from kg.read.paragraphs import Block, blocks
from kg.read.record import Fields, to_items

# A title line is at most this long; the longest of 40,000 arXiv titles has 245 characters.
MAX_TITLE = 250
_SUFFIXES = {"", ".txt", ".text", ".abstract", ".abs"}
# The word above an abstract is neither its title nor an abstract.
_HEADING = re.compile(r"^\s*abstract\s*:?\s*(?:\n|$)", re.IGNORECASE)
_ENDS = (".", "!", ":", ";", ",")


def _sniff(head: bytes, suffix: str) -> bool:
    return suffix in _SUFFIXES and is_text(head)


def is_title(line: str, rest: str) -> bool:
    """Whether a line is the title of the text after it: short, no full sentence, and shorter than the text.

    >>> is_title("A Study of Things", "We study things. They are many, and we count them all.")
    True
    """
    return 0 < len(line) <= MAX_TITLE and len(rest) > len(line) and not line.endswith(_ENDS)


def read(source: Source) -> Iterator[Item]:
    """The records of a plain text: a short line alone is the title of the longer paragraph after it."""
    title: Block | None = None
    for block in blocks(source):
        if not isinstance(block, Block):
            yield block
            continue
        block = replace(block, text=_HEADING.sub("", block.text))
        if not block.text:
            continue
        first, _, rest = block.text.partition("\n")
        if title and not is_title(title.text, block.text):
            yield from _item(source, title, None, title.text)
            title = None
        if title:
            yield from _item(source, title, title.text, block.text)
            title = None
        elif is_title(first, rest):
            yield from _item(source, block, first, rest)
        elif not rest and is_title(first, first + " "):
            title = block
        else:
            yield from _item(source, block, None, block.text)
    if title:
        yield from _item(source, title, None, title.text)


def _item(source: Source, block: Block, title: str | None, abstract: str) -> Iterator[Item]:
    return to_items(Fields(title=title, abstract=abstract), source=FORMAT.name, where=f"{source.name}:{block.line}")


FORMAT = Format("text", "plain text, one abstract per paragraph (a title line may stand before it)", _sniff, read)
