"""Learn the weights of :mod:`kg.extract.scoring`: every candidate of an annotated paper is one example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.extract import candidates, scoring
from kg.extract.candidates import Chances
from kg.extract.document import Document
from kg.extract.linear import Linear
from kg.model import ENTITY_TYPES
from kg.train import linear

CLASSES = (*ENTITY_TYPES, "none")


def examples(
    document: Document, entities: Iterable[Mapping[str, Any]], chances: Chances | None = None
) -> list[linear.Example]:
    """The candidates of a paper, each with its type or none."""
    found = candidates.find(document, chances)
    setting = scoring.setting_of(document, found)
    types = {
        candidates.key_of(tuple(surface.split())): ENTITY_TYPES.index(entity["type"])
        for entity in entities
        for surface in entity["surfaces"]
        if surface.split()
    }
    return [
        linear.one(scoring.features(c, setting), types.get(key, len(ENTITY_TYPES)), len(CLASSES))
        for key, c in found.items()
    ]


def fit(papers: Sequence[Sequence[linear.Example]], *, epochs: int = 12, seed: int = 0) -> Linear:
    """The model of candidates."""
    return linear.fit([e for paper in papers for e in paper], CLASSES, epochs=epochs, seed=seed)
