"""Where the sentences of an abstract begin and end.

Written for scientific text, on which the general splitters fail: "et al. [4]", "Fig. 2", "1. 16" cut out of LaTeX,
initials, addresses, remarks in parentheses, abstracts in several paragraphs and full stops without a space behind them.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

# A stop, what may close behind it, and the white space before the next sentence (or its lack).
_STOP = re.compile(r"[.!?…]{1,5}[\"'”’»)\]}$]{0,3}(?=\s|$)|[。！？]")
_GLUED = re.compile(r"[a-z)\]%][.!?](?=([A-Z][a-z]{1,20})\b)")
_PARAGRAPH = re.compile(r"\n[ \t\r\f\v]{0,80}\n")
_WORD_BEFORE = re.compile(r"[^\s(\[{\"“‘']{1,40}$")
_NEXT_WORD = re.compile(r"[\s\"'“‘«(\[{*]{0,80}([^\W_]*)")
_SINGLE_LETTERS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]$")
_SHORT_NUMBER = re.compile(r"(?:^|[^\w.,])\d{1,3}$")
_BRACKET_OR_BREAK = re.compile(r"[()\[\]]|\n(?=\s|$)")
_INNER_CAPITAL = re.compile(r"[a-z]{1,4}[A-Z]")


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    """The word lists of ``patterns/sentences.json``, by name."""
    table = json.loads((Path(__file__).parent / "patterns" / "sentences.json").read_text("utf-8"))
    return {name: frozenset(words) for name, words in table.items() if name != "about"}


def split(text: str) -> tuple[tuple[int, int], ...]:
    """The sentences of a text as (start, end) in code points, in order, without white space around them.

    Everything but white space is in exactly one sentence.

    >>> text = "Lee et al. [4] gain 1. 16 points (cf. Fig. 2). We gain more."
    >>> [text[start:end] for start, end in split(text)]
    ['Lee et al. [4] gain 1. 16 points (cf. Fig. 2).', 'We gain more.']
    """
    inside = _bracketed(text)
    found: list[tuple[int, int]] = []
    start = 0
    for end, certain in _candidates(text):
        if end <= start or not (certain or _ends(text, start, end, inside)):
            continue
        found += _stripped(text, start, end)
        start = end
    return tuple(found + _stripped(text, start, len(text)))


def _candidates(text: str) -> list[tuple[int, bool]]:
    """Every place where a sentence may end, with whether it certainly does."""
    begins = _words()["begins"]
    ends = {m.end(): False for m in _STOP.finditer(text)}
    for match in _GLUED.finditer(text):
        if match.group(1) in begins:
            ends[match.end()] = False
    for match in _PARAGRAPH.finditer(text):
        ends[match.start()] = True
    return sorted(ends.items())


def _stripped(text: str, start: int, end: int) -> list[tuple[int, int]]:
    piece = text[start:end]
    if not piece.strip():
        return []
    return [(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))]


def _bracketed(text: str, longest: int = 600) -> list[tuple[int, int]]:
    """The ranges between matching parentheses or brackets; one without its partner holds nothing together."""
    pairs = {")": "(", "]": "["}
    opened: list[tuple[str, int]] = []
    ranges = []
    for match in _BRACKET_OR_BREAK.finditer(text):
        sign, place = match.group(), match.start()
        if sign in "([":
            opened.append((sign, place))
        elif sign not in pairs:
            opened.clear()
        elif any(o == pairs[sign] for o, _ in opened):
            while opened[-1][0] != pairs[sign]:
                opened.pop()
            begin = opened.pop()[1]
            if place - begin <= longest:
                ranges.append((begin, place))
    return ranges


def _ends(text: str, start: int, end: int, inside: list[tuple[int, int]]) -> bool:
    stop = end
    while stop > start and text[stop - 1] not in ".!?…。！？":
        stop -= 1
    if any(begin < stop - 1 < close and close >= end for begin, close in inside):
        return False
    if not any(c.isalpha() for c in text[start:stop]):
        return False
    if text[stop - 1] in "。！？":
        return True
    follower = _NEXT_WORD.match(text, end)
    following = follower.group(1) if follower else ""
    rest = text[end:].lstrip()[:1]
    if not _may_begin(following, rest):
        return False
    return text[stop - 1] != "." or not _abbreviated(text[start : stop - 1], following)


def _may_begin(word: str, sign: str) -> bool:
    """Whether a sentence may begin with the word, which stands behind the sign or begins with it."""
    if not word:
        return sign not in set(",;:%)]}=<>&+/") or not sign
    return not word[0].islower() or bool(_INNER_CAPITAL.match(word))


def _abbreviated(before: str, following: str) -> bool:
    """Whether the full stop behind ``before`` belongs to a word or number and not to the sentence."""
    begins = _words()["begins"]
    if before.endswith("."):
        return False
    if following[:1].isdigit() and _SHORT_NUMBER.search(before):
        return True
    match = _WORD_BEFORE.search(before, max(0, len(before) - 42))
    word = match.group().casefold() if match else ""
    if word in _words()["before_number"]:
        return following[:1].isdigit()
    if word in _words()["never_last"]:
        return word != "al" or following not in begins
    if word in _words()["may_be_last"]:
        return following not in begins
    if match and match.group()[:1].isupper() and _SINGLE_LETTERS.match(match.group()):
        return bool(following) and following not in begins
    return False
