"""Vocabularies in Turtle or N-Triples: SKOS, and the Computer Science Ontology."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.inputs.source import Source
from kg.links.base import Format, Item
from kg.links.concepts import Said, is_said, to_things
from kg.model import Rejected


def _read(source: Source) -> Iterator[Item]:
    problems: list[Rejected] = []
    yield from to_things(source.name, _statements(source, problems))
    yield from problems


def _statements(source: Source, problems: list[Rejected]) -> Iterator[Said]:
    from pyoxigraph import Literal, NamedNode, RdfFormat, parse

    try:
        for quad in parse(source.stream, format=RdfFormat.TURTLE):
            subject, object_ = quad.subject, quad.object
            if not isinstance(subject, NamedNode) or not is_said(quad.predicate.value):
                continue
            if isinstance(object_, NamedNode | Literal):
                language = object_.language if isinstance(object_, Literal) else None
                yield Said(subject.value, quad.predicate.value, object_.value, language or "")
    except SyntaxError as error:
        where = f"{source.name}:{error.lineno or 1}"
        problems.append(Rejected(where, "no Turtle or N-Triples", f"{error.msg}; what follows it was not read"))


_TURTLE = re.compile(
    rb"^\s*(?:@prefix|@base|prefix\s|base\s|<[^<>\s]+>\s+(?:<[^<>\s]+>|a|[\w-]*:[\w-]+)\s)", re.I | re.M
)
_SIGNS = (b"skos/core#", b"cso.kmi.open.ac.uk/", b"rdf-schema#label")


def _sniff(head: bytes, suffix: str) -> bool:
    known = suffix in (".ttl", ".nt", ".n3") or bool(_TURTLE.search(head))
    return known and any(sign in head for sign in _SIGNS)


FORMAT = Format("rdf", "SKOS vocabularies (Turtle, N-Triples)", _sniff, _read)
