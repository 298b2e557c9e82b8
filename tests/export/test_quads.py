from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg import export
from kg.export.quads import quads
from kg.graph.named import BUILD, NAMES, STATEMENTS, paper_graph
from kg.graph.named import quads as in_graph
from kg.graph.rdf import build_facts, entity_facts
from kg.graph.statements import statement_facts
from kg.ids import BASE, claim_iri, paper_iri
from kg.ntriples import literal, triple
from kg.vocab import DISPUTES, HAS_EVIDENCE, HEDGED, KG, PROV, RDF, RULE
from tests.export.hostile import lines as hostile
from tests.graph.example import agreement, edges, facts_of, graph, papers, resolve, sentence_at

FORMATS = {"nq": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG}
SUBJECTS = ["paper/x", "paper/x/abstract#char=1,2", "paper/", "claim/1", "result/2", "method/a", "statement/3", "other"]
TERMS = [f"<{BASE}{name}>" for name in SUBJECTS]
PREDICATES = [
    *(KG + name for name in ("outperforms", "usedFor", "supports", "states", "evidence")),
    *(RDF + name for name in ("subject", "predicate", "object")),
    PROV + "wasDerivedFrom",
]
OBJECTS = [*TERMS, *(f"<{p}>" for p in PREDICATES[:2]), *map(literal, ("a", "a <> .", " <>:<b> .", "\t"))]
LINES = st.lists(
    st.builds(triple, st.sampled_from(TERMS), st.sampled_from(PREDICATES).map("<{}>".format), st.sampled_from(OBJECTS)),
    max_size=30,
).map(sorted)


def union(found: Iterable[str]) -> list[str]:
    return sorted({f"{line.removesuffix(' .').rpartition(' ')[0]} ." for line in found})


def by_oracle() -> set[str]:
    """The quads of the example, each made where its graph is known: paper by paper."""
    read = papers()
    found: set[str] = set()
    said: set[str] = set()
    for paper, extraction in read:
        names = {line for entity in extraction.entities for line in entity_facts(resolve(entity))}
        found |= set(in_graph(names, NAMES))
        facts = set(facts_of(paper, extraction, resolve, sentence_at(paper))) - names
        found |= set(in_graph(facts, paper_graph(paper_iri(paper))))
        said |= facts
    # The plain edges come with their statements again; a paper has said them.
    found |= set(in_graph({*statement_facts(edges(read)), *agreement(read)} - said, STATEMENTS))
    return found | set(in_graph(build_facts("1.0", {"min_confidence": 0.0}, {"papers": len(read)}), BUILD))


def test_each_triple_lies_where_its_paper_put_it() -> None:
    found = list(quads(graph(papers())))
    assert set(found) == by_oracle()
    assert found == sorted(set(found))
    shared = Counter(union([line])[0] for line in found)
    assert {n for t, n in shared.items() if "#evaluatedOn>" in t and "/statement/" not in t} == {2}  # two papers say it
    claim = claim_iri(paper_iri(papers()[1][0]), "text", 0, len("Heron outperforms Gull on Shoreline."))
    assert any(line.startswith(f"<{claim}> <{DISPUTES}>") and line.endswith(f"<{STATEMENTS}> .") for line in found)


@given(LINES)
def test_all_graphs_together_are_the_triples(lines: list[str]) -> None:
    found = list(quads(lines))
    assert found == sorted(set(found))
    assert union(found) == sorted(set(lines))
    assert len(list(ox.parse("\n".join(found).encode(), format=ox.RdfFormat.N_QUADS))) == len(found)


def test_what_is_amiss_is_kept_and_nothing_is_made_up() -> None:
    method, other, claim = (f"<{BASE}{name}>" for name in ("method/a", "method/b", "claim/1"))
    alone = triple(method, f"<{KG}basedOn>", other)
    orphan = triple(claim, f"<{HEDGED}>", literal("true"))
    me, quote = f"<{BASE}statement/1>", f"<{BASE}paper/x/abstract#char=0,1>"
    ends = zip(("subject", "predicate", "object"), (other, f"<{KG}basedOn>", method), strict=True)
    stated = [triple(me, f"<{RDF}{end}>", term) for end, term in ends] + [triple(me, f"<{HAS_EVIDENCE}>", quote)]
    found = list(quads(sorted([alone, orphan, *stated])))
    assert set(found) == {*in_graph([alone, orphan], NAMES), *in_graph(stated, STATEMENTS)}


def triples(data: str) -> list[str]:
    """Lines of N-Triples as Oxigraph writes them."""
    return [f"{found.triple} ." for found in ox.parse(data, format=ox.RdfFormat.N_TRIPLES)]


def by_oxigraph(data: bytes, name: str) -> list[tuple[str, str]]:
    return [(f"{quad.triple} .", str(quad.graph_name)) for quad in ox.parse(io.BytesIO(data), format=FORMATS[name])]


def by_rdflib(data: bytes, name: str) -> list[tuple[str, str]]:
    rdflib.NORMALIZE_LITERALS = False  # as written: "007" stays "007"
    try:
        read = rdflib.Dataset()
        read.parse(data=data, format={"nq": "nquads"}.get(name, name))
        rows = ((rdflib.Graph().add(quad[:3]).serialize(format="nt"), quad[3]) for quad in read.quads())
        return [(triples(text)[0], f"<{graph_}>") for text, graph_ in rows]
    finally:
        rdflib.NORMALIZE_LITERALS = True


@pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")  # of RDFLib, of itself
@pytest.mark.parametrize("read", [by_oxigraph, by_rdflib])
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("lines", [hostile(), graph(papers())], ids=["hostile", "papers"])
def test_readers_find_the_same_graphs(
    tmp_path: Path, name: str, lines: list[str], read: Callable[[bytes, str], list[tuple[str, str]]]
) -> None:
    place = tmp_path / f"g.{name}"
    export.run(lines, place)
    found = read(place.read_bytes(), name)
    assert sorted(found) == sorted(by_oxigraph("\n".join(quads(lines)).encode(), "nq"))
    assert {line for line, _ in found} == set(triples("\n".join(lines)))


@pytest.mark.parametrize("name", FORMATS)
def test_the_sample_is_all_there(sample: kg.Graph, sample_dir: Path, tmp_path: Path, name: str) -> None:
    place = sample.save(tmp_path / f"g.{name}")
    by_graph: dict[str, set[str]] = defaultdict(set)
    for line, graph_ in by_oxigraph(place.read_bytes(), name):
        by_graph[graph_[1:-1]].add(line)
    turtle = {f"{t.triple} ." for t in ox.parse(path=str(sample_dir / "graph.ttl"))}
    assert set.union(*by_graph.values()) == turtle
    assert len(by_graph) == sample.stats()["Paper"] + 3
    assert not any(f"<{KG}evaluatedOn>" in line for line in by_graph[NAMES])  # each is stated by some paper
    named = {line for line in by_graph[NAMES] if f"<{RULE}>" in line or f"<{KG}quote>" in line}
    assert not named


def test_trig_is_for_people(tmp_path: Path) -> None:
    export.run(graph(papers()), tmp_path / "g.trig")
    text = (tmp_path / "g.trig").read_text(encoding="utf-8")
    home = paper_iri(papers()[0][0])
    assert f"\n<{home}#graph> {{\n    " in text
    graphs = [line[1 : line.index(">")] for line in text.splitlines() if line.endswith(" {")]
    assert graphs == sorted(graphs)
    assert text.count("\n}\n") == len(graphs) == len(papers()) + 3
