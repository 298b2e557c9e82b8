"""Which nodes a page holds, and which of them it opens on."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Collection, Iterable

from kg.errors import UsageError
from kg.view.data import VARIANT_OF, Edge, Node, PageGraph

# An edge between two entities says more to a reader than "this paper mentions it".
_ENTITY_EDGE = 3.0
_PAPER_EDGE = 1.0
# A version of a thing is tied to it by its name alone.
_VARIANT_EDGE = 1.0
# What only mentions is the weakest of the roles.
_MENTION_EDGE = 0.3


def _weight(edge: Edge, papers: set[str]) -> float:
    if edge.predicate == "mentions":
        return _MENTION_EDGE
    if edge.predicate == VARIANT_OF:
        return _VARIANT_EDGE
    base = _PAPER_EDGE if edge.source in papers or edge.target in papers else _ENTITY_EDGE
    return base * (0.5 + edge.belief / 2)


def rank(graph: PageGraph) -> list[Node]:
    """The nodes, the most connected first; equal ones by label and IRI, so that the order is total."""
    papers = {n.id for n in graph.nodes if n.type == "Paper"}
    score: dict[str, float] = defaultdict(float)
    for edge in sorted(graph.edges, key=lambda e: e.id):
        weight = _weight(edge, papers)
        score[edge.source] += weight
        score[edge.target] += weight
    return sorted(graph.nodes, key=lambda n: (-round(score[n.id], 6), n.label, n.id))


def held(graph: PageGraph, limit: int, always: Collection[str] = ()) -> PageGraph:
    """The part of the graph that a page holds: the ``limit`` most connected entities, and the papers behind them.

    The nodes named in ``always`` (IRIs) come first.

    >>> graph = PageGraph(nodes=(Node("urn:a", "Task", "a"), Node("urn:b", "Task", "b")))
    >>> [node.id for node in held(graph, 1).nodes], [node.id for node in held(graph, 1, ["urn:b"]).nodes]
    (['urn:a'], ['urn:b'])
    """
    if len(graph.nodes) <= limit:
        return graph
    first = set(always)
    ranked = sorted((n for n in rank(graph) if n.type != "Paper"), key=lambda n: n.id not in first)
    keep = {n.id for n in ranked[:limit]} | first
    edges = [e for e in graph.edges if e.source in keep or e.target in keep]
    papers = {n.id for n in graph.nodes if n.type == "Paper"}
    sources = {e.source for e in edges} | {v.paper for e in edges for v in e.evidence}
    keep |= sources & papers
    return PageGraph(
        nodes=tuple(n for n in graph.nodes if n.id in keep),
        edges=tuple(e for e in edges if e.source in keep and e.target in keep),
        results=tuple(r for r in graph.results if r.paper in keep),
        claims=tuple(c for c in graph.claims if c.paper in keep),
    )


def neighbours(graph: PageGraph) -> dict[str, set[str]]:
    """For each node with an edge, the nodes at the other ends."""
    near: dict[str, set[str]] = defaultdict(set)
    for edge in graph.edges:
        near[edge.source].add(edge.target)
        near[edge.target].add(edge.source)
    return near


def opening(graph: PageGraph, top: int, *, papers: bool = False) -> list[Node]:
    """The nodes that a page opens on: at most ``top`` entities joined by relations, best connected first.

    Papers stand behind the entities and come when they are asked for (``papers``); only where fewer than a handful of
    entities are related to each other do they come at once, for else nothing would hold the picture together.
    """
    ranked = rank(graph)
    if papers:
        return ranked[:top]
    entities = {n.id for n in ranked if n.type != "Paper"}
    near = neighbours(graph)
    related = [n for n in ranked if n.id in entities and near.get(n.id, set()) & entities]
    if len(related) < min(12, len(entities)):
        return ranked[:top]
    chosen = {n.id: n for n in related[:top]}
    while lonely := [i for i in chosen if not near[i] & chosen.keys()]:
        for i in lonely:
            del chosen[i]
    for node in related:
        if len(chosen) < top and near[node.id] & chosen.keys():
            chosen.setdefault(node.id, node)
    return list(chosen.values())


def around(graph: PageGraph, focus: str, hops: int, top: int) -> list[Node]:
    """The nodes within ``hops`` edges of the focus (a name, an alias or an IRI), at most ``top``, nearest first.

    Raises:
        UsageError: nothing bears that name; the message lists the nearest names.
    """
    start = find(graph, focus)
    order = {n.id: i for i, n in enumerate(rank(graph))}
    by_id = {n.id: n for n in graph.nodes}
    near = neighbours(graph)
    found, ring = {start.id: None}, [start.id]
    for _ in range(hops):
        nexts = {b for a in ring for b in near.get(a, ()) if b not in found}
        # Entities first: one paper brings all that it mentions.
        ring = sorted(nexts, key=lambda i: (by_id[i].type == "Paper", order[i]))
        found.update(dict.fromkeys(ring))
    return [by_id[i] for i in list(found)[:top]]


def named(graph: PageGraph, names: Iterable[str], top: int) -> list[Node]:
    """The nodes whose IRI, or else whose name, is one of the texts, in the order of the texts, at most ``top``.

    Texts that name nothing are passed over: the rows of an answer hold numbers and sentences too.

    >>> graph = PageGraph((Node("urn:b", "Method", "BERT"), Node("urn:g", "Benchmark", "GLUE")))
    >>> [node.id for node in named(graph, ["88.5", "GLUE", "urn:b"], top=9)]
    ['urn:g', 'urn:b']
    """
    by_id = {n.id: n for n in graph.nodes}
    by_label: dict[str, list[Node]] = defaultdict(list)
    for node in rank(graph):
        by_label[node.label].append(node)
    found: dict[str, Node] = {}
    for name in names:
        for node in [by_id[name]] if name in by_id else by_label.get(name, ()):
            found.setdefault(node.id, node)
    return list(found.values())[:top]


def find(graph: PageGraph, name: str) -> Node:
    """The node with that IRI, name or alias; case is ignored, and of several the best connected is meant.

    Raises:
        UsageError: nothing bears that name; the message lists the nearest names.
    """
    wanted = name.casefold()
    ranked = rank(graph)
    tests = (
        lambda n: n.id == name,
        lambda n: n.label == name,
        lambda n: n.label.casefold() == wanted,
        lambda n: any(a.casefold() == wanted for a in n.aliases),
    )
    for test in tests:
        for node in ranked:
            if test(node):
                return node
    labels = sorted({n.label for n in ranked if n.type != "Paper"})
    close = difflib.get_close_matches(name, labels[:20000], n=5, cutoff=0.5)
    hint = f"; nearest: {', '.join(close)}" if close else ""
    raise UsageError(f"the graph has nothing named {name!r}{hint}")
