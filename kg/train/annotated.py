"""Annotated records as what an extraction holds: a classifier learns from entities such as it will be given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.extract import nlp
from kg.extract.document import Document
from kg.model import Entity, FieldName, Mention
from kg.train.samples import paper_of

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Annotated:
    """A paper with its annotated entities (in the order of the record) and the record itself.

    ``weight`` says how much it counts in training: 1 where people have annotated it.
    """

    document: Document
    entities: tuple[Entity, ...]
    record: Record
    weight: float = 1.0


def annotated(texts: Iterable[Record], records: Iterable[Record], weight: float = 1.0) -> list[Annotated]:
    """The annotated papers, paired with their texts by ``id``; KeyError names a record without a text."""
    by_id = {t["id"]: t for t in texts}
    found = []
    for record in records:
        document = nlp.parse(paper_of(by_id[record["id"]]))
        found.append(Annotated(document, entities(document, record["entities"]), record, weight))
    return found


def entities(document: Document, records: Sequence[Record]) -> tuple[Entity, ...]:
    """The entities of a record with all places of their surfaces, longest first, none inside another."""
    paper = document.paper
    found = [*_mentions(paper.title or "", records, "title"), *_mentions(paper.abstract, records, "text")]
    places: dict[int, list[Mention]] = {}
    for index, mention in found:
        places.setdefault(index, []).append(mention)
    return tuple(
        Entity(e["name"], e["type"], e["role"], tuple(e["surfaces"]), tuple(places.get(i, ())))
        for i, e in enumerate(records)
    )


def _mentions(text: str, records: Sequence[Record], name: FieldName) -> Iterator[tuple[int, Mention]]:
    taken = [False] * len(text)
    order = sorted(
        ((s, i) for i, e in enumerate(records) for s in set(e["surfaces"]) if s), key=lambda p: (-len(p[0]), p)
    )
    for surface, i in order:
        for m in re.finditer(rf"(?<!\w){re.escape(surface)}(?!\w)", text):
            if not any(taken[m.start() : m.end()]):
                taken[m.start() : m.end()] = [True] * len(surface)
                yield i, Mention(name, m.start(), m.end(), m.group())
