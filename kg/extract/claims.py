"""Which sentences of an abstract claim something, and what kind of claim each is.

Two things judge a sentence. The rules of ``patterns/claims.json``, in the order of the annotation guide: the first that
holds says its type. And a linear model (``model/claims.tsv``, learned by :mod:`kg.train.claims`) that reads the words,
the place and the rules of the sentence and its neighbours (:mod:`kg.extract.wording`) and gives the chance of each
type: the likeliest is the sentence's, and its chance is the claim's confidence. A claim names the rule that says its
type, else ``claim.words``.

F1 of the type, by what the model has learned from (208 abstracts annotated by people, 1,993 of other fields whose
sentences a language model has labelled, 3,159 with the chances of a transformer that learned from the 208):

    rules alone 0.723; the 208 0.750; and the 1,993 0.782; in smaller steps 0.800; and the 3,159 0.803; and by classes
    of words 0.810

on the 170 development abstracts. Over five folds of the 208 the last four are 0.886, 0.900, 0.901 and 0.901, over five
folds of the 1,993 they are 0.852, 0.861, 0.863 and 0.868; the transformer has seen the 208, so 0.901 is too good.
Claims found on the 170: 0.930 by the rules, 0.942 now.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from pathlib import Path
from typing import Any

from kg.extract import about, linear, offers, results, scene
from kg.extract.caseless import Caseless
from kg.extract.document import Document, Sentence
from kg.extract.linear import Linear
from kg.extract.measured import confidence
from kg.extract.subjects import Named, named_in, own_proposal
from kg.extract.wording import Told, Zone, features, words_of
from kg.model import CLAIM_TYPES, Claim, ClaimType, Entity, Polarity, Result

MODEL = Path(__file__).parent / "model" / "claims.tsv"
# What explains a claim whose type no rule says.
BY_WORDS = "claim.words"
# The class of the sentences that claim nothing.
NONE = "none"
# The first letters of a word by which rules are looked up.
_START = 4


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table; ``type`` is None where the rule says that a sentence claims nothing.

    A sentence without a word that begins with one of ``starts`` cannot match ``pattern``; without ``starts`` any can.
    """

    id: str
    type: ClaimType | None
    pattern: Caseless
    when: str
    number: bool
    formal: bool
    starts: frozenset[str]
    precision: float

    def fits(self, spoken: bool, number: bool, formal: bool) -> bool:  # noqa: FBT001 - a case, as one tuple
        """Whether the rule may hold for a sentence of this case."""
        side = self.when == "any" or (self.when == "after") == spoken
        return side and (number or not self.number) and (formal or not self.formal)


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that say one thing, and their first letters."""

    pattern: Caseless
    starts: frozenset[str]

    def may_hold(self, starts: frozenset[str]) -> bool:
        """Whether a sentence whose words have these first letters can have one of the words."""
        return not self.starts.isdisjoint(starts)

    def holds(self, words: str, starts: frozenset[str]) -> bool:
        """Whether a sentence, whose words have these first letters, has one of the words."""
        return self.may_hold(starts) and bool(self.pattern.search(words))


@dataclass(frozen=True)
class Table:
    """The whole of ``patterns/claims.json``, compiled."""

    rules: tuple[Rule, ...]
    own: Caseless
    own_starts: frozenset[str]
    formal: frozenset[str]
    hedges: Cue
    negative: Cue
    double: re.Pattern[str]

    @cached_property
    def by_case(self) -> dict[tuple[bool, bool, bool], tuple[Rule, ...]]:
        """The rules to try, in order, by whether the authors have spoken, a number is given, the abstract is formal."""
        both = (False, True)
        return {(s, n, f): tuple(r for r in self.rules if r.fits(s, n, f)) for s, n, f in product(both, both, both)}


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence with white space as single blanks, what it names and reports, its rule, and what the model sees."""

    sentence: Sentence
    words: str
    named: tuple[Named, ...]
    numbers: tuple[Result, ...]
    starts: frozenset[str]
    rule: Rule
    told: Told


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
    patterns = {k: Caseless(raw[k]) for k in ("own", "hedges", "negative")}
    return Table(
        rules=tuple(_rule(r) for r in raw["rules"]),
        own=patterns["own"],
        own_starts=frozenset(raw["starts"]["own"]),
        formal=frozenset(raw["formal"]),
        hedges=Cue(patterns["hedges"], frozenset(raw["starts"]["hedges"])),
        negative=Cue(patterns["negative"], frozenset(raw["starts"]["negative"])),
        double=re.compile(raw["double"], re.IGNORECASE),
    )


def _rule(row: dict[str, Any]) -> Rule:
    kind = next((t for t in CLAIM_TYPES if t == row["type"]), None)
    return Rule(
        id=str(row["id"]),
        type=kind,
        pattern=Caseless(str(row["pattern"])),
        when=str(row["when"]),
        number=bool(row.get("number")),
        formal=bool(row.get("formal")),
        starts=frozenset(row.get("starts", ())),
        precision=confidence(row),
    )


def starts_of(words: Sequence[str]) -> frozenset[str]:
    """The first four letters of each word."""
    return frozenset([word[:_START] for word in words])


