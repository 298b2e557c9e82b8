"""Measures that numbers report, as entities: what fills a result's metric and has not been found as a name before.

Whatever an abstract gives a number for is a metric, however plain its name. Of 606 names that filled the slot and were
no entity, in abstracts that the weights had not seen, 292 were annotated metrics; F1 gains where half of it are right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.extract.document import Document
from kg.extract.entities import occurrences
from kg.forms import loose_form
from kg.model import Claim, Entity, FieldName, Mention

RULE = "reported"
CHANCE = 0.5
_FIELDS: tuple[FieldName, FieldName] = ("title", "text")


def with_measures(document: Document, entities: tuple[Entity, ...], claims: Iterable[Claim]) -> tuple[Entity, ...]:
    """The entities and the metrics of results that none of them is, in the order of their first mention.

    A metric has the places that no entity has; without any, or not in its claim as it is written, it is none.
    """
    known = {loose_form(s) for e in entities for s in (e.name, *e.surfaces)}
    taken = {name: bytearray(len(document.paper.text_of(name))) for name in _FIELDS}
    for m in (m for e in entities for m in e.mentions):
        taken[m.field][m.start : m.end] = b"\1" * (m.end - m.start)
    found = list(entities)
    for name in dict.fromkeys(_names(document, claims)):
        places = () if loose_form(name) in known else tuple(_free(document, name, taken))
        if places:
            known.add(loose_form(name))
            found.append(Entity(name, "Metric", "measured", (name,), places, CHANCE, (RULE,)))
    return tuple(sorted(found, key=lambda e: (e.mentions[0].field != "title", e.mentions[0].start)))


def _names(document: Document, claims: Iterable[Claim]) -> Iterator[str]:
    for claim in claims:
        words = document.paper.abstract[claim.start : claim.end]
        yield from (r.metric for r in claim.results if r.metric and r.metric in words)


def _free(document: Document, name: str, taken: dict[FieldName, bytearray]) -> Iterator[Mention]:
    """The places of a name that are not taken, which they are from now on."""
    for field in _FIELDS:
        for start in occurrences(document.paper.text_of(field), name):
            end = start + len(name)
            if not any(taken[field][start:end]):
                taken[field][start:end] = b"\1" * len(name)
                yield Mention(field, start, end, name)
