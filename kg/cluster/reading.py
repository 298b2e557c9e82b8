"""Pieces of the sources to parts of papers: each written once, with what its papers are called, for all that follows.

A part is a file of at most so many records, named by the digest of what is in it, so that a piece read twice gives the
same files. Of the pairs that come out the first byte of the key says what they are:

====  =================================  ==========================================================
tag   key                                value
====  =================================  ==========================================================
I     a name of a paper                  the place of a record, that of the record to keep first in order
T     L, number of piece                 how many lines, papers and rejected records it has
T     P, name of a part                  how many papers it has
T     R, number of piece                 the last record that was rejected
T     N, number of piece and record      a note
R     number of piece                    number and content of a rejected record
====  =================================  ==========================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import NamedTuple

from kg.catalog import content_key, rank_of
from kg.cluster.pairs import pack, unpack
from kg.cluster.settings import Settings, settings_of
from kg.cluster.splits import Count, Split, items_of
from kg.cluster.storage import Storage, own_mark
from kg.engine.base import Pair
from kg.ids import digest, paper_keys
from kg.model import Paper, Rejected
from kg.records import mended, paper_from_record, paper_to_record, to_line

PAPERS = "papers"


class Place(NamedTuple):
    """Where a record lies: in which part, at which line."""

    part: str
    line: int

    @classmethod
    def of(cls, place: bytes) -> Place:
        """The place that :func:`_place` wrote."""
        part, line = place.decode().split(" ")[-2:]
        return cls(part, int(line))


def _place(paper: Paper, names: Sequence[str], key: str, part: str, line: int) -> bytes:
    """The place of a record in an order in which the one to keep of one paper's is first.

    That is the one with most identifiers, then the longest abstract, then the smallest key, as on one machine.
    """
    return f"{rank_of(paper, names)} {key} {part} {line:06d}".encode()


def read_splits(pairs: Iterator[Pair], *, told: str) -> Iterator[Pair]:
    """The pieces of a shard to parts of papers."""
    settings = settings_of(told)
    for number, record in pairs:
        yield from _read_split(number, Split.from_record(unpack(record)), settings)


def _read_split(number: bytes, split: Split, settings: Settings) -> Iterator[Pair]:
    count, papers, rejected, notes = Count(), 0, 0, 0
    waiting: dict[str, Paper] = {}
    last: Rejected | None = None
    keyed = _Keys(settings)
    for item in items_of(split, count):
        if isinstance(item, Paper):
            papers += 1
            paper = mended(item)
            waiting.setdefault(keyed.of(paper), paper)
            if len(waiting) >= settings.part:
                yield from _part(waiting, settings)
                waiting.clear()
        elif isinstance(item, Rejected):
            last = item
            yield b"R" + number, pack([f"{rejected:09d}", asdict(item)])
            rejected += 1
        else:
            yield b"TN" + number + b"%09d" % notes, pack(asdict(item))
            notes += 1
    yield from _part(waiting, settings)
    if last is not None:
        yield b"TR" + number, pack(asdict(last))
    yield b"TL" + number, pack([count.lines, papers, rejected])


class _Keys:
    """Keys of papers in the cache, for one extractor and its settings."""

    def __init__(self, settings: Settings) -> None:
        from kg.extract import VERSION

        self._version, self._config = VERSION, to_line(settings.config.to_record())

    def of(self, paper: Paper) -> str:
        """The key of a paper."""
        return content_key(paper, self._version, self._config)


def _part(papers: dict[str, Paper], settings: Settings) -> Iterator[Pair]:
    """Write a part, unless it is there, and say what is in it."""
    if not papers:
        return
    ordered = sorted(papers.items())
    name = digest(*(key for key, _ in ordered), length=32)
    storage = Storage(settings.place)
    if not storage.exists(f"{PAPERS}/{name}.jsonl"):
        with storage.write(f"{PAPERS}/{name}.jsonl", own_mark()) as out:
            for key, paper in ordered:
                out.write(pack({"key": key, "paper": paper_to_record(paper)}) + b"\n")
    yield b"TP" + name.encode(), pack(len(ordered))
    for line, (key, paper) in enumerate(ordered):
        names = paper_keys(paper)
        place = _place(paper, names, key, name, line)
        for called in names:
            yield b"I" + called.encode(), place


def read_part(storage: Storage, name: str) -> Iterator[tuple[str, Paper]]:
    """The papers of a part with their keys, in order of key."""
    with storage.open(f"{PAPERS}/{name}.jsonl") as lines:
        for line in lines.read().split(b"\n")[:-1]:
            record = unpack(line)
            yield record["key"], paper_from_record(record["paper"])
