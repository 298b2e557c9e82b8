"""Whom a sentence speaks of: the entities named in it, and what "our method" and "it" stand for."""

from __future__ import annotations

from dataclasses import dataclass

from kg.extract.caseless import Caseless
from kg.extract.document import Document, Sentence
from kg.model import Entity

# The paper's own proposal without its name.
OWN_WORDS = Caseless(
    r"\b(?:our|the proposed|the resulting|the presented|the new|this|the)\s(?:[\w-]{1,24}\s){0,3}?"
    r"(?P<noun>methods?|approach|framework|models?|system|algorithm|technique|pipeline|architecture|network|strategy|scheme"
    r"|mechanism|module|design|formulation|solution|procedure|tool|agent|benchmark|dataset|corpus|paradigm|loss|objective"
    r"|estimator|metric|detector|suite)\b|^(?P<it>it|its|they)\b|,\s(?:it|its)\b"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A mention and the entity that it names; offsets are those of the field."""

    start: int
    end: int
    entity: Entity


def named_in(document: Document, entities: tuple[Entity, ...]) -> dict[Sentence, tuple[Named, ...]]:
    """The entities that each sentence names, in the order of the text."""
    places: dict[str, list[Named]] = {"title": [], "text": []}
    for entity in entities:
        for m in entity.mentions:
            places[m.field].append(Named(m.start, m.end, entity))
    for found in places.values():
        found.sort(key=lambda n: (n.start, -n.end, n.entity.name))
    return {s: tuple(n for n in places[s.field] if s.start <= n.start and n.end <= s.end) for s in document.sentences}


def own_proposal(document: Document, entities: tuple[Entity, ...], *, data: bool = False) -> Entity | None:
    """The entity that "our method" (with ``data``: "our dataset") means: the proposed one that is named first.

    Preference: named at the start of the title, then the first one named in the abstract; None if nothing is proposed.
    """
    kinds = ("Dataset", "Benchmark") if data else ("Method",)
    proposed = [e for e in entities if e.role == "proposed" and e.type in kinds and e.mentions]
    if not proposed:
        return None
    return min(proposed, key=lambda e: (not _leads_title(document, e), _first(e), e.name))


def _leads_title(document: Document, entity: Entity) -> bool:
    title = document.paper.title or ""
    return any(
        m.field == "title" and m.start <= 2 and title[m.end : m.end + 2].lstrip()[:1] == ":" for m in entity.mentions
    )


def _first(entity: Entity) -> tuple[bool, int]:
    return min(((m.field == "title", m.start) for m in entity.mentions), default=(True, 0))


def is_own(words: str) -> bool:
    """Whether a text speaks of the paper's own proposal without naming it.

    >>> is_own("Our method wins."), is_own("It wins."), is_own("BERT wins.")
    (True, True, False)
    """
    return bool(OWN_WORDS.search(words))
