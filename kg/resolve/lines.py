"""A line for each name that papers use, with the entity that it means (``kg resolve``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from kg.model import EntityType
from kg.resolve.names import Names

# Share of the papers with a name in which it must mean one entity to be said to mean it.
_MOSTLY = 2 / 3


@dataclass(frozen=True, slots=True)
class NameLine:
    """A name (main or other) of a type as papers have it, and the IRI and label of the entity that it means."""

    type: EntityType
    name: str
    iri: str
    label: str
    reason: str

    def to_record(self) -> dict[str, str]:
        """The line as it is written."""
        return {"type": self.type, "name": self.name, "iri": self.iri, "label": self.label, "reason": self.reason}


def name_lines(names: Names) -> Iterator[NameLine]:
    """A line per distinct type and name, every surface too, in order of type and name.

    A name that papers give to several entities means the one that most give it to, if these are two thirds of them;
    else what it means in a paper that does not say.
    """
    index = names.index
    for (type_, name), said in groupby(index.names(), key=lambda row: row[:2]):
        papers: Counter[str] = Counter()
        for _, _, key, count in said:
            papers[names.home(key, type_)] += count
        home = min(papers, key=lambda h: (-papers[h], h))
        if papers[home] < _MOSTLY * papers.total():
            home = names.meant_by(index.wishes.form_of(name), type_)
        node = names.node(home)
        why = names.why(name, home)
        if node.type != type_:
            why += f"; {type_} here, {node.type} in most papers"
        yield NameLine(type_, name, node.iri, node.label, why)
