"""Names and words as data: tables that were written by hand or mined (README.md in this folder), read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.extract.weights import chosen

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of this folder.

    ``known`` gives well-known names their type: as spelled where they have capitals, else in lower case.
    ``classes`` gives for a common word its fine and its coarse class (words of a class stand in the same surroundings).
    """

    known: dict[str, str]
    classes: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The tables, read at the first call."""
    return Tables(
        known={row[0]: row[1] for row in rows("known.tsv")},
        classes={row[0]: tuple(row[1:]) for row in rows("classes.tsv")},
    )


def rows(name: str) -> list[list[str]]:
    """The lines of a table as lists of cells; lines that begin with ``#`` and missing files give nothing."""
    path = chosen(HERE / name)
    if not path.exists():
        return []
    lines = path.read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]
