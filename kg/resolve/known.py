"""Well-known other names of one thing that no rule can find (``known.tsv``): COCO is Microsoft COCO.

Each row holds in nearly every paper; a name that means several things is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from kg.forms import normal_form
from kg.model import EntityType

TABLE = Path(__file__).with_name("known.tsv")


class Known(NamedTuple):
    """What a name stands for: the key of the name that it is filed under, and the type of the thing."""

    key: str
    type: EntityType


@cache
def known() -> Mapping[str, Known]:
    """The rows of the table by the normal form of the other name."""
    rows = (line.split("\t") for line in TABLE.read_text("utf-8").splitlines()[1:] if line and line[0] != "#")
    return {normal_form(name): Known(normal_form(same_as), type_) for type_, name, same_as, *_ in rows}  # type: ignore[arg-type]
