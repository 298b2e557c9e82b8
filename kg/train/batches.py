"""Learn a :class:`kg.extract.linear.Linear` from many examples at once: Adam over batches, in NumPy alone.

Thirty times as fast as going from example to example (:func:`kg.train.linear.fit`), for examples by the ten thousand.
Weights shrink a little at each step apart from what the examples ask ("decoupled weight decay", Loshchilov and Hutter
2019), so that those of rare features stay small.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kg.extract.linear import Linear
from kg.train.linear import Example

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RATE = 0.01
SIZE = 512
WARM = 50  # steps until the full rate
FEWEST = 400  # steps, so that few examples are learned from as well
FIRST, SECOND = 0.9, 0.999  # how slowly the means of steps and of their squares move


def fit(
    examples: Sequence[Example],
    classes: Sequence[str],
    allowed: Sequence[Sequence[str]],
    *,
    epochs: int = 4,
    least: int = 3,
    shrink: float = 0.3,
    seed: int = 0,
) -> Linear:
    """The model that gives the examples what they want; ``allowed`` are the classes that each can have.

    Features in fewer than ``least`` examples are left out. The same examples in the same order with the same seed give
    the same weights.

    >>> from kg.train.linear import one
    >>> model = fit([one(["a"], 0, 2), one(["b"], 1, 2)] * 400, ("x", "y"), [("x", "y")] * 800)
    >>> model.best(["a"])[0], model.best(["b"])[0]
    ('x', 'y')
    """
    import numpy as np

    counts = Counter(name for e in examples for name in e.features)
    index = {name: i for i, name in enumerate(sorted(n for n, c in counts.items() if c >= least))}
    given = [[index[n] for n in e.features if n in index] for e in examples]
    sizes = np.array([len(row) for row in given])
    data = _Data(
        np.array([i for row in given for i in row], dtype=np.int64),
        np.concatenate([[0], sizes.cumsum()]),
        np.array([e.wanted for e in examples], dtype=np.float64),
        np.array([[0.0 if c in able else -np.inf for c in classes] for able in allowed]),
        np.array([e.weight for e in examples], dtype=np.float64),
    )
    weights = _learned(data, len(index), epochs, shrink, np.random.default_rng(seed))
    return Linear(tuple(classes), {name: tuple(float(w) for w in weights[i]) for name, i in index.items()})


class _Data:
    """Examples as arrays: the features of all, where those of each begin, and what each wants, may be, and counts."""

    def __init__(self, ids: Any, starts: Any, wanted: Floats, barred: Floats, strengths: Floats) -> None:
        self.ids, self.starts, self.wanted, self.barred, self.strengths = ids, starts, wanted, barred, strengths

    def gradient(self, rows: Any, weights: Floats) -> Floats:
        """How the loss of some examples changes with the weights, for one example on average."""
        import numpy as np

        ids = np.concatenate([self.ids[self.starts[r] : self.starts[r + 1]] for r in rows])
        whose = np.repeat(np.arange(len(rows)), self.starts[rows + 1] - self.starts[rows])
        count = weights.shape[1]
        sums = np.stack([np.bincount(whose, weights[ids, c], len(rows)) for c in range(count)], axis=1)
        sums += self.barred[rows]
        powers = np.exp(sums - sums.max(axis=1, keepdims=True))
        off = powers / powers.sum(axis=1, keepdims=True) - self.wanted[rows]
        off *= self.strengths[rows][:, None] / len(rows)
        return np.stack([np.bincount(ids, off[whose, c], len(weights)) for c in range(count)], axis=1)


def _learned(data: _Data, features: int, epochs: int, shrink: float, order: np.random.Generator) -> Floats:
    """The weights after ``epochs`` rounds, the rate falling to nothing."""
    import numpy as np

    total = len(data.wanted)
    weights = np.zeros((features, data.wanted.shape[1]))
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    each = -(-total // SIZE)
    rounds = max(epochs, -(-FEWEST // each)) if total else 0
    steps, step = rounds * each, 0
    for _ in range(rounds):
        shuffled = order.permutation(total)
        for begin in range(0, total, SIZE):
            step += 1
            rate = RATE * min(1.0, step / WARM) * max(0.02, 1 - step / steps)
            slope = data.gradient(shuffled[begin : begin + SIZE], weights)
            mean += (1 - FIRST) * (slope - mean)
            square += (1 - SECOND) * (slope * slope - square)
            weights *= 1 - rate * shrink
            weights -= rate * (mean / (1 - FIRST**step)) / (np.sqrt(square / (1 - SECOND**step)) + 1e-8)
    return weights
