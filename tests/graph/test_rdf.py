from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import vocab
from kg.graph.edges import Refusal, claim_at, edges_of
from kg.graph.rdf import build_facts, entity_facts, issued, to_rdflib
from kg.ids import evidence_span, paper_iri
from kg.model import Claim, Entity, Extraction, Mention, Paper, PaperIds, ResolvedEntity, Span
from kg.ntriples import parse, text_of
from tests.graph.example import edges, entity, facts_of, graph, papers, resolve, sentence_at
from tests.test_ntriples import HOSTILE


def objects(lines: list[str], property_: str) -> list[str]:
    return [text_of(t.object) for t in map(parse, lines) if t.predicate == f"<{property_}>"]


def facts(index: int) -> list[str]:
    paper, extraction = papers()[index]
    return facts_of(paper, extraction, resolve, sentence_at(paper))


def test_facts_are_sorted_and_each_once() -> None:
    assert facts(0) == sorted(set(facts(0)))


def test_metadata_of_a_paper() -> None:
    lines = facts(0)
    assert objects(lines, vocab.DCTERMS + "title") == ["Gull: a detector of birds"]
    assert sorted(objects(lines, vocab.DCTERMS + "identifier")) == ["arXiv:2304.00001", "doi:10.1234/gull", "first"]
    assert objects(lines, vocab.SCHEMA + "url") == ["https://example.org/a%20b"]
    assert sorted(objects(lines, vocab.SCHEMA + "sameAs")) == [
        "https://arxiv.org/abs/2304.00001",
        "https://doi.org/10.1234/gull",
    ]
    assert objects(lines, vocab.AUTHOR) == ["A. Writer", "B. Reader"]
    assert objects(facts(2), vocab.AUTHOR_COUNT) == ["3"]


@pytest.mark.parametrize(
    ("date", "type_"),
    [
        ("2024", "gYear"),
        ("2024-11", "gYearMonth"),
        ("2024-02-29", "date"),
        ("2023-02-29", ""),
        ("Nov 2024", ""),
        ("0000", ""),
    ],
)
def test_dates(date: str, type_: str) -> None:
    assert issued(date) == (f'"{date}"^^<{vocab.XSD}{type_}>' if type_ else f'"{date}"')


def test_values_of_results() -> None:
    lines = facts(0)
    assert sorted(objects(lines, vocab.VALUE)) == ["2.5", "71.3"]
    assert objects(lines, vocab.VALUE_LOW) == ["1.2"]
    assert objects(lines, vocab.VALUE_HIGH) == ["1.5"]
    assert sorted(objects(lines, vocab.VALUE_TEXT)) == ["1.2-1.5", "2.5", "71.30"]
    assert objects(lines, vocab.METRIC_TEXT) == ["speed"]
    assert objects(lines, vocab.QUALIFIER) == ["~"]


def test_every_quote_is_the_text_at_its_place() -> None:
    for paper, extraction in papers():
        lines = facts_of(paper, extraction, resolve, sentence_at(paper))
        quotes = {t.subject: text_of(t.object) for t in map(parse, lines) if t.predicate == f"<{vocab.QUOTE}>"}
        assert quotes
        for node, quote in quotes.items():
            span = evidence_span(node[1:-1])
            assert paper.text_of(span.field)[span.start : span.end] == quote


def test_what_is_not_asserted_is_no_edge() -> None:
    refused: list[Refusal] = []
    kept = edges(papers(), refused)
    assert [(r.fact, r.why) for r in refused] == [
        ("Gull outperforms Egret", "the sentence softens it"),
        ("bird detection outperforms Heron", "Task outperforms Method is not allowed"),
        ("Gull used_for nothing known", "no entity of the paper has this name"),
        ("Gull outperforms Heron", "the sentence denies it"),
    ]
    relations = {e.predicate for e in kept} & set(vocab.RELATION_PROPERTY.values())
    assert relations == {vocab.KG + n for n in ("outperforms", "evaluatedOn", "basedOn")}
    home = paper_iri(papers()[2][0])
    assert not [e for e in kept if e.paper == home and e.predicate == vocab.KG + "outperforms"]


