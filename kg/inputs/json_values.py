"""A file of JSON as a stream of values: one per line, the elements of an array, or the records inside an object."""

from __future__ import annotations

import codecs
import itertools
import json
from collections.abc import Iterator
from typing import Any, NoReturn

from kg.inputs.source import Source
from kg.inputs.strings import excerpt
from kg.model import Rejected

# A record of more bytes than this is no record.
MAX_RECORD = 64 * 1024 * 1024
_CHUNK = 1 << 16
_SPACE = " \t\r\n"
# Where an answer of a web service keeps its records.
WRAPPERS = ("results", "data", "papers", "items", "works", "records")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        raise ValueError(f"the key {twice[0]!r} stands twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def load_json(text: str) -> Any:
    """One JSON value: no NaN, no key twice in one object, nothing after it.

    Raises:
        ValueError: the text is no such value; the message says why, without the text.
    """
    try:
        return DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg.removesuffix(' at')} at column {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def values(source: Source) -> Iterator[tuple[str, Any] | Rejected]:
    """The values of a JSON file with their places; what is no strict JSON is a Rejected, and the next line goes on.

    Lines end at the line feed alone (U+2028 and its like may stand inside a string). Inside an array or a value over
    several lines there is no place to go on after an error: the rest of the file is one Rejected.
    """
    head, begin = [], True
    while begin and (raw := source.stream.readline(MAX_RECORD)):
        head.append(raw)
        begin = sum(1 for line in head if line.strip()) < 2
    first, *rest = [line for line in head if line.strip()] or [b""]
    if _by_line(first.strip(), rest[0].strip() if rest else b""):
        yield from _lines(source, head)
    else:
        yield from _document(source, head)


def is_by_line(head: bytes) -> bool:
    r"""Whether a file that begins so has one value on each line; the beginning holds its first two lines.

    >>> is_by_line(b'{"a": 1}\n{"a": 2}\n'), is_by_line(b'[\n{"a": 1}\n')
    (True, False)
    """
    lines = [line.strip() for line in head.split(b"\n") if line.strip()]
    return _by_line(*[*lines, b"", b""][:2])


def _by_line(first: bytes, second: bytes) -> bool:
    if first in (b"", b"{", b"["):
        return first == b""
    if first.startswith(b"["):
        return False
    try:
        load_json(first.decode("utf-8"))
    except ValueError:
        return not second or second.startswith(b"{")
    return True


def _lines(source: Source, head: list[bytes]) -> Iterator[tuple[str, Any] | Rejected]:
    rest = iter(lambda: source.stream.readline(MAX_RECORD), b"")
    skip = False
    for number, raw in _numbered(itertools.chain(head, rest)):
        where = f"{source.name}:{number}"
        if skip or (len(raw) == MAX_RECORD and not raw.endswith(b"\n")):
            if not skip:
                yield Rejected(where, excerpt(raw[:200].decode("utf-8", "replace")), "a line of more than 64 MiB")
            skip = not raw.endswith(b"\n")
        elif raw.strip():
            yield from _line(raw, where)


def _numbered(pieces: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    number = 1
    for raw in pieces:
        yield number, raw
        number += raw.endswith(b"\n")


def _line(raw: bytes, where: str) -> Iterator[tuple[str, Any] | Rejected]:
    try:
        value = load_json(raw.strip().decode("utf-8"))
    except ValueError as error:  # a bad byte is a ValueError too
        yield Rejected(where, excerpt(raw[:400].decode("utf-8", "replace")), f"no strict JSON: {_reason(error)}")
        return
    yield from unwrap(value, where)


def _reason(error: ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"the byte 0x{error.object[error.start]:02x} at column {error.start + 1} is no UTF-8"
    return str(error)


def unwrap(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    """The records in a value: those of an array, those an answer of a web service wraps, or the value itself."""
    inner = value
    if isinstance(value, dict) and not ({"abstract", "abstract_inverted_index"} & value.keys()):
        inner = next((value[key] for key in WRAPPERS if isinstance(value.get(key), list)), value)
    if isinstance(inner, list):
        yield from ((f"{where}[{n}]", element) for n, element in enumerate(inner))
    else:
        yield where, inner


class _Text:
    """Decoded text that grows as it is needed, and shrinks as values are taken from its front."""

    def __init__(self, source: Source, head: list[bytes]) -> None:
        self._stream = source.stream
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.text, self.line, self.ended = "", 1, False
        self._decode(b"".join(head))

    def _decode(self, raw: bytes) -> None:
        self.text += self._decoder.decode(raw, final=not raw)
        self.ended = not raw

    def grow(self) -> bool:
        if not self.ended:
            self._decode(self._stream.read(max(_CHUNK, len(self.text))))
        return not self.ended

    def skip(self, signs: str) -> str:
        """Passes over the signs and returns the next one, "" at the end."""
        while True:
            left = self.text.lstrip(signs)
            self.take(len(self.text) - len(left))
            if left or not self.grow():
                return self.text[:1]

    def take(self, length: int) -> None:
        self.line += self.text.count("\n", 0, length)
        self.text = self.text[length:]

    def value(self) -> Any:
        """The next value; raises ValueError where there is none."""
        while True:
            try:
                found, end = DECODER.raw_decode(self.text)
                # A number may go on in what is not read yet.
                if end < len(self.text) or not self.grow():
                    self.take(end)
                    return found
            except json.JSONDecodeError as error:
                if len(self.text) > MAX_RECORD:
                    raise ValueError("a record of more than 64 MiB, or never closed") from None
                if not self.grow():
                    raise ValueError(f"{error.msg} at line {self.line + error.lineno - 1}") from None
            except RecursionError:
                raise ValueError("it is nested too deeply") from None


def _elements(text: _Text) -> Iterator[tuple[int, Any]]:
    """The values of a document with their lines: the elements of its array, else one value after the other."""
    array = text.skip(_SPACE) == "["
    text.take(array)
    while (sign := text.skip(_SPACE + "," * array)) and not (array and sign == "]"):
        line = text.line
        yield line, text.value()
    if array and not sign:
        raise ValueError("the array is not closed")
    text.take(array)
    if array and text.skip(_SPACE):
        raise ValueError("there is something after the array")


def _document(source: Source, head: list[bytes]) -> Iterator[tuple[str, Any] | Rejected]:
    text = None
    try:
        text = _Text(source, head)
        for line, value in _elements(text):
            yield from unwrap(value, f"{source.name}:{line}")
    except ValueError as error:
        found = excerpt(text.text[:200]) if text else excerpt(b"".join(head)[:200].decode("utf-8", "replace"))
        why = f"no strict JSON: {_reason(error)}; what follows it was not read"
        yield Rejected(f"{source.name}:{text.line if text else 1}", found, why)
