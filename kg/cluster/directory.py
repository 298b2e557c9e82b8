"""The end of a build: the files that people read, and where the graph is small the ordinary graph directory."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from kg import store
from kg.cluster.extracting import EXTRACTIONS
from kg.cluster.storage import Storage, is_address, own_mark
from kg.cluster.writing import triples_of
from kg.config import Config
from kg.errors import ExistsError, UsageError
from kg.export.turtle import write
from kg.files import whole
from kg.folder import Folder
from kg.naming import MERGE_HEAD, Tables, keep_tables
from kg.outputs import write_manifest, write_rejected
from kg.resolve.wishes import COLUMNS, Wishes
from kg.resolve.wishes import read as read_wishes
from kg.run import Summary

_MANIFEST = "manifest.json"


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
        if not force and storage.list() and not storage.exists(_MANIFEST):
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
    """Names of the extracted parts and of the parts of N-Quads, in order, and a name for the set of triples.

    ``merges`` are the rows of the table of merges; None where the graph is not small.
    """

    extractions: tuple[str, ...]
    parts: tuple[str, ...]
    generation: str
    merges: tuple[bytes, ...] | None


def finish(
    storage: Storage, config: Config, summary: Summary, made: Made, inputs: Sequence[Mapping[str, object]]
) -> None:
    """Write what is not written yet, the manifest last."""
    from kg.extract import VERSION

    _drop_others(storage, made)
    folder = Folder(Path(storage.place))
    outputs: dict[str, str] = {}
    if made.merges is not None and not is_address(storage.place):
        _publish(storage, folder, made)
        with whole(folder.merges, force=True) as out:
            out.write(MERGE_HEAD.encode() + b"\n")
            out.writelines(row + b"\n" for row in made.merges)
        outputs = {name.name: made.generation for name in (folder.turtle, folder.merges)}
    content = {
        "counts": asdict(summary.counts),
        "inputs": list(inputs),
        "configuration": config.to_record(),
        "extractor": VERSION,
        "generation": made.generation,
        "outputs": outputs,
        "quads": list(made.parts),
    }
    _write(storage, folder.rejected.name, lambda file: write_rejected(file, summary.rejected))
    _write(storage, _MANIFEST, lambda file: write_manifest(file, content))


def _write(storage: Storage, name: str, write_to: Callable[[Path], None]) -> None:
    """A file that is made on this machine, at its place."""
    with TemporaryDirectory(prefix="kg-end-") as here:
        write_to(Path(here) / name)
        with storage.write(name, own_mark()) as out:
            out.write((Path(here) / name).read_bytes())


def _drop_others(storage: Storage, made: Made) -> None:
    """Take away the extracted parts of papers that are not in the sources."""
    wanted = {f"{EXTRACTIONS}/{name}.jsonl" for name in made.extractions}
    for name in storage.list(EXTRACTIONS):
        if name not in wanted:
            storage.remove(name)


def _publish(storage: Storage, folder: Folder, made: Made) -> None:
    """The store and the Turtle of the parts of N-Quads."""
    with NamedTemporaryFile("w+", encoding="utf-8", newline="\n", dir=folder.path, suffix=".nt") as triples:
        triples.writelines(line + "\n" for line in _triples(storage, made.parts))
        triples.flush()
        store.publish(Path(triples.name), folder.store, made.generation)
        triples.seek(0)
        with whole(folder.turtle, force=True) as out:
            write((line[:-1] for line in triples), out)


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
