"""What the words around a number say of it, as features: whether it is an outcome, and a level or a difference.

The words are those of the sentence with names replaced by their types and digits by "0", so that what is learned holds
for other names and numbers. :mod:`kg.train.results` learns the weights.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.extract.linear import BIAS
from kg.extract.subjects import Named
from kg.extract.values import Value

_TOKEN = re.compile(r"\w+(?:[-'’]\w+)*|[^\w\s]")
_DIGIT = re.compile(r"\d+")
_RATE = re.compile(r".{1,20}(?: per |/).{1,20}|FPS|dB")
_KNOWN = frozenset({"%", "x", "points", "pp", "percentage points", ""})
_NEAR = 7  # words on each side that are looked at
_REACH = 14  # words behind a number in which it is said what changes or what is compared
_CHANGES = re.compile(
    r"(?:improv|increas|gain|boost|rais|ris(?:e|es|ing)$|outperform|surpass|exceed|beat|speed|accelerat|enhanc|grow|uplift"
    r"|reduc|decreas|lower|drop|cut|sav(?:e|es|ed|ing|ings)$|degrad|declin|loss|los(?:es|ing)$|fall|shrink|diminish|retain"
    r"|preserv|recover|restor|maintain|fewer|less|more|faster|higher|better|slower|advantage|margin|gap|differ|compress"
    r"|relativ|absolute)"
)
_LEVELS = re.compile(
    r"(?:achiev|reach|attain|obtain|scor|yield|get|has$|have$|is$|are$|was$|were$|with$|exhibit|show|accuracy|rate|f0|auc"
    r"|reports?$|record|deliver|perform|solv|run|accounts?|hits?$|succe|correct|value|median|mean)"
)
_COMPARES = re.compile(r"(?:over|than|compared|relative|versus|vs|against|baselines?|original|full)$")


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """A sentence's tokens with where they start: in lower case, names as ``<Type>``, digits as 0.

    ``capitals`` are the places of words behind the first that begin with a capital letter and are no name.
    """

    starts: Sequence[int]
    masked: Sequence[str]
    capitals: frozenset[int] = frozenset()

    def before(self, place: int, count: int) -> Sequence[str]:
        """The last tokens that start before a place, the nearest last."""
        end = bisect_left(self.starts, place)
        return self.masked[max(0, end - count) : end]

    def behind(self, place: int, count: int) -> Sequence[str]:
        """The first tokens that start at a place or behind it."""
        start = bisect_left(self.starts, place)
        return self.masked[start : start + count]

    def starts_before(self, place: int, count: int) -> Sequence[int]:
        """Where the tokens of ``before`` start."""
        end = bisect_left(self.starts, place)
        return self.starts[max(0, end - count) : end]

    def starts_behind(self, place: int, count: int) -> Sequence[int]:
        """Where the tokens of ``behind`` start."""
        start = bisect_left(self.starts, place)
        return self.starts[start : start + count]

    def between(self, start: int, end: int) -> Sequence[str]:
        """The tokens that start from one place on and before another."""
        return self.masked[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


def split(words: str, named: Sequence[Named]) -> Words:
    """The tokens of a sentence; ``named`` have offsets of the sentence and are in order.

    >>> split("It gains 3.1 points.", ()).masked
    ['it', 'gains', '0', '.', '0', 'points', '.']
    """
    starts: list[int] = []
    masked: list[str] = []
    capitals: list[int] = []
    position = 0
    for name in (*named, None):
        stop = name.start if name else len(words)
        for match in _TOKEN.finditer(words, position, max(position, stop)):
            starts.append(match.start())
            if match.start() and words[match.start()].isupper():
                capitals.append(match.start())
            masked.append(_DIGIT.sub("0", match.group().casefold()))
        if name and name.start >= position:
            starts.append(name.start)
            masked.append(f"<{name.entity.type}>")
            position = name.end
    return Words(starts, masked, frozenset(capitals))


def unit_class(value: Value) -> str:
    """Units that behave alike: a known one, a rate, or any other."""
    if value.unit in _KNOWN:
        return value.unit or "none"
    return "rate" if _RATE.fullmatch(value.unit) else "other"


def _form(value: Value) -> str:
    digits = value.written.replace(",", "")
    if value.range:
        return "range" if value.range != "/" else "fraction"
    if value.written.isalpha():
        return "word"
    if not digits.isdigit():
        return "decimal"
    if re.fullmatch(r"(?:19|20)\d\d", value.written):
        return "year"
    return "small" if len(digits) < 2 else "middle" if len(digits) < 4 else "large"


def features(words: Words, everything: Sequence[Value], index: int, rule: str) -> list[str]:
    """The features of a number among all of its sentence; ``rule`` is what the rules say of it."""
    value = everything[index]
    unit, form = unit_class(value), _form(value)
    found = [
        BIAS,
        f"rule={rule}",
        f"unit={unit}",
        f"form={form}",
        f"unit={unit}&form={form}",
        f"rule={rule}&unit={unit}",
    ]
    if value.sign:
        found.append(f"sign={value.sign}")
    if value.qualifier:
        found.append(f"qualifier={value.qualifier}")
    if words.capitals.intersection(words.starts_before(value.start, 1)):
        found += [f"capital&{unit}", f"capital&{form}"]
    found += _around(words, value, unit)
    if index:
        last = everything[index - 1]
        gap = words.between(last.stop, value.start)
        if len(gap) <= 4:
            found.append("last=" + " ".join(gap))
        found.append(f"last={'near' if len(gap) < 8 else 'far'}&{unit_class(last) == unit}")
    if index + 1 < len(everything):
        gap = words.between(value.stop, everything[index + 1].start)
        if len(gap) <= 3:
            found.append("next=" + " ".join(gap))
    return found


def _around(words: Words, value: Value, unit: str) -> Iterator[str]:
    before = list(words.before(value.start, _NEAR))
    behind = list(words.behind(value.stop, _NEAR))
    for name, near in (("b", before[::-1]), ("a", behind)):
        padded = [*near[:2], *["-"] * (2 - len(near[:2]))]
        yield f"{name}1={padded[0]}"
        yield f"{name}2={padded[1]} {padded[0]}" if name == "b" else f"{name}2={padded[0]} {padded[1]}"
        yield f"{name}1={padded[0]}&{unit}"
        for place, token in enumerate(near):
            if token[0].isalpha() or token[0] == "<":
                yield f"{name}w={token[:6]}"
                if place < 4:
                    yield f"{name}n={token[:6]}"


def kind_features(text: str, words: Words, kept: Sequence[Value], index: int, rule: str, last: str | None) -> list[str]:
    """The features that tell a level from a difference, among the outcomes of a sentence (``text``).

    ``rule`` is the rule's word for it with its id, ``last`` the kind of the outcome before it.
    """
    value, unit = kept[index], unit_class(kept[index])
    begin = kept[index - 1].stop if index else 0
    end = kept[index + 1].start if index + 1 < len(kept) else len(text)
    found = features(words, kept, index, rule.split(" ", 1)[0])
    found.append(f"id={rule}")
    found += _cues(words.between(begin, value.start), words.between(value.stop, end), unit)
    open_, close = text.rfind("(", begin, value.start), text.rfind(")", begin, value.start)
    found.append(f"bracket={open_ > close}&{last}&{text.find(')', value.stop, end) >= 0}")
    if index:
        between = words.between(kept[index - 1].stop, value.start)
        size = "short" if len(between) < 7 else "middle" if len(between) < 14 else "long"
        said = any(_LEVELS.match(t) or _CHANGES.match(t) for t in between)
        found.append(f"after={last}&{size}&{said}")
        found.append(f"after={last}&{';' in between}")
        found.append(f"after={last}&{unit_class(kept[index - 1]) == unit}")
    return found


def _cues(before: Sequence[str], behind: Sequence[str], unit: str) -> Iterator[str]:
    """The nearest words of change and of level before a number, and of change and comparison behind it."""
    near = list(reversed(before))
    near = near[: next((i for i, t in enumerate(near) if t in ";:"), len(near))]
    change = next((i for i, t in enumerate(near) if _CHANGES.match(t)), None)
    level = next((i for i, t in enumerate(near) if _LEVELS.match(t)), None)
    if change is not None:
        yield f"change={near[change][:5]}"
    if level is not None:
        yield f"level={near[level][:5]}"
    first = (
        "none" if change is level else "change" if level is None or (change is not None and change < level) else "level"
    )
    yield f"first={first}"
    if change is not None and level is not None and change < level:
        yield f"change={near[change][:5]}&level={near[level][:5]}"
    far = behind[: next((i for i, t in enumerate(behind[:_REACH]) if t in ";.:,"), _REACH)]
    for place, token in enumerate(far):
        if _CHANGES.match(token):
            yield f"then={token[:5]}"
            yield f"then at={min(place, 4)}"
            break
    yield f"compares={next((t for t in far if _COMPARES.match(t)), '-')}"
    yield f"compares={any(_COMPARES.match(t) for t in behind)}&{unit}"
