"""How likely a candidate is an entity, and of which type: a linear model over features with readable names.

The weights are a table (``model/entities.tsv``), learned from annotated abstracts by :mod:`kg.train.entities`. A
feature is what the tagger says in steps of its log-odds, a word of the candidate, its shape, a word beside it, a rule
that holds, or the type of a well-known name.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from operator import add
from pathlib import Path
from typing import TypeAlias

from kg.extract import candidates, known, linear, lists, rules
from kg.extract.candidates import Candidate, key_of
from kg.extract.document import Document
from kg.extract.lexicon import tables
from kg.model import ENTITY_TYPES, FieldName

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?\s?%|\d+\.\d+|(?<![\w.])\d+(?:\.\d+)?\s?(?:x|×|times|points)\b")
_DIGIT = re.compile(r"\d")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]|[A-Z]{2}|[A-Z]\d|\d[A-Z]")
_SPLIT = re.compile(r"[-–‐‑/_ ]")
PLACE = Path(__file__).parent / "model" / "entities.tsv"
# Candidates below this chance are not looked at again.
FAINT = 0.1
# Nor are those looked at, well-known names apart, that the tagger gives less than this at every place: F1 of entities
# is the same, and judging takes half the time.
GLANCE = 0.1
# What says that data stand here.
DATA_MARKS = frozenset(
    ["rule=score-on", "rule=tested-on", "rule=on-first", "rule=named-set", "listed=Dataset", "listed=Benchmark"]
)

# Field, start and end.
Span: TypeAlias = tuple[FieldName, int, int]


@dataclass(frozen=True, slots=True)
class Setting:
    """What the features of all candidates of one paper look at."""

    long_of: Mapping[str, str]
    short_of: Mapping[str, str]
    numbers: Mapping[tuple[FieldName, int], bool]
    sentence_starts: Mapping[FieldName, list[int]]
    cues: tuple[str, ...]
    marks: Mapping[tuple[FieldName, int], list[str]]
    rivals: Mapping[Span, float]


def setting_of(document: Document, found: Mapping[str, Candidate]) -> Setting:
    """The surroundings of a paper's candidates."""
    pairs = candidates.pairs(document)
    starts: dict[FieldName, list[int]] = {"title": [], "text": []}
    numbers: dict[tuple[FieldName, int], bool] = {}
    for sentence in document.sentences:
        starts[sentence.field].append(sentence.start)
        words = document.words_of(sentence)
        numbers[(sentence.field, sentence.start)] = bool(_DIGIT.search(words) and _NUMBER.search(words))
    whole = f"{document.paper.title or ''} {document.paper.abstract}".lower()
    return Setting(
        {key_of(tuple(s.split())): key_of(tuple(x.split())) for s, x in pairs},
        {key_of(tuple(x.split())): s for s, x in pairs},
        numbers,
        starts,
        tuple(cue for cue in ("benchmark", "dataset", "survey", "theor") if cue in whole),
        _marks(document),
        _rivals(found.values()),
    )


def _rivals(found: Iterable[Candidate]) -> dict[Span, float]:
    """For each place the best chance of the other candidates that overlap it there."""
    places = sorted([(*p[:3], sum(said)) for c in found for p, said in zip(c.places, c.said, strict=True)])
    best: dict[Span, float] = {}
    for number, (field, start, end, chance) in enumerate(places, 1):
        here = (field, start, end)
        for other, its_start, its_end, its in islice(places, number, None):
            if its_start >= end or other != field:
                break
            there = (other, its_start, its_end)
            if its > best.get(here, 0.0):
                best[here] = its
            if chance > best.get(there, 0.0):
                best[there] = chance
    return best


def _marks(document: Document) -> dict[tuple[FieldName, int], list[str]]:
    """The features of a candidate that begins at a place: rules that read the text, and the lists it stands in."""
    found: dict[tuple[FieldName, int], list[str]] = {}
    fields: tuple[FieldName, FieldName] = ("title", "text")
    for name in fields:
        text = document.paper.text_of(name)
        marks = rules.marks(text)
        for start, ids in marks.items():
            found[(name, start)] = [f"rule={rule}" for rule in ids]
        for start, said in lists.told(text, marks).items():
            found.setdefault((name, start), []).extend(said)
    return found


@lru_cache(maxsize=known.FEW)
def shape_of(words: tuple[str, ...]) -> str:
    """A short code of the look of a candidate: ``name`` has inner capitals or digits, ``Title``, ``low``, ``mixed``."""
    marked = sum(bool(_INNER_CAPITAL.search(w)) for w in words)
    if marked:
        return "name" if len(words) == 1 else "names" if marked == len(words) else "part"
    capital = sum(w[0].isupper() for w in words)
    if any(any(c.isdigit() for c in w) for w in words):
        return "digit"
    return "low" if not capital else "Title" if capital == len(words) else "mixed"


