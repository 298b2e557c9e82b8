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
from typing import Any

from kg import metrics
from kg.extract import values
from kg.extract.document import Document, Sentence
from kg.extract.subjects import Named, is_own
from kg.extract.values import Value
from kg.model import Direction, Entity, Kind, Result

_DATA = frozenset({"Dataset", "Benchmark"})
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


# Words between a number and the measure that it is about ("3% higher accuracy", "0.06 decrease in MAE").
_POINTS_AHEAD = re.compile(
    r"[\s$)]{0,3}(?:(?:absolute|relative|average|mean|percentage|points?|higher|lower|faster|fewer|less|more|better"
    r"|greater|shorter|longer|larger|smaller|improvement|gain|increase|decrease|reduction|drop|boost|loss|rise|decline)"
    r"s?\s){0,3}(?:(?:in|of|on)\s(?:the\s|its\s|their\s)?(?:\w{1,15}\s)?)?"
)
# Datasets that a sentence only counts ("five public benchmarks").
_COUNTED_DATA = re.compile(
    r"\b(?:on|across|over|in|covering|with|using)\s"
    r"(?P<data>(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,3})\s"
    r"(?:[\w-]{1,20}\s){0,4}?(?:benchmarks?|datasets?|corpora|scenes|data\ssets))\b",
    re.IGNORECASE,
)
_RIVAL_WORDS = re.compile(
    r"\b(?:than|over|compared (?:to|with)|versus|relative to|outperform(?:s|ed|ing)?|surpass(?:es|ed|ing)?"
    r"|exceed(?:s|ed|ing)?)\s(?:the |all |an? |other |their |its )?(?P<rival>(?:[\w-]{1,24}\s){0,4}?"
    r"(?:methods?|models?|baselines?|approach(?:es)?|systems?|counterparts?|techniques|competitors?|variants?"
    r"|algorithms?|prior best|previous best|state[- ]of[- ]the[- ]art|sota|works?))\b",
    re.IGNORECASE,
)


_MOST = 40
# How many sentences back a dataset is still the one that is spoken of.
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Context:
    """What the sentences of a paper share: its entities and its own method and dataset."""

    document: Document
    entities: tuple[Entity, ...]
    own: Entity | None
    own_data: Entity | None


@dataclass(frozen=True, slots=True)
class _Measure:
    """A place that names a measure; ``name`` is an entity's where there is one."""

    start: int
    end: int
    name: str
    weight: float


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
    return {k: float(v["precision"]) for k, v in _table()["confidence"].items()}


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
    return tuple(_result(context, sentence, words, local, measures, kept, i) for i in range(len(kept)))


def _measures(words: str, named: tuple[Named, ...]) -> tuple[_Measure, ...]:
    """Entities of type Metric, and names of the registry where no entity stands."""
    found = [_Measure(n.start, n.end, n.entity.name, 1.0) for n in named if n.entity.type == "Metric"]
    for start, end, info in metrics.find(words):
        if not any(n.start < end and start < n.end for n in named):
            vague = info.name in ("performance", "score", "loss", "robustness", "consistency", "agreement", "coverage")
            found.append(_Measure(start, end, words[start:end], 0.5 if vague else 0.7))
    return tuple(sorted(found, key=lambda m: m.start))


def _inside_name(value: Value, named: tuple[Named, ...]) -> bool:
    return any(n.start < value.end and value.start < n.end for n in named)


def _is_outcome(words: str, value: Value, measures: tuple[_Measure, ...]) -> bool:
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


def _beside(words: str, value: Value, measures: tuple[_Measure, ...]) -> bool:
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
                r"|improvement|gain|increase|drop|decrease|reduction|test|weighted|[A-Z]{2,6})[\s-]){0,3}",
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


def _result(
    context: Context,
    sentence: Sentence,
    words: str,
    named: tuple[Named, ...],
    measures: tuple[_Measure, ...],
    kept: tuple[Value, ...],
    index: int,
) -> Result:
    value = kept[index]
    kind, direction, rule = _kind(words, kept, index)
    metric = _metric(words, kept, index, measures)
    method, comparator = _methods(context, words, kept, index, named)
    setting = _cues()["settings"].search(words)
    return Result(
        value=value.written,
        unit=_unit(words, kept, index),
        kind=kind,
        direction=direction if kind == "change" else None,
        metric=metric,
        method=method,
        dataset=_dataset(context, sentence, words, kept, index, named),
        comparator=comparator,
        qualifier=value.qualifier,
        setting=setting.group() if setting else None,
        start=sentence.start + value.start,
        end=sentence.start + value.end,
        confidence=_confidence()[rule],
        rules=(rule,),
    )


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


def _metric(words: str, kept: tuple[Value, ...], index: int, measures: tuple[_Measure, ...]) -> str | None:
    own = [m for m in measures if m.weight == 1]
    if len(own) == len(kept) > 1 and "respectively" in words:
        return own[index].name
    place = kept[index].start
    near = [m for m in measures if abs(m.start - place) <= 400]
    scored = [(_metric_score(words, kept, index, m), -m.start, m.name) for m in near]
    best = max(scored, default=None)
    return best[2] if best and best[0] > 0.1 else None


