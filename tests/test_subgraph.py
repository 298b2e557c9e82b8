from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import kg
from kg.errors import KgError, TooLargeError, UsageError
from kg.graph.network import to_networkx
from kg.store import Store, of_lines
from kg.subgraph import Part, subgraph
from kg.vocab import KG
from tests.graph.example import graph, papers

if TYPE_CHECKING:
    from kg.graph.network import Network


@pytest.fixture(scope="module")
def store() -> Store:
    return of_lines(graph(papers()))


@pytest.fixture(scope="module")
def whole() -> Network:
    return to_networkx(graph(papers()))


def chosen(whole: Network, part: Part) -> tuple[set[str], set[str]]:
    """Nodes and edges of a part, found by walking over the whole graph."""
    fits = {n for n in whole if not part.types or whole.nodes[n]["type"] in part.types} | {part.focus or ""}
    relations = {r.removeprefix(KG) for r in part.relations}
    edges = {
        (s, t, key)
        for s, t, key, found in whole.edges(keys=True, data=True)
        if s in fits and t in fits and (not relations or found["predicate"] in relations)
    }
    if part.focus is None:
        ends = {n for s, t, _ in edges for n in (s, t)}
        return ends if relations else fits & set(whole), {key for *_, key in edges}
    near: set[str] = {part.focus}
    keys: set[str] = set()
    for _ in range(part.hops):
        touched = {edge for edge in edges if near & {*edge[:2]}}
        keys |= {key for *_, key in touched}
        near |= {n for s, t, _ in touched for n in (s, t)}
    return near, keys


def labelled(whole: Network, label: str) -> str:
    return next(n for n in whole if whole.nodes[n]["label"] == label)


@pytest.mark.parametrize("types", [(), ("Method",), ("Paper", "Benchmark"), ("Task",)])
@pytest.mark.parametrize("relations", [(), (KG + "outperforms",), (KG + "uses", KG + "evaluatedOn")])
@pytest.mark.parametrize(("focus", "hops"), [(None, 1), ("Gull", 1), ("Gull", 2), ("mAP", 3), ("Egret", 0)])
def test_a_part_is_what_a_walk_over_the_whole_finds(
    store: Store, whole: Network, focus: str | None, hops: int, types: tuple[str, ...], relations: tuple[str, ...]
) -> None:
    part = Part(focus and labelled(whole, focus), hops, types, relations)
    found = to_networkx(subgraph(store, part))
    if part.everything:
        return
    nodes, edges = chosen(whole, part)
    assert set(found) == nodes
    assert {key for *_, key in found.edges(keys=True)} == edges
    assert all(found.nodes[n] == whole.nodes[n] for n in found)
    assert all(found.edges[e] == whole.edges[e] for e in found.edges(keys=True))


def test_a_part_that_is_too_large_is_refused_with_what_to_do(store: Store, whole: Network) -> None:
    size = max(whole.number_of_edges(), whole.number_of_nodes())
    everywhere = Part(labelled(whole, "Gull"), hops=9)
    assert to_networkx(subgraph(store, everywhere, most=size), most=size).number_of_edges() == whole.number_of_edges()
    for part in (everywhere, Part(types=("Paper", "Method", "Metric", "Benchmark", "Task")), Part(types=("Method",))):
        with pytest.raises(TooLargeError, match=r"more than 2 .*to_arrow\(\)"):
            list(subgraph(store, part, most=2))
    with pytest.raises(TooLargeError, match="focus, hops, types, relations"):
        to_networkx(graph(papers()), most=size - 1)


def test_many_at_once(sample: kg.Graph) -> None:
    whole = sample.to_networkx()
    part = Part(types=("Paper", "Method", "Task", "Dataset", "Benchmark", "Metric"))
    found = to_networkx(subgraph(sample.store, part))
    assert whole.number_of_nodes() > 200  # more than are asked for in one query
    assert {n: found.nodes[n] for n in found} == {n: whole.nodes[n] for n in whole}
    assert list(found.edges(keys=True, data=True)) == list(whole.edges(keys=True, data=True))


def test_from_python(sample: kg.Graph) -> None:
    near = sample.to_networkx(focus="BERT", hops=1, relations="outperforms, usedfor")
    assert sample.find("BERT") in near
    assert {found["predicate"] for *_, found in near.edges(data=True)} <= {"outperforms", "usedFor"}
    assert near.number_of_edges()
    with pytest.raises(UsageError, match="outperforms"):
        sample.to_networkx(relations="beats")
    with pytest.raises(UsageError, match="Method"):
        sample.to_networkx(types="Gadget")
    with pytest.raises(KgError, match="not in this graph"):
        sample.to_networkx(focus="a name that is not there")
    with pytest.raises(TooLargeError, match="to_arrow"):
        sample.to_networkx(most=10)


def test_arrow_tables_are_the_network(sample: kg.Graph) -> None:
    nodes, edges = sample.to_arrow()
    network = sample.to_networkx()
    labels = dict(zip(*(nodes.column(name).to_pylist() for name in ("id", "label")), strict=True))
    assert labels == {n: network.nodes[n]["label"] for n in network}
    columns = ("source", "target", "id", "predicate", "belief", "support")
    rows = list(zip(*(edges.column(name).to_pylist() for name in columns), strict=True))
    expected = ((s, t, key, *d.values()) for s, t, key, d in network.edges(keys=True, data=True))
    assert sorted(rows) == sorted(expected)
    assert all(edges.column("quote").to_pylist())
