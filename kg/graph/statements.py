"""Statements: what all papers together say about each plain edge, and how far that can be believed.

The edges of all papers arrive sorted (:func:`kg.graph.edges.edge_line` through :func:`kg.sorting.sort_lines`), so
one statement's evidence is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from kg import vocab
from kg.graph.belief import belief
from kg.graph.edges import Edge
from kg.ids import statement_iri
from kg.ntriples import integer, literal, share, triple

_A = f"<{vocab.TYPE}>"
_CLASSES = tuple(f"<{class_}>" for class_ in vocab.STATEMENT_CLASSES)
_ENDS = tuple(f"<{vocab.RDF}{name}>" for name in ("subject", "predicate", "object"))
_BELIEF, _SUPPORT = f"<{vocab.BELIEF}>", f"<{vocab.SUPPORT}>"
_EVIDENCE, _RULE = f"<{vocab.HAS_EVIDENCE}>", f"<{vocab.RULE}>"


def statement_facts(edges: Iterable[Edge]) -> Iterator[str]:
    """Each distinct edge and the lines of its statement; ``edges`` are sorted by subject, predicate, object, paper."""
    for (subject, predicate, object_), group in groupby(edges, key=lambda e: (e.subject, e.predicate, e.object)):
        best: dict[str, float] = {}
        evidence: set[str] = set()
        rules: set[str] = set()
        for edge in group:
            best[edge.paper] = max(best.get(edge.paper, 0.0), edge.confidence)
            evidence.add(edge.evidence)
            rules.update(edge.rules)
        yield triple(f"<{subject}>", f"<{predicate}>", f"<{object_}>")
        me = f"<{statement_iri(subject, predicate, object_)}>"
        yield from (triple(me, _A, class_) for class_ in _CLASSES)
        for property_, end in zip(_ENDS, (subject, predicate, object_), strict=True):
            yield triple(me, property_, f"<{end}>")
        yield triple(me, _BELIEF, share(belief(best.values(), predicate)))
        yield triple(me, _SUPPORT, integer(len(best)))
        yield from (triple(me, _EVIDENCE, f"<{e}>") for e in sorted(evidence))
        yield from (triple(me, _RULE, literal(rule)) for rule in sorted(rules))
