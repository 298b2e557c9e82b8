"""Notes: what the row of a subject has of other subjects; they travel with its lines and are no triples.

=======  =========  ==============================================================
note     on         cells
=======  =========  ==============================================================
quote    statement  evidence (as a term), its sentence, the paper
named    entity     part of papers, year or null, how many papers of it name it
merged   entity     number and cells of a row of the table of merges
=======  =========  ==============================================================
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from kg import vocab
from kg.cluster.lines import note_pair
from kg.engine.base import Pair
from kg.facts import PaperFacts
from kg.graph.edges import edge_from_line
from kg.ids import evidence_span, kind_of, paper_iri, statement_iri
from kg.model import Paper
from kg.ntriples import literal, text_of

QUOTE, NAMED, MERGED = "quote", "named", "merged"
_ROLES = tuple(f" <{property_}> " for property_ in vocab.ROLE_PROPERTY.values())
_EVIDENCE = f" <{vocab.HAS_EVIDENCE}> "


def paper_notes(paper: Paper, found: PaperFacts) -> Iterator[Pair]:
    """For each edge that a paper states, its first sentence."""
    first: dict[str, str] = {}
    for line in found.lines:
        if _EVIDENCE in line and kind_of(line[1:]) == "statement":
            statement, _, term = line[:-2].split(" ", 2)
            first.setdefault(statement[1:-1], term)
    for edge in map(edge_from_line, found.edges):
        statement = statement_iri(edge.subject, edge.predicate, edge.object)
        term = f"<{edge.evidence}>"
        first[statement] = min(first.get(statement, term), term)
    home = paper_iri(paper)
    for statement, term in first.items():
        span = evidence_span(term[1:-1])
        quote = paper.text_of(span.field)[span.start : span.end]
        # As the graph says it: what is no text was replaced there.
        yield note_pair(statement, QUOTE, term, text_of(literal(quote)), home)


class NamedBy:
    """Counts which entities the papers of a part name, by year."""

    def __init__(self) -> None:
        self._papers: Counter[tuple[str, int | None]] = Counter()

    def add(self, paper: Paper, found: PaperFacts) -> None:
        """Count what a paper names."""
        date = paper.date or ""
        year = int(date[:4]) if date[:4].isascii() and date[:4].isdecimal() and len(date) >= 4 else None
        home = f"<{paper_iri(paper)}> "
        own = (line for line in found.lines if line.startswith(home))
        named = {line[:-3].rpartition("<")[2] for line in own if line.startswith(_ROLES, len(home) - 1)}
        self._papers.update((entity, year) for entity in named)

    def notes(self, part: str) -> Iterator[Pair]:
        """What was counted; the part's name keeps equal counts apart."""
        for (entity, year), papers in self._papers.items():
            yield note_pair(entity, NAMED, part, year, papers)


def merge_notes(entity: str, rows: Iterable[str]) -> Iterator[Pair]:
    """The reasons of the names of an entity."""
    for number, row in enumerate(rows):
        yield note_pair(entity, MERGED, f"{number:06d}", *row.encode("utf-8", "replace").decode().split("\t"))
