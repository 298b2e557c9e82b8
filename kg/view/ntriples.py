"""N-Triples lines as plain Python values, without an RDF library: the page can be made from any file of a graph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kg.errors import KgError

_LINE = re.compile(
    r'\s*<([^<>"{}|^`\\\s]*)>\s*<([^<>"{}|^`\\\s]*)>\s*'
    r'(?:<([^<>"{}|^`\\\s]*)>|"((?:[^"\\]|\\.)*)"(?:@[A-Za-z0-9-]+|\^\^<[^<>\s]*>)?)\s*\.\s*(?:#.*)?'
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_NAMED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class Triple(NamedTuple):
    """Subject and predicate are IRIs; the object is an IRI or the text of a literal, as ``literal`` says."""

    subject: str
    predicate: str
    object: str
    literal: bool


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(
        lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _NAMED.get(m[3], m[3]),
        text,
    )


def read_ntriples(lines: Iterable[str]) -> Iterator[Triple]:
    r"""Each triple of the lines, in their order; blank lines and comments are passed over.

    Graphs of kg hold no blank nodes, so none are read.

    Raises:
        KgError: a line is not a triple; the message names its number and what stood there.

    >>> next(read_ntriples(['<urn:a> <urn:p> "x\\ty"@en .']))
    Triple(subject='urn:a', predicate='urn:p', object='x\ty', literal=True)
    """
    for number, line in enumerate(lines, 1):
        text = line.rstrip("\r\n")
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(text)
        if match is None:
            raise KgError(
                f"line {number}: no N-Triples triple: {text[:120]!r}; give sorted N-Triples as kg writes them"
            )
        subject, predicate, iri, literal = match.groups()
        yield Triple(subject, predicate, _unescape(literal) if iri is None else iri, iri is None)
