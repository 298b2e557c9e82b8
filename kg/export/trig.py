"""TriG: the named graphs of :mod:`kg.export.quads` as Turtle, sorted by graph, always the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import BinaryIO

from kg.export.quads import quads
from kg.export.triples import Lines
from kg.export.turtle import blocks, header, term
from kg.sorting import sort_lines


def _by_graph(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each quad as its graph and its triple. No term holds a tab, so it parts them without a change of order."""
    for line in lines:
        triple, _, graph = line.removesuffix(" .").rpartition(" ")
        yield graph, f"{triple} ."


def write(lines: Lines, out: BinaryIO) -> None:
    r"""Write sorted lines of N-Triples as TriG; memory holds the triples of one subject.

    Raises:
        KgError: a line is no triple.

    >>> import io
    >>> out = io.BytesIO()
    >>> write(["<http://e/a> <http://e/b> <http://e/c> ."], out)
    >>> print(out.getvalue().decode().split("\n\n", 1)[1])
    <https://w3id.org/kg-abstracts/graph/names> {
        <http://e/a> <http://e/b> <http://e/c> .
    }
    <BLANKLINE>
    """
    out.write(header().encode())
    rows = (row.split("\t") for row in sort_lines(f"{graph}\t{triple}" for graph, triple in _by_graph(quads(lines))))
    for graph, group in groupby(rows, key=lambda row: row[0]):
        out.write(f"\n{term(graph)} {{\n".encode())
        for text, _ in blocks(triple for _, triple in group):
            # Line feeds of the text of papers are escaped: those here are the block's own.
            indented = text.replace("\n", "\n    ")
            out.write(f"    {indented} .\n".encode())
        out.write(b"}\n")
