"""Entities and outside things -> links, each with its reason. Exact only where nothing speaks against it.

A thing is a candidate for an entity if a name of the one has the normal form of a name of the other and the thing's
types, where known, allow the entity's. Within one vocabulary (the host of the address) the link is

- ``skos:exactMatch`` where both labels are equal, the type is known and fits, neither has a second one with an equal
  label, and the name has more than three characters: BERT and XLNet may be told apart by their names, SAM cannot;
- ``skos:closeMatch`` where only another name is equal, or one of these conditions fails.

Things with an equal label leave those behind that share only another name; where more than :data:`MOST` are left, the
name says too little for any link. Never ``owl:sameAs``: outside vocabularies draw their lines elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from kg.forms import normal_form
from kg.inputs.strings import excerpt
from kg.links.base import DATA, Thing
from kg.model import EntityType, ResolvedEntity

Predicate = Literal["skos:exactMatch", "skos:closeMatch"]

# A name of so many characters is an abbreviation that stands for many things.
SHORT: Final = 3
# So many candidates of one vocabulary for one entity are named, not more.
MOST: Final = 5
JUSTIFICATION: Final = "semapv:LexicalMatching"
# An order of trust, not measured: exact; equal labels with one doubt; with more; another name only.
CONFIDENCE: Final = {"exact": 0.95, "one doubt": 0.8, "doubts": 0.6, "another name": 0.5}

_HOST = re.compile(r"[a-z]+://([^/?#]*)")


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """An entity (its IRI) and a thing outside (``target``, called ``label`` there) that are the same, or nearly."""

    entity: str
    predicate: Predicate
    target: str
    label: str
    reason: str
    justification: str
    confidence: float


@dataclass(slots=True)
class _Candidate:
    """A thing that may be an entity. ``equal``: the labels are; ``name`` is the thing's name that was found."""

    iri: str
    label: str
    equal: bool
    name: str
    types: frozenset[EntityType]
    close_only: bool

    def join(self, other: _Candidate) -> None:
        """Takes in what another row says of the same thing."""
        mine, its = (not self.equal, self.label, self.name), (not other.equal, other.label, other.name)
        _, self.label, self.name = min(mine, its)
        self.equal |= other.equal
        self.types |= other.types
        self.close_only &= other.close_only


class _Names:
    """The names of the graph's entities by normal form."""

    def __init__(self, entities: Iterable[ResolvedEntity]) -> None:
        self.types: dict[str, EntityType] = {}
        self.labels: dict[str, str] = {}
        self._by_form: dict[str, dict[str, bool]] = {}
        for entity in entities:
            self.types[entity.iri], self.labels[entity.iri] = entity.type, entity.label
            for name in (entity.label, *entity.alt_labels):
                self._by_form.setdefault(normal_form(name), {}).setdefault(entity.iri, name == entity.label)

    def of(self, name: str) -> dict[str, bool]:
        """The entities of that name; true where it is their label."""
        return self._by_form.get(normal_form(name), {})


def match(entities: Iterable[ResolvedEntity], things: Iterable[Thing]) -> Iterator[Link]:
    """The links from entities to things, sorted; the order of both inputs does not matter.

    Memory holds the names of the entities and the things that bear one of them; the things pass by as a stream, so
    there may be a hundred million.

    >>> bert = ResolvedEntity("http://e/bert", "Method", "BERT", ("Bidirectional encoder",))
    >>> [link.predicate for link in match([bert], [Thing("http://o/1", "Bert", types=frozenset({"Method"}))])]
    ['skos:exactMatch']
    >>> [link.reason for link in match([bert], [Thing("http://o/1", "Bert")])]
    ['the labels are equal; its type is not known']
    """
    names = _Names(entities)
    candidates: dict[tuple[str, str], dict[str, _Candidate]] = defaultdict(dict)
    for thing in things:
        for entity, candidate in _candidates(names, thing):
            place = candidates[entity, _host(thing.iri)]
            if (known := place.setdefault(thing.iri, candidate)) is not candidate:
                known.join(candidate)
    fitting = {
        key: found
        for key, group in candidates.items()
        if (found := [c for c in group.values() if _may_be(names.types[key[0]], c.types)])
    }
    claims = Counter(c.iri for group in fitting.values() for c in group if c.equal)
    links = (link for key, group in fitting.items() for link in _links(names, key[0], group, claims))
    yield from sorted(links)


def _host(iri: str) -> str:
    found = _HOST.match(iri)
    return found.group(1) if found else iri


def _candidates(names: _Names, thing: Thing) -> Iterator[tuple[str, _Candidate]]:
    for name in (thing.label, *thing.aliases):
        for entity, is_label in names.of(name).items():
            equal = is_label and name == thing.label
            yield entity, _Candidate(thing.iri, thing.label, equal, name, thing.types, thing.close_only)


def _may_be(type_: EntityType, types: frozenset[EntityType]) -> bool:
    """Whether an entity of the type can be a thing of the types; papers call one thing a dataset and a benchmark."""
    return not types or type_ in types or (type_ in DATA and bool(types & DATA))


def _links(names: _Names, entity: str, group: list[_Candidate], claims: Counter[str]) -> Iterator[Link]:
    best = [c for c in group if c.equal] or group
    if len(best) > MOST:
        return
    for candidate in best:
        doubts = list(_doubts(names, entity, candidate, len(best), claims))
        predicate: Predicate = "skos:closeMatch" if doubts else "skos:exactMatch"
        trust = "exact" if not doubts else "another name" if not candidate.equal else "one doubt"
        trust = "doubts" if candidate.equal and len(doubts) > 1 else trust
        fits = () if doubts else ("the type fits", "no other bears the name")
        found = "the labels are equal" if candidate.equal else f"another name is equal: {excerpt(candidate.name)}"
        reason = "; ".join((found, *fits, *doubts))
        yield Link(entity, predicate, candidate.iri, candidate.label, reason, JUSTIFICATION, CONFIDENCE[trust])


def _doubts(names: _Names, entity: str, candidate: _Candidate, count: int, claims: Counter[str]) -> Iterator[str]:
    """Why a candidate is no exact match."""
    if not candidate.equal:
        yield "it is not the label of both"
    if not candidate.types:
        yield "its type is not known"
    elif names.types[entity] not in candidate.types:
        yield f"its type is {' or '.join(sorted(candidate.types))}, not {names.types[entity]}"
    if count > 1:
        yield f"{count} things there bear the name"
    if candidate.equal and claims[candidate.iri] > 1:
        yield f"{claims[candidate.iri]} entities bear the name"
    if candidate.equal and len(normal_form(names.labels[entity])) <= SHORT:
        yield f"a name of {SHORT} characters or fewer stands for many things"
    if candidate.close_only:
        yield "its table says no more, or its address was made from its name"
