"""Edges between the entities of a paper, each with the sentence that states it.

The rules are the table ``patterns/relations.json``: who may stand at the two ends, what stands between them, and how
often the rule was right on the training abstracts. Sentences that deny or suppose give no edge.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg.extract import claims as claim_rules
from kg.extract.document import Document, Sentence
from kg.extract.measured import confidence
from kg.extract.subjects import Named, is_own, named_in, own_proposal
from kg.model import RELATION_TYPES, Claim, Entity, Relation, RelationType, Result, Span
from kg.vocab import RELATION_ENDS

_WE = re.compile(r"\b(?:we|our)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table; empty sets and None hold for everything."""

    id: str
    type: RelationType
    head: str
    head_roles: frozenset[str]
    tail_roles: frozenset[str]
    zones: frozenset[str]
    order: str
    between: re.Pattern[str] | None
    cue: re.Pattern[str] | None
    precision: float


@dataclass(frozen=True, slots=True)
class _Scene:
    """A sentence, its words, its zone of the paper, what it names, and the paper's own method."""

    sentence: Sentence
    words: str
    zone: str
    named: tuple[Named, ...]
    own: Entity | None
    speaks: bool
    results: tuple[Result, ...]


# Who is set beside another is not built on it.
_EQUALS = re.compile(r"\b(?:competitive|comparabl[ey]|on[ -]par|rivals?)\b")


def _raw() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "patterns" / "relations.json").read_text("utf-8"))
    return found


def rows() -> list[dict[str, Any]]:
    """The rows of the table as they stand in the file, with example, counter-example, precision and count."""
    return list(_raw()["rules"])


@lru_cache(maxsize=1)
def _table() -> tuple[re.Pattern[str], tuple[Rule, ...]]:
    raw = _raw()
    return re.compile(raw["unsaid"], re.IGNORECASE), tuple(_rule(row) for row in raw["rules"])


def _rule(row: dict[str, Any]) -> Rule:
    def compiled(key: str) -> re.Pattern[str] | None:
        return re.compile(row[key], re.IGNORECASE) if row[key] else None

    return Rule(
        id=row["id"],
        type=next(t for t in RELATION_TYPES if t == row["type"]),
        head=row["head"],
        head_roles=frozenset(row["head_roles"]),
        tail_roles=frozenset(row["tail_roles"]),
        zones=frozenset(row["zones"]),
        order=row["order"],
        between=compiled("between"),
        cue=compiled("cue"),
        precision=confidence(row),
    )


def find(document: Document, entities: tuple[Entity, ...], claims: tuple[Claim, ...]) -> tuple[Relation, ...]:
    """The relations of a paper, by sentence, then rule; an edge is given once per sentence, by its first rule.

    The types of both ends fit :data:`kg.vocab.RELATION_ENDS`. A sentence that ``claims`` has as a limitation of others
    states no outcome.
    """
    unsaid, rules = _table()
    limits = {c.start for c in claims if c.type == "limitation"}
    found: dict[tuple[int, str, str, str, str], Relation] = {}
    for scene in _scenes(document, entities, claims):
        if len(scene.named) == 0 or unsaid.search(scene.words):
            continue
        limited = scene.sentence.field == "text" and scene.sentence.start in limits
        for rule in rules:
            if limited and rule.type in ("outperforms", "evaluated_on"):
                continue
            for head, tail in _edges(rule, scene):
                if rule.type == "based_on" and (_EQUALS.search(scene.words) or _is_variant(head, tail)):
                    continue
                span = Span(scene.sentence.field, scene.sentence.start, scene.sentence.end)
                edge = Relation(head.name, rule.type, tail.name, span, rule.precision, (rule.id,))
                found.setdefault((span.start, span.field, edge.head, edge.type, edge.tail), edge)
    return tuple(found.values())