@lru_cache(maxsize=1 << 14)
def class_of(word: str) -> tuple[str, ...]:
    """The fine and the coarse class of a word in lower case; a rare word has that of its singular, or of its look."""
    classes = tables().classes
    found = classes.get(word) or classes.get(word.removesuffix("s"))
    return found or (("0", "0") if word[:1].isdigit() else (f"rare {word[-2:]}", "rare"))


def features(candidate: Candidate, setting: Setting) -> list[str]:
    """The features of a candidate in its paper, each once."""
    return [*_inner(candidate.words, candidate.key), *_of_places(candidate, setting), *_marked(candidate, setting)]


def _of_places(candidate: Candidate, setting: Setting) -> list[str]:
    shape = shape_of(candidate.words)
    found = _said(candidate, setting, shape)
    found += _around(candidate, setting)
    found += _paper(candidate, setting, shape)
    return list(dict.fromkeys(found))


def _marked(candidate: Candidate, setting: Setting) -> list[str]:
    """The rules that hold for a candidate, and what the lists say that it stands in."""
    found: list[str] = []
    for place in candidate.places[:6]:
        if marked := setting.marks.get((place.field, place.start)):
            shape = shape_of(candidate.words)
            found += marked
            found += [f"{mark} {shape}" for mark in marked]
    found += [f"rule={rule}" for rule in rules.fired(candidate)]
    return list(dict.fromkeys(found))


def _said(candidate: Candidate, setting: Setting, shape: str) -> list[str]:
    """What the tagger says of the candidate, in steps: of its best place, on average, and of what overlaps it."""
    best = max(candidate.said, key=sum)
    total = sum(best)
    size = min(len(candidate.words), 3)
    top = ENTITY_TYPES[best.index(max(best))] if total else "none"
    level = step_of(total)
    mean = step_of(sum(map(sum, candidate.said)) / len(candidate.said))
    rival = step_of(max([setting.rivals.get(p[:3], 0.0) for p in candidate.places]))
    found = [*_level(level, shape, size), *_mean(mean, min(len(candidate.places), 3)), *_rival(rival, level)]
    if total > 0:
        found += [tags[step_of(chance / total)] for tags, chance in zip(_TAGS, best, strict=True)]
    found.append(f"tag top={top} {level}")
    return found


# For each type and step; the steps below 0 are the last ones.
_TAGS = tuple([f"tag {kind}={step}" for step in (*range(7), *range(-6, 0))] for kind in ENTITY_TYPES)


@lru_cache(maxsize=1024)
def _level(level: int, shape: str, size: int) -> tuple[str, ...]:
    return f"tag={level}", f"tag={level} {shape}", f"tag={level} {size}"


@lru_cache(maxsize=1024)
def _mean(mean: int, count: int) -> tuple[str, ...]:
    return f"tag mean={mean}", f"tag mean={mean} {count}"


@lru_cache(maxsize=1024)
def _rival(rival: int, level: int) -> tuple[str, ...]:
    return f"rival={rival}", f"rival={rival} {level}"


def step_of(chance: float) -> int:
    """A probability in steps of its log-odds, from -6 to 6.

    >>> [step_of(p) for p in (0.0, 0.1, 0.5, 0.9, 1.0)]
    [-6, -3, 0, 3, 6]
    """
    return bisect_right(_steps(), chance) - 6


def exact_step_of(chance: float) -> int:
    """The same by its definition, which takes four times as long."""
    inner = min(max(chance, 1e-6), 1 - 1e-6)
    return max(-6, min(6, round(1.4 * math.log(inner / (1 - inner)))))


@lru_cache(maxsize=1)
def _steps() -> list[float]:
    """The least probability of each step but the lowest."""
    return [_least(step) for step in range(-5, 7)]


def _least(step: int) -> float:
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        low, high = (low, middle) if exact_step_of(middle) >= step else (middle, high)
    return high


