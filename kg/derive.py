"""What follows from the cached records of a graph directory: names, triples, Turtle, store, page, tables, manifest.

Two passes over the records, each a stream: the first sees names alone and resolves them, the second writes triples.
Everything is sorted on disk before it is joined, so neither order nor number of papers matters to what comes out.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import platform
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import TextIO, cast

from kg import __version__, store
from kg.export.turtle import write
from kg.extract.sentences import split
from kg.files import whole
from kg.folder import Folder
from kg.graph.agreement import agreement_facts, answer_from_line, answer_line, answers_of
from kg.graph.edges import edge_from_line, edge_line, edges_of
from kg.graph.rdf import build_facts, facts_of
from kg.graph.statements import statement_facts
from kg.model import ENTITY_TYPES, Extraction, FieldName, Paper, Rejected, Span
from kg.naming import name_facts, resolved
from kg.records import to_line
from kg.resolve import Names
from kg.resolve.wishes import COLUMNS, NOTHING, Wishes
from kg.resolve.wishes import read as read_wishes
from kg.sorting import sort_lines
from kg.vocab import CLAIM, ENTITY_CLASS, EVIDENCE, PAPER, RDF, RELATION_PROPERTY, RESULT, TYPE

# Up to so many papers the large text outputs are written with every build; beyond, on demand.
SMALL = 10_000


@dataclass(frozen=True, slots=True)
class Derived:
    """What a graph holds: the counts for the manifest, its entities by type, and the name of the store's generation."""

    counts: dict[str, int]
    by_type: dict[str, int]
    generation: str


def derive(folder: Folder, kept: set[str], settings: Mapping[str, object], version: str, *, page: bool) -> Derived:
    """Write triples, Turtle, store, page and merges of the kept records; the manifest is left to the caller."""
    body, graph = folder.path / ".body.nt.tmp", folder.path / ".graph.nt.tmp"
    tally = _Tally()
    wishes = read_wishes({name: folder.path / name for name in COLUMNS})
    with resolved(folder, kept, wishes) as names:
        try:
            _write_lines(body, map(tally.seen, sort_lines(_facts(folder, kept, names), folder=folder.path)))
            about = build_facts(
                __version__, {**settings, **_told(folder, wishes), "extractor": version}, tally.build_counts()
            )
            triples = _write_lines(graph, heapq.merge(_read_lines(body), about))
            generation = store.publish(graph, folder.store)
            _write_texts(folder, graph, turtle=len(kept) <= SMALL, page=page and len(kept) <= SMALL)
        finally:
            body.unlink(missing_ok=True)
            graph.unlink(missing_ok=True)
    return Derived(tally.counts() | {"triples": triples}, tally.by_type(), generation)


def _told(folder: Folder, wishes: Wishes) -> dict[str, str]:
    """What a user said of names, as settings that change facts."""
    said = {"wishes": wishes.key} if wishes != NOTHING else {}
    if folder.links.exists():
        with folder.links.open("rb") as content:
            said["links"] = hashlib.file_digest(content, "sha256").hexdigest()[:16]
    return said


@dataclass(frozen=True, slots=True)
class _Record:
    paper: Paper
    extraction: Extraction


def _records(folder: Folder, kept: set[str]) -> Iterator[_Record]:
    for cached in folder.read_parts(kept):
        if cached.extraction is not None:
            yield _Record(cached.paper, cached.extraction)


# ---------------------------------------------------------------- triples


def _facts(folder: Folder, kept: set[str], names: Names) -> Iterator[str]:
    """All triples but those about the build, in no order, some of them twice."""
    with _spooled(folder) as edge_lines, _spooled(folder) as answer_lines:
        for record in _records(folder, kept):
            paper, extraction = record.paper, record.extraction
            sentence_at = _sentences_of(paper)
            edges = list(edges_of(paper, extraction, names.of, sentence_at))
            yield from facts_of(paper, extraction, names.of, sentence_at, edges=edges)
            edge_lines.writelines(edge_line(edge) + "\n" for edge in edges)
            answer_lines.writelines(answer_line(answer) + "\n" for answer in answers_of(paper, extraction, names.of))
        yield from name_facts(folder, names)
        yield from statement_facts(map(edge_from_line, sort_lines(_again(edge_lines), folder=folder.path)))
        yield from agreement_facts(map(answer_from_line, sort_lines(_again(answer_lines), folder=folder.path)))


