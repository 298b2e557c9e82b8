"""Whether a paragraph between two others is a title, or one more paragraph of the abstract before it.

No single sign decides: titles may be questions or whole sentences, and abstracts have short paragraphs, lists and
formulas. So looks are weighed. Measured on 5,000 arXiv papers: 4 titles are missed, and of 33,492 sentences of
abstracts, each taken as a paragraph, 65 pass for a title.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MAX_TITLE = 300

_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "can",
        "do",
        "does",
        "for",
        "from",
        "how",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "nor",
        "not",
        "of",
        "on",
        "or",
        "over",
        "per",
        "so",
        "than",
        "that",
        "the",
        "then",
        "to",
        "under",
        "up",
        "via",
        "vs",
        "vs.",
        "was",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "why",
        "will",
        "with",
        "within",
        "without",
        "yet",
        "are",
        "be",
    ]
)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_NAME = re.compile(r"[\w.+-]+(?: [\w.+-]+)?: \S")
_SENTENCE = re.compile(r"(?<!\bvs)[a-z)\]\"”%\d]\. +(?=[A-Z\"“(])")
_INSIDE_CAPITAL = re.compile(r"\w+[A-Z\d-]")
_LINK = re.compile(r"https?://|www\.|\b\w+\.(?:com|org|io|ai)/", re.IGNORECASE)
_ITEM = re.compile(
    r"(?:[-*•–‣]|\(?(?:\d{1,2}|[ivx]{1,4}|[a-h])[).]|\d{1,2}:)\s|step \d|first(?:ly)?,|second(?:ly)?,", re.IGNORECASE
)
_HEADINGS = (
    r"(?:abstract|background|introduction|motivation|objectives?|aims?|purpose|(?:materials and )?methods?|results?|"
    r"findings|conclusions?|discussion|significance|limitations?|contributions?|(?:broader )?impacts?|implications?|"
    r"interpretation|experiments?|evaluation|approach|acknowledge?ments|funding|registration|keywords?|code|data|"
    r"availability|project(?: page)?|tl;?dr)"
)
_HEADING = re.compile(_HEADINGS + r"\W*", re.IGNORECASE)
_LABEL = re.compile(
    rf"(?:{_HEADINGS}|demo|video|website|dataset|models?|homepage|github)"
    r"(?: (?:(?:and|&|/) \w+|page|link|website|repository|url|is|are)){0,2}\s*:",
    re.IGNORECASE,
)
_SPEAKS = re.compile(
    r"\b(?:we|our) (?:\w+ )?(?:propose|present|introduce|show|find|release|code|method|model|results?|experiments|"
    r"dataset|also|evaluate|demonstrate|project|further|believe|hope)\b|\bthis (?:paper|work)\b|"
    r"\b(?:is|are|be) (?:publicly |freely |made )?(?:available|released|open-?sourced)\b|\bavailable at\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"(?:this|these|those|such|but|however|furthermore|moreover|additionally|specifically|finally|it|they|here|thus|"
    r"in particular|in this|to this end|for example|hence|therefore)\b",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"[=<>≤≥∑∫]|\\\w+|\$\$")
# A word of a language, not a command of LaTeX or a name of letters in a formula.
_SPOKEN = re.compile(r"(?<![\\\w])[^\W\d_]{3,}")


def _capitals(text: str) -> float:
    """The share of the words with more than three letters that begin with a capital."""
    words = [w for w in _WORD.findall(text) if len(w) > 3 and w.lower() not in _SMALL]
    return sum(w[0].isupper() for w in words) / len(words) if words else 0.0


def _words(text: str) -> int:
    return len(_WORD.findall(text))


def _is_formula(text: str) -> bool:
    return bool(_FORMULA.search(text)) and (_words(text) < 6 or len(_SPOKEN.findall(text)) < 2)


# What a paragraph looks like, how much that speaks for a title (above 0) or for an abstract's paragraph, and the test.
LOOKS: tuple[tuple[str, float, Callable[[str], bool]], ...] = (
    ("too long", -9.0, lambda text: len(text) > MAX_TITLE),
    ("a name and what it is", 1.5, lambda text: bool(_NAME.match(text))),
    ("most words in capitals", 3.0, lambda text: _capitals(text) >= 0.6),
    ("few words in capitals", -1.0, lambda text: _capitals(text) < 0.25),
    ("ends like a sentence", -4.5, lambda text: text.endswith((".", ";", ",", ":", "…"))),
    ("ends like a name or a question", 1.0, lambda text: text[-1].isalnum() or text[-1] in "?)!"),
    ("two sentences", -3.0, lambda text: bool(_SENTENCE.search(text))),
    ("begins small", -3.0, lambda text: text[0].islower() and not _INSIDE_CAPITAL.match(text)),
    ("goes on from what was said", -3.0, lambda text: bool(_GOES_ON.match(text))),
    ("an item of a list", -7.0, lambda text: bool(_ITEM.match(text))),
    ("a heading within an abstract", -6.0, lambda text: bool(_HEADING.fullmatch(text))),
    ("a labelled line", -7.0, lambda text: bool(_LABEL.match(text))),
    ("a link", -7.0, lambda text: bool(_LINK.search(text))),
    ("speaks of the paper", -6.0, lambda text: bool(_SPEAKS.search(text))),
    ("a formula", -4.0, _is_formula),
    ("hardly a word", -3.0, lambda text: _words(text) < 2),
)
# For any short paragraph that stands between a finished text and a long one.
BETWEEN = 1.5
# The paragraph before it ends with a colon or comma, or without any sign, and so is not at its end.
UNFINISHED = -4.0


def _unfinished(text: str) -> bool:
    return text[-1] in ":,;" or (text[-1].isalpha() and not _LINK.search(text[-200:]))


def weigh(text: str, before: str) -> float:
    """How much a paragraph looks like a title (above 0), and not like one more of the abstract that ``before`` ends.

    >>> weigh("Attention to Trees Is Enough", "It works well.") > 0
    True
    >>> weigh("Code: https://example.org/trees", "It works well.") > 0
    False
    """
    looks = sum(weight for _, weight, holds in LOOKS if holds(text))
    return BETWEEN + looks + (UNFINISHED if _unfinished(before) else 0)
