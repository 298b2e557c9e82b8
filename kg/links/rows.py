"""Bytes to the rows of a table: one row a line, cells apart by tab, comma or semicolon.

A row over several lines is refused and not read: no name or address has line ends, and a quotation mark that is never
closed must not eat the rows after it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from kg.inputs.lines import Line, numbered, start_of
from kg.inputs.source import Source
from kg.inputs.strings import excerpt
from kg.model import Note, Rejected

_SEPARATORS = "\t,;"


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one line, without outer white space, and its place."""

    where: str
    cells: tuple[str, ...]


def split(line: str, separator: str) -> tuple[str, ...]:
    r"""The cells of a line.

    Raises:
        ValueError: a quotation mark is not closed, or stands where it may not.

    >>> split('"a, b",c', ","), split('say "x"\tc', "\t")
    (('a, b', 'c'), ('say "x"', 'c'))
    """
    if separator == "\t" and not line.startswith('"') and '\t"' not in line:
        return tuple(cell.strip() for cell in line.split("\t"))
    try:
        cells = next(csv.reader([line], delimiter=separator, strict=True, skipinitialspace=True), [])
    except csv.Error as error:
        raise ValueError(str(error)) from None
    return tuple(cell.strip() for cell in cells)


def separator_of(line: str) -> str:
    """The separator of a table with that first line: the one that is most frequent in it."""
    return max(_SEPARATORS, key=line.count)


def first_row(head: bytes) -> tuple[str, ...]:
    """The first cells of a file that are no comment (``#``), in lower case; none where it is no table."""
    line = next((x for x in start_of(head).splitlines() if x.strip() and not x.startswith("#")), "")
    try:
        return tuple(cell.lower() for cell in split(line, separator_of(line)))
    except ValueError:
        return ()


def rows(source: Source, *, comments: str = "", bare: bool = False) -> Iterator[Row | Rejected | Note]:
    """The rows in order, the header first; lines that are empty or begin with the ``comments`` sign are passed over.

    ``bare``: between tabs a quotation mark is a sign like others.
    """
    separator = ""
    for line in numbered(source):
        if isinstance(line, Note):
            yield line
            continue
        if not line.text.strip() or (comments and line.text.startswith(comments)):
            continue
        separator = separator or separator_of(line.text)
        if bare and separator == "\t":
            yield Row(f"{source.name}:{line.number}", tuple(cell.strip() for cell in line.text.split("\t")))
        else:
            yield _row(source.name, line, separator)


def _row(name: str, line: Line, separator: str) -> Row | Rejected:
    where = f"{name}:{line.number}"
    try:
        return Row(where, split(line.text, separator))
    except ValueError as error:
        remedy = f"no row of a table ({error}); put each row on one line and close its quotation marks"
        return Rejected(where, excerpt(line.text), remedy)
