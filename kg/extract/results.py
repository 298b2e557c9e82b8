"""The numbers that an abstract reports, each with what was measured, on what, whose it is and against whom.

Form comes from :mod:`kg.extract.values`, cue words from ``patterns/results.json``, measures from
:mod:`kg.extract.metrics`; here a number is judged (an outcome, or a count, a size, a year, a setting) and attached to
the names around it. A slot that neither the sentence nor its neighbours name stays None.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from kg import metrics
from kg.extract import holders, outcomes, ranking, slots, values
from kg.extract.document import Sentence
from kg.extract.linear import Linear, load
from kg.extract.outcomes import Words
from kg.extract.ranking import Choice
from kg.extract.scene import Context, Measure, Scene
from kg.extract.subjects import Named
from kg.extract.values import Value
from kg.extract.weights import chosen
from kg.model import Direction, Kind, Result

_TIME_UNITS = re.compile(
    r"^(?:s|seconds?|milliseconds?|minutes?|hours?|bits?|epochs?|tokens?|steps?|pixels?|GB|MB|kWh|mm|cm|km)$"
)
_RATE_UNITS = re.compile(r"^(?:%|x|points|pp|percentage points|ms|dB|FPS|.{1,20}(?: per |/).{1,20})$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_WORD_COMPARES = re.compile(
    r"^[\s-]{1,2}(?:as|more|less|fewer|faster|slower|higher|lower|larger|smaller|better|cheaper|longer|shorter|the|its|their"
    r"|greater|bigger|improvement|increase|reduction|speed-?up|\w{1,12}er)\b",
    re.IGNORECASE,
)
_LIST_GAP = re.compile(r"^[\s$)%]{0,4}(?:\([^()]{0,40}\))?[\s,;/]{0,3}(?:and|or|&|to|vs\.?|versus)?[\s,~+($≈]{0,5}$")
_CLAUSE = re.compile(
    r"[;:]|,\s(?:while|whereas|but|and (?:outperform|achiev|improv|reduc|surpass))|\bwhile\b|\bwhereas\b"
)


# What a number is that is no outcome whatever else is said: a fold, a confidence, a p-value, the mark of an item.
_NEVER_BEHIND = re.compile(
    r"[\s$)-]{0,3}(?:cross-?\s?validat|confidence\b|CI\b|credible interval|shot\b|bootstrap)", re.IGNORECASE
)
_NEVER_BEFORE = re.compile(
    r"(?:\bp(?:[-\s]values?)?\s?(?:of\s)?[=<>≤≥~\s$\\leq]{1,6}"
    r"|\b(?:top|seed|batch size|learning rate)[-\s]?(?:of\s)?)$",
    re.IGNORECASE,
)
_MARK = re.compile(r"\)\s\w")
_VERSUS = re.compile(
    r"[\s$]{0,2}(?:\([^()]{1,30}\)\s)?[,;]?\s?(?:vs\.?|versus|to|against|compared (?:to|with)|→|->|\\rightarrow|\\to"
    r"|for [\w\s-]{1,30} (?:vs\.?|versus))\s?"
    r"(?:the\s)?(?:[\w-]{1,20}\s){0,2}?[\s$~]{0,2}",
    re.IGNORECASE,
)
_OPEN = re.compile(r"\([^()]{0,38}$")


# Not in "9% of the time", nor in "it scores 49%".
_NO_MEASURE = re.compile(r"of the time\W|\bscores?\s\d|\bspeeds?\sup")
_NUMBER_AHEAD = re.compile(r"\d[\d.,]{0,12}%?\s(?=\S)")
_NUMBERS = re.compile(r"\d|twice|thrice|fold|times")
# Measures whose names are also said of much else.
_VAGUE = frozenset(
    {
        *("score", "loss", "robustness", "consistency", "agreement", "coverage", "efficiency", "bandwidth", "lifetime"),
        *(
            "preference rate",
            "survival",
            "forgetting",
            "turnover",
            "incidence",
            "prevalence",
            "utilization",
            "satisfaction",
        ),
        *("usability", "modularity", "fidelity", "volatility", "elasticity", "variance", "recurrence rate"),
    }
)
_MOST = 40
# How likely a number has to be an outcome.
LEAST = 0.5
SLOTS = ("metric", "dataset")
MODELS = ("outcome", "kind", *SLOTS)
# The rule of a kind that the model gives against the rules.
LEARNED = "result.learned"


class _Kind(NamedTuple):
    kind: Kind
    direction: Direction | None
    rule: str
    chance: float


def _table() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "patterns" / "results.json").read_text("utf-8"))
    return found


@lru_cache(maxsize=1)
def _cues() -> dict[str, re.Pattern[str]]:
    flags = {"settings": 0}
    cues = {k: v for k, v in _table().items() if isinstance(v, str)}
    return {k: re.compile(v, flags.get(k, re.IGNORECASE)) for k, v in cues.items()}


def rows() -> dict[str, dict[str, float]]:
    """How often each rule and each strategy of a slot is right, and of how many, as the table has it."""
    return dict(_table()["confidence"])


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
        if _NEVER_BEHIND.match(self.text, value.stop) or _NEVER_BEFORE.search(
            self.text[max(0, value.start - 24) : value.start]
        ):
            return "never"
        if _YEAR.fullmatch(value.written) and not value.unit:
            return "never"
        if (
            _MARK.match(self.text, value.stop)
            and self.text[value.start - 1 : value.start] in ("(", " ")
            and len(value.written) == 1
            and not value.unit
        ):
            return "never"
        if _is_outcome(self.text, value, self.measures):
            return "yes"
        return "list" if last and _continues(self.text, last, value) else "no"

    def scene(self, kept: tuple[Value, ...], kinds: tuple[Kind, ...]) -> Scene:
        """The sentence with the numbers that are outcomes."""
        return Scene(self.context, self.sentence, self.text, self.named, self.measures, kept, kinds)


@lru_cache(maxsize=1)
def models() -> dict[str, Linear]:
    """The four models of a result, read once: is it an outcome, is it a difference, and which option fills a slot."""
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
    filled = [_fillings(scene, reading.words, slot) for slot in SLOTS]
    rows = zip(kinds, *filled, kept, strict=True)
    return tuple(_result(scene, i, kind, metric, data, sure) for i, (kind, metric, data, (_, sure)) in enumerate(rows))


def _fillings(scene: Scene, words: Words, slot: str) -> list[Choice]:
    """What fills a slot of each outcome; the two of "from 71% to 74%" share what fills it of the first that has it."""
    found: list[Choice] = []
    last: str | None = None
    for index in range(len(scene.kept)):
        choice = ranking.choose(models()[slot], slot, scene, words, index, last)
        last = choice.top
        found.append(choice)
        if scene.is_risen(index):
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
        said, direction, rule = kind_rule(reading.text, kept, index)
        row = outcomes.kind_features(reading.text, reading.words, kept, index, f"{said} {rule}", last)
        level, change = models()["kind"].chances(row)
        kind: Kind = "change" if change > level else "absolute"
        if kind == "change" and not direction:
            begin = kept[index - 1].stop if index else 0
            direction = _direction(reading.text, value, begin)
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


def _is_outcome(words: str, value: Value, measures: tuple[Measure, ...]) -> bool:
    """Whether a number is an outcome by its unit, its neighbours and the measures beside it."""
    before, behind = words[: value.start], words[value.stop :]
    cues = _cues()
    if cues["refused_behind"].search(behind):
        return False
    if value.written.isalpha():
        return (value.unit in ("x", "points") or value.written.casefold() == "twice") and bool(
            _WORD_COMPARES.search(behind)
        )
    if value.unit == "%":
        return not cues["refused_before_percent"].search(before[-40:])
    if value.unit == "x":
        return not re.match(r"[\s-]{0,2}(?:cross|\d|zoom|magnif|upsampl|super-res|SR\b|scale)", behind, re.IGNORECASE)
    if value.unit and _RATE_UNITS.match(value.unit):
        return True
    close = _beside(words, value, measures)
    if _TIME_UNITS.match(value.unit):
        return close or bool(
            cues["change_before"].search(before[-80:]) and re.search(r"\breduc|\bsav|\bfaster", before)
        )
    return _bare_is_outcome(before, value, close=close)


def _bare_is_outcome(before: str, value: Value, *, close: bool) -> bool:
    integer = value.written.replace(",", "").isdigit()
    if _YEAR.fullmatch(value.written):
        return False
    if value.range == "of" or value.sign == "+":
        return value.range != "of" or bool(re.search(r"\b(?:win|best|solv|succe|pass|outperform)\w{0,8}", before))
    cues = _cues()
    if cues["refused_before"].search(before[-40:]):
        return False
    if close:
        return True
    return not integer and bool(cues["bare_before"].search(before[-60:]))


def _beside(words: str, value: Value, measures: tuple[Measure, ...]) -> bool:
    """Whether a measure stands directly before or behind a number."""
    for m in measures:
        if m.end <= value.start:
            gap = words[m.end : value.start]
            if len(gap) <= 45 and re.fullmatch(
                r"[\s:=(~≈><$+)|]{0,4}(?:\([^()]{1,20}\)[\s=:]{0,2})?(?:(?:scores?|values?|rate|of|is|are|was|were|by|to|from"
                r"|reaches|reaching|up|over|about|around|approximately|just|only|at|as|low|high|than|more|less|an|average"
                r"|under|below|above|nearly|exceeding|equal|improves?|increases?|drops?)[\s=(~≈><$+:]{1,4}){0,5}",
                gap,
                re.IGNORECASE,
            ):
                return True
        elif m.start >= value.stop:
            gap = words[value.stop : m.start]
            if len(gap) <= 30 and re.fullmatch(
                r"[\s$)]{0,3}(?:(?:on|in|points?|average|mean|median|absolute|relative|overall|the|zero-shot|macro|micro"
                r"|improvement|gain|increase|drop|decrease|reduction|test|dev|validation|box|mask|weighted|[A-Z]{2,6})[\s-]){0,3}",
                gap,
            ):
                return True
    return False


def _continues(words: str, last: Value, value: Value) -> bool:
    """Whether a number follows an outcome in a list of the same kind ("12.1, 13.4 and 15.0")."""
    if ("." in last.written) != ("." in value.written) or value.unit not in ("", last.unit):
        return False
    gap = words[last.stop : value.start]
    return len(gap) <= 60 and bool(_LIST_GAP.match(gap)) and not _YEAR.fullmatch(value.written)


def _result(scene: Scene, index: int, kind: _Kind, metric: Choice, dataset: Choice, sure: float) -> Result:
    value, start = scene.kept[index], scene.sentence.start
    method, method_rule = slots.choose(holders.METHOD, scene, index)
    comparator, comparator_rule = slots.choose(holders.COMPARATOR, scene, index)
    setting = _cues()["settings"].search(scene.words)
    rules = (kind.rule, metric.rule, method_rule, dataset.rule, comparator_rule)
    return Result(
        value=value.written,
        unit=_unit(scene.words, scene.kept, index),
        kind=kind.kind,
        direction=kind.direction if kind.kind == "change" else None,
        metric=metric.name,
        method=method,
        dataset=dataset.name,
        comparator=comparator if comparator != method else None,
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
    return kept[index + 1].unit if len(gap) <= 12 and _LIST_GAP.match(gap) else ""


def kind_rule(words: str, kept: tuple[Value, ...], index: int) -> tuple[Kind, Direction | None, str]:
    """Whether a number is a level or a difference, and which way the difference goes."""
    value = kept[index]
    begin = kept[index - 1].stop if index else 0
    before = words[max(begin, value.start - 110) : value.start]
    behind = words[value.stop : value.stop + 50]
    cues = _cues()
    if value.range == "" and re.search(r"\bfrom[\s$~(]{1,3}$", before, re.IGNORECASE):
        return "absolute", None, "result.level"
    after_from = index and re.search(r"\bfrom[\s$~(]{1,3}$", words[: kept[index - 1].start][-9:], re.IGNORECASE)
    if after_from and re.search(r"\bto\b", before):
        return "absolute", None, "result.level"
    if _is_pair(words, kept, index):
        return "absolute", None, "result.level"
    if cues["absolute_before"].search(before) and not cues["change_behind"].match(behind):
        return "absolute", None, "result.level"
    change = cues["change_before"].search(before) or cues["change_behind"].match(behind) or value.sign == "+"
    if change or value.unit in ("pp", "percentage points", "points", "x") or value.written.casefold() == "twice":
        if re.search(r"compression (?:ratio|rate)", words[max(0, value.start - 60) : value.stop + 40]):
            return "absolute", None, "result.level"
        return "change", _direction(words, value, begin), "result.change"
    if index and len(words[kept[index - 1].stop : value.start]) <= 60 and _inherits(words, kept, index):
        kind, direction, _ = kind_rule(words, kept, index - 1)
        return kind, direction, "result.inherited"
    return "absolute", None, "result.default"


def _is_pair(words: str, kept: tuple[Value, ...], index: int) -> bool:
    """Whether a number is one of two levels that are set side by side ("gains 3% (74% vs. 71%)")."""
    pairs = ((kept[i], kept[i + 1]) for i in (index - 1, index) if i >= 0 and i + 1 < len(kept))
    return any(
        _VERSUS.fullmatch(words, a.stop, b.start) and _OPEN.search(words, max(0, a.start - 40), a.start)
        for a, b in pairs
    )


def _inherits(words: str, kept: tuple[Value, ...], index: int) -> bool:
    gap = words[kept[index - 1].stop : kept[index].start]
    return not _CLAUSE.search(gap) and not re.search(
        r"\b(?:achiev|reach|obtain|attain|is|are|was|were|score)\w{0,4}\b", gap
    )


def _direction(words: str, value: Value, begin: int) -> Direction:
    """The nearest word of change tells; behind the number only at once, before it back to the previous clause."""
    cues = _cues()
    behind = words[value.stop : value.stop + 34].split(",", 1)[0]
    nearest = {k: m.start() for k in ("up", "down") if (m := cues[k].search(behind))}
    if nearest:
        return "down" if nearest.get("down", 99) < nearest.get("up", 99) else "up"
    for text in (words[begin : value.start], words[: value.start]):
        last = {k: max((m.start() for m in cues[k].finditer(text)), default=-1) for k in ("up", "down")}
        if max(last.values()) >= 0:
            return "down" if last["down"] > last["up"] else "up"
    return "down" if value.sign == "-" else "up"
