"""How a paper relates to each entity: proposed, evaluated on, compared with, measured, addressed, used or mentioned.

The rules are the table ``patterns/roles.json``, strongest role first as the annotation guide orders them; each is
measured on the training abstracts.
"""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg.extract import claims
from kg.extract.document import Document
from kg.extract.measured import confidence
from kg.model import ROLES, Entity, EntityType, Mention, Role


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table: which mentions it holds for, and the role that it gives."""

    id: str
    role: Role
    types: frozenset[EntityType]
    zone: str
    every: bool
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    precision: float


@dataclass(frozen=True, slots=True)
class Place:
    """A mention in its sentence: the words before and behind it, and the zone of the paper that it stands in."""

    zone: str
    before: str
    after: str


def _raw() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "patterns" / "roles.json").read_text("utf-8"))
    return found


def rows() -> list[dict[str, Any]]:
    """The rows of the table as they stand in the file, with example, counter-example, precision and count."""
    return list(_raw()["rules"])


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """The rows of ``patterns/roles.json`` in their order, compiled."""
    raw = _raw()
    return tuple(_rule(row) for row in raw["rules"])


def _rule(row: dict[str, Any]) -> Rule:
    def compiled(key: str) -> re.Pattern[str] | None:
        return re.compile(row[key], re.IGNORECASE) if row[key] else None

    role = next(r for r in ROLES if r == row["role"])
    precision = confidence(row)
    kinds = frozenset(row["types"])
    return Rule(row["id"], role, kinds, row["zone"], row["every"], compiled("before"), compiled("after"), precision)


def assign(document: Document, entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """The same entities with their roles; the rule that gave the role is added to each entity's rules."""
    zones = _zones(document)
    return tuple(_assigned(document, zones, e) for e in entities)


def _assigned(document: Document, zones: tuple[tuple[int, int, str], ...], entity: Entity) -> Entity:
    rule = decide(entity.type, tuple(_place(document, zones, m) for m in entity.mentions))
    return dataclasses.replace(entity, role=rule.role, rules=(*entity.rules, rule.id))


def decide(kind: EntityType, places: tuple[Place, ...]) -> Rule:
    """The first rule of a type that holds for one of the places (or, where it says so, for every one).

    >>> decide("Method", (Place("after", "We propose ", ", a parser."),)).role
    'proposed'
    """
    fitting = [r for r in rules() if kind in r.types]
    for rule in fitting:
        if places and (all if rule.every else any)(_holds(rule, p) for p in places):
            return rule
    return fitting[-1]


def _holds(rule: Rule, place: Place) -> bool:
    if rule.zone not in ("any", place.zone):
        return False
    if rule.before and not rule.before.search(place.before):
        return False
    return rule.after is None or bool(rule.after.search(place.after))


def _zones(document: Document) -> tuple[tuple[int, int, str], ...]:
    """Start, end and zone of each sentence of the abstract."""
    own = claims.table().own
    found = []
    zone = "before"
    for s in document.sentences:
        if s.field == "text":
            zone = "after" if zone == "after" or own.search(" ".join(document.words_of(s).split())) else "before"
            found.append((s.start, s.end, zone))
    return tuple(found)


def _place(document: Document, zones: tuple[tuple[int, int, str], ...], mention: Mention) -> Place:
    text = document.paper.text_of(mention.field)
    if mention.field == "title":
        return Place("title", text[: mention.start], text[mention.end :])
    start, end, zone = next((z for z in zones if z[0] <= mention.start < z[1]), (0, len(text), "after"))
    before, after = (
        text[max(start, mention.start - 240) : mention.start],
        text[mention.end : min(end, mention.end + 160)],
    )
    return Place(zone, re.sub(r"\s+", " ", before), re.sub(r"\s+", " ", after))
