"""The chain over an engine's primitives: sources to sorted N-Quads, and to a graph directory where that is small."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from kg.cluster.directory import Made, begin, finish, opened
from kg.cluster.duplicates import spare
from kg.cluster.extracting import extract_parts
from kg.cluster.lines import bounds_of, ranged
from kg.cluster.pairs import pack, unpack
from kg.cluster.reading import PAPERS, read_splits
from kg.cluster.rejected import REJECTED, first_lines, first_rejected, write_rejected
from kg.cluster.resolving import answered, resolve
from kg.cluster.settings import Settings
from kg.cluster.splits import Split, files_of, placed, plan
from kg.cluster.storage import Storage, is_address, own_mark
from kg.cluster.tables import TABLES, write_empty
from kg.cluster.writing import QUADS, joined_lines, paper_lines, write_parts
from kg.config import Config
from kg.engine.base import Cluster, Data
from kg.errors import NoRecordsError, TooManyRejectedError, UsageError
from kg.graph.named import BUILD
from kg.graph.named import quads as in_graph
from kg.model import Rejected
from kg.naming import Tables
from kg.outputs import SMALL
from kg.resolve.index import LARGE
from kg.resolve.wishes import NOTHING
from kg.run import Counts, Limits, Progress, Silent, Summary
from kg.tally import Tally


@dataclass(frozen=True, slots=True)
class Sizes:
    """How work is cut: bytes of a piece of the sources, papers of a part, names of a bucket. No graph hangs on it.

    Where a number is 0, it follows from the size of the sources.
    """

    piece: int = 0
    part: int = 0
    bucket: int = 50_000
    small: int = SMALL


# What a piece (bytes) and a part (papers) have at least and at most, and how many there shall be of each at least.
_PIECES, _PARTS, _SLOTS = (1 << 16, 64 << 20), (16, 1_000), 32
# Shards of what all papers say, at least and at most, and papers for each: about 30 MB of triples.
_SHARDS, _PER_SHARD = (4, 20_000), 1_000
# Bytes that a record has about, names that a paper has, and lines that it makes.
_RECORD, _NAMES, _LINES = 1_600, 10, 500
# Lines that are looked at for each shard, to part all lines equally.
_LOOKED_AT = 50
# Rejected records that the summary has: all are in the files.
_TOLD = 1_000


@dataclass(slots=True)
class _Taken:
    """What came from the sources."""

    papers: int = 0
    rejected: int = 0
    last: Rejected | None = None
    parts: dict[str, int] = field(default_factory=dict)
    before: list[int] = field(default_factory=list)  # of each piece, how many lines of its file come before it
    notes: list[str] = field(default_factory=list)


def build(
    sources: Sequence[str],
    place: str,
    *,
    engine: Cluster,
    format: str | None = None,  # noqa: A002
    year: int | None = None,
    config: Config | None = None,
    limits: Limits | None = None,
    tables: Tables | None = None,
    inputs: Sequence[Mapping[str, object]] = (),
    force: bool = False,
    all_outputs: bool = False,
    sizes: Sizes | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Make ``place``, a path or address that all workers reach, hold the graph of exactly the papers of the sources.

    Parts that are extracted already are not extracted again, so a build that was stopped goes on where it was. Of up to
    ``sizes.small`` papers, or of any number with ``all_outputs``, a path becomes an ordinary graph directory too. The
    summary has the first thousand rejected records; all are in the place.

    Raises:
        UsageError: a source does not exist or cannot be read by workers, or a limit or table is for one machine alone.
        NoRecordsError: no usable record came.
        TooManyRejectedError: more were rejected than ``limits`` allow; what was there before stays.
    """
    limits, told = limits or Limits(), progress or Silent()
    if limits.papers is not None:
        raise UsageError("--limit reads the sources in turn, which only one machine does; give fewer sources instead")
    if all_outputs and is_address(place):
        raise UsageError(f"{place}: --all-outputs makes files of one machine; an address holds parts alone")
    with opened(place, tables or Tables(), told.note, force=force) as wishes, engine:
        job = _Job(engine, Settings(place, config or Config(), wishes), sizes or Sizes(), told)
        try:
            return job.run(job.plan(sources, format, year), limits, inputs, every=all_outputs)
        finally:
            job.storage.remove(PAPERS)


