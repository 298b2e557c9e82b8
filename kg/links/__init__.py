"""Links to the outside: things read from published vocabularies, and the entities that bear their names.

The format is found from the content. One module for each (:data:`FORMATS`), and

===============  ==========================================================================
``base``         what a thing is, what a format is, which addresses and names are accepted
``rows``         bytes to rows of a table (``wikidata_results``, ``sssom``, ``table``)
``concepts``     statements about concepts to things (``cso``, ``rdf``)
``match``        entities and things to links, each with its reason
``kept``         the things of a graph directory, as a table that is always the same bytes
``facts``        links to lines of N-Triples
===============  ==========================================================================
"""

from __future__ import annotations

import functools
import importlib
import itertools
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

from kg.inputs.source import Source
from kg.inputs.sources import Opened, expand, open_place
from kg.links.base import Format, Item, Thing
from kg.links.kept import read_things, write_things
from kg.model import Note, Rejected

__all__ = ["FORMATS", "formats", "keep", "read"]

# One module each, in the order in which they are asked whether a file is theirs: the surest signs first.
FORMATS: tuple[str, ...] = (
    "kept",
    "wikidata",
    "wikidata_results",
    "openalex",
    "papers_with_code",
    "cso",
    "rdf",
    "sssom",
    "table",
)


@functools.cache
def formats() -> tuple[Format, ...]:
    """All formats in the order of detection.

    >>> formats()[-1].name
    'table'
    """
    return tuple(importlib.import_module(f"{__name__}.{name}").FORMAT for name in FORMATS)


def read(path: str | os.PathLike[str]) -> Iterator[Item]:
    """The things, rejected records and notes of a file, a directory, an archive or standard input (``-``).

    They come in the order of the input. A file that holds no thing gives one Rejected that says so; damage in the
    middle keeps the things before it and gives a Rejected.

    Raises:
        UsageError: the path does not exist.
        NoRecordsError: a directory is empty.
    """
    for place in expand([path]):
        with closing(open_place(place)) as inputs:
            for opened in inputs:
                if isinstance(opened, Rejected):
                    yield opened
                else:
                    yield from _read_one(opened)


def _read_one(opened: Opened) -> Iterator[Item]:
    format_ = next((f for f in formats() if f.sniff(opened.head, opened.suffix)), None)
    if format_ is None:
        found = f"it starts with {opened.head[:40]!r}" if opened.head else "an empty file"
        yield Rejected(opened.name, opened.damage or found, f"no vocabulary that kg knows; it reads {_help()}")
        return
    things = rejected = 0
    for item in format_.read(Source(opened.name, opened.stream)):
        things += isinstance(item, Thing)
        rejected += isinstance(item, Rejected)
        yield item
    if opened.damage:
        kept = f"{things} thing(s) before it were kept" if things else "nothing before it could be used"
        yield Rejected(opened.name, f"a damaged file: {opened.damage}", f"the rest cannot be read; {kept}")
    elif not things and not rejected:
        yield Rejected(opened.name, "nothing to link to", f"read as {format_.name} ({format_.help}), it names no thing")


def _help() -> str:
    return "; ".join(f.help for f in formats())


def keep(path: Path, files: Iterable[str | os.PathLike[str]], told: Callable[[Rejected | Note], None]) -> int:
    """Read files and keep their things in the table at ``path``, beside those it has; return how many it has then.

    Files in any order and given any number of times make the same bytes. What was rejected or noted is ``told``. Memory
    stays flat.

    Raises:
        UsageError: a file does not exist.
        KgError: the table is damaged.
    """

    def things() -> Iterator[Thing]:
        if path.is_file():
            yield from read_things(path)
        for item in itertools.chain.from_iterable(map(read, files)):
            if isinstance(item, Thing):
                yield item
            else:
                told(item)

    return write_things(path, things())
