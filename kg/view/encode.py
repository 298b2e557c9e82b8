"""The page's data as JSON: rows that point into shared tables, so that thousands of nodes stay a small file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from kg.ids import BASE
from kg.view.boards import conflicts, leaderboards
from kg.view.data import NODE_TYPES, Evidence, Node, PageGraph, Ref

_ESCAPES = {c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029\u007f"}
_TABLE = str.maketrans(_ESCAPES)


def to_json(value: Any) -> str:
    r"""JSON that is safe inside a ``<script>`` element: no ``<``, ``>``, ``&``, U+2028 or U+2029 stands in it raw.

    Surrogates that stand alone, which UTF-8 cannot hold, become question marks.

    >>> to_json({"a": "</script>"})
    '{"a":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
    return text.encode("utf-8", "replace").decode().translate(_TABLE)


def sorted_graph(graph: PageGraph) -> PageGraph:
    """The same graph in its one order, so that equal graphs make equal pages."""
    return PageGraph(
        nodes=tuple(sorted(graph.nodes, key=lambda n: n.id)),
        edges=tuple(sorted(graph.edges, key=lambda e: e.id)),
        results=tuple(sorted(graph.results, key=lambda r: r.id)),
        claims=tuple(sorted(graph.claims, key=lambda c: c.id)),
    )


class _Strings:
    """A table of texts; each is kept once and named by its place."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def __call__(self, text: str | None) -> int:
        return -1 if text is None else self.places.setdefault(text, len(self.places))


class _Encoder:
    def __init__(self, graph: PageGraph) -> None:
        self.text = _Strings()
        self.node = {n.id: i for i, n in enumerate(graph.nodes)}

    def ref(self, ref: Ref | None) -> int | str:
        if ref is None:
            return -1
        return self.node.get(ref.id or "", ref.text)

    def nodes(self, ids: Iterable[str]) -> list[int]:
        return [self.node[i] for i in ids if i in self.node]

    def entity(self, n: Node) -> list[Any]:
        row = [n.id.removeprefix(BASE), NODE_TYPES.index(n.type), n.label, list(n.aliases), n.year or 0, n.url or ""]
        if n.links or n.reasons:
            row += [[[x.kind, x.url] for x in n.links], [[name, self.text(why)] for name, why in n.reasons]]
        return row

    def rules(self, rules: Iterable[str]) -> list[int]:
        return [self.text(r) for r in rules]

    def evidence(self, evidence: Iterable[Evidence]) -> list[list[Any]]:
        return [[self.text(e.quote), self.node.get(e.paper, -1), self.rules(e.rules)] for e in evidence]


def encode(graph: PageGraph) -> dict[str, Any]:
    """The data of a page; ``kg/view/web/data.js`` reads it. Nodes, edges, results and claims are named by their place.

    node     [id, type, label, aliases, year or 0, url or ""], then, where it has any, links as [kind, url] and reasons
             as [name, why]
    edge     [id, source, target, predicate, belief, support, [[quote, paper, rules], ...]]
    result   [value, unit, kind, method, dataset, metric, comparator, qualifier, setting, direction, paper, quote,
             confidence, rules], a reference being a node's place, or a text, or -1
    claim    [type, text, about, paper, hedged, negative, confidence, rules]
    ``text`` is the table that predicates, quotes, rules and units point into; ids are without the common base.
    """
    e = _Encoder(graph)
    data: dict[str, Any] = {
        "base": BASE,
        "nodes": [e.entity(n) for n in graph.nodes],
        "edges": [
            [
                x.id.removeprefix(BASE),
                e.node[x.source],
                e.node[x.target],
                e.text(x.predicate),
                round(x.belief, 3),
                x.support,
                e.evidence(x.evidence),
            ]
            for x in graph.edges
        ],
        "results": [
            [
                r.value,
                e.text(r.unit),
                e.text(r.kind),
                *(e.ref(ref) for ref in (r.method, r.dataset, r.metric, r.comparator)),
                *(e.text(t) for t in (r.qualifier, r.setting, r.direction)),
                e.node.get(r.paper, -1),
                e.text(r.quote),
                round(r.confidence, 3),
                e.rules(r.rules),
            ]
            for r in graph.results
        ],
        "claims": [
            [
                e.text(c.type),
                e.text(c.text),
                e.nodes(c.about),
                e.node.get(c.paper, -1),
                int(c.hedged),
                int(c.polarity == "negative"),
                round(c.confidence, 3),
                e.rules(c.rules),
            ]
            for c in graph.claims
        ],
        "boards": leaderboards(graph.results),
        "conflicts": conflicts(graph.edges, graph.results, graph.claims),
    }
    data["text"] = list(e.text.places)
    return data
