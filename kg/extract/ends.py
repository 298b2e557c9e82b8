"""What is known of the two ends of a pair whatever its lines say: their parts in the paper, names, sureness."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.extract.calibration import log_odds
from kg.extract.lexicon import tables

if TYPE_CHECKING:
    from kg.extract.pairs import Reading
    from kg.model import Entity

# Features that are often found together; equal blocks are mostly one object.
Block = tuple[str, ...]
_SPLIT = re.compile(r"[\W_]+")


def of_entity(reading: Reading, index: int, way: str) -> tuple[Block, ...]:
    """What is known of an entity as one end (``way``) of its pairs."""
    part = reading.parts[index]
    found = of_name(reading, index, way, part)
    if not reading.methods[index]:
        return found
    return (*found, _main(way, part, reading.steps[index], reading.steps[reading.own]))


def of_name(reading: Reading, index: int, way: str, part: str) -> tuple[Block, ...]:
    """The same but for whether the paper is about it; ``part`` is its part in the paper as far as that is known."""
    zones, shape, noun, line, sure, count = reading.known(index)
    return (
        _end(way, part, zones, count, shape),
        _noun(way, noun),
        _rank(way, part, *reading.ranks[index], line),
        _sure(way, part, sure, count),
    )


def known(entity: Entity, lines: dict[int, int], zones: list[str]) -> tuple[str, str, str, int, int, int]:
    """Where an entity is named, the shape and the noun of its name, its first line, how sure it is, how often named."""
    words = entity.name.split() or [""]
    capital = not entity.name[1:].islower() and any(map(str.isupper, entity.name[1:]))
    places = "".join(sorted({zones[n] for n in lines}))
    shape = f"{capital:d}{min(3, len(words))}"
    return places, shape, words[-1], next(iter(lines), -1), step_of(entity.confidence), min(3, len(entity.mentions))


@lru_cache(maxsize=4096)
def _end(way: str, part: str, zones: str, count: int, shape: str) -> Block:
    return f"{way}:part={part}", f"{way}:zones={zones}", f"{way}:count={count}", f"{way}:capital={shape}"


@lru_cache(maxsize=4096)
def _noun(way: str, word: str) -> Block:
    lower = word.lower()
    fine, coarse = tables().classes.get(lower) or tables().classes.get(lower.removesuffix("s")) or ("", "")
    return f"{way}:noun={lower.rstrip('s')}", f"{way}:fine={fine}", f"{way}:coarse={coarse}"


@lru_cache(maxsize=4096)
def _rank(way: str, part: str, rank: int, count: int, line: int) -> Block:
    """Which of the entities of its type it is, in the order in which they are named, and where it is named first."""
    return (
        f"{way}:rank={min(rank, 3)} {part}",
        f"{way}:rank={min(rank, 3)} of {min(count, 5)}",
        f"{way}:begins={min(line, 6)} {part}",
    )


@lru_cache(maxsize=4096)
def _sure(way: str, part: str, sure: int, count: int) -> Block:
    """How sure it is that this is an entity at all, and of this type."""
    return f"{way}:sure={sure}", f"{way}:sure={sure} {part}", f"{way}:sure={sure} of {count}"


@lru_cache(maxsize=4096)
def _main(way: str, part: str, step: int, best: int) -> Block:
    """How likely the paper is about it, and how likely about the one that it is most likely about."""
    return f"{way}:main={step}", f"{way}:main={step} {part}", f"{way}:main={step} of {best}"


def step_of(chance: float) -> int:
    """A chance in steps of its log odds, up to 6.

    >>> [step_of(c) for c in (0.5, 0.7, 0.9, 1.0)]
    [0, 2, 4, 6]
    """
    return 6 if chance > 0.95 else max(-6, min(6, round(2 * log_odds(chance))))


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    return tuple([w.rstrip("s") for w in _SPLIT.split(name.lower()) if w])


def in_common(head: str, tail: str) -> Block:
    """What the names have in common: "sparse transformers" are transformers."""
    a, b = _words(head), _words(tail)
    if not a or not b or set(a).isdisjoint(b):
        return ()
    found = [f"names={len(set(a) & set(b))} {min(len(a), 4)} {min(len(b), 4)}"]
    found += ["names: last"] * (a[-1] == b[-1]) + ["names: first"] * (a[0] == b[0])
    found += ["names: last first"] * (a[-1] == b[0]) + ["names: first last"] * (a[0] == b[-1])
    found += ["names: tail in head"] * (set(b) < set(a)) + ["names: head in tail"] * (set(a) < set(b))
    return tuple(found)
