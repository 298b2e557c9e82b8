"""One opened input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Source:
    """One opened input: decompressed bytes at their start, and what the caller said about it.

    ``name`` is how messages call it (a path as given, ``-`` for standard input, ``archive.zip!member``). ``year`` is
    the user's word for the year of a page that does not print its own.
    """

    name: str
    stream: BinaryIO
    year: int | None = None
