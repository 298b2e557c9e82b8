"""What a graph answers with: sentences behind edges, cards of entities, pages; and how a person names an edge."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from os import PathLike
from pathlib import Path

from kg.errors import UsageError
from kg.files import whole
from kg.ntriples import parse, text_of
from kg.query.table import Table
from kg.store import Answer
from kg.vocab import KG, RELATION_PROPERTY, ROLE_PROPERTY

# The short names by which a person asks for an edge.
EDGES: dict[str, str] = {iri.removeprefix(KG): iri for iri in (*ROLE_PROPERTY.values(), *RELATION_PROPERTY.values())}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence behind an edge. ``spans`` are the places in ``quote`` that name the edge's two ends."""

    quote: str
    spans: tuple[tuple[int, int], ...]
    paper: str
    title: str | None
    date: str | None
    url: str | None
    field: str
    start: int
    end: int
    rules: tuple[str, ...]
    belief: float
    support: int


@dataclass(frozen=True, slots=True)
class Card:
    """All that a graph says of one entity."""

    iri: str
    type: str
    label: str
    aliases: tuple[str, ...]
    papers: Table
    relations: Table
    results: Table
    claims: Table
    variants: Table
    links: Table
    merges: Table

    @property
    def tables(self) -> dict[str, Table]:
        """The tables that are not empty, by name, in the order in which they are read."""
        named = ("merges", "variants", "links", "papers", "relations", "results", "claims")
        return {name: table for name in named if len(table := getattr(self, name))}

    def _repr_html_(self) -> str:
        parts = [f"<h3>{escape(self.label)} <small>({escape(self.type)})</small></h3>"]
        parts += [f"<p>also: {escape(', '.join(self.aliases))}</p>"] if self.aliases else []
        parts += [f"<h4>{name} ({len(table)})</h4>{table._repr_html_()}" for name, table in self.tables.items()]
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class View:
    """The page of a graph; in a notebook it shows itself."""

    html: str

    def save(self, place: str | PathLike[str], *, force: bool = False) -> Path:
        """Write the page to a file.

        Raises:
            ExistsError: the file exists and ``force`` is false.
        """
        with whole(Path(place), force=force) as out:
            out.write(self.html.encode())
        return Path(place)

    def _repr_html_(self) -> str:
        return f'<iframe srcdoc="{escape(self.html)}" width="100%" height="640" style="border:0"></iframe>'


# The tables of a card that the store answers; IT stands for the IRI of the entity.
CARD_QUERIES = {
    "papers": """SELECT ?role ?title ?date ?paper { ?paper ?p IT ; a kg:Paper .
        OPTIONAL { ?paper dcterms:title ?title } OPTIONAL { ?paper dcterms:issued ?date }
        BIND(STRAFTER(STR(?p), "ns#") AS ?role) } ORDER BY DESC(?date) ?paper ?role""",
    "relations": """SELECT ?head ?relation ?tail ?belief ?support {
        { BIND(IT AS ?s) ?s ?p ?o } UNION { BIND(IT AS ?o) ?s ?p ?o }
        VALUES ?p { kg:outperforms kg:evaluatedOn kg:usedFor kg:basedOn }
        ?s skos:prefLabel ?head . ?o skos:prefLabel ?tail .
        ?st rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; kg:belief ?belief ; kg:support ?support .
        BIND(STRAFTER(STR(?p), "ns#") AS ?relation) } ORDER BY ?relation DESC(?support) ?head ?tail""",
    "results": """SELECT ?method ?value ?unit ?metric ?dataset ?title {
        { ?r kg:method IT } UNION { ?r kg:dataset IT } UNION { ?r kg:metric IT } UNION { ?r kg:comparator IT }
        ?r kg:valueText ?value ; prov:wasDerivedFrom ?paper .
        OPTIONAL { ?r kg:unit ?unit } OPTIONAL { ?r kg:method/skos:prefLabel ?method }
        OPTIONAL { ?r kg:metric/skos:prefLabel ?metric } OPTIONAL { ?r kg:dataset/skos:prefLabel ?dataset }
        OPTIONAL { ?paper dcterms:title ?title } } ORDER BY ?dataset ?metric ?method ?value ?title""",
    "claims": """SELECT ?type ?text ?title { ?c kg:about IT ; kg:text ?text ; prov:wasDerivedFrom ?paper ; a ?class .
        FILTER(STRENDS(STR(?class), "Claim") && ?class != kg:Claim && STRSTARTS(STR(?class), STR(kg:)))
        BIND(LCASE(STRBEFORE(STRAFTER(STR(?class), "ns#"), "Claim")) AS ?type)
        OPTIONAL { ?paper dcterms:title ?title } } ORDER BY ?type ?title ?text""",
    "variants": """SELECT ?relation ?name { { IT kg:variantOf ?e BIND("variant of" AS ?relation) }
        UNION { ?e kg:variantOf IT BIND("has variant" AS ?relation) }
        ?e skos:prefLabel ?name } ORDER BY DESC(?relation) ?name ?e""",
    "links": """SELECT ?match ?target { VALUES ?p { skos:exactMatch skos:closeMatch } IT ?p ?target
        BIND(STRAFTER(STR(?p), "#") AS ?match) } ORDER BY DESC(?match) ?target""",
}


