"""The types of well-known names (``lexicon/known.tsv``), also where a year, version, language pair or size follows.

What may follow a name is a table (``patterns/suffixes.jsonl``): "WMT 2014 English-to-German" is what "WMT" is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.extract.lexicon import tables
from kg.model import ENTITY_TYPES

PLACE = Path(__file__).parent / "patterns" / "suffixes.jsonl"

NONE = "none"
# What is remembered of strings most of which come once: those of the last few papers, in little memory.
FEW = 4096
_INNER = re.compile(r"\S[A-Z\d]")
MOST_SUFFIXES = 3
# The least chance of a well-known name with an inner capital or digit. Set by hand, a little below what 208 annotated
# abstracts show where it is no part of a longer name (Method 169 of 176, Dataset 35 of 36, Benchmark 19 of 20); with
# those parts of longer names counted as wrong they show 0.87, 0.85 and 0.90.
SURE = {"Method": 0.95, "Dataset": 0.92, "Benchmark": 0.95}
# What else a name of a type may be taken for: whether data are a yardstick depends on the paper.
ALSO = {"Dataset": ("Dataset", "Benchmark"), "Benchmark": ("Benchmark",), "Method": ("Method",)}


@dataclass(frozen=True, slots=True)
class Suffix:
    """What may follow a known name of certain types: ``pattern`` matches it with the white space or hyphen before."""

    id: str
    about: str
    example: str
    counter_example: str
    types: frozenset[str]
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def suffixes() -> tuple[Suffix, ...]:
    """The suffixes of the table, in its order."""
    records = [json.loads(line) for line in PLACE.read_text("utf-8").splitlines() if line.strip()]
    return tuple(
        Suffix(
            r["id"],
            r["about"],
            r["example"],
            r["counter_example"],
            frozenset(r["types"].split()),
            re.compile(f"(?:{r['pattern']})$"),
        )
        for r in records
    )


@lru_cache(maxsize=1 << 14)
def type_of(spelled: tuple[str, ...], key: str) -> str:
    """The type of a well-known name, ``none`` of any other; a name with capitals must have them in the text too.

    >>> type_of(("RACE",), "race"), type_of(("race",), "race"), type_of(("Question", "answering"), "")
    ('Dataset', 'none', 'Task')
    >>> type_of(("WMT", "2014", "English-to-German"), ""), type_of(("SQuAD", "v1.1"), ""), type_of(("v1.1",), "")
    ('Dataset', 'Dataset', 'none')
    """
    known, text = tables().known, " ".join(spelled)
    lower = text.lower()
    for form in (text, text.removesuffix("s"), lower, key):
        if form in known:
            return known[form]
    found = known.get(lower.removesuffix("s"), NONE)
    return found if found != NONE or not may_have_suffix(text) else without_suffix(text)[1]


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    """The parts before the first white space, hyphen or digit of known names that have a capital."""
    return frozenset(_first_part(name) for name in tables().known if not name.islower())


def _first_part(word: str) -> str:
    return re.split(r"(?<=[A-Za-z])[-\d ]", word, maxsplit=1)[0]


def may_have_suffix(text: str) -> bool:
    """Whether a text may begin with a well-known name behind which a suffix stands; by its first word alone.

    >>> may_have_suffix("SQuAD v1.1"), may_have_suffix("squad v1.1")
    (True, False)
    """
    return text[0].isupper() and _begins_name(text.split(maxsplit=1)[0])


@lru_cache(maxsize=1 << 13)
def _begins_name(word: str) -> bool:
    return _first_part(word) in _first_words()


def without_suffix(text: str) -> tuple[str, str]:
    """The known name that a text begins with and its type, if nothing but suffixes follow; else the text and ``none``.

    >>> without_suffix("PASCAL VOC 2007"), without_suffix("PASCAL VOC images")
    (('PASCAL VOC', 'Dataset'), ('PASCAL VOC images', 'none'))
    """
    return _base(text, frozenset(ENTITY_TYPES), MOST_SUFFIXES) or (text, NONE)


def _base(text: str, allowed: frozenset[str], most: int) -> tuple[str, str] | None:
    for suffix in suffixes() if most else ():
        match = suffix.pattern.search(text)
        fitting = allowed & suffix.types
        if not match or match.start() < 2 or not fitting:
            continue
        rest = text[: match.start()]
        kind = tables().known.get(rest, NONE)
        if kind in fitting and not rest.islower():
            return rest, kind
        if found := _base(rest, fitting, most - 1):
            return found
    return None


def at_least(
    chances: Sequence[float], spelled: tuple[str, ...], key: str, *, marked: bool = False
) -> tuple[float, ...]:
    """The chances of a candidate, raised to the least chance of its type if it is a well-known name.

    A name in lower case, or with its first letter alone in upper case, may be a plain word, and stays as it is, but for
    data with a capital that stand where data stand (``marked``): behind a score and "on", or in a list with other data.
    """
    kind = _sure_type(spelled, key)
    if marked and kind == NONE and spelled[0][0].isupper():
        kind = type_of(spelled, key)
        kind = kind if kind in {"Dataset", "Benchmark"} else NONE
    if kind not in SURE:
        return tuple(chances)
    fitting = [ENTITY_TYPES.index(t) for t in ALSO[kind]]
    total = sum(chances[i] for i in fitting)
    if total >= SURE[kind]:
        return tuple(chances)
    left = (1 - SURE[kind]) / 2
    others = sum(chances) - total
    scale = left / others if others > left else 1.0
    raised = [c * scale for c in chances]
    # Its own type weighs as much as the evidence of one in twenty.
    weight = total + 0.05
    for i in fitting:
        raised[i] = SURE[kind] * (chances[i] + (0.05 if i == fitting[0] else 0)) / weight
    return tuple(raised)


def _sure_type(spelled: tuple[str, ...], key: str) -> str:
    return type_of(spelled, key) if _INNER.search(" ".join(spelled)) else NONE
