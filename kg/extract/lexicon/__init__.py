"""Names and words as data: tables that were mined and learned (see :mod:`kg.extract.lexicon.mine`), read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.extract.weights import chosen

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of this folder.

    ``outside`` are words that stand in no name. ``names`` gives for a candidate's key its types with their weight.
    ``known`` gives well-known names their type: as spelled where they have capitals, else in lower case.
    ``classes`` gives for a common word its fine and its coarse class (words of a class stand in the same surroundings).
    ``weights`` gives for a feature its weight for each type, in the order of :data:`kg.model.ENTITY_TYPES`.
    """

    outside: frozenset[str]
    names: dict[str, tuple[str, ...]]
    known: dict[str, str]
    classes: dict[str, tuple[str, ...]]
    weights: dict[str, tuple[float, ...]]


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The tables, read at the first call."""
    return Tables(
        outside=frozenset(row[0] for row in rows("outside.tsv")),
        names={row[0]: tuple(row[1:]) for row in rows("names.tsv")},
        known={row[0]: row[1] for row in rows("known.tsv")},
        classes={row[0]: tuple(row[1:]) for row in rows("classes.tsv")},
        weights={row[0]: tuple(map(float, row[1:])) for row in rows("weights.tsv")},
    )


def rows(name: str) -> list[list[str]]:
    """The lines of a table as lists of cells; lines that begin with ``#`` and missing files give nothing."""
    path = chosen(HERE / name)
    if not path.exists():
        return []
    lines = path.read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]
