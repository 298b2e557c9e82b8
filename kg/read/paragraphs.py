"""Text as numbered paragraphs: what stands between blank lines, decoded strictly, with bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.model import Rejected
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


def lines(source: Source) -> Iterator[tuple[int, str] | Rejected]:
    """The lines of a text with their numbers; one that is no UTF-8 or has no end is a Rejected."""
    number = 0
    while raw := source.stream.readline(MAX_LINE):
        number += 1
        where = f"{source.name}:{number}"
        if len(raw) == MAX_LINE and not raw.endswith(b"\n"):
            yield Rejected(where, f"a line of more than {MAX_LINE:,} bytes", "this is no text of abstracts")
            while (raw := source.stream.readline(MAX_LINE)) and not raw.endswith(b"\n"):
                pass
            continue
        try:
            yield number, raw.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            found = raw[error.start : error.start + 4]
            why = "the text is no UTF-8 there; convert the file (iconv -f latin1 -t utf-8)"
            yield Rejected(where, f"the byte(s) {found!r} at column {error.start + 1}", why)


def blocks(source: Source) -> Iterator[Block | Rejected]:
    """The paragraphs of a text. A bad line is a Rejected and ends the paragraph, which is dropped with it."""
    start, held, spoilt = 0, list[str](), False
    for item in lines(source):
        if isinstance(item, Rejected):
            yield item
            held, spoilt = [], True
            continue
        number, line = item
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
