"""What one paper, one name, one edge or one question adds to the graph, as lines of N-Triples: the stages joined.

No line comes from two of them but for agreement, which two questions can give: so of each the lines can be taken out
and put in again for themselves.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from kg.extract.sentences import split
from kg.forms import normal_form
from kg.graph.agreement import agreement_facts, answer_from_line, answer_line, answers_of
from kg.graph.edges import EntityOf, edge_from_line, edge_line, edges_of
from kg.graph.rdf import entity_facts, own_facts
from kg.graph.statements import statement_facts
from kg.ids import paper_iri
from kg.model import Extraction, FieldName, Paper, ResolvedEntity, Span
from kg.naming import merge_row
from kg.ntriples import triple
from kg.resolve import Names, Node
from kg.resolve.variants import variants_of
from kg.vocab import VARIANT_OF


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """Of one paper: ``lines`` that no other has, ``edges`` between entities and ``answers`` that others can share."""

    lines: tuple[str, ...]
    edges: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """Of one entity: its ``lines``, the rows of its ``merges``, and the keys of more general names that it may have."""

    home: str
    entity: ResolvedEntity
    lines: tuple[str, ...]
    merges: tuple[str, ...]
    general: tuple[str, ...]


def paper_facts(paper: Paper, extraction: Extraction, entity_of: EntityOf) -> PaperFacts:
    """What one paper adds, its names resolved by ``entity_of``."""
    home = paper_iri(paper)
    edges = list(edges_of(paper, extraction, entity_of, sentences_of(paper)))
    own = sorted(edge_line(edge) for edge in edges if edge.subject == home)
    lines = own_facts(paper, extraction, entity_of, edges)
    lines.update(edge_facts(own))
    return PaperFacts(
        tuple(sorted(lines)),
        tuple(sorted({edge_line(edge) for edge in edges if edge.subject != home})),
        tuple(sorted({answer_line(answer) for answer in answers_of(paper, extraction, entity_of)})),
    )


def node_facts(node: Node, names: Names) -> NodeFacts:
    """What one entity adds."""
    entity = node.entity
    lines = entity_facts(entity)
    if variant := names.variant_of(node):
        lines.append(triple(f"<{variant.iri}>", f"<{VARIANT_OF}>", f"<{variant.base}>"))
    general = {normal_form(general.base) for general in variants_of(entity.label)}
    merges = tuple(map(merge_row, names.merges_of(node)))
    return NodeFacts(node.key, entity, tuple(lines), merges, tuple(sorted(general)))


def edge_facts(lines: Iterable[str]) -> Iterator[str]:
    """What edges add, from the sorted lines of all papers that state them."""
    return statement_facts(map(edge_from_line, lines))


def answer_facts(lines: Iterable[str]) -> Iterator[str]:
    """What papers say to one another, from the sorted lines of their answers."""
    return agreement_facts(map(answer_from_line, lines))


def edge_group(line: str) -> str:
    """What the lines of one edge begin with."""
    return "\t".join(line.split("\t", 3)[:3]) + "\t"


def answer_group(line: str) -> str:
    """What the lines of the answers to one question begin with."""
    return line.split("\t", 1)[0] + "\t"


def sentences_of(paper: Paper) -> Callable[[FieldName, int], Span]:
    """A function from a place in a paper to the sentence there; the title is one sentence."""
    title = paper.title or ""
    whole_title = Span("title", len(title) - len(title.lstrip()), len(title.rstrip()))
    spans = [Span("text", start, end) for start, end in split(paper.abstract)]
    starts = [span.start for span in spans]

    def sentence_at(field: FieldName, offset: int) -> Span:
        return whole_title if field == "title" else spans[max(0, bisect_right(starts, offset) - 1)]

    return sentence_at
