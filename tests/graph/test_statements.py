from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from kg import vocab
from kg.graph.agreement import MAX_LINKS, Answer, agreement_facts
from kg.graph.belief import belief
from kg.graph.edges import Edge, edge_from_line, edge_line
from kg.graph.statements import statement_facts
from kg.ids import statement_iri
from kg.ntriples import parse, text_of
from tests.graph.example import agreement, edges, papers

EDGES = st.builds(
    Edge,
    st.sampled_from("ab"),
    st.sampled_from("pq"),
    st.sampled_from("xy"),
    st.sampled_from(["p1", "p2", "p3"]),
    st.floats(0, 1),
    st.sampled_from(["e1", "e2"]),
    st.lists(st.text(max_size=5), max_size=2).map(tuple),
)


@given(EDGES)
def test_an_edge_survives_its_line(edge: Edge) -> None:
    assert edge_from_line(edge_line(edge)) == edge
    assert "\n" not in edge_line(edge)


@given(st.lists(EDGES))
def test_statements_equal_a_slow_count(made: list[Edge]) -> None:
    lines = list(statement_facts(edge_from_line(line) for line in sorted(map(edge_line, made))))
    support = {text_of(t.subject): int(text_of(t.object)) for t in map(parse, lines) if vocab.SUPPORT in t.predicate}
    slow = {
        statement_iri(*ends): len({e.paper for e in made if (e.subject, e.predicate, e.object) == ends})
        for ends in {(e.subject, e.predicate, e.object) for e in made}
    }
    assert support == slow
    assert len(lines) == len(set(lines))


def test_belief_counts_papers_not_sentences() -> None:
    two_sentences = [Edge("a", "p", "x", "p1", 0.5, e) for e in ("e1", "e2")]
    two_papers = [Edge("a", "p", "x", p, 0.5, "e1") for p in ("p1", "p2")]

    def said(made: list[Edge]) -> list[str]:
        return [text_of(t.object) for t in map(parse, statement_facts(made)) if vocab.BELIEF in t.predicate]

    assert said(two_sentences) == [str(belief([0.5], "p"))]
    assert said(two_papers) == [str(belief([0.5, 0.5], "p"))]
    assert said(two_sentences) < said(two_papers)


def _links(predicate: str) -> Counter[tuple[str, str]]:
    found = [t for t in map(parse, agreement(papers())) if t.predicate == f"<{predicate}>"]
    return Counter((t.subject, t.object) for t in found)


def test_claims_that_cannot_both_hold_dispute_and_equal_scores_support() -> None:
    assert len(_links(vocab.DISPUTES)) == 8  # better/worse, better/denied, 71.3/69.8 twice; both ways
    assert len(_links(vocab.SUPPORTS)) == 2  # 71.30 and 71.3
    for links in (_links(vocab.DISPUTES), _links(vocab.SUPPORTS)):
        assert all((b, a) in links for a, b in links)


def test_one_paper_does_not_dispute_itself() -> None:
    assert not agreement(papers()[:1])


def test_links_grow_no_faster_than_the_claims() -> None:
    many = [Answer('"score"', "1", f"c{n:04}", f"p{n}") for n in range(500)]
    lines = set(agreement_facts(many))
    assert 500 <= len(lines) <= 500 * MAX_LINKS * 2
    linked = {parse(line.replace("<c", "<http://c")).subject for line in lines}
    assert len(linked) == 500


def test_edges_of_the_papers_are_sorted_by_what_they_say() -> None:
    ends = [(e.subject, e.predicate, e.object) for e in edges(papers())]
    assert ends == sorted(ends)
