"""What the classes of Wikidata items say about the type of an entity (``wikidata.tsv``).

Types are those of the papers' entities; ``-`` stands for none of them, as with films and families. An item of no class
in the table is of unknown type.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import cast

from kg.links.base import ANY
from kg.model import EntityType

_TABLE = Path(__file__).parent / "wikidata.tsv"


@cache
def _table() -> dict[str, frozenset[EntityType] | None]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["class"]: _types(row["types"]) for row in rows}


def _types(cell: str) -> frozenset[EntityType] | None:
    return None if cell == "-" else frozenset(cast("list[EntityType]", cell.split("|")))


def types_of(classes: Iterable[str]) -> frozenset[EntityType] | None:
    """The types that an item of these classes (``Q5``) may have, empty where unknown; None where it has none.

    >>> sorted(types_of(["Q1172284"])), types_of(["Q1"]), types_of(["Q5", "Q1"])
    (['Benchmark', 'Dataset'], frozenset(), None)
    """
    known = [_table()[c] for c in classes if c in _table()]
    types = frozenset(type_ for found in known if found for type_ in found)
    return types or (None if known else ANY)
