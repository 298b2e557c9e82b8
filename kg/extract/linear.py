"""A linear model over features with readable names: how likely each class is (multinomial logistic regression).

The weights are a table: a first line with the classes, then a feature per line with its weight for each class. They are
learned by :mod:`kg.train.linear`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import repeat
from pathlib import Path
from typing import TypeVar

from kg.extract.weights import chosen

Kind = TypeVar("Kind")
# A feature that every example has.
BIAS = "bias"


@dataclass(frozen=True)
class Linear:
    """Classes, and the weight of each feature for each of them."""

    classes: tuple[str, ...]
    weights: Mapping[str, tuple[float, ...]]

    def sums(self, features: Iterable[str]) -> tuple[float, ...]:
        """The sum of the weights of the features for each class; unknown features count nothing."""
        rows = filter(None, map(self.weights.get, features))
        return tuple(map(sum, zip(*rows, strict=True))) or (0.0,) * len(self.classes)

    @cached_property
    def single(self) -> dict[str, float]:
        """The weights for the first class alone."""
        return {name: row[0] for name, row in self.weights.items()}

    def first(self, features: Iterable[str]) -> float:
        """The sum of the weights for the first class, all that a model that ranks has.

        >>> Linear(("fits",), {"near": (2.0,), "far": (-1.0,)}).first(["near", "far", "new"])
        1.0
        """
        return sum(map(self.single.get, features, repeat(0.0)))

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


def narrowed(model: Linear, prefix: str, classes: tuple[str, ...]) -> Linear:
    """A model for examples whose features all stand there twice, with a prefix and without, and for some classes.

    Each feature of the new model, which stands there once and without the prefix, has the weights of both added.

    >>> model = Linear(("a", "b", "c"), {"x": (1.0, 2.0, 3.0), "M x": (0.5, 0.0, 0.0), "T x": (9.0, 9.0, 9.0)})
    >>> narrowed(model, "M ", ("a", "c")).weights
    {'x': (1.5, 3.0)}
    """
    columns = [model.classes.index(name) for name in classes]
    weights, zero = model.weights, (0.0,) * len(model.classes)
    inner = {name[len(prefix) :]: row for name, row in weights.items() if name.startswith(prefix)}
    number = _Numbers()
    found: dict[str, tuple[float, ...]] = {}
    for name, row in weights.items():
        # One that begins with a capital letter and a blank is a feature of one group of examples alone.
        if name[1:2] != " " or not "A" <= name[0] <= "Z":
            own = inner.pop(name, zero)
            found[name] = tuple([number[own[c] + row[c]] for c in columns])
    for name, row in inner.items():
        found[name] = tuple([number[row[c] + 0.0] for c in columns])
    return Linear(classes, found)


def narrowed_each(model: Linear, wanted: Mapping[Kind, tuple[str, tuple[str, ...]]]) -> dict[Kind, Linear]:
    """For each kind the model narrowed to its prefix and classes, one for all kinds with the same."""
    made = {want: narrowed(model, *want) for want in dict.fromkeys(wanted.values())}
    return {kind: made[want] for kind, want in wanted.items()}


class _Numbers(dict[str | float, float]):
    """Each number once: the weights of a table are few different ones, which then lie near each other in memory."""

    def __missing__(self, written: str | float) -> float:
        found = self[written] = float(written)
        return found


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
    number = _Numbers().__getitem__
    rows = (line.split("\t") for line in lines[1:])
    return Linear(classes, {name: tuple(map(number, cells)) for name, *cells in rows})
