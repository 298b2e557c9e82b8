"""What one graph says that another does not: papers, entities, edges, results, claims, sentences.

Both are walked side by side, subject by subject in the order of their IRIs, so that memory holds what differs and no
graph. The node of the build is left out: its counts follow from the rest, and versions are no facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from typing import Final, Literal, TypeAlias

from kg import vocab
from kg.export.triples import Lines, Object, subjects
from kg.ids import BASE, kind_of, statement_iri
from kg.query.table import Table
from kg.store import Store

Change: TypeAlias = Literal["added", "removed", "changed"]
_Values: TypeAlias = Mapping[str, Sequence[Object]]

# In the order in which differences are listed.
KINDS: Final = ("paper", "entity", "edge", "result", "claim", "sentence", "other")
COLUMNS: Final = ("change", "kind", "name", "was", "now", "iri")
_KIND_OF: Final = {
    vocab.PAPER: "paper",
    **dict.fromkeys(vocab.ENTITY_CLASS.values(), "entity"),
    vocab.STATEMENT: "edge",
    vocab.RESULT: "result",
    vocab.CLAIM: "claim",
    vocab.EVIDENCE: "sentence",
    vocab.BUILD: "build",
}
# What leads to a node that is compared for itself: edges to their statements, papers to claims, claims to results.
_EDGES: Final = frozenset({*vocab.ROLE_PROPERTY.values(), *vocab.RELATION_PROPERTY.values()})
_LINKS: Final = _EDGES | {vocab.STATES, vocab.REPORTS}
# What names a node, the first that it has.
_NAMES: Final = (
    vocab.SKOS + "prefLabel",
    vocab.DCTERMS + "title",
    vocab.TEXT,
    vocab.QUOTE,
    vocab.RDFS + "label",
    vocab.DCTERMS + "identifier",
)
_LABELS_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """A node that one graph has and the other has not, or of which they say different things.

    ``name`` is what a person calls it, in parts; a part that is a :class:`~kg.export.triples.Object` without datatype
    is the IRI of a node whose label stands for it. ``was`` and ``now`` are what only the one or the other graph says.
    """

    change: Change
    kind: str
    iri: str
    name: tuple[Object, ...]
    was: tuple[str, ...] = ()
    now: tuple[str, ...] = ()


def differences(before: Lines, after: Lines) -> Iterator[Difference]:
    """What differs between two graphs in sorted lines of N-Triples, in the order of the IRIs.

    Raises:
        KgError: a line is no triple.

    >>> [found] = differences([], ['<http://e/a> <http://www.w3.org/2000/01/rdf-schema#label> "A" .'])
    >>> found.change, found.kind, found.name[0].text
    ('added', 'other', 'A')
    """
    sides = (_side(lines, side) for side, lines in enumerate((before, after)))
    for term, group in groupby(merge(*sides, key=lambda item: item[:2]), key=lambda item: item[0]):
        found: dict[int, _Values] = {side: values for _, side, values in group}
        was, now = found.get(0, {}), found.get(1, {})
        if was != now and (kind := _kind(now or was)) != "build":
            yield from _of_node(kind, term[1:-1], was, now)
            yield from _of_links(term[1:-1], was, now)


def _side(lines: Lines, side: int) -> Iterator[tuple[str, int, _Values]]:
    # As terms, for so the lines are sorted: "<a#b>" stands before "<a>".
    return ((f"<{iri}>", side, values) for iri, values in subjects(lines))


def _kind(values: _Values) -> str:
    return next((_KIND_OF[c.text] for c in values.get(vocab.TYPE, ()) if c.text in _KIND_OF), "other")


def _of_node(kind: str, iri: str, was: _Values, now: _Values) -> Iterator[Difference]:
    if not was or not now:
        yield Difference("removed" if was else "added", kind, iri, _name(kind, iri, was or now))
    elif (lost := _said(was, now)) != (new := _said(now, was)):
        yield Difference("changed", kind, iri, _name(kind, iri, now), lost, new)


def _said(here: _Values, there: _Values) -> tuple[str, ...]:
    """What a node's triples say here and not there, but for the links."""
    return tuple(
        f"{_short(property_)} {_short(value.text)}"
        for property_ in sorted(here.keys() - _LINKS)
        for value in here[property_]
        if value not in there.get(property_, ())
    )


def _short(text: str) -> str:
    """An IRI as its last word, or within the graph as what follows the base; other text as it is.

    >>> _short(vocab.BELIEF), _short(BASE + "claim/1"), _short("0.5 of it")
    ('belief', 'claim/1', '0.5 of it')
    """
    if text.startswith(BASE):
        return text.removeprefix(vocab.KG).removeprefix(BASE)
    known = next((n for n in vocab.PREFIXES.values() if text.startswith(n)), "")
    return text.removeprefix(known)


