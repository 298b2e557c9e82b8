"""What the explorer asks for, as values for JSON: names, a thing's card, its neighbours, the sentences of an edge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from kg.answers import find_edge, find_spans, safe_iri
from kg.ids import BASE, statement_iri
from kg.serve.names import Names
from kg.store import Store
from kg.vocab import ENTITY_CLASS, KG, PAPER, RELATION_PROPERTY, ROLE_PROPERTY

# Most neighbours in one answer; the rest is asked for page by page.
PAGE = 100
# Edges of one kind that are put in order: more would take longer than a reader waits.
MOST_RANKED = 10_000
_TYPES = {PAPER: "Paper", **{iri: name for name, iri in ENTITY_CLASS.items()}}
_EDGES = (*RELATION_PROPERTY.values(), *ROLE_PROPERTY.values())


class UnknownError(Exception):
    """The graph says nothing of the thing that was asked for."""


def search(names: Names, *, text: str, type_: str | None = None, limit: int = 20) -> dict[str, Any]:
    """Things with a name like the text."""
    rows = names.search(text[:200], type_=type_, limit=max(1, min(limit, PAGE)))
    return {"rows": [asdict(row) for row in rows]}


def start(names: Names, *, count: int = 60) -> dict[str, Any]:
    """Where to begin: the most connected things, and how many there are of each type."""
    return {"rows": [asdict(row) for row in names.first(count)], "counts": names.counts}


def card(store: Store, *, iri: str) -> dict[str, Any]:
    """Type, names and links of a thing, and how many edges of each kind it has, by direction.

    Raises:
        UnknownError: it is no paper and no entity of this graph.
    """
    it = f"<{safe_iri(iri)}>"
    found = store.query(
        f"""SELECT ?class ?label ?title ?date ?url ?arxiv ?doi ?venue {{
        {it} a ?class . VALUES ?class {{ {_classes()} }}
        OPTIONAL {{ {it} skos:prefLabel ?label }} OPTIONAL {{ {it} dcterms:title ?title }}
        OPTIONAL {{ {it} dcterms:issued ?date }} OPTIONAL {{ {it} schema:url ?url }}
        OPTIONAL {{ {it} fabio:hasArXivId ?arxiv }} OPTIONAL {{ {it} prism:doi ?doi }}
        OPTIONAL {{ {it} kg:venue ?venue }} }} ORDER BY ?class ?label ?title ?url LIMIT 1"""
    ).rows
    if not found:
        raise UnknownError(f"<{iri}> is no paper and no entity of this graph")
    class_, label, title, date, url, arxiv, doi, venue = found[0]
    aliases = store.query(f"SELECT ?n {{ {it} skos:altLabel ?n }} ORDER BY ?n LIMIT {PAGE}").rows
    address = url or (f"https://arxiv.org/abs/{arxiv}" if arxiv else f"https://doi.org/{doi}" if doi else None)
    return {
        "iri": iri,
        "type": _TYPES[str(class_)],
        "label": str(label or title or iri.removeprefix(BASE)),
        "aliases": [str(row[0]) for row in aliases if row[0] != label],
        "date": date,
        "url": address,
        "venue": venue,
        "edges": counts(store, iri),
    }


def counts(store: Store, iri: str) -> list[dict[str, Any]]:
    """How many edges a thing has, by relation and direction, relations before roles."""
    it = f"<{safe_iri(iri)}>"
    found = []
    for edge in _EDGES:
        for direction, pattern in (("out", f"{it} <{edge}> ?x"), ("in", f"?x <{edge}> {it}")):
            number = int(str(store.query(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}").rows[0][0]))
            if number:
                found.append({"relation": edge.removeprefix(KG), "direction": direction, "count": number})
    return found


def neighbours(
    store: Store, *, iri: str, relation: str, direction: str, limit: int = 50, offset: int = 0
) -> dict[str, Any]:
    """The other ends of a thing's edges of one kind, page by page.

    The best supported come first, then the surest, then the newest; those of a thing with more than ``MOST_RANKED``
    such edges come as they stand in the store, so that the busiest thing of a large graph answers as fast as others.
    """
    it, edge = f"<{safe_iri(iri)}>", find_edge(relation)
    page = f"LIMIT {max(1, min(limit, PAGE))} OFFSET {max(0, offset)}"
    pattern = f"{it} <{edge}> ?x" if direction == "out" else f"?x <{edge}> {it}"
    count = int(str(store.query(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}").rows[0][0]))
    rows: Sequence[Sequence[Any]] = ()
    if count <= MOST_RANKED:
        this, that = ("subject", "object") if direction == "out" else ("object", "subject")
        rows = store.query(
            f"""SELECT ?x ?st ?belief ?support {{ ?st rdf:{this} {it} ; rdf:predicate <{edge}> ; rdf:{that} ?x ;
            kg:belief ?belief ; kg:support ?support . OPTIONAL {{ ?x dcterms:issued ?date }}
            }} ORDER BY DESC(?support) DESC(?belief) DESC(?date) ?x {page}"""
        ).rows
    if not rows:
        found = [str(row[0]) for row in store.query(f"SELECT ?x {{ {pattern} }} {page}").rows]
        rows = _stated(
            store, {x: statement_iri(*((iri, edge, x) if direction == "out" else (x, edge, iri))) for x in found}
        )
    about = _about(store, [str(row[0]) for row in rows])
    return {"rows": [_neighbour(row, about, edge, direction) for row in rows], "ranked": count <= MOST_RANKED}


def _stated(store: Store, statements: Mapping[str, str]) -> list[Sequence[Any]]:
    """For each thing its statement, belief and support; nothing of these where the graph has no such statement."""
    listed = " ".join(f"<{iri}>" for iri in statements.values())
    query = f"SELECT ?st ?belief ?support {{ VALUES ?st {{ {listed} }} ?st kg:belief ?belief ; kg:support ?support }}"
    known = {row[0]: row for row in store.query(query).rows} if listed else {}
    return [(x, *known.get(statement, (None, None, None))) for x, statement in statements.items()]


def _about(store: Store, things: Sequence[str]) -> dict[str, Sequence[Any]]:
    """Class, name and date of each thing."""
    listed = " ".join(f"<{safe_iri(iri)}>" for iri in things)
    query = f"""SELECT ?x ?class ?label ?title ?date {{ VALUES ?x {{ {listed} }}
        OPTIONAL {{ ?x a ?class . VALUES ?class {{ {_classes()} }} }} OPTIONAL {{ ?x skos:prefLabel ?label }}
        OPTIONAL {{ ?x dcterms:title ?title }} OPTIONAL {{ ?x dcterms:issued ?date }}
        }} ORDER BY ?x ?class ?label ?title"""
    found: dict[str, Sequence[Any]] = {}
    for row in store.query(query).rows if listed else ():
        found.setdefault(str(row[0]), row[1:])
    return found


def _neighbour(row: Sequence[Any], about: Mapping[str, Sequence[Any]], edge: str, direction: str) -> dict[str, Any]:
    other, statement, belief, support = row
    class_, label, title, date = about.get(other, (None, None, None, None))
    return {
        "iri": other,
        "type": _TYPES.get(str(class_), "Paper"),
        "label": label or title or str(other).removeprefix(BASE),
        "year": str(date or "")[:4],
        "relation": edge.removeprefix(KG),
        "direction": direction,
        "statement": statement,
        "belief": float(belief) if belief is not None else None,
        "support": int(support) if support is not None else None,
    }


def evidence(store: Store, *, statement: str, limit: int = 50) -> dict[str, Any]:
    """The sentences behind an edge, newest paper first, with the places in each that name its ends.

    Raises:
        UnknownError: there is no such statement.
    """
    it = f"<{safe_iri(statement)}>"
    about = store.query(
        f"""SELECT ?s ?p ?o ?belief ?support {{ {it} rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ;
        kg:belief ?belief ; kg:support ?support }}"""
    ).rows
    if not about:
        raise UnknownError(f"<{statement}> is no statement of this graph")
    subject, predicate, object_, belief, support = about[0]
    rows = store.query(
        f"""SELECT ?quote ?paper ?title ?date ?url ?rules {{
        {{ SELECT ?e (GROUP_CONCAT(?r; SEPARATOR=" ") AS ?rules) {{
            {it} kg:evidence ?e . OPTIONAL {{ ?e kg:rule ?r . {it} kg:rule ?r }} }} GROUP BY ?e }}
        ?e kg:quote ?quote ; prov:wasDerivedFrom ?paper . OPTIONAL {{ ?paper dcterms:title ?title }}
        OPTIONAL {{ ?paper dcterms:issued ?date }} OPTIONAL {{ ?paper schema:url ?url }}
        }} ORDER BY DESC(?date) ?paper ?quote LIMIT {max(1, min(limit, PAGE))}"""
    ).rows
    named = [*_names(store, str(subject)), *_names(store, str(object_))]
    return {
        "relation": str(predicate).removeprefix(KG),
        "belief": float(str(belief)),
        "support": int(str(support)),
        "sentences": [_sentence(row, named) for row in rows],
    }


def _sentence(row: Sequence[Any], named: Iterable[str]) -> dict[str, Any]:
    quote, paper, title, date, url, rules = row
    return {
        "quote": quote,
        "spans": find_spans(str(quote), named),
        "paper": paper,
        "title": title,
        "date": date,
        "url": url,
        "rules": str(rules or "").split(),
    }


def _names(store: Store, iri: str) -> list[str]:
    rows = store.query(f"SELECT ?n {{ <{safe_iri(iri)}> skos:prefLabel|skos:altLabel ?n }} ORDER BY ?n").rows
    return [str(row[0]) for row in rows]


def _classes() -> str:
    return " ".join(f"<{iri}>" for iri in _TYPES)
