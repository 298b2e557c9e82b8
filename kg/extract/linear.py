"""A linear model over features with readable names: how likely each class is (multinomial logistic regression).

The weights are a table: a first line with the classes, then a feature per line with its weight for each class. They are
learned by :mod:`kg.train.linear`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.extract.weights import chosen

# A feature that every example has.
BIAS = "bias"


@dataclass(frozen=True, slots=True)
class Linear:
    """Classes, and the weight of each feature for each of them."""

    classes: tuple[str, ...]
    weights: Mapping[str, tuple[float, ...]]

    def sums(self, features: Iterable[str]) -> tuple[float, ...]:
        """The sum of the weights of the features for each class; unknown features count nothing."""
        rows = [row for name in features if (row := self.weights.get(name))]
        return tuple(map(sum, zip(*rows, strict=True))) or (0.0,) * len(self.classes)

    def chances(self, features: Iterable[str]) -> tuple[float, ...]:
        """The probability of each class, in the order of ``classes``; they add up to 1.

        >>> model = Linear(("no", "yes"), {BIAS: (0.0, 0.0), "word=we": (-1.0, 1.0)})
        >>> [round(c, 3) for c in model.chances([BIAS, "word=we"])]
        [0.119, 0.881]
        """
        return softmax(self.sums(features))

    def best(self, features: Iterable[str]) -> tuple[str, float]:
        """The likeliest class, of equal ones the first, with its probability.

        >>> Linear(("no", "yes"), {"x": (0.0, 1.0)}).best(["x"])[0]
        'yes'
        """
        chances = self.chances(features)
        index = max(range(len(chances)), key=lambda i: (chances[i], -i))
        return self.classes[index], chances[index]


def softmax(sums: Iterable[float]) -> tuple[float, ...]:
    """Sums as probabilities.

    >>> softmax((0.0, 0.0))
    (0.5, 0.5)
    """
    kept = tuple(sums)
    top = max(kept)
    powers = [math.exp(s - top) for s in kept]
    total = sum(powers)
    return tuple([power / total for power in powers])


@lru_cache(maxsize=16)
def load(path: Path) -> Linear:
    """The model of a table, read once; that of the user's own weights where they have one of this name."""
    lines = chosen(path).read_text("utf-8").splitlines()
    classes = tuple(lines[0].removeprefix("# feature\t").split("\t"))
    rows = (line.split("\t") for line in lines[1:])
    return Linear(classes, {name: tuple(map(float, cells)) for name, *cells in rows})
