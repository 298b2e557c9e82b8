"""A small graph whose names try to break out of every format."""

from __future__ import annotations

from decimal import Decimal

from kg import vocab
from kg.ids import BASE
from kg.ntriples import integer, literal, triple
from kg.vocab import DCTERMS, KG, PROV, RDF, SCHEMA, SKOS, XSD

PAPER = BASE + "paper/arxiv-2401.00001"
OLDER = BASE + "paper/text-00"
METHOD, OTHER = BASE + "method/a-1", BASE + "method/b-2"
DATASET = BASE + "dataset/c-3"
NAMES = {
    METHOD: "=cmd|' /C calc'!A0",
    OTHER: "quo\"te' \x01\x1b[31m\x85 </script><b>&amp;\u2028line\r\nnext",
    DATASET: "@SUM(1+1)\ttab;semi|bar, 日本 \U0001f600\\",
}
QUOTE = '-1 "We beat\n<it>" ]]> by 5%.\u2029'
EVIDENCE = PAPER + "/abstract#char=0,20"


def _terms() -> list[tuple[str, str, str]]:
    """Subject, predicate and object term of every triple but those of statements."""
    found = [
        (PAPER, vocab.TYPE, f"<{vocab.PAPER}>"),
        (PAPER, DCTERMS + "title", literal("\tA title")),
        (PAPER, DCTERMS + "issued", literal("2024-01-02", XSD + "date")),
        (PAPER, SCHEMA + "url", "<https://example.org/a?b=c&d=%22>"),
        (PAPER, vocab.VENUE, literal("+Venue")),
        (OLDER, vocab.TYPE, f"<{vocab.PAPER}>"),
        (OLDER, DCTERMS + "identifier", literal("x1")),
        (OLDER, DCTERMS + "issued", literal("2019", XSD + "gYear")),
        (METHOD, vocab.TYPE, f"<{KG}Method>"),
        (OTHER, vocab.TYPE, f"<{KG}Method>"),
        (DATASET, vocab.TYPE, f"<{KG}Dataset>"),
        (DATASET, SKOS + "altLabel", literal("=two")),
        (DATASET, SKOS + "altLabel", literal("one")),
        (EVIDENCE, vocab.TYPE, f"<{vocab.EVIDENCE}>"),
        (EVIDENCE, vocab.QUOTE, literal(QUOTE)),
        (EVIDENCE, vocab.START, integer(0)),
        (EVIDENCE, PROV + "wasDerivedFrom", f"<{PAPER}>"),
        (BASE + "claim/1", vocab.HEDGED, literal("true", XSD + "boolean")),
        (BASE + "claim/1", "http://example.org/other", literal("007", XSD + "integer")),
        (BASE + "claim/1", vocab.SUPPORT, literal("007", XSD + "integer")),
        (BASE + "claim/1", vocab.SUPPORT, literal("99999999999999999999", XSD + "integer")),
        (BASE + "claim/1", "http://example.org/other", '"Grüße"@de-AT'),
        (BASE + "claim/1", vocab.ABOUT, literal("not an IRI")),
        (BASE + "claim/1", vocab.TEXT, f"<{PAPER}>"),
        (BASE + "claim/1", vocab.TEXT, literal("@id")),
    ]
    return found + [(iri, SKOS + "prefLabel", literal(name)) for iri, name in NAMES.items()]


def _statement(number: int, source: str, predicate: str, target: str) -> list[tuple[str, str, str]]:
    me = f"{BASE}statement/{number}"
    return [
        (source, predicate, f"<{target}>"),
        (me, vocab.TYPE, f"<{vocab.STATEMENT}>"),
        (me, RDF + "subject", f"<{source}>"),
        (me, RDF + "predicate", f"<{predicate}>"),
        (me, RDF + "object", f"<{target}>"),
        (me, vocab.BELIEF, literal(str(Decimal(number) / 10), XSD + "decimal")),
        (me, vocab.SUPPORT, integer(number)),
        (me, vocab.HAS_EVIDENCE, f"<{EVIDENCE}>"),
    ]


EDGES = (
    (PAPER, KG + "uses", METHOD),
    (OLDER, KG + "mentions", METHOD),
    (METHOD, KG + "outperforms", OTHER),
    (METHOD, KG + "basedOn", OTHER),
    (METHOD, KG + "evaluatedOn", DATASET),
    (OTHER, KG + "outperforms", METHOD),
)


def lines() -> list[str]:
    """The sorted lines of the graph."""
    statements = [t for number, edge in enumerate(EDGES, 1) for t in _statement(number, *edge)]
    return sorted(triple(f"<{s}>", f"<{p}>", o) for s, p, o in _terms() + statements)
