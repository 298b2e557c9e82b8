from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kg import vocab
from kg.errors import KgError
from kg.ids import paper_iri
from kg.ntriples import Triple, iri, literal, parse, triple
from kg.validate import validate
from tests.graph.example import graph, papers, resolve

Lines = list[str]
SMALL = papers()[1:2]
HOME = paper_iri(SMALL[0][0])
GULL = resolve(SMALL[0][1].entities[0]).iri
DECIMAL, INTEGER = vocab.XSD + "decimal", vocab.XSD + "integer"


def write(place: Path, lines: Lines) -> Path:
    place.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return place


def test_the_example_conforms(tmp_path: Path) -> None:
    assert validate(write(tmp_path / "g.nt", graph(papers()))) == ()


def without(property_: str) -> Callable[[Lines], Lines]:
    return lambda lines: [line for line in lines if parse(line).predicate != f"<{property_}>"]


def instead(property_: str, *objects: str) -> Callable[[Lines], Lines]:
    """The first triple with the property has other objects."""

    def change(lines: Lines) -> Lines:
        old = next(line for line in lines if parse(line).predicate == f"<{property_}>")
        found = parse(old)
        return [x for x in lines if x != old] + [triple(found.subject, found.predicate, o) for o in objects]

    return change


def plus(class_: str, property_: str, object_: str) -> Callable[[Lines], Lines]:
    """The first node of the class has one more triple."""

    def change(lines: Lines) -> Lines:
        node = next(t.subject for t in map(parse, lines) if t == Triple(t.subject, f"<{vocab.TYPE}>", f"<{class_}>"))
        return [*lines, triple(node, f"<{property_}>", object_)]

    return change


def untyped(class_: str) -> Callable[[Lines], Lines]:
    return lambda lines: [line for line in lines if f"<{vocab.TYPE}> <{class_}>" not in line]


