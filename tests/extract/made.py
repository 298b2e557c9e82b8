"""Documents and entities for tests of the rules, made from a text and the names in it."""

from __future__ import annotations

import re

from kg.extract.document import Document
from kg.extract.nlp import parse
from kg.model import Entity, EntityType, FieldName, Mention, Paper, Role

KINDS: dict[str, tuple[EntityType, Role]] = {
    "KITE": ("Method", "proposed"),
    "sparse encoder": ("Method", "proposed"),
    "BERT": ("Method", "compared"),
    "RoBERTa": ("Method", "compared"),
    "transformers": ("Method", "used"),
    "taggers": ("Method", "used"),
    "language models": ("Method", "used"),
    "translation": ("Task", "addressed"),
    "MMLU": ("Benchmark", "evaluated_on"),
    "WikiText": ("Dataset", "evaluated_on"),
    "accuracy": ("Metric", "measured"),
    "latency": ("Metric", "measured"),
}


def document(text: str, title: str | None = None) -> Document:
    return parse(Paper("p", title, text))


def mentions(name: str, text: str, field: FieldName) -> list[Mention]:
    found = re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    return [Mention(field, m.start(), m.end(), m.group()) for m in found]


def entities(document: Document, **roles: Role) -> tuple[Entity, ...]:
    """The names of KINDS that a document has; ``roles`` gives some of them others (spaces as underscores)."""
    paper = document.paper
    found = []
    for name, (kind, role) in KINDS.items():
        places = mentions(name, paper.abstract, "text") + mentions(name, paper.title or "", "title")
        if places:
            given = roles.get(name.replace(" ", "_"), role)
            found.append(Entity(name, kind, given, (name,), tuple(places)))
    return tuple(found)
