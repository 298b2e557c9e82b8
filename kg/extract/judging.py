"""What the rules say of a number: is it an outcome, and is it a level or a difference, going which way.

Cue words are those of ``patterns/results.json``. The rules propose; what they say is a feature of the models that
:mod:`kg.extract.results` decides with.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg.extract.scene import Measure
from kg.extract.values import Value
from kg.model import Direction, Kind

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
LIST_GAP = re.compile(r"^[\s$)%]{0,4}(?:\([^()]{0,40}\))?[\s,;/]{0,3}(?:and|or|&|to|vs\.?|versus)?[\s,~+($≈]{0,5}$")
_CLAUSE = re.compile(
    r"[;:]|,\s(?:while|whereas|but|and (?:outperform|achiev|improv|reduc|surpass))|\bwhile\b|\bwhereas\b"
)
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


def _table() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "patterns" / "results.json").read_text("utf-8"))
    return found


@lru_cache(maxsize=1)
def cues() -> dict[str, re.Pattern[str]]:
    """The cue words of the table as patterns."""
    flags = {"settings": 0}
    found = {k: v for k, v in _table().items() if isinstance(v, str)}
    return {k: re.compile(v, flags.get(k, re.IGNORECASE)) for k, v in found.items()}


def rows() -> dict[str, dict[str, float]]:
    """How often each rule and each strategy of a slot is right, and of how many, as the table has it."""
    return dict(_table()["confidence"])


def is_never(words: str, value: Value) -> bool:
    """Whether a number is no outcome whatever else is said: a fold, a confidence, a p-value, a year, an item's mark."""
    if _NEVER_BEHIND.match(words, value.stop) or _NEVER_BEFORE.search(words[max(0, value.start - 24) : value.start]):
        return True
    if value.unit:
        return False
    ahead = words[value.start - 1 : value.start]
    mark = len(value.written) == 1 and ahead in ("(", " ") and _MARK.match(words, value.stop)
    return bool(mark or _YEAR.fullmatch(value.written))


def is_outcome(words: str, value: Value, measures: tuple[Measure, ...]) -> bool:
    """Whether a number is an outcome by its unit, its neighbours and the measures beside it."""
    before, behind = words[: value.start], words[value.stop :]
    cue = cues()
    if cue["refused_behind"].search(behind):
        return False
    if value.written.isalpha():
        return (value.unit in ("x", "points") or value.written.casefold() == "twice") and bool(
            _WORD_COMPARES.search(behind)
        )
    if value.unit == "%":
        return not cue["refused_before_percent"].search(before[-40:])
    if value.unit == "x":
        return not re.match(r"[\s-]{0,2}(?:cross|\d|zoom|magnif|upsampl|super-res|SR\b|scale)", behind, re.IGNORECASE)
    if value.unit and _RATE_UNITS.match(value.unit):
        return True
    close = _beside(words, value, measures)
    if _TIME_UNITS.match(value.unit):
        return close or bool(cue["change_before"].search(before[-80:]) and re.search(r"\breduc|\bsav|\bfaster", before))
    return _bare_is_outcome(before, value, close=close)


def _bare_is_outcome(before: str, value: Value, *, close: bool) -> bool:
    integer = value.written.replace(",", "").isdigit()
    if _YEAR.fullmatch(value.written):
        return False
    if value.range == "of" or value.sign == "+":
        return value.range != "of" or bool(re.search(r"\b(?:win|best|solv|succe|pass|outperform)\w{0,8}", before))
    cue = cues()
    if cue["refused_before"].search(before[-40:]):
        return False
    if close:
        return True
    return not integer and bool(cue["bare_before"].search(before[-60:]))


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


def continues(words: str, last: Value, value: Value) -> bool:
    """Whether a number follows an outcome in a list of the same kind ("12.1, 13.4 and 15.0")."""
    if ("." in last.written) != ("." in value.written) or value.unit not in ("", last.unit):
        return False
    gap = words[last.stop : value.start]
    return len(gap) <= 60 and bool(LIST_GAP.match(gap)) and not _YEAR.fullmatch(value.written)


def kind_rule(words: str, kept: tuple[Value, ...], index: int) -> tuple[Kind, Direction | None, str]:
    """Whether a number is a level or a difference, and which way the difference goes."""
    value = kept[index]
    begin = kept[index - 1].stop if index else 0
    before = words[max(begin, value.start - 110) : value.start]
    behind = words[value.stop : value.stop + 50]
    cue = cues()
    if value.range == "" and re.search(r"\bfrom[\s$~(]{1,3}$", before, re.IGNORECASE):
        return "absolute", None, "result.level"
    after_from = index and re.search(r"\bfrom[\s$~(]{1,3}$", words[: kept[index - 1].start][-9:], re.IGNORECASE)
    if after_from and re.search(r"\bto\b", before):
        return "absolute", None, "result.level"
    if _is_pair(words, kept, index):
        return "absolute", None, "result.level"
    if cue["absolute_before"].search(before) and not cue["change_behind"].match(behind):
        return "absolute", None, "result.level"
    change = cue["change_before"].search(before) or cue["change_behind"].match(behind) or value.sign == "+"
    if change or value.unit in ("pp", "percentage points", "points", "x") or value.written.casefold() == "twice":
        if re.search(r"compression (?:ratio|rate)", words[max(0, value.start - 60) : value.stop + 40]):
            return "absolute", None, "result.level"
        return "change", direction_of(words, value, begin), "result.change"
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


def direction_of(words: str, value: Value, begin: int) -> Direction:
    """The nearest word of change tells; behind the number only at once, before it back to the previous clause."""
    cue = cues()
    behind = words[value.stop : value.stop + 34].split(",", 1)[0]
    nearest = {k: m.start() for k in ("up", "down") if (m := cue[k].search(behind))}
    if nearest:
        return "down" if nearest.get("down", 99) < nearest.get("up", 99) else "up"
    for text in (words[begin : value.start], words[: value.start]):
        last = {k: max((m.start() for m in cue[k].finditer(text)), default=-1) for k in ("up", "down")}
        if max(last.values()) >= 0:
            return "down" if last["down"] > last["up"] else "up"
    return "down" if value.sign == "-" else "up"
