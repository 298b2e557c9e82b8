"""Rules as data (``patterns/entities.jsonl``): which hold for a candidate. Each says where it looks and for what."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.extract import known
from kg.extract.candidates import Candidate, Place

PLACE = Path(__file__).parent / "patterns" / "entities.jsonl"
WINDOW = 90
_NAME = re.compile(r"(?<![\w-])[a-z]{0,8}[A-Z][\w+@-]*(?:\.\w[\w+@-]*)*")
_PREPOSITIONS = ("on ", "On ", "cross ", "from ", " the ", "in ")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: all of its conditions must hold at one occurrence. An empty set is no condition.

    Rules look either at the candidate alone (``head``, ``shape``) or at its surroundings (the others).
    ``before`` and ``after`` are words beside the candidate, of which those in ``skip`` are passed over; ``head`` are
    last words; ``shape`` is a regular expression for the whole string; ``place`` is ``title-start`` or empty. A rule
    with ``left`` or ``right`` has no other condition: these are regular expressions for the text before and behind the
    first word of the name, which has a capital; the text before is up to 90 characters that end in a preposition, that
    behind begins with white space.
    ``precision`` and ``count`` were measured on annotated abstracts, each half read by what was learned from the other:
    how many of the strings that were found under the rule are entities, and how many were found.
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
    left: re.Pattern[str] | None = None
    right: re.Pattern[str] | None = None
    precision: float = 0.0
    count: int = 0


@lru_cache(maxsize=1)
def load() -> tuple[Rule, ...]:
    """The rules of the table, in its order."""
    return tuple(_rule(json.loads(line)) for line in PLACE.read_text("utf-8").splitlines() if line.strip())


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
        left=re.compile(f"{record['left']}$") if record.get("left") else None,
        right=re.compile(record["right"]) if record.get("right") else None,
        precision=float(record.get("precision", 0)),
        count=int(record.get("count", 0)),
        **sets,
    )


def marks(text: str) -> dict[int, list[str]]:
    """Where the rules that read the text around a name hold: for the start of the name, the ids of the rules."""
    found: dict[int, list[str]] = {}
    for name in _NAME.finditer(text):
        start, end = name.span()
        left = text[max(0, start - WINDOW) : start]
        spoken, spaced = left.endswith(_PREPOSITIONS), text[end : end + 1].isspace()
        if not (spoken or spaced):
            continue
        for rule in _readers():
            if rule.left and not (spoken and rule.left.search(left)):
                continue
            if rule.right and not (spaced and rule.right.match(text, end)):
                continue
            found.setdefault(start, []).append(rule.id)
    return found


@lru_cache(maxsize=1)
def _readers() -> tuple[Rule, ...]:
    return tuple(rule for rule in load() if rule.left or rule.right)


def fired(candidate: Candidate) -> list[str]:
    """The ids of the rules that hold at one of the first occurrences of a candidate, in the order of the table.

    Those that read the whole text are not among them (see :func:`marks`).
    """
    last = candidate.key.rsplit(" ", 1)[-1].rsplit("-", 1)[-1]
    holding = _alone(" ".join(candidate.words), last)
    for place in candidate.places[:6]:
        holding |= _beside(place)
    return [load()[number].id for number in sorted(holding)]


@lru_cache(maxsize=known.FEW)
def _alone(text: str, last: str) -> frozenset[int]:
    """The rules that look at nothing but the candidate."""
    return frozenset(
        number
        for number, rule in enumerate(load())
        if (rule.head or rule.shape)
        and not (rule.before or rule.after or rule.place)
        and (not rule.head or last in rule.head)
        and (not rule.shape or rule.shape.search(text))
    )


def _beside(place: Place) -> frozenset[int]:
    """The rules that look at the words beside the candidate and at its place."""
    found = _left().holding(place.before)
    if found:
        found &= _right().holding(place.after)
    starts = place.start == 0 and place.field == "title" and place.after[:1] == (":",)
    return found if starts or not found else found - _at_start()


@dataclass(frozen=True, slots=True)
class _Side:
    """The rules that look at one side of a candidate: those that ask nothing there, and those that ask for a word."""

    free: frozenset[int]
    asking: tuple[tuple[frozenset[str], dict[str, frozenset[int]]], ...]

    def holding(self, words: tuple[str, ...]) -> frozenset[int]:
        """The rules of which the first word that they do not pass over is a right one."""
        found = self.free
        for skip, rules in self.asking:
            for word in words:
                if word not in skip:
                    found |= rules.get(word, _NO_RULES)
                    break
        return found


_NO_RULES: frozenset[int] = frozenset()


def _side(asked: Mapping[int, frozenset[str]]) -> _Side:
    by_skip: dict[frozenset[str], dict[str, frozenset[int]]] = {}
    for number, rule in _contexts():
        rules = by_skip.setdefault(rule.skip, {}) if asked[number] else {}
        for word in asked[number]:
            rules[word] = rules.get(word, _NO_RULES) | {number}
    return _Side(frozenset(number for number, words in asked.items() if not words), tuple(by_skip.items()))


@lru_cache(maxsize=1)
def _left() -> _Side:
    return _side({number: rule.before for number, rule in _contexts()})


@lru_cache(maxsize=1)
def _right() -> _Side:
    return _side({number: rule.after for number, rule in _contexts()})


@lru_cache(maxsize=1)
def _at_start() -> frozenset[int]:
    """The rules for the name that a title begins with, before a colon."""
    return frozenset(number for number, rule in _contexts() if rule.place == "title-start")


@lru_cache(maxsize=1)
def _contexts() -> tuple[tuple[int, Rule], ...]:
    return tuple((n, rule) for n, rule in enumerate(load()) if rule.before or rule.after or rule.place)
