"""Made-up graphs of any size: the same arguments give the same graph."""

from __future__ import annotations

import re

from kg.ids import BASE
from kg.view.data import NODE_TYPES, Claim, Edge, Evidence, Node, NodeType, PageGraph, Ref, Result

_SYLLABLES = re.findall(
    "[a-z]+", "ar bel cor dy el fin gra hal in jo kel lum mer nov or pra qua rin sol tan ur vex wil xen yor zim"
)
_SUFFIX: dict[NodeType, tuple[str, ...]] = {
    "Method": ("Net", "Former", "-Large", "GAN", " Transformer", "-v2"),
    "Task": (" segmentation", " retrieval", " parsing", " forecasting"),
    "Dataset": ("-QA", "Bank", " Corpus", "-1k"),
    "Benchmark": ("Bench", "Eval"),
    "Metric": (" score", " error", " accuracy"),
}
_SHARE: tuple[NodeType, ...] = (
    "Method",
    "Method",
    "Method",
    "Method",
    "Task",
    "Task",
    "Dataset",
    "Dataset",
    "Benchmark",
    "Metric",
)
_ROLE = {
    "Method": "uses",
    "Task": "addresses",
    "Dataset": "evaluatesOn",
    "Benchmark": "evaluatesOn",
    "Metric": "measures",
}
_RELATION = {
    ("Method", "Method"): "outperforms",
    ("Method", "Task"): "usedFor",
    ("Method", "Dataset"): "evaluatedOn",
    ("Method", "Benchmark"): "evaluatedOn",
}


class _Dice:
    """A linear congruential generator: numbers that look thrown and never change."""

    def __init__(self) -> None:
        self.state = 12345

    def __call__(self, sides: int) -> int:
        self.state = (self.state * 1103515245 + 12345) % 2**31
        return (self.state >> 8) % sides


def _entity(i: int, dice: _Dice) -> Node:
    type_ = _SHARE[i % len(_SHARE)]
    stem = "".join(_SYLLABLES[dice(len(_SYLLABLES))] for _ in range(2 + dice(2))).capitalize()
    label = stem + _SUFFIX[type_][dice(len(_SUFFIX[type_]))]
    aliases = (stem.upper()[:4] + str(i),) if dice(3) == 0 else ()
    return Node(f"{BASE}{type_.lower()}/e{i:05}", type_, label, aliases)


def made_up(entities: int = 400, papers: int = 60) -> PageGraph:
    """A graph with hubs, communities, results, claims and at least one conflict."""
    dice = _Dice()
    things = [_entity(i, dice) for i in range(entities)]
    works = [
        Node(
            f"{BASE}paper/p{i:04}",
            "Paper",
            f"On the {things[i * 7 % entities].label} and what follows from it, part {i}",
            year=2015 + i % 10,
            url=f"https://example.org/{i}",
        )
        for i in range(papers)
    ]
    edges: dict[str, Edge] = {}
    for i, thing in enumerate(things):
        paper = works[i * papers // entities]
        quote = f"We study {thing.label} on {things[(i * 3 + 1) % entities].label} and report what we find in detail."
        role = Edge(
            f"{BASE}statement/r{i}",
            paper.id,
            thing.id,
            _ROLE[thing.type],
            0.9,
            1,
            (Evidence(quote, paper.id, ("role.made-up",)),),
        )
        edges[role.id] = role
        if thing.type != "Method":
            continue
        for _ in range(1 + dice(3)):
            group = i * 12 // entities
            j = (group * entities // 12 + dice(dice(entities // 12) + 1)) % entities if dice(8) else dice(entities)
            add_relation(edges, thing, things[j], paper, belief=0.3 + dice(70) / 100)
    a, b = [t for t in things if t.type == "Method"][:2]
    add_relation(edges, a, b, works[0], belief=0.8)
    add_relation(edges, b, a, works[1], belief=0.7)
    return PageGraph(
        (*things, *works), tuple(edges.values()), tuple(_results(things, works, dice)), tuple(_claims(things, works))
    )


def add_relation(edges: dict[str, Edge], head: Node, tail: Node, paper: Node, belief: float) -> None:
    predicate = _RELATION.get((head.type, tail.type))
    if predicate is None or head.id == tail.id:
        return
    quote = f"In our experiments, {head.label} does better than or is tried on {tail.label}, as the table shows."
    id_ = f"{BASE}statement/{head.id.rsplit('/', 1)[1]}-{predicate}-{tail.id.rsplit('/', 1)[1]}"
    edges.setdefault(
        id_,
        Edge(
            id_, head.id, tail.id, predicate, round(belief, 2), 1, (Evidence(quote, paper.id, ("relation.made-up",)),)
        ),
    )


def _results(things: list[Node], works: list[Node], dice: _Dice) -> list[Result]:
    of = {t: [n for n in things if n.type == t] for t in NODE_TYPES}
    out = []
    for i, method in enumerate(of["Method"]):
        data, metric = of["Dataset"][i % 5], of["Metric"][i % 3]
        value = f"{40 + dice(550) / 10:.1f}"
        quote = f"{method.label} reaches {value} {metric.label} on {data.label}."
        out.append(
            Result(
                f"{BASE}result/{i}",
                value,
                works[i % len(works)].id,
                quote,
                Ref(method.label, method.id),
                Ref(data.label, data.id),
                Ref(metric.label, metric.id),
                unit="%",
                confidence=0.8,
                rules=("value.made-up",),
            )
        )
    return out


def _claims(things: list[Node], works: list[Node]) -> list[Claim]:
    types = ("contribution", "result", "finding", "limitation", "resource")
    return [
        Claim(
            f"{BASE}claim/{i}",
            types[i % 5],
            f"We find that {things[i].label} may help, though not in every case that we tried.",
            works[i % len(works)].id,
            (things[i].id,),
            i % 3 == 0,
            "negative" if i % 7 == 0 else "positive",
            confidence=0.7,
            rules=("claim.made-up",),
        )
        for i in range(min(len(things), 2 * len(works)))
    ]
