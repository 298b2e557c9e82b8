"""The grammar of numbers in scientific English: what is written, its unit, and whether it is a level or a difference.

Unit libraries fail on this text ("93.2 F1" becomes farads), so the grammar is our own. It knows form alone: which of
the numbers are outcomes is decided by :mod:`kg.extract.results`. Every quantifier is bounded, so that the time is
linear in the length of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Digits: groups of thousands, decimals, and the decimals torn off by a conversion from PDF ("1. 16").
_DIGITS = r"(?:\d{1,3}(?:,\d{3}){1,4}(?!\d)|\d{1,12})(?:\.(?:\s(?=\d{1,2}\s?\\?%))?\d{1,12})?|\.\d{1,12}"
_SIGNED = rf"(?:(?<![%\w)])[+\-−])?\$?(?:{_DIGITS})"
_SCIENTIFIC = r"(?:\s?(?:\\times|×|x|\\cdot)\s?10\s?\^\s?\{?[-−+]?\d{1,4}\}?|[eE][-−+]\d{1,3})"
_LATEX_ERROR = r"(?:\s?\^\{[^{}]{0,20}\}(?:_\{[^{}]{0,20}\})?|_\{[^{}]{0,20}\}\^\{[^{}]{0,20}\})"
_ERROR = rf"(?:\s?\$?(?:±|\+/?-|\+−|\\?pm(?=\s?\d))\$?\s?(?:{_DIGITS})(?:\s?\\?%)?)"
_DASH = r"(?:\s?\$?(?:--|—|–|-|~|−)\$?\s?)"
_JOINT = rf"(?:{_DASH}|\$?\s(?:to|(?:out\s)?of)\s|/(?=\d{{1,5}}(?![\d./])))"
_WORDS = "two|three|four|five|six|seven|eight|nine|ten|hundred"
_UNIT = (
    r"(?:\s?\\?%(?:\s(?:percentage\s)?points?)?|[\s-]?(?:percentage[\s-]points?|percents?\b|per\scent\b|pp\b|pts?\b|points?\b)"
    r"|\s?\\times|\s?×|\s?[xX](?![\w])|[\s-]?times\b|[\s-]?fold\b"
    r"|\s?(?:ms|dBm?|[KMGT]B|FPS|fps|kWh|[mk]?W|mJ|kJ|mm|cm|km|nm|[μµ][ms]|[kMGT]?Hz|k?pc|Mpc|[kMGT]eV|mV|kcal/mol|mK|mg|kg|bpm"
    r"|mmHg|°C?|M_?\{?\\?o?dot\}?|M_?sun)(?![\w&])|(?:s|g|W|J|m)(?![\w&-])"
    r"|\s(?:frames|tokens|images|samples)(?:\s(?:per|/)\s|/)(?:seconds?|s|sec)\b(?:\sper\s\w{1,10})?"
    r"|\s(?:(?:milli|micro|nano)?seconds?(?:\sper\s\w{1,10}){0,2}|minutes?|hours?|days|degrees?|(?:milli|centi|kilo|micro|nano)?met(?:er|re)s?"
    r"|grams?|(?:milli|kilo)?watts?|joules?|volts?|bits?|epochs?|tokens?|steps?|pixels?|s|g|m|W|J|V|Pa)\b(?![&-]))"
)
_BLOCKED_BEHIND = r"(?![\w^_]|[-‐‑][A-Za-z]|[.,:]\d|/\d{1,6}(?!\.?\d))"
# A number may not follow a letter, a version's point, or a hyphen that ties it to a name.
_START = r"(?<![\w.,:^_@])(?:(?<!/)|(?<=%/)|(?<=\.\d/)|(?<=\.\d\d/))(?<![\^_]\{)(?<![^\W\d][-‐‑])(?<!\d[-–])"
_NUMBER = re.compile(
    rf"{_START}(?P<value>{_SIGNED}{_SCIENTIFIC}?)(?P<wrap>{_LATEX_ERROR}|{_ERROR})?"
    rf"(?:(?P<range>{_JOINT}(?=\$?[\d.+−-]))(?P<value2>{_SIGNED}))?"
    rf"\$?(?:(?P<unit>{_UNIT})|{_BLOCKED_BEHIND})"
)
_WORD_VALUE = re.compile(
    rf"\b(?P<value>{_WORDS})(?:[\s-](?P<unit>times|fold|percent|points?))\b|\b(?P<fold>two|three|four|five|six|ten)fold\b"
    r"|\b(?P<twice>twice|thrice)\b",
    re.IGNORECASE,
)
# A number in words has one of these behind it or in it.
_WORD_HINTS = ("times", "fold", "percent", "point", "wice", "hrice")
_QUALIFIER = re.compile(
    r"(?P<q>~|∼|≈|\\sim|\\approx|>=?|≥|<=?|≤|\\geq?|\\leq?"
    r"|\b(?:up to|as (?:much|high|low|little|few) as|at least|at most"
    r"|more than|less than|fewer than|over|under|below|above|nearly|almost|about|around|approximately|roughly|only|just"
    r"|within|exactly|an average of|on average))\s?\$?[+(]{0,2}\s?$",
    re.IGNORECASE,
)
_UNIT_NAMES = {
    "percent": "%",
    "percents": "%",
    "per cent": "%",
    "percentage point": "percentage points",
    "% points": "percentage points",
    "% percentage points": "percentage points",
    "% point": "percentage points",
    "times": "x",
    "fold": "x",
    "×": "x",
    "\\times": "x",
    "x": "x",
    "pt": "points",
    "pts": "points",
    "point": "points",
    "fps": "FPS",
}
_SIGNS = {
    "~": "~",
    "∼": "~",
    "≈": "~",
    "\\sim": "~",
    "\\approx": "~",
    "≥": ">=",
    "≤": "<=",
    "\\ge": ">=",
    "\\geq": ">=",
}


@dataclass(frozen=True, slots=True)
class Value:
    """A number as printed: ``text[start:end]`` is ``written``, ``stop`` is the end with its unit and error bar.

    ``sign`` is "+", "-" or ""; ``range`` is what joins the two ends of a range, else "".
    """

    written: str
    unit: str
    start: int
    end: int
    stop: int
    sign: str = ""
    qualifier: str | None = None
    range: str = ""


def find(text: str) -> tuple[Value, ...]:
    """Every number of a text in order; years, versions in names and counts are numbers too.

    >>> [(v.written, v.unit) for v in find("gains 1.3-1.7x and 50%-68%, i.e. 93.2 F1 (5.1 points)")]
    [('1.3-1.7', 'x'), ('50', '%'), ('68', '%'), ('93.2', ''), ('5.1', 'points')]
    >>> find("GPT-4 and Qwen2.5-7B")
    ()
    """
    found: list[Value] = []
    position = 0
    while match := _NUMBER.search(text, position):
        found += _from_number(text, match)
        position = max(match.end(), match.start() + 1)
    if any(hint in text for hint in _WORD_HINTS):
        found += [_from_word(text, m) for m in _WORD_VALUE.finditer(text)]
    return tuple(sorted(found, key=lambda v: v.start))


def _from_number(text: str, match: re.Match[str]) -> list[Value]:
    unit = unit_name(match["unit"] or ("%" if (match["wrap"] or "").rstrip().endswith("%") else ""))
    joint = (match["range"] or "").strip(" $")
    if not joint:
        return [_value(text, *match.span("value"), match.end(), unit)]
    low, high = match.span("value"), match.span("value2")
    if joint.endswith("of") and "." in match["value"]:
        return [_value(text, *low, match.end(), f"{joint} {match['value2']}")]
    if joint == "to" and _are_levels(text, match):
        return [_value(text, *low, low[1], unit), _value(text, *high, match.end(), unit)]
    return [_value(text, low[0], high[1], match.end(), unit, joint)]


def _are_levels(text: str, match: re.Match[str]) -> bool:
    """Whether "A to B" says that something went from A to B: behind "from", or where it fell."""
    if re.search(r"\bfrom[^.;]{0,40}$", text[max(0, match.start() - 45) : match.start()], re.IGNORECASE):
        return True
    low, high = (_amount(match[group]) for group in ("value", "value2"))
    return low is not None and high is not None and low > high >= 0


def _amount(written: str) -> float | None:
    try:
        return float(written.replace(",", "").replace("−", "-").lstrip("+$"))
    except ValueError:
        return None


def _value(text: str, start: int, end: int, stop: int, unit: str, joint: str = "") -> Value:
    sign = {"+": "+", "-": "-", "−": "-"}.get(text[start], "")
    if sign == "+" or text[start] == "$":
        start += 1
    if text[start] == "$":
        start += 1
    return Value(text[start:end], unit, start, end, stop, sign, _qualifier(text, start), joint)


def _from_word(text: str, match: re.Match[str]) -> Value:
    group = "twice" if match["twice"] else "fold" if match["fold"] else "value"
    start, end = match.span(group)
    unit = "" if match["twice"] else "x" if match["fold"] else unit_name(match["unit"])
    return Value(text[start:end], unit, start, end, match.end(), "", _qualifier(text, start))


def unit_name(written: str) -> str:
    """The one name of a unit.

    >>> unit_name(" percent"), unit_name("-fold"), unit_name(" tokens per second")
    ('%', 'x', 'tokens per second')
    """
    name = re.sub(r"\s{1,9}", " ", written.replace("\\%", "%")).strip(" -")
    return _UNIT_NAMES.get(name.casefold(), name)


def _qualifier(text: str, start: int) -> str | None:
    match = _QUALIFIER.search(text[max(0, start - 20) : start])
    if not match:
        return None
    words = match["q"].casefold()
    return _SIGNS.get(words, words)
