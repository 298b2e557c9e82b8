from __future__ import annotations

from dataclasses import replace

from kg.metrics import better
from kg.view.boards import conflicts, leaderboards
from kg.view.data import Claim, Edge, Evidence, Ref, Result

FIRST = Result("r:1", "70.1", "p:1", "", Ref("A"), Ref("Dune"), Ref("F1"))


def test_what_differs_is_never_ranked_together() -> None:
    results = [
        FIRST,
        replace(FIRST, method=Ref("B"), value="81"),
        replace(FIRST, method=Ref("B"), dataset=Ref("Dune v2")),
        replace(FIRST, method=Ref("B"), metric=Ref("accuracy")),
        replace(FIRST, method=Ref("B"), unit="dB"),
        replace(FIRST, method=Ref("B"), setting="5-shot"),
        replace(FIRST, method=Ref("B"), kind="change"),
        replace(FIRST, method=Ref("B"), value="70-80"),
    ]
    boards = leaderboards(results)
    assert boards[0] == {"rows": [1, 0], "better": "higher"}
    assert sorted(tuple(b["rows"]) for b in boards) == [(1, 0), (2,), (3,), (4,), (5,)]


def test_lower_is_better_for_errors_and_unknown_metrics_are_not_turned_round() -> None:
    low = replace(FIRST, metric=Ref("word error rate"), value="9")
    lower = replace(low, method=Ref("B"), value="7")
    assert leaderboards([low, lower]) == [{"rows": [1, 0], "better": "lower"}]
    odd = [replace(r, metric=Ref("zeal")) for r in (low, lower)]
    assert leaderboards(odd) == [{"rows": [0, 1], "better": None}]
    assert better("accuracy loss") == "lower"


def test_conflicts_are_found_and_mere_differences_are_not() -> None:
    edges = [
        Edge("e:1", "a", "b", "outperforms"),
        Edge("e:2", "b", "a", "outperforms"),
        Edge("e:3", "a", "c", "outperforms"),
        Edge("e:4", "c", "a", "basedOn"),
    ]
    results = [FIRST, replace(FIRST, value="70.10", paper="p:2"), replace(FIRST, value="65", paper="p:3")]
    same_paper = [FIRST, replace(FIRST, value="65")]
    agreeing = [FIRST, replace(FIRST, value="70.10", paper="p:2")]
    claims = [Claim("c:1", "finding", "x", "p:1"), Claim("c:2", "finding", "y", "p:2", disputes=("c:1", "c:9"))]
    assert conflicts(edges, results, claims) == [
        {"kind": "order", "edges": [0, 1]},
        {"kind": "value", "results": [0, 1, 2]},
        {"kind": "dispute", "claims": [1, 0]},
    ]
    assert conflicts([], same_paper, []) == []
    assert conflicts([], agreeing, []) == []


def test_a_pair_of_sentences_stands_once_among_the_conflicts() -> None:
    results = [replace(FIRST, quote="70.1 it is."), replace(FIRST, value="65", paper="p:2", quote="65 it is.")]
    edges = [
        Edge("e:1", "a", "b", "outperforms", evidence=(Evidence("a wins.", "p:1"),)),
        Edge("e:2", "b", "a", "outperforms", evidence=(Evidence("b wins.", "p:2"),)),
    ]
    claims = [
        Claim("c:1", "result", "70.1 it is.", "p:1", disputes=("c:2",)),
        Claim("c:2", "result", "65 it is.", "p:2", disputes=("c:1",)),
        Claim("c:3", "result", "a wins.", "p:1"),
        Claim("c:4", "result", "b wins.", "p:2", disputes=("c:3", "c:1")),
    ]
    assert conflicts(edges, results, claims) == [
        {"kind": "order", "edges": [0, 1]},
        {"kind": "value", "results": [0, 1]},
        {"kind": "dispute", "claims": [3, 0]},
    ]
    assert conflicts([], [], claims[:2]) == [{"kind": "dispute", "claims": [0, 1]}]
    # The same words in another paper are another sentence.
    elsewhere = [replace(claims[0], paper="p:9"), claims[1]]
    assert {"kind": "dispute", "claims": [0, 1]} in conflicts([], results, elsewhere)


def test_a_percentage_and_a_bare_number_are_ranked_together() -> None:
    results = [FIRST, replace(FIRST, method=Ref("B"), unit="%", value="71")]
    assert [b["rows"] for b in leaderboards(results)] == [[1, 0]]


def test_what_rounding_explains_is_no_conflict() -> None:
    def conflict(value: str, **other: str) -> bool:
        second = replace(FIRST, value=value, paper="p:2", **other)  # type: ignore[arg-type]
        return bool(conflicts([], [FIRST, second], []))

    assert not conflict("70.14")
    assert not conflict("70")
    assert conflict("70.2")
    assert conflict("70.16")
    assert conflict("70.2", unit="%")
    assert not conflict("72.3", qualifier="up to")
    assert not conflict("72.3", setting="5-shot")
