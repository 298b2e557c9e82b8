"""The plain edges of one paper, each with the sentence that shows it, and why others are not written.

A plain edge is written only if the types of its resolved ends fit (:data:`kg.vocab.RELATION_ENDS`), if its ends differ,
and if a sentence asserts it: one that denies or softens it stays a claim. What is not written is handed to ``refused``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from kg import vocab
from kg.ids import evidence_iri, paper_iri
from kg.model import (
    ROLES,
    Claim,
    ClaimType,
    Entity,
    Extraction,
    FieldName,
    Paper,
    Relation,
    ResolvedEntity,
    Role,
    Span,
)

EntityOf: TypeAlias = Callable[[Entity], ResolvedEntity]
SentenceAt: TypeAlias = Callable[[FieldName, int], Span]


@dataclass(frozen=True, slots=True)
class Edge:
    """A plain edge as one sentence of one paper gives it; all ends are IRIs, ``confidence`` is from 0 to 1."""

    subject: str
    predicate: str
    object: str
    paper: str
    confidence: float
    evidence: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A fact that was read but not written (``head relation tail``), and why."""

    paper: str
    fact: str
    why: str


Refuse: TypeAlias = Callable[[Refusal], None]

# Where a role is best shown: the claims whose sentences say it.
_ROLE_CLAIMS: dict[Role, frozenset[ClaimType]] = {
    "proposed": frozenset({"contribution", "resource"}),
    "evaluated_on": frozenset({"result", "finding"}),
    "compared": frozenset({"result", "finding"}),
    "measured": frozenset({"result", "finding"}),
    "addressed": frozenset({"contribution", "result"}),
    "used": frozenset({"contribution", "result", "finding", "theory"}),
    "mentioned": frozenset(),
}


def ignore(_: Refusal) -> None:
    """Forget a refusal."""


def edges_of(
    paper: Paper,
    extraction: Extraction,
    entity_of: EntityOf,
    sentence_at: SentenceAt,
    *,
    refused: Refuse = ignore,
) -> Iterator[Edge]:
    """Every plain edge of a paper, once for each sentence that shows it.

    ``entity_of`` gives the node of an entity, ``sentence_at`` the sentence that holds an offset of a field.

    Where two entities of the paper are one node, the node has the stronger of their roles. A role whose property does
    not fit the resolved type is weakened to ``mentions``, and that is handed to ``refused`` too.
    """
    home = paper_iri(paper)
    nodes = [entity_of(entity) for entity in extraction.entities]
    yield from _role_edges(home, extraction, nodes, sentence_at, refused)
    yield from _relation_edges(home, extraction, nodes, sentence_at, refused)


def _role_edges(
    home: str, extraction: Extraction, resolved: list[ResolvedEntity], sentence_at: SentenceAt, refused: Refuse
) -> Iterator[Edge]:
    nodes: dict[str, tuple[Role, list[Entity]]] = {}
    for entity, node in zip(extraction.entities, resolved, strict=True):
        role = entity.role
        if not entity.mentions:
            refused(Refusal(home, f"{role} {entity.name}", "no mention shows it"))
            continue
        if node.type not in vocab.ROLE_ENDS[role]:
            refused(Refusal(home, f"{role} {entity.name}", f"a {node.type} cannot be {role}; written as mentioned"))
            role = "mentioned"
        known = nodes.setdefault(node.iri, (role, []))
        nodes[node.iri] = (min(known[0], role, key=ROLES.index), [*known[1], entity])
    for node_iri, (role, entities) in nodes.items():
        confidence = max(e.confidence for e in entities)
        rules = tuple(sorted({rule for e in entities for rule in e.rules}))
        for span in _shown_by(role, entities, extraction.claims, sentence_at):
            evidence = evidence_iri(home, span.field, span.start, span.end)
            yield Edge(home, vocab.ROLE_PROPERTY[role], node_iri, home, confidence, evidence, rules)


def _shown_by(role: Role, entities: list[Entity], claims: tuple[Claim, ...], sentence_at: SentenceAt) -> list[Span]:
    """The sentence of the first mention, and that of the first mention in a claim of the kind that gives the role."""
    mentions = sorted((m for e in entities for m in e.mentions), key=lambda m: (m.field != "title", m.start, m.end))
    places = [mentions[0]]
    telling = [c for c in claims if c.type in _ROLE_CLAIMS[role]]
    places += [m for m in mentions if any(c.field == m.field and c.start <= m.start < c.end for c in telling)][:1]
    return list(dict.fromkeys(sentence_at(m.field, m.start) for m in places))


def _relation_edges(
    home: str, extraction: Extraction, resolved: list[ResolvedEntity], sentence_at: SentenceAt, refused: Refuse
) -> Iterator[Edge]:
    nodes = {entity.name: node for entity, node in zip(extraction.entities, resolved, strict=True)}
    for relation in extraction.relations:
        head, tail = nodes.get(relation.head), nodes.get(relation.tail)
        why = _fault(relation, head, tail, extraction.claims)
        if why or head is None or tail is None:
            refused(Refusal(home, f"{relation.head} {relation.type} {relation.tail}", why))
            continue
        span = sentence_at(relation.evidence.field, relation.evidence.start)
        evidence = evidence_iri(home, span.field, span.start, span.end)
        predicate = vocab.RELATION_PROPERTY[relation.type]
        yield Edge(head.iri, predicate, tail.iri, home, relation.confidence, evidence, tuple(sorted(relation.rules)))


def _fault(
    relation: Relation, head: ResolvedEntity | None, tail: ResolvedEntity | None, claims: tuple[Claim, ...]
) -> str:
    if head is None or tail is None:
        return "no entity of the paper has this name"
    heads, tails = vocab.RELATION_ENDS[relation.type]
    if head.type not in heads or tail.type not in tails:
        return f"{head.type} {relation.type} {tail.type} is not allowed"
    if head.iri == tail.iri:
        return "both ends are one entity"
    claim = claim_at(relation.evidence, claims)
    if claim is not None and (claim.hedged or claim.polarity == "negative"):
        return "the sentence denies it" if claim.polarity == "negative" else "the sentence softens it"
    return ""


def claim_at(span: Span, claims: tuple[Claim, ...]) -> Claim | None:
    """The claim that a range of the text lies in, or None."""
    for claim in claims:
        if claim.field == span.field and claim.start < span.end and span.start < claim.end:
            return claim
    return None


def edge_line(edge: Edge) -> str:
    r"""An edge as one line that sorts by subject, predicate, object, paper, evidence.

    >>> edge_line(Edge("s", "p", "o", "paper", 0.5, "e", ("r1",)))
    's\tp\to\tpaper\te\t0.5\t["r1"]'
    """
    ends = (edge.subject, edge.predicate, edge.object, edge.paper, edge.evidence)
    return "\t".join((*ends, repr(edge.confidence), json.dumps(edge.rules)))


def edge_from_line(line: str) -> Edge:
    """The edge that :func:`edge_line` wrote.

    >>> edge_from_line(edge_line(Edge("s", "p", "o", "paper", 0.5, "e", ("r1",)))).rules
    ('r1',)
    """
    subject, predicate, object_, paper, evidence, confidence, rules = line.split("\t")
    return Edge(subject, predicate, object_, paper, float(confidence), evidence, tuple(json.loads(rules)))
