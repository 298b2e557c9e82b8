"""What follows from the cached records of a graph directory: names, triples and the store.

Where few papers came or went since the store was made, only what they touch is derived anew: their own triples, those
of the papers whose names now mean something else, and of the names, edges and questions of all of these. Otherwise all
is: in two passes over the records, one for names and one for triples, and what papers share is sorted on disk before it
is joined, so that neither order nor number of papers matters. Both ways lead to the same triples.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from hashlib import file_digest
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, NamedTuple, TypeAlias, cast

from kg import __version__, store
from kg.catalog import Catalog, Place
from kg.engine.base import Engine
from kg.engine.local import Local
from kg.errors import DamagedError, KgError
from kg.facts import (
    NodeFacts,
    PaperFacts,
    answer_facts,
    answer_group,
    edge_facts,
    edge_group,
    node_facts,
    paper_facts,
)
from kg.folder import Folder
from kg.ledger import Ledger, Table, pack_paper
from kg.links.facts import link_facts
from kg.links.kept import read_things
from kg.links.match import match
from kg.model import EntityType, ResolvedEntity
from kg.naming import LINK_HEAD, link_row
from kg.outputs import FEW_PAPERS, Triples, write_table
from kg.resolve import Index, Names, settle, touched
from kg.resolve.index import packed
from kg.resolve.names import Settled
from kg.resolve.wishes import COLUMNS, NOTHING, Wishes
from kg.resolve.wishes import read as read_wishes
from kg.sorting import sort_lines
from kg.tally import Tally

# Another number where the same records give other triples, names or tables: what was derived by another is made anew.
VERSION = "1"
# Papers that may come or go at once, or the share of all, before it is quicker to derive everything anew.
FEW, SHARE = 50, 0.05
# Papers per shard of the engine, and lines per block of what papers share.
_SHARD, _LINES = 64, 10_000


@dataclass(frozen=True, slots=True)
class Derived:
    """What a graph holds: the counts for the manifest, its entities by type, and the name of the store's generation.

    ``triples`` are there while the work lasts.
    """

    counts: dict[str, int]
    by_type: dict[str, int]
    generation: str
    triples: Triples = field(compare=False)


@contextmanager
def derived(
    folder: Folder,
    catalog: Catalog,
    settings: Mapping[str, object],
    version: str,
    engine: Engine | None = None,
    *,
    spool: Callable[[int], bool] = lambda _: False,
) -> Iterator[tuple[Derived, Ledger]]:
    """Bring names, triples and store up to date with the extracted records that are kept of ``catalog``.

    The ledger is that of the new state; it is kept when the block ends, and as it was if it fails. Where ``spool``
    says so for the number of papers, triples that are all made anew are kept on the disk while the block lasts, from
    where they are read quicker than out of the store.
    """
    wishes = read_wishes({name: folder.path / name for name in COLUMNS})
    told = {**settings, **_told(folder, wishes), "extractor": version}
    folder.spool.unlink(missing_ok=True)  # of a build that was killed
    with _database_faults(folder.names):
        index = Index(folder.names, wishes)
        try:
            work = _Work(folder, catalog, index, told, engine or Local(), spool)
            yield work.run(), work.ledger
        except BaseException:
            index.close(keep=False)
            raise
        finally:
            folder.spool.unlink(missing_ok=True)
        index.close()


# What is no fault of the file: it is in use, or there is no room; the rest can only be damage.
_NO_DAMAGE = {
    sqlite3.SQLITE_BUSY: "another process is reading it; try again",
    sqlite3.SQLITE_LOCKED: "another process is reading it; try again",
    sqlite3.SQLITE_FULL: "there is no space left; make some and say the same again",
    sqlite3.SQLITE_IOERR: "the disk failed, or a limit on the size of files was met",
    sqlite3.SQLITE_READONLY: "it cannot be written; change its permissions",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; change its permissions",
}


@contextmanager
def _database_faults(path: Path) -> Iterator[None]:
    """What SQLite says of a file, as an error of ours."""
    try:
        yield
    except sqlite3.Error as error:
        remedy = _NO_DAMAGE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if remedy:
            raise KgError(f"{path}: {error}; {remedy}") from None
        raise DamagedError(f"{path}: {error}") from None
    except (zlib.error, UnicodeDecodeError) as error:
        raise DamagedError(f"{path}: {error}") from None


def _told(folder: Folder, wishes: Wishes) -> dict[str, str]:
    """What a user said of names, as settings that change facts."""
    said = {"wishes": wishes.key} if wishes != NOTHING else {}
    if folder.links.exists():
        with folder.links.open("rb") as content:
            said["links"] = file_digest(content, "sha256").hexdigest()[:16]
    return said


class _Work:
    """One bringing up to date."""

    def __init__(
        self,
        folder: Folder,
        catalog: Catalog,
        index: Index,
        settings: Mapping[str, object],
        engine: Engine,
        spool: Callable[[int], bool],
    ) -> None:
        self.folder, self.catalog, self.index, self.settings = folder, catalog, index, settings
        self.engine, self.spool = (engine if len(catalog) > FEW_PAPERS else Local()), spool
        self.spare = catalog.spare()
        self.ledger = Ledger.of(index.database)

    def run(self) -> Derived:
        """The outcome; the store is published."""
        state = self.ledger.state
        stamp = [VERSION, __version__, dict(sorted(self.settings.items()))]
        current = state.get("stamp") == stamp and store.is_published(self.folder.store, str(state.get("generation")))
        come, gone = self._changes() if current else ([], [])
        few = self._are_few((*come, *gone), state.get("papers", 0))
        settled = self._count(come, gone) if current and few else None
        tally = self._some(Tally(state["tally"]), come, gone, settled) if settled else None
        if tally is None:
            tally = self._all()
        self.ledger.keep_state(
            {
                "stamp": stamp,
                "generation": tally.generation,
                "papers": tally.counts()["papers"],
                "tally": tally.to_record(),
            }
        )
        spooled = self.folder.spool if self.folder.spool.exists() else None
        counts = tally.counts() | {"triples": tally.triples}
        return Derived(counts, tally.by_type(), tally.generation, Triples(self.folder.store, spooled))

    @staticmethod
    def _are_few(papers: Collection[str], among: int) -> bool:
        return len(papers) <= max(FEW, SHARE * among)

    def _changes(self) -> tuple[list[str], list[str]]:
        """The keys of the papers that are not yet in the graph, and those of papers that are to leave it."""
        there, shown = set(self.catalog) - self.spare, set(self.ledger.papers())
        return sorted(there - shown), sorted(shown - there)

    def _count(self, come: Iterable[str], gone: Iterable[str]) -> Settled | None:
        """Count the names of papers that come and no longer those of papers that go; None if all must be asked."""
        for key in gone:
            self.index.remove(key)
        for cached in self.catalog.read(come):
            if cached.extraction is not None:
                self.index.add(cached.key, cached.extraction.entities)
        return settle(self.index)

    # ------------------------------------------------------------ all anew

    def _all(self) -> Tally:
        known = self.index.papers()
        for key in sorted(known):
            if key in self.spare or key not in self.catalog:
                self.index.remove(key)
        say = partial(_said_by, wishes=self.index.wishes)
        for said in self.engine.map(say, _batches(self.catalog.places(extracted=True, spare=self.spare | known))):
            for key, what in said:
                self.index.put(key, what)
        settle(self.index)
        self.ledger.clear()
        tally = Tally()
        spool = self.folder.spool.open("wb") if self.spool(len(self.catalog)) else nullcontext()
        with store.loading(self.folder.store) as load, spool as out:
            for block in self._blocks(Names(self.index), tally):
                load.put(block)
                if out is not None:
                    out.write(block)
            load.publish(tally.generation, tally.triples)
        return tally

    def _blocks(self, names: Names, tally: Tally) -> Iterator[bytes]:
        """All triples, each once, counted, in the order in which they are found."""
        with _spooled(self.folder) as edges, _spooled(self.folder) as answers:
            for shard in self.engine.map(_shard_facts, self._shards(names)):
                self.ledger.put_papers(shard.papers)
                edges.write(shard.edges)
                answers.write(shard.answers)
                tally.join(shard.tally)
                yield shard.lines
            nodes = self.ledger.put_nodes(node_facts(node, names) for node in names.nodes())
            stated = edge_facts(self.ledger.put_lines("edge", self._sorted(edges)))
            compared = answer_facts(self.ledger.put_lines("answer", self._sorted(answers)))
            # Only what claims are to each other can come twice, from two questions.
            agreed = sort_lines(compared, folder=self.folder.path)
            shared = chain((line for node in nodes for line in node.lines), stated, agreed)
            while lines := list(islice(shared, _LINES)):
                yield tally.put(lines)
        yield tally.put(self.ledger.put_lines("link", self._links()))
        yield _block(tally.close(self.settings))

    def _shards(self, names: Names) -> Iterator[list[_Resolved]]:
        """The papers, with what their entities are, in shards for the engine."""
        for batch in _batches(self.catalog.places(extracted=True, spare=self.spare)):
            yield [(place, [_shown(names.of_key(*e)) for e in self.index.entities(place.key)]) for place in batch]

    def _sorted(self, lines: BinaryIO) -> Iterator[str]:
        lines.seek(0)
        return sort_lines((line[:-1].decode() for line in lines), folder=self.folder.path)

    def _links(self) -> list[str]:
        """The triples of all links to the outside; the table of them is written beside."""
        if not self.folder.links.exists():
            self.folder.mappings.unlink(missing_ok=True)
            return []
        links = list(match((node.entity for node in self.ledger.nodes()), read_things(self.folder.links)))
        linked = {link.entity for link in links}
        labels = {node.entity.iri: node.entity.label for node in self.ledger.nodes() if node.entity.iri in linked}
        write_table(self.folder.mappings, LINK_HEAD, (link_row(link, labels[link.entity]) for link in links))
        return list(link_facts(links))

    # ------------------------------------------------------------ what a few papers touch

    def _some(self, tally: Tally, come: list[str], gone: list[str], settled: Settled) -> Tally | None:
        """The outcome for what these papers touch; None where they touch so many that all is quicker."""
        if not come and not gone:
            if self.folder.links.exists() and not self.folder.mappings.exists():
                self._links()
            return tally
        names = Names(self.index)
        moved, old, new = self._changed_nodes(names, settled)
        others = self.index.users(sorted(moved)).difference(come)
        if not self._are_few(others, tally.counts()["papers"]):
            return None
        came = {key: self._paper(key, names) for key in come}
        again = {key: self._paper(key, names) for key in sorted(others)}
        papers_old = [facts for key in (*gone, *again) if (facts := self.ledger.paper(key))]
        papers_new = [*came.values(), *again.values()]
        for key in gone:
            self.ledger.drop_paper(key)
        self.ledger.put_papers((key, pack_paper(facts)) for key, facts in {**came, **again}.items())
        old.update(line for facts in papers_old for line in facts.lines)
        new.update(line for facts in papers_new for line in facts.lines)
        for out, put in (
            self._swap_edges(*_differing([f.edges for f in papers_old], [f.edges for f in papers_new])),
            self._swap_answers(*_differing([f.answers for f in papers_old], [f.answers for f in papers_new])),
            self._swap_links(),
        ):
            old |= out
            new |= put
        return self._publish(tally, old - new, new - old)

    def _paper(self, key: str, names: Names) -> PaperFacts:
        (cached,) = self.catalog.read([key])
        assert cached.extraction is not None  # noqa: S101
        return paper_facts(cached.paper, cached.extraction, names.of)

    def _changed_nodes(self, names: Names, settled: Settled) -> tuple[set[str], set[str], set[str]]:
        """Keys whose entities are others than before, and the lines of the nodes that changed, before and now."""
        what = touched(self.index, names, settled)
        moved = set(what.moved)
        found: dict[str, tuple[NodeFacts | None, NodeFacts | None]] = {}
        for home in sorted(what.homes):
            found[home] = before, now = self._node_twice(home, names)
            if _seen_by_papers(before) != _seen_by_papers(now):
                moved |= {home, *self._keys_of(home, names)}
        for home in sorted(self.ledger.below(sorted(settled.changed | moved)) - found.keys()):
            found[home] = self._node_twice(home, names)
        for home, (_, now) in found.items():
            if now is None:
                self.ledger.drop_node(home)
        _use_up(self.ledger.put_nodes(now for _, now in found.values() if now))
        old = {line for before, _ in found.values() if before for line in before.lines}
        new = {line for _, now in found.values() if now for line in now.lines}
        return moved, old, new

    def _node_twice(self, home: str, names: Names) -> tuple[NodeFacts | None, NodeFacts | None]:
        node = names.node_at(home)
        return self.ledger.node(home), node_facts(node, names) if node else None

    @staticmethod
    def _keys_of(home: str, names: Names) -> set[str]:
        node = names.node_at(home)
        return {key for key, _ in node.uses} if node else set()

    def _swap_edges(self, out: set[str], put: set[str]) -> tuple[set[str], set[str]]:
        groups = sorted({edge_group(line) for line in out | put})
        old = set(edge_facts(self._lines_of("edge", groups)))
        self.ledger.drop_lines("edge", sorted(out))
        _use_up(self.ledger.put_lines("edge", sorted(put)))
        return old, set(edge_facts(self._lines_of("edge", groups)))

    def _swap_answers(self, out: set[str], put: set[str]) -> tuple[set[str], set[str]]:
        groups = {answer_group(line) for line in out | put}
        old = set(answer_facts(self._lines_of("answer", sorted(groups))))
        self.ledger.drop_lines("answer", sorted(out))
        _use_up(self.ledger.put_lines("answer", sorted(put)))
        new = set(answer_facts(self._lines_of("answer", sorted(groups))))
        # Two claims may agree on two questions, so what one question no longer gives, another may give still.
        claims = sorted({line.split(" ", 1)[0][1:-1] for line in old ^ new})
        others = {answer_group(line) for claim in claims for line in self.ledger.answers_of(claim)} - groups
        still = set(answer_facts(self._lines_of("answer", sorted(others)))) & (old ^ new)
        return old | still, new | still

    def _swap_links(self) -> tuple[set[str], set[str]]:
        old, new = set(self.ledger.lines("link")), set(self._links())
        self.ledger.drop_lines("link", sorted(old - new))
        _use_up(self.ledger.put_lines("link", sorted(new - old)))
        return old, new

    def _lines_of(self, table: Table, groups: Iterable[str]) -> Iterator[str]:
        return (line for group in groups for line in self.ledger.lines(table, group))

    def _publish(self, tally: Tally, out: set[str], put: set[str]) -> Tally:
        before, out = tally.generation, out | set(tally.about)
        tally.take(out)
        tally.put(put)
        about = set(tally.close(self.settings))
        store.change(self.folder.store, before, tally.generation, sorted(out - about), sorted((put | about) - out))
        return tally


def _seen_by_papers(node: NodeFacts | None) -> tuple[str, ...]:
    """What of an entity stands in the triples of papers: its address, and of a metric the name that says its range."""
    if node is None:
        return ()
    return (node.entity.iri, node.entity.label if node.entity.type == "Metric" else "")


def _differing(before: Iterable[Iterable[str]], now: Iterable[Iterable[str]]) -> tuple[set[str], set[str]]:
    """The lines that are no longer there, and those that are new."""
    old = {line for lines in before for line in lines}
    new = {line for lines in now for line in lines}
    return old - new, new - old


def _use_up(items: Iterable[object]) -> None:
    for _ in items:
        pass


# ---------------------------------------------------------------- shards of papers

# A paper's record, and what its entities are: IRI, type and label. Other labels, which can be many, no paper shows.
_Resolved: TypeAlias = tuple[Place, list[tuple[str, EntityType, str]]]


def _batches(places: Iterator[Place]) -> Iterator[list[Place]]:
    while batch := list(islice(places, _SHARD)):
        yield batch


def _shown(entity: ResolvedEntity) -> tuple[str, EntityType, str]:
    return entity.iri, entity.type, entity.label


def _said_by(places: list[Place], *, wishes: Wishes) -> list[tuple[str, bytes]]:
    """What papers say of their names, by key; a module-level function, so that workers can receive it."""
    return [(place.key, packed(place.raw().entities(), wishes)) for place in places]


class _Shard(NamedTuple):
    """What some papers add: the ledger's entries, their own lines as bytes and as counted, and what they share."""

    papers: list[tuple[str, bytes]]
    lines: bytes
    tally: dict[str, Any]
    edges: bytes
    answers: bytes


