"""Text as numbered paragraphs: what stands between blank lines, with bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.inputs.lines import Line, numbered
from kg.model import Note, Rejected
from kg.read.base import Source

MAX_LINE = 1 << 20
MAX_LINES = 2_000


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph and the number of its first line, counted from 1; its lines stand as they are."""

    line: int
    text: str

    @property
    def lines(self) -> list[str]:
        """The lines of the paragraph without outer white space."""
        return [line.strip() for line in self.text.split("\n")]


def lines(source: Source) -> Iterator[Line | Rejected | Note]:
    """The lines of a text with their numbers; one without an end is a Rejected."""
    for item in numbered(source):
        if isinstance(item, Line) and len(item.text) > MAX_LINE:
            where = f"{source.name}:{item.number}"
            yield Rejected(where, f"a line of more than {MAX_LINE:,} characters", "this is no text of abstracts")
        else:
            yield item


def blocks(source: Source) -> Iterator[Block | Rejected | Note]:
    """The paragraphs of a text. A bad line is a Rejected and ends the paragraph, which is dropped with it."""
    start, held, spoilt = 0, list[str](), False
    for item in lines(source):
        if not isinstance(item, Line):
            yield item
            if isinstance(item, Rejected):
                held, spoilt = [], True
            continue
        number, line = item.number, item.text
        if line.strip():
            if not spoilt:
                start = start if held else number
                held.append(line)
        else:
            if held:
                yield Block(start, "\n".join(held))
            held, spoilt = [], False
        if len(held) > MAX_LINES:
            yield Rejected(
                f"{source.name}:{start}", f"{MAX_LINES} lines without a blank one", "this is no list of texts"
            )
            held, spoilt = [], True
    if held:
        yield Block(start, "\n".join(held))
