"""What names mean, from extractions alone or in a graph directory, with the user's tables and the reasons as tables.

In a graph directory ``names.db`` is what resolution counts, ``merges.tsv`` has the reason of each merge, ``links.tsv``
the things outside that entities may be, ``mappings.tsv`` those that they are; the last two are there where a vocabulary
was given. Both tables of reasons have the columns of SSSOM.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kg.errors import NoRecordsError, UsageError
from kg.files import whole
from kg.folder import Folder
from kg.graph.rdf import entity_facts
from kg.links import keep
from kg.links.facts import link_facts
from kg.links.kept import read_things
from kg.links.match import match
from kg.model import ENTITY_TYPES, Entity, Note, Rejected
from kg.ntriples import triple
from kg.resolve import Index, Merge, Names, settle
from kg.resolve.lines import NameLine, name_lines
from kg.resolve.wishes import COLUMNS, NOTHING, Wishes
from kg.resolve.wishes import read as read_wishes
from kg.vocab import VARIANT_OF


def resolve_names(sources: Iterable[Path], wishes: Wishes = NOTHING) -> Iterator[NameLine]:
    """A line per distinct type and name of the extractions in JSON lines (``kg extract``), in order.

    Only ``entities`` with ``name``, ``type`` and ``surfaces`` are needed. Memory stays flat: what is counted lies in a
    temporary file.

    Raises:
        UsageError: a line is no extraction; the message names file and line.
        NoRecordsError: there is no line.
    """
    with TemporaryDirectory(prefix="kg-names-") as place:
        index = Index(Path(place) / "names.db", wishes)
        try:
            count = 0
            for count, entities in enumerate(_entities(sources), 1):
                index.add(str(count), entities)
            if not count:
                raise NoRecordsError(f"no extraction in {', '.join(map(str, sources))}; kg extract writes them")
            settle(index)
            yield from name_lines(Names(index))
        finally:
            index.close(keep=False)


def _entities(sources: Iterable[Path]) -> Iterator[tuple[Entity, ...]]:
    for source in sources:
        with source.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        record = json.loads(line)
                        found = tuple(_entity(e) for e in record["entities"])
                    except (ValueError, KeyError, TypeError) as error:
                        raise UsageError(
                            f"{source}:{number}: no extraction ({error!r}); give what kg extract writes, one record "
                            "a line with entities that have name, type and surfaces"
                        ) from None
                    yield found


def _entity(record: Mapping[str, Any]) -> Entity:
    name, type_, surfaces = record["name"], record["type"], record.get("surfaces") or ()
    if type_ not in ENTITY_TYPES:
        raise ValueError(f"{type_!r} is no type; the types are {', '.join(ENTITY_TYPES)}")
    if not isinstance(name, str) or not name.strip() or not all(isinstance(s, str) for s in surfaces):
        raise ValueError("a name is no text")
    return Entity(name, type_, record.get("role", "mentioned"), tuple(s for s in surfaces if s.strip()))


# ---------------------------------------------------------------- in a graph directory


@contextmanager
def resolved(folder: Folder, kept: set[str], wishes: Wishes) -> Iterator[Names]:
    """The names of the kept papers: those of papers that came or went are counted, and what they touch is decided."""
    index = Index(folder.names, wishes)
    try:
        known = index.papers()
        for key in sorted(known - kept):
            index.remove(key)
        for cached in folder.read_parts(kept - known):
            if cached.extraction is not None:
                index.add(cached.key, cached.extraction.entities)
        settle(index)
        yield Names(index)
    except BaseException:
        index.close(keep=False)
        raise
    index.close()


def name_facts(folder: Folder, names: Names) -> Iterator[str]:
    """The triples of all entities, their variants and links, in no order; the tables of reasons are written beside."""
    with whole(folder.merges, force=True) as out:
        out.write(_row(_MERGE_COLUMNS))
        for node in names.nodes():
            yield from entity_facts(node.entity)
            out.writelines(map(_merge_row, names.merges_of(node)))
            if variant := names.variant_of(node):
                yield triple(f"<{variant.iri}>", f"<{VARIANT_OF}>", f"<{variant.base}>")
    if folder.links.exists():
        yield from _linked(folder, names)
    else:
        folder.mappings.unlink(missing_ok=True)


def _linked(folder: Folder, names: Names) -> Iterator[str]:
    links = sorted(match(names, read_things(folder.links)))
    labels = {link.entity: "" for link in links}
    labels |= {entity.iri: entity.label for entity in names if entity.iri in labels}
    with whole(folder.mappings, force=True) as out:
        out.write(_row(_LINK_COLUMNS))
        for link in links:
            what = (link.entity, labels[link.entity], link.predicate, link.target, link.label, link.justification)
            out.write(_row((*what, f"{link.confidence:g}", link.reason)))
    yield from link_facts(links)


_MERGE_COLUMNS = (
    "subject_label",
    "subject_type",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "confidence",
    "comment",
    "papers",
)
_LINK_COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "confidence",
    "comment",
)


def _merge_row(m: Merge) -> bytes:
    what = (m.surface, "rdfs literal", "skos:exactMatch", m.iri, m.label, m.justification)
    return _row((*what, f"{m.confidence:g}", m.reason, str(m.papers)))


def _row(cells: Iterable[str]) -> bytes:
    return ("\t".join(map(_cell, cells)) + "\n").encode("utf-8", "replace")


def _cell(text: str) -> str:
    """Text in a tab-separated line: no tab or line break, and no formula for a spreadsheet."""
    plain = re.sub(r"\s+", " ", text)
    return "'" + plain if plain.startswith(("=", "+", "-", "@")) else plain


@dataclass(frozen=True, slots=True)
class Tables:
    """What a user says of names: tables by the names that a graph directory has for them, and vocabularies outside."""

    wishes: Mapping[str, Path] = field(default_factory=dict)
    links: tuple[Path, ...] = ()


def keep_tables(folder: Folder, given: Tables, told: Callable[[str], None]) -> None:
    """Put the user's tables where the next resolution reads them; what of a vocabulary cannot be used is told.

    Raises:
        UsageError: a table is missing or cannot be read; nothing is kept then.
    """
    for path in (*given.wishes.values(), *given.links):
        if not path.exists():
            raise UsageError(f"{path}: there is no such file; give a table with a tab between the columns")
    read_wishes({name: given.wishes.get(name, folder.path / name) for name in COLUMNS})
    for name, path in sorted(given.wishes.items()):
        content = path.read_bytes()
        with whole(folder.path / name, force=True) as out:
            out.write(content)
    if given.links:
        keep(folder.links, given.links, lambda item: told(_told(item)))


def _told(item: Rejected | Note) -> str:
    return f"{item.where}: {item.what}: {item.why}" if isinstance(item, Rejected) else f"{item.where}: {item.text}"
