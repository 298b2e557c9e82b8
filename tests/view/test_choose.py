from __future__ import annotations

import pytest

from kg.errors import UsageError
from kg.view.choose import around, find, held, named, opening, rank
from kg.view.data import Edge, Node, PageGraph
from tests.view.graphs import made_up

GRAPH = made_up(200, 30)


def test_the_opening_shows_related_entities_only() -> None:
    shown = opening(GRAPH, 50)
    ids = {n.id for n in shown}
    assert len(shown) == 50
    assert all(n.type != "Paper" for n in shown)
    for node in shown:
        assert any({e.source, e.target} <= ids and node.id in (e.source, e.target) for e in GRAPH.edges)


def test_where_no_entities_are_related_papers_hold_the_picture_together() -> None:
    graph = PageGraph(GRAPH.nodes, tuple(e for e in GRAPH.edges if "/paper/" in e.source))
    assert {n.type for n in opening(graph, 400)} > {"Paper", "Method"}


def test_rank_puts_what_is_better_connected_first_and_is_total() -> None:
    nodes = tuple(Node(f"urn:{i}", "Task", "same") for i in "dcba")
    edges = (Edge("urn:e", "urn:c", "urn:b", "usedFor"),)
    assert [n.id for n in rank(PageGraph(nodes, edges))] == ["urn:b", "urn:c", "urn:a", "urn:d"]


def test_around_the_focus_nearest_first() -> None:
    centre = rank(GRAPH)[0]
    one, two = around(GRAPH, centre.label, 1, 1000), around(GRAPH, centre.id, 2, 1000)
    near = {e.target if e.source == centre.id else e.source for e in GRAPH.edges if centre.id in (e.source, e.target)}
    assert one[0] == centre
    assert {n.id for n in one[1:]} == near
    assert two[: len(one)] == one
    assert len(around(GRAPH, centre.id, 2, 5)) == 5


def test_find_takes_aliases_and_names_the_nearest() -> None:
    node = next(n for n in GRAPH.nodes if n.aliases)
    assert find(GRAPH, node.aliases[0].lower()) == node
    with pytest.raises(UsageError, match=f"nearest: .*{node.label}"):
        find(GRAPH, node.label + "x")


def test_held_keeps_the_best_and_their_papers_and_no_loose_ends() -> None:
    part = held(GRAPH, 20)
    ids = {n.id for n in part.nodes}
    assert sum(n.type != "Paper" for n in part.nodes) == 20
    assert any(n.type == "Paper" for n in part.nodes)
    assert all(e.source in ids and e.target in ids for e in part.edges)
    assert all(e.paper in ids for x in part.edges for e in x.evidence)


def test_held_keeps_what_the_page_opens_on_though_it_is_not_among_the_best() -> None:
    last = [n for n in rank(GRAPH) if n.type != "Paper"][-1]
    assert last.id not in {n.id for n in held(GRAPH, 20).nodes}
    assert last.id in {n.id for n in held(GRAPH, 20, [last.id]).nodes}
    papers = [n.id for n in GRAPH.nodes if n.type == "Paper"]
    assert set(papers) <= {n.id for n in held(GRAPH, 1, papers).nodes}


def test_papers_are_among_the_opening_where_they_are_asked_for() -> None:
    assert {n.type for n in opening(GRAPH, 150, papers=True)} > {"Paper", "Method"}


def test_named_takes_names_and_iris_in_their_order_and_passes_over_the_rest() -> None:
    a, b = GRAPH.nodes[3], GRAPH.nodes[7]
    assert named(GRAPH, [b.label, "81.5", "no such thing", a.id, b.id], 10) == [b, a]
    assert named(GRAPH, [b.id, a.id], 1) == [b]
