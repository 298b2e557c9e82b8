"""From raw scores to confidences: an item said with confidence 0.7 is to be right seven times in ten.

Each score is mapped by a logistic curve in its log odds (Platt, "Probabilistic Outputs for Support Vector Machines",
1999), one for each sort of item and its type: ``model/calibration.tsv`` has slope and shift of each, learned by
:mod:`kg.train.calibration` from abstracts that the scores were not learned from. Slopes are never negative, so that of
two items of one type the one with the higher score stays the surer. What the confidence of an item means is said in
:class:`kg.evaluate.Judged`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kg.extract.weights import chosen
from kg.model import Claim, Extraction

PLACE = Path(__file__).parent / "model" / "calibration.tsv"
# The row of a sort of item whose type has none of its own.
ANY = "*"
# Scores nearer to 0 or 1 are taken for this near.
_EDGE = 0.002


class Curve(NamedTuple):
    """Slope and shift of the log odds."""

    slope: float
    shift: float

    def at(self, raw: float) -> float:
        """The confidence for a raw score, in three digits.

        >>> Curve(1.0, 0.0).at(0.25), Curve(0.5, 0.0).at(0.9)
        (0.25, 0.75)
        """
        return round(1 / (1 + math.exp(-self.slope * log_odds(raw) - self.shift)), 3)


Curves = Mapping[tuple[str, str], Curve]
_AS_IT_IS = Curve(1.0, 0.0)


def log_odds(raw: float) -> float:
    """The log odds of a score, kept away from the infinite.

    >>> log_odds(0.5), log_odds(1.0) == log_odds(0.999)
    (0.0, True)
    """
    inner = min(max(raw, _EDGE), 1 - _EDGE)
    return math.log(inner / (1 - inner))


@lru_cache(maxsize=1)
def load() -> dict[tuple[str, str], Curve]:
    """The table, read once; without one every score is its own confidence."""
    place = chosen(PLACE)
    lines = place.read_text("utf-8").splitlines() if place.exists() else []
    cells = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {(item, kind): Curve(float(slope), float(shift)) for item, kind, slope, shift, *_ in cells}


def confidence(curves: Curves, item: str, kind: str, raw: float) -> float:
    """The confidence of an item (``entity``, ``claim``, ``result``, ``relation``) of a type with this raw score.

    >>> curves = {("claim", "*"): Curve(1.0, 0.0), ("claim", "theory"): Curve(0.0, 0.0)}
    >>> [confidence(curves, "claim", kind, 0.8) for kind in ("result", "theory")]
    [0.8, 0.5]
    """
    return (curves.get((item, kind)) or curves.get((item, ANY)) or _AS_IT_IS).at(raw)


def calibrated(extraction: Extraction, curves: Curves) -> Extraction:
    """The extraction with the confidence of each item in place of its raw score."""

    def of(claim: Claim) -> Claim:
        results = tuple(
            replace(r, confidence=confidence(curves, "result", r.kind, r.confidence)) for r in claim.results
        )
        return replace(claim, confidence=confidence(curves, "claim", claim.type, claim.confidence), results=results)

    return replace(
        extraction,
        entities=tuple(
            replace(e, confidence=confidence(curves, "entity", e.type, e.confidence)) for e in extraction.entities
        ),
        claims=tuple(map(of, extraction.claims)),
        relations=tuple(
            replace(r, confidence=confidence(curves, "relation", r.type, r.confidence)) for r in extraction.relations
        ),
    )


def at_least(extraction: Extraction, least: float) -> Extraction:
    """The extraction without what is less sure.

    A relation whose entity is left out goes with it; a claim about such an entity stays without a subject; the slot of
    a result keeps the words. So a higher threshold only ever takes away.
    """
    if least <= 0:
        return extraction
    entities = tuple(e for e in extraction.entities if e.confidence >= least)
    gone = {e.name for e in extraction.entities} - {e.name for e in entities}

    def thinned(claim: Claim) -> Claim:
        results = tuple(r for r in claim.results if r.confidence >= least)
        return replace(claim, results=results, subject=None if claim.subject in gone else claim.subject)

    return replace(
        extraction,
        entities=entities,
        claims=tuple(thinned(c) for c in extraction.claims if c.confidence >= least),
        relations=tuple(r for r in extraction.relations if r.confidence >= least and gone.isdisjoint((r.head, r.tail))),
    )
