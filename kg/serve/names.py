"""The index of names that the search reads: two files per generation of the store, mapped into every worker.

``GENERATION.names`` has a line for each name of each thing, folded, with its type and the place of its row;
``GENERATION.rows`` has the rows as JSON, the most connected first. Finding is a scan of bytes: no process holds the
names of a million things.
``python -m kg.serve.names PLACE FOLDER`` makes them, for what is published at a place.
"""

from __future__ import annotations

import json
import mmap
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from kg.files import whole
from kg.store import Store
from kg.vocab import ENTITY_CLASS, KG, RELATION_PROPERTY, ROLE_PROPERTY

# Signs for the digits of a place; a folded name has no capital letter, so a search never finds a place.
_DIGITS = str.maketrans("0123456789", "ABCDEFGHIJ")
_BACK = str.maketrans("ABCDEFGHIJ", "0123456789")
# The sign of a type, before the place.
_KINDS = {"Method": "M", "Task": "T", "Dataset": "S", "Benchmark": "K", "Metric": "R", "Paper": "P"}
# Where a name may begin to be found, best first: as a whole, at its beginning, at a word, anywhere.
_WAYS = ((b"\n", b"\t"), (b"\n", b""), (b" ", b""), (b"-", b""), (b"", b""))
# Names looked at in one way of finding, so that a type without hits does not read them all into Python.
_MOST_LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """A thing that can be found. ``edges`` counts what is said of it; ``year`` is a paper's."""

    iri: str
    type: str
    label: str
    edges: int
    year: str = ""


def fold(text: str) -> str:
    r"""A name as it is compared: without case, marks on letters, or runs of white space.

    >>> fold("  Schrödinger\tBridge ")
    'schrodinger bridge'
    """
    parts = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).split())


class Names:
    """The index of one generation."""

    def __init__(self, names: mmap.mmap, rows: mmap.mmap, counts: dict[str, int]) -> None:
        self._names, self._rows, self.counts = names, rows, counts

    @classmethod
    def open(cls, folder: Path, generation: str) -> Names | None:
        """The index; None where it is not made, or not yet."""
        try:
            # Written last: where it is, the others are.
            counts = json.loads((folder / f"{generation}.counts").read_bytes())
            maps = [_mapped(folder / f"{generation}.{part}") for part in ("names", "rows")]
        except FileNotFoundError:
            return None
        return cls(maps[0], maps[1], counts)

    def first(self, count: int) -> list[Row]:
        """The most connected things."""
        found: list[Row] = []
        at = 1
        while len(found) < count and at < len(self._rows):
            found.append(self._row(at))
            at = self._rows.find(b"\n", at) + 1
        return found

    def exact(self, text: str) -> Row | None:
        """The most connected thing, papers last, that has the text as one of its names."""
        place = next(self._places(b"\n" + fold(text).encode("utf-8", "replace") + b"\t", skip=1), None)
        return None if place is None else self._row(place)

    def search(self, text: str, *, type_: str | None = None, limit: int = 20) -> list[Row]:
        """The things with a name like the text: whole names first, then beginnings, words, parts; each once."""
        wanted = fold(text).encode("utf-8", "replace")
        found: dict[str, Row] = {}
        if not wanted:
            return []
        for before, after in _WAYS:
            for place in self._places(before + wanted + after, skip=len(before), type_=type_):
                row = self._row(place)
                found.setdefault(row.iri, row)
                if len(found) == limit:
                    return list(found.values())
        return list(found.values())

    def _places(self, wanted: bytes, *, skip: int, type_: str | None = None) -> Iterator[int]:
        """Places of rows, in the order of the names that hold the bytes."""
        at = self._names.find(wanted)
        for _ in range(_MOST_LOOKED_AT):
            if at < 0:
                return
            end = self._names.find(b"\n", at + max(skip, 1))
            line = self._names[self._names.rfind(b"\t", 0, end) + 1 : end]
            kind, place = line[:1].decode(), line[1:].decode()
            if type_ is None or kind == _KINDS.get(type_):
                yield int(place.translate(_BACK))
            at = self._names.find(wanted, end)

    def _row(self, place: int) -> Row:
        end = self._rows.find(b"\n", place)
        return Row(**json.loads(self._rows[place:end]))


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as content:
        return mmap.mmap(content.fileno(), 0, access=mmap.ACCESS_READ)


