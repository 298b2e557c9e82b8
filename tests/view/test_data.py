from __future__ import annotations

import pytest

from kg import vocab
from kg.errors import KgError
from kg.ids import BASE
from kg.view.data import Claim, Edge, Evidence, Link, Node, PageGraph, Ref, Result, from_triples, with_reasons

P, M, D = BASE + "paper/p", BASE + "method/m", BASE + "dataset/d"
EVIDENCE = P + "/abstract#char=0,40"


def line(subject: str, predicate: str, object_: str, *, literal: bool = True) -> str:
    if not literal:
        return f"<{subject}> <{predicate}> <{object_}> ."
    escaped = object_.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'<{subject}> <{predicate}> "{escaped}" .'


def typed(subject: str, class_: str) -> str:
    return line(subject, vocab.TYPE, class_, literal=False)


LINES = [
    typed(P, vocab.PAPER),
    typed(P, vocab.FABIO + "ResearchPaper"),
    line(P, vocab.DCTERMS + "title", 'A "quoted"\ntitle'),
    line(P, vocab.DCTERMS + "issued", "2021-03"),
    line(P, vocab.FABIO + "hasArXivId", "2103.00001"),
    typed(M, vocab.ENTITY_CLASS["Method"]),
    line(M, vocab.SKOS + "prefLabel", "Mellow"),
    line(M, vocab.SKOS + "altLabel", "MLW"),
    line(M, vocab.SKOS + "altLabel", "Mellow"),
    typed(D, vocab.ENTITY_CLASS["Dataset"]),
    line(D, vocab.SKOS + "prefLabel", "Dune"),
    typed(BASE + "statement/1", vocab.STATEMENT),
    line(BASE + "statement/1", vocab.RDF + "subject", M, literal=False),
    line(BASE + "statement/1", vocab.RDF + "predicate", vocab.KG + "evaluatedOn", literal=False),
    line(BASE + "statement/1", vocab.RDF + "object", D, literal=False),
    f'<{BASE}statement/1> <{vocab.BELIEF}> "0.81"^^<{vocab.XSD}decimal> .',
    f'<{BASE}statement/1> <{vocab.SUPPORT}> "1"^^<{vocab.XSD}integer> .',
    line(BASE + "statement/1", vocab.HAS_EVIDENCE, EVIDENCE, literal=False),
    typed(EVIDENCE, vocab.EVIDENCE),
    line(EVIDENCE, vocab.QUOTE, "Mellow reaches 81.5 F1 on Dune."),
    line(EVIDENCE, vocab.RULE, "rule.a"),
    line(EVIDENCE, vocab.PROV + "wasDerivedFrom", P, literal=False),
    typed(BASE + "result/1", vocab.RESULT),
    line(BASE + "result/1", vocab.METHOD, M, literal=False),
    line(BASE + "result/1", vocab.DATASET, D, literal=False),
    line(BASE + "result/1", vocab.METRIC_TEXT, "F1"),
    line(BASE + "result/1", vocab.VALUE_TEXT, "81.5"),
    line(BASE + "result/1", vocab.KIND, "absolute"),
    line(BASE + "result/1", vocab.HAS_EVIDENCE, EVIDENCE, literal=False),
    line(BASE + "result/1", vocab.PROV + "wasDerivedFrom", P, literal=False),
    line(BASE + "result/1", vocab.CONFIDENCE, "0.7"),
    typed(BASE + "claim/1", vocab.CLAIM),
    typed(BASE + "claim/1", vocab.CLAIM_CLASS["result"]),
    line(BASE + "claim/1", vocab.TEXT, "Mellow reaches 81.5 F1 on Dune."),
    line(BASE + "claim/1", vocab.ABOUT, M, literal=False),
    line(BASE + "claim/1", vocab.HEDGED, "true"),
    line(BASE + "claim/1", vocab.POLARITY, "negative"),
    line(BASE + "claim/1", vocab.CONFIDENCE, "0.6"),
    line(BASE + "claim/1", vocab.PROV + "wasDerivedFrom", P, literal=False),
]
QUOTE = "Mellow reaches 81.5 F1 on Dune."
EXPECTED = PageGraph(
    nodes=(
        Node(D, "Dataset", "Dune"),
        Node(M, "Method", "Mellow", ("MLW",)),
        Node(P, "Paper", 'A "quoted"\ntitle', (), 2021, "https://arxiv.org/abs/2103.00001"),
    ),
    edges=(Edge(BASE + "statement/1", M, D, "evaluatedOn", 0.81, 1, (Evidence(QUOTE, P, ("rule.a",)),)),),
    results=(Result(BASE + "result/1", "81.5", P, QUOTE, Ref("Mellow", M), Ref("Dune", D), Ref("F1"), confidence=0.7),),
    claims=(Claim(BASE + "claim/1", "result", QUOTE, P, (M,), hedged=True, polarity="negative", confidence=0.6),),
)


