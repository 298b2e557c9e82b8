"""One worker: a process with the published store open, which does one job at a time and is killed when it runs over.

``python -m kg.serve.worker SETTINGS`` (JSON) reads jobs from standard input and writes replies to standard output.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from kg.errors import KgError, UsageError
from kg.serve import entity, explore, named, sparql
from kg.serve.frames import Reply, json_reply, pack_reply, read_job, text_reply
from kg.serve.names import Names
from kg.serve.sandbox import close_network, die_with_parent, limit_memory
from kg.store import CURRENT, Store, open_file, open_folder, published


def version(place: Path) -> str:
    """What is published at a place: the generation of a graph directory, or the state of a graph file."""
    if place.is_dir():
        return published(place / "store") or ""
    return "{:x}-{:x}".format(*(_state(place) or (0, 0)))


def _state(place: Path) -> tuple[int, int] | None:
    """What changes when something else is published: cheap, for it is looked at before every answer."""
    for file in (place / "store" / CURRENT, place):
        try:
            found = os.stat(file)  # noqa: PTH116  three times as fast as the method
        except (FileNotFoundError, NotADirectoryError):
            continue
        return found.st_mtime_ns, found.st_ino
    return None


class Source:
    """The store of a graph directory or file; each time it is asked for, the one that is published now."""

    def __init__(self, place: Path, index: Path, *, rows: int = sparql.MOST_ROWS) -> None:
        self.place, self.rows, self._index = place, rows, index
        self.version = ""
        self._state: tuple[int, int] | None = None
        self._store: Store | None = None
        self._names: Names | None = None

    def store(self) -> Store:
        """The published store, opened again where another was published since.

        Raises:
            NotAGraphError: there is none any more.
        """
        state = _state(self.place)
        if self._store is None or state != self._state:
            found = version(self.place)
            self._store = open_folder(self.place / "store") if self.place.is_dir() else open_file(self.place)
            self._names, self._state, self.version = None, state, found
        return self._store

    def names(self) -> Names | None:
        """The index of the names of this store; None while it is being made."""
        if self._names is None and self.version:
            self._names = Names.open(self._index, self.version)
        return self._names


_MAKING = {"rows": [], "counts": {}, "making": "the index of names is being made; ask again in a second"}


def _health(source: Source, **_: Any) -> Reply:
    return json_reply({"generation": source.version, "triples": len(source.store())})


def _sparql(source: Source, **asked: Any) -> Reply:
    return sparql.answer(source.store(), most_rows=source.rows, **asked)


def _search(source: Source, **asked: Any) -> Reply:
    source.store()
    names = source.names()
    if names is None:
        return json_reply(_MAKING, 202)
    return json_reply(explore.search(names, **asked))


def _start(source: Source) -> Reply:
    source.store()
    names = source.names()
    if names is None:
        return json_reply(_MAKING, 202)
    return json_reply(explore.start(names))


def _named(source: Source, **asked: Any) -> Reply:
    source.store()
    return named.answer(source.names(), **asked)


# Each job is a question that one process can answer alone.
JOBS: Mapping[str, Callable[..., Reply]] = {
    "health": _health,
    "sparql": _sparql,
    "search": _search,
    "start": _start,
    "neighbours": lambda source, **asked: json_reply(explore.neighbours(source.store(), **asked)),
    "evidence": lambda source, **asked: json_reply(explore.evidence(source.store(), **asked)),
    "card": lambda source, **asked: json_reply(explore.card(source.store(), **asked)),
    "entity": lambda source, **asked: entity.answer(source.store(), **asked),
    "named": _named,
}


def reply_to(source: Source, job: Mapping[str, Any]) -> Reply:
    """The reply to a job; what is wrong with the question is 400, what is wrong with the graph 500."""
    asked = dict(job)
    name = asked.pop("job")
    try:
        return JOBS[name](source, **asked)
    except UsageError as error:
        return text_reply(400, str(error))
    except explore.UnknownError as error:
        return text_reply(404, str(error))
    except (KgError, OSError) as error:
        return text_reply(500, str(error))
    except MemoryError:
        return text_reply(503, "the query needs more memory than it may have; narrow it")


def main() -> None:
    """Do jobs until there are no more."""
    settings = json.loads(sys.argv[1])
    die_with_parent(settings["parent"])
    replies = _own_output()
    source = Source(Path(settings["place"]), Path(settings["index"]), rows=settings["rows"])
    try:
        closed = close_network()
        source.store()
        limit_memory(settings["memory"])
    except (KgError, OSError) as error:
        _send(replies, text_reply(500, str(error)))
        return
    _send(replies, json_reply({"network": "closed" if closed else "open"}))
    while (job := read_job(sys.stdin.buffer)) is not None:
        _send(replies, reply_to(source, job))


def _own_output() -> BinaryIO:
    """Standard output for replies alone: what else is printed goes to standard error."""
    kept = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return kept


def _send(out: BinaryIO, reply: Reply) -> None:
    out.write(pack_reply(reply))
    out.flush()


if __name__ == "__main__":
    main()
