"""Lines of N-Triples with their graphs, and how all of them are parted into sorted ranges.

The bounds of the ranges come from a sample of the lines that hangs on the lines alone, so every engine makes the same
parts; all lines of a subject are in one range. A line in a graph is a pair of tag F; one of the sample is a pair of tag
K too. Notes travel with the lines of a subject and come after them: they are in no graph and are no triples, but say
what its row in a table has of others (:mod:`kg.cluster.tables`).
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

from kg.cluster.pairs import pack, unpack
from kg.engine.base import Pair


def line_pairs(line: str, graph: str, sampled: int) -> Iterator[Pair]:
    """A line in a graph, and in the sample if it is the one of so many.

    >>> list(line_pairs("<http://e/a> <http://e/b> <http://e/c> .", "http://e/g", 1))[0][1]
    b'http://e/g'
    """
    written = line.encode()
    yield b"F" + written, graph.encode()
    if zlib.crc32(written) % sampled == 0:
        yield b"K" + written, b""


def note_pair(subject: str, *cells: object) -> Pair:
    """A note on the subject of an IRI.

    >>> note_pair("http://e/a", "p", 3)
    (b'F<http://e/a> ["p", 3]', b'')
    """
    return b"F" + f"<{subject}> ".encode() + pack(cells), b""


def read_note(line: bytes) -> tuple[str, list[Any]]:
    """The subject, as a term, and the cells of a note that lies among lines.

    >>> read_note(note_pair("http://e/a", "p", 3)[0][1:])
    ('<http://e/a>', ['p', 3])
    """
    subject, _, cells = line.partition(b" ")
    return subject.decode(), unpack(cells)


def bounds_of(sample: Iterable[bytes], ranges: int) -> list[bytes]:
    """The first subjects of all ranges but the first; as many lines of the sample lie between each two.

    >>> bounds_of([b"d", b"a", b"c", b"b", b"a"], 2)
    [b'c']
    """
    lines = sorted(set(sample))
    return sorted({lines[len(lines) * n // ranges].split(b" ", 1)[0] for n in range(1, ranges)}) if lines else []


def ranged(pairs: Iterator[Pair], *, bounds: str) -> Iterator[Pair]:
    """The lines under the number of their range, in a form that sorts as the lines do."""
    firsts = [first.encode() for first in unpack(bounds.encode())]
    for line, graph in pairs:
        yield b"%06d" % bisect_right(firsts, line), line + b"\0" + graph


def unranged(value: bytes) -> tuple[bytes, bytes]:
    """The line and the graph that :func:`ranged` wrote as one."""
    line, _, graph = value.rpartition(b"\0")
    return line, graph
