"""Lines of N-Triples as values: what every export starts from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple, TypeAlias

from kg.errors import KgError
from kg.vocab import XSD

Lines: TypeAlias = Iterable[str] | Iterable[bytes]

_IRI = r"<([^<>\"{}|^`\\\s]*)>"
_LITERAL = r'"((?:[^"\\\n\r]|\\.)*)"(?:\^\^<([^<>\s]*)>|@([A-Za-z0-9-]+))?'
_LINE = re.compile(rf"{_IRI} {_IRI} (?:{_IRI}|{_LITERAL}) \.")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_NAMED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


class Object(NamedTuple):
    """The object of a triple: an IRI (``datatype`` is empty), or a text with its datatype and perhaps its language."""

    text: str
    datatype: str = ""
    language: str | None = None


class Triple(NamedTuple):
    """One triple; subject and predicate are IRIs."""

    subject: str
    predicate: str
    object: Object


def _unescaped(match: re.Match[str]) -> str:
    short, long, name = match.groups()
    if name:
        return _NAMED.get(name, name)
    code = int(short or long, 16)
    # A lone surrogate, or a number beyond Unicode, is no character.
    return "\ufffd" if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else chr(code)


def parse(line: str | bytes) -> Triple:
    r"""The triple of one line.

    Raises:
        KgError: the line is no triple without blank nodes.

    >>> parse(r'<http://a> <http://b> "c\nd" .').object.text
    'c\nd'
    """
    text = (line.decode() if isinstance(line, bytes) else line).rstrip("\n")
    match = _LINE.fullmatch(text)
    if not match:
        raise KgError(f"not a line of N-Triples without blank nodes: {text[:200]!r}")
    subject, predicate, iri, literal, datatype, language = match.groups()
    if iri is not None:
        return Triple(subject, predicate, Object(iri))
    value = _ESCAPE.sub(_unescaped, literal) if "\\" in literal else literal
    return Triple(subject, predicate, Object(value, datatype or XSD + "string", language))


def subjects(lines: Lines) -> Iterator[tuple[str, dict[str, list[Object]]]]:
    """Each subject with its objects by predicate, as the sorted lines have them; memory holds one subject.

    A line that comes twice counts once.

    >>> list(subjects(["<http://a> <http://b> <http://c> ."]))
    [('http://a', {'http://b': [Object(text='http://c', datatype='', language=None)]})]
    """
    for subject, group in groupby(map(parse, lines), key=lambda t: t.subject):
        values: dict[str, list[Object]] = {}
        last: Triple | None = None
        for triple in group:
            if triple != last:
                values.setdefault(triple.predicate, []).append(triple.object)
            last = triple
        yield subject, values
