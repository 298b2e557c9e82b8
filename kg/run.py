"""The chain: read, extract, resolve, write, publish. Counting, resuming and order live here, once.

A build makes the set of papers in a graph directory equal to its sources; ``add`` and ``remove`` change that set. Then
the same steps follow: what is not yet extracted is extracted (the cache is the resume), names are resolved over all
papers, and everything else in the directory is derived anew from the cache. So the outcome depends on the set of papers
and the settings alone.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

from kg.config import Config, Model
from kg.derive import derive, write_manifest, write_rejected
from kg.engine.base import Engine
from kg.engine.local import Local
from kg.errors import KgError, NoRecordsError, TooManyRejectedError
from kg.folder import PART, Cached, Folder
from kg.ids import BASE, digest, paper_iri, paper_keys
from kg.model import Extraction, Item, Paper, Rejected
from kg.naming import Tables, keep_tables
from kg.records import mended, paper_to_record, to_line
from kg.store import open_folder

T = TypeVar("T")

_PAPERS = BASE + "paper/"
# Papers per shard of the engine: enough that handing a shard over is little beside the work on it.
_SHARD = 32


class Progress(Protocol):
    """Who is told how far a build is; nothing depends on it."""

    def stage(self, name: str, total: int | None) -> None:
        """A stage begins, of so many steps where that is known."""

    def advance(self, steps: int = 1) -> None:
        """So many more steps are done."""

    def note(self, text: str) -> None:
        """Something that the user should know."""


class Silent:
    """A :class:`Progress` that says nothing."""

    def stage(self, name: str, total: int | None) -> None:
        """Nothing."""

    def advance(self, steps: int = 1) -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a build counted; ``read`` = ``papers`` + ``duplicates`` + ``rejected``."""

    papers: int = 0
    rejected: int = 0
    duplicates: int = 0
    entities: int = 0
    relations: int = 0
    results: int = 0
    claims: int = 0
    triples: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """The outcome of a build: its counts, how many papers had to be extracted, and the notes of the readers."""

    place: Path
    counts: Counts
    extracted: int
    by_type: Mapping[str, int]
    notes: tuple[str, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: after ``papers`` papers, or once more than ``errors`` or a ``share`` of records are rejected."""

    papers: int | None = None
    errors: int | None = None
    share: float | None = None


# ---------------------------------------------------------------- which papers


@dataclass(slots=True)
class _Taken:
    """What came from the sources: keys of the papers in the order read, rejected records and notes."""

    keys: list[str] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def content_key(paper: Paper, version: str, config: Config) -> str:
    """The key of a paper in the cache: another text, extractor or setting is another key."""
    return digest(to_line(paper_to_record(paper)), version, to_line(config.to_record()), length=40)


def _take(items: Iterable[Item], limits: Limits, progress: Progress, taken: _Taken) -> Iterator[Paper]:
    """The papers of a stream, while everything else in it is kept and counted."""
    papers = 0
    for item in items:
        if isinstance(item, Paper):
            papers += 1
            progress.advance()
            yield mended(item)
            if papers == limits.papers:
                return
        elif isinstance(item, Rejected):
            taken.rejected.append(item)
            if limits.errors is not None and len(taken.rejected) > limits.errors:
                raise _too_many(taken.rejected, papers)
        else:
            taken.notes.append(f"{item.where}: {item.text}")
            progress.note(taken.notes[-1])
    if limits.share is not None and len(taken.rejected) > limits.share * (papers + len(taken.rejected)):
        raise _too_many(taken.rejected, papers)


def _too_many(rejected: list[Rejected], papers: int) -> TooManyRejectedError:
    last = rejected[-1]
    return TooManyRejectedError(
        f"{len(rejected):,} of {papers + len(rejected):,} records were rejected, more than --max-errors allows; "
        f"the last: {last.where}: {last.what}: {last.why}"
    )


def choose(papers: Iterable[tuple[str, Paper]]) -> set[str]:
    """The keys of the papers to keep: one of all records that share an identifier, or title and abstract.

    Of one paper's records the one kept has most identifiers, then the longest abstract, then the smallest key: order
    plays no part.
    """
    leader: dict[str, str] = {}
    rank: dict[str, tuple[int, int, str]] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for key, paper in papers:
        names = paper_keys(paper)
        rank[key] = (-len(names), -len(paper.abstract), key)
        for name in names:
            leader[find(name)] = find("=" + key)
    best: dict[str, str] = {}
    for key in sorted(rank, key=rank.__getitem__):
        best.setdefault(find("=" + key), key)
    return set(best.values())


# ---------------------------------------------------------------- the three ways to change a graph directory


def build(
    items: Iterable[Item],
    place: Path,
    *,
    config: Config | None = None,
    engine: Engine | None = None,
    limits: Limits | None = None,
    inputs: Callable[[], list[dict[str, object]]] = list,
    tables: Tables | None = None,
    force: bool = False,
    page: bool = True,
    progress: Progress | None = None,
) -> Summary:
    """Make the graph directory ``place`` hold exactly the papers of ``items``.

    What the cache of the directory has already is not extracted again, so a build that was killed goes on where it
    was, and the bytes are those of a build that was not. ``inputs`` describes the sources for the manifest and is
    called after they are read. ``tables`` are what the user says of names, kept from then on.

    Raises:
        NoRecordsError: no usable record came.
        TooManyRejectedError: more were rejected than ``limits`` allow; what was there before stays.
    """
    job = _Job(Folder(place), config or Config(), engine or Local(), progress or Silent())
    with job.folder.locked(force=force):
        keep_tables(job.folder, tables or Tables(), job.progress.note)
        taken = _Taken()
        job.progress.stage("reading", None)
        job.spool(_take(items, limits or Limits(), job.progress, taken), taken)
        if not taken.keys:
            raise _nothing(taken)
        active = set(taken.keys)
        job.folder.keep_parts(lambda key, _: key in active)
        extracted = job.settle()
        counts = Counts(rejected=len(taken.rejected), duplicates=len(taken.keys) - len(job.kept))
        return job.finish(counts, taken, inputs(), page=page, extracted=extracted)


def add(
    items: Iterable[Item],
    place: Path,
    *,
    model: Model | None = None,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Add papers to a finished graph directory; the outcome is that of a build from all of them.

    Raises:
        UsageError: ``model`` is not the one that the graph was built with.
        NotAGraphError: there is no finished graph.
        NoRecordsError: no usable record came.
    """
    folder = Folder(place)
    manifest = folder.read_manifest()
    job = _Job(folder, Config.from_record(manifest["configuration"], model), engine or Local(), progress or Silent())
    with folder.locked():
        taken = _Taken(rejected=_read_rejected(folder))
        job.progress.stage("reading", None)
        job.spool(_take(items, Limits(), job.progress, taken), taken)
        if not taken.keys:
            raise _nothing(taken)
        extracted = job.settle()
        before = manifest["counts"]
        # The papers of an `add` that was killed before may be kept now without having been counted.
        duplicates = max(0, before["papers"] + before["duplicates"] + len(taken.keys) - len(job.kept))
        counts = Counts(rejected=len(taken.rejected), duplicates=duplicates)
        page = folder.page.exists()
        return job.finish(counts, taken, manifest["inputs"], page=page, extracted=extracted)


def remove(
    names: Iterable[str], place: Path, *, model: Model | None = None, progress: Progress | None = None
) -> Summary:
    """Take papers out of a finished graph directory: by IRI, by own id, or by DOI, arXiv and the like.

    Raises:
        UsageError: ``model`` is not the one that the graph was built with.
        NotAGraphError: there is no finished graph.
        KgError: a name fits no paper, or the graph would be left empty.
    """
    folder = Folder(place)
    manifest = folder.read_manifest()
    job = _Job(folder, Config.from_record(manifest["configuration"], model), Local(), progress or Silent())
    with folder.locked():
        asked = set(names)
        gone = _matching(folder, asked)
        if len(gone) > len(asked):
            job.progress.note(f"{len(gone):,} records bear the {len(asked):,} names given; all of them are removed")
        if sum(1 for _ in folder.read_index()) == len(gone):
            raise KgError(f"{place}: these are all of its papers; delete the directory instead")
        folder.keep_parts(lambda key, _: key not in gone)
        extracted = job.settle()
        before = manifest["counts"]
        duplicates = max(0, before["papers"] + before["duplicates"] - len(gone) - len(job.kept))
        counts = Counts(rejected=before["rejected"], duplicates=duplicates)
        taken = _Taken(rejected=_read_rejected(folder))
        return job.finish(counts, taken, manifest["inputs"], page=folder.page.exists(), extracted=extracted)


def rename(
    place: Path,
    *,
    tables: Tables | None = None,
    model: Model | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Resolve the names of a finished graph directory again, with the user's tables as they are now.

    Nothing is extracted; without a change of the tables nothing changes.

    Raises:
        UsageError: a table cannot be read, or ``model`` is not the one that the graph was built with.
        NotAGraphError: there is no finished graph.
    """
    folder = Folder(place)
    manifest = folder.read_manifest()
    job = _Job(folder, Config.from_record(manifest["configuration"], model), Local(), progress or Silent())
    with folder.locked():
        keep_tables(folder, tables or Tables(), job.progress.note)
        extracted = job.settle()
        counts = Counts(rejected=manifest["counts"]["rejected"], duplicates=manifest["counts"]["duplicates"])
        taken = _Taken(rejected=_read_rejected(folder))
        return job.finish(counts, taken, manifest["inputs"], page=folder.page.exists(), extracted=extracted)


def _nothing(taken: _Taken) -> NoRecordsError:
    first = f"; the first of {len(taken.rejected):,} rejected: {_said(taken.rejected[0])}" if taken.rejected else ""
    return NoRecordsError(f"no usable record was found{first}; `kg read` shows what is understood, `kg formats` lists")


def _said(rejected: Rejected) -> str:
    return f"{rejected.where}: {rejected.what}: {rejected.why}"


def _matching(folder: Folder, names: set[str]) -> set[str]:
    """The keys of the cached papers that the names mean."""
    gone, unused = set(), set(names)
    for cached in folder.read_parts():
        paper = cached.paper
        known = {paper.id, paper_iri(paper), *paper_keys(paper), paper.ids.doi, paper.ids.arxiv, paper.ids.acl}
        if hit := names & {k for k in known if k}:
            gone.add(cached.key)
            unused -= hit
    # What a `remove` that was killed took out of the cache already is still published: the same command goes on.
    unused = {name for name in unused if not _is_published(folder, name)}
    if unused:
        asked = ", ".join(sorted(unused))
        raise KgError(f"{folder.path}: no paper is called {asked}; give its id, DOI, arXiv id or IRI")
    return gone


def _is_published(folder: Folder, name: str) -> bool:
    """Whether the published graph has a paper of that IRI, key or identifier."""
    published = open_folder(folder.store)
    names = "?p dcterms:identifier|fabio:hasArXivId|prism:doi ?name . ?p a kg:Paper"
    if published.query(f"SELECT ?p ?name {{ {names} }} LIMIT 1", bindings={"name": name}).rows:
        return True
    local = name.removeprefix(_PAPERS)
    if not re.fullmatch(r"[a-z0-9.-]+", local):
        return False
    return bool(published.query("SELECT ?c ?p { ?p a ?c }", bindings={"p": f"<{_PAPERS}{local}>"}).rows)


def _read_rejected(folder: Folder) -> list[Rejected]:
    if not folder.rejected.exists():
        return []
    with folder.rejected.open(encoding="utf-8") as lines:
        try:
            return [Rejected(**json.loads(line)) for line in lines]
        except (ValueError, TypeError) as error:
            raise KgError(f"{folder.rejected}: damaged ({error}); delete it, or build again") from None


# ---------------------------------------------------------------- the steps that all three share


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def _extract_shard(papers: list[Paper], *, config: Config) -> list[Extraction]:
    """What one call of the engine does; a module-level function, so that workers can receive it."""
    from kg.extract import extract

    return list(extract(papers, config=config))


def _map_papers(papers: Iterable[Paper], *, config: Config, engine: Engine) -> Iterator[tuple[Paper, Extraction]]:
    pending: deque[list[Paper]] = deque()

    def shards() -> Iterator[list[Paper]]:
        for batch in _batches(papers, _SHARD):
            pending.append(batch)
            yield batch

    for extractions in engine.map(partial(_extract_shard, config=config), shards()):
        yield from zip(pending.popleft(), extractions, strict=True)


def extracted(
    items: Iterable[Item], *, config: Config, engine: Engine, progress: Progress | None = None
) -> Iterator[tuple[Paper, Extraction]]:
    """Each paper of a stream with what is read out of it, in order; rejected records are noted and left out."""
    told = progress or Silent()
    taken = _Taken()
    told.stage("extracting", None)
    yield from _map_papers(_take(items, Limits(), told, taken), config=config, engine=engine)
    for rejected in taken.rejected:
        told.note(f"rejected: {_said(rejected)}")


class _Job:
    """One change of a graph directory, under its lock."""

    def __init__(self, folder: Folder, config: Config, engine: Engine, progress: Progress) -> None:
        from kg.extract import VERSION

        self.folder, self.config, self.engine, self.progress = folder, config, engine, progress
        self.version = VERSION
        self.kept: set[str] = set()

    def spool(self, papers: Iterable[Paper], taken: _Taken) -> None:
        """Keep the papers that the cache does not have yet, not extracted."""
        known = {key for _, key, _ in self.folder.read_index()}
        fresh: set[str] = set()

        def unknown() -> Iterator[Cached]:
            for paper in papers:
                key = content_key(paper, self.version, self.config)
                taken.keys.append(key)
                if key not in known and key not in fresh:
                    fresh.add(key)
                    yield Cached(key, paper, None)

        for batch in _batches(unknown(), PART):
            self.folder.add_part(batch)

    def settle(self) -> int:
        """Choose among duplicates and extract what is chosen and not yet extracted; so many were extracted."""
        self.kept = choose((c.key, c.paper) for c in self.folder.read_parts())
        missing = self.kept - {key for _, key, extracted in self.folder.read_index() if extracted}
        self.progress.stage("extracting", len(missing))
        waiting = (c for c in self.folder.read_parts() if c.key in missing)
        for batch in _batches(self._extracted(waiting), PART):
            self.folder.add_part(batch)
        # Of a chosen paper the bare record has served; those that were not chosen stay, for one may be removed.
        self.folder.keep_parts(lambda key, extracted: extracted or key not in self.kept)
        return len(missing)

    def _extracted(self, waiting: Iterable[Cached]) -> Iterator[Cached]:
        keys: deque[str] = deque()

        def papers() -> Iterator[Paper]:
            for cached in waiting:
                keys.append(cached.key)
                yield cached.paper

        found = _map_papers(papers(), config=self.config, engine=self.engine)
        for paper, extraction in found:
            self.progress.advance()
            yield Cached(keys.popleft(), paper, extraction)

    def finish(
        self, counts: Counts, taken: _Taken, inputs: list[dict[str, object]], *, page: bool, extracted: int
    ) -> Summary:
        """Derive everything from the cache and write the manifest last: a directory that has it is finished."""
        self.progress.stage("writing", None)
        settings = self.config.to_record()
        derived = derive(self.folder, self.kept, settings, self.version, page=page)
        counts = replace(counts, **derived.counts)
        write_rejected(self.folder.rejected, taken.rejected)
        content = {
            "counts": asdict(counts),
            "inputs": inputs,
            "configuration": settings,
            "extractor": self.version,
            "generation": derived.generation,
        }
        write_manifest(self.folder.manifest, content)
        return Summary(self.folder.path, counts, extracted, derived.by_type, tuple(taken.notes), tuple(taken.rejected))
