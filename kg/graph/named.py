"""The named graphs of the quads: each paper's facts in one of its own, so that a paper can be replaced or taken away.

What follows from all papers together has graphs of its own: names, statements and agreement, the build.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.ids import BUILD_GRAPH as BUILD
from kg.ids import NAMES_GRAPH as NAMES
from kg.ids import STATEMENTS_GRAPH as STATEMENTS
from kg.ids import paper_graph

__all__ = ["BUILD", "NAMES", "STATEMENTS", "paper_graph", "quads"]


def quads(lines: Iterable[str], graph: str) -> Iterator[str]:
    """Lines of N-Triples as lines of N-Quads in a graph, whose IRI is one of :mod:`kg.ids` or of this module.

    >>> list(quads(["<http://e/a> <http://e/b> <http://e/c> ."], "http://e/g"))
    ['<http://e/a> <http://e/b> <http://e/c> <http://e/g> .']
    """
    for line in lines:
        yield f"{line[:-1]}<{graph}> ."
