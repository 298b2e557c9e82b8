from __future__ import annotations

import math

import networkx as nx
import pytest

from kg.view.layout import positions
from tests.view.graphs import made_up

RINGS = [(f"{ring}-{i}", f"{ring}-{(i + step) % 12}", 1.0) for ring in "abc" for i in range(12) for step in (1, 2, 3)]
EDGES = [*RINGS, ("a-0", "b-0", 0.5), ("b-1", "c-0", 0.5)]
SIZES = {name: 8 for edge in EDGES for name in edge[:2]} | {f"lonely-{i}": 8 for i in range(5)}


def test_the_same_places_whatever_the_order() -> None:
    turned = {name: SIZES[name] for name in reversed(SIZES)}
    assert positions(SIZES, EDGES) == positions(turned, [(b, a, w) for a, b, w in reversed(EDGES)])


def test_a_picture_without_clear_communities_is_the_same_each_time() -> None:
    graph = made_up(300, 30)
    edges = [(e.source, e.target, e.belief) for e in graph.edges]
    sizes = {n.id: 8 for n in graph.nodes}
    assert positions(sizes, edges) == positions(dict(reversed(sizes.items())), edges[::-1])


def test_places_are_whole_finite_and_apart() -> None:
    placed = positions(SIZES, EDGES)
    assert placed.keys() == SIZES.keys()
    points = list(placed.values())
    assert all(type(c) is int and abs(c) < 10_000 for p in points for c in p)
    nearest = min(math.dist(p, q) for i, p in enumerate(points) for q in points[:i])
    assert nearest >= 16, "two dots of radius 8 overlap"


def test_communities_stand_apart() -> None:
    placed = positions(SIZES, EDGES)
    groups = [[placed[n] for n in placed if n.startswith(ring + "-")] for ring in "abc"]
    within = max(math.dist(p, q) for g in groups for p in g for q in g)
    centres = [(sum(x for x, _ in g) / 12, sum(y for _, y in g) / 12) for g in groups]
    between = min(math.dist(p, q) for i, p in enumerate(centres) for q in centres[:i])
    assert between > within * 0.6
    for g, centre in zip(groups, centres, strict=True):
        others = [p for h in groups if h is not g for p in h]
        assert min(math.dist(centre, p) for p in others) > sum(math.dist(centre, p) for p in g) / 12


def test_nothing_and_one() -> None:
    assert positions({}, []) == {}
    assert positions({"a": 8}, [("a", "a", 1.0)]) == {"a": (0, 0)}


def test_a_community_too_large_for_networkx_without_scipy(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = [("hub", f"n{i}", 1.0) for i in range(600)]
    monkeypatch.setattr(nx.community, "louvain_communities", lambda graph, **_: [set(graph)])
    placed = positions({n: 8 for e in hub for n in e[:2]}, hub)
    assert len(set(placed.values())) == 601
