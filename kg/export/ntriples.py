"""N-Triples: the sorted lines themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from kg.sorting import unique


def write(lines: Iterable[str], out: BinaryIO) -> None:
    r"""Write sorted lines, each once.

    >>> import io
    >>> out = io.BytesIO()
    >>> write(["<http://a> <http://b> <http://c> ."] * 2, out)
    >>> out.getvalue()
    b'<http://a> <http://b> <http://c> .\n'
    """
    for line in unique(lines):
        out.write(line.rstrip("\n").encode() + b"\n")
