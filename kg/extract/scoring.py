"""How likely a candidate is an entity, and of which type: a linear model over features with readable names.

The weights are a table (``lexicon/weights.tsv``), learned from annotated abstracts by :mod:`kg.extract.lexicon.fit`.
A feature is a word of the candidate, its shape, a word beside it, a rule that holds, or an entry of the lexicon.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import add

from kg.extract import candidates, known, lists, rules
from kg.extract.candidates import Candidate, key_of
from kg.extract.document import Document
from kg.extract.lexicon import tables
from kg.model import ENTITY_TYPES, FieldName

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?\s?%|\d+\.\d+|(?<![\w.])\d+(?:\.\d+)?\s?(?:x|×|times|points)\b")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]|[A-Z]{2}|[A-Z]\d|\d[A-Z]")
_SPLIT = re.compile(r"[-–‐‑/_ ]")
BIAS = "bias"
# Candidates below this chance are not looked at again.
FAINT = 0.1
# Nor are the surroundings of those whose string alone has less than this: it halves the time, and of 1,000 names
# about one is lost.
GLANCE = 0.03
_FAR_LESS = math.log(GLANCE / len(ENTITY_TYPES))
# What says that data stand here.
DATA_MARKS = frozenset(
    ["rule=score-on", "rule=tested-on", "rule=on-first", "rule=named-set", "listed=Dataset", "listed=Benchmark"]
)
# The lexicon's entry for what it does not list.
ABSENT = ("absent",)


@dataclass(frozen=True, slots=True)
class Setting:
    """What the features of all candidates of one paper look at."""

    keys: frozenset[str]
    long_of: Mapping[str, str]
    short_of: Mapping[str, str]
    numbers: Mapping[tuple[FieldName, int], bool]
    sentence_starts: Mapping[FieldName, list[int]]
    cues: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]]
    marks: Mapping[tuple[FieldName, int], list[str]]


def setting_of(
    document: Document, found: Mapping[str, Candidate], names: Mapping[str, tuple[str, ...]] | None = None
) -> Setting:
    """The surroundings of a paper's candidates, with another lexicon of names if one is given."""
    pairs = candidates.pairs(document)
    starts: dict[FieldName, list[int]] = {"title": [], "text": []}
    numbers: dict[tuple[FieldName, int], bool] = {}
    for sentence in document.sentences:
        starts[sentence.field].append(sentence.start)
        words = document.words_of(sentence)
        numbers[(sentence.field, sentence.start)] = bool(_NUMBER.search(words))
    whole = f"{document.paper.title or ''} {document.paper.abstract}".lower()
    return Setting(
        frozenset(found),
        {key_of(tuple(s.split())): key_of(tuple(x.split())) for s, x in pairs},
        {key_of(tuple(x.split())): s for s, x in pairs},
        numbers,
        starts,
        tuple(cue for cue in ("benchmark", "dataset", "survey", "theor") if cue in whole),
        tables().names if names is None else names,
        _marks(document),
    )


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


@lru_cache(maxsize=1 << 15)
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
def edge_of(word: str) -> str:
    """What kind of word stands at the edge of a candidate: ``sign``, ``common`` (in no name), or ``open``."""
    if not any(c.isalnum() for c in word):
        return "sign"
    return "common" if word in tables().outside else "open"


@lru_cache(maxsize=1 << 14)
def class_of(word: str) -> tuple[str, ...]:
    """The fine and the coarse class of a word in lower case; a rare word has that of its singular, or of its look."""
    classes = tables().classes
    found = classes.get(word) or classes.get(word.removesuffix("s"))
    return found or (("0", "0") if word[:1].isdigit() else (f"rare {word[-2:]}", "rare"))


def features(candidate: Candidate, setting: Setting) -> list[str]:
    """The features of a candidate in its paper, each once."""
    entries = setting.names.get(candidate.key, ABSENT)
    return [*_of_string(candidate.words, candidate.key, entries), *_of_places(candidate, setting)]


def _of_string(spelled: tuple[str, ...], key: str, entries: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys((*_inner(spelled, key), *(f"lexicon={entry}" for entry in entries))))


def _of_places(candidate: Candidate, setting: Setting) -> list[str]:
    found = [*_around(candidate, setting), *_paper(candidate, setting)]
    for place in candidate.places[:6]:
        if marked := setting.marks.get((place.field, place.start)):
            shape = shape_of(candidate.words)
            found += marked + [f"{mark} {shape}" for mark in marked]
    return list(dict.fromkeys(found + [f"rule={rule}" for rule in rules.fired(candidate)]))