# ---------------------------------------------------------------- making it


def make(store: Store, folder: Path, generation: str) -> int:
    """Write the index of a store; how many things it has."""
    edges = _edges(store)
    names: dict[str, list[str]] = {}
    things: dict[str, Row] = {}
    for class_, type_ in [*((iri, name) for name, iri in ENTITY_CLASS.items()), (f"{KG}Paper", "Paper")]:
        for iri, label, year in _labels(store, class_, paper=type_ == "Paper"):
            things.setdefault(iri, Row(iri, type_, label, edges[iri], year))
    for iri, alias in _rows(store, "SELECT ?e ?n { ?e skos:altLabel ?n } "):
        if iri in things:
            names.setdefault(iri, []).append(alias)
    # Papers come after the things that they speak of.
    order = sorted(things.values(), key=lambda row: (row.type == "Paper", -row.edges, row.label, row.iri))
    _write(folder, generation, order, names)
    counts = Counter(row.type for row in order)
    with whole(folder / f"{generation}.counts", force=True) as out:
        out.write(json.dumps({**counts, "triples": len(store)}).encode())
    return len(order)


def _write(folder: Path, generation: str, order: Sequence[Row], aliases: dict[str, list[str]]) -> None:
    with (
        whole(folder / f"{generation}.names", force=True) as names,
        whole(folder / f"{generation}.rows", force=True) as rows,
    ):
        names.write(b"\n")
        rows.write(b"\n")
        at = 1
        for row in order:
            place = _KINDS[row.type] + str(at).translate(_DIGITS)
            for name in dict.fromkeys(map(fold, (row.label, *sorted(aliases.get(row.iri, ()))))):
                names.write(f"{name}\t{place}\n".encode("utf-8", "replace"))
            line = json.dumps(asdict(row), ensure_ascii=False).encode("utf-8", "replace") + b"\n"
            rows.write(line)
            at += len(line)


def _edges(store: Store) -> Counter[str]:
    """How many edges end at a thing, and how many of its relations begin there."""
    found: Counter[str] = Counter()
    for end, properties in (("?o", ROLE_PROPERTY), ("?o", RELATION_PROPERTY), ("?s", RELATION_PROPERTY)):
        for iri in properties.values():
            for thing, count in store.query(f"SELECT {end} (COUNT(*) AS ?n) {{ ?s <{iri}> ?o }} GROUP BY {end}").rows:
                found[str(thing)] += int(str(count))
    return found


def _labels(store: Store, class_: str, *, paper: bool) -> Iterator[tuple[str, str, str]]:
    name = "dcterms:title" if paper else "skos:prefLabel"
    query = f"SELECT ?e ?n ?y {{ ?e a <{class_}> OPTIONAL {{ ?e {name} ?n }} OPTIONAL {{ ?e dcterms:issued ?y }} }}"
    for iri, label, issued in store.query(query).rows:
        yield str(iri), str(label or str(iri).rsplit("/", 1)[-1]), str(issued or "")[:4]


def _rows(store: Store, query: str) -> Iterator[tuple[str, str]]:
    for first, second in store.query(query).rows:
        yield str(first), str(second)


def main() -> None:
    """Make the index of a place in a folder."""
    from kg.serve.sandbox import close_network, die_with_parent
    from kg.serve.worker import Source

    place, folder, parent = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    die_with_parent(parent)
    close_network()
    source = Source(place, folder)
    store = source.store()
    assert source.version is not None  # noqa: S101
    make(store, folder, source.version)


if __name__ == "__main__":
    main()
