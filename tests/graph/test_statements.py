from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import vocab
from kg.graph.agreement import MAX_LINKS, Answer, agreement_facts, answers_of
from kg.graph.belief import belief
from kg.graph.edges import Edge, edge_from_line, edge_line
from kg.graph.statements import statement_facts
from kg.ids import statement_iri
from kg.model import Extraction, Paper, Result
from kg.ntriples import parse, text_of
from tests.graph.example import agreement, claim, edges, entity, papers, resolve

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


def _said(*answers: tuple[str, str, str]) -> dict[str, set[tuple[str, str]]]:
    """What claims (answer, name, paper) on one question are to each other, by the short name of the predicate."""
    question = '"better"' if answers[0][0] in "<>!<!>" else '"score"'
    lines = agreement_facts(Answer(question, answer, f"http://c/{name}", paper) for answer, name, paper in answers)
    found: dict[str, set[tuple[str, str]]] = {"supports": set(), "disputes": set()}
    for one in map(parse, lines):
        ends = (one.subject[10:-1], one.object[10:-1])
        found[one.predicate[1:-1].removeprefix(vocab.KG)].add(ends)
    return found


def test_rounding_makes_values_one_and_precision_makes_them_two() -> None:
    found = _said(("93.2", "a", "p1"), ("93.24", "b", "p2"), ("93.3", "c", "p3"), ("93.20", "d", "p4"))
    assert found["supports"] == {("a", "b"), ("b", "a"), ("a", "d"), ("d", "a")}
    assert ("b", "d") in found["disputes"]
    assert {("c", other) for other in "abd"} <= found["disputes"]


def test_thousands_agree_with_their_short_forms() -> None:
    assert _said(("1.5E+6", "a", "p1"), ("1520000", "b", "p2"))["supports"]
    assert _said(("1500000", "a", "p1"), ("1520000", "b", "p2"))["disputes"]


def test_one_paper_does_not_support_itself() -> None:
    assert _said(("1", "a", "p1"), ("1", "b", "p1"), ("1", "c", "p2"))["supports"] == {
        *(("a", "c"), ("c", "a")),
        *(("b", "c"), ("c", "b")),
    }


def test_a_paper_of_two_minds_disputes_nobody() -> None:
    found = _said(("17.9", "a", "p1"), ("56.9", "a", "p1"), ("58", "b", "p2"), ("56.9", "c", "p3"))
    assert found["supports"] == {("a", "c"), ("c", "a")}
    assert found["disputes"] == {("b", "c"), ("c", "b")}
    orders = _said((">", "a", "p1"), ("<", "b", "p1"), ("<", "c", "p2"))
    assert orders == {"supports": {("b", "c"), ("c", "b")}, "disputes": set()}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "1.0", "1.04", "1.1", "2", "20"]),
            st.sampled_from("abcdefgh"),
            st.sampled_from("pqrs"),
        ),
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_agreement_is_symmetric_and_the_same_in_any_order(
    answers: list[tuple[str, str, str]], chance: random.Random
) -> None:
    if not answers:
        return
    found = _said(*answers)
    for links in found.values():
        assert all((b, a) in links for a, b in links)
    mixed = answers.copy()
    chance.shuffle(mixed)
    assert _said(*mixed) == found


def _answers(result: Result, sentence: str, **values: object) -> list[tuple[str, str]]:
    paper = Paper("p", None, sentence)
    entities = (
        entity(paper, "Gull", "Method", "used"),
        entity(paper, "Shoreline", "Benchmark", "evaluated_on"),
        entity(paper, "F1", "Metric", "measured"),
    )
    made = claim(paper, sentence, results=(result,), **values)
    return [(a.question, a.answer) for a in answers_of(paper, Extraction("p", entities, (made,)), resolve)]


SCORE = Result("71.30", "%", metric="F1", method="Gull", dataset="Shoreline")
SENTENCE = "Gull has 71.30% F1 on Shoreline."


def test_a_share_is_one_however_it_is_printed() -> None:
    ways = [
        _answers(replace(SCORE, value=v, unit=u), SENTENCE) for v, u in (("71.3", ""), ("0.713", ""), ("71.3", "%"))
    ]
    assert ways[0] == ways[1] == ways[2]
    assert [answer for _, answer in _answers(SCORE, SENTENCE)] == ["71.30"]


def test_settings_and_metrics_part_questions_and_spelling_does_not() -> None:
    few, many = (_answers(replace(SCORE, setting=s), SENTENCE)[0][0] for s in ("5-shot", "8-shot"))
    assert len({few, many, _answers(SCORE, SENTENCE)[0][0]}) == 3
    assert few == _answers(replace(SCORE, setting="5 shot"), SENTENCE)[0][0]
    assert _answers(replace(SCORE, metric="recall"), SENTENCE) == _answers(replace(SCORE, metric="Recall"), SENTENCE)


@pytest.mark.parametrize(
    ("result", "sentence", "values"),
    [
        (replace(SCORE, qualifier="up to"), SENTENCE, {}),
        (replace(SCORE, kind="change"), SENTENCE, {}),
        (replace(SCORE, value="70-72"), SENTENCE, {}),
        (replace(SCORE, dataset=None), SENTENCE, {}),
        (SCORE, SENTENCE, {"hedged": True}),
        (SCORE, SENTENCE, {"polarity": "negative"}),
        (SCORE, "Gull-base has 71.30% F1 on Shoreline.", {}),
        (SCORE, "Gull large has 71.30% F1 on Shoreline.", {}),
        (SCORE, "Sea-Gull has 71.30% F1 on Shoreline.", {}),
        (SCORE, "Gull has 71.30% F1 on Shoreline-64.", {}),
    ],
)
def test_what_answers_nothing(result: Result, sentence: str, values: dict[str, object]) -> None:
    assert not _answers(result, sentence, **values)


def test_a_name_that_stands_alone_somewhere_in_the_claim_is_itself() -> None:
    assert _answers(SCORE, "Gull-base is small, but Gull has 71.30% F1 on Shoreline.")


def test_edges_of_the_papers_are_sorted_by_what_they_say() -> None:
    ends = [(e.subject, e.predicate, e.object) for e in edges(papers())]
    assert ends == sorted(ends)
