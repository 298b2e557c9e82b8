"""Facts of papers, of edges and of agreement, to sorted parts of N-Quads and of tables.

Of the pairs that come out of the first two steps the first byte of the key says what they are:

====  =====================  ============================================
tag   key                    value
====  =====================  ============================================
F, K  a line of N-Triples    its graph (:mod:`kg.cluster.lines`)
F     a note                 nothing (:mod:`kg.cluster.notes`)
J     E, and an edge         what a paper says of it (:mod:`kg.graph.edges`)
J     Q, and a question      an answer (:mod:`kg.graph.agreement`)
====  =====================  ============================================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.cluster.extracting import read_extracted
from kg.cluster.lines import line_pairs, unranged
from kg.cluster.notes import NamedBy, paper_notes
from kg.cluster.pairs import by_key, pack, unpack
from kg.cluster.rows import Rows
from kg.cluster.settings import settings_of
from kg.cluster.storage import Storage, own_mark
from kg.cluster.tables import write_tables
from kg.engine.base import Pair
from kg.facts import answer_facts, answer_group, edge_facts, edge_group, paper_facts
from kg.ids import BASE, STATEMENTS_GRAPH, paper_graph, paper_iri
from kg.model import ENTITY_TYPES, Entity, ResolvedEntity
from kg.resolve.evidence import key_of
from kg.sorting import unique
from kg.tally import Tally

_STATEMENT = f"<{BASE}statement/"
QUADS = "quads"


def paper_lines(pairs: Iterator[Pair], *, told: str) -> Iterator[Pair]:
    """What the papers of parts add, from rows by part: its name (as :mod:`kg.cluster.extracting` says), entities."""
    settings = settings_of(told)
    storage = Storage(settings.place)
    for _, rows in by_key(pairs):
        part = ""
        entities: dict[tuple[str, str], ResolvedEntity] = {}
        for row in map(unpack, rows):
            if row[0] == "e":
                _, key, type_, iri, own_type, label = row
                entities[key, ENTITY_TYPES[type_]] = ResolvedEntity(iri, own_type, label, ())
            else:
                part = row[0]

        def entity_of(entity: Entity, known: dict[tuple[str, str], ResolvedEntity] = entities) -> ResolvedEntity:
            return known[key_of(entity, settings.wishes), entity.type]

        named = NamedBy()
        for record in read_extracted(storage, part):
            if record.extraction is None:
                continue
            found = paper_facts(record.paper, record.extraction, entity_of)
            own = paper_graph(paper_iri(record.paper))
            for line in found.lines:
                graph = STATEMENTS_GRAPH if line.startswith(_STATEMENT) else own
                yield from line_pairs(line, graph, settings.sampled)
            for line in found.edges:
                yield b"JE" + edge_group(line).encode(), line.encode()
            for line in found.answers:
                yield b"JQ" + answer_group(line).encode(), line.encode()
            yield from paper_notes(record.paper, found)
            named.add(record.paper, found)
        yield from named.notes(part)


def joined_lines(pairs: Iterator[Pair], *, told: str) -> Iterator[Pair]:
    """What edges and answers add, from what all papers say of them."""
    sampled = settings_of(told).sampled
    for key, values in by_key(pairs):
        lines = unique(value.decode() for value in values)
        found = _edge_lines(lines) if key[:1] == b"E" else ((line, STATEMENTS_GRAPH) for line in answer_facts(lines))
        for line, graph in found:
            yield from line_pairs(line, graph, sampled)


def _edge_lines(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """What is said of an edge is among the statements, the edge itself in the graph of each paper that states it."""
    papers: dict[str, None] = {}

    def noted() -> Iterator[str]:
        for line in lines:
            papers[line.split("\t", 4)[3]] = None
            yield line

    edge = ""
    for line in edge_facts(noted()):
        if line.startswith(_STATEMENT):
            yield line, STATEMENTS_GRAPH
        else:
            edge = line
    yield from ((edge, paper_graph(paper)) for paper in papers)


def write_parts(pairs: Iterator[Pair], *, told: str) -> Iterator[Pair]:
    """A part of N-Quads, and of each table, for each range of a shard.

    Out come the name of the part of N-Quads, counts of the triples in it, and of the rows of tables.
    """
    storage = Storage(settings_of(told).place)
    for key, values in by_key(pairs):
        number = key.decode()
        tally, rows = Tally(), Rows()
        with storage.write(f"{QUADS}/part-{number}.nq", own_mark()) as out:
            last = (b"", b"")
            for line, graph in map(unranged, values):
                if not graph:
                    rows.note(line)
                    continue
                if line != last[0]:
                    text = line.decode()
                    tally.put([text])
                    rows.see(text)
                if (line, graph) != last:
                    out.write(line[:-1] + b"<" + graph + b"> .\n")
                last = (line, graph)
        written = write_tables(storage, number, rows.all())
        yield f"{QUADS}/part-{number}.nq".encode(), pack([tally.to_record(), written])


def triples_of(lines: Iterable[bytes]) -> Iterator[str]:
    """The triples of sorted lines of N-Quads, each once."""
    return unique(line.decode().rsplit(" ", 2)[0] + " ." for line in lines)
