"""Texts that try to become code, and a graph that bears one in every slot."""

from __future__ import annotations

from dataclasses import replace

from kg.ids import BASE
from kg.view.data import Edge, Evidence, Link, PageGraph, Ref
from tests.view.graphs import made_up

PAYLOADS = (
    "</script><script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=2>",
    '"><svg onload=window.pwned=3>',
    "<!--<script>window.pwned=4",
    "javascript:window.pwned=5",
    "<a href=javascript:window.pwned=6>href</a>",
    "${window.pwned=7}`+(window.pwned=7)+`",
    "{{window.pwned=8}}{% raw %}",
    "%%SCRIPT%%%%DATA%%",
    "'-(window.pwned=9)-'",
    "\u2028window.pwned=10\u2029//",
    "]]></script><iframe srcdoc='<script>parent.pwned=11</script>'>",
    "__proto__",
    '=HYPERLINK("http://example.org/")',
    "\u202egpj.exe\u0000\u0007",
)


def _evil(i: int) -> str:
    return PAYLOADS[i % len(PAYLOADS)]


def hostile() -> PageGraph:
    """A small graph whose every text is a payload: names, aliases, addresses, quotes, rules, values, units, ids."""
    plain = made_up(80, 20)
    nodes = [
        replace(
            n,
            label=_evil(i),
            aliases=(_evil(i + 1), _evil(i + 2)),
            url=_evil(i + 3) if n.type == "Paper" else None,
            links=(Link(_evil(i), _evil(i + 4)), Link("exactMatch", f"https://example.org/?{_evil(i + 4)}")),
            reasons=((_evil(i + 5), _evil(i + 6)),),
        )
        for i, n in enumerate(plain.nodes)
    ]
    edges = [
        replace(
            e,
            id=BASE + _evil(i) + str(i),
            evidence=tuple(Evidence(_evil(i + k) + _evil(k), v.paper, (_evil(k),)) for k, v in enumerate(e.evidence)),
        )
        for i, e in enumerate(plain.edges)
    ]
    edges.append(Edge("javascript:1", edges[0].source, edges[0].target, _evil(0), 0.5, 1))
    results = [
        replace(
            r,
            value="7" if i % 2 else _evil(i),
            unit=_evil(i),
            quote=_evil(i + 1),
            setting=_evil(i + 2),
            qualifier=_evil(i + 3),
            method=Ref(_evil(i)),
            dataset=Ref(_evil(0)),
            metric=Ref(_evil(1)),
            rules=(_evil(i),),
        )
        for i, r in enumerate(plain.results)
    ]
    claims = [replace(c, type=_evil(i), text=_evil(i + 1), rules=(_evil(i),)) for i, c in enumerate(plain.claims)]
    return PageGraph(tuple(nodes), tuple(edges), tuple(results), tuple(claims))
