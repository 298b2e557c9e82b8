from __future__ import annotations

import io

import networkx as nx

from kg import vocab
from kg.graph.belief import belief
from kg.graph.network import to_networkx
from kg.ids import paper_iri, statement_iri
from kg.ntriples import parse, text_of
from tests.graph.example import graph, papers, resolve


def test_nodes_and_edges_are_those_of_the_triples() -> None:
    lines = graph(papers())
    triples = list(map(parse, lines))
    network = to_networkx(lines)
    classes = {vocab.PAPER, *vocab.ENTITY_CLASS.values()}
    nodes = {text_of(t.subject) for t in triples if text_of(t.predicate) == vocab.TYPE and text_of(t.object) in classes}
    assert set(network) == nodes
    plain = {*vocab.ROLE_PROPERTY.values(), *vocab.RELATION_PROPERTY.values()}
    edges = {tuple(map(text_of, t)) for t in triples if text_of(t.predicate) in plain}
    found = {(s, vocab.KG + d["predicate"], o): key for s, o, key, d in network.edges(keys=True, data=True)}
    assert set(found) == edges
    assert network.number_of_edges() == len(edges)
    assert all(key == statement_iri(*ends) for ends, key in found.items())


def test_attributes() -> None:
    network = to_networkx(graph(papers()))
    paper, extraction = papers()[0]
    node = network.nodes[paper_iri(paper)]
    assert (node["type"], node["label"], node["year"], node["venue"]) == (
        "Paper",
        "Gull: a detector of birds",
        2023,
        "Journal of Examples",
    )
    assert network.nodes[resolve(extraction.entities[0]).iri] == {"type": "Method", "label": "Gull"}
    untitled = network.nodes[paper_iri(papers()[2][0])]
    assert untitled["label"] == "third"
    head, tail = (resolve(extraction.entities[i]).iri for i in (0, 4))
    edge = next(d for d in network.get_edge_data(head, tail).values() if d["predicate"] == "evaluatedOn")
    assert edge == {"predicate": "evaluatedOn", "belief": belief([0.8, 0.5], "evaluatedOn"), "support": 2}


def test_order_of_lines_plays_no_part() -> None:
    lines = graph(papers())
    shuffled = sorted(lines, key=lambda line: line[::-1])
    assert shuffled != lines
    assert list(to_networkx(shuffled).edges(keys=True)) == list(to_networkx(lines).edges(keys=True))
    assert list(to_networkx(shuffled)) == list(to_networkx(lines))


def test_graphml_takes_it() -> None:
    network = to_networkx(graph(papers()))
    out = io.BytesIO()
    nx.write_graphml(network, out)
    out.seek(0)
    assert nx.read_graphml(out, force_multigraph=True).number_of_edges() == network.number_of_edges()
