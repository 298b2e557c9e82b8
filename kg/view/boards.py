"""Leaderboards and conflicts, as indices into the page's results, edges and claims."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from kg.metrics import better
from kg.view.data import Claim, Edge, Ref, Result

_Pair = frozenset[tuple[str, str]]
_NUMBER = re.compile(r"[-+−]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?")


def number(value: str) -> float | None:
    """The number that a printed value is; None where it is a range or words.

    >>> number("1,024"), number("93.2"), number("10-20")
    (1024.0, 93.2, None)
    """
    match = _NUMBER.fullmatch(value.strip().rstrip("%"))
    return float(match[0].replace(",", "").replace("−", "-")) if match else None


def _decimals(value: str) -> int:
    return len(value.strip().rstrip("%").partition(".")[2])


def same_value(a: str, b: str) -> bool:
    """Whether two printed numbers may be one measurement: equal when both are rounded to the coarser of the two.

    >>> same_value("93.2", "93.24"), same_value("93.2", "93.4"), same_value("93.2%", "93.2")
    (True, False, True)
    """
    x, y = number(a), number(b)
    if x is None or y is None:
        return a == b
    return abs(x - y) < 0.5001 * 10.0 ** -min(_decimals(a), _decimals(b)) if x != y else True


def _key(ref: Ref) -> str:
    return ref.id or ref.text.casefold()


def _scale(result: Result) -> str:
    """The unit within which values are ranked: a percentage and a bare number are on one scale (93.2 F1, 85.8% F1)."""
    return result.unit.replace("%", "").strip()


def leaderboards(results: Sequence[Result]) -> list[dict[str, Any]]:
    """One board for each dataset, metric, unit and setting with absolute results: what differs in one is not ranked.

    ``rows`` are indices into ``results``, best first where the metric's direction is known, else in the order given.
    Boards with the most methods come first.
    """
    groups: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    for i, r in enumerate(results):
        if r.kind == "absolute" and r.dataset and r.metric and r.method and number(r.value) is not None:
            groups[_key(r.dataset), _key(r.metric), _scale(r), r.setting or ""].append(i)
    boards = []
    for _, rows in sorted(groups.items()):
        first = results[rows[0]]
        way = better(first.metric.text) if first.metric else None
        sign = {"higher": -1.0, "lower": 1.0}.get(way or "", 0.0)
        rows = sorted(rows, key=lambda i: (sign * (number(results[i].value) or 0.0), i))
        boards.append({"rows": rows, "better": way})
    return sorted(boards, key=lambda b: -len({_key(results[i].method or Ref("")) for i in b["rows"]}))


def conflicts(edges: Sequence[Edge], results: Sequence[Result], claims: Sequence[Claim]) -> list[dict[str, Any]]:
    """Where the papers disagree: each outperforms the other; one thing measured twice with different values; disputes.

    Each has a ``kind`` and indices: ``edges``, ``results`` or ``claims``. A pair of sentences stands once: a dispute
    between two sentences that an order or two values already set against each other is not listed again.
    """
    found = [*_mutual(edges), *_values(results)]
    shown = {pair for conflict in found for pair in _pairs(conflict, edges, results)}
    for dispute in _disputes(claims):
        first, second = (claims[i] for i in dispute["claims"])
        pair = frozenset({(first.paper, first.text), (second.paper, second.text)})
        if pair not in shown:
            shown.add(pair)
            found.append(dispute)
    return found


def _pairs(conflict: dict[str, Any], edges: Sequence[Edge], results: Sequence[Result]) -> Iterator[_Pair]:
    """The sentences, two and two, that a conflict sets against each other."""
    if conflict["kind"] == "order":
        first, second = (edges[i].evidence for i in conflict["edges"])
        yield from (frozenset({(a.paper, a.quote), (b.paper, b.quote)}) for a in first for b in second)
        return
    rows = [results[i] for i in conflict["results"]]
    for a, b in combinations(rows, 2):
        if not same_value(a.value, b.value):
            yield frozenset({(a.paper, a.quote), (b.paper, b.quote)})


def _mutual(edges: Sequence[Edge]) -> list[dict[str, Any]]:
    beats = {(e.source, e.target): i for i, e in enumerate(edges) if e.predicate == "outperforms"}
    pairs = ((i, beats.get((b, a))) for (a, b), i in beats.items() if a < b)
    return [{"kind": "order", "edges": [i, j]} for i, j in pairs if j is not None]


def _values(results: Sequence[Result]) -> list[dict[str, Any]]:
    same: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, r in enumerate(results):
        level = r.kind == "absolute" and not r.qualifier  # "up to 90" and "over 90" leave room for both
        if level and r.method and r.dataset and r.metric and number(r.value) is not None:
            same[_key(r.method), _key(r.dataset), _key(r.metric), _scale(r), r.setting or ""].append(i)
    return [
        {"kind": "value", "results": rows} for _, rows in sorted(same.items()) if _differ([results[i] for i in rows])
    ]


def _differ(results: Sequence[Result]) -> bool:
    return any(a.paper != b.paper and not same_value(a.value, b.value) for a, b in combinations(results, 2))


def _disputes(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    index = {c.id: i for i, c in enumerate(claims)}
    return [
        {"kind": "dispute", "claims": [i, index[other]]}
        for i, c in enumerate(claims)
        for other in c.disputes
        if other in index
    ]
