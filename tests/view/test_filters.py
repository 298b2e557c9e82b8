from __future__ import annotations

import pytest

from kg.errors import UsageError
from kg.view.data import Edge, Evidence, Node, PageGraph
from kg.view.filters import passing, read_types, read_years

OLD, NEW = Node("p:1", "Paper", "Old", year=2001), Node("p:2", "Paper", "New", year=2020)
A, B = Node("m:a", "Method", "A"), Node("m:b", "Method", "B")
DATA, LONELY = Node("d:1", "Dataset", "Dune"), Node("t:1", "Task", "reading")
GRAPH = PageGraph(
    (OLD, NEW, A, B, DATA, LONELY),
    (
        Edge("e:1", OLD.id, A.id, "proposes", evidence=(Evidence("A.", OLD.id),)),
        Edge("e:2", A.id, B.id, "outperforms", evidence=(Evidence("A over B.", NEW.id),)),
        Edge("e:3", A.id, DATA.id, "evaluatedOn", evidence=(Evidence("A on Dune.", OLD.id),)),
    ),
)


@pytest.mark.parametrize("text", ["", ",", "Methods and tasks", "Method;Task", "paperz"])
def test_what_is_no_list_of_types_is_refused_with_the_types(text: str) -> None:
    with pytest.raises(UsageError, match=r"the types are Method, Task, .*Paper"):
        read_types(text)


@pytest.mark.parametrize("text", ["", "20", "2020-", "2026-2020", "2020-2021-2022", "MMXX", "٢٠٢٠"])
def test_what_is_no_span_of_years_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="give it as 2020-2026"):
        read_years(text)


def test_an_entity_is_of_the_years_of_all_papers_behind_its_edges() -> None:
    new = passing(GRAPH, years=(2019, 2021))
    assert {n.id for n in new.nodes} == {NEW.id, A.id, B.id, LONELY.id}
    assert [e.id for e in new.edges] == ["e:2"]
    old = passing(GRAPH, years=(2000, 2001))
    assert {n.id for n in old.nodes} == {OLD.id, A.id, DATA.id, LONELY.id}
    assert [e.id for e in old.edges] == ["e:1", "e:3"]


def test_an_edge_of_other_years_goes_though_both_its_ends_stay() -> None:
    old = Edge("e:4", B.id, A.id, "basedOn", evidence=(Evidence("B from A.", OLD.id),))
    assert [e.id for e in passing(PageGraph(GRAPH.nodes, (*GRAPH.edges, old)), years=(2019, 2021)).edges] == ["e:2"]


def test_types_leave_their_own_and_the_edges_between_them() -> None:
    left = passing(GRAPH, types=("Method", "Task"))
    assert {n.id for n in left.nodes} == {A.id, B.id, LONELY.id}
    assert [e.id for e in left.edges] == ["e:2"]
    assert {n.id for n in passing(GRAPH, types=read_types("task"), always=(DATA.id,)).nodes} == {DATA.id, LONELY.id}


def test_no_filter_is_the_graph_itself() -> None:
    assert passing(GRAPH) is GRAPH