def _metric_score(words: str, kept: tuple[Value, ...], index: int, measure: _Measure) -> float:
    """How likely a measure is the one of a number: beside it, before it in its clause, or shared by a list."""
    value = kept[index]
    if measure.start >= value.stop:
        gap = words[value.stop : measure.start]
        score = 1.0 if len(gap) <= 3 or _POINTS_AHEAD.fullmatch(gap) else 0.6
    else:
        gap = words[measure.end : value.start]
        score = 0.95 if len(gap) <= 14 else 0.75
        score -= 0.2 if re.match(r"\W{0,3}(?:and|or|,|;)\b|[,;]", gap) else 0
        if re.fullmatch(r".{0,4}(?:\bof|\bfrom|\bby|\bto|=|:|\()\W{0,3}", gap[-12:]):
            score += 0.05
    crossed = sum(
        min(measure.start, value.start) < other.start < max(measure.start, value.start)
        for k, other in enumerate(kept)
        if k != index
    )
    forward = measure.start > value.start
    score -= (0.25 if forward else 0.12) * crossed
    score -= 0.004 * min(len(gap), 150) + (0.2 if _CLAUSE.search(gap) else 0) + (0.1 if forward and "," in gap else 0)
    return score * measure.weight


def _dataset(
    context: Context, sentence: Sentence, words: str, kept: tuple[Value, ...], index: int, named: tuple[Named, ...]
) -> str | None:
    """The dataset beside a number, the matching one of a "respectively" list, or the only one of the sentence."""
    places = [n for n in named if n.entity.type in _DATA]
    if not places and (counted := _counted_data(words, kept, index)):
        return counted
    if not places:
        return _dataset_around(context, sentence)
    if len(places) == len(kept) > 1 and "respectively" in words:
        return places[index].entity.name
    value = kept[index]
    stop = kept[index + 1].start if index + 1 < len(kept) else len(words)
    own = [n for n in places if value.stop <= n.start < stop and not _CLAUSE.search(words[value.stop : n.start])]
    if own and re.search(
        r"\b(?:on|in|for|at|across|over|of|the|to)\W{0,3}$|\($", words[value.stop : own[0].start][-12:]
    ):
        return own[0].entity.name
    earlier = [n for n in places if n.end <= value.start]
    if earlier:
        if re.match(r"\s{0,2}\(\W{0,3}$", words[earlier[-1].end : value.start]):
            return earlier[-1].entity.name
        last = words[earlier[-1].end : value.start]
        return earlier[-1].entity.name if len(last) < 200 else None
    later = [n for n in places if n.start >= value.stop]
    return later[0].entity.name if later else None


def _dataset_around(context: Context, sentence: Sentence) -> str | None:
    """The only dataset that the abstract reports on, where a neighbour of the sentence names it; else None."""
    data = [e for e in context.entities if e.type in _DATA and e.role in ("evaluated_on", "proposed")]
    if len(data) != 1:
        return None
    near = [s for s in context.document.sentences if s.field == "text" and -_NEAR <= s.index - sentence.index <= 1]
    places = [m.start for m in data[0].mentions if m.field == "text"]
    return data[0].name if any(s.start <= p < s.end for s in near for p in places) else None


def _methods(
    context: Context, words: str, kept: tuple[Value, ...], index: int, named: tuple[Named, ...]
) -> tuple[str | None, str | None]:
    """Whose result it is, and against whom: names behind "than", "over", "compared to" are the latter."""
    value = kept[index]
    methods = [n for n in named if n.entity.type == "Method"]
    against = [m.end() for m in _cues()["against"].finditer(words)]
    compared = [n for n in methods if any(0 <= n.start - a <= 40 and "," not in words[a : n.start] for a in against)]
    others = [n for n in methods if n not in compared]
    stop = kept[index + 1].start if index + 1 < len(kept) else len(words)
    rivals = [n for n in compared if value.stop <= n.start < stop] or compared
    comparator = rivals[0].entity.name if rivals else _rival_words(words, value)
    earlier = [n for n in others if n.end <= value.start]
    proposed = [n for n in earlier if n.entity.role == "proposed"]
    direct = [n for n in methods if re.fullmatch(r"\s?\(\W{0,2}", words[n.end : value.start])]
    if direct:
        return direct[-1].entity.name, None
    if proposed:
        return proposed[-1].entity.name, comparator
    if context.own and (is_own(words) or re.search(r"\bwe\b|\bour\b", words, re.IGNORECASE)):
        return context.own.name, comparator
    if earlier:
        return earlier[0].entity.name, comparator
    if others:
        return others[0].entity.name, comparator
    return (context.own.name if context.own else None), comparator


def _rival_words(words: str, value: Value) -> str | None:
    """Rivals that are described and not named ("strong baselines"): the nearest behind a number, else before it."""
    found = list(_RIVAL_WORDS.finditer(words))
    behind = [m for m in found if m.start() >= value.stop]
    nearest = behind[0] if behind else found[-1] if found else None
    return nearest["rival"] if nearest else None


def _counted_data(words: str, kept: tuple[Value, ...], index: int) -> str | None:
    """Datasets that are counted and not named: those behind a number, else the last before it."""
    found = list(_COUNTED_DATA.finditer(words))
    stop = kept[index + 1].start if index + 1 < len(kept) else len(words)
    behind = [m for m in found if kept[index].stop <= m.start() < stop]
    nearest = behind or [m for m in found if m.start() < kept[index].start][-1:] or found
    return nearest[0]["data"] if nearest else None
