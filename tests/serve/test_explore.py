"""What the explorer asks for, and the pages of things."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest

import kg
from kg.ids import BASE
from kg.ntriples import literal
from kg.query import questions
from kg.serve.entity import path_of
from kg.serve.names import Names, fold, make
from kg.store import of_lines, publish
from kg.vocab import DCTERMS, KG, PROV, RDF, SCHEMA, SKOS, TYPE, XSD
from tests.serve.conftest import Served, serving

HTML = {"Accept": "text/html"}


def get(server: Served, path: str, **params: str | int) -> Any:
    """The JSON of an address, once the index of names is made."""
    address = f"{path}?{urlencode(params)}" if params else path
    for _ in range(300):
        got = server.ask(address)
        if got.status != 202:
            break
        time.sleep(0.1)
    assert got.status == 200, got.text
    return json.loads(got.body)


# ---------------------------------------------------------------- names


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Names:
    folder = tmp_path_factory.mktemp("index")
    things = {
        "a": "BERT",
        "b": "BERTScore",
        "c": "RoBERTa",
        "d": "Pre-BERT Encoder",
        "e": "5-shot ABJ",
        "f": "Ünïted bert",
    }
    lines = [line for key, name in things.items() for line in thing(key, name)]
    lines += [f'<http://e/a> <{SKOS}altLabel> "{name}" .' for name in ("bidirectional encoder", "bert")]
    lines += [f"<http://e/p{n}> <{KG}uses> <http://e/c> ." for n in range(3)]
    lines += [f"<http://e/p1> <{TYPE}> <{KG}Paper> .", f'<http://e/p1> <{DCTERMS}title> "About BERT" .']
    assert make(of_lines(lines), folder, "g") == 7
    found = Names.open(folder, "g")
    assert found is not None
    return found


def thing(key: str, name: str, class_: str = "Method") -> list[str]:
    return [
        f"<http://e/{key}> <{TYPE}> <{KG}{class_}> .",
        f"<http://e/{key}> <{SKOS}prefLabel> {literal(name)} .",
    ]


def labels(names: Names, text: str, **options: Any) -> list[str]:
    return [row.label for row in names.search(text, **options)]


def test_whole_names_come_before_beginnings_before_words_before_parts(names: Names) -> None:
    found = labels(names, "bert")
    assert found == ["BERT", "BERTScore", "Ünïted bert", "About BERT", "Pre-BERT Encoder", "RoBERTa"]


def test_an_alias_is_found_once_and_marks_and_case_do_not_matter(names: Names) -> None:
    assert labels(names, "BIDIRECTIONAL enc") == ["BERT"]
    assert labels(names, "united") == ["Ünïted bert"]


@pytest.mark.parametrize("text", ["", "  ", "\t", "zzz", "http", "method", "\n", "A" * 500, "{", '"'])
def test_what_is_in_no_name_is_not_found(names: Names, text: str) -> None:
    assert labels(names, text) == []


def test_places_in_the_index_are_no_names(names: Names) -> None:
    assert labels(names, "5") == ["5-shot ABJ"]
    assert labels(names, "abj") == ["5-shot ABJ"]
    assert labels(names, "ABJ", limit=1) == ["5-shot ABJ"]


def test_a_whole_name_is_one_thing(names: Names) -> None:
    for text, iri in (("bert", "http://e/a"), ("Bidirectional  Encoder", "http://e/a"), ("ROBERTA", "http://e/c")):
        row = names.exact(text)
        assert row is not None
        assert row.iri == iri
    assert names.exact("ber") is None
    assert names.exact("") is None


def test_types_and_limits_hold(names: Names) -> None:
    assert labels(names, "bert", type_="Paper") == ["About BERT"]
    assert len(labels(names, "bert", limit=2)) == 2
    assert [row.label for row in names.first(2)] == ["RoBERTa", "5-shot ABJ"]
    assert names.counts["Method"] == 6


def test_an_index_that_is_not_made_is_none(tmp_path: Path) -> None:
    assert Names.open(tmp_path, "none") is None


def test_every_name_of_the_sample_is_found(served: Served, sample: kg.Graph) -> None:
    rows = sample.query("SELECT ?e ?n { ?e a ?c ; skos:prefLabel|skos:altLabel ?n } ORDER BY ?n LIMIT 60").rows
    for iri, name in rows:
        if fold(str(name)):
            found = get(served, "/api/search", q=str(name), limit=200)["rows"]
            assert iri in [row["iri"] for row in found], name


# ---------------------------------------------------------------- cards, neighbours, evidence


def an_edge(sample: kg.Graph) -> dict[str, Any]:
    query = """SELECT ?st ?s ?o ?sl ?ol { ?st rdf:subject ?s ; rdf:predicate kg:evaluatedOn ; rdf:object ?o .
        ?s skos:prefLabel ?sl . ?o skos:prefLabel ?ol } ORDER BY ?st LIMIT 1"""
    return sample.query(query).to_records()[0]


def test_the_start_is_what_is_most_connected(served: Served, sample: kg.Graph) -> None:
    found = get(served, "/api/start")
    assert found["counts"]["Paper"] == sample.stats()["Paper"]
    edges = [row["edges"] for row in found["rows"]]
    assert edges == sorted(edges, reverse=True)
    assert edges[0] > 3


def test_a_card_and_the_edges_it_counts(served: Served, sample: kg.Graph) -> None:
    edge = an_edge(sample)
    card = get(served, "/api/card", iri=edge["s"])
    assert (card["label"], card["type"]) == (edge["sl"], "Method")
    counted = {(e["relation"], e["direction"]): e["count"] for e in card["edges"]}
    assert counted["evaluatedOn", "out"] >= 1
    for (relation, direction), count in counted.items():
        params = {"iri": edge["s"], "relation": relation, "direction": direction}
        rows = get(served, "/api/neighbours", limit=100, **params)["rows"]
        assert len(rows) == min(count, 100)
        paged = [get(served, "/api/neighbours", limit=1, offset=n, **params)["rows"][0] for n in range(len(rows))]
        assert paged == rows


def test_the_sentences_behind_an_edge_name_its_ends(served: Served, sample: kg.Graph) -> None:
    edge = an_edge(sample)
    found = get(served, "/api/evidence", statement=edge["st"])
    expected = sample.why(edge["sl"], "evaluatedOn", edge["ol"])
    assert sorted(s["quote"] for s in found["sentences"]) == sorted(e.quote for e in expected)
    assert {tuple(map(tuple, s["spans"])) for s in found["sentences"]} == {e.spans for e in expected}
    assert sorted(r for s in found["sentences"] for r in s["rules"]) == sorted(r for e in expected for r in e.rules)
    assert found["belief"] == expected[0].belief


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/card?iri=http://example.org/none", 404),
        ("/api/evidence?statement=http://example.org/none", 404),
        ("/api/card", 400),
        ("/api/card?iri=" + quote("x> <y"), 400),
        ("/api/neighbours?iri=http://e/a&relation=nothing", 400),
        ("/api/neighbours?iri=http://e/a&relation=uses&limit=-1", 400),
        ("/api/neighbours?iri=http://e/a&relation=uses&limit=1%20SERVICE", 400),
        ("/api/questions/none", 400),
        ("/api/none", 404),
    ],
)
def test_what_cannot_be_answered_is_said(served: Served, path: str, status: int) -> None:
    got = served.ask(path)
    assert got.status == status
    assert got.text.strip()


def test_every_named_question_is_offered_and_answered(served: Served) -> None:
    get(served, "/api/start")  # the index of names is made
    found = get(served, "/api/questions")["questions"]
    assert [q["name"] for q in found] == [q.name for q in questions()]
    for question in found:
        params = dict(part.partition("=")[::2] for part in question["example"].split() if "=" in part)
        needed = {p["name"] for p in question["params"] if p["required"]}
        if needed <= params.keys():
            got = served.ask(f"/api/questions/{question['name']}?{urlencode(params)}")
            if got.status == 200:
                text = json.loads(got.body)["text"]
                assert served.sparql(text).status == 200, question["name"]
            else:
                assert "not in this graph" in got.text, (question["name"], got.text)


def test_a_question_about_a_name_has_its_iri(served: Served, sample: kg.Graph) -> None:
    name = str(an_edge(sample)["ol"])
    found = get(served, "/api/questions/leaderboard", benchmark=name)
    assert sample.find(name) in found["text"]
    assert served.ask("/api/questions/leaderboard?benchmark=No+Such+Thing+At+All").status == 400


# ---------------------------------------------------------------- pages of things


class Texts(HTMLParser):
    """Links and words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.words: list[str] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


