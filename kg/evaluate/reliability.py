"""What confidences are worth: how often items said with a confidence are right, and what a threshold trades.

The expected calibration error (ECE) is the mean distance between the confidence that items of a bin have and the share
of them that is right, weighted by their number (Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities
Using Bayesian Binning", 2015). Few items give some distance even where every confidence is right: ``chance`` is the
distance to expect from that alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from kg.evaluate.tally import Judged

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Items of like confidence: lowest and highest, how many, their mean confidence, and the share that is right."""

    low: float
    high: float
    count: int
    said: float
    right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """The bins of some items that are not empty, and what follows from them; all figures are 0 without items."""

    bins: tuple[Bin, ...]

    @property
    def count(self) -> int:
        """How many items there are."""
        return sum(b.count for b in self.bins)

    @property
    def said(self) -> float:
        """The mean confidence."""
        return self._mean(lambda b: b.said)

    @property
    def right(self) -> float:
        """The share that is right."""
        return self._mean(lambda b: b.right)

    @property
    def error(self) -> float:
        """The expected calibration error."""
        return self._mean(lambda b: abs(b.said - b.right))

    @property
    def chance(self) -> float:
        """The error to expect where every confidence is right, from few items alone (normal approximation)."""
        return self._mean(lambda b: math.sqrt(2 / math.pi * b.said * (1 - b.said) / b.count))

    def _mean(self, of: Callable[[Bin], float]) -> float:
        return sum(b.count * of(b) for b in self.bins) / self.count if self.count else 0.0


def reliability(judged: Iterable[Judged], *, equal: str = "width", bins: int = BINS) -> Reliability:
    """The reliability of items in bins of equal width, or of (about) equal count; equal confidences are never parted.

    >>> sure = [Judged("entity", "Task", 0.8, right) for right in (True, True, True, False)]
    >>> found = reliability(sure)
    >>> found.count, found.bins[0].right, round(found.error, 2)
    (4, 0.75, 0.05)
    """
    order = sorted(judged, key=lambda j: j.confidence)
    if equal == "width":
        parts = [list(these) for _, these in groupby(order, key=lambda j: min(int(j.confidence * bins), bins - 1))]
    else:
        parts = _alike(order, bins)
    return Reliability(tuple(_bin(part) for part in parts))


def _alike(order: Sequence[Judged], bins: int) -> list[list[Judged]]:
    parts: dict[int, list[Judged]] = {}
    done = 0
    for _, these in groupby(order, key=lambda j: j.confidence):
        alike = list(these)
        parts.setdefault(done * bins // len(order), []).extend(alike)
        done += len(alike)
    return list(parts.values())


def _bin(part: Sequence[Judged]) -> Bin:
    count = len(part)
    said, right = sum(j.confidence for j in part) / count, sum(j.right for j in part) / count
    return Bin(part[0].confidence, part[-1].confidence, count, said, right)


def sweep(judged: Iterable[Judged], gold: int, *, levels: Iterable[float]) -> list[tuple[float, int, float, float]]:
    """For each threshold: it, how many items are kept, their precision, and their recall of ``gold`` annotated ones.

    Of nothing the precision is 1.

    >>> items = [Judged("claim", "result", 0.9, True), Judged("claim", "result", 0.3, False)]
    >>> sweep(items, 2, levels=(0.0, 0.5))
    [(0.0, 2, 0.5, 0.5), (0.5, 1, 1.0, 0.5)]
    """
    items = list(judged)
    found = []
    for level in levels:
        kept = [j for j in items if j.confidence >= level]
        right = sum(j.right for j in kept)
        found.append((level, len(kept), right / len(kept) if kept else 1.0, right / gold if gold else 0.0))
    return found
