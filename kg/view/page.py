"""A graph as the text of one HTML file that needs nothing else: no network, no server, no second file."""

from __future__ import annotations

import base64
import hashlib
import html
import math
from collections.abc import Collection, Iterable
from importlib.resources import files
from typing import Any

from kg.errors import KgError, UsageError
from kg.view.choose import around, find, held, named, opening
from kg.view.data import NODE_TYPES, Node, NodeType, PageGraph
from kg.view.encode import encode, sorted_graph, to_json
from kg.view.filters import passing
from kg.view.layout import positions

# The types as the page shows them: a colour of the Okabe-Ito palette and a shape, so that neither stands alone.
STYLES: dict[str, dict[str, str]] = {
    "Method": {"color": "#0072b2", "dark": "#4aa8e0", "shape": "dot"},
    "Task": {"color": "#e69f00", "dark": "#f0b429", "shape": "triangle"},
    "Dataset": {"color": "#009e73", "dark": "#2fc79b", "shape": "square"},
    "Benchmark": {"color": "#d55e00", "dark": "#f08a4b", "shape": "diamond"},
    "Metric": {"color": "#cc79a7", "dark": "#dd9bc0", "shape": "star"},
    "Paper": {"color": "#6b7280", "dark": "#9aa3b2", "shape": "hexagon"},
}
# Joined in this order into one script.
SCRIPTS = (
    "dom.js",
    "data.js",
    "state.js",
    "places.js",
    "graph.js",
    "grow.js",
    "labels.js",
    "panel.js",
    "search.js",
    "paths.js",
    "tabs.js",
    "boards.js",
    "list.js",
    "export.js",
    "filters.js",
    "main.js",
)
VIS = "lib/vis-9.1.2/vis-network.min.js"
MOST_NODES = 6000


def page(
    graph: PageGraph,
    *,
    focus: str | None = None,
    hops: int = 2,
    top: int = 300,
    types: Collection[NodeType] | None = None,
    years: tuple[int, int] | None = None,
    only: Iterable[str] | None = None,
    title: str = "Knowledge graph",
    limit: int = MOST_NODES,
) -> str:
    """The HTML text of a self-contained page on the graph.

    It opens on the ``top`` best connected entities, or on what lies within ``hops`` edges of ``focus`` (a name, an
    alias or an IRI), or on the nodes that ``only`` names; ``types`` and ``years`` are the filters that it opens with.
    All else is still in the page, to be searched and brought in. The page holds the data of at most ``limit`` entities
    and their papers, and says what it leaves out. The same graph and options give the same text.

    Raises:
        UsageError: the focus is not in the graph, or nothing of it passes the filters.
        KgError: the installed pyvis has no vis-network that this page knows.
    """
    whole = sorted_graph(graph)
    centre = () if focus is None else (find(whole, focus).id,)
    seen = passing(whole, types, years, always=centre)
    if centre:
        shown = around(seen, centre[0], hops, top)
    elif only is not None:
        shown = named(seen, only, top)
    else:
        shown = opening(seen, top, papers=types is not None and "Paper" in types)
    if whole.nodes and not shown:
        raise UsageError("nothing in the graph passes: choose other types, years or another question")
    kept = whole if len(whole.nodes) <= limit else held(whole, limit, [n.id for n in shown])
    library, model = _model(kept, shown)
    data = encode(kept)
    data["total"] = len(whole.nodes)
    data["top"] = top
    data["focus"] = kept.nodes.index(shown[0]) if centre else -1
    data["types"] = [{"name": name, **STYLES[name]} for name in NODE_TYPES]
    data["opens"] = {"types": None if types is None else [NODE_TYPES.index(t) for t in types], "years": years}
    return _assemble(title, library, model, data)


def size(degree: int) -> int:
    """The radius in which a node with so many neighbours is drawn.

    >>> size(0), size(9), size(400)
    (11, 20, 30)
    """
    return min(30, round(11 + 3 * math.sqrt(degree)))


def _model(graph: PageGraph, shown: list[Node]) -> tuple[str, dict[str, Any]]:
    """The script library that pyvis carries, and pyvis's model of the nodes and edges that the page opens on."""
    from pyvis.edge import Edge
    from pyvis.network import Network
    from pyvis.node import Node as Dot

    network = Network(directed=True, cdn_resources="in_line")
    network.toggle_physics(status=False)
    place = {n.id: i for i, n in enumerate(graph.nodes)}
    ids = {n.id for n in shown}
    inner = [(i, e) for i, e in enumerate(graph.edges) if e.source in ids and e.target in ids]
    near: dict[str, set[str]] = {n.id: set() for n in shown}
    for _, e in inner:
        near[e.source].add(e.target)
        near[e.target].add(e.source)
    sizes = {n.id: size(len(near[n.id])) for n in shown}
    places = positions(sizes, [(e.source, e.target, e.belief) for _, e in inner])
    # Their options are appended as they are: add_node and add_edge search all that stand there already.
    for n in sorted(shown, key=lambda n: n.id):
        x, y = places[n.id]
        dot = Dot(place[n.id], STYLES[n.type]["shape"], n.label, x=x, y=y, size=sizes[n.id])
        network.nodes.append(dot.options)
    for i, e in inner:
        network.edges.append(Edge(place[e.source], place[e.target], network.directed, id=i).options)
    return _library(network), {"nodes": network.nodes, "edges": network.edges}


def _library(network: Any) -> str:
    """vis-network as pyvis carries it, without the line that names a file beside it."""
    from jinja2 import TemplateNotFound

    try:
        source, _, _ = network.templateEnv.loader.get_source(network.templateEnv, VIS)
    except TemplateNotFound as missing:
        raise KgError(f"pyvis has no {VIS}; install pyvis 0.3.2") from missing
    kept = [line for line in str(source).split("\n") if not line.startswith("//# sourceMappingURL")]
    return "\n".join(kept)


def _web(name: str) -> str:
    return files("kg.view").joinpath("web", name).read_text(encoding="utf-8")


def script() -> str:
    """Our own script: its parts, in order, in one scope."""
    return "(() => {\n'use strict';\n" + "\n".join(_web(name) for name in SCRIPTS) + "\n})();\n"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _assemble(title: str, library: str, model: dict[str, Any], data: dict[str, Any]) -> str:
    style, code = _web("page.css"), script()
    policy = (
        f"default-src 'none'; script-src {_hash(library)} {_hash(code)}; style-src {_hash(style)}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    slots = {
        "POLICY": policy,
        "TITLE": html.escape(title.encode("utf-8", "replace").decode()),
        "STYLE": style,
        "MODEL": to_json(model),
        "DATA": to_json(data),
        "LIBRARY": library,
        "SCRIPT": code,
    }
    # One pass over the template: what stands in a slot is never searched for slots.
    parts = _web("page.html").split("%%")
    return "".join(part if i % 2 == 0 else slots[part] for i, part in enumerate(parts))
