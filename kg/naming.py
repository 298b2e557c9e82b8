"""What names mean, from extractions alone; and of a graph directory the user's tables and the tables of reasons.

``merges.tsv`` has the reason of each merge, ``links.tsv`` the things outside that entities may be, ``mappings.tsv``
those that they are; the last two are there where a vocabulary was given. Both tables of reasons have the columns of
SSSOM.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kg.errors import NoRecordsError, UsageError
from kg.files import whole
from kg.folder import Folder
from kg.links import keep
from kg.links.match import Link
from kg.model import ENTITY_TYPES, Entity, Note, Rejected
from kg.resolve import Index, Merge, Names, settle
from kg.resolve.lines import NameLine, name_lines
from kg.resolve.wishes import COLUMNS, NOTHING, Wishes
from kg.resolve.wishes import read as read_wishes


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


# ---------------------------------------------------------------- tables of reasons

_MATCHED = ("predicate_id", "object_id", "object_label", "mapping_justification", "confidence", "comment")
MERGE_HEAD = "\t".join(("subject_label", "subject_type", *_MATCHED, "papers"))
LINK_HEAD = "\t".join(("subject_id", "subject_label", *_MATCHED))


def merge_row(m: Merge) -> str:
    """A merge as a row of ``merges.tsv``, under :data:`MERGE_HEAD`."""
    what = (m.surface, "rdfs literal", "skos:exactMatch", m.iri, m.label, m.justification)
    return _row((*what, f"{m.confidence:g}", m.reason, str(m.papers)))


def link_row(link: Link, label: str) -> str:
    """A link of the entity of a label as a row of ``mappings.tsv``, under :data:`LINK_HEAD`."""
    what = (link.entity, label, link.predicate, link.target, link.label, link.justification)
    return _row((*what, f"{link.confidence:g}", link.reason))


def _row(cells: Iterable[str]) -> str:
    return "\t".join(map(_cell, cells))


def _cell(text: str) -> str:
    """Text in a tab-separated line: no tab or line break, and no formula for a spreadsheet."""
    plain = re.sub(r"\s+", " ", text)
    return "'" + plain if plain.startswith(("=", "+", "-", "@")) else plain


@dataclass(frozen=True, slots=True)
class Tables:
    """What a user says of names: tables by the names that a graph directory has for them, and vocabularies outside."""

    wishes: Mapping[str, Path] = field(default_factory=dict)
    links: tuple[Path, ...] = ()


def check_tables(folder: Folder, given: Tables) -> None:
    """See that the user's tables can be read, together with those that the directory has.

    Raises:
        UsageError: one is missing or cannot be read.
    """
    for path in (*given.wishes.values(), *given.links):
        if not path.exists():
            raise UsageError(f"{path}: there is no such file; give a table with a tab between the columns")
    read_wishes({name: given.wishes.get(name, folder.path / name) for name in COLUMNS})


def keep_tables(folder: Folder, given: Tables, told: Callable[[str], None]) -> None:
    """Put the user's tables where the next resolution reads them; what of a vocabulary cannot be used is told.

    Raises:
        UsageError: a table is missing or cannot be read; nothing is kept then.
    """
    check_tables(folder, given)
    for name, path in sorted(given.wishes.items()):
        content = path.read_bytes()
        with whole(folder.path / name, force=True) as out:
            out.write(content)
    if given.links:
        keep(folder.links, given.links, lambda item: told(_told(item)))


def _told(item: Rejected | Note) -> str:
    return f"{item.where}: {item.what}: {item.why}" if isinstance(item, Rejected) else f"{item.where}: {item.text}"
