"""What the tests of the readers share."""

from __future__ import annotations

import io
from collections.abc import Iterable

from kg.model import Note, Paper, Rejected
from kg.read.base import Format, Item, Source


def read(form: Format, data: bytes | str, year: int | None = None, name: str = "in") -> list[Item]:
    raw = data.encode() if isinstance(data, str) else data
    return list(form.read(Source(name, io.BytesIO(raw), year)))


def papers(items: Iterable[Item]) -> list[Paper]:
    return [item for item in items if isinstance(item, Paper)]


def rejected(items: Iterable[Item]) -> list[Rejected]:
    return [item for item in items if isinstance(item, Rejected)]


def notes(items: Iterable[Item]) -> list[Note]:
    return [item for item in items if isinstance(item, Note)]


def only(form: Format, data: bytes | str, year: int | None = None) -> Paper:
    """The one paper in the data, where nothing else may come out."""
    (item,) = read(form, data, year)
    assert isinstance(item, Paper), item
    return item
