from __future__ import annotations

import json
from pathlib import Path

import pytest
import rdflib

from kg import ontologies, vocab
from kg.errors import KgError
from kg.graph.rdf import to_rdflib
from kg.ids import BASE
from kg.ontologies import FILES, ontology
from tests.graph.example import graph, papers
from tests.test_vocab import constants


def test_all_files_are_found() -> None:
    assert [ontology(name).name for name in FILES] == list(FILES)


def test_the_package_comes_before_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, beside = tmp_path / "kg" / "ontologies", tmp_path / "ontologies"
    for folder in (inside, beside):
        folder.mkdir(parents=True)
    (beside / "kg.ttl").touch()
    monkeypatch.setattr(ontologies, "_PLACES", (inside, beside))
    assert ontology("kg.ttl") == beside / "kg.ttl"
    (inside / "kg.ttl").touch()
    assert ontology("kg.ttl") == inside / "kg.ttl"
    with pytest.raises(KgError, match=r"shapes.ttl is not in .*ontologies or .*ontologies"):
        ontology("shapes.ttl")


def _context() -> dict[str, object]:
    found: dict[str, object] = json.loads(ontology("context.jsonld").read_text())["@context"]
    return found


def test_the_context_has_every_term_and_the_prefix_of_every_vocabulary() -> None:
    # Prefixes of nodes (method:, dataset:) would hide the properties of the same names.
    context = _context()
    prefixes = {p: n for p, n in vocab.PREFIXES.items() if n == vocab.KG or not n.startswith(BASE)}
    assert {p: context[p] for p in prefixes} == prefixes
    for term in constants():
        name = term.removeprefix(vocab.KG)
        value = context[name]
        assert (value["@id"] if isinstance(value, dict) else value) == f"kg:{name}"


def test_the_context_types_values_as_the_vocabulary_does() -> None:
    declared = rdflib.Graph().parse(ontology("kg.ttl"))
    for name, value in _context().items():
        term = rdflib.URIRef(vocab.KG + name)
        if (term, rdflib.RDF.type, rdflib.OWL.ObjectProperty) in declared:
            assert value == {"@id": f"kg:{name}", "@type": "@id"}
        elif (term, rdflib.RDF.type, rdflib.OWL.DatatypeProperty) in declared:
            datatype = str(next(declared.objects(term, rdflib.RDFS.range))).removeprefix(vocab.XSD)
            assert value == (
                f"kg:{name}" if datatype == "string" else {"@id": f"kg:{name}", "@type": f"xsd:{datatype}"}
            )


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_a_graph_comes_back_from_json_ld_with_this_context() -> None:
    before = to_rdflib(graph(papers()))
    text = before.serialize(format="json-ld", context=_context(), auto_compact=False)
    assert '"kg:quote"' in text or '"quote"' in text
    after = rdflib.Graph().parse(data=text, format="json-ld")
    assert set(after) == set(before)
