"""Clients that others wrote get from the server what the graph holds: SPARQLWrapper, RDFLib, roqet, Comunica, curl."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore

import kg
from tests.serve.conftest import Served, serving

PREFIX = "PREFIX kg: <https://w3id.org/kg-abstracts/ns#> PREFIX dcterms: <http://purl.org/dc/terms/> "
PAPERS = PREFIX + "SELECT ?p ?t { ?p a kg:Paper ; dcterms:title ?t } ORDER BY ?p"
GRAPH = PREFIX + "CONSTRUCT { ?p dcterms:title ?t } { ?p a kg:Paper ; dcterms:title ?t }"


@pytest.fixture(scope="module")
def server(sample_dir: Path) -> Iterator[Served]:
    with serving(sample_dir) as found:
        yield found


@pytest.fixture(scope="module")
def papers(sample: kg.Graph) -> list[tuple[str, str]]:
    found = [(str(p), str(t)) for p, t in sample.query(PAPERS)]
    assert len(found) >= 40
    return found


def program(name: str, how: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not in PATH: {how}")
    return found


def output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


def test_curl(server: Served, papers: list[tuple[str, str]]) -> None:
    curl = program("curl", "install it (Debian: apt-get install curl)")
    common = (curl, "-s", "-f", f"{server.url}/sparql", "-H", "Accept: text/csv")
    for options in (
        ("--data-urlencode", f"query={PAPERS}"),
        ("-G", "--data-urlencode", f"query={PAPERS}"),
        ("-H", "Content-Type: application/sparql-query", "--data-binary", PAPERS),
    ):
        rows = list(csv.reader(io.StringIO(output(*common, *options))))
        assert [tuple(row) for row in rows[1:]] == papers


def test_sparqlwrapper(server: Served, papers: list[tuple[str, str]]) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is not installed: pip install SPARQLWrapper")
    client = wrapper.SPARQLWrapper(f"{server.url}/sparql")
    client.setQuery(PAPERS)
    for method in (wrapper.GET, wrapper.POST):
        for way in (wrapper.URLENCODED, wrapper.POSTDIRECTLY):
            if method == wrapper.GET and way == wrapper.POSTDIRECTLY:
                continue
            client.setMethod(method)
            client.setRequestMethod(way)
            client.setReturnFormat(wrapper.JSON)
            rows = client.query().convert()["results"]["bindings"]
            assert [(row["p"]["value"], row["t"]["value"]) for row in rows] == papers
    client.setReturnFormat(wrapper.XML)
    assert client.query().convert().toxml().count("<result>") == len(papers)
    client.setQuery(GRAPH)
    client.setReturnFormat(wrapper.TURTLE)
    turtle = client.query().convert()
    assert len(rdflib.Graph().parse(data=turtle, format="turtle")) == len(papers)
    client.setReturnFormat(wrapper.JSON)
    client.setQuery("SELECT * { ?s ?p")
    with pytest.raises(wrapper.SPARQLExceptions.QueryBadFormed, match="SPARQL"):
        client.query()


def test_rdflib_store(server: Served, papers: list[tuple[str, str]]) -> None:
    for method in ("GET", "POST", "POST_FORM"):
        graph = rdflib.Graph(SPARQLStore(f"{server.url}/sparql", method=method, returnFormat="json"))
        found = [tuple(map(str, row)) for row in graph.query(PAPERS) if isinstance(row, tuple)]
        assert found == papers
    graph = rdflib.Graph(SPARQLStore(f"{server.url}/sparql"))
    title = rdflib.DCTERMS.title
    assert sorted((str(s), str(o)) for s, o in graph.subject_objects(title)) == sorted(papers)
    assert len(graph.query(GRAPH)) == len(papers)
    assert graph.query(PREFIX + "ASK { ?p a kg:Paper }").askAnswer is True


def test_rdflib_reads_pages(server: Served, papers: list[tuple[str, str]]) -> None:
    iri, title = papers[0]
    page = iri.replace("https://w3id.org/kg-abstracts/", f"{server.url}/entity/")
    graph = rdflib.Graph().parse(page)  # by content negotiation
    assert (rdflib.URIRef(iri), rdflib.DCTERMS.title, rdflib.Literal(title)) in graph


def test_rdflib_federates(server: Served, papers: list[tuple[str, str]]) -> None:
    # Without the prefix kg: RDFLib takes the rest of a line with SERVICE after a # for a comment, in an IRI too.
    title = "<http://purl.org/dc/terms/title>"
    rows = rdflib.Graph().query(f"SELECT ?p ?t {{ SERVICE <{server.url}/sparql> {{ ?p {title} ?t }} }}")
    assert sorted(tuple(map(str, row)) for row in rows if isinstance(row, tuple)) == sorted(papers)


def test_roqet(server: Served, papers: list[tuple[str, str]]) -> None:
    roqet = program("roqet", "install it (Debian: apt-get install rasqal-utils)")
    answer = output(roqet, "-q", "-r", "csv", "-p", f"{server.url}/sparql", "-e", PAPERS)
    assert [tuple(row) for row in csv.reader(io.StringIO(answer))][1:] == papers


def test_comunica(server: Served, papers: list[tuple[str, str]]) -> None:
    home = os.environ.get("KG_COMUNICA", "")
    found = shutil.which("comunica-sparql", path=f"{home}/node_modules/.bin:{os.environ.get('PATH', '')}")
    if found is None:
        how = "npm install --prefix FOLDER @comunica/query-sparql@4, and FOLDER in KG_COMUNICA"
        pytest.skip(f"comunica-sparql is not in PATH and not under KG_COMUNICA: {how}")
    for source in (
        f"sparql@{server.url}/sparql",
        f"{server.url}/sparql",
    ):  # said to be an endpoint, and found to be one
        answer = output(found, source, PAPERS, "-t", "application/sparql-results+json")
        rows = json.loads(answer)["results"]["bindings"]
        assert sorted((row["p"]["value"], row["t"]["value"]) for row in rows) == sorted(papers)
