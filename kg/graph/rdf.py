"""What was read out of one paper as triples.

Each node's IRI comes from its content, so writing twice changes nothing. Strings only: no
library's terms are made, only to be written out again.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from kg import vocab
from kg.graph.edges import Edge, EntityOf
from kg.graph.values import canonical, numbers_of
from kg.ids import build_iri, claim_iri, evidence_iri, evidence_span, paper_iri, result_iri
from kg.metrics import better
from kg.model import Claim, Extraction, Paper, ResolvedEntity, Result
from kg.ntriples import boolean, integer, iri, literal, share, triple, web_iri

if TYPE_CHECKING:
    import rdflib

_DATES = (
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "", "date"),
    (re.compile(r"[0-9]{4}-[0-9]{2}"), "-01", "gYearMonth"),
    (re.compile(r"[0-9]{4}"), "-01-01", "gYear"),
)
_PAGES = {
    "doi": "https://doi.org/",
    "arxiv": "https://arxiv.org/abs/",
    "openalex": "https://openalex.org/",
    "acl": "https://aclanthology.org/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
}
_SCHEMES = {"doi": "doi:", "arxiv": "arXiv:", "openalex": "openalex:", "acl": "acl:", "pmid": "pmid:"}


def _term(value: str) -> str:
    return f"<{value}>"  # only for IRIs from kg.ids and kg.vocab, whose characters are known


_T = {
    name: _term(getattr(vocab, name))
    for name in dir(vocab)
    if name.isupper() and isinstance(getattr(vocab, name), str) and ":" in getattr(vocab, name)
}
_A = _T["TYPE"]
_DERIVED = _term(vocab.PROV + "wasDerivedFrom")
_PREF, _ALT = _term(vocab.SKOS + "prefLabel"), _term(vocab.SKOS + "altLabel")


def own_facts(paper: Paper, extraction: Extraction, entity_of: EntityOf, edges: Iterable[Edge]) -> set[str]:
    """The triples about a paper, its claims, results and evidence, which no other paper has.

    They are lines of N-Triples without line ends; ``edges`` are those of the paper (:func:`~kg.graph.edges.edges_of`),
    whose evidence is written.
    """
    home = paper_iri(paper)
    lines: set[str] = set(_paper_lines(home, paper))
    nodes = {entity.name: entity_of(entity) for entity in extraction.entities}
    rules: defaultdict[str, set[str]] = defaultdict(set)
    for edge in edges:
        rules[edge.evidence].update(edge.rules)
    for claim in extraction.claims:
        rules[_claim_evidence(home, claim)].update(claim.rules)
        lines.update(_claim_lines(home, claim, paper.text_of(claim.field), nodes))
    # Many facts may lie in one sentence: it is written once.
    for evidence, read_by in rules.items():
        lines.update(_evidence_lines(home, paper, evidence, read_by))
    return lines


def _claim_evidence(home: str, claim: Claim) -> str:
    return evidence_iri(home, claim.field, claim.start, claim.end)


def entity_facts(entity: ResolvedEntity) -> list[str]:
    """The type and all names of an entity as sorted lines; of a metric also which way is better, where that is known.

    >>> from kg.ids import entity_iri
    >>> len(entity_facts(ResolvedEntity(entity_iri("Metric", "f1"), "Metric", "F1", ("F1 score",))))
    4
    """
    me = _term(entity.iri)
    lines = {f"{me} {_A} {_CLASS[entity.type]} .", f"{me} {_PREF} {literal(entity.label)} ."}
    lines.update(f"{me} {_ALT} {literal(name)} ." for name in entity.alt_labels if name != entity.label)
    if entity.type == "Metric" and (way := better(entity.label)):
        lines.add(triple(me, _T["BETTER"], literal(way)))
    return sorted(lines)


_CLASS = {type_: _term(class_) for type_, class_ in vocab.ENTITY_CLASS.items()}


def issued(date: str) -> str:
    """A date at the precision that it has, typed; one that is no date is kept as plain text.

    >>> issued("2024-11").split("#")[1], issued("2024-13")
    ('gYearMonth>', '"2024-13"')
    """
    for form, rest, datatype in _DATES:
        if form.fullmatch(date):
            try:
                datetime.date.fromisoformat(date + rest)
            except ValueError:
                break
            return literal(date, vocab.XSD + datatype)
    return literal(date)


def _paper_lines(home: str, paper: Paper) -> Iterator[str]:
    me = _term(home)
    for class_ in vocab.PAPER_CLASSES:
        yield triple(me, _A, _term(class_))
    known = {name: value for name in _PAGES if (value := getattr(paper.ids, name))}
    texts = (
        (vocab.DCTERMS + "title", [paper.title] if paper.title else []),
        (vocab.DCTERMS + "identifier", [paper.id, *(_SCHEMES[name] + value for name, value in known.items())]),
        (vocab.FABIO + "hasArXivId", [known["arxiv"]] if "arxiv" in known else []),
        (vocab.PRISM + "doi", [known["doi"]] if "doi" in known else []),
        (vocab.AUTHOR, paper.authors),
        (vocab.VENUE, [paper.venue] if paper.venue else []),
    )
    for property_, values in texts:
        for value in values:
            yield triple(me, _term(property_), literal(value))
    if paper.date:
        yield triple(me, _term(vocab.DCTERMS + "issued"), issued(paper.date))
    count = paper.author_count if paper.author_count is not None else len(paper.authors)
    if count:
        yield triple(me, _T["AUTHOR_COUNT"], integer(count))
    if paper.url and (page := web_iri(paper.url)):
        yield triple(me, _term(vocab.SCHEMA + "url"), page)
    for name, value in known.items():
        yield triple(me, _term(vocab.SCHEMA + "sameAs"), iri(_PAGES[name] + value))


def _evidence_lines(home: str, paper: Paper, evidence: str, rules: Iterable[str]) -> Iterator[str]:
    span = evidence_span(evidence)
    me = _term(evidence)
    for class_ in vocab.EVIDENCE_CLASSES:
        yield triple(me, _A, _term(class_))
    yield triple(me, _T["QUOTE"], literal(paper.text_of(span.field)[span.start : span.end]))
    yield triple(me, _T["START"], integer(span.start))
    yield triple(me, _T["END"], integer(span.end))
    yield triple(me, _T["FIELD"], literal(span.field))
    yield triple(me, _DERIVED, _term(home))
    for rule in rules:
        yield triple(me, _T["RULE"], literal(rule))


def _claim_lines(home: str, claim: Claim, text: str, nodes: dict[str, ResolvedEntity]) -> Iterator[str]:
    claim_node = claim_iri(home, claim.field, claim.start, claim.end)
    evidence = _claim_evidence(home, claim)
    me = _term(claim_node)
    yield triple(_term(home), _T["STATES"], me)
    for class_ in (*vocab.CLAIM_CLASSES, vocab.CLAIM_CLASS[claim.type]):
        yield triple(me, _A, _term(class_))
    yield triple(me, _T["TEXT"], literal(text[claim.start : claim.end]))
    yield triple(me, _T["HEDGED"], boolean(claim.hedged))
    yield triple(me, _T["POLARITY"], literal(claim.polarity))
    subject = nodes.get(claim.subject or "")
    if subject or claim.subject == "paper":
        yield triple(me, _T["ABOUT"], _term(subject.iri if subject else home))
    yield from _provenance(me, home, evidence, claim.confidence, claim.rules)
    for result in claim.results:
        result_node = _result_node(claim_node, result)
        yield triple(me, _T["REPORTS"], _term(result_node))
        yield from _result_lines(_term(result_node), result, nodes)
        yield from _provenance(_term(result_node), home, evidence, result.confidence, result.rules)


def _result_node(claim_node: str, result: Result) -> str:
    said = (getattr(result, name) for name in _RESULT_CONTENT)
    return result_iri(claim_node, *("" if value is None else f"={value}" for value in said))


_RESULT_CONTENT = tuple(name for name in Result.__slots__ if name not in ("confidence", "rules"))


def _result_lines(me: str, result: Result, nodes: dict[str, ResolvedEntity]) -> Iterator[str]:
    for class_ in vocab.RESULT_CLASSES:
        yield triple(me, _A, _term(class_))
    for slot, (to_entity, to_text, types) in vocab.RESULT_SLOTS.items():
        name: str | None = getattr(result, slot)
        node = nodes.get(name or "")
        if node and node.type in types:
            yield triple(me, _term(to_entity), _term(node.iri))
        elif name:
            yield triple(me, _term(to_text), literal(name))
    numbers = [literal(canonical(n), vocab.XSD + "decimal") for n in numbers_of(result.value)]
    for property_, number in zip(_NUMBER_PROPERTIES[len(numbers)], numbers, strict=True):
        yield triple(me, property_, number)
    for name, property_ in _RESULT_TEXTS:
        if text := getattr(result, name):
            yield triple(me, property_, literal(text))
    metric = nodes.get(result.metric or "")
    if way := better(metric.label if metric and metric.type == "Metric" else result.metric or ""):
        yield triple(me, _T["BETTER"], literal(way))
    if result.start is not None and result.end is not None:
        yield triple(me, _T["START"], integer(result.start))
        yield triple(me, _T["END"], integer(result.end))


_RESULT_TEXTS = (
    ("value", _T["VALUE_TEXT"]),
    ("kind", _T["KIND"]),
    ("unit", _T["UNIT"]),
    ("direction", _T["DIRECTION"]),
    ("qualifier", _T["QUALIFIER"]),
    ("setting", _T["SETTING"]),
)
_NUMBER_PROPERTIES = ((), (_T["VALUE"],), (_T["VALUE_LOW"], _T["VALUE_HIGH"]))


def _provenance(me: str, home: str, evidence: str, confidence: float, rules: tuple[str, ...]) -> Iterator[str]:
    yield triple(me, _T["HAS_EVIDENCE"], _term(evidence))
    yield triple(me, _T["CONFIDENCE"], share(confidence))
    yield triple(me, _DERIVED, _term(home))
    for rule in rules:
        yield triple(me, _T["RULE"], literal(rule))


def to_rdflib(lines: Iterable[str]) -> rdflib.Graph:
    """Lines of N-Triples as an RDFLib graph in memory, with the project's prefixes.

    >>> len(to_rdflib(["<http://e/a> <http://e/b> <http://e/c> ."]))
    1
    """
    from rdflib import Graph

    graph = Graph(bind_namespaces="none")
    for prefix, namespace in vocab.PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph.parse(data="".join(line + "\n" for line in lines), format="nt")


def build_facts(version: str, settings: Mapping[str, object], counts: Mapping[str, int]) -> list[str]:
    """The one node that describes a build, as sorted lines: what was counted (:data:`kg.vocab.COUNT_PROPERTY`) and how.

    Raises:
        KeyError: ``counts`` has a name that :data:`kg.vocab.COUNT_PROPERTY` does not.

    >>> len(build_facts("1.0", {"min_confidence": 0.0}, {"papers": 3}))
    7
    """
    parameters = [f"{name}={value}" for name, value in sorted(settings.items())]
    me = _term(build_iri(version, *parameters, *(f"{name}={count}" for name, count in sorted(counts.items()))))
    lines = {triple(me, _A, _term(class_)) for class_ in vocab.BUILD_CLASSES}
    lines.add(triple(me, _T["VERSION"], literal(version)))
    lines.add(triple(me, _term(vocab.VOID + "vocabulary"), _term(vocab.KG)))
    lines.update(triple(me, _T["PARAMETER"], literal(parameter)) for parameter in parameters)
    lines.update(triple(me, _term(vocab.COUNT_PROPERTY[name]), integer(count)) for name, count in counts.items())
    return sorted(lines)
