"""Which sentences of an abstract claim something, and what kind of claim each is.

The rules are the table ``patterns/claims.json``; their order is the order of the annotation guide. Each is measured on
the training abstracts, and that precision is the confidence of the claims it makes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg.extract import results, scene
from kg.extract.document import Document, Sentence
from kg.extract.measured import confidence
from kg.extract.subjects import Named, named_in, own_proposal, subject_of
from kg.model import CLAIM_TYPES, Claim, ClaimType, Entity, Polarity, Result


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table; ``type`` is None where the rule says that a sentence claims nothing."""

    id: str
    type: ClaimType | None
    pattern: re.Pattern[str]
    when: str
    number: bool
    formal: bool
    precision: float


@dataclass(frozen=True, slots=True)
class Table:
    """The whole of ``patterns/claims.json``, compiled."""

    rules: tuple[Rule, ...]
    own: re.Pattern[str]
    formal: re.Pattern[str]
    hedges: re.Pattern[str]
    negative: re.Pattern[str]
    double: re.Pattern[str]


def _raw() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "patterns" / "claims.json").read_text("utf-8"))
    return found


def rows() -> list[dict[str, Any]]:
    """The rows of the table as they stand in the file, with example, counter-example, precision and count."""
    return list(_raw()["rules"])


@lru_cache(maxsize=1)
def table() -> Table:
    """The rules and cue words, read once."""
    raw = _raw()
    cues = {k: re.compile(raw[k], re.IGNORECASE) for k in ("own", "formal", "hedges", "negative", "double")}
    return Table(rules=tuple(_rule(r) for r in raw["rules"]), **cues)


def _rule(row: dict[str, Any]) -> Rule:
    kind = next((t for t in CLAIM_TYPES if t == row["type"]), None)
    return Rule(
        id=str(row["id"]),
        type=kind,
        pattern=re.compile(str(row["pattern"]), re.IGNORECASE),
        when=str(row["when"]),
        number=bool(row.get("number")),
        formal=bool(row.get("formal")),
        precision=confidence(row),
    )


def is_formal(text: str, least: int = 2) -> bool:
    """Whether an abstract argues by proof and derivation: ``least`` or more different words of mathematics stand in it.

    >>> is_formal("We show that the scores rise.")
    False
    """
    return len({m.casefold() for m in table().formal.findall(text)}) >= least


def find(document: Document, entities: tuple[Entity, ...]) -> tuple[Claim, ...]:
    """The claims of an abstract in the order of the text, one sentence each, none from the title."""
    named = named_in(document, entities)
    own = own_proposal(document, entities)
    own_data = own_proposal(document, entities, data=True)
    sentences = [s for s in document.sentences if s.field == "text"]
    context = scene.Context(document, entities, own, own_data)
    found: list[Claim] = []
    spoken = False
    formal = is_formal(document.paper.abstract)
    for sentence in sentences:
        words = " ".join(document.words_of(sentence).split())
        spoken = spoken or bool(table().own.search(words))
        numbers = results.find(context, sentence, named[sentence])
        rule = decide(words, spoken=spoken, number=bool(numbers), formal=formal)
        if rule.type:
            found.append(_claim(document, sentence, rule, named[sentence], own, own_data, numbers))
    return tuple(found)


def decide(words: str, *, spoken: bool, number: bool, formal: bool = False) -> Rule:
    """The first rule of the table that holds for a sentence (white space as single blanks).

    ``spoken`` says whether the authors have begun to speak of their own work, ``number`` whether an outcome is given,
    ``formal`` whether the abstract is mathematical.

    >>> decide("We propose a new decoder.", spoken=True, number=False).type
    'contribution'
    >>> decide("Video models are widely used.", spoken=False, number=False).type
    """
    for rule in table().rules:
        if rule.when != "any" and (rule.when == "after") != spoken:
            continue
        if (number or not rule.number) and (formal or not rule.formal) and rule.pattern.search(words):
            return rule
    raise AssertionError("the last two rules of claims.json hold for every sentence")


def _claim(
    document: Document,
    sentence: Sentence,
    rule: Rule,
    named: tuple[Named, ...],
    own: Entity | None,
    own_data: Entity | None,
    numbers: tuple[Result, ...],
) -> Claim:
    assert rule.type is not None  # noqa: S101 - the caller has asked
    words = document.words_of(sentence)
    return Claim(
        field="text",
        start=sentence.start,
        end=sentence.end,
        type=rule.type,
        subject=_subject(rule, words, sentence, named, own, own_data),
        hedged=bool(table().hedges.search(words)),
        polarity=polarity(words),
        results=numbers,
        confidence=rule.precision,
        rules=(rule.id,),
    )


def _subject(
    rule: Rule, words: str, sentence: Sentence, named: tuple[Named, ...], own: Entity | None, own_data: Entity | None
) -> str | None:
    """What a claim is about: a contribution is about something new; code and data without a name are the paper's."""
    if rule.type == "contribution":
        about = subject_of(words, sentence.start, named, own, own_data)
        return about or (own.name if own else None)
    if rule.type != "resource":
        return subject_of(words, sentence.start, named, own, own_data)
    address = words.find("http")
    plain = [n for n in named if address < 0 or n.start < sentence.start + address]
    return next((n.entity.name for n in plain if n.entity.role == "proposed"), "paper")


def polarity(words: str) -> Polarity:
    """Whether a sentence denies something of its subject.

    >>> polarity("It does not help."), polarity("It not only helps but heals.")
    ('negative', 'positive')
    """
    denied = table().negative.search(table().double.sub(" ", words))
    return "negative" if denied else "positive"
