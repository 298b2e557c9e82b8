from __future__ import annotations

import io
from pathlib import Path

import pytest

from kg import vocab
from kg.export import turtle
from kg.export.property_graph import property_graph
from kg.graph.network import to_networkx
from kg.graph.rdf import to_rdflib
from kg.links.facts import link_facts
from kg.links.match import Link
from kg.ntriples import iri, parse, text_of, triple
from kg.validate import validate
from kg.view.data import from_triples
from tests.graph.example import graph, papers, resolve

GULL = resolve(papers()[1][1].entities[0])
HOSTILE = 'PufNet" . <http://e/x> <http://e/y> <http://e/z> . #</script>'
LINKS = [
    Link(GULL.iri, "skos:exactMatch", "http://www.wikidata.org/entity/Q9000001", HOSTILE, "", "", 0.9),
    Link(GULL.iri, "skos:closeMatch", "https://openalex.org/T19999", "gulls\nat sea", "", "", 0.5),
]


def linked() -> list[str]:
    return sorted({*graph(papers()), *link_facts(LINKS)})


def test_facts_are_sorted_triples_each_once() -> None:
    lines = list(link_facts([*LINKS, *reversed(LINKS)]))
    assert lines == sorted(set(lines))
    triples = [parse(line) for line in lines]
    skos, label = vocab.SKOS, f"<{vocab.RDFS}label>"
    assert {(t.predicate, t.object) for t in triples if t.subject == f"<{GULL.iri}>"} == {
        (f"<{skos}exactMatch>", "<http://www.wikidata.org/entity/Q9000001>"),
        (f"<{skos}closeMatch>", "<https://openalex.org/T19999>"),
    }
    assert {text_of(t.object) for t in triples if t.predicate == label} == {HOSTILE, "gulls\nat sea"}
    assert len(lines) == 4


def test_a_target_that_would_leave_its_brackets_is_one_term_all_the_same() -> None:
    (_, fact) = link_facts([Link(GULL.iri, "skos:closeMatch", "http://o/a> <b", "x", "", "", 0.5)])
    assert parse(fact).object == "<http://o/a%3E%20%3Cb>"


def test_same_as_is_no_predicate_of_a_link() -> None:
    with pytest.raises(KeyError):
        list(link_facts([Link(GULL.iri, "owl:sameAs", "http://o/1", "x", "", "", 1.0)]))  # type: ignore[arg-type]


def test_a_graph_with_links_conforms(tmp_path: Path) -> None:
    place = tmp_path / "g.nt"
    place.write_text("".join(line + "\n" for line in linked()), encoding="utf-8")
    assert validate(place) == ()


@pytest.mark.parametrize(
    ("property_", "target", "message"),
    [
        (vocab.OWL + "sameAs", "<http://o/1>", "never the same"),
        (vocab.SKOS + "exactMatch", '"http://o/1"', "exactMatch"),
        (vocab.SKOS + "closeMatch", "<urn:x:1>", "closeMatch"),
        (vocab.SKOS + "closeMatch", f"<{LINKS[0].target}>", "exactMatch"),
    ],
)
def test_a_graph_with_a_wrong_link_does_not(property_: str, target: str, message: str, tmp_path: Path) -> None:
    place = tmp_path / "g.nt"
    place.write_text("\n".join([*linked(), triple(iri(GULL.iri), iri(property_), target)]) + "\n", encoding="utf-8")
    found = validate(place)
    assert found
    assert any(message in f"{v.path} {v.message}" for v in found)


def test_what_lies_outside_is_no_node_of_the_page_the_network_or_the_tables() -> None:
    plain = graph(papers())
    assert [n.id for n in from_triples(linked()).nodes] == [n.id for n in from_triples(plain).nodes]
    assert set(to_networkx(linked()).nodes) == set(to_networkx(plain).nodes)
    with property_graph(linked()) as with_links, property_graph(plain) as without:
        assert [n.id for n in with_links.nodes()] == [n.id for n in without.nodes()]


def test_turtle_and_rdflib_have_the_links() -> None:
    out = io.BytesIO()
    turtle.write(linked(), out)
    assert b"skos:exactMatch <http://www.wikidata.org/entity/Q9000001>" in out.getvalue()
    assert len(to_rdflib(linked())) == len(linked())
