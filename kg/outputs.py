"""The files of a graph directory that people and other programs read: Turtle, page, tables of reasons, manifest.

Turtle, page and merges are written with every build of up to :data:`SMALL` papers, beyond that where they are asked
for; the manifest says which generation of the store each shows, and what would show an earlier one goes.
"""

from __future__ import annotations

import json
import platform
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

from kg import __version__
from kg.export.turtle import write
from kg.files import whole
from kg.folder import Folder
from kg.ledger import Ledger
from kg.model import Rejected
from kg.naming import MERGE_HEAD
from kg.records import to_line
from kg.sorting import sort_lines

SMALL = 10_000
# Lines that are sorted in memory, where a graph is small enough to be drawn there.
_LINES_PER_RUN = 1_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the large files to write: ``page`` false leaves it out, ``all`` writes all whatever their size."""

    page: bool = True
    all: bool = False

    def large(self, papers: int) -> bool:
        """Whether a graph of so many papers is written into large files."""
        return self.all or papers <= SMALL


def write_texts(
    folder: Folder,
    ledger: Ledger,
    generation: str,
    papers: int,
    wanted: Wanted,
    before: Mapping[str, object],
    lines: Callable[[], Iterator[str]],
) -> dict[str, str]:
    """Write the large files that are wanted, but for those that show this generation already (``before``).

    ``lines`` gives the triples, in any order. Returns the generation that each file shows, by name.
    """
    large = wanted.large(papers)
    files = {
        folder.turtle: large,
        folder.page: large and wanted.page,
        folder.merges: large,
    }
    missing = {f for f, there in files.items() if there and not (f.exists() and before.get(f.name) == generation)}
    for file, there in files.items():
        if not there:
            file.unlink(missing_ok=True)
    if folder.merges in missing:
        write_merges(folder.merges, ledger)
    if folder.turtle in missing:
        with whole(folder.turtle, force=True) as out:
            write(sort_lines(lines(), folder=folder.path, lines_per_run=_LINES_PER_RUN), out)
    if folder.page in missing:
        _write_page(folder, ledger, lines())
    return {file.name: generation for file, there in sorted(files.items()) if there}


def _write_page(folder: Folder, ledger: Ledger, lines: Iterable[str]) -> None:
    from kg.view import page as render
    from kg.view.data import from_triples, with_reasons

    merges = (row for node in ledger.nodes() for row in node.merges)
    shown = with_reasons(from_triples(lines), chain([MERGE_HEAD], merges))
    with whole(folder.page, force=True) as out:
        out.write(render(shown).encode())


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