class _Job:
    """One build."""

    def __init__(self, engine: Cluster, settings: Settings, sizes: Sizes, progress: Progress) -> None:
        self.engine, self.settings, self.sizes, self.progress = engine, settings, sizes, progress
        self.storage = Storage(settings.place)
        self.shards = _SHARDS[0]
        self.told: tuple[Rejected, ...] = ()

    def run(
        self, splits: Sequence[Split], limits: Limits, inputs: Sequence[Mapping[str, object]], *, every: bool
    ) -> Summary:
        """All steps, from the pieces of the sources."""
        self.progress.stage("reading", None)
        read, taken = self.read(splits)
        _check(taken, limits)
        begin(self.storage)
        self.write_rejected(read, taken)
        self.size_shards(taken.papers)
        gone = spare(self.engine, self.engine.only(b"I", read), self.shards)
        kept = sum(taken.parts.values()) - sum(map(len, gone.values()))
        small = (every or kept <= self.sizes.small) and not is_address(self.settings.place)
        self.size_names(kept, small=small)
        self.progress.stage("extracting", kept)
        found, names, extracted = self.extract(taken.parts, gone)
        self.progress.stage("resolving", None)
        resolved = resolve(self.engine, self.engine.only(b"S", found), self.settings)
        self.progress.stage("writing", None)
        tally, quads, tables = self.write(found, resolved, len(taken.parts))
        nodes = sorted(p for made in resolved for p in self.engine.gather(self.engine.only(b"G", made)))
        made = Made(names, quads, tables, tally.generation, tuple(row for _, row in nodes) if small else None)
        summary = self._summary(taken, tally, extracted)
        finish(self.storage, self.settings.config, summary, made, inputs)
        return summary

    def _summary(self, taken: _Taken, tally: Tally, extracted: int) -> Summary:
        found = tally.counts()
        counts = Counts(
            rejected=taken.rejected,
            duplicates=taken.papers - found["papers"],
            triples=tally.triples,
            **found,
        )
        place = Path(self.settings.place)
        return Summary(place, counts, extracted, tally.by_type(), tuple(taken.notes), self.told)

    def plan(self, sources: Sequence[str], format: str | None, year: int | None) -> list[Split]:  # noqa: A002
        """The pieces of the sources. Sizes follow from the sources alone, so that the same parts come each time."""
        files = files_of(sources)
        total = sum(Storage(file).size() for file in files)
        piece = self.sizes.piece or _within(_PIECES, total // _SLOTS)
        part = self.sizes.part or _within(_PARTS, total // _RECORD // _SLOTS)
        self.settings = replace(self.settings, part=part)
        return plan(files, piece, format=format, year=year)

    def read(self, splits: Sequence[Split]) -> tuple[Data, _Taken]:
        """The papers as parts, with what they are called, and what else came."""
        pieces = ((b"%08d" % number, pack(split.to_record())) for number, split in enumerate(splits))
        work = partial(read_splits, told=self.settings.to_text())
        read = self.engine.keep(self.engine.map(work, self.engine.spread(pieces, len(splits))))
        taken = _Taken()
        before: Counter[str] = Counter()
        for key, packed in self.engine.gather(self.engine.only(b"T", read)):  # pieces come first, rejected records last
            kind, name, value = key[:1], key[1:].decode(), unpack(packed)
            if kind == b"L":
                file = splits[len(taken.before)].files[0]
                taken.before.append(before[file])
                before[file] += value[0]
                taken.papers += value[1]
                taken.rejected += value[2]
            elif kind == b"P":
                taken.parts[name] = value
            elif kind == b"R":
                taken.last = Rejected(**{**value, "where": placed(value["where"], taken.before[int(name)])})
            else:
                taken.notes.append(f"{placed(value['where'], taken.before[int(name[:8])])}: {value['text']}")
                self.progress.note(taken.notes[-1])
        return read, taken

    def write_rejected(self, read: Data, taken: _Taken) -> None:
        """The rejected records as parts of their own."""
        self.storage.remove(REJECTED)
        if taken.rejected:
            engine, shards = self.engine, min(len(taken.before), _SLOTS)
            first = engine.spread(first_lines(taken.before), shards)
            together = engine.group(first, engine.only(b"R", read), shards=shards)
            engine.gather(engine.map(partial(write_rejected, told=self.settings.to_text()), together))
            self.told = first_rejected(self.storage, _TOLD)

    def size_shards(self, papers: int) -> None:
        """Into how many shards what so many papers say is grouped, and of how many lines one is looked at for that."""
        self.shards = _within(_SHARDS, papers // _PER_SHARD)
        sampled = papers * _LINES // (self.shards * _LOOKED_AT)
        self.settings = replace(self.settings, sampled=max(1, sampled))

    def size_names(self, papers: int, *, small: bool) -> None:
        """Into how many buckets the names of so many papers are parted, and whether there are many or few."""
        buckets = -(-papers * _NAMES // self.sizes.bucket)
        self.settings = replace(self.settings, buckets=max(1, buckets), large=papers >= LARGE, small=small)

    def extract(self, parts: Mapping[str, int], gone: Mapping[str, Sequence[int]]) -> tuple[Data, tuple[str, ...], int]:
        """The parts extracted, their names, and how many papers had to be."""
        work = partial(extract_parts, told=self.settings.to_text())
        asked = [(b"%08d" % n, pack([name, gone.get(name, [])])) for n, name in enumerate(sorted(parts))]
        found = self.engine.keep(self.engine.map(work, self.engine.spread(asked, len(asked))))
        done = [unpack(value) for _, value in self.engine.gather(self.engine.only(b"X", found))]
        return found, tuple(sorted({name for name, *_ in done})), sum(extracted for *_, extracted in done)

    def write(self, found: Data, names: Sequence[Data], parts: int) -> tuple[Tally, tuple[str, ...], Mapping[str, int]]:
        """All triples as sorted parts of N-Quads and of tables: what is in them, their names, the rows of tables."""
        engine, told = self.engine, self.settings.to_text()
        entities = [engine.only(b"E", made) for made in names]
        answers = engine.map(answered, engine.group(*entities, engine.only(b"A", found), shards=self.shards))
        papers = engine.group(answers, engine.only(b"X", found), shards=parts)
        facts = engine.keep(engine.map(partial(paper_lines, told=told), papers))
        joined = engine.group(engine.only(b"J", facts), shards=self.shards)
        everything = [facts, *names, engine.keep(engine.map(partial(joined_lines, told=told), joined))]
        sample = (line for data in everything for line, _ in engine.gather(engine.only(b"K", data)))
        bounds = json.dumps([line.decode() for line in bounds_of(sample, self.shards)], ensure_ascii=False)
        lines = [engine.map(partial(ranged, bounds=bounds), engine.only(b"F", data)) for data in everything]
        for folder in (QUADS, TABLES):
            self.storage.remove(folder)
        written = engine.map(partial(write_parts, told=told), engine.group(*lines, shards=self.shards))
        counts = {name.decode(): unpack(value) for name, value in engine.gather(written)}
        tables = write_empty(self.storage, (rows for _, rows in counts.values()))
        return *self._with_build({name: tally for name, (tally, _) in counts.items()}), tables

    def _with_build(self, written: Mapping[str, Mapping[str, Any]]) -> tuple[Tally, tuple[str, ...]]:
        """What is in the parts together with the triples about the build itself, which are a part of their own."""
        tally = Tally()
        for counts in written.values():
            tally.join(counts)
        said = {"wishes": self.settings.wishes.key} if self.settings.wishes != NOTHING else {}
        settings = {**self.settings.config.to_record(), **said, "extractor": extractor_version()}
        about = tally.close(settings)
        with self.storage.write(f"{QUADS}/build.nq", own_mark()) as out:
            out.writelines(line.encode() + b"\n" for line in in_graph(about, BUILD))
        return tally, (*written, f"{QUADS}/build.nq")


def extractor_version() -> str:
    """The version of the extractor."""
    from kg.extract import VERSION

    return VERSION


def _within(bounds: tuple[int, int], number: int) -> int:
    return min(max(number, bounds[0]), bounds[1])


def _check(taken: _Taken, limits: Limits) -> None:
    """Stop where too much was rejected, or nothing came."""
    rejected, records, last = taken.rejected, taken.papers + taken.rejected, taken.last
    said = f"{last.where}: {last.what}: {last.why}" if last else ""
    most = limits.errors if limits.errors is not None else rejected
    share = limits.share if limits.share is not None else 1.0
    if rejected > most or rejected > share * records:
        raise TooManyRejectedError(
            f"{rejected:,} of {records:,} records were rejected, more than --max-errors allows; the last: {said}"
        )
    if not taken.papers:
        first = f"; one of {rejected:,} rejected: {said}" if said else ""
        raise NoRecordsError(f"no usable record was found{first}; `kg read` shows what is understood")
