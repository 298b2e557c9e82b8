"""Bytes as numbered lines of text, whatever their encoding and line ends, with bounded memory.

What to make of bytes that are not UTF-8 is decided here for all formats that do not say their own encoding (plain text,
pages copied as text, tables, bibliographies): the line is read as Windows-1252, and one note says so. Such files come
from programs of the West older than UTF-8, whose lost accents cost less than lost abstracts. XML and HTML declare
their encoding, and their parsers obey it. JSON is UTF-8 by its standard (RFC 8259, section 8.1), so a bad byte there is
damage, and its record is rejected.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from kg.inputs.source import Source
from kg.inputs.strings import CONTROLS
from kg.model import Note

# No line of a bibliography is longer; a longer one is cut into pieces of this many bytes.
MAX_LINE = 8 * 1024 * 1024

_NOTE = (
    "not UTF-8: such lines are read as Windows-1252 (Latin-1); if letters come out wrong, convert the file to UTF-8 "
    "first (iconv -f ENCODING -t UTF-8)"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file, counted from 1, without its line end."""

    number: int
    text: str


def is_text(head: bytes) -> bool:
    r"""Whether the first bytes of a file are text, in UTF-8 or an encoding whose letters are mostly those of ASCII.

    >>> is_text("Alle Größen".encode("latin-1")), is_text(b"\x89PNG\r\n\x00"), is_text(b" ")
    (True, False, False)
    """
    if not head.strip() or b"\x00" in head:
        return False
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(head)
    # A few bad bytes are damage or accents; many are no text.
    return text.count("\ufffd") * 4 <= len(text) and len(CONTROLS.findall(text)) * 50 <= len(text)


def start_of(head: bytes) -> str:
    """The beginning of a file as text, for recognising what it is.

    >>> start_of("Größe".encode("latin-1"))
    'Größe'
    """
    return "\n".join(_decode(line)[0] for line in head.removeprefix(codecs.BOM_UTF8).split(b"\n"))


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    """Lines as bytes; a lone carriage return ends a line too, as in files of old reference managers."""
    while raw := stream.readline(MAX_LINE):
        line = raw.rstrip(b"\r\n")
        yield from line.split(b"\r") if b"\r" in line else (line,)


def _decode(raw: bytes) -> tuple[str, bool]:
    try:
        return raw.decode("utf-8"), True
    except UnicodeDecodeError:
        # Windows-1252 is what Latin-1 files hold in practice; five bytes mean nothing in it and are replaced.
        return raw.decode("cp1252", errors="replace"), False


def numbered(source: Source) -> Iterator[Line | Note]:
    r"""The lines of a source in order; a line that is not UTF-8 is read as Windows-1252, and one note says so.

    >>> import io
    >>> [line.text for line in numbered(Source("x", io.BytesIO(b"\xef\xbb\xbfa\r\nb"))) if isinstance(line, Line)]
    ['a', 'b']
    """
    noted = False
    for number, raw in enumerate(_pieces(source.stream), 1):
        text, known = _decode(raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw)
        if not known and not noted:
            noted = True
            yield Note(f"{source.name}:{number}", _NOTE)
        yield Line(number, text)
