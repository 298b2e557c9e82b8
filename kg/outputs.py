"""The files of a graph directory that people and other programs read: Turtle, page, tables of reasons, manifest.

Turtle, page and merges are written with every build of up to :data:`SMALL` papers, beyond that where they are asked
for; the manifest says which generation of the store each shows, and what would show an earlier one goes.
"""

from __future__ import annotations

import json
import platform
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from kg import __version__
from kg.engine.base import Engine
from kg.engine.local import Local
from kg.export.turtle import write
from kg.files import whole
from kg.folder import Folder
from kg.ledger import Ledger
from kg.model import Rejected
from kg.naming import MERGE_HEAD
from kg.records import to_line
from kg.sorting import LINES_PER_RUN, sort_lines
from kg.store import open_folder

SMALL = 10_000
# Lines of a small graph that are sorted in memory: about 300 MB.
_LINES_PER_RUN = 1_000_000
# Papers that are done with sooner than workers start.
FEW_PAPERS = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the large files to write: ``page`` false leaves it out, ``all`` writes all whatever their size."""

    page: bool = True
    all: bool = False

    def large(self, papers: int) -> bool:
        """Whether a graph of so many papers is written into large files."""
        return self.all or papers <= SMALL


@dataclass(frozen=True, slots=True)
class Triples:
    """The triples of a graph, in no promised order: those of a file of N-Triples where there is one, else of a store.

    A worker process can be given it.
    """

    store: Path
    file: Path | None = None

    def __iter__(self) -> Iterator[str]:
        if self.file is None:
            yield from open_folder(self.store).lines()
            return
        with self.file.open("rb") as lines:
            for line in lines:
                yield line[:-1].decode()


class Shown(NamedTuple):
    """What the large files show: a generation, of so many papers."""

    generation: str
    papers: int
    triples: Triples


def write_texts(
    folder: Folder,
    ledger: Ledger,
    shown: Shown,
    wanted: Wanted,
    before: Mapping[str, object],
    engine: Engine | None = None,
) -> dict[str, str]:
    """Write the large files that are wanted, but for those that show this generation already (``before``).

    Turtle and page of many papers are written at the same time where ``engine`` has workers. Returns the generation
    that each file shows, by name.
    """
    large = wanted.large(shown.papers)
    files = {
        folder.turtle: large,
        folder.page: large and wanted.page,
        folder.merges: large,
    }
    missing = {f for f, there in files.items() if there and not (f.exists() and before.get(f.name) == shown.generation)}
    for file, there in files.items():
        if not there:
            file.unlink(missing_ok=True)
    if folder.merges in missing:
        write_merges(folder.merges, ledger)
    texts = [(file, shown.triples) for file in (folder.turtle, folder.page) if file in missing]
    workers = engine if engine is not None and shown.papers > FEW_PAPERS else Local()
    lines_per_run = _LINES_PER_RUN if shown.papers <= SMALL else LINES_PER_RUN
    for _ in workers.map(partial(_write_text, folder, lines_per_run), texts):
        pass
    return {file.name: shown.generation for file, there in sorted(files.items()) if there}


def _write_text(folder: Folder, lines_per_run: int, text: tuple[Path, Triples]) -> None:
    """Write Turtle or page; a module-level function, so that workers can receive it. The merges are written already."""
    file, triples = text
    with whole(file, force=True) as out:
        if file == folder.turtle:
            write(sort_lines(triples, folder=folder.path, lines_per_run=lines_per_run), out)
        else:
            out.write(_page(triples, folder.merges).encode())


def _page(triples: Iterable[str], merges: Path) -> str:
    from kg.view import page as render
    from kg.view.data import from_triples, with_reasons

    with merges.open(encoding="utf-8", newline="\n") as rows:
        return render(with_reasons(from_triples(triples), rows))


def write_merges(place: Path, ledger: Ledger) -> None:
    """The reason of each merge, in order of the entities' keys."""
    write_table(place, MERGE_HEAD, (row for node in ledger.nodes() for row in node.merges))


def merge_rows(folder: Folder, iri: str | None = None) -> Iterator[str]:
    """The rows of ``merges.tsv`` and before them its head, written or not; with ``iri`` those of one entity."""
    yield MERGE_HEAD
    try:
        with Ledger.reading(folder.names) as ledger:
            if ledger is not None:
                nodes = ledger.nodes() if iri is None else filter(None, [ledger.called(iri)])
                yield from (row for node in nodes for row in node.merges)
    except sqlite3.Error:
        return  # it is being written, or was left half written: the graph can be shown without reasons


def write_table(place: Path, head: str, rows: Iterable[str]) -> None:
    """A table of reasons."""
    with whole(place, force=True) as out:
        out.write(head.encode() + b"\n")
        out.writelines(row.encode("utf-8", "replace") + b"\n" for row in rows)


def write_rejected(place: Path, rejected: Iterable[Rejected]) -> None:
    """One record per line: where, what, why."""
    with whole(place, force=True) as out:
        for record in rejected:
            out.write(to_line(asdict(record)).encode("utf-8", "backslashreplace") + b"\n")


def write_whole_manifest(place: Path, content: Mapping[str, object]) -> None:
    """A manifest with all that belongs into it."""
    with whole(place, force=True) as out:
        text = json.dumps(content, indent=2, ensure_ascii=False)
        # A name of a file that is no UTF-8 holds half characters; so written, JSON gives them back.
        out.write(text.encode("utf-8", "backslashreplace") + b"\n")


def write_manifest(place: Path, content: Mapping[str, object]) -> None:
    """The manifest, with the versions of what computed the graph, and the type of processor (floats may hang on it)."""
    versions = {"kg": __version__, "python": platform.python_version(), "machine": platform.machine()}
    write_whole_manifest(place, {**content, "versions": versions})
