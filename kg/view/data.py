"""What a page shows, as frozen values, and how they are read from the triples of a graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from kg import vocab
from kg.ids import statement_iri
from kg.ntriples import split, text_of

NodeType = Literal["Method", "Task", "Dataset", "Benchmark", "Metric", "Paper"]
# In the order of the legend.
NODE_TYPES: tuple[NodeType, ...] = ("Method", "Task", "Dataset", "Benchmark", "Metric", "Paper")


# How an entity is tied to a thing elsewhere, and to the entity that it is a version or a size of.
LINKS = ("exactMatch", "closeMatch")
VARIANT_OF = "variantOf"


@dataclass(frozen=True, slots=True)
class Link:
    """A thing outside the graph: ``kind`` is exactMatch or closeMatch, ``url`` its IRI."""

    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class Node:
    """A paper or an entity. ``id`` is its IRI; ``year`` and ``url`` are a paper's.

    ``links`` lead to the same thing elsewhere; ``reasons`` are pairs of a name and why it is taken for this entity's.
    """

    id: str
    type: NodeType
    label: str
    aliases: tuple[str, ...] = ()
    year: int | None = None
    url: str | None = None
    links: tuple[Link, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A whole sentence of a paper (by the IRI of its node) and the rules that read a fact in it."""

    quote: str
    paper: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """A statement: two node IRIs, a short predicate (``outperforms``), belief in 0..1, support in papers."""

    id: str
    source: str
    target: str
    predicate: str
    belief: float = 1.0
    support: int = 1
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Ref:
    """What a result names: the text, and the IRI of the node where it is an entity of the graph."""

    text: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A reported number; ``value`` is as printed, ``kind`` is absolute or change."""

    id: str
    value: str
    paper: str
    quote: str = ""
    method: Ref | None = None
    dataset: Ref | None = None
    metric: Ref | None = None
    comparator: Ref | None = None
    unit: str = ""
    kind: str = "absolute"
    direction: str | None = None
    qualifier: str | None = None
    setting: str | None = None
    confidence: float = 1.0
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that asserts something; ``about`` and ``disputes`` are IRIs of nodes and of other claims."""

    id: str
    type: str
    text: str
    paper: str
    about: tuple[str, ...] = ()
    hedged: bool = False
    polarity: str = "positive"
    disputes: tuple[str, ...] = ()
    confidence: float = 1.0
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageGraph:
    """All that a page can show. The page is the same, byte for byte, whatever the order of the four tuples."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    results: tuple[Result, ...] = ()
    claims: tuple[Claim, ...] = ()


class _Subject(dict[str, list[str]]):
    """The triples of one subject that a page shows: the texts of the objects of each predicate."""

    def all(self, predicate: str) -> tuple[str, ...]:
        found = self.get(predicate, ())
        return tuple(sorted(set(found))) if len(found) > 1 else tuple(found)

    def one(self, predicate: str) -> str | None:
        found = self.get(predicate)
        return min(found) if found else None

    def number(self, predicate: str, default: float) -> float:
        try:
            return float(self.one(predicate) or default)
        except ValueError:
            return default


_Subjects = dict[str, _Subject]
_NODE_CLASS: dict[str, NodeType] = {vocab.PAPER: "Paper", **{iri: name for name, iri in vocab.ENTITY_CLASS.items()}}
_CLAIM_CLASS = {iri: name for name, iri in vocab.CLAIM_CLASS.items()}
# What of a graph a page shows: each such property as a term, and its IRI. Most of a graph is not here.
_SHOWN = {
    f"<{iri}>": iri
    for iri in (
        *(vocab.TYPE, vocab.QUOTE, vocab.RULE, vocab.HAS_EVIDENCE, vocab.BELIEF, vocab.SUPPORT, vocab.CONFIDENCE),
        *(vocab.TEXT, vocab.ABOUT, vocab.HEDGED, vocab.POLARITY, vocab.DISPUTES),
        *(vocab.VALUE, vocab.VALUE_TEXT, vocab.UNIT, vocab.KIND, vocab.DIRECTION, vocab.QUALIFIER, vocab.SETTING),
        *(vocab.METHOD, vocab.DATASET, vocab.METRIC, vocab.COMPARATOR),
        *(vocab.METHOD_TEXT, vocab.DATASET_TEXT, vocab.METRIC_TEXT, vocab.COMPARATOR_TEXT),
        *(vocab.RDF + name for name in ("subject", "predicate", "object")),
        *(vocab.SKOS + name for name in ("prefLabel", "altLabel", *LINKS)),
        *(vocab.DCTERMS + "title", vocab.DCTERMS + "issued", vocab.PROV + "wasDerivedFrom", vocab.KG + VARIANT_OF),
        *(vocab.SCHEMA + "url", vocab.FABIO + "hasArXivId", vocab.PRISM + "doi"),
    )
}


def from_triples(lines: Iterable[str]) -> PageGraph:
    """The page's values from N-Triples lines of a graph (the shape that :mod:`kg.vocab` documents).

    Whatever the order of the lines, the values are sorted by IRI. Subjects of other classes are passed over, and so is
    an edge whose ends are no nodes of the graph.

    Raises:
        KgError: a line has not the form of a triple (:func:`kg.ntriples.split`).

    >>> graph = from_triples([
    ...     f'<urn:a> <{vocab.TYPE}> <{vocab.ENTITY_CLASS["Method"]}> .',
    ...     f'<urn:a> <{vocab.SKOS}prefLabel> "LiVOS" .',
    ... ])
    >>> graph.nodes[0].type, graph.nodes[0].label
    ('Method', 'LiVOS')
    """
    subjects: _Subjects = defaultdict(_Subject)
    for subject, predicate, object_ in map(split, lines):
        if shown := _SHOWN.get(predicate):
            subjects[subject[1:-1]].setdefault(shown, []).append(text_of(object_))
    of_class: dict[str, list[str]] = defaultdict(list)
    for iri in sorted(subjects):
        for class_ in subjects[iri].all(vocab.TYPE):
            of_class[class_].append(iri)
    nodes = _nodes(subjects)
    known = {node.id for node in nodes}
    stated = [_edge(iri, subjects) for iri in of_class[vocab.STATEMENT]]
    edges = [*stated, *_variants(nodes, subjects, {(e.source, e.predicate, e.target) for e in stated})]
    return PageGraph(
        nodes=nodes,
        edges=tuple(edge for edge in edges if edge.source in known and edge.target in known),
        results=tuple(_result(iri, subjects, known) for iri in of_class[vocab.RESULT]),
        claims=tuple(_claim(iri, subjects, known) for iri in of_class[vocab.CLAIM]),
    )


def _nodes(subjects: _Subjects) -> tuple[Node, ...]:
    nodes = []
    for iri in sorted(subjects):
        subject = subjects[iri]
        types = [_NODE_CLASS[c] for c in subject.all(vocab.TYPE) if c in _NODE_CLASS]
        if types:
            nodes.append(_node(iri, types[0], subject))
    return tuple(nodes)


def _node(iri: str, type_: NodeType, subject: _Subject) -> Node:
    if type_ != "Paper":
        label = subject.one(vocab.SKOS + "prefLabel") or iri.rsplit("/", 1)[-1]
        aliases = tuple(a for a in subject.all(vocab.SKOS + "altLabel") if a != label)
        links = tuple(Link(kind, url) for kind in LINKS for url in subject.all(vocab.SKOS + kind))
        return Node(iri, type_, label, aliases, links=links)
    issued = (subject.one(vocab.DCTERMS + "issued") or "")[:4]
    return Node(
        iri,
        "Paper",
        subject.one(vocab.DCTERMS + "title") or iri.rsplit("/", 1)[-1],
        year=int(issued) if len(issued) == 4 and issued.isascii() and issued.isdigit() else None,
        url=_paper_url(subject),
    )


def _variants(nodes: Iterable[Node], subjects: _Subjects, stated: set[tuple[str, str, str]]) -> Iterator[Edge]:
    """The plain edges from an entity to what it is a variant of, where no statement is made of them."""
    predicate = vocab.KG + VARIANT_OF
    for node in nodes:
        for target in subjects[node.id].all(predicate):
            if (node.id, VARIANT_OF, target) not in stated:
                yield Edge(statement_iri(node.id, predicate, target), node.id, target, VARIANT_OF, support=0)


def with_reasons(graph: PageGraph, merges: Iterable[str]) -> PageGraph:
    r"""The graph with the reasons of its merges: lines of ``merges.tsv``, a header and a merge per line.

    A line of another shape, or of an entity that the graph does not hold, adds nothing.

    >>> graph = PageGraph((Node("urn:b", "Method", "BERT", ("Bert",)),))
    >>> head = "subject_label\tobject_id\tcomment"
    >>> with_reasons(graph, [head, "Bert\turn:b\tthe same but for case"]).nodes[0].reasons
    (('Bert', 'the same but for case'),)
    """
    lines = iter(merges)
    head = next(lines, "").rstrip("\r\n").split("\t")
    if not {"subject_label", "object_id", "comment"} <= set(head):
        return graph
    labels = {n.id: n.label for n in graph.nodes}
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for line in lines:
        row = dict(zip(head, line.rstrip("\r\n").split("\t"), strict=False))
        name, iri, why = (row.get(key, "") for key in ("subject_label", "object_id", "comment"))
        if why and iri in labels:
            found[iri].add((name, why))
    nodes = (replace(n, reasons=tuple(sorted(found[n.id]))) if n.id in found else n for n in graph.nodes)
    return replace(graph, nodes=tuple(nodes))


def _paper_url(subject: _Subject) -> str | None:
    url = subject.one(vocab.SCHEMA + "url")
    arxiv, doi = subject.one(vocab.FABIO + "hasArXivId"), subject.one(vocab.PRISM + "doi")
    return url or (f"https://arxiv.org/abs/{arxiv}" if arxiv else f"https://doi.org/{doi}" if doi else None)


def _evidence(iris: Iterable[str], subjects: _Subjects) -> tuple[Evidence, ...]:
    known = (subjects[iri] for iri in iris if iri in subjects)
    return tuple(
        Evidence(e.one(vocab.QUOTE) or "", e.one(vocab.PROV + "wasDerivedFrom") or "", e.all(vocab.RULE)) for e in known
    )


def _edge(iri: str, subjects: _Subjects) -> Edge:
    s = subjects[iri]
    return Edge(
        id=iri,
        source=s.one(vocab.RDF + "subject") or "",
        target=s.one(vocab.RDF + "object") or "",
        predicate=(s.one(vocab.RDF + "predicate") or "").removeprefix(vocab.KG),
        belief=s.number(vocab.BELIEF, 0.0),
        support=int(s.number(vocab.SUPPORT, 1)),
        evidence=_evidence(s.all(vocab.HAS_EVIDENCE), subjects),
    )


def _ref(s: _Subject, property_: str, text_property: str, subjects: _Subjects, known: set[str]) -> Ref | None:
    iri = s.one(property_)
    if iri is not None and iri in known:
        return Ref(subjects[iri].one(vocab.SKOS + "prefLabel") or iri.rsplit("/", 1)[-1], iri)
    text = s.one(text_property)
    return Ref(text) if text else None


def _result(iri: str, subjects: _Subjects, known: set[str]) -> Result:
    s = subjects[iri]
    quotes = [e.quote for e in _evidence(s.all(vocab.HAS_EVIDENCE), subjects)]
    return Result(
        id=iri,
        value=s.one(vocab.VALUE_TEXT) or s.one(vocab.VALUE) or "",
        paper=s.one(vocab.PROV + "wasDerivedFrom") or "",
        quote=quotes[0] if quotes else "",
        method=_ref(s, vocab.METHOD, vocab.METHOD_TEXT, subjects, known),
        dataset=_ref(s, vocab.DATASET, vocab.DATASET_TEXT, subjects, known),
        metric=_ref(s, vocab.METRIC, vocab.METRIC_TEXT, subjects, known),
        comparator=_ref(s, vocab.COMPARATOR, vocab.COMPARATOR_TEXT, subjects, known),
        unit=s.one(vocab.UNIT) or "",
        kind=s.one(vocab.KIND) or "absolute",
        direction=s.one(vocab.DIRECTION),
        qualifier=s.one(vocab.QUALIFIER),
        setting=s.one(vocab.SETTING),
        confidence=s.number(vocab.CONFIDENCE, 0.0),
        rules=s.all(vocab.RULE),
    )


def _claim(iri: str, subjects: _Subjects, known: set[str]) -> Claim:
    s = subjects[iri]
    types = [_CLAIM_CLASS[c] for c in s.all(vocab.TYPE) if c in _CLAIM_CLASS]
    return Claim(
        id=iri,
        type=types[0] if types else "claim",
        text=s.one(vocab.TEXT) or "",
        paper=s.one(vocab.PROV + "wasDerivedFrom") or "",
        about=tuple(a for a in s.all(vocab.ABOUT) if a in known),
        hedged=s.one(vocab.HEDGED) in {"true", "1"},
        polarity=s.one(vocab.POLARITY) or "positive",
        disputes=s.all(vocab.DISPUTES),
        confidence=s.number(vocab.CONFIDENCE, 0.0),
        rules=s.all(vocab.RULE),
    )
