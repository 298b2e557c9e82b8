"""The numbers that an abstract reports, each with what was measured, on what, whose it is and against whom.

Form comes from :mod:`kg.extract.values`, measures from :mod:`kg.metrics`. Rules (:mod:`kg.extract.judging`,
:mod:`kg.extract.slots`, :mod:`kg.extract.holders`) propose, and six linear models decide: whether a number is an
outcome (or a count, a size, a year, a setting), its kind, and which option fills each of its four slots
(:mod:`kg.extract.ranking`). A slot that neither the sentence nor its neighbours name stays None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kg import metrics
from kg.extract import judging, outcomes, ranking, values
from kg.extract.document import Sentence
from kg.extract.linear import Linear, load
from kg.extract.outcomes import Words
from kg.extract.ranking import Choice
from kg.extract.scene import Context, Measure, Scene
from kg.extract.subjects import Named
from kg.extract.values import Value
from kg.extract.weights import chosen
from kg.model import Direction, Kind, Result

# Not in "9% of the time", nor in "it scores 49%".
_NO_MEASURE = re.compile(r"of the time\W|\bscores?\s\d|\bspeeds?\sup")
_NUMBER_AHEAD = re.compile(r"\d[\d.,]{0,12}%?\s(?=\S)")
_NUMBERS = re.compile(r"\d|twice|thrice|fold|times")
# Measures whose names are also said of much else.
_VAGUE = frozenset(
    {
        *("score", "loss", "robustness", "consistency", "agreement", "coverage", "efficiency", "bandwidth", "lifetime"),
        *("preference rate", "survival", "forgetting", "turnover", "incidence", "prevalence", "utilization"),
        "satisfaction",
        *("usability", "modularity", "fidelity", "volatility", "elasticity", "variance", "recurrence rate"),
    }
)
_MOST = 40
# How likely a number has to be an outcome.
LEAST = 0.5
SLOTS = ("metric", "dataset", "method", "comparator")
MODELS = ("outcome", "kind", *SLOTS)
# The rule of a kind that the model gives against the rules.
LEARNED = "result.learned"


class _Kind(NamedTuple):
    kind: Kind
    direction: Direction | None
    rule: str
    chance: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence made ready for judging its numbers: names with offsets of the sentence, tokens, measures, numbers."""

    context: Context
    sentence: Sentence
    text: str
    named: tuple[Named, ...]
    words: Words
    measures: tuple[Measure, ...]
    everything: tuple[Value, ...]

    def said_of(self, index: int, last: Value | None) -> str:
        """What the rules say of a number: an outcome (yes), behind one (``last``) in a list, none (no), never one."""
        value = self.everything[index]
        if judging.is_never(self.text, value):
            return "never"
        if judging.is_outcome(self.text, value, self.measures):
            return "yes"
        return "list" if last and judging.continues(self.text, last, value) else "no"

    def scene(self, kept: tuple[Value, ...], kinds: tuple[Kind, ...]) -> Scene:
        """The sentence with the numbers that are outcomes."""
        return Scene(self.context, self.sentence, self.text, self.named, self.measures, kept, kinds)


@lru_cache(maxsize=1)
def models() -> dict[str, Linear]:
    """The six models of a result, read once: is it an outcome, is it a difference, and which option fills a slot."""
    folder = Path(__file__).parent / "model"
    return {name: load(chosen(folder / f"results_{name}.tsv")) for name in MODELS}


def read(context: Context, sentence: Sentence, named: tuple[Named, ...]) -> Reading | None:
    """The numbers of a sentence with what is needed to judge them; None where it has none outside of names."""
    text = context.document.words_of(sentence)
    if not _NUMBERS.search(text):
        return None
    everything = values.find(text)
    if not everything:
        return None
    local = tuple(Named(n.start - sentence.start, n.end - sentence.start, n.entity) for n in named)
    everything = tuple(v for v in everything if v.unit or not _inside_name(v, local))
    if not everything:
        return None
    return Reading(context, sentence, text, local, outcomes.split(text, local), _measures(text, local), everything)


def find(context: Context, sentence: Sentence, named: tuple[Named, ...]) -> tuple[Result, ...]:
    """The outcome numbers of a sentence in order; ``named`` are the entities that it names.

    Of a sentence with more than 40 outcomes (a table torn out of its paper) the first 40 are given, so that time stays
    linear in the length of the abstract. A result's confidence is how likely its number, kind, metric and dataset are.
    """
    reading = read(context, sentence, named)
    kept = _outcomes(reading) if reading else ()
    if not reading or not kept:
        return ()
    numbers = tuple(v for v, _ in kept)
    kinds = _kinds(reading, numbers)
    scene = reading.scene(numbers, tuple(k.kind for k in kinds))
    filled: dict[str, list[Choice]] = {}
    for slot in SLOTS:
        filled[slot] = _fillings(scene, reading.words, slot, filled.get("method"))
    return tuple(
        _result(scene, i, kind, {slot: these[i] for slot, these in filled.items()}, sure)
        for i, (kind, (_, sure)) in enumerate(zip(kinds, kept, strict=True))
    )


