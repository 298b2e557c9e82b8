"""A table of one's own: name, address and, where known, type, apart by tab, comma or semicolon.

Columns are found by their names (name, iri, type, aliases, and what else they go by); without a header they are name,
address and type in this order. Aliases are joined by ``|``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from kg.inputs.lines import is_text
from kg.inputs.source import Source
from kg.inputs.strings import excerpt
from kg.links.base import ANY, Format, Item, address, thing
from kg.links.rows import Row, first_row, rows
from kg.model import EntityType, Rejected

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("name", "label", "entity", "term"),
    "iri": ("iri", "uri", "url", "address", "link"),
    "type": ("type", "types"),
    "aliases": ("aliases", "alias", "other names"),
}
_SOURCE = "own table"
_TYPES: dict[str, EntityType] = {t.lower(): t for t in get_args(EntityType)}
_APART = re.compile(r"\s*[|,;]\s*")


def types_in(cell: str) -> frozenset[EntityType]:
    """The types that a cell names, whatever their case, apart by ``|``, comma or semicolon; none for an empty cell.

    Raises:
        ValueError: one is none of the five; the message lists them.

    >>> sorted(types_in("dataset|Benchmark")), types_in("")
    (['Benchmark', 'Dataset'], frozenset())
    """
    words = [word for word in _APART.split(cell.strip()) if word]
    if unknown := next((w for w in words if w.lower() not in _TYPES), None):
        raise ValueError(f"{excerpt(unknown)!r} is no type; the types are {', '.join(_TYPES.values())}")
    return frozenset(_TYPES[word.lower()] for word in words) or ANY


def _places(header: tuple[str, ...]) -> dict[str, int]:
    """Column -> its place, for a header row; nothing where it is none."""
    lower = [cell.lower() for cell in header]
    found = {column: next((lower.index(n) for n in names if n in lower), -1) for column, names in COLUMNS.items()}
    return found if found["name"] >= 0 and found["iri"] >= 0 else {}


def _read(source: Source) -> Iterator[Item]:
    places: dict[str, int] = {}
    for row in rows(source, comments="#"):
        if not isinstance(row, Row):
            yield row
        elif not places and (found := _places(row.cells)):
            places = found
        else:
            places = places or {"name": 0, "iri": 1, "type": 2, "aliases": 3}
            yield _thing(row, places)


def _thing(row: Row, places: dict[str, int]) -> Item:
    cells = {column: row.cells[at] if 0 <= at < len(row.cells) else "" for column, at in places.items()}
    if len(row.cells) < 2:
        return Rejected(row.where, excerpt(" ".join(row.cells)), "name, address and type belong in each row")
    try:
        types = types_in(cells["type"])
    except ValueError as error:
        return Rejected(row.where, excerpt(cells["type"]), str(error))
    return thing(row.where, cells["iri"], cells["name"], cells["aliases"].split("|"), types, _SOURCE)


def _sniff(head: bytes, _suffix: str) -> bool:
    if not is_text(head) or head.lstrip()[:1] in (b"{", b"["):
        return False
    cells = first_row(head)
    return bool(_places(cells)) or (2 <= len(cells) <= 4 and address(cells[1]) is not None)


FORMAT = Format("table", "a table of one's own (name, address, type)", _sniff, _read)
