"""The Computer Science Ontology as CSV: one statement a row, its terms in the brackets and marks of RDF.

``"<https://cso.kmi.open.ac.uk/topics/ai>","<http://www.w3.org/2000/01/rdf-schema#label>","ai@en ."`` (the files
CSO.3.x.csv of https://cso.kmi.open.ac.uk/downloads; the text with or without its own quotation marks). Its Turtle and
N-Triples are read by :mod:`kg.links.rdf`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.inputs.source import Source
from kg.inputs.strings import excerpt
from kg.links.base import Format, Item
from kg.links.concepts import Said, is_said, to_things
from kg.links.rows import Row, rows
from kg.model import Note, Rejected

_IRI = re.compile(r"<([^<>]*)>(?:\s*\.)?")
_TEXT = re.compile(r"\"?(.*?)\"?(?:@([A-Za-z-]+)|\^\^<[^<>]*>)?(?:\s+\.)?", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)")


def _read(source: Source) -> Iterator[Item]:
    problems: list[Rejected | Note] = []
    yield from to_things(source.name, _statements(source, problems))
    yield from problems


def _statements(source: Source, problems: list[Rejected | Note]) -> Iterator[Said]:
    for row in rows(source):
        said = _said(row) if isinstance(row, Row) else row
        if not isinstance(said, Said):
            problems.append(said)
        elif is_said(said.predicate):
            yield said


def _said(row: Row) -> Said | Rejected:
    subject, predicate = (_IRI.fullmatch(cell) for cell in (*row.cells, "", "")[:2])
    if len(row.cells) != 3 or not subject or not predicate:
        return Rejected(
            row.where, excerpt(" ".join(row.cells)), "no statement: <subject>,<predicate>,object belong here"
        )
    object_ = row.cells[2]
    if address := _IRI.fullmatch(object_):
        return Said(subject.group(1), predicate.group(1), address.group(1))
    text = _TEXT.fullmatch(object_)
    words, language = text.groups() if text else (object_, None)
    return Said(subject.group(1), predicate.group(1), _ESCAPED.sub(r"\1", words), language or "")


_SIGN = re.compile(rb'^\s*"?<https?://[^<>]*>"?\s*,\s*"?<https?://')


def _sniff(head: bytes, _suffix: str) -> bool:
    return b"cso.kmi.open.ac.uk/" in head and bool(_SIGN.search(head))


FORMAT = Format("cso", "the Computer Science Ontology (CSV, Turtle, N-Triples)", _sniff, _read)
