"""What is known about measures: which way is better, their range, unit and opposite (``metrics.tsv``)."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

Better = Literal["higher", "lower"]

_TABLE = Path(__file__).parent / "metrics.tsv"


@dataclass(frozen=True, slots=True)
class MetricInfo:
    """A measure: ``better`` is None where neither way is; ``low`` and ``high`` bound its values (fractions as 0 to 1).

    ``complement`` is the measure that grows as this one falls (accuracy and error rate).
    """

    name: str
    better: Better | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    complement: str | None = None
    aliases: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def registry() -> tuple[MetricInfo, ...]:
    """Every measure of the table, in its order."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(_info(row) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _info(row: dict[str, str]) -> MetricInfo:
    better: Better | None = (
        "higher" if row["direction"] == "higher" else "lower" if row["direction"] == "lower" else None
    )
    return MetricInfo(
        name=row["name"],
        better=better,
        low=float(row["low"]) if row["low"] else None,
        high=float(row["high"]) if row["high"] else None,
        unit=row["unit"],
        complement=row["complement"] or None,
        aliases=tuple(a for a in row["aliases"].split("|") if a),
    )


@lru_cache(maxsize=1)
def _by_name() -> dict[str, MetricInfo]:
    found: dict[str, MetricInfo] = {}
    for info in registry():
        for name in (info.name, *info.aliases):
            found.setdefault(name.casefold(), info)
    return found


def lookup(name: str) -> MetricInfo | None:
    """The measure of that name or alias, whatever its case; else the one that the name ends with.

    >>> lookup("average WER").name, lookup("top-1 accuracy").better, lookup("nonsense")
    ('word error rate', 'higher', None)
    """
    words = name.casefold().split()
    for skip in range(min(len(words), 6)):
        if info := _by_name().get(" ".join(words[skip:])):
            return info
    return None


# Words of a name that say which way is better where the name as a whole is not known.
_HIGHER = frozenset(
    {
        *("accuracy", "score", "precision", "recall", "success", "reward", "win", "correlation"),
        *("throughput", "speed", "speedup", "gain"),
    }
)
_LOWER = frozenset(
    {
        *("error", "errors", "loss", "latency", "time", "runtime", "memory", "cost", "distance", "deviation"),
        *("complexity", "bias", "variance", "parameters", "overhead", "energy", "toxicity", "hallucination"),
        *("regret", "perplexity"),
    }
)


def better(name: str) -> Better | None:
    """Which way a measure is better, by the table, else by the words of its name; None where neither says.

    A word for less beats a word for more: "accuracy loss" and "error rate" are both better when small.

    >>> better("Top-1 accuracy"), better("translation errors"), better("zeal")
    ('higher', 'lower', None)
    """
    words = set(re.findall(r"[a-z0-9@&-]+", name.casefold()))
    if words & _LOWER:
        return "lower"
    info = lookup(name)
    if info and info.better:
        return info.better
    return "higher" if words & _HIGHER else None


_WORD = re.compile(r"(?<![\w-])\w+")
_CUT = re.compile(r"@\d{1,3}(?!\w)")


@lru_cache(maxsize=1)
def _by_first_word() -> dict[str, tuple[tuple[str, bool], ...]]:
    """First word in lower case -> the names that begin with it, longest first, each with whether its case counts.

    Short capitals (AP, EM) keep their case, words do not.
    """
    found: dict[str, set[tuple[str, bool]]] = {}
    for name in (n for i in registry() for n in (i.name, *i.aliases)):
        if first := _WORD.match(name):
            exact = len(name) <= 4 and not name.islower()
            found.setdefault(first.group().casefold(), set()).add((name if exact else name.casefold(), exact))
    return {word: tuple(sorted(names, key=lambda n: (-len(n[0]), n))) for word, names in found.items()}


def find(text: str) -> tuple[tuple[int, int, MetricInfo], ...]:
    """Where a text names a known measure: start, end, which; longest names first, no overlaps.

    >>> text = "AP of 90%, recall@5 and 3 ms Latency"
    >>> [text[start:end] for start, end, _ in find(text)]
    ['AP', 'recall@5', 'Latency']
    """
    found = []
    folded, index, position = text.casefold(), _by_first_word(), 0
    if len(folded) != len(text):
        folded = text.lower() if len(text.lower()) == len(text) else text
    for match in _WORD.finditer(folded):
        start = match.start()
        if start < position or match.group() not in index:
            continue
        for name, exact in index[match.group()]:
            if not (text if exact else folded).startswith(name, start):
                continue
            end = start + len(name)
            if cut := _CUT.match(text, end):
                end = cut.end()
            if end < len(text) and (text[end].isalnum() or text[end] == "_"):
                continue
            if info := lookup(text[start:end].split("@", maxsplit=1)[0]) or lookup(text[start:end]):
                found.append((start, end, info))
                position = end
                break
    return tuple(found)