def _fillings(scene: Scene, words: Words, slot: str, owners: Sequence[Choice] | None) -> list[Choice]:
    """What fills a slot of each outcome; the two of "from 71% to 74%" share what they measure and on what.

    ``owners`` are the methods of the outcomes, where they are known already.
    """
    found: list[Choice] = []
    for index in range(len(scene.kept)):
        owner = owners[index].key if owners else None
        found.append(ranking.choose(models()[slot], slot, scene, words, index, owner))
        if slot in ("metric", "dataset") and scene.is_risen(index):
            found[-2:] = [found[-2] if found[-2].name else found[-1]] * 2
    return found


def _outcomes(reading: Reading) -> tuple[tuple[Value, float], ...]:
    """The numbers that are outcomes, each with how likely it is one."""
    kept: list[tuple[Value, float]] = []
    for index, value in enumerate(reading.everything):
        rule = reading.said_of(index, kept[-1][0] if kept else None)
        if rule == "never":
            continue
        sure = models()["outcome"].chances(outcomes.features(reading.words, reading.everything, index, rule))[1]
        if sure >= LEAST:
            kept.append((value, sure))
            if len(kept) == _MOST:
                break
    return tuple(kept)


def _kinds(reading: Reading, kept: tuple[Value, ...]) -> tuple[_Kind, ...]:
    """Kind, direction, rule and chance of each outcome; the rules propose, the model decides."""
    found: list[_Kind] = []
    for index, value in enumerate(kept):
        last = found[-1].kind if found else None
        said, direction, rule = judging.kind_rule(reading.text, kept, index)
        row = outcomes.kind_features(reading.text, reading.words, kept, index, f"{said} {rule}", last)
        level, change = models()["kind"].chances(row)
        kind: Kind = "change" if change > level else "absolute"
        if kind == "change" and not direction:
            begin = kept[index - 1].stop if index else 0
            direction = judging.direction_of(reading.text, value, begin)
        found.append(_Kind(kind, direction, rule if kind == said else LEARNED, max(level, change)))
    return tuple(found)


def _measures(words: str, named: tuple[Named, ...]) -> tuple[Measure, ...]:
    """Entities of type Metric, and names of the registry where no entity stands."""
    found = [_entity_measure(words, n) for n in named if n.entity.type == "Metric"]
    for start, end, info in metrics.find(words):
        if not any(n.start < end and start < n.end for n in named):
            if info.name == "performance" or _NO_MEASURE.search(words[max(0, start - 8) : end + 3]):
                found.append(Measure(start, end, words[start:end], 0))
                continue
            vague = info.name in _VAGUE
            found.append(Measure(start, end, words[start:end], 0.5 if vague else 0.7))
    return tuple(sorted(found, key=lambda m: m.start))


def _entity_measure(words: str, named: Named) -> Measure:
    """A measure that is an entity; a number ahead that was taken for a part of its name is none."""
    number = _NUMBER_AHEAD.match(words, named.start, named.end)
    if number:
        return Measure(number.end(), named.end, words[number.end() : named.end], 1.0)
    return Measure(named.start, named.end, named.entity.name, 1.0)


def _inside_name(value: Value, named: tuple[Named, ...]) -> bool:
    return any(
        n.start < value.end and value.start < n.end and not (n.entity.type == "Metric" and n.start == value.start)
        for n in named
    )


def _result(scene: Scene, index: int, kind: _Kind, filled: Mapping[str, Choice], sure: float) -> Result:
    value, start = scene.kept[index], scene.sentence.start
    metric, dataset, method, comparator = (filled[slot] for slot in SLOTS)
    setting = judging.cues()["settings"].search(scene.words)
    rules = (kind.rule, metric.rule, method.rule, dataset.rule, comparator.rule)
    return Result(
        value=value.written,
        unit=_unit(scene.words, scene.kept, index),
        kind=kind.kind,
        direction=kind.direction if kind.kind == "change" else None,
        metric=metric.name,
        method=method.name,
        dataset=dataset.name,
        comparator=comparator.name if comparator.key != method.key else None,
        qualifier=value.qualifier,
        setting=setting.group() if setting else None,
        start=start + value.start,
        end=start + value.end,
        confidence=round(sure * kind.chance * metric.chance * dataset.chance, 3),
        rules=tuple(r for r in rules if r),
    )


def _unit(words: str, kept: tuple[Value, ...], index: int) -> str:
    """A number's own unit, else the one that closes its list ("12 and 15%")."""
    if kept[index].unit or index + 1 == len(kept) or not kept[index + 1].unit:
        return kept[index].unit
    gap = words[kept[index].stop : kept[index + 1].start]
    return kept[index + 1].unit if len(gap) <= 12 and judging.LIST_GAP.match(gap) else ""
