"""N-Quads, sorted: each paper's facts in a named graph of its own, as :mod:`kg.export.quads` tells."""

from __future__ import annotations

from typing import BinaryIO

from kg.export.quads import quads
from kg.export.triples import Lines


def write(lines: Lines, out: BinaryIO) -> None:
    """Write sorted lines of N-Triples as sorted lines of N-Quads.

    Raises:
        KgError: a line is no triple.
    """
    out.writelines(quad.encode() + b"\n" for quad in quads(lines))
