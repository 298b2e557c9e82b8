"""The SPARQL 1.1 Protocol and the negotiation of forms, over real connections."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

import kg
from tests.serve.conftest import Served

PAPERS = "SELECT ?p ?t { ?p a kg:Paper ; dcterms:title ?t } ORDER BY ?p"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def titles(got: bytes) -> list[str]:
    return [row["t"]["value"] for row in json.loads(got)["results"]["bindings"]]


def test_the_three_ways_to_ask_give_the_same(served: Served, sample: kg.Graph) -> None:
    expected = [str(title) for title in sample.query(PAPERS).column("t")]
    by_get = served.sparql(PAPERS)
    by_form = served.ask("/sparql", method="POST", body=urlencode({"query": PAPERS}), headers=FORM)
    direct = {"Content-Type": "application/sparql-query; charset=utf-8"}
    by_body = served.ask("/sparql", method="POST", body=PAPERS, headers=direct)
    for got in (by_get, by_form, by_body):
        assert got.status == 200
        assert titles(got.body) == expected
        assert got.headers["content-length"] == str(len(got.body))


def test_each_form_of_rows_says_the_same(served: Served, sample: kg.Graph) -> None:
    expected = [str(title) for title in sample.query(PAPERS).column("t")]
    as_csv = served.sparql(PAPERS, accept="text/csv")
    assert as_csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert [row["t"] for row in csv.DictReader(io.StringIO(as_csv.text))] == expected
    as_xml = served.sparql(PAPERS, accept="application/sparql-results+xml")
    space = "{http://www.w3.org/2005/sparql-results#}"
    found = ET.fromstring(as_xml.body).iterfind(f".//{space}binding[@name='t']/{space}literal")  # noqa: S314  our own
    assert [e.text for e in found] == expected
    as_tsv = served.sparql(PAPERS, accept="text/tab-separated-values")
    rows = ox.parse_query_results(as_tsv.body, format=ox.QueryResultsFormat.TSV)
    assert isinstance(rows, ox.QuerySolutions)
    assert [row["t"].value for row in rows] == expected


def test_ask_in_json_and_xml(served: Served) -> None:
    assert json.loads(served.sparql("ASK { ?p a kg:Paper }").body)["boolean"] is True
    assert b"<boolean>false</boolean>" in served.sparql("ASK { ?p a kg:Nothing }", accept="text/xml").body


@pytest.mark.parametrize(
    ("accept", "format_"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
    ],
)
@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?p dcterms:title ?t } { ?p a kg:Paper ; dcterms:title ?t }",
        "CONSTRUCT { [] dcterms:title ?t } { ?p a kg:Paper ; dcterms:title ?t }",
        "DESCRIBE ?m { ?m a kg:Method ; skos:prefLabel ?l } ORDER BY ?l LIMIT 3",
    ],
)
def test_triples_in_every_form_are_the_same_graph(
    served: Served, sample: kg.Graph, accept: str, format_: ox.RdfFormat, query: str
) -> None:
    got = served.sparql(query, accept=accept)
    assert got.status == 200
    assert got.headers["content-type"].split(";")[0] == accept
    here = ox.Dataset(ox.parse("\n".join(sample.answer(query).triples or ()).encode(), format=ox.RdfFormat.N_TRIPLES))
    there = ox.Dataset(ox.parse(got.body, format=format_))
    assert len(there) > 2
    for dataset in (here, there):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert here == there


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("text/csv;q=0.2, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("application/sparql-results+json;q=0, text/csv", "text/csv; charset=utf-8"),
        ("application/json, text/turtle", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml"),
        ("text/turtle, text/csv;q=0.1", "text/csv; charset=utf-8"),
    ],
)
def test_the_form_that_is_liked_best_is_sent(served: Served, accept: str | None, media: str) -> None:
    assert served.sparql("SELECT * { ?s ?p ?o } LIMIT 1", accept=accept).headers["content-type"] == media


def test_406_says_what_there_is(served: Served) -> None:
    got = served.sparql("SELECT * { ?s ?p ?o } LIMIT 1", accept="image/png, text/turtle")
    assert got.status == 406
    assert "application/sparql-results+json" in got.text
    assert served.sparql("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", accept="text/csv").status == 406


def test_400_has_the_parsers_message_and_place(served: Served) -> None:
    got = served.sparql("SELECT * { ?s ?p \n ?o")
    assert got.status == 400
    assert "error at 2:" in got.text
    assert got.headers["content-type"] == "text/plain; charset=utf-8"


def test_a_query_must_be_one_and_utf_8(served: Served) -> None:
    assert served.ask("/sparql?query=ASK%7B%7D&query=ASK%7B%7D").status == 400
    assert served.ask("/sparql", method="POST", body="x=1", headers=FORM).status == 400
    assert served.ask("/sparql?query=ASK%7B%7D%FF").status == 400
    direct = {"Content-Type": "application/sparql-query"}
    assert served.ask("/sparql", method="POST", body=b"ASK {} # \xff", headers=direct).status == 400


@pytest.mark.parametrize("media", ["text/plain", "application/json", "multipart/form-data; boundary=x", ""])
def test_415_for_other_bodies(served: Served, media: str) -> None:
    got = served.ask("/sparql", method="POST", body="ASK {}", headers={"Content-Type": media})
    assert got.status == 415
    assert "application/sparql-query" in got.headers["accept-post"]


def test_a_compressed_body_is_refused(served: Served) -> None:
    headers = {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}
    assert served.ask("/sparql", method="POST", body=b"\x1f\x8b", headers=headers).status == 415


def test_other_methods_are_refused(served: Served) -> None:
    assert served.ask("/sparql", method="PUT", body="x").status == 405
    assert served.ask("/sparql", method="DELETE").status == 405


def test_head_sends_no_body(served: Served) -> None:
    got = served.ask("/sparql?query=" + quote("ASK {}"), method="HEAD")
    assert got.status == 200
    assert got.body == b""


def test_without_a_query_the_service_describes_itself(served: Served) -> None:
    for accept in (None, "text/turtle", "application/n-triples", "*/*", "application/sparql-results+json,*/*;q=0.1"):
        got = served.ask("/sparql", headers={"Accept": accept} if accept else {})
        assert got.status == 200
        assert got.headers["content-type"].split(";")[0] in ("text/turtle", "application/n-triples")
        said = {str(t.predicate.value).rpartition("#")[2] for t in ox.parse(got.body, format=ox.RdfFormat.TURTLE)}
        assert {"endpoint", "supportedLanguage", "resultFormat", "defaultDataset"} <= said
        assert f"<{served.url}/sparql>" in got.text


def test_a_browser_without_a_query_gets_the_editor(served: Served) -> None:
    got = served.ask("/sparql", headers={"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8"})
    assert (got.status, got.headers["location"]) == (303, "/query")


def test_a_graph_that_is_not_there_is_refused_and_not_empty(served: Served) -> None:
    for name in ("default-graph-uri", "named-graph-uri"):
        got = served.sparql(PAPERS, **{name: "http://example.org/none"})
        assert got.status == 400
        assert "http://example.org/none" in got.text
    assert served.sparql(PAPERS, **{"default-graph-uri": "not an iri"}).status == 400


def test_parameters_that_other_servers_know_are_passed_over(served: Served) -> None:
    assert served.sparql(PAPERS, format="xml", output="json", debug="on").status == 200


def test_rows_over_the_limit_are_refused_and_not_cut(served: Served) -> None:
    many = "SELECT ?a { ?a a kg:Evidence . ?b a kg:Evidence . ?c a kg:Evidence } LIMIT "
    assert served.sparql(many + "99000", accept="text/csv").status == 200
    for accept in ("text/csv", "text/tab-separated-values", "application/json", "application/xml"):
        got = served.sparql(many + "100001", accept=accept)
        assert got.status == 422, accept
        assert "LIMIT" in got.text


def test_a_body_over_the_limit_is_refused_early(served: Served) -> None:
    headers = {"Content-Type": "application/sparql-query"}
    assert served.ask("/sparql", method="POST", body="#" * 300_000, headers=headers).status == 413
    long = served.ask("/sparql", method="POST", body="ASK {} #" + "x" * 20_000, headers=headers)
    assert long.status == 400
    assert "16,384" in long.text


def test_bytes_over_the_limit_are_refused_and_not_cut(served: Served) -> None:
    text = "x" * 1000
    got = served.sparql(f'SELECT ("{text}" AS ?x) {{ ?a a kg:Evidence . ?b a kg:Evidence }} LIMIT 50000')
    assert got.status == 422
    assert "bytes" in got.text
