"""The filters that a page opens with: by type and by year, read from text and applied as the page applies them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from kg.errors import UsageError
from kg.view.data import NODE_TYPES, Edge, NodeType, PageGraph


def read_types(text: str) -> tuple[NodeType, ...]:
    """The types of nodes in a list with commas, in the order of the legend; case and a plural s are ignored.

    Raises:
        UsageError: one of them is none; the message lists those there are.

    >>> read_types("datasets, Method")
    ('Method', 'Dataset')
    """
    known = {name.lower(): name for name in NODE_TYPES}
    asked = [part.strip().lower() for part in text.split(",") if part.strip()]
    found = {known.get(word) or known.get(word.removesuffix("s")) for word in asked}
    if None in found or not found:
        raise UsageError(f"{text!r} is not a list of types; the types are {', '.join(NODE_TYPES)}")
    return tuple(name for name in NODE_TYPES if name in found)


def read_years(text: str) -> tuple[int, int]:
    """The first and the last year of ``2020-2026``; one year alone is both.

    Raises:
        UsageError: it is no such span.

    >>> read_years("2020-2026"), read_years("2023")
    ((2020, 2026), (2023, 2023))
    """
    match = re.fullmatch(r"\s*(\d{4})(?:\s*[-\u2013]\s*(\d{4}))?\s*", text, re.ASCII)
    if not match or int(match[1]) > int(match[2] or match[1]):
        raise UsageError(f"{text!r} is not a span of years; give it as 2020-2026")
    return int(match[1]), int(match[2] or match[1])


def passing(
    graph: PageGraph,
    types: Collection[NodeType] | None = None,
    years: tuple[int, int] | None = None,
    *,
    always: Collection[str] = (),
) -> PageGraph:
    """The part of the graph that filters by type and by year leave, as the page filters; None is no filter.

    What no dated paper speaks of is of all years. The nodes named in ``always`` (IRIs) stay.
    """
    if types is None and years is None:
        return graph
    dated = {n.id: n.year for n in graph.nodes if n.year}
    speaks = _years_of(graph, dated)
    keep = {
        n.id
        for n in graph.nodes
        if n.id in always
        or ((types is None or n.type in types) and (years is None or _within(speaks.get(n.id, ()), years)))
    }
    edges = [e for e in graph.edges if years is None or _within((dated.get(p) for p in _papers(e)), years)]
    nodes = tuple(n for n in graph.nodes if n.id in keep)
    return PageGraph(nodes, tuple(e for e in edges if e.source in keep and e.target in keep))


def _papers(edge: Edge) -> set[str]:
    """The IRIs of what speaks of an edge; an entity at its source has no year and does no harm."""
    return {edge.source, *(v.paper for v in edge.evidence)}


def _years_of(graph: PageGraph, dated: Mapping[str, int]) -> dict[str, set[int]]:
    years: dict[str, set[int]] = defaultdict(set)
    for edge in graph.edges:
        found = {dated[p] for p in _papers(edge) if p in dated}
        years[edge.source] |= found
        years[edge.target] |= found
    return years | {paper: {year} for paper, year in dated.items()}


def _within(years: Iterable[int | None], span: tuple[int, int]) -> bool:
    known = [y for y in years if y]
    return not known or any(span[0] <= y <= span[1] for y in known)
