"""How far an edge can be believed, from the confidence of each paper that states it.

A paper whose best sentence was read with confidence c is right about the edge with the chance q = 1 / (1 + exp(-slope *
log odds(c) - shift)). Papers err independently but for what all readings of one relation have in common, its systematic
error s. This is the form of INDRA's belief engine (Gyori et al. 2017, doi:10.15252/msb.20177651), where each source
has such an error::

    belief = (1 - s) * (1 - product over papers of (1 - q))

``belief.tsv`` has slope, shift and systematic error of each relation as :mod:`kg.train.belief` found them by maximum
likelihood from edges that were read beside their sentences; that module tells how good they are. A predicate without a
row (the roles of papers) is believed as its confidence says. More sentences of one paper do not count: edges with
several were right no more often than those with one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kg.vocab import KG

# What no number of papers exceeds: that all of them were misread in one way stays possible.
MAX_BELIEF = 0.99
PLACE = Path(__file__).with_name("belief.tsv")
# Confidences nearer to 0 or 1 are taken for this near.
_EDGE = 0.002


class Trust(NamedTuple):
    """What the confidences behind a predicate are worth: slope (0 or more), shift, systematic error (0 to 1)."""

    slope: float
    shift: float
    systematic: float

    def of(self, confidences: Iterable[float]) -> float:
        """The belief in an edge that papers state with these confidences; 0 without any."""
        # Sorted, for a product of floats depends on its order.
        doubt = math.prod(1.0 - self._right(c) for c in sorted(confidences))
        return (1.0 - self.systematic) * (1.0 - doubt)

    def _right(self, confidence: float) -> float:
        return 1.0 / (1.0 + math.exp(-self.slope * log_odds(confidence) - self.shift))


AS_IT_IS = Trust(1.0, 0.0, 0.0)


def log_odds(confidence: float) -> float:
    """The log odds of a confidence, kept away from the infinite.

    >>> log_odds(0.5), log_odds(1.0) == log_odds(0.999)
    (0.0, True)
    """
    inner = min(max(confidence, _EDGE), 1 - _EDGE)
    return math.log(inner / (1 - inner))


@lru_cache(maxsize=1)
def load() -> Mapping[str, Trust]:
    """The table by the short name of the predicate, read once."""
    lines = PLACE.read_text("utf-8").splitlines()
    cells = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {name: Trust(float(slope), float(shift), float(error)) for name, slope, shift, error, *_ in cells}


def belief(confidences: Iterable[float], predicate: str) -> float:
    """The belief in an edge from the best confidence of each paper that states it, in four digits.

    ``predicate`` is its IRI or short name (``usedFor``). The belief never falls with a further paper or a higher
    confidence, does not depend on the order of the papers, and is at most :data:`MAX_BELIEF`.

    >>> one, two = belief([0.4], "usedFor"), belief([0.4, 0.4], "usedFor")
    >>> one < two < belief([0.9, 0.9], "usedFor") <= MAX_BELIEF
    True
    >>> belief([], "usedFor")
    0.0
    """
    trust = load().get(predicate.removeprefix(KG), AS_IT_IS)
    return round(min(trust.of(confidences), MAX_BELIEF), 4)