def _shard_facts(papers: list[_Resolved]) -> _Shard:
    """What one call of the engine does; a module-level function, so that workers can receive it."""
    entries, lines, tally = [], [], Tally()
    edges: list[str] = []
    answers: list[str] = []
    for place, resolved in papers:
        cached = place.raw().cached()
        if cached.extraction is None:
            raise ValueError(f"{cached.key}: not extracted")
        entities = (ResolvedEntity(*shown) for shown in resolved)
        nodes = dict(zip((entity.name for entity in cached.extraction.entities), entities, strict=True))
        facts = paper_facts(cached.paper, cached.extraction, lambda entity, nodes=nodes: nodes[entity.name])  # type: ignore[misc]
        entries.append((cached.key, pack_paper(facts)))
        lines.append(tally.put(facts.lines))
        edges += facts.edges
        answers += facts.answers
    return _Shard(entries, b"".join(lines), tally.to_record(), _block(edges), _block(answers))


def _block(lines: Iterable[str]) -> bytes:
    return "".join(line + "\n" for line in lines).encode()


# ---------------------------------------------------------------- files


@contextmanager
def _spooled(folder: Folder) -> Iterator[BinaryIO]:
    """A file of lines that is gone when it has served: what joins all papers waits there until all are seen."""
    with TemporaryFile(dir=folder.path) as lines:
        yield cast("BinaryIO", lines)
