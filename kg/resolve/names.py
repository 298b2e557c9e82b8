"""The outcome of resolution: the node of each paper's entity, the reason of each merge, what is a variant of what."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice
from operator import itemgetter
from typing import TypeAlias

from kg.forms import normal_form
from kg.ids import entity_iri
from kg.model import ENTITY_TYPES, Entity, EntityType, ResolvedEntity
from kg.resolve.abbreviations import is_short_form
from kg.resolve.evidence import key_of
from kg.resolve.index import Index, Move, Use
from kg.resolve.moves import CONFIDENCE, by_use, decide, dominant, is_kin
from kg.resolve.variants import variants_of

# Nodes and ways kept at hand; the others are looked up again.
_AT_HAND = 1 << 14
# Keys decided on before what was decided is written.
_BATCH = 20_000
# Longest way from name to name: a longer one is no evidence.
_STEPS = 8

_JUSTIFICATION = {
    "user": "semapv:ManualMappingCuration",
    "same form": "semapv:LexicalMatching",
    "abbreviation": "semapv:CompositeMatching",
    "in its paper": "semapv:LexicalMatching",
    "known": "semapv:BackgroundKnowledgeBasedMatching",
}
_LABEL = "its label"
_REASON = {
    "user": "the user's alias",
    "abbreviation": "abbreviation; the papers that spell it out mean this",
    "other name": "papers use it beside the other name",
    "known": "well-known other name",
    "type word": "the same name with its type word",
    "abbreviation within": "the same name with a word abbreviated",
    "wording": "long forms of one abbreviation that differ in wording alone",
}


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


@dataclass(frozen=True, slots=True)
class Variant:
    """One entity (IRI) is a variant of another, in version, size or the like (:mod:`kg.resolve.variants`)."""

    iri: str
    base: str
    kind: str


_Uses: TypeAlias = tuple[tuple[str, Use], ...]


@dataclass(frozen=True, slots=True)
class Node:
    """An entity, its key, and what it was made of: the uses of each key that came home to it."""

    key: str
    entity: ResolvedEntity
    uses: _Uses


class Names:
    """The outcome: :meth:`of` gives the entity of a paper's entity, :meth:`merges` the reasons."""

    def __init__(self, index: Index, *, moves: Callable[[str], dict[EntityType, Move]] | None = None) -> None:
        self.index = index
        self._moves = lru_cache(_AT_HAND)(moves or index.moves)
        self._home = lru_cache(_AT_HAND)(self._find_home)
        self._node = lru_cache(_AT_HAND)(lambda home: self._made(home, self._uses(home)))
        wishes = index.wishes
        self._typed_by_user = {home: t for form, t in wishes.type_of.items() for home in self._all_homes(form)}
        self._labels_by_user = {home: label for form, label in wishes.labels.items() for home in self._all_homes(form)}

    # ------------------------------------------------------------ papers' entities

    def of(self, entity: Entity) -> ResolvedEntity:
        """The entity that one paper's entity belongs to."""
        return self.of_key(key_of(entity, self.index.wishes), entity.type)

    def of_key(self, key: str, type_: EntityType) -> ResolvedEntity:
        """The entity that those of a key and type belong to, which some paper has."""
        return self._node(self.home(key, type_)).entity

    def home(self, key: str, type_: EntityType) -> str:
        """The key of the node that the entities of a key and type belong to."""
        home = self._home(key, type_)
        partners = self.index.wishes.partners
        if home == key or not partners:
            return home
        way = self._way(key, type_)
        for step in way:
            for partner in partners.get(step, ()):
                # Two that a user wants apart have come home together by other names: the one that sorts last stays out.
                if partner == home or (partner < step and self._home(partner, type_) == home):
                    return key
        return home

    def meant_by(self, form: str, type_: EntityType) -> str:
        """The key of the node that a name of this normal form means in a paper that does not say what it means."""
        if not self.index.has(form) and (long := dominant(self.index.votes(form))) is not None:
            return self.home(long, type_)
        return self.home(form, type_)

    def _all_homes(self, key: str) -> set[str]:
        return {self.home(key, type_) for type_ in ENTITY_TYPES}

    def _find_home(self, key: str, type_: EntityType) -> str:
        return self._way(key, type_)[-1]

    def _way(self, key: str, type_: EntityType) -> list[str]:
        """The keys from a key to its home; of a circle, the first in order is the home of all."""
        way = [key]
        while (move := self._moves(way[-1]).get(type_)) is not None:
            if move.target in way:
                circle = way[way.index(move.target) :]
                return [*way[: way.index(move.target)], min(circle, key=lambda k: (-len(k), k))]
            way.append(move.target)
            if len(way) > _STEPS:
                break
        return way

    def type_by_user(self, home: str) -> EntityType | None:
        """The type that the user gives a node."""
        return self._typed_by_user.get(home)

    def label_by_user(self, home: str) -> str | None:
        """The label that the user's aliases give a node."""
        return self._labels_by_user.get(home)

    # ------------------------------------------------------------ nodes

    def __iter__(self) -> Iterator[ResolvedEntity]:
        return (node.entity for node in self.nodes())

    def nodes(self) -> Iterator[Node]:
        """Every node, in order of its key."""
        self.index.hold("vote.short", "move.key", "move.target")
        homes = {self.home(key, type_) for key, type_, _ in self.index.moving()}
        only_targets = ((home, None) for home in sorted(homes) if not self.index.has(home))
        for key, uses in heapq.merge(self.index.every_use(), only_targets, key=itemgetter(0)):
            if uses is not None and key not in homes and not self._moves(key):
                yield self._made(key, tuple((key, use) for use in uses))
            elif found := self._uses(key):
                yield self._made(key, found)

    def _uses(self, home: str) -> _Uses:
        """All that is said of what came home to a key."""
        found: list[tuple[str, Use]] = []
        waiting, seen = [home], {home}
        while waiting:
            key = waiting.pop()
            found += [(key, use) for use in self.index.uses(key) if self.home(key, use.type) == home]
            for other in self.index.coming(key):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return tuple(sorted(found))

    def _made(self, home: str, uses: _Uses) -> Node:
        return Node(home, _resolved(home, uses, self), uses)

    # ------------------------------------------------------------ reasons

    def merges(self) -> Iterator[Merge]:
        """:meth:`merges_of` every node, in order of key."""
        for node in self.nodes():
            yield from self.merges_of(node)

    def node(self, home: str) -> ResolvedEntity:
        """The entity of a key that others come home to."""
        return self._node(home).entity

    def node_at(self, home: str) -> Node | None:
        """The node of a key; None where nothing comes home to it."""
        uses = self._uses(home)
        return self._made(home, uses) if uses else None

    def why(self, name: str, home: str) -> str:
        """Why a name means the entity of a key, in words."""
        node = self._node(home)
        return self._why(name, [pair for pair in node.uses if pair[1].name == name], node.entity)[0]

    def merges_of(self, node: Node) -> Iterator[Merge]:
        """Every name but the label in order, the label too where a rule has joined uses of it; types overruled."""
        entity = node.entity
        if len(node.uses) == 1:
            return
        for name, uses in groupby(sorted(node.uses, key=lambda u: u[1].name), key=lambda u: u[1].name):
            said = list(uses)
            reason, justification, confidence = self._why(name, said, entity)
            if reason != _LABEL:
                papers = sum(use.papers for _, use in said)
                yield Merge(name, entity.iri, entity.label, reason, justification, confidence, papers)
        types = _types(node.uses)
        for type_ in sorted(types):
            if type_ != entity.type:
                won = f"typed {entity.type} by {types[entity.type]}, {type_} by {types[type_]} papers"
                share = round(types[entity.type] / types.total(), 4)
                how = "semapv:UnspecifiedMatching"
                yield Merge(entity.label, entity.iri, entity.label, won, how, share, types[type_])

    def _why(self, name: str, said: list[tuple[str, Use]], entity: ResolvedEntity) -> tuple[str, str, float]:
        """Why a name means an entity: the reason in words, its SSSOM justification, and how often such are right."""
        form = self.index.wishes.form_of(name)
        moves = [self._moves(key).get(use.type) for key, use in said if key == form]
        for move in (move for move in moves if move and move.rule != "two things"):
            how = _JUSTIFICATION.get(move.rule, "semapv:LexicalSimilarityThresholdMatching")
            return _REASON[move.rule], how, move.confidence
        if name == entity.label:
            return _LABEL, _JUSTIFICATION["same form"], 1.0
        if form == self.index.wishes.form_of(entity.label):
            return "same normal form", _JUSTIFICATION["same form"], 1.0
        if is_short_form(entity.label, name):
            return "spelled-out form of the label", _JUSTIFICATION["in its paper"], CONFIDENCE["in its paper"]
        if is_short_form(name, entity.label) or any(vote.defined for vote in self.index.votes(form)):
            return "abbreviation explained in its paper", _JUSTIFICATION["in its paper"], CONFIDENCE["in its paper"]
        return "named together in one paper", "semapv:UnspecifiedMatching", CONFIDENCE["together"]

    # ------------------------------------------------------------ variants

    def variants(self) -> Iterator[Variant]:
        """:meth:`variant_of` every node that is one, in order of key."""
        return filter(None, map(self.variant_of, self.nodes()))

    def variant_of(self, node: Node) -> Variant | None:
        """Of which entity a node is a variant: of the nearest of its more general names that is one."""
        for general in variants_of(node.entity.label):
            base = self._typed(normal_form(general.base), node.entity.type)
            if base is not None and base.iri != node.entity.iri:
                return Variant(node.entity.iri, base.iri, general.kind)
        return None

    def _typed(self, key: str, type_: EntityType) -> ResolvedEntity | None:
        """The node of a key if it has a type that goes with another."""
        for use in self.index.uses(key):
            node = self._node(self.home(key, use.type)).entity
            if is_kin(node.type, type_):
                return node
        return None


