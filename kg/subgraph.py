"""A part of a graph, asked of its store: what is around an entity, what certain relations join, certain types of nodes.

Only the part is read, whatever the size of the graph: a question for the edges, then their triples and those of their
ends, a hundred at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from kg.graph.network import EDGE_PROPERTIES, MOST_EDGES, NODE_PROPERTIES, refused
from kg.ids import BASE
from kg.store import Store
from kg.vocab import ENTITY_CLASS, PAPER

# IRIs in one query: a query may have 16,384 characters, and an IRI of kg has about a hundred.
_AT_ONCE: Final = 100
_EDGE: Final = "?st rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ."
_CLASSES: Final = {**{str(type_): class_ for type_, class_ in ENTITY_CLASS.items()}, "Paper": PAPER}


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a graph is meant; an empty tuple, or no focus, leaves nothing out.

    ``relations`` are IRIs of roles and relations, ``types`` those of nodes (Method, ..., Paper), ``focus`` the IRI of
    a node, of which at most ``hops`` edges lead to each other node. A way leads only over what ``types`` and
    ``relations`` leave; the focus itself may have any type. Nodes without an edge are in a part by types alone.
    """

    focus: str | None = None
    hops: int = 2
    types: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self.focus is None and not self.types and not self.relations


def subgraph(store: Store, part: Part, *, most: int = MOST_EDGES) -> Iterator[str]:
    """What of a part's nodes and edges :func:`kg.graph.network.to_networkx` reads, as lines of N-Triples in no order.

    Raises:
        TooLargeError: the part has more than ``most`` nodes or edges.

    >>> from kg.store import of_lines
    >>> list(subgraph(of_lines([]), Part(types=("Method",))))
    []
    """
    if part.focus is not None:
        edges, nodes = _around(store, part, part.focus, most)
    else:
        edges, nodes = _chosen(store, part, most)
    yield from _about(store, edges, EDGE_PROPERTIES)
    yield from _about(store, nodes, NODE_PROPERTIES)


def _around(store: Store, part: Part, focus: str, most: int) -> tuple[list[str], list[str]]:
    """The statements and nodes within so many edges of the focus, ring by ring."""
    edges: dict[str, None] = {}
    nodes: dict[str, None] = {focus: None}
    ring = [focus]
    filters = _one_of("p", part.relations) + _of_types(part)
    for _ in range(part.hops):
        found: dict[str, None] = {}
        for end, start in (("s", "subject"), ("o", "object")):
            for some in _in_batches(ring):
                query = f"SELECT ?st ?s ?o {{ {_values(end, some)} ?st rdf:{start} ?{end} . {_EDGE} {filters} }}"
                for statement, source, target in store.query(query).rows:
                    edges[str(statement)] = None
                    found |= {str(source): None, str(target): None}
                    if max(len(edges), len(nodes) + len(found)) > most:
                        raise refused(most)
        ring = sorted(found.keys() - nodes.keys())
        nodes |= dict.fromkeys(ring)
    return sorted(edges), sorted(nodes)


def _chosen(store: Store, part: Part, most: int) -> tuple[list[str], list[str]]:
    """The statements that the filters leave, and their ends; by types alone also the nodes that none joins."""
    relations = _values("p", part.relations) if part.relations else ""
    rows = store.query(f"SELECT ?st ?s ?o {{ {relations} {_EDGE} {_of_types(part)} }} LIMIT {most + 1}").rows
    nodes = {str(end) for _, *ends in rows for end in ends}
    if not part.relations:
        classes = _values("class", (_CLASSES[type_] for type_ in part.types))
        found = store.query(f"SELECT ?n {{ {classes} ?n a ?class }} LIMIT {most + 1}").rows
        nodes |= {str(node) for (node,) in found}
    if max(len(rows), len(nodes)) > most:
        raise refused(most)
    return sorted({str(row[0]) for row in rows}), sorted(nodes)


def _of_types(part: Part) -> str:
    """The filters on the ends. An IRI begins with the type of its node, so that no further triple is read for it."""
    if not part.types:
        return ""
    begins = " || ".join(f'STRSTARTS(STR(?IT), "{BASE}{type_.lower()}/")' for type_ in part.types)
    focus = f" || ?IT = <{part.focus}>" if part.focus is not None else ""
    return " ".join(f"FILTER({begins}{focus})".replace("?IT", f"?{end}") for end in "so")


def _one_of(variable: str, iris: Iterable[str]) -> str:
    """A filter where the variable is read anyhow: VALUES would make the engine look for all triples with each value."""
    listed = ", ".join(f"<{iri}>" for iri in iris)
    return f"FILTER(?{variable} IN ({listed})) " if listed else ""


def _about(store: Store, iris: Sequence[str], properties: Iterable[str]) -> Iterator[str]:
    asked = _one_of("q", properties)
    for some in _in_batches(iris):
        found = store.query(f"CONSTRUCT {{ ?n ?q ?v }} {{ {_values('n', some)} ?n ?q ?v . {asked} }}")
        yield from found.triples or ()


def _in_batches(iris: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(iris)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def _values(variable: str, iris: Iterable[str]) -> str:
    return f"VALUES ?{variable} {{ {' '.join(f'<{iri}>' for iri in iris)} }}"
