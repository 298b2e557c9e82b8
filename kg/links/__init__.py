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
import os
from collections.abc import Iterator
from contextlib import closing

from kg.errors import UsageError
from kg.inputs.source import Source
from kg.inputs.sources import Opened, expand, open_place
from kg.links.base import Format, Item, Thing
from kg.model import Rejected

__all__ = ["FORMATS", "formats", "read"]

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


def only_things(items: Iterator[Item]) -> Iterator[Thing]:
    """The things alone, for a caller that takes a bad record for an error.

    Raises:
        UsageError: a record was rejected; the message names place, finding and remedy.
    """
    for item in items:
        if isinstance(item, Rejected):
            raise UsageError(f"{item.where}: {item.what}: {item.why}")
        if isinstance(item, Thing):
            yield item