def merges_of(rows: Iterable[str]) -> Table:
    """The names that were joined in an entity and why, from its rows in ``merges.tsv`` and the head of that table."""
    cells = (row.split("\t") for row in rows)
    head = next(cells)
    shown = [head.index(name) for name in ("subject_label", "comment", "confidence", "papers")]
    return Table(("name", "why", "confidence", "papers"), tuple(tuple(row[i] for i in shown) for row in cells))


def to_table(answer: Answer) -> Table:
    """The rows of an answer; of a truth value one row, of triples a row each."""
    if answer.boolean is not None:
        return Table(("answer",), ((answer.boolean,),))
    if answer.triples is not None:
        rows = tuple(tuple(map(text_of, parse(line))) for line in answer.triples)
        return Table(("subject", "predicate", "object"), rows)
    return Table(answer.columns, answer.rows)


def find_edge(name: str) -> str:
    """The IRI of a role or relation by its short name, in any case.

    Raises:
        UsageError: there is none; the message lists them.

    >>> find_edge("evaluatedon").endswith("ns#evaluatedOn")
    True
    """
    folded = {short.lower(): iri for short, iri in EDGES.items()}
    found = folded.get(name.lower().replace("_", ""))
    if found is None:
        raise UsageError(f"{name!r} is no relation; the relations are {', '.join(EDGES)}")
    return found


def find_spans(quote: str, names: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Where a sentence has any of the names as whole words, longest first, without overlap, in order.

    >>> find_spans("LiVOS beats STM on MOSE.", ["MOSE", "LiVOS"])
    ((0, 5), (19, 23))
    """
    found: list[tuple[int, int]] = []
    for name in sorted({n for n in names if n}, key=lambda n: (-len(n), n)):
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", quote):
            if all(match.end() <= start or match.start() >= end for start, end in found):
                found.append(match.span())
    return tuple(sorted(found))


def safe_iri(iri: str) -> str:
    """An IRI that cannot leave its angle brackets."""
    if re.search(r"[\x00-\x20<>\"{}|^`\\]", iri):
        raise UsageError(f"{iri!r} is not an IRI")
    return iri


def split_edge(text: str) -> tuple[str, str, str]:
    """Head, relation and tail of an edge written as a sentence; the relation is the word that names one.

    Raises:
        UsageError: no word is a relation, or an end is missing.

    >>> split_edge("LiVOS evaluatedOn MOSE")
    ('LiVOS', 'evaluatedOn', 'MOSE')
    """
    words = text.split()
    for i in range(1, len(words) - 1):
        if words[i].lower().replace("_", "") in {name.lower() for name in EDGES}:
            return " ".join(words[:i]), words[i], " ".join(words[i + 1 :])
    raise UsageError(f'{text!r}: write it as "HEAD relation TAIL" with one of {", ".join(EDGES)}')
