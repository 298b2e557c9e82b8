"""N-Triples: the sorted lines themselves."""

from __future__ import annotations

from typing import BinaryIO

from kg.export.triples import Lines


def write(lines: Lines, out: BinaryIO) -> None:
    r"""Write sorted lines, each once.

    >>> import io
    >>> out = io.BytesIO()
    >>> write(["<http://a> <http://b> <http://c> ."] * 2, out)
    >>> out.getvalue()
    b'<http://a> <http://b> <http://c> .\n'
    """
    last = b""
    for line in lines:
        raw = (line if isinstance(line, bytes) else line.encode()).rstrip(b"\n")
        if raw != last:
            out.write(raw + b"\n")
        last = raw