def is_formal(text: str, least: int = 2) -> bool:
    """Whether an abstract argues by proof and derivation: ``least`` or more different words of mathematics stand in it.

    >>> is_formal("We show that the scores rise.")
    False
    """
    return _is_formal(words_of(text), least)


def _is_formal(words: Iterable[str], least: int = 2) -> bool:
    return len(table().formal.intersection(words)) >= least


def find(
    document: Document, entities: tuple[Entity, ...], offered: Mapping[str, offers.Places] = offers.NOTHING
) -> tuple[Claim, ...]:
    """The claims of an abstract in the order of the text, one sentence each, none from the title.

    ``offered`` is what may fill the slots of results beside the entities.
    """
    sentences, formal = read(document, entities, offered)
    own, own_data = own_proposal(document, entities), own_proposal(document, entities, data=True)
    cast = about.cast_of(entities, own, own_data)
    told = [r.told for r in sentences]
    model = linear.load(MODEL)
    found: list[Claim] = []
    before: str | None = ""
    for index, sentence in enumerate(sentences):
        kind, chance = likeliest(model, features(told, index, formal=formal), number=bool(sentence.numbers))
        if kind:
            words = document.words_of(sentence.sentence)
            said = about.Said(words, sentence.told.words, sentence.sentence.start, kind, sentence.named)
            before = about.subject(cast, said, before)
            found.append(_claim(sentence, words, kind, chance, before))
    return tuple(found)


def read(
    document: Document, entities: tuple[Entity, ...], offered: Mapping[str, offers.Places] = offers.NOTHING
) -> tuple[list[Read], bool]:
    """The sentences of an abstract with all that they are judged by, and whether it argues by proof."""
    own, own_data = own_proposal(document, entities), own_proposal(document, entities, data=True)
    context = scene.Context(document, entities, own, own_data, offered)
    named = named_in(document, entities)
    sentences = [s for s in document.sentences if s.field == "text"]
    tokens = [words_of(document.words_of(s)) for s in sentences]
    formal = _is_formal(word for words in tokens for word in words)
    found: list[Read] = []
    zone: Zone = "before"
    for sentence, words in zip(sentences, tokens, strict=True):
        text = " ".join(document.words_of(sentence).split())
        starts = starts_of(words)
        if zone != "before":
            zone = "after"
        elif not table().own_starts.isdisjoint(starts) and table().own.search(text):
            zone = "first"
        numbers = results.find(context, sentence, named[sentence])
        rule = _first_rule(text, starts, spoken=zone != "before", number=bool(numbers), formal=formal)
        told = Told(words, zone, bool(numbers), rule.id)
        found.append(Read(sentence, text, named[sentence], numbers, starts, rule, told))
    return found, formal


def likeliest(model: Linear, names: Sequence[str], *, number: bool) -> tuple[ClaimType | None, float]:
    """The likeliest type of a sentence with these features, None for no claim, and its chance.

    A sentence with an outcome ``number`` always claims something.
    """
    chances = model.chances(names)
    pairs = [(c, -i) for i, c in enumerate(chances) if not (number and model.classes[i] == NONE)]
    chance, place = max(pairs)
    kind = next((t for t in CLAIM_TYPES if t == model.classes[-place]), None)
    return kind, round(chance, 3)


def decide(words: str, *, spoken: bool, number: bool, formal: bool = False) -> Rule:
    """The first rule of the table that holds for a sentence (white space as single blanks).

    ``spoken`` says whether the authors have begun to speak of their own work, ``number`` whether an outcome is given,
    ``formal`` whether the abstract is mathematical.

    >>> decide("We propose a new decoder.", spoken=True, number=False).type
    'contribution'
    >>> decide("Video models are widely used.", spoken=False, number=False).type
    """
    return _first_rule(words, starts_of(words_of(words)), spoken=spoken, number=number, formal=formal)


def _first_rule(words: str, starts: frozenset[str], *, spoken: bool, number: bool, formal: bool) -> Rule:
    for rule in table().by_case[spoken, number, formal]:
        if not (rule.starts and rule.starts.isdisjoint(starts)) and rule.pattern.search(words):
            return rule
    raise AssertionError("the last two rules of claims.json hold for every sentence")


def _claim(read: Read, words: str, kind: ClaimType, chance: float, subject: str | None) -> Claim:
    return Claim(
        field="text",
        start=read.sentence.start,
        end=read.sentence.end,
        type=kind,
        subject=subject,
        hedged=table().hedges.holds(words, read.starts),
        polarity=polarity(words) if table().negative.may_hold(read.starts) else "positive",
        results=read.numbers,
        confidence=chance,
        rules=(read.rule.id,) if read.rule.type == kind else (BY_WORDS,),
    )


def polarity(words: str) -> Polarity:
    """Whether a sentence denies something of its subject.

    >>> polarity("It does not help."), polarity("It not only helps but heals.")
    ('negative', 'positive')
    """
    negative = table().negative.pattern
    denied = negative.search(words) and negative.search(table().double.sub(" ", words))
    return "negative" if denied else "positive"
