"""Learn a :class:`kg.extract.linear.Linear` from examples: AdaGrad, averaged over the second half of the epochs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kg.extract.linear import Linear

RATE = 0.15
PULL = 1e-3  # towards zero, at each step
SMALLEST = 0.05  # rows whose weights are all smaller are left out of a table


@dataclass(frozen=True, slots=True)
class Example:
    """Features, the wanted probability of each class, and how much the example counts."""

    features: Sequence[str]
    wanted: Sequence[float]
    weight: float = 1.0


def one(features: Sequence[str], index: int, count: int, weight: float = 1.0) -> Example:
    """An example of one class.

    >>> one(["a"], 1, 2).wanted
    (0.0, 1.0)
    """
    return Example(features, tuple(float(i == index) for i in range(count)), weight)


def fit(
    examples: Sequence[Example],
    classes: Sequence[str],
    *,
    epochs: int = 12,
    least: int = 2,
    pull: float = PULL,
    ridge: float = 0.0,
    seed: int = 0,
    orders: int = 1,
    rate: float = RATE,
) -> Linear:
    """The model that gives the examples what they want; features in fewer than ``least`` examples are left out.

    The same examples in the same order with the same seed give the same weights. ``pull`` draws the weights of an
    example's features towards zero at each step; ``ridge`` does so once per epoch in total, however many examples have
    the feature (the penalty of ridge regression): weights of rare features stay small, where ``pull`` lets them grow.
    ``orders`` is how often everything is learned anew in another order; the weights are the mean. ``rate`` is the size
    of the steps: with small ones the weights end nearer to zero.

    >>> model = fit([one(["a"], 0, 2), one(["b"], 1, 2)] * 9, ("x", "y"))
    >>> model.best(["a"])[0], model.best(["b"])[0]
    ('x', 'y')
    """
    import numpy as np

    counts = Counter(name for e in examples for name in e.features)
    index = {name: i for i, name in enumerate(sorted(n for n, c in counts.items() if c >= least))}
    rows = [np.array([index[n] for n in e.features if n in index], dtype=np.int64) for e in examples]
    wanted = np.array([e.wanted for e in examples], dtype=np.float64)
    pulls = np.array([pull + ridge / counts[name] for name in sorted(index)])[:, None]
    total = np.zeros((len(index), len(classes)))
    for number in range(orders):
        strengths = [e.weight for e in examples]
        order = np.random.default_rng(seed + number)
        total += _learned(rows, wanted, strengths, pulls, epochs, rate, order) / orders
    return Linear(tuple(classes), {name: tuple(float(w) for w in total[i]) for name, i in index.items()})


def _learned(
    rows: Sequence[Any], wanted: Any, strengths: Sequence[float], pulls: Any, epochs: int, rate: float, order: Any
) -> Any:
    """The weights after ``epochs`` rounds of AdaGrad over the examples, the mean of the second half of the rounds."""
    import numpy as np

    weights = np.zeros((len(pulls), wanted.shape[1]))
    squares = np.full(weights.shape, 1e-2)
    total = np.zeros_like(weights)
    for epoch in range(epochs):
        for number in order.permutation(len(rows)):
            these = rows[number]
            sums = weights[these].sum(0)
            chances = np.exp(sums - sums.max())
            chances /= chances.sum()
            step = strengths[number] * (chances - wanted[number])[None, :] + pulls[these] * weights[these]
            squares[these] += step * step
            weights[these] -= rate * step / np.sqrt(squares[these])
        if epoch >= epochs // 2:
            total += weights
    return total / (epochs - epochs // 2)


def to_table(model: Linear) -> str:
    """The model as the lines that :func:`kg.extract.linear.load` reads, sorted, small weights left out."""
    lines = ["# feature\t" + "\t".join(model.classes)]
    kept = (n for n in sorted(model.weights) if max(map(abs, model.weights[n])) >= SMALLEST)
    lines += [n + "".join(f"\t{w:.2f}" for w in model.weights[n]) for n in kept if not set(n) & set("\t\n\r")]
    return "\n".join(lines) + "\n"
