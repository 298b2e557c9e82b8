"""The chain: read, extract, resolve, write, publish. Counting, resuming and order live here, once.

A build makes the set of papers in a graph directory equal to its sources; ``add`` and ``remove`` change that set. Then
the same steps follow: what is not yet extracted is extracted (the cache is the resume), and what follows from the set
of papers is brought up to date (:mod:`kg.derive`). So the outcome depends on the set of papers and the settings alone.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

from kg.catalog import PART, Cached, Catalog, content_key
from kg.config import Config, Model
from kg.derive import Derived, derived
from kg.engine.base import Engine
from kg.engine.local import Local
from kg.errors import (
    DamagedError,
    KgError,
    NoRecordsError,
    NotAGraphError,
    TooManyRejectedError,
    UsageError,
)
from kg.folder import Folder
from kg.ids import BASE, find_acl, find_arxiv, find_doi, find_openalex, find_pmid, paper_keys
from kg.model import Extraction, Item, Paper, PaperIds, Rejected
from kg.naming import Tables, check_tables, keep_tables
from kg.outputs import SMALL, Shown, Wanted, write_manifest, write_rejected, write_texts, write_whole_manifest
from kg.records import mended, to_line
from kg.store import discard, open_folder

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
    """What came from the sources: how many papers, rejected records and notes."""

    papers: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


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


# ---------------------------------------------------------------- the ways to change a graph directory


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
    wanted: Wanted | None = None,
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
    folder = Folder(place)
    with folder.locked(force=force), _Job(folder, config or Config(), engine or Local(), progress) as job:
        check_tables(folder, tables or Tables())
        taken = _Taken()
        with job.replacing():
            job.spool(_take(items, limits or Limits(), job.progress, taken), taken)
            if not taken.papers:
                raise _nothing(taken)
        keep_tables(folder, tables or Tables(), job.progress.note)
        extracted = job.settle()
        counts = Counts(rejected=len(taken.rejected), duplicates=taken.papers)
        return job.finish(counts, taken.rejected, taken.notes, inputs(), wanted or Wanted(), extracted=extracted)


def add(
    items: Iterable[Item],
    place: Path,
    *,
    model: Model | None = None,
    engine: Engine | None = None,
    wanted: Wanted | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Add papers to a finished graph directory; the outcome is that of a build from all of them.

    Raises:
        UsageError: ``model`` is not the one that the graph was built with.
        NotAGraphError: there is no finished graph.
        NoRecordsError: no usable record came.
    """
    folder = Folder(place)
    with _changing(folder, model, engine, progress) as (job, manifest):
        taken = _Taken(rejected=_read_rejected(folder))
        job.progress.stage("reading", None)
        job.spool(_take(items, Limits(), job.progress, taken), taken)
        if not taken.papers:
            raise _nothing(taken)
        extracted = job.settle()
        before = manifest["counts"]
        # The papers of an `add` that was killed before may be kept now without having been counted; the records that it
        # rejected are known already, as are those of a source that is given again.
        rejected = list(dict.fromkeys(taken.rejected))
        counts = Counts(rejected=len(rejected), duplicates=before["papers"] + before["duplicates"] + taken.papers)
        wanted = wanted or _as_before(folder, manifest)
        return job.finish(counts, rejected, taken.notes, manifest["inputs"], wanted, extracted=extracted)


