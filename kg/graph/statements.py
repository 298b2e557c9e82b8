"""Statements: what all papers together say about each plain edge, and how far that can be believed.

The edges of all papers arrive sorted (:func:`kg.graph.edges.edge_line` through :func:`kg.sorting.sort_lines`), so
one statement's evidence is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from kg import vocab
from kg.graph.edges import Edge
from kg.ids import statement_iri
from kg.ntriples import integer, literal, share, triple

# Papers that agree do not make a reader's own errors go away: the most that any number of them can give.
MAX_BELIEF = 0.99

_A = f"<{vocab.TYPE}>"
_CLASSES = tuple(f"<{class_}>" for class_ in vocab.STATEMENT_CLASSES)
_ENDS = tuple(f"<{vocab.RDF}{name}>" for name in ("subject", "predicate", "object"))
_BELIEF, _SUPPORT = f"<{vocab.BELIEF}>", f"<{vocab.SUPPORT}>"
_EVIDENCE, _RULE = f"<{vocab.HAS_EVIDENCE}>", f"<{vocab.RULE}>"


def belief(confidences: Iterable[float]) -> float:
    """The belief in an edge from the best confidence of each paper that states it: 1 - product of (1 - confidence).

    The papers are taken as independent witnesses, as INDRA's belief engine takes its evidence
    (Gyori et al. 2017, doi:10.15252/msb.20177651), and the result is at most :data:`MAX_BELIEF`. It is as good as the
    confidences are: it has not been fitted to how often such edges are right.

    >>> belief([0.5, 0.5]), belief([1.0])
    (0.75, 0.99)
    """
    doubt = 1.0
    for confidence in confidences:
        doubt *= 1.0 - min(max(confidence, 0.0), 1.0)
    return round(min(1.0 - doubt, MAX_BELIEF), 4)


def statement_facts(edges: Iterable[Edge]) -> Iterator[str]:
    """The lines of one statement for each distinct edge; ``edges`` are sorted by subject, predicate, object, paper."""
    for (subject, predicate, object_), group in groupby(edges, key=lambda e: (e.subject, e.predicate, e.object)):
        best: dict[str, float] = {}
        evidence: set[str] = set()
        rules: set[str] = set()
        for edge in group:
            best[edge.paper] = max(best.get(edge.paper, 0.0), edge.confidence)
            evidence.add(edge.evidence)
            rules.update(edge.rules)
        me = f"<{statement_iri(subject, predicate, object_)}>"
        yield from (triple(me, _A, class_) for class_ in _CLASSES)
        for property_, end in zip(_ENDS, (subject, predicate, object_), strict=True):
            yield triple(me, property_, f"<{end}>")
        yield triple(me, _BELIEF, share(belief(best[paper] for paper in sorted(best))))
        yield triple(me, _SUPPORT, integer(len(best)))
        yield from (triple(me, _EVIDENCE, f"<{e}>") for e in sorted(evidence))
        yield from (triple(me, _RULE, literal(rule)) for rule in sorted(rules))
