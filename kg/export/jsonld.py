"""JSON-LD 1.1: one object per subject, with the project's context inline, so that reading it needs no network.

Values whose form the context knows are written bare (an IRI, a number, a text); all others say their type, so that a
reader gets exactly the triples that went in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO

from kg.export.json_text import safe_json
from kg.export.triples import Lines, Object, subjects
from kg.ontologies import ontology
from kg.vocab import TYPE, XSD

# Numbers beyond this lose digits in readers that keep them as 64-bit floats.
_SAFE = 2**53


@dataclass(frozen=True, slots=True)
class _Term:
    name: str
    coercion: str | None


@cache
def _context() -> tuple[str, Mapping[str, _Term]]:
    """The context as JSON text, and the term for each IRI that has one."""
    context: dict[str, Any] = json.loads(ontology("context.jsonld").read_text(encoding="utf-8"))["@context"]

    def full(name: str) -> str:
        prefix, colon, local = name.partition(":")
        base = context.get(prefix)
        if not colon or local.startswith("//") or not isinstance(base, str):
            return name
        return base + local

    terms: dict[str, _Term] = {}
    for name, meaning in sorted(context.items()):
        detail = meaning if isinstance(meaning, dict) else {"@id": meaning}
        iri = full(str(detail.get("@id", "")))
        if detail.keys() <= {"@id", "@type"} and "://" in iri and not iri.endswith(("/", "#")):
            coercion = detail.get("@type")
            terms.setdefault(iri, _Term(name, full(coercion) if coercion else None))
    return json.dumps(context, ensure_ascii=False, indent=1), terms


def _bare(value: Object) -> str | int | bool:
    if value.datatype == XSD + "integer" and value.text.lstrip("-").isdigit():
        number = int(value.text) if len(value.text) < 17 else _SAFE
        if str(number) == value.text and abs(number) < _SAFE:
            return number
    if value.datatype == XSD + "boolean" and value.text in ("true", "false"):
        return value.text == "true"
    return value.text


def _value(value: Object, coercion: str | None) -> object:
    """One object under a key whose values the context takes for ``coercion``."""
    if not value.datatype:
        return value.text if coercion == "@id" else {"@id": value.text}
    if value.language:
        return {"@value": value.text, "@language": value.language}
    if value.datatype == coercion:
        return _bare(value)
    if value.datatype == XSD + "string":
        return value.text if coercion is None else {"@value": value.text}
    return {"@value": value.text, "@type": value.datatype}


def _node(subject: str, values: Mapping[str, list[Object]], terms: Mapping[str, _Term]) -> dict[str, object]:
    node: dict[str, object] = {"@id": subject}
    for predicate, objects in values.items():
        if predicate == TYPE and not any(o.datatype for o in objects):
            node["@type"] = [terms[o.text].name if o.text in terms else o.text for o in objects]
            continue
        term = terms.get(predicate, _Term(predicate, None))
        found = [_value(o, term.coercion) for o in objects]
        node[term.name] = found[0] if len(found) == 1 else found
    return node


def write(lines: Lines, out: BinaryIO) -> None:
    """Write sorted lines of N-Triples as one JSON-LD document, one subject per line; memory holds one subject.

    Raises:
        KgError: a line is no triple.
    """
    context, terms = _context()
    out.write(f'{{"@context": {context},\n"@graph": ['.encode())
    separator = "\n"
    for subject, values in subjects(lines):
        out.write(f"{separator}{safe_json(_node(subject, values, terms))}".encode())
        separator = ",\n"
    out.write(b"\n]}\n")
