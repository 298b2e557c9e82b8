"""Three small papers with hand-made extractions, and the graph that the stage makes of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from kg.forms import normal_form
from kg.graph.agreement import agreement_facts, answer_from_line, answer_line, answers_of
from kg.graph.edges import Edge, EntityOf, Refusal, SentenceAt, edge_from_line, edge_line, edges_of
from kg.graph.rdf import build_facts, entity_facts, own_facts
from kg.graph.statements import statement_facts
from kg.ids import entity_iri
from kg.model import (
    Claim,
    Entity,
    EntityType,
    Extraction,
    FieldName,
    Mention,
    Paper,
    PaperIds,
    Relation,
    ResolvedEntity,
    Result,
    Role,
    Span,
)
from kg.ntriples import triple
from kg.sorting import sort_lines

Read = tuple[Paper, Extraction]


def facts_of(paper: Paper, extraction: Extraction, entity_of: EntityOf, sentence_at: SentenceAt) -> list[str]:
    """The triples that a paper has part in: its own, its edges, and of its entities what it calls them."""
    edges = list(edges_of(paper, extraction, entity_of, sentence_at))
    lines = set(own_facts(paper, extraction, entity_of, edges))
    lines.update(triple(f"<{edge.subject}>", f"<{edge.predicate}>", f"<{edge.object}>") for edge in edges)
    for found in extraction.entities:
        node = entity_of(found)
        names = tuple(s for s in found.surfaces if s != node.label)
        lines.update(entity_facts(ResolvedEntity(node.iri, node.type, node.label, names)))
    return sorted(lines)


def sentence_at(paper: Paper) -> SentenceAt:
    """A plain splitter: a sentence ends with a full stop before a space or the end."""

    def find(field: FieldName, offset: int) -> Span:
        text = paper.text_of(field)
        if field == "title":
            return Span(field, 0, len(text))
        for match in re.finditer(r"\S.*?\.(?=\s|$)", text, re.DOTALL):
            if match.start() <= offset < match.end():
                return Span(field, *match.span())
        return Span(field, 0, len(text))

    return find


def resolve(entity: Entity) -> ResolvedEntity:
    return ResolvedEntity(entity_iri(entity.type, normal_form(entity.name)), entity.type, entity.name)


def entity(paper: Paper, name: str, type_: EntityType, role: Role, *surfaces: str, confidence: float = 0.9) -> Entity:
    fields: tuple[FieldName, ...] = ("title", "text")
    mentions = tuple(
        Mention(field, match.start(), match.end(), surface)
        for surface in (name, *surfaces)
        for field in fields
        for match in re.finditer(re.escape(surface), paper.text_of(field))
    )
    return Entity(name, type_, role, (name, *surfaces), mentions, confidence, ("e1",))


def spot(paper: Paper, sentence: str) -> Span:
    start = paper.abstract.index(sentence)
    return Span("text", start, start + len(sentence))


def claim(paper: Paper, sentence: str, **values: object) -> Claim:
    span = spot(paper, sentence)
    made = Claim("text", span.start, span.end, "result", confidence=0.8, rules=("c1",))
    return replace(made, **values)  # type: ignore[arg-type]


def _first() -> Read:
    beats = "Gull outperforms Heron by 2.5 points on Shoreline."
    scores = "Gull reaches 71.30 mAP on Shoreline at 1.2-1.5x the speed."
    builds = "We propose Gull, a detector based on Heron for bird detection."
    may = 'It may outperform "Egret" too.'
    paper = Paper(
        "first",
        "Gull: a detector of birds",
        f"{builds} {beats} {scores} {may}",
        date="2023-04",
        authors=("A. Writer", "B. Reader"),
        venue="Journal of Examples",
        url="https://example.org/a b",
        ids=PaperIds(arxiv="2304.00001", doi="10.1234/gull"),
    )
    entities = (
        entity(paper, "Gull", "Method", "proposed"),
        entity(paper, "Heron", "Method", "compared"),
        entity(paper, "Egret", "Method", "mentioned"),
        entity(paper, "bird detection", "Task", "addressed"),
        entity(paper, "Shoreline", "Benchmark", "evaluated_on"),
        entity(paper, "mAP", "Metric", "measured"),
    )
    change = Result("2.5", "points", "change", "up", None, "Gull", "Shoreline", "Heron", confidence=0.7)
    score = Result("71.30", "", metric="mAP", method="Gull", dataset="Shoreline", start=131, end=136)
    speed = Result("1.2-1.5", "x", "change", "up", metric="speed", method="Gull", qualifier="~")
    claims = (
        claim(paper, builds, type="contribution", subject="Gull"),
        claim(paper, beats, subject="Gull", results=(change,)),
        claim(paper, scores, subject="paper", results=(score, speed)),
        claim(paper, may, hedged=True),
    )
    relations = (
        Relation("Gull", "outperforms", "Heron", spot(paper, beats), 0.8, ("r1",)),
        Relation("Gull", "evaluated_on", "Shoreline", spot(paper, beats), 0.8, ("r2",)),
        Relation("Gull", "evaluated_on", "Shoreline", spot(paper, scores), 0.6, ("r2",)),
        Relation("Gull", "based_on", "Heron", spot(paper, builds)),
        Relation("Gull", "outperforms", "Egret", spot(paper, may)),
        Relation("bird detection", "outperforms", "Heron", spot(paper, beats)),
        Relation("Gull", "used_for", "nothing known", spot(paper, beats)),
    )
    return paper, Extraction("first", entities, claims, relations, "test")


def _second() -> Read:
    beats = "Heron outperforms Gull on Shoreline."
    scores = "There, Gull has 69.8 mAP."
    paper = Paper("second", "Heron revisited", f"{beats} {scores}", date="2024", ids=PaperIds(acl="2024.acl-long.1"))
    entities = (
        entity(paper, "Gull", "Method", "compared"),
        entity(paper, "Heron", "Method", "used"),
        entity(paper, "Shoreline", "Benchmark", "evaluated_on"),
        entity(paper, "mAP", "Metric", "measured"),
    )
    score = Result("69.8", "", metric="mAP", method="Gull", dataset="Shoreline")
    claims = (claim(paper, beats, subject="Heron"), claim(paper, scores, subject="Gull", results=(score,)))
    relations = (
        Relation("Heron", "outperforms", "Gull", spot(paper, beats), 0.6, ("r1",)),
        Relation("Gull", "evaluated_on", "Shoreline", spot(paper, scores), 0.5, ("r2",)),
    )
    return paper, Extraction("second", entities, claims, relations, "test")


def _third() -> Read:
    scores = "Gull scores 71.3 mAP on Shoreline."
    paper = Paper("third", None, f"{scores} It does not outperform Heron.", date="2024-02-30", author_count=3)
    entities = (
        entity(paper, "Gull", "Method", "used"),
        entity(paper, "Heron", "Method", "compared"),
        entity(paper, "Shoreline", "Benchmark", "evaluated_on"),
        entity(paper, "mAP", "Metric", "measured"),
    )
    score = Result("71.3", "", metric="mAP", method="Gull", dataset="Shoreline")
    denies = "It does not outperform Heron."
    claims = (claim(paper, scores, results=(score,)), claim(paper, denies, polarity="negative", subject="Gull"))
    relations = (Relation("Gull", "outperforms", "Heron", spot(paper, denies)),)
    return paper, Extraction("third", entities, claims, relations, "test")


def papers() -> list[Read]:
    return [_first(), _second(), _third()]


def edges(read: Iterable[Read], refused: list[Refusal] | None = None) -> list[Edge]:
    keep = refused.append if refused is not None else lambda _: None
    lines = (edge_line(edge) for p, x in read for edge in edges_of(p, x, resolve, sentence_at(p), refused=keep))
    return [edge_from_line(line) for line in sort_lines(lines)]


def agreement(read: Iterable[Read]) -> list[str]:
    lines = sort_lines(answer_line(answer) for p, x in read for answer in answers_of(p, x, resolve))
    return sorted(set(agreement_facts(map(answer_from_line, lines))))


def graph(read: Iterable[Read]) -> list[str]:
    """All lines of the graph, sorted."""
    read = list(read)
    facts = (line for p, x in read for line in facts_of(p, x, resolve, sentence_at(p)))
    build = build_facts("1.0", {"min_confidence": 0.0}, {"papers": len(read)})
    return list(sort_lines([*facts, *statement_facts(edges(read)), *agreement(read), *build]))
