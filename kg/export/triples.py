"""Lines of N-Triples as values: what every export of nodes and edges starts from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple, TypeAlias

from kg.ntriples import parse, text_of
from kg.sorting import unique
from kg.vocab import XSD

Lines: TypeAlias = Iterable[str] | Iterable[bytes]


class Object(NamedTuple):
    """The object of a triple: an IRI (``datatype`` is empty), or a text with its datatype and perhaps its language."""

    text: str
    datatype: str = ""
    language: str | None = None


def object_of(term: str) -> Object:
    """The value of a term.

    >>> object_of('"1"^^<http://t>'), object_of('"a"@en').language
    (Object(text='1', datatype='http://t', language=None), 'en')
    """
    if term.startswith("<"):
        return Object(text_of(term))
    rest = term[term.rindex('"') + 1 :]
    language = rest[1:] if rest.startswith("@") else None
    return Object(text_of(term), rest[3:-1] if rest.startswith("^^") else XSD + "string", language)


def text_lines(lines: Lines) -> Iterator[str]:
    """The lines as text, whichever they are."""
    return (line.decode() if isinstance(line, bytes) else line for line in lines)


def subjects(lines: Lines) -> Iterator[tuple[str, dict[str, list[Object]]]]:
    """Each subject with its objects by predicate, as the sorted lines have them; memory holds one subject.

    A line that comes twice counts once.

    >>> list(subjects(["<http://a> <http://b> <http://c> ."]))
    [('http://a', {'http://b': [Object(text='http://c', datatype='', language=None)]})]
    """
    for subject, group in groupby(map(parse, unique(text_lines(lines))), key=lambda t: t.subject):
        values: dict[str, list[Object]] = {}
        for triple in group:
            values.setdefault(text_of(triple.predicate), []).append(object_of(triple.object))
        yield text_of(subject), values
