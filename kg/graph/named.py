"""The named graphs of the quads: each paper's facts in one of its own, so that a paper can be replaced or taken away.

What follows from all papers together has graphs of its own: names, statements and agreement, the build.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.ids import BASE

NAMES = BASE + "graph/names"
STATEMENTS = BASE + "graph/statements"
BUILD = BASE + "graph/build"


def paper_graph(paper: str) -> str:
    """The IRI of the graph of a paper's facts, from the paper's IRI.

    >>> paper_graph("https://w3id.org/kg-abstracts/paper/x")
    'https://w3id.org/kg-abstracts/paper/x#graph'
    """
    return f"{paper}#graph"


def quads(lines: Iterable[str], graph: str) -> Iterator[str]:
    """Lines of N-Triples as lines of N-Quads in a graph, whose IRI is one of :mod:`kg.ids` or of this module.

    >>> list(quads(["<http://e/a> <http://e/b> <http://e/c> ."], "http://e/g"))
    ['<http://e/a> <http://e/b> <http://e/c> <http://e/g> .']
    """
    for line in lines:
        yield f"{line[:-1]}<{graph}> ."
