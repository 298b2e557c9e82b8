"""The Python face of a graph, on the bundled sample: one set of ids and counts in every form."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest

import kg
from kg.answers import find_edge, find_spans, split_edge
from kg.errors import ExistsError, KgError, NotAGraphError, UsageError
from kg.ids import BASE
from kg.model import Paper
from kg.vocab import RELATION_PROPERTY, ROLE_PROPERTY


def test_every_form_has_the_ids_and_counts_of_the_turtle(sample: kg.Graph) -> None:
    from rdflib import Graph as RdfGraph
    from rdflib.term import BNode

    turtle = RdfGraph().parse(sample.place / "graph.ttl", format="turtle")
    assert len(turtle) == len(sample.store) == len(list(sample.lines())) == len(sample.to_rdflib())
    assert set(turtle) == set(sample.to_rdflib())
    assert not [term for triple in turtle for term in triple if isinstance(term, BNode)]

    network = sample.to_networkx()
    stats = sample.stats()
    types = ("Paper", "Method", "Task", "Dataset", "Benchmark", "Metric")
    assert network.number_of_nodes() == sum(stats[t] for t in types)
    assert network.number_of_edges() == stats["Statement"]
    subjects = {str(s) for s in turtle.subjects()}
    assert set(network) <= subjects
    assert {key for _, _, key in network.edges(keys=True)} <= subjects
    predicates = {iri: iri.rsplit("#", 1)[1] for iri in (*ROLE_PROPERTY.values(), *RELATION_PROPERTY.values())}
    edges = {(str(s), predicates[str(p)], str(o)) for s, p, o in turtle if str(p) in predicates}
    assert {(s, data["predicate"], o) for s, o, data in network.edges(data=True)} == edges


@pytest.mark.parametrize("command", [["rapper", "-q", "-i", "turtle", "-o", "ntriples"], ["serdi", "-i", "turtle"]])
def test_independent_parsers_read_the_turtle(sample: kg.Graph, command: list[str]) -> None:
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run([*command, str(sample.place / "graph.ttl")], capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == len(sample.store)
    assert "_:" not in {line[:2] for line in done.stdout.splitlines()}


def test_the_sample_answers_what_is_known(sample: kg.Graph) -> None:
    board = sample.leaderboard("ImageNet", "top-1 accuracy")
    scores = [float(str(row)) for row in board.column("value")]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 88.55
    assert any("Transformers for Image Recognition" in str(paper) for paper in board.column("paper"))
    errors = [float(str(v)) for v in sample.leaderboard("ImageNet", "top-5 error").column("value")]
    assert errors == sorted(errors), "less is better"
    assert sample.why("ALBERT", "outperforms", "XLNet")[0].title == (
        "ALBERT: A Lite BERT for Self-supervised Learning of Language Representations"
    )
    assert sample.why("XLNet", "outperforms", "GPT-3") == []


def test_evidence_is_marked_where_the_names_stand(sample: kg.Graph) -> None:
    (evidence, *_) = sample.why("ALBERT", "outperforms", "XLNet")
    assert [evidence.quote[a:b] for a, b in evidence.spans] == ["ALBERT", "XLNet"]
    assert evidence.rules
    assert evidence.url is not None
    assert evidence.url.startswith("https://arxiv.org/")


def test_a_name_is_found_by_any_of_its_forms(sample: kg.Graph) -> None:
    assert sample.find("lora") == sample.find("LoRA")
    assert sample.find(f"<{BASE}x>") == f"{BASE}x"
    card = sample.entity("LoRA")
    assert card.type == "Method"
    assert len(card.papers) >= 1
    assert "<table" in card._repr_html_()
    with pytest.raises(KgError, match="near names"):
        sample.find("LoRB")


def test_questions_and_queries(sample: kg.Graph) -> None:
    assert len(sample.query(name="outperforms", method="BERT")) >= 1
    assert len(sample.query("SELECT ?p { ?p a kg:Paper }", timeout=60)) == 69
    assert sample.query("ASK { ?p a kg:Paper }").to_records() == [{"answer": True}]
    assert sample.query("CONSTRUCT WHERE { ?p a kg:Paper }").columns == ("subject", "predicate", "object")
    for wrong in ({}, {"text": "ASK {}", "name": "outperforms"}, {"name": "outperforms"}):
        with pytest.raises(UsageError):
            sample.query(**wrong)  # type: ignore[arg-type]


def test_a_page_for_notebooks_and_files(sample: kg.Graph, tmp_path: Path) -> None:
    view = sample.view(focus="BERT", hops=1)
    assert "srcdoc=" in view._repr_html_()
    assert "<script" not in view._repr_html_()
    place = view.save(tmp_path / "a.html")
    assert place.read_text(encoding="utf-8") == view.html
    with pytest.raises(ExistsError):
        view.save(place)


def test_save_and_load(sample: kg.Graph, tmp_path: Path) -> None:
    for name in ("a.ttl", "a.nt"):
        again = kg.load(sample.save(tmp_path / name))
        assert list(again.lines()) == list(sample.lines())
    assert (tmp_path / "a.ttl").read_bytes() == (sample.place / "graph.ttl").read_bytes()
    with pytest.raises(UsageError, match="graphml"):
        sample.save(tmp_path / "a.doc")
    for absent in (tmp_path / "absent", tmp_path):
        with pytest.raises((NotAGraphError, KgError)):
            kg.load(absent)


def test_building_in_memory() -> None:
    graph = kg.build(papers=[Paper("a", "AlphaNet", "We propose AlphaNet, a network for object detection.")])
    place = graph.place
    assert graph.entity("AlphaNet").type == "Method"
    assert graph.summary is not None
    assert graph.summary.counts.papers == 1
    del graph
    assert not place.exists()
    with pytest.raises(UsageError):
        kg.build()
    with pytest.raises(UsageError):
        kg.build("x", sample=True)


def test_reading_and_extracting_alone(sample_dir: Path) -> None:
    from kg.sample import path

    papers = list(kg.read_papers(path()))
    assert len(papers) == 69
    assert [e.id for e in kg.extract_papers(papers[:3])] == [p.id for p in papers[:3]]
    assert sample_dir.exists()


def test_how_a_person_names_an_edge() -> None:
    assert split_edge("state space models basedOn RNN units") == ("state space models", "basedOn", "RNN units")
    assert find_edge("based_on") == RELATION_PROPERTY["based_on"]
    assert find_spans("GPT-3 is not GPT-35 (GPT-3)", ["GPT-3", ""]) == ((0, 5), (21, 26))


def test_evidence_on_a_terminal_is_marked(sample: kg.Graph) -> None:
    from kg.console import print_evidence

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    print_evidence(sample.why("ALBERT", "outperforms", "XLNet"), stream=out)
    assert "ALBERT outperforms" in out.getvalue().replace("\x1b[1;7m", "").replace("\x1b[0m", "")
    assert "^" not in out.getvalue()
