"""Names out of the chances of words: every range of words that may be a name, with the probability of each type.

The labels are taken as a chain: a range is a name of a type with the probability that its first word begins one, each
other continues what the word before is part of, and the word behind does not.
"""

from __future__ import annotations

from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 12  # words of the tokeniser
FAINT = 0.02


def proposals(chances: NDArray[np.float32], least: float = FAINT) -> list[tuple[int, int, tuple[float, ...]]]:
    """First word, word behind the last, and the probability of each type, for all ranges that have ``least`` in sum.

    ``chances`` is words x labels (:data:`kg.extract.tagger.LABELS`).

    >>> import numpy as np
    >>> row = np.full((3, 11), 0.001); row[0, 1] = row[1, 2] = row[2, 0] = 0.99
    >>> [(s, e, round(c[0], 2)) for s, e, c in proposals(row)]
    [(0, 2, 0.99)]
    """
    import numpy as np

    found = []
    begins = chances[:, 1::2]
    goes = _continued(begins, chances[:, 2::2])
    # For each word that is asked for: how likely names go on there, and how likely they do not.
    chain: dict[int, tuple[list[float], list[float]]] = {}
    starts = np.flatnonzero(begins.sum(1) >= least)
    for start, run in zip(starts.tolist(), begins[starts].tolist(), strict=True):
        for end in range(start + 1, min(start + LONGEST, len(begins)) + 1):
            if sum(run) < least:
                break
            if end not in chain:
                on = goes[end].tolist()
                chain[end] = on, [1 - chance for chance in on]
            on, off = chain[end]
            here = tuple(map(mul, run, off))
            if sum(here) >= least:
                found.append((start, end, here))
            run = list(map(mul, run, on))
    return found


def _continued(begins: NDArray[np.float32], inside: NDArray[np.float32]) -> NDArray[np.float32]:
    """For each word and type how likely it continues a name that the word before is part of; 0 behind the last."""
    import numpy as np

    goes = np.zeros((len(begins) + 1, begins.shape[1]), dtype=np.float32)
    part = begins[:-1] + inside[:-1]
    goes[1:-1] = np.minimum(1, inside[1:] / np.maximum(part, 1e-6))
    return goes
