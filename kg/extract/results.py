"""The numbers that an abstract reports, each with what was measured, on what, whose it is and against whom.

Form comes from :mod:`kg.extract.values`, cue words from ``patterns/results.json``, measures from
:mod:`kg.extract.metrics`; here a number is judged (an outcome, or a count, a size, a year, a setting) and attached to
the names around it. A slot that neither the sentence nor its neighbours name stays None.
"""

from __future__ import annotations

import json
import math
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg import metrics
from kg.extract import holders, slots, values
from kg.extract.document import Sentence
from kg.extract.measured import confidence
from kg.extract.scene import Context, Measure, Scene
from kg.extract.subjects import Named
from kg.extract.values import Value
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


# Not in "9% of the time", nor in "it scores 49%".
_NO_MEASURE = re.compile(r"of the time\W|\bscores?\s\d|\bspeeds?\sup")
_NUMBER_AHEAD = re.compile(r"\d[\d.,]{0,12}%?\s(?=\S)")
_MOST = 40


def _table() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "patterns" / "results.json").read_text("utf-8"))
    return found


@lru_cache(maxsize=1)
def _cues() -> dict[str, re.Pattern[str]]:
    flags = {"settings": 0}
    cues = {k: v for k, v in _table().items() if isinstance(v, str)}
    return {k: re.compile(v, flags.get(k, re.IGNORECASE)) for k, v in cues.items()}


@lru_cache(maxsize=1)
def _confidence() -> dict[str, float]:
    return {k: confidence(v) for k, v in _table()["confidence"].items()}


def rows() -> dict[str, dict[str, float]]:
    """How often each rule and each strategy of a slot is right, and of how many, as the table has it."""
    return dict(_table()["confidence"])


def find(context: Context, sentence: Sentence, named: tuple[Named, ...]) -> tuple[Result, ...]:
    """The outcome numbers of a sentence in order; ``named`` are the entities that it names.

    Of a sentence with more than 40 outcomes (a table torn out of its paper) the first 40 are given, so that time stays
    linear in the length of the abstract.
    """
    words = context.document.words_of(sentence)
    if not any(c.isdigit() for c in words) and not re.search(r"twice|thrice|fold|times", words):
        return ()
    everything = values.find(words)
    if not everything:
        return ()
    local = tuple(Named(n.start - sentence.start, n.end - sentence.start, n.entity) for n in named)
    measures = _measures(words, local)
    chosen: list[Value] = []
    for value in everything:
        if not value.unit and _inside_name(value, local):
            continue
        if len(chosen) == _MOST:
            break
        if _is_outcome(words, value, measures) or (chosen and _continues(words, chosen[-1], value)):
            chosen.append(value)
    kept = tuple(chosen)
    kinds = tuple(_kind(words, kept, i) for i in range(len(kept)))
    scene = Scene(context, sentence, words, local, measures, kept, tuple(k[0] for k in kinds))
    return tuple(_result(scene, i, direction, rule) for i, (_, direction, rule) in enumerate(kinds))


def _measures(words: str, named: tuple[Named, ...]) -> tuple[Measure, ...]:
    """Entities of type Metric, and names of the registry where no entity stands."""
    found = [_entity_measure(words, n) for n in named if n.entity.type == "Metric"]
    for start, end, info in metrics.find(words):
        if not any(n.start < end and start < n.end for n in named):
            if info.name == "performance" or _NO_MEASURE.search(words[max(0, start - 8) : end + 3]):
                found.append(Measure(start, end, words[start:end], 0))
                continue
            vague = info.name in ("score", "loss", "robustness", "consistency", "agreement", "coverage")
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


def _result(scene: Scene, index: int, direction: Direction | None, rule: str) -> Result:
    value, start = scene.kept[index], scene.sentence.start
    metric, metric_rule = slots.choose(slots.METRIC, scene, index)
    dataset, dataset_rule = slots.choose(slots.DATASET, scene, index)
    method, method_rule = slots.choose(holders.METHOD, scene, index)
    comparator, comparator_rule = slots.choose(holders.COMPARATOR, scene, index)
    setting = _cues()["settings"].search(scene.words)
    comparator = comparator if comparator != method else None
    slot_rules = (metric_rule, method_rule, dataset_rule, comparator_rule)
    rules = (rule, *(r for r in slot_rules if r))
    filled = [r for r, name in zip(slot_rules, (metric, method, dataset, comparator), strict=True) if r and name]
    return Result(
        value=value.written,
        unit=_unit(scene.words, scene.kept, index),
        kind=scene.kinds[index],
        direction=direction if scene.kinds[index] == "change" else None,
        metric=metric,
        method=method,
        dataset=dataset,
        comparator=comparator,
        qualifier=value.qualifier,
        setting=setting.group() if setting else None,
        start=start + value.start,
        end=start + value.end,
        confidence=_sure([rule, *filled]),
        rules=rules,
    )


def _sure(rules: list[str]) -> float:
    """How often a result with these rules is right in its number and in every slot that they fill."""
    return round(math.prod(_confidence()[r] for r in rules), 3)


def _unit(words: str, kept: tuple[Value, ...], index: int) -> str:
    """A number's own unit, else the one that closes its list ("12 and 15%")."""
    if kept[index].unit or index + 1 == len(kept) or not kept[index + 1].unit:
        return kept[index].unit
    gap = words[kept[index].stop : kept[index + 1].start]
    return kept[index + 1].unit if len(gap) <= 12 and _LIST_GAP.match(gap) else ""


def _kind(words: str, kept: tuple[Value, ...], index: int) -> tuple[Kind, Direction | None, str]:
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
    if cues["absolute_before"].search(before) and not cues["change_behind"].match(behind):
        return "absolute", None, "result.level"
    change = cues["change_before"].search(before) or cues["change_behind"].match(behind) or value.sign == "+"
    if change or value.unit in ("pp", "percentage points", "points", "x") or value.written.casefold() == "twice":
        if re.search(r"compression (?:ratio|rate)", words[max(0, value.start - 60) : value.stop + 40]):
            return "absolute", None, "result.level"
        return "change", _direction(words, value, begin), "result.change"
    if index and len(words[kept[index - 1].stop : value.start]) <= 60 and _inherits(words, kept, index):
        kind, direction, _ = _kind(words, kept, index - 1)
        return kind, direction, "result.inherited"
    return "absolute", None, "result.default"


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
