"""Strings of a paper that could name an entity, with everything that speaks for or against each.

They are what the tagger (:mod:`kg.extract.tagger`) gives a chance, however small, well-known names, and both halves of
abbreviations. A candidate is judged once per paper, from all its occurrences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import add
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from kg.extract import abbreviations, known, nlp, spans, tagger
from kg.extract.document import Document
from kg.extract.lexicon import tables
from kg.model import ENTITY_TYPES, FieldName

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The chances of the labels of the words of title and abstract.
Chances: TypeAlias = "tuple[NDArray[np.float32], NDArray[np.float32]]"

NOTHING = (0.0,) * len(ENTITY_TYPES)
SUFFIX = 4  # words of the tokeniser that may follow a well-known name
# A quantity is no name, whatever its unit looks like: 32G, 1.5M, 4K, 300x300, the 2020s; nor is a version alone: v1.1.
_QUANTITY = re.compile(r"[\d.,]+\s?(?:[KMGTB]B?|[kx%]|bit|FPS|Hz|GHz|MHz|D)?|\d+(?:[x×]\d+)+|\d{3}0['’]?s|[vV]\d[\d.]*")
# A number that counts or measures what follows.
_COUNT = re.compile(r"\d[\d.,]*(?:[KMBkx×%+]|\.\d)?")
_WIDE = re.compile(r"\s\s")
# Possessives, addresses, LaTeX commands, and what has no letter or digit at its ends.
_NEVER = re.compile(r"['’]s(?!\w)|://|\\|^[\W_]+|^\W*$")


class Place(NamedTuple):
    """One occurrence of a candidate: code points, and the words before and behind (nearest first, lower case)."""

    field: FieldName
    start: int
    end: int
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(slots=True)
class Candidate:
    """A string that could be a name: its key (see :func:`key_of`), its words as first seen, and all its places.

    ``said`` is for each place what the tagger says: the probability of each type.
    """

    key: str
    words: tuple[str, ...]
    places: list[Place] = field(default_factory=list)
    said: list[tuple[float, ...]] = field(default_factory=list)


def key_of(words: tuple[str, ...]) -> str:
    """The form under which occurrences are one candidate: lower case and singular unless it is an abbreviation.

    >>> key_of(("Language", "Models")), key_of(("GANs",)), key_of(("DPO",))
    ('language model', 'gan', 'dpo')
    """
    last = words[-1]
    if len(last) > 3 and last.endswith("s") and not last.endswith(("ss", "us", "is", "SS", "S")):
        last = last[:-3] + "y" if last.endswith("ies") else last[:-1]
    return " ".join((*words[:-1], last)).lower()


@dataclass(slots=True)
class _Field:
    """A field as parallel lists over its words."""

    name: FieldName
    text: str
    words: Sequence[str]
    lower: list[str]
    starts: Sequence[int]
    ends: list[int]


def fields(document: Document) -> Iterator[_Field]:
    """The two fields of a paper, ready for reading."""
    names: tuple[FieldName, FieldName] = ("title", "text")
    for name, (words, starts) in zip(names, (document.title, document.text), strict=True):
        ends = list(map(add, starts, map(len, words)))
        yield _Field(name, document.paper.text_of(name), words, list(map(str.lower, words)), starts, ends)


def find(document: Document, chances: Chances | None = None) -> dict[str, Candidate]:
    """All candidates of a paper by key, in order of their first occurrence, the title first.

    ``chances`` are those of another tagger than the shipped one.
    """
    found: dict[str, Candidate] = {}
    views = list(fields(document))
    read = chances or tagger.load().each([view.words for view in views])
    for view, said in zip(views, read, strict=True):
        for start, end, types in _ranges(document, view, said):
            first, last = view.starts[start], view.ends[end - 1]
            text = view.text[first:last]
            words, key = _read(text)
            if not key or (start and view.words[start - 1] == "\\"):
                continue
            candidate = found.get(key)
            if candidate is None:
                candidate = found[key] = Candidate(key, words)
            before = tuple(view.lower[start - 3 : start][::-1] if start > 2 else view.lower[:start][::-1])
            candidate.places.append(Place(view.name, first, last, before, tuple(view.lower[end : end + 3])))
            candidate.said.append(types)
    return found


@lru_cache(maxsize=known.FEW)
def _read(text: str) -> tuple[tuple[str, ...], str]:
    """The words and the key of a text that may be a name; the key of any other is empty."""
    words = tuple(text.split())
    if (not text.isalnum() and _NEVER.search(text)) or _is_quantity(words):
        return words, ""
    return words, key_of(words)


def _ranges(document: Document, view: _Field, chances: NDArray[np.float32]) -> list[tuple[int, int, tuple[float, ...]]]:
    """What the tagger proposes, well-known names and abbreviations, in reading order."""
    found = {(start, end): types for start, end, types in spans.proposals(chances)}
    for start, end in (*_known(view), *_halves(document, view)):
        found.setdefault((start, end), NOTHING)
    return [(start, end, types) for (start, end), types in sorted(found.items())]


def _known(view: _Field) -> Iterator[tuple[int, int]]:
    """Where well-known names stand, the longest at each word."""
    names, wide = _names(), bool(_WIDE.search(view.text))
    plain = view.text.isascii() and not wide
    for start, lower in enumerate(view.lower):
        if lower not in names:
            continue
        most, sizes, small = names[lower]
        first, word = view.starts[start], view.words[start]
        # "the" begins no name, though "The Pile" is one.
        if not small and word == lower:
            continue
        # Where white space follows, the word alone tells whether a suffix may.
        alone = view.text[first + len(word) : first + len(word) + 1].isspace()
        sized = plain and not (known.may_have_suffix(word) if alone else word[0].isupper())
        for end in range(min(start + most, len(view.words)), start, -1):
            if sized and view.ends[end - 1] - first not in sizes:
                continue
            text = view.text[first : view.ends[end - 1]]
            # Of no other length is a name or its plural, but with a suffix or more white space.
            if len(text) not in sizes and text.isascii() and not (wide or known.may_have_suffix(text)):
                continue
            words = tuple(text.split())
            if known.type_of(words, key_of(words)) != known.NONE:
                yield start, end
                break


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[int, frozenset[int], bool]]:
    """For the first word of well-known names, in lower case, the most words that a name may have from there.

    Behind a name with a capital a version or year may follow (:func:`kg.extract.known.without_suffix`). And how many
    characters the names have, and their plurals; and whether one begins with the word in lower case.
    """
    most: dict[str, int] = {}
    sizes: dict[str, set[int]] = {}
    small: set[str] = set()
    for name in tables().known:
        parts = nlp.tokens(name).words
        count = len(parts) + (SUFFIX if not name.islower() else 0)
        for first in (parts[0].lower(), parts[0].lower() + "s"):
            most[first] = max(most.get(first, 0), count)
            sizes.setdefault(first, set()).update(range(len(name), len(name) + 3))
            if parts[0] == parts[0].lower():
                small.add(first)
    return {first: (count, frozenset(sizes[first]), first in small) for first, count in most.items()}


def _halves(document: Document, view: _Field) -> Iterator[tuple[int, int]]:
    """Where the short and the long forms of abbreviations stand."""
    found = pairs(document)
    if not found:
        return
    starts = {start: i for i, start in enumerate(view.starts)}
    ends = {end: i for i, end in enumerate(view.ends, 1)}
    for pair in found:
        for half in pair:
            place = view.text.find(half)
            while place >= 0:
                if place in starts and place + len(half) in ends:
                    yield starts[place], ends[place + len(half)]
                place = view.text.find(half, place + 1)


def _is_quantity(words: tuple[str, ...]) -> bool:
    """Whether words are a quantity and no name: ``32G``, ``39.92 BLEU``, ``BLEU 39.92``, but not ``20 Newsgroups``."""
    first, last = words[0], words[-1]
    if len(words) == 1:
        return (first[0].isdecimal() or first[0] in ".,vV") and bool(_QUANTITY.fullmatch(first))
    if first[0].isdecimal() and _COUNT.fullmatch(first):
        return known.type_of(words, key_of(words)) == known.NONE
    if last[0].isdecimal() and _COUNT.fullmatch(last):
        return known.type_of(words[:-1], key_of(words[:-1])) == "Metric"
    return False


def pairs(document: Document) -> list[tuple[str, str]]:
    """The abbreviation pairs (short, long) of both fields as the text writes them, each once."""
    texts = (document.paper.title or "", document.paper.abstract)
    found = [(p.short, p.long) for text in texts for p in abbreviations.find(text) if len(p.short) > 1]
    return list(dict.fromkeys(found))
