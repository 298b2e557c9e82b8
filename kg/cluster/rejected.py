"""Rejected records, written by the workers: there may be more than one machine should hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import BinaryIO

from kg.cluster.pairs import by_key, pack, unpack
from kg.cluster.settings import settings_of
from kg.cluster.splits import placed
from kg.cluster.storage import Storage, own_mark
from kg.engine.base import Pair
from kg.model import Rejected
from kg.records import to_line

REJECTED = "rejected"


def first_lines(before: Iterable[int]) -> Iterator[Pair]:
    """For each piece of the sources, by number, how many lines of its file come before it."""
    for piece, lines in enumerate(before):
        yield b"%08d" % piece, pack(["", lines])  # sorts before all records


def write_rejected(pairs: Iterator[Pair], *, told: str) -> Iterator[Pair]:
    """A part of each piece that has rejected records, with their places in the files; out comes its name.

    To the pairs of tag R (:mod:`kg.cluster.reading`) come those of :func:`first_lines`.
    """
    storage = Storage(settings_of(told).place)
    for piece, values in by_key(pairs):
        rows = (unpack(value) for value in values)
        _, before = next(rows)
        first = next(rows, None)
        if first is None:
            continue
        name = f"{REJECTED}/part-{piece.decode()}.jsonl"
        with storage.write(name, own_mark()) as out:
            for _, record in (first, *rows):
                rejected = Rejected(**{**record, "where": placed(record["where"], before)})
                out.write(to_line(asdict(rejected)).encode("utf-8", "backslashreplace") + b"\n")
        yield name.encode(), b""


def join_rejected(storage: Storage, out: BinaryIO) -> None:
    """All parts as one file, in order of the sources."""
    for name in storage.list(REJECTED):
        with storage.open(name) as part:
            while chunk := part.read(1 << 20):
                out.write(chunk)


def first_rejected(storage: Storage, most: int) -> tuple[Rejected, ...]:
    """The first of the rejected records."""
    return tuple(islice(_read(storage), most))


def _read(storage: Storage) -> Iterator[Rejected]:
    for name in storage.list(REJECTED):
        with storage.open(name) as part:
            yield from (Rejected(**json.loads(line)) for line in part.read().split(b"\n")[:-1])
