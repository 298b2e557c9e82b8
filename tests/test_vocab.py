from __future__ import annotations

import re

import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from kg import vocab
from kg.model import CLAIM_TYPES, ENTITY_TYPES, RELATION_TYPES, ROLES
from kg.ontologies import ontology

ALIGNMENTS = (
    RDFS.subClassOf,
    RDFS.subPropertyOf,
    SKOS.closeMatch,
    SKOS.relatedMatch,
    SKOS.broadMatch,
    SKOS.exactMatch,
)
DOMAIN = (RDFS.domain, rdflib.URIRef(vocab.SCHEMA + "domainIncludes"))
RANGE = (RDFS.range, rdflib.URIRef(vocab.SCHEMA + "rangeIncludes"))


@pytest.fixture(scope="module")
def declared() -> rdflib.Graph:
    return rdflib.Graph().parse(ontology("kg.ttl"))


def terms(graph: rdflib.Graph) -> set[str]:
    return {str(s) for s in graph.subjects() if str(s).startswith(vocab.KG) and str(s) != vocab.KG}


def constants() -> set[str]:
    """Every IRI of the project's namespace in kg/vocab.py, in tables too."""
    found: set[str] = set()

    def walk(value: object) -> None:
        if isinstance(value, str) and value.startswith(vocab.KG) and value != vocab.KG:
            found.add(value)
        elif isinstance(value, dict):
            for item in value.values():
                walk(item)
        elif isinstance(value, (tuple, frozenset)):
            for item in value:
                walk(item)

    for name, value in vars(vocab).items():
        if name.isupper():
            walk(value)
    return found


def test_constants_and_declared_terms_are_the_same(declared: rdflib.Graph) -> None:
    assert constants() == terms(declared)


def test_the_docstring_names_every_term_that_is_written() -> None:
    named = set(re.findall(r"kg:(\w+)", vocab.__doc__ or ""))
    written = {t.removeprefix(vocab.KG) for t in constants()}
    by_table = {t.removeprefix(vocab.KG) for t in (*vocab.CLAIM_CLASS.values(), *vocab.ENTITY_CLASS.values())}
    by_table |= {t.removeprefix(vocab.KG) for t in (*vocab.ROLE_PROPERTY.values(), *vocab.RELATION_PROPERTY.values())}
    by_table |= {f"{n}Text" for n in ("method", "dataset", "metric", "comparator")} | {"Entity"}
    assert written - named - by_table == set()
    assert named - written - {"ROLE", "RELATION"} == set()


def test_every_term_has_label_definition_and_alignment(declared: rdflib.Graph) -> None:
    for term in map(rdflib.URIRef, sorted(terms(declared))):
        assert len(list(declared.objects(term, RDFS.label))) == 1, term
        assert len(list(declared.objects(term, RDFS.comment))) == 1, term
        foreign = [o for p in ALIGNMENTS for o in declared.objects(term, p)]
        assert foreign, term
        is_class = (term, RDF.type, OWL.Class) in declared
        assert is_class or len([o for p in DOMAIN for o in declared.objects(term, p)]) >= 1, term
        assert is_class or len([o for p in RANGE for o in declared.objects(term, p)]) >= 1, term


def test_every_term_leads_out_of_the_vocabulary(declared: rdflib.Graph) -> None:
    """Its own alignment, or that of the term it specialises, names a term of a vocabulary in use."""

    def leads(term: rdflib.term.Node) -> bool:
        named = [o for p in ALIGNMENTS for o in declared.objects(term, p)]
        return any(not str(o).startswith(vocab.KG) for o in named) or any(map(leads, named))

    assert [t for t in terms(declared) if not leads(rdflib.URIRef(t))] == []


def test_domains_and_ranges_are_those_that_the_code_checks(declared: rdflib.Graph) -> None:
    def ends(term: str, properties: tuple[rdflib.URIRef, ...]) -> set[str]:
        found = {str(o).removeprefix(vocab.KG) for p in properties for o in declared.objects(rdflib.URIRef(term), p)}
        return set(ENTITY_TYPES) if found == {"Entity"} else found

    for relation in RELATION_TYPES:
        heads, tails = vocab.RELATION_ENDS[relation]
        assert ends(vocab.RELATION_PROPERTY[relation], DOMAIN) == heads
        assert ends(vocab.RELATION_PROPERTY[relation], RANGE) == tails
    for role in ROLES:
        assert ends(vocab.ROLE_PROPERTY[role], DOMAIN) == {"Paper"}
        assert ends(vocab.ROLE_PROPERTY[role], RANGE) == vocab.ROLE_ENDS[role]
    for property_, text, types in vocab.RESULT_SLOTS.values():
        assert ends(property_, RANGE) == types
        assert ends(text, RANGE) == {vocab.XSD + "string"}


def test_every_kind_has_its_term() -> None:
    assert set(vocab.ENTITY_CLASS) == set(ENTITY_TYPES)
    assert set(vocab.CLAIM_CLASS) == set(CLAIM_TYPES)
    assert set(vocab.ROLE_PROPERTY) == set(vocab.ROLE_ENDS) == set(ROLES)
    assert set(vocab.RELATION_PROPERTY) == set(vocab.RELATION_ENDS) == set(RELATION_TYPES)