FORMATS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}


def test_the_path_of_an_entity_follows_its_iri(served: Served, sample: kg.Graph) -> None:
    iri = str(an_edge(sample)["s"])
    got = served.ask("/entity/" + iri.removeprefix(BASE), headers=HTML)
    assert got.status == 200
    assert got.headers["content-type"].startswith("text/html")
    assert got.headers["vary"] == "Accept"
    page = Texts(got.text)
    assert an_edge(sample)["sl"] in page.words
    assert an_edge(sample)["ol"] in page.words
    assert "script" not in page.tags


def test_each_form_of_a_page_says_what_the_graph_says(served: Served, sample: kg.Graph) -> None:
    iri = str(an_edge(sample)["s"])
    it = f"<{iri}>"
    expected = set(sample.answer(f"CONSTRUCT {{ {it} ?p ?o }} {{ {it} ?p ?o }}").triples or ())
    expected |= set(sample.answer(f"CONSTRUCT {{ ?s ?p {it} }} {{ ?s ?p {it} }}").triples or ())
    assert len(expected) > 5
    for accept, format_ in FORMATS.items():
        got = served.ask(path_of(iri), headers={"Accept": accept})
        assert got.headers["content-type"].split(";")[0] == accept
        assert {f"{quad.triple} ." for quad in ox.parse(got.body, format=format_)} == expected