def test_a_role_that_does_not_fit_the_resolved_type_is_weakened_and_said() -> None:
    paper, extraction = papers()[0]
    refused: list[Refusal] = []

    def as_task(e: Entity) -> ResolvedEntity:
        return replace(resolve(e), type="Task") if e.name == "Heron" else resolve(e)

    kept = list(edges_of(paper, extraction, as_task, sentence_at(paper), refused=refused.append))
    heron = {e.predicate for e in kept if e.object == resolve(extraction.entities[1]).iri}
    assert heron == {vocab.ROLE_PROPERTY["mentioned"]}
    assert any("cannot be compared" in r.why for r in refused)
    assert any(r.why == "Method outperforms Task is not allowed" for r in refused)


def test_two_entities_that_are_one_node_have_the_stronger_role_and_no_edge_between() -> None:
    paper, extraction = papers()[0]
    gull = resolve(extraction.entities[0])
    kept = list(edges_of(paper, extraction, lambda e: gull if e.name == "Heron" else resolve(e), sentence_at(paper)))
    assert {e.predicate for e in kept if e.object == gull.iri} == {vocab.ROLE_PROPERTY["proposed"]}


def test_an_entity_without_mention_is_no_edge() -> None:
    paper = Paper("x", None, "Some text.")
    refused: list[Refusal] = []
    bare = Extraction("x", (Entity("Gull", "Method", "used", ("Gull",)),))
    assert not list(edges_of(paper, bare, resolve, sentence_at(paper), refused=refused.append))
    assert [r.why for r in refused] == ["no mention shows it"]


def test_a_role_is_shown_by_its_first_mention_and_by_the_claim_that_gives_it() -> None:
    paper, _ = papers()[0]
    made = [e for e in edges(papers()[:1]) if e.predicate == vocab.ROLE_PROPERTY["proposed"]]
    spans = [evidence_span(e.evidence) for e in made]
    assert {s.field for s in spans} == {"title", "text"}
    assert any("We propose" in paper.text_of(s.field)[s.start : s.end] for s in spans)


def test_claim_at_asks_for_the_field() -> None:
    claim = Claim("text", 0, 10, "result")
    assert claim_at(Span("text", 5, 12), (claim,)) is claim
    assert claim_at(Span("title", 5, 12), (claim,)) is None
    assert claim_at(Span("text", 10, 12), (claim,)) is None


@given(st.text() | st.sampled_from(HOSTILE))
def test_hostile_papers_give_readable_triples(text: str) -> None:
    paper = Paper(
        text, text, "x" + text + "y.", text, (text,), None, text, None, text, PaperIds(doi="10.1/" + text, arxiv=text)
    )
    mention = Mention("text", 0, 1, "x")
    things = (Entity(text, "Method", "used", (text,), (mention,), rules=(text,)),)
    claims = (Claim("text", 0, len(text) + 3, "result", text, rules=(text,)),)
    lines = facts_of(paper, Extraction(text, things, claims), resolve, lambda f, _: Span(f, 0, 1))
    read = {f"{t} ." for t in ox.parse("\n".join(lines).encode(), format=ox.RdfFormat.N_TRIPLES)}
    assert read == set(lines)
    assert set(to_rdflib(lines)) == set(to_rdflib(sorted(read)))
    subjects = {parse(line).subject for line in lines}
    assert all(s.startswith("<https://w3id.org/kg-abstracts/") for s in subjects)


def test_all_names_of_an_entity() -> None:
    lines = entity_facts(ResolvedEntity("http://e/x", "Metric", "F1", ("F1", "F1 score")))
    assert objects(lines, vocab.SKOS + "altLabel") == ["F1 score"]


def test_the_build_says_its_settings_and_counts() -> None:
    lines = build_facts("1.0", {"b": 1, "a": True}, {"papers": 3, "claims": 2})
    assert objects(lines, vocab.PARAMETER) == ["a=True", "b=1"]
    assert objects(lines, vocab.VOID + "documents") == ["3"]
    with pytest.raises(KeyError):
        build_facts("1.0", {}, {"sheep": 1})


def test_the_whole_graph_as_rdflib() -> None:
    read = to_rdflib(graph(papers()))
    assert len(read) == len(graph(papers()))
    assert read.qname(vocab.PAPER) == "kg:Paper"


def test_one_entity_with_two_surfaces_has_an_alternative_label() -> None:
    paper = Paper("x", None, "Gulls and a Gull.")
    one = Extraction("x", (entity(paper, "Gull", "Method", "used", "Gulls"),))
    lines = facts_of(paper, one, resolve, sentence_at(paper))
    assert objects(lines, vocab.SKOS + "altLabel") == ["Gulls"]