def _types(uses: _Uses) -> Counter[EntityType]:
    """How many papers give each type."""
    types: Counter[EntityType] = Counter()
    for _, use in uses:
        if use.rank:
            types[use.type] += use.papers
    return types


def _resolved(home: str, uses: _Uses, names: Names) -> ResolvedEntity:
    types = _types(uses)
    ranked = sorted(types, key=lambda t: (-types[t], ENTITY_TYPES.index(t)))
    type_ = names.type_by_user(home) or ranked[0]
    counts: Counter[str] = Counter()
    for _, use in uses:
        counts[use.name] += use.papers
    label = names.label_by_user(home) or _label(home, counts, type_, names)
    return ResolvedEntity(entity_iri(type_, home), type_, label, tuple(sorted(set(counts) - {label})))


def _label(home: str, counts: Counter[str], type_: EntityType, names: Names) -> str:
    """The most used of the names that mean this entity wherever they stand; failing such, the most used."""
    ranked = sorted(counts, key=by_use(counts))
    if len(ranked) > 1:
        for name in ranked:
            form = names.index.wishes.form_of(name)
            if form == home or names.meant_by(form, type_) == home:
                return name
    return ranked[0]


@dataclass(frozen=True, slots=True)
class Settled:
    """What was decided anew: the keys whose counts had changed, and for each key asked the moves that it had before."""

    changed: set[str]
    before: dict[str, dict[EntityType, Move]]


def settle(index: Index) -> Settled | None:
    """Decide anew on the keys that a change of counts can touch; on all of an index that is new (None is returned)."""
    changed = index.take_changed()
    if index.is_settled():
        asked = sorted(changed.union(*(index.needing(key) for key in changed)))
        before = {key: index.moves(key) for key in asked}
        index.set_moves([(key, *decide(key, index.uses(key), index)) for key in asked])
        return Settled(changed, before)
    index.forget_moves()
    index.hold("vote.short", "vote.key")
    decided = ((key, *decide(key, uses, index)) for key, uses in index.every_use())
    while batch := list(islice(decided, _BATCH)):
        index.set_moves(batch)
    index.mark_settled()
    return None