KG, METHOD = vocab.KG, vocab.ENTITY_CLASS["Method"]
BROKEN: dict[str, tuple[Callable[[Lines], Lines], str]] = {
    "paper without identifier": (without(vocab.DCTERMS + "identifier"), "dcterms:identifier"),
    "paper that is no article": (untyped(vocab.SCHEMA + "ScholarlyArticle"), "schema:ScholarlyArticle"),
    "paper with a year as number": (instead(vocab.DCTERMS + "issued", literal("2024", INTEGER)), "dcterms:issued"),
    "paper with a script for address": (plus(vocab.PAPER, vocab.SCHEMA + "url", "<javascript:x>"), "schema:url"),
    "paper that addresses a method": (plus(vocab.PAPER, KG + "addresses", iri(GULL)), "kg:addresses"),
    "entity without label": (without(vocab.SKOS + "prefLabel"), "skos:prefLabel"),
    "entity with two labels": (plus(METHOD, vocab.SKOS + "prefLabel", literal("x")), "skos:prefLabel"),
    "entity of two types": (plus(METHOD, vocab.TYPE, iri(vocab.ENTITY_CLASS["Task"])), "An entity has one type"),
    "statement of a thing about itself": (
        lambda x: [*x, *(triple(iri(KG + "x"), iri(vocab.RDF + end), iri(GULL)) for end in ("subject", "object"))],
        "two different ends",
    ),
    "method used for a method": (instead(vocab.RELATION_PROPERTY["evaluated_on"], iri(GULL)), "is evaluated on"),
    "edge without statement": (without(vocab.RDF + "predicate"), "Every plain edge has a statement"),
    "statement without edge": (without(vocab.RELATION_PROPERTY["outperforms"]), "The plain edge of a statement"),
    "statement without evidence": (without(vocab.HAS_EVIDENCE), "kg:evidence"),
    "statement with belief over 1": (instead(vocab.BELIEF, literal("1.1", DECIMAL)), "kg:belief"),
    "statement with belief under 0": (instead(vocab.BELIEF, literal("-0.1", DECIMAL)), "kg:belief"),
    "statement without support": (instead(vocab.SUPPORT, literal("0", INTEGER)), "kg:support"),
    "statement with an unknown predicate": (instead(vocab.RDF + "predicate", iri(KG + "likes")), "rdf:predicate"),
    "edge from a softened sentence": (
        lambda x: [line.replace('"false"', '"true"') for line in x],
        "What a sentence denies or softens",
    ),
    "edge from a denied sentence": (
        lambda x: [line.replace('"positive"', '"negative"') for line in x],
        "What a sentence denies or softens",
    ),
    "claim without text": (without(vocab.TEXT), "kg:text"),
    "claim without hedge": (without(vocab.HEDGED), "kg:hedged"),
    "claim with unknown polarity": (instead(vocab.POLARITY, literal("maybe")), "kg:polarity"),
    "claim of no kind": (untyped(vocab.CLAIM_CLASS["result"]), "exactly one of the six kinds"),
    "claim of two kinds": (plus(vocab.CLAIM, vocab.TYPE, iri(vocab.CLAIM_CLASS["theory"])), "one of the six kinds"),
    "claim that no paper states": (without(vocab.STATES), "stated by exactly one paper"),
    "claim without confidence": (without(vocab.CONFIDENCE), "kg:confidence"),
    "claim about a claim": (instead(vocab.ABOUT, iri(KG + "x")), "A claim is about"),
    "claim that disputes a paper": (plus(vocab.CLAIM, vocab.DISPUTES, iri(HOME)), "kg:disputes"),
    "result without printed value": (without(vocab.VALUE_TEXT), "kg:valueText"),
    "result with a number as text": (instead(vocab.VALUE, literal("69.8")), "kg:value"),
    "result with value and range": (
        plus(vocab.RESULT, vocab.VALUE_LOW, literal("1", DECIMAL)),
        "one number, or both ends",
    ),
    "result with half a range": (
        lambda x: [*instead(vocab.VALUE)(x), *plus(vocab.RESULT, vocab.VALUE_LOW, literal("1", DECIMAL))(x)[-1:]],
        "one number, or both ends",
    ),
    "paper that mentions a paper": (plus(vocab.PAPER, KG + "mentions", iri(HOME)), "mentions entities"),
    "result of unknown kind": (instead(vocab.KIND, literal("score")), "kg:kind"),
    "result with a method for metric": (instead(vocab.METRIC, iri(GULL)), "kg:metric"),
    "result without evidence": (without(vocab.HAS_EVIDENCE), "kg:evidence"),
    "evidence without quote": (without(vocab.QUOTE), "kg:quote"),
    "evidence that ends before it starts": (instead(vocab.START, literal("999", INTEGER)), "kg:start"),
    "evidence that starts before the text": (instead(vocab.START, literal("-1", INTEGER)), "kg:start"),
    "evidence with another quote": (instead(vocab.QUOTE, literal("short")), "as long as its range"),
    "evidence in an unknown field": (instead(vocab.FIELD, literal("body")), "kg:field"),
    "evidence of no paper": (without(vocab.PROV + "wasDerivedFrom"), "prov:wasDerivedFrom"),
    "build without version": (without(vocab.VERSION), "kg:version"),
    "build without vocabulary": (without(vocab.VOID + "vocabulary"), "names its vocabulary"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_violation_is_found(name: str, tmp_path: Path) -> None:
    change, expected = BROKEN[name]
    before = graph(SMALL)
    after = change(before)
    assert sorted(after) != before
    found = validate(write(tmp_path / "g.nt", after))
    assert any(expected in " ".join((v.path, v.message, v.node)) for v in found), found


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    with pytest.raises(KgError, match=r"pip install 'pyshacl"):
        validate(tmp_path / "g.ttl")


def test_what_is_no_turtle_is_named(tmp_path: Path) -> None:
    place = tmp_path / "g.ttl"
    place.write_text("this is no Turtle")
    with pytest.raises(KgError, match=r"g\.ttl: not RDF"):
        validate(place)
