"""Names -> entities, with a reason for every merge. Sees the names of all papers, never their texts.

Two names are one entity if their normal forms are equal (:func:`kg.ids.normal_form`), or if one is an abbreviation of
the other by the evidence of the papers that spell it out. A paper that gives a long form decides for itself; an
abbreviation that a paper leaves unexplained goes to the long form that most papers give it, if these are at least two
thirds of those that explain it, else it stays alone. The long form is the key, so homonyms stay apart.

A name that papers type differently has one node, of the type that most papers give it (ties: the order of
:data:`kg.model.ENTITY_TYPES`), because two nodes would split every question about it; the reason is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kg.ids import entity_iri, normal_form
from kg.model import ENTITY_TYPES, Entity, EntityType, ResolvedEntity

# Share of the papers that explain an abbreviation which one long form must have to take the unexplained ones.
DOMINANT = 2 / 3

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Merge:
    """One surface that was joined to an entity, and why. ``confidence`` is 0 to 1, ``papers`` counts its papers."""

    surface: str
    iri: str
    label: str
    reason: str
    justification: str
    confidence: float
    papers: int


def is_abbreviation(short: str, long: str) -> bool:
    """Whether a name can be the abbreviation of another: its signs stand in order at starts of, or within, the words.

    >>> is_abbreviation("STM", "space-time memory"), is_abbreviation("LLMs", "large language models")
    (True, True)
    >>> is_abbreviation("BERT", "large language models"), is_abbreviation("BERT", "BERT model")
    (False, False)
    """
    core = short[:-1] if short.endswith("s") and short[:-1].isupper() else short
    letters = [c for c in core.casefold() if c.isalnum()]
    words = _WORD.findall(long.casefold())
    if " " in core.strip() or not 2 <= len(letters) <= 10 or len(words) < 2 or sum(map(str.isupper, core)) < 2:
        return False
    if len(long) < len(core) + 3 or not words[0].startswith(letters[0]) or core.casefold() in words:
        return False
    rest = iter("".join(words))
    return all(letter in rest for letter in letters)


def key_of(entity: Entity) -> str:
    """The key of an entity as its own paper names it: the normal form of the long form where it gives one.

    >>> key_of(Entity("DPO", "Method", "used", ("DPO", "direct preference optimization")))
    'directpreferenceoptimization'
    """
    longs = sorted((s for s in entity.surfaces if is_abbreviation(entity.name, s)), key=lambda s: (-len(s), s))
    return normal_form(longs[0] if longs else entity.name)


def _short_forms(entity: Entity, key: str) -> set[str]:
    """The normal forms of an entity's abbreviations."""
    named = (entity.name, *entity.surfaces)
    longs = [s for s in named if normal_form(s) == key]
    return {normal_form(s) for s in named if any(is_abbreviation(s, long) for long in longs)}


@dataclass(slots=True)
class _Group:
    """What the papers say of one key: how they type and spell it, in numbers of papers."""

    types: Counter[EntityType] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    surfaces: Counter[str] = field(default_factory=Counter)

    def add(self, other: _Group) -> None:
        self.types += other.types
        self.names += other.names
        self.surfaces += other.surfaces


def _best(counts: Counter[str]) -> str:
    """The most frequent; among equals the one with most capitals, then the first in order."""
    return min(counts, key=lambda s: (-counts[s], -sum(map(str.isupper, s)), s))


class Names:
    """The outcome of resolution: :meth:`of` gives the entity of a paper's entity, :meth:`merges` the reasons."""

    def __init__(self, groups: dict[str, _Group], moved: dict[str, str]) -> None:
        self._moved = moved
        self._groups = groups
        self._resolved = {key: _resolved(key, group) for key, group in groups.items()}

    def of(self, entity: Entity) -> ResolvedEntity:
        """The entity that one paper's entity belongs to."""
        key = key_of(entity)
        return self._resolved[self._moved.get(key, key)]

    def __iter__(self) -> Iterator[ResolvedEntity]:
        return (self._resolved[key] for key in sorted(self._resolved))

    def merges(self) -> Iterator[Merge]:
        """Every surface that differs from its entity's label, and every type that was overruled, in order of IRI."""
        for key in sorted(self._groups, key=lambda k: self._resolved[k].iri):
            yield from _merges(key, self._groups[key], self._resolved[key], self._moved)


def _resolved(key: str, group: _Group) -> ResolvedEntity:
    type_ = min(group.types, key=lambda t: (-group.types[t], ENTITY_TYPES.index(t)))
    spelled_out = Counter({n: c for n, c in group.names.items() if normal_form(n) == key})
    label = _best(spelled_out or Counter({s: c for s, c in group.surfaces.items() if normal_form(s) == key}))
    others = tuple(sorted({*group.surfaces, *group.names} - {label}))
    return ResolvedEntity(entity_iri(type_, key), type_, label, others)


def _merges(key: str, group: _Group, entity: ResolvedEntity, moved: dict[str, str]) -> Iterator[Merge]:
    papers = group.names + group.surfaces
    for surface in entity.alt_labels:
        form = normal_form(surface)
        if form == key:
            reason, justification, confidence = "same normal form", "semapv:LexicalMatching", 1.0
        elif moved.get(form) == key:
            reason = "abbreviation, unexplained in some papers, explained so in most"
            justification, confidence = "semapv:LexicalSimilarityThresholdMatching", 0.9
        elif is_abbreviation(surface, entity.label):
            reason, justification, confidence = "abbreviation explained in its paper", "semapv:LexicalMatching", 0.95
        else:
            reason, justification, confidence = "named together in one paper", "semapv:UnspecifiedMatching", 0.8
        yield Merge(surface, entity.iri, entity.label, reason, justification, confidence, papers[surface])
    for type_ in sorted(group.types):
        if type_ != entity.type:
            won = f"typed {entity.type} by {group.types[entity.type]}, {type_} by {group.types[type_]} papers"
            share = round(group.types[entity.type] / group.types.total(), 4)
            count = group.types[type_]
            yield Merge(entity.label, entity.iri, entity.label, won, "semapv:UnspecifiedMatching", share, count)


def resolve(papers: Iterable[Iterable[Entity]]) -> Names:
    """The entities behind the names of all papers; ``papers`` gives each paper's entities once, in any order.

    >>> dpo = Entity("direct preference optimization", "Method", "used", ("direct preference optimization", "DPO"))
    >>> names = resolve([[dpo], [Entity("DPO", "Method", "compared", ("DPO",))]])
    >>> [(e.label, e.alt_labels) for e in names]
    [('direct preference optimization', ('DPO',))]
    """
    groups: dict[str, _Group] = {}
    long_forms: dict[str, Counter[str]] = {}
    for entities in papers:
        for entity in entities:
            key = key_of(entity)
            group = groups.setdefault(key, _Group())
            group.types[entity.type] += 1
            group.names[entity.name] += 1
            group.surfaces.update(set(entity.surfaces) - {entity.name})
            for short in _short_forms(entity, key):
                if short != key:
                    long_forms.setdefault(short, Counter())[key] += 1
    found = {short: long for short in sorted(groups) if (long := _dominant(long_forms.get(short), groups))}
    # A long form that moves itself would make a chain: such a pair stays as its papers have it.
    moved = {short: long for short, long in found.items() if long not in found}
    for short, long in moved.items():
        groups[long].add(groups.pop(short))
    return Names(groups, moved)


def _dominant(counts: Counter[str] | None, groups: dict[str, _Group]) -> str | None:
    if not counts:
        return None
    best = _best(counts)
    return best if counts[best] >= DOMINANT * counts.total() and best in groups else None
