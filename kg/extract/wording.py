"""What the model that tells the types of claims apart sees of a sentence: its words, its place, the rules around it.

Chosen by cross-validation on the training abstracts: single words, pairs and the first one to four words, the zone
(before, at or after the first sentence in which the authors speak of their own work), the place, whether an outcome
number is given, and the rules that hold for the sentence and its neighbours; the classes of words that stand in the
same surroundings, and the words behind the first "we", "paper" or "results" (together 0.868 for 0.863 over five folds
of 1,993 abstracts, log loss 0.423 for 0.434). Triples, endings, pairs of classes, words of the neighbours, the title or
the whole abstract, roles of entities, how much mathematics there is, and a second pass or a chain that sees the types
of the neighbours changed nothing beyond the noise of half a point.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from kg.extract.lexicon import tables
from kg.extract.linear import BIAS

Zone = Literal["before", "first", "after"]
# From the beginning and from the end of the abstract, further sentences are alike.
_FURTHEST = 4
_LONGEST_START = 4
# Who or what acts; the words behind the first of them say what is done.
_ACTORS = frozenset({"we", "i", "paper", "work", "results", "experiments"})
_DEEDS = 3
_CLASSED_START = 3
_WORD = re.compile(r"https?://\S{1,300}|[^\W\d_]{1,60}|\d[\d.,]{0,30}%?|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence: its words, its zone, whether it gives an outcome number, and the rule that holds for it."""

    words: tuple[str, ...]
    zone: Zone
    number: bool
    rule: str


def words_of(text: str) -> tuple[str, ...]:
    """The words and signs of a text in lower case; numbers are ``0`` or ``0%``, addresses ``http``, hyphens left out.

    >>> words_of("We gain 3.5% on state-of-the-art sets (https://a.b/c).")
    ('we', 'gain', '0%', 'on', 'state', 'of', 'the', 'art', 'sets', '(', 'http')
    """
    return tuple([_shown(word) for word in _WORD.findall(text.lower()) if word not in "-–"])


@lru_cache(maxsize=1 << 14)
def _shown(word: str) -> str:
    if word[0].isdigit():
        return "0%" if word[-1] == "%" else "0"
    return "http" if word.startswith("http") and len(word) > 5 else word


def features(told: Sequence[Told], index: int, *, formal: bool) -> list[str]:
    """The features of one sentence of an abstract; ``told`` are all of them, ``formal`` whether it argues by proof.

    >>> [f for f in features([Told(("we", "win"), "first", True, "claim.x")], 0, formal=False) if f[0] == "s"]
    ['s=we', 's=we win']
    """
    here, words = told[index], told[index].words
    behind = len(told) - 1 - index
    last = min(behind, _FURTHEST)
    starts = [" ".join(words[:n]) for n in range(1, min(_LONGEST_START, len(words)) + 1)]
    return [
        BIAS,
        *["w=" + w for w in dict.fromkeys(words)],
        *dict.fromkeys([f"b={one} {two}" for one, two in pairwise(words)]),
        *["s=" + s for s in starts],
        f"p={min(index, _FURTHEST)}",
        f"e={last}",
        f"q={5 * index // len(told)}",
        f"{here.zone}|n={here.number:d}",
        f"{here.zone}|e={last}",
        f"{here.zone}|f={formal:d}",
        "r=" + here.rule,
        "before=" + (told[index - 1].rule if index else "start"),
        "after=" + (told[index + 1].rule if behind else "end"),
        *_kinds(words),
        *_deeds(words),
    ]


def _kinds(words: Sequence[str]) -> list[str]:
    """The classes of the words, and those of the first; finer ones alone, coarser ones in a row."""
    known = tables().classes
    found = [known.get(word) or known.get(word.removesuffix("s")) or ("", "") for word in words]
    start = [coarse or word for (_, coarse), word in zip(found[:_CLASSED_START], words, strict=False)]
    fine = [one for one, _ in found]
    return ["k0=" + (fine[0] if fine else ""), "ks=" + " ".join(start), *["k=" + one for one in dict.fromkeys(fine)]]


def _deeds(words: Sequence[str]) -> list[str]:
    """What the first that acts does.

    >>> _deeds(("here", "we", "first", "prove", "bounds", "again"))
    ['we>first', 'we>prove', 'we>bounds']
    """
    place = next((i for i, word in enumerate(words) if word in _ACTORS), None)
    if place is None:
        return []
    return [f"{words[place]}>{word}" for word in dict.fromkeys(words[place + 1 : place + 1 + _DEEDS])]
