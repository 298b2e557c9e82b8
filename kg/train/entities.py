"""Learn the weights of :mod:`kg.extract.scoring`: every candidate of an annotated paper is one example.

The tagger that proposes the candidates must not have learned from these papers, or its word would count too much.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.extract import candidates, scoring
from kg.extract.document import Document
from kg.extract.entities import ACCEPTED
from kg.extract.linear import Linear
from kg.model import ENTITY_TYPES
from kg.train import linear
from kg.train.annotated import Annotated

CLASSES = (*ENTITY_TYPES, "none")
NONE = len(ENTITY_TYPES)
EPOCHS = 8
ORDERS = 2
# Chosen by cross-validation over the training abstracts: F1 of entities 0.602 with 1 (and a weaker tagger), 0.632 with
# 5, 0.639 with 15, 0.636 with 40.
RIDGE = 15.0


def examples(document: Document, entities: Iterable[Mapping[str, Any]], weight: float = 1.0) -> list[linear.Example]:
    """The candidates of a paper, each with its type or none."""
    found = candidates.find(document)
    setting = scoring.setting_of(document, found)
    types = {
        candidates.key_of(tuple(surface.split())): ENTITY_TYPES.index(entity["type"])
        for entity in entities
        for surface in entity["surfaces"]
        if surface.split()
    }
    return [
        linear.one(scoring.features(c, setting), types.get(key, NONE), len(CLASSES), weight) for key, c in found.items()
    ]


def of_papers(papers: Iterable[Annotated]) -> list[list[linear.Example]]:
    """The examples of each paper."""
    return [examples(p.document, p.record["entities"], p.weight) for p in papers]


def fit(papers: Sequence[Sequence[linear.Example]], seed: int = 0) -> Linear:
    """The model of candidates; the same papers in the same order give the same weights."""
    found = [e for paper in papers for e in paper]
    return linear.fit(found, CLASSES, epochs=EPOCHS, pull=0.0, ridge=RIDGE, seed=seed, orders=ORDERS)


def rules(papers: Sequence[Annotated], seed: int = 0) -> dict[str, tuple[float, int]]:
    """How many of the strings found under each rule are entities, and how many are found.

    Each half of the papers is read by what was learned from the other half.
    """
    read = of_papers(papers)
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for half in (0, 1):
        model = fit(read[half::2], seed)
        for example in (e for paper in read[1 - half :: 2] for e in paper):
            if 1 - model.chances(example.features)[NONE] >= ACCEPTED:
                fired = [n[5:] for n in example.features if n.startswith("rule=") and " " not in n]
                total.update(fired)
                right.update(fired if not example.wanted[NONE] else ())
    return {rule: (round(right[rule] / count, 3), count) for rule, count in sorted(total.items())}