def _of_links(iri: str, was: _Values, now: _Values) -> Iterator[Difference]:
    """The links that one side lacks, as differences of what they lead to: they count where that has none of its own."""
    sides: tuple[tuple[Change, _Values, _Values], ...] = (("removed", was, now), ("added", now, was))
    for change, here, there in sides:
        for property_ in sorted(_LINKS & here.keys()):
            for value in here[property_]:
                if value not in there.get(property_, ()):
                    target = statement_iri(iri, property_, value.text) if property_ in _EDGES else value.text
                    name = (Object(iri), Object(_short(property_), "text"), value)
                    yield Difference(change, "other", target, name)


def _name(kind: str, iri: str, values: _Values) -> tuple[Object, ...]:
    if kind == "edge":
        source, predicate, target = (next(iter(values.get(vocab.RDF + e, ())), Object("?")) for e in _ENDS)
        return source, Object(_short(predicate.text), "text"), target
    if kind == "result":
        return tuple(_result(values))
    found = next((values[name][0] for name in _NAMES if name in values), Object(_short(iri), "text"))
    types = [_short(c.text) for c in values.get(vocab.TYPE, ()) if _KIND_OF.get(c.text) == "entity"]
    return found, *(Object(f"({type_})", "text") for type_ in types)


_ENDS: Final = ("subject", "predicate", "object")


def _result(values: _Values) -> Iterator[Object]:
    """Method, value, metric and dataset of a result, as far as known."""
    for before, properties in _RESULT_PARTS:
        found = [values[p][0] for p in properties if p in values]
        if found:
            yield from (*(Object(word, "text") for word in before), found[0])


_RESULT_PARTS: Final = (
    ((), (vocab.METHOD, vocab.METHOD_TEXT)),
    ((), (vocab.VALUE_TEXT,)),
    ((), (vocab.UNIT,)),
    ((), (vocab.METRIC, vocab.METRIC_TEXT)),
    (("on",), (vocab.DATASET, vocab.DATASET_TEXT)),
)


# ---------------------------------------------------------------- as a table


def compare(before: Lines, after: Lines, stores: Sequence[Store]) -> Table:
    """What differs between two graphs as rows of :data:`COLUMNS`, sorted by kind and name.

    Nodes are named by their labels in the first of the ``stores`` that has one. Memory holds the differences.

    Raises:
        KgError: a line is no triple.
    """
    found = list(differences(before, after))
    own = {d.iri for d in found if d.kind != "other"}
    found = [d for d in found if d.kind != "other" or d.iri not in own]
    labels = _labels({p.text for d in found for p in d.name if not p.datatype and kind_of(p.text)}, stores)
    rows = [(d.change, d.kind, _called(d, labels), "; ".join(d.was), "; ".join(d.now), d.iri) for d in found]
    return Table(COLUMNS, tuple(sorted(rows, key=lambda row: (KINDS.index(row[1]), row[2], row[5], row[0]))))


def _called(difference: Difference, labels: Mapping[str, str]) -> str:
    parts = (p.text if p.datatype else labels.get(p.text, _short(p.text)) for p in difference.name)
    return " ".join(parts)


def _labels(iris: Iterable[str], stores: Sequence[Store]) -> dict[str, str]:
    labels: dict[str, str] = {}
    wanted = sorted(iris)
    for store in stores:
        wanted = [iri for iri in wanted if iri not in labels]
        for start in range(0, len(wanted), _LABELS_AT_ONCE):
            some = " ".join(f"<{iri}>" for iri in wanted[start : start + _LABELS_AT_ONCE])
            rows = store.query(f"SELECT ?n ?l {{ VALUES ?n {{ {some} }} ?n skos:prefLabel|dcterms:title ?l }}").rows
            labels |= {str(iri): str(label) for iri, label in sorted(rows, key=str)}
    return labels


def counts(table: Table) -> list[str]:
    """How much of each kind differs, in words.

    >>> row = ("changed", "edge", "a uses b", "belief 0.4", "belief 0.5", "http://e/s")
    >>> counts(Table(COLUMNS, (row, row)))
    ['edge: 2 changed']
    """
    found = Counter((kind, change) for change, kind, *_ in table)
    return [
        f"{kind}: {', '.join(f'{found[kind, c]:,} {c}' for c in ('added', 'removed', 'changed') if found[kind, c])}"
        for kind in KINDS
        if any(k == kind for k, _ in found)
    ]
