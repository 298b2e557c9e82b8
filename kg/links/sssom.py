"""Mappings in SSSOM's TSV: what somebody has matched already (https://mapping-commons.github.io/sssom/).

The name is the subject's label (else the object's), the address the object's id. A short id (``wikidata:Q2539``) is
spelled out by the ``curie_map`` in the comment lines at the top. ``skos:exactMatch`` makes a thing of whatever type, as
its author says; ``skos:closeMatch`` one for close matches. Other predicates, denied rows (``predicate_modifier``) and
``owl:sameAs`` give no thing and are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.inputs.lines import Line, numbered
from kg.inputs.source import Source
from kg.inputs.strings import excerpt
from kg.links.base import Format, Item, thing
from kg.links.rows import first_row, separator_of, split
from kg.model import ENTITY_TYPES, Rejected
from kg.vocab import OWL, RDF, RDFS, SKOS

_PREFIXES = {"owl": OWL, "rdf": RDF, "rdfs": RDFS, "skos": SKOS}  # those that every file may use
_PREFIX = re.compile(r"#\s+\"?([\w.-]+)\"?:\s+\"?(https?://[^\s\"]+)\"?\s*")
_MATCHES = {SKOS + "exactMatch": False, SKOS + "closeMatch": True}


def _read(source: Source) -> Iterator[Item]:
    prefixes, header = dict(_PREFIXES), dict[str, int]()
    separator = "\t"
    for line in numbered(source):
        if not isinstance(line, Line):
            yield line
        elif line.text.startswith("#") and not header:
            if found := _PREFIX.fullmatch(line.text):
                prefixes[found.group(1)] = found.group(2)
        elif line.text.strip():
            separator = separator if header else separator_of(line.text)
            where = f"{source.name}:{line.number}"
            try:
                cells = split(line.text, separator)
            except ValueError as error:
                yield Rejected(where, excerpt(line.text), f"no row of a table: {error}")
                continue
            if header:
                yield _thing(where, {n: cells[at] if at < len(cells) else "" for n, at in header.items()}, prefixes)
            else:
                header = {name.lower(): at for at, name in enumerate(cells)}


def _thing(where: str, row: dict[str, str], prefixes: dict[str, str]) -> Item:
    predicate = _full(row.get("predicate_id", ""), prefixes)
    if predicate not in _MATCHES or row.get("predicate_modifier"):
        found = " ".join(filter(None, (row.get("predicate_modifier"), row.get("predicate_id"))))
        return Rejected(
            where, excerpt(found) or "no predicate_id", "links are skos:exactMatch or skos:closeMatch alone"
        )
    iri = _full(row["object_id"], prefixes)
    if not iri.startswith(("http://", "https://")):
        remedy = "an id that cannot be spelled out; name its prefix in the curie_map at the top of the file"
        return Rejected(where, excerpt(row["object_id"]), remedy)
    label, other = row.get("subject_label") or row.get("object_label"), row.get("object_label")
    types = frozenset(ENTITY_TYPES)
    return thing(where, iri, label or "", [other], types, "own mappings", close_only=_MATCHES[predicate])


def _full(id_: str, prefixes: dict[str, str]) -> str:
    prefix, mark, rest = id_.partition(":")
    return prefixes[prefix] + rest if mark and prefix in prefixes and not rest.startswith("//") else id_


def _sniff(head: bytes, _suffix: str) -> bool:
    return {"object_id", "predicate_id"} <= set(first_row(head))


FORMAT = Format("sssom", "mappings in SSSOM's TSV", _sniff, _read)