def _inner(spelled: tuple[str, ...], key: str) -> tuple[str, ...]:
    """The features of the string alone."""
    words = key.split()
    shape = shape_of(spelled)
    parts = _SPLIT.split(key)
    found = [
        BIAS,
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
    return (*found, *(f"in={word}" for word in words[1:-1]))


def _around(candidate: Candidate, setting: Setting) -> Iterable[str]:
    for place in candidate.places[:6]:
        before = place.before[0] if place.before else "^"
        after = place.after[0] if place.after else "$"
        yield f"before={before}"
        yield f"after={after}"
        yield f"edges={edge_of(before)} {edge_of(after)}"
        left, right = class_of(before), class_of(after)
        yield f"class before={left[0]}"
        yield f"class after={right[0]}"
        yield f"kinds around={left[1]} {right[1]}"
        if len(place.before) > 1:
            yield f"before2={place.before[1]} {before}"
        if len(place.after) > 1:
            yield f"after2={after} {place.after[1]}"
        starts = setting.sentence_starts[place.field]
        index = bisect_right(starts, place.start) - 1
        if index >= 0 and setting.numbers.get((place.field, starts[index])):
            yield "number"
            yield f"number last={candidate.key.split()[-1]}"


def _paper(candidate: Candidate, setting: Setting) -> Iterable[str]:
    places = candidate.places
    yield f"count={min(len(places), 4)}"
    if places[0].field == "title":
        yield "title"
        yield f"title {'only' if places[-1].field == 'title' else 'too'}"
    key = candidate.key
    if key in setting.long_of:
        yield "short"
        yield f"long last={setting.long_of[key].split()[-1]}"
    if key in setting.short_of:
        yield "long"
    shape = shape_of(candidate.words)
    for cue in setting.cues:
        yield f"cue={cue} {shape}"
    words = key.split()
    if len(words) > 1:
        if any(" ".join(words[i:]) in setting.short_of for i in range(1, len(words))):
            yield "ends long"
        if words[-1] in setting.long_of:
            yield "ends short"
        if words[0] in setting.long_of:
            yield "begins short"


def sums_of(names: Iterable[str], weights: Mapping[str, tuple[float, ...]]) -> tuple[float, ...]:
    """The sum of the weights of the features for each type."""
    rows = [row for name in names if (row := weights.get(name))]
    return tuple(map(sum, zip(*rows, strict=True))) or (0.0,) * len(ENTITY_TYPES)


def chances_of(sums: Iterable[float]) -> tuple[float, ...]:
    """The probability of each type, in the order of ENTITY_TYPES; what is missing to 1 is that of no entity.

    >>> chances_of((0.0, 0.0, 0.0))
    (0.25, 0.25, 0.25)
    """
    kept = tuple(sums)
    top = max(0.0, *kept)
    powers = [math.exp(s - top) for s in kept]
    total = math.exp(-top) + sum(powers)
    return tuple([power / total for power in powers])


def probabilities(names: Iterable[str], weights: Mapping[str, tuple[float, ...]]) -> tuple[float, ...]:
    """The probability of each type for a candidate with these features."""
    return chances_of(sums_of(names, weights))


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with the probability of each type (in the order of ENTITY_TYPES) and the rules that hold for it."""

    candidate: Candidate
    chances: tuple[float, ...]
    rules: tuple[str, ...]


def judge(document: Document) -> list[Scored]:
    """All candidates of a paper that the model gives a chance of more than one in ten, in reading order."""
    weights = tables().weights
    found = candidates.find(document)
    setting = setting_of(document, found)
    judged = []
    for candidate in found.values():
        alone = _at_a_glance(candidate.words, candidate.key)
        if _is_faint(alone) and known.type_of(candidate.words, candidate.key) == known.NONE:
            continue
        names = _of_places(candidate, setting)
        chances = chances_of(map(add, alone, sums_of(names, weights)))
        marked = not DATA_MARKS.isdisjoint(names)
        chances = known.at_least(chances, candidate.words, candidate.key, marked=marked)
        if sum(chances) > FAINT:
            fired = tuple(n.removeprefix("rule=") for n in names if n.startswith("rule="))
            judged.append(Scored(candidate, chances, fired))
    return judged


def _is_faint(alone: tuple[float, ...]) -> bool:
    """Whether the string alone has less than the least chance; most have, and far less."""
    return max(alone) < _FAR_LESS or sum(chances_of(alone)) < GLANCE


@lru_cache(maxsize=1 << 15)
def _at_a_glance(spelled: tuple[str, ...], key: str) -> tuple[float, ...]:
    """The sums of the weights for the string alone, without its surroundings; the same strings come often."""
    return sums_of(_of_string(spelled, key, tables().names.get(key, ABSENT)), tables().weights)
