"""Sorted triples as Turtle that people can read: grouped by subject, with prefixes, always the same bytes.

A name is shortened where its local part is plain (letters, digits, ``_``, ``-``, ``.`` inside); every other IRI is
written in full, so nothing needs the escapes that readers disagree on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import BinaryIO

from kg.ntriples import split
from kg.sorting import unique
from kg.vocab import PREFIXES, TYPE, XSD

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_PREFIX_OF = {namespace: prefix for prefix, namespace in PREFIXES.items()}
# Literals that Turtle writes without quotes, where every reader gives the same lexical form back (RDFLib makes 7 of 007
# and 1E-7 of 0.0000001).
_BARE = {
    f'"^^<{XSD}integer>': re.compile(r"0|-?[1-9][0-9]*"),
    f'"^^<{XSD}decimal>': re.compile(r"-?(?:0(?!\.0{6})|[1-9][0-9]*)\.[0-9]+"),
    f'"^^<{XSD}boolean>': re.compile(r"true|false"),
}


def header() -> str:
    """The prefix lines at the top of every file."""
    return "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())


def write(lines: Iterable[str], out: BinaryIO) -> int:
    r"""Write sorted N-Triples lines (as :func:`kg.sorting.sort_lines` gives them) as Turtle; return how many.

    A line that comes twice is written once. Memory holds the triples of one subject.

    Raises:
        KgError: a line is no canonical N-Triples, or has a blank node.

    >>> import io
    >>> out = io.BytesIO()
    >>> write([f'<http://e/a> <{TYPE}> <{XSD}x> .', '<http://e/a> <http://e/b> "1" .'], out)
    2
    >>> print(out.getvalue().decode().split("\n\n")[1])
    <http://e/a> a xsd:x ;
        <http://e/b> "1" .
    <BLANKLINE>
    """
    out.write(header().encode())
    count = 0
    for text, size in blocks(lines):
        out.write(f"\n{text} .\n".encode())
        count += size
    return count


def blocks(lines: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Each subject of the sorted lines as Turtle without the full stop, and how many triples that is."""
    for subject, group in groupby(map(split, unique(lines)), key=itemgetter(0)):
        yield _subject(term(subject), group)


def _subject(name: str, triples: Iterable[tuple[str, str, str]]) -> tuple[str, int]:
    objects: dict[str, list[str]] = {}
    size = 0
    for _, predicate, object_ in triples:
        objects.setdefault(predicate, []).append(term(object_))
        size += 1
    types = objects.pop(f"<{TYPE}>", None)
    rows = [f"a {', '.join(types)}"] if types else []
    rows += [_row(term(predicate), values) for predicate, values in objects.items()]
    return f"{name} " + " ;\n    ".join(rows), size


def _row(predicate: str, values: list[str]) -> str:
    short = sum(map(len, values)) + 2 * len(values) <= 100
    return f"{predicate} " + (", " if short else ",\n        ").join(values)


def term(value: str) -> str:
    """An N-Triples term as Turtle writes it.

    >>> term('"0.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'), term("<http://www.w3.org/2004/02/skos/core#note>")
    ('0.5', 'skos:note')
    """
    if value.startswith("<"):
        return _name(value)
    if value.endswith('"'):
        return value
    end = value.rindex('"')
    form = _BARE.get(value[end:])
    if form and form.fullmatch(value, 1, end):
        return value[1:end]
    return f"{value[: end + 1]}^^{_name(value[end + 3 :])}" if value[end + 1 : end + 3] == "^^" else value


@lru_cache(maxsize=65_536)
def _name(value: str) -> str:
    whole = value[1:-1]
    cut = max(whole.rfind("/"), whole.rfind("#")) + 1
    prefix = _PREFIX_OF.get(whole[:cut])
    return f"{prefix}:{whole[cut:]}" if prefix and _LOCAL.fullmatch(whole, cut) else value
