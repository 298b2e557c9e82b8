"""Strings of a paper that could name an entity, with everything that speaks for or against each.

A candidate is a string of one or more whole words (up to seven) without a word that no name contains. It is judged once
per paper, from all its occurrences: its words and shape, what stands around it, abbreviations, lexicon and rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.extract import abbreviations, known
from kg.extract.document import Document
from kg.extract.lexicon import tables
from kg.model import FieldName

LONGEST = 7
_JOINS = frozenset("-–‐‑/_&+.'’@*^:")
# Behind a hyphen, these words are no part of the name before it: "LLM-based".
_TAILS = frozenset(
    [
        "based",
        "driven",
        "style",
        "like",
        "powered",
        "guided",
        "free",
        "aware",
        "enhanced",
        "augmented",
        "generated",
        "trained",
        "tuned",
        "specific",
        "level",
        "inspired",
        "assisted",
        "enabled",
        "equipped",
        "only",
        "wise",
        "related",
        "style-based",
        "induced",
        "informed",
        "centric",
        "agnostic",
        "style",
    ]
)
_POSSESSIVE = frozenset({"'s", "’s"})
_WORD = re.compile(r"[^\W_]")
_CONNECTORS = frozenset({"of"})
# A quantity is no name, whatever its unit looks like: 32G, 1.5M, 4K, 300x300, the 2020s; nor is a version alone: v1.1.
_QUANTITY = re.compile(r"[\d.,]+\s?(?:[KMGTB]B?|[kx%]|bit|FPS|Hz|GHz|MHz|D)?|\d+(?:[x×]\d+)+|\d{3}0['’]?s|[vV]\d[\d.]*")
# A number that counts or measures what follows.
_COUNT = re.compile(r"\d[\d.,]*(?:[KMBkx×%+]|\.\d)?")


class Place(NamedTuple):
    """One occurrence of a candidate: code points, and the words before and behind (nearest first, lower case)."""

    field: FieldName
    start: int
    end: int
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(slots=True)
class Candidate:
    """A string that could be a name: its key (see :func:`key_of`), its words as first seen, and all its places."""

    key: str
    words: tuple[str, ...]
    places: list[Place] = field(default_factory=list)


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
    """A field as parallel lists over its tokens."""

    name: FieldName
    text: str
    words: list[str]
    lower: list[str]
    starts: list[int]
    spaced: list[bool]  # white space follows
    address: list[bool]

    def joined(self, index: int) -> bool:
        """Whether the token and the next stand together without white space."""
        return index + 1 < len(self.words) and not self.spaced[index]


def find(document: Document) -> dict[str, Candidate]:
    """All candidates of a paper by key, in order of their first occurrence, the title first."""
    found: dict[str, Candidate] = {}
    for view in fields(document):
        before, after = _beside(view.lower)
        for start, end in _spans(view):
            words = _words_of(view, start, end)
            if _is_quantity(words):
                continue
            key = key_of(words)
            candidate = found.get(key)
            if candidate is None:
                candidate = found[key] = Candidate(key, words)
            last = view.starts[end - 1] + len(view.words[end - 1])
            candidate.places.append(Place(view.name, view.starts[start], last, before[start], after[end]))
    return found


def _is_quantity(words: tuple[str, ...]) -> bool:
    """Whether words are a quantity and no name: ``32G``, ``39.92 BLEU``, ``BLEU 39.92``, but not ``20 Newsgroups``."""
    if len(words) == 1:
        return bool(_QUANTITY.fullmatch(words[0]))
    if _COUNT.fullmatch(words[0]):
        return known.type_of(words, key_of(words)) == known.NONE
    if _COUNT.fullmatch(words[-1]):
        return known.type_of(words[:-1], key_of(words[:-1])) == "Metric"
    return False


def fields(document: Document) -> Iterator[_Field]:
    """The two fields of a paper, ready for reading."""
    names: tuple[FieldName, FieldName] = ("title", "text")
    for name, doc in zip(names, (document.title, document.text), strict=True):
        tokens = [(t.text, t.idx, bool(t.whitespace_)) for t in doc]
        words = [t[0] for t in tokens]
        yield _Field(
            name,
            document.paper.text_of(name),
            words,
            [w.lower() for w in words],
            [t[1] for t in tokens],
            [t[2] for t in tokens],
            ["://" in w or w.startswith("www.") for w in words],
        )


def _blocked(view: _Field, index: int) -> bool:
    """Whether no name goes through the token: a common word, a LaTeX command, a sign that joins nothing."""
    word = view.lower[index]
    if view.address[index] or word in _POSSESSIVE or (index and view.words[index - 1] == "\\"):
        return True
    before = index > 0 and view.joined(index - 1)
    if not _WORD.search(word):
        inner = before and view.joined(index) and word in _JOINS
        return not (inner or (before and word in {"+", "*"}))
    if word in tables().outside and word not in _CONNECTORS:
        hyphened = (before and view.words[index - 1] in "-–‐‑") or (
            view.joined(index) and view.words[index + 1] in "-–‐‑"
        )
        return not hyphened
    return False


def _may_start(view: _Field, index: int) -> bool:
    if not _WORD.search(view.words[index]) or view.lower[index] in _CONNECTORS:
        return False
    return index == 0 or not view.joined(index - 1) or view.words[index - 1] not in "-–‐‑_&+.'’@*^"


def _may_end(view: _Field, index: int) -> bool:
    if view.lower[index] in _CONNECTORS or (
        not _WORD.search(view.words[index]) and view.words[index] not in {"+", "*"}
    ):
        return False
    if not view.joined(index) or view.words[index + 1] not in "-–‐‑_&+.'’@*^":
        return True
    if index + 2 >= len(view.words) or not view.joined(index + 1):
        return True
    return view.words[index + 1] in "-–‐‑" and view.lower[index + 2] in _TAILS


def _spans(view: _Field) -> Iterator[tuple[int, int]]:
    blocked = [_blocked(view, i) for i in range(len(view.words))]
    starts = [not b and _may_start(view, i) for i, b in enumerate(blocked)]
    ends = [not b and _may_end(view, i) for i, b in enumerate(blocked)]
    for start, may_start in enumerate(starts):
        if not may_start:
            continue
        count = 0
        for end in range(start, len(blocked)):
            if blocked[end]:
                break
            if end == start or view.spaced[end - 1]:
                count += 1
            if count > LONGEST:
                break
            if ends[end]:
                yield start, end + 1


def _words_of(view: _Field, start: int, end: int) -> tuple[str, ...]:
    return tuple(view.text[view.starts[start] : view.starts[end - 1] + len(view.words[end - 1])].split())


def _beside(lower: list[str]) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """For each token the three before it, nearest first, and the three that begin with it."""
    count = len(lower)
    before = [tuple(lower[max(0, i - 3) : i][::-1]) for i in range(count)]
    return before, [tuple(lower[i : i + 3]) for i in range(count + 1)]


def pairs(document: Document) -> list[tuple[str, str]]:
    """The abbreviation pairs (short, long) of both fields as the text writes them, each once."""
    texts = (document.paper.title or "", document.paper.abstract)
    found = [(p.short, p.long) for text in texts for p in abbreviations.find(text) if len(p.short) > 1]
    return list(dict.fromkeys(found))
