"""Statements about concepts -> things: the meaning of SKOS and of the Computer Science Ontology (CSO).

In SKOS a concept has its names itself (https://www.w3.org/TR/skos-reference/#labels). In the CSO each name is a topic:
``preferentialEquivalent`` leads from it to the topic that stands for all of them, itself included
(https://cso.kmi.open.ac.uk/about); that one becomes the thing, and the others its names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.links.base import ANY, Item, thing
from kg.model import EntityType
from kg.vocab import RDFS, SKOS

CSO = "https://cso.kmi.open.ac.uk/topics/"
_PREFERRED = re.compile(r"https?://cso\.kmi\.open\.ac\.uk/schema/cso#preferentialEquivalent")
# Predicate -> whether its text is a label (else another name).
_NAMES = {SKOS + "prefLabel": True, RDFS + "label": True, SKOS + "altLabel": False, SKOS + "hiddenLabel": False}
# Preferred first; a text in another language is no name here.
_LANGUAGES = ("en", "", "mul")
# A topic is something that is done or worked on, never a body of data or a measure.
_TOPIC: frozenset[EntityType] = frozenset({"Method", "Task"})


class Said(NamedTuple):
    """A statement: ``object`` is an address, or a text with its language ("" if it has none)."""

    subject: str
    predicate: str
    object: str
    language: str = ""


@dataclass(slots=True)
class _Concept:
    labels: set[tuple[int, str]] = field(default_factory=set)
    aliases: set[str] = field(default_factory=set)
    stands_for: str | None = None

    def names(self) -> list[str]:
        """The label first, then the others."""
        labels = [text for _, text in sorted(self.labels)]
        return [*labels, *sorted(self.aliases - set(labels))]


def is_said(predicate: str) -> bool:
    """Whether statements with the predicate matter to :func:`to_things`."""
    return predicate in _NAMES or bool(_PREFERRED.fullmatch(predicate))


def to_things(name: str, statements: Iterable[Said]) -> Iterator[Item]:
    """The concepts that statements name, in order of address, when all have been heard. Memory holds all names.

    >>> label = Said(CSO + "ai", RDFS + "label", "ai", "en")
    >>> [(t.iri, t.label) for t in to_things("x", [label])]
    [('https://cso.kmi.open.ac.uk/topics/ai', 'ai')]
    """
    concepts: dict[str, _Concept] = {}
    for said in statements:
        language = said.language.lower().split("-")[0]
        if said.predicate in _NAMES and language in _LANGUAGES:
            concept = concepts.setdefault(said.subject, _Concept())
            if _NAMES[said.predicate]:
                concept.labels.add((_LANGUAGES.index(language), said.object))
            else:
                concept.aliases.add(said.object)
        elif _PREFERRED.fullmatch(said.predicate):
            concept = concepts.setdefault(said.subject, _Concept())
            concept.stands_for = min(filter(None, (concept.stands_for, said.object)))
    yield from _things(name, concepts)


def _things(name: str, concepts: dict[str, _Concept]) -> Iterator[Item]:
    others: dict[str, set[str]] = {}
    for iri, concept in concepts.items():
        target = concept.stands_for
        if target and target != iri and target in concepts:
            others.setdefault(target, set()).update(concept.names())
    for iri in sorted(concepts):
        concept = concepts[iri]
        stands_for_itself = concept.stands_for in (None, iri) or concept.stands_for not in concepts
        if (found := concept.names()) and (stands_for_itself or iri in others):
            aliases = {*found[1:], *others.get(iri, ())}
            is_topic = iri.startswith(CSO)
            types, source = (_TOPIC, "CSO") if is_topic else (ANY, "SKOS")
            yield thing(f"{name} <{iri}>", iri, found[0], sorted(aliases), types, source)
