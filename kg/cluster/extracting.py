"""Parts of papers to extracted parts, the cache from which a later run goes on, and what the papers say of their names.

A part is extracted by one worker and written whole; one that is there already is only read. It has the form and the
name of a part of a graph directory (:mod:`kg.catalog`). Of the pairs that come out the first byte of the key says what
they are:

====  ======================  =====================================================================
tag   key                     value
====  ======================  =====================================================================
X     number of a part        its name, how many papers it has, and how many were extracted now
S     bucket of a key         how often papers name and use it so (:mod:`kg.cluster.cards`)
A     a key                   number of a part that asks what entity it is there, and of which type
====  ======================  =====================================================================
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.cluster.cards import said_rows, vote_rows
from kg.cluster.pairs import pack, unpack
from kg.cluster.reading import read_part
from kg.cluster.settings import Settings, settings_of
from kg.cluster.storage import Storage, own_mark
from kg.engine.base import Pair
from kg.ids import digest
from kg.model import ENTITY_TYPES, Extraction, Paper
from kg.records import extraction_from_record, extraction_to_record, paper_from_record, paper_to_record
from kg.resolve.evidence import read as read_evidence

EXTRACTIONS = "extractions"


@dataclass(frozen=True, slots=True)
class Read:
    """A paper and what is read out of it; ``extraction`` is None where another record of the same paper is kept."""

    key: str
    paper: Paper
    extraction: Extraction | None


def extract_parts(pairs: Iterator[Pair], *, told: str) -> Iterator[Pair]:
    """The parts of a shard, extracted; key is the number of a part, value its name and the lines that are spare."""
    settings = settings_of(told)
    for number, value in pairs:
        part, spare = unpack(value)
        name, records, extracted = _extracted(part, frozenset(spare), settings)
        kept = sum(1 for record in records if record.extraction is not None)
        yield b"X" + number, pack([name, kept, extracted])
        yield from _names(number, records, settings)


def _extracted(part: str, spare: frozenset[int], settings: Settings) -> tuple[str, list[Read], int]:
    storage = Storage(settings.place)
    papers = [(key, paper, line not in spare) for line, (key, paper) in enumerate(read_part(storage, part))]
    name = digest(*(key + ("+" if kept else "-") for key, _, kept in papers), length=32)
    if storage.exists(f"{EXTRACTIONS}/{name}.jsonl"):
        return name, list(read_extracted(storage, name)), 0
    found = _extract([paper for _, paper, kept in papers if kept], settings)
    records = [Read(key, paper, next(found) if kept else None) for key, paper, kept in papers]
    with storage.write(f"{EXTRACTIONS}/{name}.jsonl", own_mark()) as out:
        for record in records:
            out.write(pack(_to_record(record)) + b"\n")
    return name, records, sum(kept for _, _, kept in papers)


def _extract(papers: Iterable[Paper], settings: Settings) -> Iterator[Extraction]:
    from kg.extract import extract

    return extract(papers, config=settings.config)


def _to_record(record: Read) -> dict[str, object]:
    found = record.extraction and extraction_to_record(record.extraction, record.paper)
    return {"key": record.key, "paper": paper_to_record(record.paper), "extraction": found}


def read_extracted(storage: Storage, name: str) -> Iterator[Read]:
    """The records of an extracted part, in order of key."""
    with storage.open(f"{EXTRACTIONS}/{name}.jsonl") as lines:
        for line in lines.read().split(b"\n")[:-1]:
            record = unpack(line)
            found = record["extraction"]
            extraction = None if found is None else extraction_from_record(found)
            yield Read(record["key"], paper_from_record(record["paper"]), extraction)


def _names(number: bytes, records: list[Read], settings: Settings) -> Iterator[Pair]:
    """What the papers of a part say of their names, added up, and which keys they ask for."""
    said: Counter[tuple[str, int, str, int]] = Counter()
    votes: Counter[tuple[str, int, str, int]] = Counter()
    for record in records:
        if record.extraction is not None:
            says, means = read_evidence(record.extraction.entities, settings.wishes)
            said.update((s.key, ENTITY_TYPES.index(s.type), s.name, s.rank) for s in says)
            votes.update((v.short, ENTITY_TYPES.index(v.type), v.key, int(v.defined)) for v in means)
    for bucket, row in (*said_rows(said, settings.buckets), *vote_rows(votes, settings.buckets)):
        yield b"S" + bucket, row
    for key, type_ in sorted({(key, type_) for key, type_, _, _ in said}):
        yield b"A" + key.encode("utf-8", "surrogatepass"), pack(["q", type_, number.decode()])