def test_every_value_is_read_from_triples() -> None:
    assert from_triples(LINES) == EXPECTED


def test_the_order_of_the_lines_does_not_matter() -> None:
    assert from_triples(reversed(LINES)) == EXPECTED
    assert from_triples(sorted(LINES)) == EXPECTED


def test_an_edge_without_both_its_nodes_is_left_out() -> None:
    assert from_triples([x for x in LINES if not x.startswith(f"<{D}>")]).edges == ()


def test_a_line_that_is_no_triple_is_named() -> None:
    with pytest.raises(KgError, match=r"not a triple.*oops"):
        from_triples([LINES[0], "<urn:a> <urn:b> oops ."])


def test_escapes() -> None:
    graph = from_triples(
        [
            typed(M, vocab.ENTITY_CLASS["Method"]),
            f'<{M}> <{vocab.SKOS}prefLabel> "\\u00e9\\U0001F600\\\\n" .',
        ]
    )
    assert graph.nodes[0].label == "é😀\\n"


def test_variants_and_links_to_the_outside() -> None:
    plain = [
        *LINES,
        typed(M + "-large", vocab.ENTITY_CLASS["Method"]),
        line(M + "-large", vocab.SKOS + "prefLabel", "L"),
    ]
    variant = line(M + "-large", vocab.KG + "variantOf", M, literal=False)
    links = [
        line(M, vocab.SKOS + "closeMatch", "http://example.org/b", literal=False),
        line(M, vocab.SKOS + "exactMatch", "https://example.org/a", literal=False),
    ]
    graph = from_triples([*plain, variant, *links])
    found = next(e for e in graph.edges if e.predicate == "variantOf")
    assert (found.source, found.target, found.evidence) == (M + "-large", M, ())
    assert next(n for n in graph.nodes if n.id == M).links == (
        Link("exactMatch", "https://example.org/a"),
        Link("closeMatch", "http://example.org/b"),
    )
    statement = BASE + "statement/2"
    stated = [
        typed(statement, vocab.STATEMENT),
        line(statement, vocab.RDF + "subject", M + "-large", literal=False),
        line(statement, vocab.RDF + "predicate", vocab.KG + "variantOf", literal=False),
        line(statement, vocab.RDF + "object", M, literal=False),
    ]
    again = from_triples([*plain, variant, *stated])
    assert [e.id for e in again.edges if e.predicate == "variantOf"] == [statement], "one edge, not two"


def test_the_reasons_of_merges_are_read_from_their_table() -> None:
    head = "subject_label\tpredicate_id\tobject_id\tobject_label\tcomment\tpapers\n"
    rows = [
        f"MLW\tskos:exactMatch\t{M}\tMellow\tabbreviation explained in its paper\t2\n",
        f"mellow\tskos:exactMatch\t{M}\tMellow\tthe same but for case\t1\n",
        "x\tskos:exactMatch\turn:gone\tGone\tno such entity\t1\n",
        "cut off\n",
    ]
    graph = with_reasons(EXPECTED, [head, *rows])
    reasons = {n.id: n.reasons for n in graph.nodes}
    assert reasons[M] == (("MLW", "abbreviation explained in its paper"), ("mellow", "the same but for case"))
    assert reasons[D] == reasons[P] == ()
    assert with_reasons(EXPECTED, []) == with_reasons(EXPECTED, ["another\ttable", "a\tb"]) == EXPECTED
