"""The graph as a NetworkX MultiDiGraph: papers and entities as nodes, plain edges as edges, ids as in graph.ttl."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Final, TypeAlias

from kg import vocab
from kg.errors import TooLargeError
from kg.ntriples import Triple, parse, text_of
from kg.sorting import sort_lines

if TYPE_CHECKING:
    import networkx as nx

    Network: TypeAlias = "nx.MultiDiGraph[str]"

_PAPER_KEYS = {
    vocab.DCTERMS + "title": "label",
    vocab.DCTERMS + "issued": "date",
    vocab.SCHEMA + "url": "url",
    vocab.VENUE: "venue",
}
_TYPE_OF = {class_: type_ for type_, class_ in vocab.ENTITY_CLASS.items()} | {vocab.PAPER: "Paper"}
_SHORT = {iri: iri.removeprefix(vocab.KG) for iri in (*vocab.ROLE_PROPERTY.values(), *vocab.RELATION_PROPERTY.values())}

# What of a node and of a statement is read here.
NODE_PROPERTIES: Final = (
    vocab.TYPE,
    vocab.SKOS + "prefLabel",
    vocab.SKOS + "altLabel",
    vocab.DCTERMS + "identifier",
    *_PAPER_KEYS,
)
EDGE_PROPERTIES: Final = (
    vocab.TYPE,
    *(vocab.RDF + end for end in ("subject", "predicate", "object")),
    vocab.BELIEF,
    vocab.SUPPORT,
)
# NetworkX keeps an edge in dictionaries of its own: measured, 450 bytes and 8 microseconds each, and as much again
# while it is made, so that a million edges are about one gigabyte.
MOST_EDGES: Final = 1_000_000

_Values: TypeAlias = dict[str, list[str]]


def refused(most: int) -> TooLargeError:
    """The error for a graph of more than ``most`` nodes or edges, with what to do instead."""
    return TooLargeError(
        f"more than {most:,} nodes or edges, which NetworkX would need gigabytes for; choose a part of them (focus, "
        "hops, types, relations), or take to_arrow(), whose tables hold every node and edge; most= allows more"
    )


def to_networkx(lines: Iterable[str], *, most: int = MOST_EDGES) -> Network:
    """The graph in N-Triples lines, in any order, as a MultiDiGraph with nodes and edges in order of their IRIs.

    Nodes are the IRIs of papers and entities, with ``type``, ``label`` and, for a paper, ``date``, ``year``, ``url``
    and ``venue`` where known, for an entity ``alt_labels`` (joined by ``" | "``). Edges have the statement's IRI as
    key, and ``predicate`` (short: ``outperforms``), ``belief`` and ``support``. Attributes are strings and numbers
    only, so every graph format can write them. Claims, results and sentences stay in the store.

    Raises:
        TooLargeError: there are more than ``most`` nodes or edges.

    >>> g = to_networkx([])
    >>> g.number_of_nodes(), g.is_multigraph()
    (0, True)
    """
    import networkx as nx

    network: Network = nx.MultiDiGraph()
    edges: list[tuple[str, str, str, dict[str, str | int | float]]] = []
    for subject, group in groupby(map(parse, sort_lines(lines)), key=lambda t: t.subject):
        values = _values(group)
        classes = values.get(vocab.TYPE, [])
        if vocab.STATEMENT in classes:
            edges.append(_edge(subject[1:-1], values))
        elif types := [_TYPE_OF[class_] for class_ in classes if class_ in _TYPE_OF]:
            network.add_node(subject[1:-1], **_node(types[0], values))
        if max(len(edges), len(network)) > most:
            raise refused(most)
    for head, tail, key, attributes in sorted(edges, key=lambda e: e[:3]):
        network.add_edge(head, tail, key=key, **attributes)
    return network


def _values(triples: Iterable[Triple]) -> _Values:
    values: _Values = {}
    for triple in triples:
        values.setdefault(text_of(triple.predicate), []).append(text_of(triple.object))
    return values


def _node(type_: str, values: _Values) -> dict[str, str | int | float]:
    attributes: dict[str, str | int | float] = {"type": type_}
    if type_ != "Paper":
        attributes["label"] = values.get(vocab.SKOS + "prefLabel", [""])[0]
        if names := values.get(vocab.SKOS + "altLabel"):
            attributes["alt_labels"] = " | ".join(names)
        return attributes
    for property_, key in _PAPER_KEYS.items():
        if found := values.get(property_):
            attributes[key] = found[0]
    attributes.setdefault("label", values.get(vocab.DCTERMS + "identifier", [""])[0])
    year = str(attributes.get("date", ""))[:4]
    if len(year) == 4 and year.isascii() and year.isdigit():
        attributes["year"] = int(year)
    return attributes


def _edge(key: str, values: _Values) -> tuple[str, str, str, dict[str, str | int | float]]:
    head, predicate, tail = (values[vocab.RDF + end][0] for end in ("subject", "predicate", "object"))
    return (
        head,
        tail,
        key,
        {
            "predicate": _SHORT.get(predicate, predicate),
            "belief": float(values[vocab.BELIEF][0]),
            "support": int(values[vocab.SUPPORT][0]),
        },
    )
