"""Where the nodes of a picture stand: communities apart, each laid out by itself, no node on another.

Everything is a function of the nodes and edges given: seeds are fixed, orders are total, coordinates are whole numbers.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

# Units are pixels at scale 1. Labels have one size on the screen whatever the scale, so nodes need room for themselves.
SPACING = 64.0
_BESIDE, _BELOW = 34.0, 20.0  # free room between two nodes, sideways and up
_WIDEST = 96.0  # no two nodes need more
_GAP = 46.0  # between communities
_ASPECT = 1.25  # screens are wide
_SEED = 7

Position = tuple[int, int]
_Point = list[float]


def positions(sizes: dict[str, int], edges: Sequence[tuple[str, str, float]]) -> dict[str, Position]:
    """A place for each node (id -> radius, at most 30) of a picture with weighted edges between them.

    The same nodes and edges give the same places, whatever their order. All places are finite.

    >>> positions({"a": 8}, [])
    {'a': (0, 0)}
    """
    graph = _network(sizes, edges)
    communities = _communities(graph)
    local = [_inside(graph, members, sizes) for members in communities]
    centres = _pack([_radius(places) for places in local], _ties(graph, communities))
    placed = _gather(local, centres)
    _part(placed, sizes, rounds=30)
    return {node: (round(placed[node][0]), round(placed[node][1])) for node in sorted(placed)}


def _network(sizes: dict[str, int], edges: Sequence[tuple[str, str, float]]) -> Any:
    import networkx as nx

    graph: Any = nx.Graph()
    graph.add_nodes_from(sorted(sizes))
    for a, b, weight in sorted(edges):
        if a != b and a in sizes and b in sizes:
            before = graph.edges[a, b]["weight"] if graph.has_edge(a, b) else 0.0
            graph.add_edge(a, b, weight=before + weight)
    return graph


def _communities(graph: Any) -> list[list[str]]:
    """Louvain's communities, the largest first; nodes without an edge make one together."""
    import networkx as nx

    lonely = sorted(n for n in graph if graph.degree(n) == 0)
    joined = graph.subgraph(sorted(n for n in graph if graph.degree(n)))
    # A subgraph view iterates in the order of a set; louvain wants a graph of its own.
    ordered: Any = nx.Graph()
    ordered.add_nodes_from(sorted(joined.nodes))
    ordered.add_edges_from(
        (a, b, {"weight": w})
        for a, b, w in sorted((*sorted((a, b)), d["weight"]) for a, b, d in joined.edges(data=True))
    )
    found = nx.community.louvain_communities(ordered, weight="weight", seed=_SEED) if len(ordered) else []
    groups = sorted((sorted(group) for group in found), key=lambda g: (-len(g), g))
    return [*groups, lonely] if lonely else groups


def _inside(graph: Any, members: list[str], sizes: dict[str, int]) -> dict[str, _Point]:
    """Places within one community, around (0, 0): hubs in the middle, what they join around them."""
    import networkx as nx

    part: Any = nx.Graph()
    part.add_nodes_from(members)
    inside = set(members)
    part.add_edges_from((a, b) for a in members for b in sorted(graph[a]) if b in inside and a < b)
    start = _sunflower(part)
    # networkx asks for scipy from 500 nodes on; so large a community stays a sunflower, hubs in the middle.
    if part.number_of_edges() and len(members) < 500:
        side = math.sqrt(len(members))
        loose = nx.spring_layout(part, pos=start, k=1.6 / side, iterations=80, seed=_SEED, scale=side * SPACING * 0.5)
        places = {n: [float(loose[n][0]) * _ASPECT, float(loose[n][1])] for n in members}
    else:
        places = {n: [x * SPACING, y * SPACING] for n, (x, y) in start.items()}
    _part(places, sizes, rounds=60)
    cx = sum(p[0] for p in places.values()) / len(places)
    cy = sum(p[1] for p in places.values()) / len(places)
    return {n: [x - cx, y - cy] for n, (x, y) in places.items()}


def _sunflower(part: Any) -> dict[str, _Point]:
    ranked = sorted(part, key=lambda n: (-part.degree(n), n))
    golden = math.pi * (3 - math.sqrt(5))
    return {
        n: [round(math.sqrt(i) * math.cos(i * golden), 9), round(math.sqrt(i) * math.sin(i * golden), 9)]
        for i, n in enumerate(ranked)
    }


def _radius(places: dict[str, _Point]) -> float:
    return max(math.hypot(x / _ASPECT, y) for x, y in places.values()) + _GAP / 2


def _ties(graph: Any, communities: list[list[str]]) -> dict[tuple[int, int], float]:
    home = {n: i for i, members in enumerate(communities) for n in members}
    ties: dict[tuple[int, int], float] = defaultdict(float)
    for a, b, data in sorted((*sorted((a, b)), d["weight"]) for a, b, d in graph.edges(data=True)):
        if home[a] != home[b]:
            ties[min(home[a], home[b]), max(home[a], home[b])] += data
    return ties