def remove(
    names: Iterable[str],
    place: Path,
    *,
    model: Model | None = None,
    wanted: Wanted | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Take papers out of a finished graph directory: by IRI, by own id, or by DOI, arXiv and the like.

    Raises:
        UsageError: ``model`` is not the one that the graph was built with.
        NotAGraphError: there is no finished graph.
        KgError: a name fits no paper, or the graph would be left empty.
    """
    folder = Folder(place)
    with _changing(folder, model, None, progress) as (job, manifest):
        asked = set(names)
        gone = _matching(job.catalog, folder, asked)
        if len(gone) > len(asked):
            job.progress.note(f"{len(gone):,} records bear the {len(asked):,} names given; all of them are removed")
        if len(job.catalog) == len(gone):
            raise KgError(f"{place}: these are all of its papers; delete the directory instead")
        job.catalog.drop(gone)
        extracted = job.settle()
        before = manifest["counts"]
        counts = Counts(rejected=before["rejected"], duplicates=before["papers"] + before["duplicates"] - len(gone))
        wanted = wanted or _as_before(folder, manifest)
        return job.finish(counts, _read_rejected(folder), [], manifest["inputs"], wanted, extracted=extracted)


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
    with _changing(folder, model, None, progress) as (job, manifest):
        keep_tables(folder, tables or Tables(), job.progress.note)
        extracted = job.settle()
        before = manifest["counts"]
        counts = Counts(rejected=before["rejected"], duplicates=before["papers"] + before["duplicates"])
        wanted = _as_before(folder, manifest)
        return job.finish(counts, _read_rejected(folder), [], manifest["inputs"], wanted, extracted=extracted)


def merge(
    places: Sequence[Path],
    out: Path,
    *,
    model: Model | None = None,
    engine: Engine | None = None,
    tables: Tables | None = None,
    force: bool = False,
    wanted: Wanted | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Make the graph directory ``out`` hold the papers of several finished ones; nothing is extracted again.

    The outcome is that of a build from the sources of all of them. What users said of names is not taken over: two
    graphs may differ in it; give ``tables``.

    Raises:
        UsageError: two of the graphs were built with different settings.
        NotAGraphError: one is no finished graph.
    """
    if out.resolve() in {place.resolve() for place in places}:
        raise UsageError(f"{out}: is one of the graphs to merge; give another directory for the outcome")
    manifests = [_finished(Folder(place)) for place in places]
    settings = [(m["configuration"], m["extractor"]) for m in manifests]
    for place, its in zip(places, settings, strict=True):
        if its != settings[0]:
            raise UsageError(f"{place}: built with other settings than {places[0]}; build one of them again: {its}")
    folder = Folder(out)
    config = Config.from_record(settings[0][0], model)
    with folder.locked(force=force), _Job(folder, config, engine or Local(), progress) as job:
        check_tables(folder, tables or Tables())
        if settings[0][1] != job.version:
            found = f"was read by version {settings[0][1]} of the extractor, this is {job.version}"
            raise UsageError(f"{places[0]}: {found}; build it again from its sources")
        with job.replacing():
            for place in places:
                with Folder(place).locked(), Catalog(place, complete=True) as catalog:
                    _finished(Folder(place))
                    job.take_over(catalog)
        keep_tables(folder, tables or Tables(), job.progress.note)
        extracted = job.settle()
        rejected = list(dict.fromkeys(record for place in places for record in _read_rejected(Folder(place))))
        counts = Counts(
            rejected=len(rejected),
            duplicates=sum(m["counts"]["papers"] + m["counts"]["duplicates"] for m in manifests),
        )
        inputs = [source for m in manifests for source in m["inputs"]]
        return job.finish(counts, rejected, [], inputs, wanted or Wanted(), extracted=extracted)


@contextmanager
def _changing(
    folder: Folder, model: Model | None, engine: Engine | None, progress: Progress | None
) -> Iterator[tuple[_Job, dict[str, Any]]]:
    """A job on a finished graph directory, and its manifest."""
    folder.read_manifest()  # where there is none, no directory is made for the lock
    with folder.locked():
        manifest = _finished(folder)
        config = Config.from_record(manifest["configuration"], model)
        with _Job(folder, config, engine or Local(), progress, complete=True) as job:
            if manifest["extractor"] != job.version:
                found = f"was read by version {manifest['extractor']} of the extractor, this is {job.version}"
                raise UsageError(f"{folder.path}: {found}; run `kg build` with all its sources again")
            yield job, manifest


def _finished(folder: Folder) -> dict[str, Any]:
    """The manifest of a graph directory that nobody has begun to build anew."""
    if folder.unfinished.exists():
        message = "a build of this directory was stopped before its end; run the same `kg build` again, it goes on"
        raise NotAGraphError(f"{folder.path}: {message}")
    return folder.read_manifest()


def _as_before(folder: Folder, manifest: Mapping[str, Any]) -> Wanted:
    """The page where there was one, or was none because there were too many papers."""
    return Wanted(page=folder.page.exists() or manifest["counts"]["papers"] > SMALL)


def _nothing(taken: _Taken) -> NoRecordsError:
    first = f"; the first of {len(taken.rejected):,} rejected: {_said(taken.rejected[0])}" if taken.rejected else ""
    return NoRecordsError(f"no usable record was found{first}; `kg read` shows what is understood, `kg formats` lists")


def _said(rejected: Rejected) -> str:
    return f"{rejected.where}: {rejected.what}: {rejected.why}"


def _matching(catalog: Catalog, folder: Folder, names: set[str]) -> set[str]:
    """The keys of the cached papers that the names mean."""
    gone, unused = set(), set()
    for name in sorted(names):
        found = {key for known in (name, *_keys_of(name)) for key in catalog.called(known)}
        gone |= found
        # What a `remove` that was killed took out of the cache already is still published: the same command goes on.
        if not found and not _is_published(folder, name):
            unused.add(name)
    if unused:
        asked = ", ".join(sorted(unused))
        raise KgError(f"{folder.path}: no paper is called {asked}; give its id, DOI, arXiv id or IRI")
    return gone


def _keys_of(name: str) -> tuple[str, ...]:
    """The keys of a paper with an identifier of this name, if it is one."""
    for scheme, find in _IDENTIFIERS.items():
        if find(name) == name:
            return paper_keys(Paper("", None, "", ids=PaperIds(**{scheme: name})))[:-1]
    return ()


_IDENTIFIERS = {"doi": find_doi, "arxiv": find_arxiv, "openalex": find_openalex, "acl": find_acl, "pmid": find_pmid}


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


# ---------------------------------------------------------------- the steps that all share


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
    """One change of a graph directory, under its lock. Use it in a ``with`` statement."""

    def __init__(
        self, folder: Folder, config: Config, engine: Engine, progress: Progress | None, *, complete: bool = False
    ) -> None:
        from kg.extract import VERSION

        self.folder, self.config, self.engine, self.progress = folder, config, engine, progress or Silent()
        self.version = VERSION
        self.catalog = Catalog(folder.path, complete=complete)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.catalog.close()

    @contextmanager
    def replacing(self) -> Iterator[None]:
        """While sources are read: afterwards what is not of them is dropped, or what is new where reading failed."""
        self.progress.stage("reading", None)
        there = self.catalog.parts_there()
        was_unfinished = self.folder.unfinished.exists()
        self.folder.unfinished.touch()
        try:
            yield
        except KgError:
            self.catalog.drop_parts_but(there)
            if not was_unfinished:
                self.folder.unfinished.unlink()
            raise
        self.catalog.drop_others()

    def spool(self, papers: Iterable[Paper], taken: _Taken) -> None:
        """Keep the papers that the cache does not have yet, not extracted."""
        settings = to_line(self.config.to_record())
        for batch in _batches(papers, PART):
            taken.papers += len(batch)
            keyed = {content_key(paper, self.version, settings): paper for paper in batch}
            self.catalog.want(keyed)
            self.catalog.add(Cached(key, paper, None) for key, paper in keyed.items() if key not in self.catalog)

    def take_over(self, other: Catalog) -> None:
        """Keep the records of another graph directory as well."""
        for extracted in (True, False):
            for batch in _batches(other.read_all(extracted=extracted), PART):
                self.catalog.want(cached.key for cached in batch)
                self.catalog.add(cached for cached in batch if cached.key not in self.catalog)

    def settle(self) -> int:
        """Extract what is kept and not yet extracted; so many were."""
        spare = self.catalog.spare()
        missing = self.catalog.bare() - sum(1 for key in spare if not self.catalog.is_extracted(key))
        self.progress.stage("extracting", missing)
        for batch in _batches(self._extracted(self.catalog.read_all(extracted=False, spare=spare)), PART):
            self.catalog.add(batch)
        # Of a paper that is kept the bare record has served; those that are not kept stay, for one may be removed.
        self.catalog.drop_served()
        return missing

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
        self,
        counts: Counts,
        rejected: Sequence[Rejected],
        notes: Sequence[str],
        inputs: list[dict[str, object]],
        wanted: Wanted,
        *,
        extracted: int,
    ) -> Summary:
        """Derive everything from the cache and write the manifest last: a directory that has it is finished.

        ``counts.duplicates`` counts the papers read: what of them is not kept is a duplicate.
        """
        self.progress.stage("writing", None)
        settings = self.config.to_record()
        found, outputs = self._derived(settings, wanted)
        papers = found.counts["papers"]
        counts = replace(counts, **found.counts, duplicates=max(0, counts.duplicates - papers))
        write_rejected(self.folder.rejected, rejected)
        content = {
            "counts": asdict(counts),
            "inputs": inputs,
            "configuration": settings,
            "extractor": self.version,
            "generation": found.generation,
            "outputs": outputs,
        }
        write_manifest(self.folder.manifest, content)
        self.folder.unfinished.unlink(missing_ok=True)
        return Summary(self.folder.path, counts, extracted, found.by_type, tuple(notes), tuple(rejected))

    def _derived(self, settings: dict[str, Any], wanted: Wanted) -> tuple[Derived, dict[str, str]]:
        """Bring all up to date; where what was derived before is found damaged, it is derived anew."""
        before = self._forget_shown()
        for again in (False, True):
            try:
                work = derived(self.folder, self.catalog, settings, self.version, self.engine, spool=wanted.large)
                with work as (found, ledger):
                    shown = Shown(found.generation, found.counts["papers"], found.triples)
                    return found, write_texts(self.folder, ledger, shown, wanted, before, self.engine)
            except DamagedError as error:
                if again:
                    raise
                self.progress.note(f"{error}; it is made anew")
                self.folder.names.unlink(missing_ok=True)
                discard(self.folder.store)
        raise AssertionError  # one of the two has returned or raised

    def _forget_shown(self) -> Mapping[str, object]:
        """Which generation each of the large files shows; from now on no manifest says so until they are written."""
        try:
            manifest = json.loads(self.folder.manifest.read_text("utf-8"))
            shown: Mapping[str, object] = manifest["outputs"]
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        write_whole_manifest(self.folder.manifest, manifest | {"outputs": {}})
        return shown
