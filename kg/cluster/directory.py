"""The end of a build: the files that people read, and where the graph is small the ordinary graph directory."""

from __future__ import annotations

import heapq
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kg import store
from kg.cluster.extracting import EXTRACTIONS
from kg.cluster.pairs import unpack
from kg.cluster.reading import PAPERS
from kg.cluster.rejected import REJECTED, join_rejected
from kg.cluster.storage import Storage, is_address, own_mark
from kg.cluster.tables import TABLES
from kg.cluster.writing import QUADS, triples_of
from kg.config import Config
from kg.engine.local import Local
from kg.errors import ExistsError, UsageError
from kg.facts import NodeFacts
from kg.files import whole
from kg.folder import Folder
from kg.ledger import Ledger
from kg.model import ResolvedEntity
from kg.naming import Tables, keep_tables
from kg.outputs import Shown, Triples, Wanted, write_manifest, write_texts
from kg.resolve import Index
from kg.resolve.wishes import COLUMNS, Wishes
from kg.resolve.wishes import read as read_wishes
from kg.run import Summary

_MANIFEST = "manifest.json"
# Turtle and page are written at the same time.
_TEXTS = 2
# What of the manifest names parts that a build replaces, and what a build leaves at an address where it was stopped.
_PARTS = frozenset({"quads", "tables"})
_LEFT = frozenset({PAPERS, EXTRACTIONS, REJECTED, QUADS, TABLES})


@contextmanager
def opened(place: str, tables: Tables, told: Callable[[str], None], *, force: bool) -> Iterator[Wishes]:
    """The place under a lock, where it is a path; what the user says of names is kept in it.

    Raises:
        ExistsError: it holds files that kg did not make, and ``force`` is false.
        LockedError: another process is writing there.
        UsageError: a table cannot be read, or is for one machine alone.
    """
    if tables.links:
        raise UsageError("vocabularies are linked on one machine: build without --links, then link the graph directory")
    if is_address(place):
        storage = Storage(place)
        others = {name.partition("/")[0] for name in storage.list()} - _LEFT
        if not force and others and not storage.exists(_MANIFEST):
            raise ExistsError(f"{place}: holds files that kg did not make; give another place, or --force")
        yield read_wishes(tables.wishes)
        return
    folder = Folder(Path(place))
    with folder.locked(force=force):
        if folder.links.exists():
            raise UsageError(f"{folder.links}: vocabularies are linked on one machine alone; give another place")
        keep_tables(folder, tables, told)
        yield read_wishes({name: folder.path / name for name in COLUMNS})


@dataclass(frozen=True, slots=True)
class Made:
    """Names of the extracted parts and of the parts of N-Quads, in order, rows of the tables, a name for the triples.

    ``nodes`` is what each entity adds, in order of key; None where the place is to hold parts alone.
    """

    extractions: tuple[str, ...]
    parts: tuple[str, ...]
    tables: Mapping[str, int]
    generation: str
    nodes: tuple[bytes, ...] | None


def begin(storage: Storage) -> None:
    """Mark the place as one whose papers change: from here on until the end it promises no parts.

    The manifest of an earlier build stays, and so does its store; it no longer names parts of N-Quads or tables.
    """
    if not is_address(storage.place):
        Folder(Path(storage.place)).unfinished.touch()
    if storage.exists(_MANIFEST):
        with storage.open(_MANIFEST) as file:
            content = json.loads(file.read())
        left = {name: value for name, value in content.items() if name not in _PARTS}
        with storage.write(_MANIFEST, own_mark()) as out:
            out.write(json.dumps(left, indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")


def finish(
    storage: Storage, config: Config, summary: Summary, made: Made, inputs: Sequence[Mapping[str, object]]
) -> None:
    """Write what is not written yet, the manifest last."""
    from kg.extract import VERSION

    _drop_others(storage, made)
    outputs: dict[str, str] = {}
    if not is_address(storage.place):
        folder = Folder(Path(storage.place))
        if made.nodes is None:
            _drop_derived(folder)
        else:
            outputs = _publish(storage, folder, made, made.nodes, summary.counts.papers)
    content = {
        "counts": asdict(summary.counts),
        "inputs": list(inputs),
        "configuration": config.to_record(),
        "extractor": VERSION,
        "generation": made.generation,
        "outputs": outputs,
        "quads": list(made.parts),
        "tables": dict(made.tables),
    }
    with TemporaryDirectory(prefix="kg-end-") as here:
        write_manifest(Path(here) / _MANIFEST, content)
        with storage.write(_MANIFEST, own_mark()) as out:
            out.write((Path(here) / _MANIFEST).read_bytes())
    if not is_address(storage.place):
        Folder(Path(storage.place)).unfinished.unlink(missing_ok=True)


def _drop_others(storage: Storage, made: Made) -> None:
    """Take away the extracted parts of papers that are not in the sources."""
    wanted = {f"{EXTRACTIONS}/{name}.jsonl" for name in made.extractions}
    for name in storage.list(EXTRACTIONS):
        if name not in wanted:
            storage.remove(name)


def _drop_derived(folder: Folder) -> None:
    """Take away what an earlier build derived on one machine, which shows an earlier graph."""
    for file in (folder.names, folder.turtle, folder.page, folder.merges, folder.rejected):
        file.unlink(missing_ok=True)
    shutil.rmtree(folder.store, ignore_errors=True)


def _publish(storage: Storage, folder: Folder, made: Made, nodes: Iterable[bytes], papers: int) -> dict[str, str]:
    """The store of the parts of N-Quads, what is known of names, and the files that people read."""
    with whole(folder.rejected, force=True) as out:
        join_rejected(storage, out)
    storage.remove(REJECTED)
    folder.names.unlink(missing_ok=True)
    index = Index(folder.names, read_wishes({name: folder.path / name for name in COLUMNS}))
    ledger = Ledger.of(index.database)
    for _ in ledger.put_nodes(map(_node, nodes)):
        pass
    with folder.spool.open("wb") as triples:
        triples.writelines(line.encode() + b"\n" for line in _triples(storage, made.parts))
    try:
        store.publish(folder.spool, folder.store, made.generation)
        shown = Shown(made.generation, papers, Triples(folder.store, folder.spool))
        outputs = write_texts(folder, ledger, shown, Wanted(all=True), {}, Local(_TEXTS))
    finally:
        folder.spool.unlink()
    index.close()
    return outputs


def _node(packed: bytes) -> NodeFacts:
    record = unpack(packed)
    entity = record["entity"]
    named = ResolvedEntity(entity["iri"], entity["type"], entity["label"], tuple(entity["alt_labels"]))
    return NodeFacts(record["home"], named, tuple(record["lines"]), tuple(record["merges"]), tuple(record["general"]))


def _triples(storage: Storage, parts: Sequence[str]) -> Iterator[str]:
    """The triples of all parts, sorted; those of the last part, about the build, stand among the others."""
    *body, about = parts
    quads = (line for part in body for line in _lines(storage, part))
    return heapq.merge(triples_of(quads), triples_of(_lines(storage, about)))


def _lines(storage: Storage, part: str) -> Iterator[bytes]:
    with storage.open(part) as lines:
        rest = b""
        while chunk := lines.read(1 << 20):
            *whole_lines, rest = (rest + chunk).split(b"\n")
            yield from whole_lines