@pytest.mark.parametrize(
    ("form", "media"), [("ttl", "text/turtle"), ("jsonld", "application/ld+json"), ("html", "text/html")]
)
def test_a_form_can_be_named(served: Served, sample: kg.Graph, form: str, media: str) -> None:
    got = served.ask(path_of(str(an_edge(sample)["s"])) + f"?format={form}", headers={"Accept": "image/png"})
    assert got.headers["content-type"].startswith(media)


def test_everything_that_a_page_links_to_is_there(served: Served, sample: kg.Graph) -> None:
    seen: set[str] = set()
    waiting = [path_of(str(an_edge(sample)["s"]))]
    while waiting and len(seen) < 60:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        got = served.ask(path, headers=HTML)
        assert got.status == 200, path
        if got.headers["content-type"].startswith("text/html"):
            waiting += [link.partition("#")[0] for link in Texts(got.text).links if link.startswith("/entity")]
    kinds = {path.split("/")[2].partition("?")[0] for path in seen if path.startswith("/entity/")}
    assert {"method", "paper", "statement"} <= kinds


def test_a_thing_that_is_not_there_is_404(served: Served) -> None:
    for path in ("/entity/method/none", "/entity?iri=http://example.org/none"):
        assert served.ask(path, headers=HTML).status == 404
    assert served.ask("/entity").status == 400
    assert served.ask("/entity?iri=" + quote("no iri > {")).status == 400


def test_406_for_a_form_that_there_is_not(served: Served, sample: kg.Graph) -> None:
    path = path_of(str(an_edge(sample)["s"]))
    assert served.ask(path, headers={"Accept": "image/png"}).status == 406
    assert served.ask(path + "?format=exe").status == 400


# ---------------------------------------------------------------- hostile text

EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "%%BODY%%",
    "javascript:alert(1)",
    "</title><b>",
    "&lt;",
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hostile")
    lines = []
    for n, text in enumerate(EVIL):
        method, paper, statement, evidence = (
            f"{BASE}{kind}/{n}" for kind in ("method", "paper", "statement", "evidence")
        )
        said = literal(text)
        lines += [
            f"<{method}> <{TYPE}> <{KG}Method> .",
            f"<{method}> <{SKOS}prefLabel> {said} .",
            f"<{method}> <{SKOS}altLabel> {literal(text * 2)} .",
            f"<{paper}> <{TYPE}> <{KG}Paper> .",
            f"<{paper}> <{DCTERMS}title> {said} .",
            f"<{paper}> <{KG}venue> {said} .",
            f"<{paper}> <{SCHEMA}url> <javascript:alert({n})> .",
            f"<{paper}> <{KG}uses> <{method}> .",
            f"<{statement}> <{RDF}subject> <{paper}> .",
            f"<{statement}> <{RDF}predicate> <{KG}uses> .",
            f"<{statement}> <{RDF}object> <{method}> .",
            f'<{statement}> <{KG}belief> "0.5"^^<{XSD}decimal> .',
            f'<{statement}> <{KG}support> "1"^^<{XSD}integer> .',
            f"<{statement}> <{KG}evidence> <{evidence}> .",
            f"<{evidence}> <{KG}quote> {said} .",
            f"<{evidence}> <{PROV}wasDerivedFrom> <{paper}> .",
        ]
    place = folder / "graph.nt"
    place.write_text("".join(line + "\n" for line in sorted(lines)), encoding="utf-8")
    publish(place, folder / "out" / "store", "0" * 16)
    with serving(folder / "out") as server:
        yield server


@pytest.mark.parametrize("number", range(len(EVIL)))
@pytest.mark.parametrize("kind", ["method", "paper", "statement", "evidence"])
def test_text_of_papers_stays_text(hostile: Served, kind: str, number: int) -> None:
    got = hostile.ask(f"/entity/{kind}/{number}", headers=HTML)
    assert got.status == 200
    page = Texts(got.text)
    assert not {"script", "img", "b"} & set(page.tags)
    assert not [link for link in page.links if "javascript" in link.lower()]
    if kind != "statement":
        assert EVIL[number] in "".join(page.words)


def test_json_of_hostile_text_is_json(hostile: Served) -> None:
    for n, text in enumerate(EVIL):
        assert get(hostile, "/api/card", iri=f"{BASE}method/{n}")["label"] == text
        found = get(hostile, "/api/evidence", statement=f"{BASE}statement/{n}")
        assert found["sentences"][0]["quote"] == text
        assert hostile.ask("/api/search?" + urlencode({"q": text})).headers["content-type"] == "application/json"
