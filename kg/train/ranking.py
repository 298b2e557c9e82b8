"""Learn to choose among options: a :class:`kg.extract.linear.Linear` whose sums are highest for the right ones.

The chance of an option is the softmax over the sums of all options of its question (conditional logit), so a weight
says what a feature is worth against the other options, not how common it is. Weights are drawn to zero by their squares
and found by L-BFGS over all questions at once: nothing is drawn by lot, and the same questions in the same order give
the same weights.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kg.extract.linear import Linear

# The single class of a model that ranks.
CLASSES = ("fits",)
ROUNDS = 120
_MEMORY = 8
_SMALL = 1e-5  # a round that gains a smaller share of the loss is the last


@dataclass(frozen=True, slots=True)
class Question:
    """The features of each option, which options are right (one at least), and how much the question counts."""

    options: Sequence[Sequence[str]]
    right: Sequence[bool]
    weight: float = 1.0


def fit(questions: Sequence[Question], *, least: int = 2, ridge: float = 1.0, rounds: int = ROUNDS) -> Linear:
    """The model that gives the right options of each question the highest chance together.

    Features that fewer than ``least`` questions have are left out; ``ridge`` draws weights to zero.

    >>> model = fit([Question([["a"], ["b"]], [True, False])] * 9)
    >>> model.sums(["a"]) > model.sums(["b"])
    True
    """
    import numpy as np

    counts = Counter(name for q in questions for name in {n for row in q.options for n in row})
    names = sorted(name for name, count in counts.items() if count >= least)
    problem = _Problem(questions, {name: i for i, name in enumerate(names)}, ridge)
    weights = _lowest(problem.loss, np.zeros(len(names) + 1), rounds)
    return Linear(CLASSES, {name: (float(weights[i]),) for i, name in enumerate(names)})


class _Problem:
    """All questions as arrays: the features of all options one behind the other, and where each option begins."""

    def __init__(self, questions: Sequence[Question], index: dict[str, int], ridge: float) -> None:
        import numpy as np

        spare = len(index)  # a feature of every option, so that none is empty; its weight cancels out
        rows = [[spare, *(index[n] for n in row if n in index)] for q in questions for row in q.options]
        self.names = np.array([i for row in rows for i in row], dtype=np.int64)
        self.sizes = np.array([len(row) for row in rows], dtype=np.int64)
        self.rows = np.concatenate(([0], np.cumsum(self.sizes)[:-1]))
        counts = np.array([len(q.options) for q in questions], dtype=np.int64)
        self.first = np.concatenate(([0], np.cumsum(counts)[:-1]))
        self.question = np.repeat(np.arange(len(questions)), counts)
        self.right = np.array([r for q in questions for r in q.right], dtype=np.float64)
        self.weight = np.array([q.weight for q in questions])
        self.ridge = ridge

    def loss(self, weights: Any) -> tuple[float, Any]:
        """What the weights cost, and the slope."""
        import numpy as np

        sums = np.add.reduceat(weights[self.names], self.rows)
        powers = np.exp(sums - np.maximum.reduceat(sums, self.first)[self.question])
        total = np.add.reduceat(powers, self.first)
        good = np.maximum(np.add.reduceat(powers * self.right, self.first), 1e-300)
        cost = float(-(self.weight * np.log(good / total)).sum() + 0.5 * self.ridge * weights @ weights)
        slope = powers / total[self.question] - powers * self.right / good[self.question]
        slope *= self.weight[self.question]
        grown = np.bincount(self.names, weights=np.repeat(slope, self.sizes), minlength=len(weights))
        return cost, grown + self.ridge * weights


def _lowest(loss: Callable[[Any], tuple[float, Any]], weights: Any, rounds: int) -> Any:
    """The weights that cost least, by L-BFGS with halved steps (Nocedal and Wright 2006, algorithm 7.5)."""
    kept: deque[tuple[Any, Any]] = deque(maxlen=_MEMORY)
    cost, slope = loss(weights)
    for _ in range(rounds):
        way = -_scaled(slope, kept)
        drop, step = float(slope @ way), 1.0
        while True:
            tried = weights + step * way
            new, inclined = loss(tried)
            if new <= cost + 1e-4 * step * drop or step < 1e-6:
                break
            step /= 2
        if cost - new <= _SMALL * abs(cost):
            return tried if new < cost else weights
        if float((tried - weights) @ (inclined - slope)) > 0:
            kept.append((tried - weights, inclined - slope))
        weights, cost, slope = tried, new, inclined
    return weights


def _scaled(slope: Any, kept: Sequence[tuple[Any, Any]]) -> Any:
    """The slope as curvature scales it, told by the last steps and how the slope changed over them."""
    found, shares = slope.copy(), []
    for step, change in reversed(kept):
        share = (step @ found) / (step @ change)
        found -= share * change
        shares.append(share)
    if kept:
        step, change = kept[-1]
        found *= (step @ change) / (change @ change)
    else:
        found /= max(1.0, float(abs(slope).max()))
    for (step, change), share in zip(kept, reversed(shares), strict=True):
        found += step * (share - (change @ found) / (step @ change))
    return found
