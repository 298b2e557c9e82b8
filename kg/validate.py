"""Does a graph conform to ontologies/shapes.ttl? Answered by pySHACL (extra ``validate``)."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from kg.errors import KgError
from kg.ontologies import ontology
from kg.vocab import PREFIXES

_SH = "http://www.w3.org/ns/shacl#"


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One node that breaks a shape: which, by which property, with which value (empty if none), why."""

    node: str
    path: str
    value: str
    message: str


def validate(graph: Path) -> tuple[Violation, ...]:
    """The violations in a Turtle or N-Triples file, sorted; none means that it conforms.

    pySHACL holds the whole graph in memory, and its time grows with the graph's triples: a large one takes long.

    Raises:
        KgError: the extra ``validate`` is not installed, or the file is no RDF.
    """
    try:
        import pyshacl
    except ImportError:
        raise KgError(f"validating needs pySHACL: {sys.executable} -m pip install 'pyshacl>=0.29'") from None
    from rdflib import Graph, URIRef

    data = Graph()
    try:
        data.parse(graph, format="nt" if graph.suffix == ".nt" else "turtle")
    except (SyntaxError, ValueError) as error:
        raise KgError(f"{graph}: not RDF: {error}") from None
    shapes = Graph().parse(ontology("shapes.ttl"), format="turtle")
    _, report, text = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    if not isinstance(report, Graph):
        raise KgError(f"pySHACL could not apply {ontology('shapes.ttl')}: {text}")
    found = set()
    for result in report.subjects(URIRef(_SH + "focusNode")):
        parts = (report.value(result, URIRef(_SH + p)) for p in ("focusNode", "resultPath", "value", "resultMessage"))
        found.add(Violation(*(_short(str(part)) if part is not None else "" for part in parts)))
    return tuple(sorted(found))


def _short(text: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if text.startswith(namespace) and "/" not in text[len(namespace) :]:
            return f"{prefix}:{text[len(namespace) :]}"
    return text
