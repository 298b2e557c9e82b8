"""Names without a graph: the entities behind the names of extractions, and the user's tables of a graph directory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kg.errors import NoRecordsError, UsageError
from kg.files import whole
from kg.folder import Folder
from kg.model import ENTITY_TYPES, Entity
from kg.resolve import Index, Names, settle
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


def keep_tables(folder: Folder, given: Mapping[str, Path]) -> None:
    """Put the user's tables, by the names that a graph directory knows them by, where the next resolution reads them.

    Raises:
        UsageError: a table is missing or cannot be read; nothing is kept then.
    """
    for path in given.values():
        if not path.is_file():
            raise UsageError(f"{path}: there is no such file; give a table with a tab between the columns")
    read_wishes({name: given.get(name, folder.path / name) for name in COLUMNS})
    for name, path in sorted(given.items()):
        content = path.read_bytes()
        with whole(folder.path / name, force=True) as out:
            out.write(content)
