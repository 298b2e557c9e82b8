"""Rules as data (``patterns/entities.jsonl``): which hold for a candidate. Each says where it looks and for what."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.extract.candidates import Candidate, Place


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: all of its conditions must hold at one occurrence. An empty set is no condition.

    ``before`` and ``after`` are words beside the candidate, of which those in ``skip`` are passed over; ``head`` are
    last words; ``shape`` is a regular expression for the whole string; ``place`` is ``title-start`` or empty.
    ``precision`` and ``count`` were measured on annotated abstracts: how often a candidate under the rule is an entity.
    """

    id: str
    about: str
    example: str
    counter_example: str
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    head: frozenset[str] = frozenset()
    shape: re.Pattern[str] | None = None
    place: str = ""
    precision: float = 0.0
    count: int = 0


@lru_cache(maxsize=1)
def load() -> tuple[Rule, ...]:
    """The rules of the table, in its order."""
    path = Path(__file__).parent / "patterns" / "entities.jsonl"
    return tuple(_rule(json.loads(line)) for line in path.read_text("utf-8").splitlines() if line.strip())


def _rule(record: Mapping[str, str]) -> Rule:
    sets = {k: frozenset(str(record.get(k, "")).split()) for k in ("before", "after", "skip", "head")}
    shape = re.compile(record["shape"]) if record.get("shape") else None
    return Rule(
        id=record["id"],
        about=record["about"],
        example=record["example"],
        counter_example=record["counter_example"],
        shape=shape,
        place=record.get("place", ""),
        precision=float(record.get("precision", 0)),
        count=int(record.get("count", 0)),
        **sets,
    )


def fired(candidate: Candidate) -> list[str]:
    """The ids of the rules that hold at one of the first occurrences of a candidate."""
    text = " ".join(candidate.words)
    last = candidate.key.rsplit(" ", 1)[-1].rsplit("-", 1)[-1]
    return [
        rule.id
        for rule in load()
        if (not rule.head or last in rule.head)
        and (not rule.shape or rule.shape.search(text))
        and (not (rule.before or rule.after or rule.place) or any(_holds(rule, p) for p in candidate.places[:6]))
    ]


def _holds(rule: Rule, place: Place) -> bool:
    if rule.place == "title-start" and not (place.field == "title" and place.start == 0 and place.after[:1] == (":",)):
        return False
    if rule.before and _first(place.before, rule.skip) not in rule.before:
        return False
    return not rule.after or _first(place.after, rule.skip) in rule.after


def _first(words: tuple[str, ...], skip: frozenset[str]) -> str:
    return next((w for w in words if w not in skip), "")
