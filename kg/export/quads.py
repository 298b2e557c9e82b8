"""Which named graph each triple belongs to, told from the sorted triples alone.

======================================================  ======================================================
a triple about                                          lies in the graph of
======================================================  ======================================================
a paper, or its evidence (whose IRI begins with it)     that paper
a claim or a result                                     the paper that it is derived from (prov:wasDerivedFrom)
an entity, by a relation (entity outperforms entity)    each paper whose evidence supports the statement of it
an entity else (type, names, variants, links)           names
a statement; which claims support or dispute a claim    statements
the build                                               build
anything else (labels of what links lead to)            names
======================================================  ======================================================

A relation that two papers state stands in two graphs; every other triple in one. All graphs together hold the triples
that were given, no more and no fewer, also where something is amiss: a relation without a statement or a claim without
a paper is kept among the names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from kg import vocab
from kg.export.triples import Lines, text_lines
from kg.ids import BUILD_GRAPH, NAMES_GRAPH, STATEMENTS_GRAPH, home_of, kind_of, paper_graph
from kg.ntriples import Triple, parse
from kg.sorting import sort_lines, unique

_DERIVED: Final = f"<{vocab.PROV}wasDerivedFrom>"
_AGREEMENT: Final = {f"<{vocab.SUPPORTS}>", f"<{vocab.DISPUTES}>"}
_RELATIONS: Final = {f"<{iri}>" for iri in vocab.RELATION_PROPERTY.values()}
_ENDS: Final = tuple(f"<{vocab.RDF}{end}>" for end in ("subject", "predicate", "object"))
_EVIDENCE: Final = f"<{vocab.HAS_EVIDENCE}>"
_OF_KIND: Final = {"statement": STATEMENTS_GRAPH, "build": BUILD_GRAPH}
# In place of a graph, while it is not known yet: that the relation is there, and that a paper states it. Both sort
# before every graph, in this order, and neither can stand in a line of N-Quads.
_THERE: Final = "<>"
_STATED: Final = "<>:"


def quads(lines: Lines) -> Iterator[str]:
    """The sorted lines of N-Triples as sorted lines of N-Quads; memory stays flat, the rest is sorted on disk.

    Raises:
        KgError: a line is no triple.

    >>> list(quads(["<http://e/a> <http://e/b> <http://e/c> ."]))
    ['<http://e/a> <http://e/b> <http://e/c> <https://w3id.org/kg-abstracts/graph/names> .']
    """
    return _settled(sort_lines(_placed(lines)))


def _placed(lines: Lines) -> Iterator[str]:
    for subject, group in groupby(map(parse, unique(text_lines(lines))), key=lambda t: t.subject):
        kind = kind_of(subject[1:-1])
        triples = list(group)
        if kind == "statement":
            yield from _stated(triples)
        own = _graph_of(kind, triples)
        for triple in triples:
            yield _quad(triple, kind, own)


def _graph_of(kind: str, triples: list[Triple]) -> str:
    """The graph of a subject, from its kind and its triples."""
    if kind in _OF_KIND:
        return _OF_KIND[kind]
    names = [triples[0].subject] if kind == "paper" else [t.object for t in triples if t.predicate == _DERIVED]
    papers = filter(None, (home_of(name[1:-1]) for name in names))
    return next(map(paper_graph, papers), NAMES_GRAPH)


def _quad(triple: Triple, kind: str, own: str) -> str:
    """A triple in the graph of its subject, but for those that belong elsewhere."""
    if triple.predicate in _RELATIONS:
        graph = _THERE
    else:
        agreement = kind == "claim" and triple.predicate in _AGREEMENT
        graph = f"<{STATEMENTS_GRAPH if agreement else own}> ."
    return f"{triple.subject} {triple.predicate} {triple.object} {graph}"


def _stated(triples: Iterable[Triple]) -> Iterator[str]:
    """The relation that a statement is about, once for each paper whose evidence it names."""
    values: dict[str, list[str]] = {}
    for triple in triples:
        values.setdefault(triple.predicate, []).append(triple.object)
    ends = [values.get(end, [""])[0] for end in _ENDS]
    if ends[1] in _RELATIONS:
        homes = {home_of(evidence[1:-1]) for evidence in values.get(_EVIDENCE, ())}
        for paper in sorted(home for home in homes if home):
            yield f"{' '.join(ends)} {_STATED}<{paper_graph(paper)}> ."


def _settled(lines: Iterable[str]) -> Iterator[str]:
    """The lines with the graphs of relations: those of the papers that state them, else the names."""
    there = waiting = ""
    for line in lines:
        triple, _, graph = line.removesuffix(" .").rpartition(" ")
        if waiting and triple != waiting:
            yield f"{waiting} <{NAMES_GRAPH}> ."
            waiting = ""
        if graph == _THERE:
            there = waiting = triple
        elif not graph.startswith(_STATED):
            yield line
        elif triple == there:
            yield f"{triple} {graph.removeprefix(_STATED)} ."
            waiting = ""
    if waiting:
        yield f"{waiting} <{NAMES_GRAPH}> ."
