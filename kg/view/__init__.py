"""A graph as one offline HTML page: :func:`page` and the values it is made from."""

from __future__ import annotations

from kg.view.data import Claim, Edge, Evidence, Node, PageGraph, Ref, Result, from_triples
from kg.view.page import page

__all__ = ["Claim", "Edge", "Evidence", "Node", "PageGraph", "Ref", "Result", "from_triples", "page"]