def _inner(spelled: tuple[str, ...], key: str) -> tuple[str, ...]:
    """The features of the string alone."""
    words = key.split()
    shape = shape_of(spelled)
    parts = _SPLIT.split(key)
    found = [
        linear.BIAS,
        f"known={known.type_of(spelled, key)}",
        f"key={key}",
        f"first={words[0]}",
        f"last={words[-1]}",
        f"part={parts[-1]}",
        f"first part={parts[0]}",
        f"words={min(len(words), 5)}",
        f"shape={shape}",
        f"shape={shape} {min(len(words), 3)}",
        f"tail={parts[-1][-3:]}",
        f"head tail={parts[0][-3:]}",
    ]
    last, first = class_of(parts[-1]), class_of(parts[0])
    size = min(len(words), 3)
    found += [f"class last={last[0]}", f"kind last={last[1]} {size}", f"kind last={last[1]} {shape}"]
    found += [f"class first={first[0]}", f"kind first={first[1]} {size}"]
    if len(parts) > 1:
        found += [f"kinds={first[1]} {last[1]}", f"kinds end={class_of(parts[-2])[1]} {last[1]}"]
        found += [f"class in={class_of(part)[0]}" for part in parts[1:-1]]
    if len(words) > 1:
        found += [f"ends={words[-2]} {words[-1]}", f"begins={words[0]} {words[1]}"]
    if shape in {"low", "Title", "mixed"}:
        found.append(f"tail low={parts[-1][-4:]} {min(len(words), 2)}")
    found += [f"in={word}" for word in words[1:-1]]
    return tuple(found)


@lru_cache(maxsize=1 << 14)
def _beside(side: str, word: str) -> tuple[str, str, str]:
    """The features of a word ``before`` or ``after`` a candidate, and its coarse class."""
    fine, coarse = class_of(word)
    return f"{side}={word}", f"class {side}={fine}", coarse


def _around(candidate: Candidate, setting: Setting) -> list[str]:
    found: list[str] = []
    for field, start, _, before, after in candidate.places[:6]:
        left, fine_left, coarse_left = _beside("before", before[0] if before else "^")
        right, fine_right, coarse_right = _beside("after", after[0] if after else "$")
        found += (left, right, fine_left, fine_right, f"kinds around={coarse_left} {coarse_right}")
        if len(before) > 1:
            found.append(f"before2={before[1]} {before[0]}")
        if len(after) > 1:
            found.append(f"after2={after[0]} {after[1]}")
        starts = setting.sentence_starts[field]
        index = bisect_right(starts, start) - 1
        if index >= 0 and setting.numbers.get((field, starts[index])):
            found += ("number", f"number last={candidate.key.split()[-1]}")
    return found


def _paper(candidate: Candidate, setting: Setting, shape: str) -> list[str]:
    places = candidate.places
    found = [f"count={min(len(places), 4)}"]
    if places[0].field == "title":
        found += ("title", f"title {'only' if places[-1].field == 'title' else 'too'}")
    key = candidate.key
    if key in setting.long_of:
        found += ("short", f"long last={setting.long_of[key].split()[-1]}")
    if key in setting.short_of:
        found.append("long")
    found += [f"cue={cue} {shape}" for cue in setting.cues]
    words = key.split()
    if setting.long_of and len(words) > 1:
        if any(" ".join(words[i:]) in setting.short_of for i in range(1, len(words))):
            found.append("ends long")
        if words[-1] in setting.long_of:
            found.append("ends short")
        if words[0] in setting.long_of:
            found.append("begins short")
    return found


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with the probability of each type (in the order of ENTITY_TYPES) and the rules that hold for it."""

    candidate: Candidate
    chances: tuple[float, ...]
    rules: tuple[str, ...]


@lru_cache(maxsize=1 << 15)
def _alone(spelled: tuple[str, ...], key: str) -> tuple[float, ...]:
    """The sums of the weights for the string alone; the same strings come often."""
    return linear.load(PLACE).sums(_inner(spelled, key))


def _is_listed(candidate: Candidate) -> bool:
    """Whether a candidate is a well-known name."""
    return known.type_of(candidate.words, candidate.key) != known.NONE


def judge(document: Document, other: linear.Linear | None = None) -> list[Scored]:
    """All candidates of a paper that the model gives a chance of more than one in ten, in reading order.

    ``other`` is a model in the place of that in use.
    """
    model = other or linear.load(PLACE)
    found = candidates.find(document)
    setting = setting_of(document, found)
    judged = []
    for candidate in found.values():
        if max(map(sum, candidate.said)) < GLANCE and not _is_listed(candidate):
            continue
        marks = _marked(candidate, setting)
        marked = not DATA_MARKS.isdisjoint(marks)
        alone = other.sums(_inner(candidate.words, candidate.key)) if other else _alone(candidate.words, candidate.key)
        sums = map(add, alone, model.sums(_of_places(candidate, setting) + marks))
        sure = linear.softmax(sums)[: len(ENTITY_TYPES)]
        chances = known.at_least(sure, candidate.words, candidate.key, marked=marked)
        if sum(chances) > FAINT:
            fired = tuple(n.removeprefix("rule=") for n in marks if n.startswith("rule="))
            judged.append(Scored(candidate, chances, fired))
    return judged