def _pack(radii: list[float], ties: dict[tuple[int, int], float]) -> list[_Point]:
    """Centres of circles that do not touch: each near the middle and near the circles that it is tied to."""
    centres: list[_Point] = []
    for i, radius in enumerate(radii):
        pulls = [(ties[j, i], centres[j]) for j in range(i) if (j, i) in ties]
        spots = sorted((round(_strain(p, pulls), 6), p) for p in _touching(radius, radii, centres))
        centres.append(_first_free([p for _, p in spots], radius, radii, centres) if i else [0.0, 0.0])
    return [[x * _ASPECT, y] for x, y in centres]


def _touching(radius: float, radii: list[float], centres: list[_Point]) -> Iterator[_Point]:
    """Places on which a circle would touch one that is placed."""
    for (x, y), other in zip(centres, radii, strict=False):
        reach = radius + other + 1.0
        for step in range(24):
            angle = step * math.pi / 12
            yield [x + reach * math.cos(angle), y + reach * math.sin(angle)]


def _first_free(spots: list[_Point], radius: float, radii: list[float], centres: list[_Point]) -> _Point:
    """The first place that overlaps no placed circle. What blocked one place is asked first for the next."""
    last = 0
    for p in spots:
        if math.dist(p, centres[last]) < radius + radii[last]:
            continue
        placed = enumerate(zip(centres, radii, strict=False))
        blocker = next((j for j, (c, r) in placed if math.dist(p, c) < radius + r), None)
        if blocker is None:
            return p
        last = blocker
    return [sum(radii) * 2, 0.0]


def _strain(p: _Point, pulls: list[tuple[float, _Point]]) -> float:
    return math.hypot(*p) + sum(w * 0.15 * math.hypot(p[0] - c[0], p[1] - c[1]) for w, c in pulls)


def _gather(local: list[dict[str, _Point]], centres: list[_Point]) -> dict[str, _Point]:
    """The communities moved together as far as their nodes allow, since circles around them waste the corners."""
    tightest: dict[str, _Point] = {}
    for tenths in range(20, 7, -1):
        placed = {
            node: [x + cx * tenths / 20, y + cy * tenths / 20]
            for places, (cx, cy) in zip(local, centres, strict=True)
            for node, (x, y) in places.items()
        }
        if tightest and _crowded(placed, local):
            break
        tightest = placed
    return tightest


def _crowded(placed: dict[str, _Point], local: list[dict[str, _Point]]) -> bool:
    """Whether nodes of two communities stand closer than the gap between communities."""
    home = {n: i for i, places in enumerate(local) for n in places}
    reach = _GAP * 2
    cells: dict[tuple[int, int], list[str]] = defaultdict(list)
    for n, (x, y) in placed.items():
        cells[math.floor(x / reach), math.floor(y / reach)].append(n)
    for n, (x, y) in placed.items():
        column, row = math.floor(x / reach), math.floor(y / reach)
        near = (m for dx in (-1, 0, 1) for dy in (-1, 0, 1) for m in cells.get((column + dx, row + dy), ()))
        if any(home[m] != home[n] and math.hypot(placed[m][0] - x, placed[m][1] - y) < reach for m in near):
            return True
    return False


def _part(places: dict[str, _Point], sizes: dict[str, int], rounds: int) -> None:
    """Push apart nodes that stand in each other's room, along the shorter way, until none do or the rounds are over."""
    names = sorted(places)
    for _ in range(rounds):
        if not _push(places, names, sizes):
            return


def _push(places: dict[str, _Point], names: list[str], sizes: dict[str, int]) -> bool:
    moved = False
    rows: dict[int, list[str]] = defaultdict(list)
    for n in names:
        rows[math.floor(places[n][1] / _WIDEST)].append(n)
    for row in sorted(rows):
        near = sorted((m for r in (row, row + 1) for m in rows.get(r, ())), key=lambda n: (places[n][0], n))
        for i, a in enumerate(near):
            for b in near[i + 1 :]:
                if places[b][0] - places[a][0] > _WIDEST:
                    break
                moved = _separate(places[a], places[b], sizes[a] + sizes[b]) or moved
    return moved


def _separate(a: _Point, b: _Point, radii: float) -> bool:
    over_x = _BESIDE + radii - abs(b[0] - a[0])
    over_y = _BELOW + radii - abs(b[1] - a[1])
    if over_x <= 0.5 or over_y <= 0.5:
        return False
    axis = 1 if over_y < over_x else 0
    half = (over_y if axis else over_x) / 2 + 0.5
    sign = 1.0 if b[axis] >= a[axis] else -1.0
    a[axis] -= sign * half
    b[axis] += sign * half
    return True