def _is_variant(head: Entity, tail: Entity) -> bool:
    """Whether the tail is the head in another size or version (EfficientNet, EfficientNet-B7): it builds on the head.

    >>> net, b7 = (Entity(name, "Method", "used", (name,)) for name in ("Net", "Net-B7"))
    >>> _is_variant(net, b7), _is_variant(b7, net)
    (True, False)
    """
    return any(
        short != long and re.match(rf"{re.escape(short)}[\s\d-]", long)
        for short in (head.name, *head.surfaces)
        for long in (tail.name, *tail.surfaces)
    )


def _scenes(document: Document, entities: tuple[Entity, ...], claims: tuple[Claim, ...]) -> Iterator[_Scene]:
    named = named_in(document, entities)
    own = own_proposal(document, entities)
    numbers = {c.start: c.results for c in claims}
    spoken = False
    for s in document.sentences:
        words = document.words_of(s)
        spoken = s.field == "text" and (spoken or bool(claim_rules.table().own.search(" ".join(words.split()))))
        zone = "title" if s.field == "title" else "after" if spoken else "before"
        speaks = own is not None and (bool(_WE.search(words)) or is_own(words))
        results = numbers.get(s.start, ()) if s.field == "text" else ()
        yield _Scene(s, words, zone, named[s], own, speaks, results)


def _edges(rule: Rule, scene: _Scene) -> Iterator[tuple[Entity, Entity]]:
    """Head and tail of every edge that a rule reads out of a sentence."""
    if scene.zone not in rule.zones or (rule.cue and not rule.cue.search(scene.words)):
        return
    heads, tails = RELATION_ENDS[rule.type]
    fitting = [n for n in scene.named if n.entity.type in tails and n.entity.role in rule.tail_roles]
    if not fitting or (rule.head == "studied" and scene.own):
        return
    if rule.head == "meant":
        yield from _meant(rule, scene, fitting)
        return
    if rule.head == "result":
        named = {n.entity.name: n.entity for n in scene.named} | ({scene.own.name: scene.own} if scene.own else {})
        by_name = {n.entity.name: n.entity for n in fitting}
        pairs = [(r.method or "", r.dataset or "") for r in scene.results]
        yield from ((named[h], by_name[t]) for h, t in pairs if h in named and t in by_name and named[h].type in heads)
        return
    for head in scene.named:
        if head.entity.type not in heads or (rule.head_roles and head.entity.role not in rule.head_roles):
            continue
        leads = rule.head == "lead" and head.start - scene.sentence.start <= 4
        if leads or (rule.head in ("own", "lead")) == (head.entity is scene.own):
            yield from ((head.entity, t.entity) for t in fitting if _tied(rule, scene, head, t))


def _meant(rule: Rule, scene: _Scene, fitting: list[Named]) -> Iterator[tuple[Entity, Entity]]:
    """Edges of the paper's own method where "our", "we" or "it" stands for it."""
    own = scene.own
    if not own or not scene.speaks or any(n.entity is own for n in scene.named):
        return
    for tail in fitting:
        before = " ".join(scene.words[: tail.start - scene.sentence.start].split()) + " "
        if rule.between and (not rule.between.search(before[-400:]) or _led_by_another(scene, tail)):
            continue
        yield own, tail.entity


def _led_by_another(scene: _Scene, tail: Named) -> bool:
    """Whether the sentence begins with another method, which is then what it speaks of."""
    first = next((n for n in scene.named if n.entity.type == "Method"), None)
    return first is not None and first is not tail and first.start - scene.sentence.start <= 4


def _tied(rule: Rule, scene: _Scene, head: Named, tail: Named) -> bool:
    """Whether two named things stand in the rule's order with its words between them."""
    if head.entity is tail.entity:
        return False
    first, second = (head, tail) if head.start < tail.start else (tail, head)
    if second.start < first.end or (rule.order == "head" and first is tail) or (rule.order == "tail" and first is head):
        return False
    if rule.between is None:
        return True
    begin = scene.sentence.start
    between = re.sub(r"\s+", " ", scene.words[first.end - begin : second.start - begin])
    return bool(rule.between.search(between[-200:] if rule.between.pattern[0] != "^" else between[:200]))
