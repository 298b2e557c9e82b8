"""Sorted triples and notes to rows of tables: each is made when its subject has passed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from kg import vocab
from kg.cluster.lines import read_note
from kg.cluster.notes import MERGED, NAMED, QUOTE
from kg.cluster.tables import COLUMNS, Kind
from kg.ids import home_of, kind_of
from kg.ntriples import text_of

_TYPES = {f"<{class_}>": type_ for type_, class_ in vocab.ENTITY_CLASS.items()}
_CLAIM_TYPES = {f"<{class_}>": type_ for type_, class_ in vocab.CLAIM_CLASS.items()}
# The table of each kind of subject, and what is read of one beside the columns' own properties.
_TABLE_OF: Final = {
    "paper": "papers",
    "statement": "edges",
    "result": "results",
    "claim": "claims",
    **dict.fromkeys((type_.lower() for type_ in vocab.ENTITY_CLASS), "entities"),
}
_READ_TOO: Final = {
    "papers": (vocab.DCTERMS + "title",),
    "entities": (vocab.TYPE,),
    "edges": (vocab.RDF + "predicate", vocab.HAS_EVIDENCE),
    "claims": (vocab.TYPE,),
}
_READ: Final = {
    table: frozenset(f"<{p}>" for p in (*(c.property for c in columns if c.property), *_READ_TOO.get(table, ())))
    for table, columns in COLUMNS.items()
}
_Values: TypeAlias = dict[str, list[str]]


class Rows:
    """The rows of all tables, from sorted lines and notes; a row is made when its subject has passed."""

    def __init__(self) -> None:
        self._rows: dict[str, list[dict[str, Any]]] = {name: [] for name in COLUMNS}
        self._subject, self._table = "", ""
        self._read: frozenset[str] = frozenset()
        self._values: _Values = {}
        self._made: dict[str, Any] = {}

    def see(self, line: str) -> None:
        """Take in a triple, which comes once."""
        subject, predicate, rest = line.split(" ", 2)
        if subject != self._subject:
            self._end()
            self._begin(subject)
        if predicate in self._read:
            self._values.setdefault(predicate, []).append(rest[:-2])

    def note(self, line: bytes) -> None:
        """Take in a note on the subject whose triples came last."""
        subject, (kind, *cells) = read_note(line)
        if subject != self._subject:
            raise ValueError(f"a note on {subject}, of which there are no triples: {kind}")
        if kind == QUOTE and cells[0] == self._values.get(f"<{vocab.HAS_EVIDENCE}>", [""])[0]:
            self._made.update(quote=cells[1], paper=cells[2])
        elif kind == NAMED:
            self._made["papers"] = self._made.get("papers", 0) + cells[2]
            years = [y for y in (self._made.get("first_year"), cells[1]) if y is not None]
            self._made["first_year"] = min(years, default=None)
        elif kind == MERGED:
            row = {c.name: _cell(c.kind, [cell]) for c, cell in zip(COLUMNS["merges"], cells[1:], strict=True)}
            self._rows["merges"].append(row)

    def _begin(self, subject: str) -> None:
        iri = subject[1:-1]
        kind = kind_of(iri)
        if kind == "paper" and home_of(iri) != iri:
            kind = ""  # evidence
        self._subject, self._table = subject, _TABLE_OF.get(kind, "")
        self._read = _READ.get(self._table, frozenset())

    def all(self) -> dict[str, list[dict[str, Any]]]:
        """The rows of each table, when all has passed."""
        self._end()
        return self._rows

    def _end(self) -> None:
        if self._table:
            said = {
                c.name: _cell(c.kind, [text_of(term) for term in self._values.get(f"<{c.property}>", ())])
                for c in COLUMNS[self._table]
                if c.property
            }
            own = {"id": self._subject[1:-1], **said, **_MADE.get(self._table, _nothing)(self._values), **self._made}
            own["label"] = own.get("label") or own["id"]
            self._rows[self._table].append(own)
        self._subject = self._table = ""
        self._values, self._made = {}, {}


def _cell(kind: Kind, texts: list[str]) -> Any:
    """The cell of what is said; nothing where that is no such thing."""
    if kind == "strings":
        return texts
    if not texts:
        return None
    if kind == "boolean":
        return texts[0] == "true"
    if kind == "string":
        return texts[0]
    try:
        return int(texts[0]) if kind == "integer" else float(texts[0])
    except ValueError:
        return None


def _nothing(_: _Values) -> dict[str, Any]:
    return {}


def _of_paper(values: _Values) -> dict[str, Any]:
    terms = (values.get(f"<{vocab.DCTERMS}{name}>") for name in ("title", "identifier"))
    found = next(filter(None, terms), None)
    return {"label": text_of(found[0])} if found else {}


def _of_edge(values: _Values) -> dict[str, Any]:
    predicate = next(iter(values.get(f"<{vocab.RDF}predicate>", ())), None)
    return {"predicate": predicate and text_of(predicate).removeprefix(vocab.KG)}


def _typed(types: dict[str, Any]) -> Callable[[_Values], dict[str, Any]]:
    def of(values: _Values) -> dict[str, Any]:
        return {"type": next((types[c] for c in values.get(f"<{vocab.TYPE}>", ()) if c in types), None)}

    return of


_MADE: Final = {"papers": _of_paper, "edges": _of_edge, "entities": _typed(_TYPES), "claims": _typed(_CLAIM_TYPES)}
