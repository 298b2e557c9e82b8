"""What a set of triples holds, counted line by line, and a name for the set: shards are counted apart and added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from kg import __version__
from kg.graph.rdf import build_facts
from kg.ids import digest
from kg.model import ENTITY_TYPES
from kg.vocab import CLAIM, ENTITY_CLASS, EVIDENCE, PAPER, RDF, RELATION_PROPERTY, RESULT, TYPE

_TYPE, _PREDICATE = f"<{TYPE}>".encode(), f"<{RDF}predicate>".encode()
_RELATIONS = frozenset(iri.encode() for iri in RELATION_PROPERTY.values())
_MODULUS = 1 << 128


class Tally:
    """Counts the things in a set of triples, and their checksum: a sum over the triples, so that each can be taken out.

    The sum of hashes changes with every triple, whatever the order; it guards against mistakes, not against forgery.
    """

    def __init__(self, record: Mapping[str, Any] | None = None) -> None:
        given = record or {"classes": {}, "relations": 0, "triples": 0, "sum": "0", "about": []}
        self._classes: Counter[str] = Counter(given["classes"])
        self._relations: int = given["relations"]
        self._sum = int(given["sum"], 16)
        self.triples: int = given["triples"]
        self.about: list[str] = given["about"]

    def to_record(self) -> dict[str, Any]:
        """What the constructor makes the same tally from."""
        classes = {name: count for name, count in sorted(self._classes.items()) if count}
        counted = {"classes": classes, "relations": self._relations, "triples": self.triples}
        return {**counted, "sum": f"{self._sum:x}", "about": self.about}

    @property
    def generation(self) -> str:
        """A name for the set of triples."""
        return digest(f"{self._sum:032x}", str(self.triples))

    def put(self, lines: Iterable[str]) -> bytes:
        """Count lines that were not among the triples; they come back as bytes, each with its line end."""
        return self._count(lines, 1)

    def take(self, lines: Iterable[str]) -> None:
        """Count lines no longer."""
        self._count(lines, -1)

    def _count(self, lines: Iterable[str], by: int) -> bytes:
        coded = [line.encode() for line in lines]
        for line in coded:
            _, predicate, object_ = line.split(b" ", 2)
            if predicate == _TYPE:
                self._classes[object_[1:-3].decode()] += by
            elif predicate == _PREDICATE and object_[1:-3] in _RELATIONS:
                self._relations += by
        total = sum([int.from_bytes(blake2b(line, digest_size=16).digest()) for line in coded])
        self._sum = (self._sum + by * total) % _MODULUS
        self.triples += by * len(coded)
        return b"".join([line + b"\n" for line in coded])

    def join(self, record: Mapping[str, Any]) -> None:
        """Count what another has counted."""
        self._classes.update(record["classes"])
        self._relations += record["relations"]
        self._sum = (self._sum + int(record["sum"], 16)) % _MODULUS
        self.triples += record["triples"]

    def close(self, settings: Mapping[str, object]) -> list[str]:
        """The triples about the build, which are counted too from now on."""
        self.about = build_facts(__version__, settings, self.counts() | {"evidence": self._classes[EVIDENCE]})
        self.put(self.about)
        return self.about

    def by_type(self) -> dict[str, int]:
        """Entities by type."""
        return {type_: self._classes[ENTITY_CLASS[type_]] for type_ in ENTITY_TYPES}

    def counts(self) -> dict[str, int]:
        """What a graph counts of itself, beside its evidence."""
        return {
            "papers": self._classes[PAPER],
            "entities": sum(self.by_type().values()),
            "relations": self._relations,
            "results": self._classes[RESULT],
            "claims": self._classes[CLAIM],
        }
