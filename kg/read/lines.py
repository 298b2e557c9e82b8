"""Bytes as numbered lines of text, whatever their encoding and line ends, with bounded memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from kg.model import Note
from kg.read.base import Source

# No line of a bibliography is longer; a longer one is cut into pieces of this many bytes.
MAX_LINE = 8 * 1024 * 1024

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file, counted from 1, without its line end."""

    number: int
    text: str


def start_of(head: bytes) -> str:
    r"""The beginning of a file as text, for recognising what it is: its byte order mark obeyed and dropped.

    >>> start_of(b"\xff\xfeT\x00Y\x00")
    'TY'
    """
    mark, encoding = next(((m, e) for m, e in _MARKS if head.startswith(m)), (b"", "utf-8"))
    return head[len(mark) :].decode(encoding, errors="replace")


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    """Lines as bytes; a lone carriage return ends a line too, as in files of old reference managers."""
    while raw := stream.readline(MAX_LINE):
        line = raw.rstrip(b"\r\n")
        yield from line.split(b"\r") if b"\r" in line else (line,)


def _utf16_pieces(stream: BinaryIO, head: bytes, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    rest = ""
    while head or (head := stream.read(1 << 16)):
        *lines, rest = (rest + decoder.decode(head)).split("\n")
        head = b""
        yield from (line.rstrip("\r") for line in lines)
    if rest:
        yield rest


def _decode(raw: bytes) -> tuple[str, bool]:
    try:
        return raw.decode("utf-8"), True
    except UnicodeDecodeError:
        # Windows-1252 is what Latin-1 files hold in practice; five bytes mean nothing in it and are replaced.
        return raw.decode("cp1252", errors="replace"), False


def numbered(source: Source) -> Iterator[Line | Note]:
    r"""The lines of a source in order; byte order marks are dropped.

    Text is UTF-8, or UTF-16 where the byte order mark says so. A line that is not UTF-8 is read as Windows-1252, and
    one :class:`Note` says so at the first such line.

    >>> import io
    >>> [line.text for line in numbered(Source("x", io.BytesIO(b"\xef\xbb\xbfa\r\nb"))) if isinstance(line, Line)]
    ['a', 'b']
    """
    head = source.stream.readline(MAX_LINE)
    mark, encoding = next(((m, e) for m, e in _MARKS if head.startswith(m)), (b"", "utf-8"))
    head = head[len(mark) :]
    if encoding != "utf-8":
        texts = _utf16_pieces(source.stream, head, encoding)
        yield from (Line(number, text) for number, text in enumerate(texts, 1))
        return
    noted, number = False, 0
    first = head.rstrip(b"\r\n").split(b"\r") if head else []
    for pieces in (first, _pieces(source.stream)):
        for raw in pieces:
            number += 1
            text, clean = _decode(raw)
            if not clean and not noted:
                noted = True
                yield Note(
                    f"{source.name}:{number}",
                    "not UTF-8: such lines are read as Windows-1252 (Latin-1); if letters come out wrong, "
                    "convert the file to UTF-8 first (iconv -f ENCODING -t UTF-8)",
                )
            yield Line(number, text)