@contextmanager
def _spooled(folder: Folder) -> Iterator[TextIO]:
    """A file of lines that is gone when it has served: what joins all papers waits there until all are seen."""
    with TemporaryFile("w+", encoding="utf-8", newline="\n", dir=folder.path) as lines:
        yield cast("TextIO", lines)


def _again(lines: TextIO) -> Iterator[str]:
    lines.seek(0)
    return (line[:-1] for line in lines)


def _sentences_of(paper: Paper) -> Callable[[FieldName, int], Span]:
    """A function from a place in a paper to the sentence there; the title is one sentence."""
    title = paper.title or ""
    whole_title = Span("title", len(title) - len(title.lstrip()), len(title.rstrip()))
    spans = [Span("text", start, end) for start, end in split(paper.abstract)]
    starts = [span.start for span in spans]

    def sentence_at(field: FieldName, offset: int) -> Span:
        return whole_title if field == "title" else spans[max(0, bisect_right(starts, offset) - 1)]

    return sentence_at


class _Tally:
    """Counts distinct things in a sorted stream of triples."""

    def __init__(self) -> None:
        self._classes: Counter[str] = Counter()
        self._relations = 0

    def seen(self, line: str) -> str:
        """The line, counted."""
        _, predicate, object_ = line.split(" ", 2)
        if predicate == _TYPE:
            self._classes[object_[1:-3]] += 1
        elif predicate == _PREDICATE and object_[1:-3] in _RELATIONS:
            self._relations += 1
        return line

    def by_type(self) -> dict[str, int]:
        return {type_: self._classes[ENTITY_CLASS[type_]] for type_ in ENTITY_TYPES}

    def counts(self) -> dict[str, int]:
        return {
            "papers": self._classes[PAPER],
            "entities": sum(self.by_type().values()),
            "relations": self._relations,
            "results": self._classes[RESULT],
            "claims": self._classes[CLAIM],
        }

    def build_counts(self) -> dict[str, int]:
        return self.counts() | {"evidence": self._classes[EVIDENCE]}


_TYPE, _PREDICATE = f"<{TYPE}>", f"<{RDF}predicate>"
_RELATIONS = frozenset(RELATION_PROPERTY.values())


# ---------------------------------------------------------------- files


def _write_lines(place: Path, lines: Iterable[str]) -> int:
    count = 0
    with place.open("w", encoding="utf-8", newline="\n") as out:
        for line in lines:
            out.write(line + "\n")
            count += 1
    return count


def _read_lines(place: Path) -> Iterator[str]:
    with place.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            yield line[:-1]


def _write_texts(folder: Folder, graph: Path, *, turtle: bool, page: bool) -> None:
    """Turtle and page where asked for; one that would be out of date goes."""
    if turtle:
        with whole(folder.turtle, force=True) as out:
            write(_read_lines(graph), out)
    else:
        folder.turtle.unlink(missing_ok=True)
    if page:
        from kg.view import page as render
        from kg.view.data import from_triples, with_reasons

        shown = with_reasons(from_triples(_read_lines(graph)), _read_lines(folder.merges))
        with whole(folder.page, force=True) as out:
            out.write(render(shown).encode())
    else:
        folder.page.unlink(missing_ok=True)


def write_rejected(place: Path, rejected: Iterable[Rejected]) -> None:
    """One record per line: where, what, why."""
    with whole(place, force=True) as out:
        for record in rejected:
            out.write(to_line(asdict(record)).encode("utf-8", "backslashreplace") + b"\n")


def write_manifest(place: Path, content: Mapping[str, object]) -> None:
    """The manifest, with the versions of what computed the graph, and the type of processor (floats may hang on it)."""
    versions = {"kg": __version__, "python": platform.python_version(), "machine": platform.machine()}
    with whole(place, force=True) as out:
        text = json.dumps({**content, "versions": versions}, indent=2, ensure_ascii=False)
        # A name of a file that is no UTF-8 holds half characters; so written, JSON gives them back.
        out.write(text.encode("utf-8", "backslashreplace") + b"\n")
