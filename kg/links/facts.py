"""Links as triples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.links.match import Link
from kg.ntriples import iri, literal, triple
from kg.vocab import RDFS, SKOS

_PREDICATE = {kind: f"<{SKOS}{kind.removeprefix('skos:')}>" for kind in ("skos:exactMatch", "skos:closeMatch")}
_LABEL = f"<{RDFS}label>"


def link_facts(links: Iterable[Link]) -> Iterator[str]:
    """The links, and the labels of what they lead to, as sorted lines of N-Triples without line ends, each once.

    The label is an ``rdfs:label``: what lies outside has no ``skos:prefLabel``, by which questions find entities.

    >>> link = Link("http://e/bert", "skos:exactMatch", "http://o/1", "BERT", "", "semapv:LexicalMatching", 0.95)
    >>> for line in link_facts([link]):
    ...     print(line)
    <http://e/bert> <http://www.w3.org/2004/02/skos/core#exactMatch> <http://o/1> .
    <http://o/1> <http://www.w3.org/2000/01/rdf-schema#label> "BERT" .
    """
    lines: set[str] = set()
    for link in links:
        target = iri(link.target)
        lines.add(triple(iri(link.entity), _PREDICATE[link.predicate], target))
        lines.add(triple(target, _LABEL, literal(link.label)))
    yield from sorted(lines)
