"""The outcome of resolution: the node of each paper's entity, the reason of each merge, what is a variant of what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice

from kg.forms import normal_form
from kg.ids import entity_iri
from kg.model import ENTITY_TYPES, Entity, EntityType, ResolvedEntity
from kg.resolve.abbreviations import is_short_form
from kg.resolve.evidence import key_of
from kg.resolve.index import Index, Use
from kg.resolve.moves import CONFIDENCE, decide, is_kin
from kg.resolve.variants import variants_of

# Nodes and ways kept at hand; the others are looked up again.
_AT_HAND = 1 << 16
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


@dataclass(frozen=True, slots=True)
class _Node:
    """An entity and what it was made of: the uses of each key that came home to it."""

    entity: ResolvedEntity
    uses: tuple[tuple[str, Use], ...]


class Names:
    """The outcome: :meth:`of` gives the entity of a paper's entity, :meth:`merges` the reasons."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._moves = lru_cache(_AT_HAND)(index.moves)
        self._home = lru_cache(_AT_HAND)(self._find_home)
        self._node = lru_cache(_AT_HAND)(self._make_node)
        wishes = index.wishes
        self._typed_by_user = {home: t for form, t in wishes.type_of.items() for home in self._all_homes(form)}
        self._labels_by_user = {home: label for form, label in wishes.labels.items() for home in self._all_homes(form)}

    # ------------------------------------------------------------ papers' entities

    def of(self, entity: Entity) -> ResolvedEntity:
        """The entity that one paper's entity belongs to."""
        return self._node(self.home(key_of(entity, self.index.wishes), entity.type)).entity

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
        return (node.entity for node in self._nodes())

    def _nodes(self) -> Iterator[_Node]:
        """Every node, in order of its key."""
        for home in self._homes():
            yield self._node(home)

    def _homes(self) -> Iterator[str]:
        """The keys of all nodes, in order: those with a type that stays, and those that only others come to."""
        homes = {self.home(key, type_) for key, type_, _ in self.index.moving()}
        empty = sorted(home for home in homes if not self.index.has(home))
        waiting = iter([*empty, None])
        following = next(waiting)
        for key in self.index.every_key():
            while following is not None and following < key:
                yield following
                following = next(waiting)
            if not self._moves(key) or self._uses(key):
                yield key
        while following is not None:
            yield following
            following = next(waiting)

    def _uses(self, home: str) -> tuple[tuple[str, Use], ...]:
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

    def _make_node(self, home: str) -> _Node:
        uses = self._uses(home)
        return _Node(_resolved(home, uses, self), uses)

    # ------------------------------------------------------------ reasons

    def merges(self) -> Iterator[Merge]:
        """Every surface that differs from its entity's label, and every type that was overruled, in order of IRI."""
        for node in sorted(self._nodes(), key=lambda n: n.entity.iri):
            yield from self._merges_of(node)

    def node(self, home: str) -> ResolvedEntity:
        """The entity of a key that others come home to."""
        return self._node(home).entity

    def why(self, name: str, home: str) -> str:
        """Why a name means the entity of a key, in words."""
        node = self._node(home)
        return self._why(name, [pair for pair in node.uses if pair[1].name == name], node.entity)[0]

    def _merges_of(self, node: _Node) -> Iterator[Merge]:
        entity = node.entity
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
        for move in filter(None, moves):
            how = _JUSTIFICATION.get(move.rule, "semapv:LexicalSimilarityThresholdMatching")
            return _REASON[move.rule], how, move.confidence
        if name == entity.label:
            return _LABEL, _JUSTIFICATION["same form"], 1.0
        if form == self.index.wishes.form_of(entity.label):
            return "same normal form", _JUSTIFICATION["same form"], 1.0
        if is_short_form(entity.label, name):
            return "spelled-out form of the label", _JUSTIFICATION["in its paper"], CONFIDENCE["abbreviation"]
        if is_short_form(name, entity.label) or any(vote.defined for vote in self.index.votes(form)):
            return "abbreviation explained in its paper", _JUSTIFICATION["in its paper"], CONFIDENCE["abbreviation"]
        return "named together in one paper", "semapv:UnspecifiedMatching", CONFIDENCE["other name"]

    # ------------------------------------------------------------ variants

    def variants(self) -> Iterator[Variant]:
        """What is a variant of what: of the nearest of its more general names that is an entity; in order of key."""
        for home in self._homes():
            entity = self._node(home).entity
            for general in variants_of(entity.label):
                key = normal_form(general.base)
                base = self._typed(key, entity.type)
                if base is not None and base.iri != entity.iri:
                    yield Variant(entity.iri, base.iri, general.kind)
                    break

    def _typed(self, key: str, type_: EntityType) -> ResolvedEntity | None:
        """The node of a key if it has a type that goes with another."""
        for use in self.index.uses(key):
            node = self._node(self.home(key, use.type)).entity
            if is_kin(node.type, type_):
                return node
        return None


def _types(uses: Iterable[tuple[str, Use]]) -> Counter[EntityType]:
    """How many papers give each type."""
    types: Counter[EntityType] = Counter()
    for _, use in uses:
        if use.main:
            types[use.type] += use.papers
    return types


def _resolved(home: str, uses: tuple[tuple[str, Use], ...], names: Names) -> ResolvedEntity:
    types = _types(uses)
    ranked = sorted(types, key=lambda t: (-types[t], ENTITY_TYPES.index(t)))
    type_ = names.type_by_user(home) or ranked[0]
    counts: Counter[str] = Counter()
    for _, use in uses:
        counts[use.name] += use.papers
    label = names.label_by_user(home) or _label(home, counts, type_, names)
    return ResolvedEntity(entity_iri(type_, home), type_, label, tuple(sorted(set(counts) - {label})))


def _label(home: str, counts: Counter[str], type_: EntityType, names: Names) -> str:
    """The most used of the names that mean this entity wherever they stand."""

    def means_it(name: str) -> bool:
        form = names.index.wishes.form_of(name)
        return form == home or names.home(form, type_) == home

    plain = {name: count for name, count in counts.items() if means_it(name)} or counts
    return min(plain, key=lambda s: (-plain[s], -sum(map(str.isupper, s)), s))


def settle(index: Index) -> None:
    """Decide anew on the keys that a change of counts can touch; on all of an index that is new."""
    changed = index.flush()
    if index.is_settled():
        asked = changed.union(*(index.needing(key) for key in changed))
        index.set_moves([(key, *decide(key, index)) for key in sorted(asked)])
    else:
        for keys in _batches(index.every_key()):
            index.set_moves((key, *decide(key, index)) for key in keys)
        index.mark_settled()


def _batches(keys: Iterable[str]) -> Iterator[tuple[str, ...]]:
    source = iter(keys)
    while batch := tuple(islice(source, _BATCH)):
        yield batch
