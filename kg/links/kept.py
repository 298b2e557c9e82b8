r"""The things that a graph directory keeps (``links.tsv``): papers added later are linked without the user's file.

Tab-separated with a header: iri, label, aliases (joined by ``|``), types (joined by ``|``), source, close_only
(``yes`` or nothing). A tab, line end, ``|`` or backslash within a cell is written ``\t``, ``\n``, ``\r``, ``\|``,
``\\``. Sorted by code points; each pair of address and label stands once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import get_args

from kg.errors import KgError
from kg.files import whole
from kg.inputs.lines import Line, numbered
from kg.inputs.source import Source
from kg.inputs.strings import excerpt
from kg.links.base import Format, Item, Thing, thing
from kg.model import EntityType, Rejected
from kg.sorting import sort_lines

COLUMNS = ("iri", "label", "aliases", "types", "source", "close_only")
_HEADER = "\t".join(COLUMNS)
_TYPES: dict[str, EntityType] = {t: t for t in get_args(EntityType)}
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "|": "\\|"})
_ESCAPED = re.compile(r"\\(.)")
_PLAIN = {"t": "\t", "n": "\n", "r": "\r"}
_JOINED = re.compile(r"((?:[^|\\]|\\.)*)(?:\||$)")


def to_line(thing: Thing) -> str:
    r"""A thing as a row of the table.

    >>> to_line(Thing("http://e/1", "BERT", ("B|E", "C"), frozenset({"Method"}), "x"))
    'http://e/1\tBERT\tB\\|E|C\tMethod\tx\t'
    """
    aliases = "|".join(a.translate(_ESCAPES) for a in sorted(set(thing.aliases)))
    names = (thing.iri.translate(_ESCAPES), thing.label.translate(_ESCAPES), aliases)
    rest = ("|".join(sorted(thing.types)), thing.source.translate(_ESCAPES), "yes" if thing.close_only else "")
    return "\t".join((*names, *rest))


def from_line(line: str) -> Thing:
    r"""The thing of a row as :func:`to_line` makes it.

    Raises:
        ValueError: it is no such row; the message says why.

    >>> from_line(to_line(Thing("http://e/1", "a\\b", ("c|d",)))) == Thing("http://e/1", "a\\b", ("c|d",))
    True
    """
    cells = line.split("\t")
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{len(cells)} cells, where {len(COLUMNS)} belong: {', '.join(COLUMNS)}")
    iri, label, aliases, types, source, close = cells
    if unknown := sorted(set(filter(None, types.split("|"))) - _TYPES.keys()):
        raise ValueError(f"{unknown[0]!r} is no type; the types are {', '.join(_TYPES)}")
    found = thing(
        "",
        _plain(iri),
        _plain(label),
        _joined(aliases),
        frozenset(_TYPES[t] for t in types.split("|") if t),
        _plain(source),
        close_only=close == "yes",
    )
    if isinstance(found, Rejected):
        raise ValueError(f"{found.what}: {found.why}")  # noqa: TRY004
    return found


def _plain(cell: str) -> str:
    return _ESCAPED.sub(lambda m: _PLAIN.get(m.group(1), m.group(1)), cell) if "\\" in cell else cell


def _joined(cell: str) -> list[str]:
    return [_plain(part) for part in _JOINED.findall(cell) if part]


def write_things(path: Path, things: Iterable[Thing]) -> int:
    """Write things as a sorted table and return how many rows it has; the same things in any order give the same bytes.

    Things of one address and label become one: aliases, types and sources of all, ``close_only`` where all are. Memory
    stays flat at any number of things; what is sorted lies in temporary files beside ``path``.
    """
    count = 0
    with whole(path, force=True) as out:
        out.write(f"{_HEADER}\n".encode())
        rows = sort_lines(map(to_line, things), folder=path.parent)
        for _, same in groupby(rows, key=lambda row: row.split("\t", 2)[:2]):
            out.write(f"{_one(list(same))}\n".encode())
            count += 1
    return count


def _one(rows: list[str]) -> str:
    """The row for all rows of one address and label."""
    if len(rows) == 1:
        return rows[0]
    same = [from_line(row) for row in rows]
    return to_line(
        Thing(
            same[0].iri,
            same[0].label,
            tuple({a for t in same for a in t.aliases}),
            frozenset(type_ for t in same for type_ in t.types),
            ", ".join(sorted({s for t in same for s in t.source.split(", ") if s})),
            all(t.close_only for t in same),
        )
    )


def read_things(path: Path) -> Iterator[Thing]:
    """The things of a table that :func:`write_things` made, in its order.

    Raises:
        KgError: the table is damaged; the message names file and line.
    """
    with path.open("rb") as stream:
        for item in _read(Source(str(path), stream)):
            if isinstance(item, Rejected):
                raise KgError(f"{item.where}: {item.what}: {item.why}; delete this file and give --links again")
            if isinstance(item, Thing):
                yield item


def _read(source: Source) -> Iterator[Item]:
    for line in numbered(source):
        if not isinstance(line, Line):
            yield line
        elif line.number == 1 or not line.text:
            if line.text not in ("", _HEADER):
                yield Rejected(f"{source.name}:1", excerpt(line.text), f"no header {', '.join(COLUMNS)}")
        else:
            try:
                yield from_line(line.text)
            except ValueError as error:
                yield Rejected(f"{source.name}:{line.number}", excerpt(line.text), str(error))


FORMAT = Format(
    "kept",
    "links.tsv of a graph directory",
    lambda head, _suffix: head.split(b"\n", 1)[0].rstrip(b"\r") == _HEADER.encode(),
    _read,
)
