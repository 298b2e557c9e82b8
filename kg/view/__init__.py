"""A graph as one offline HTML page: :func:`page` and the values it is made from."""

from __future__ import annotations

from kg.view.data import Claim, Edge, Evidence, Link, Node, PageGraph, Ref, Result, from_triples, with_reasons
from kg.view.filters import read_types, read_years
from kg.view.page import page

__all__ = [
    "Claim",
    "Edge",
    "Evidence",
    "Link",
    "Node",
    "PageGraph",
    "Ref",
    "Result",
    "from_triples",
    "page",
    "read_types",
    "read_years",
    "with_reasons",
]
