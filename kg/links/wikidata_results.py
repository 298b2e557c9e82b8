"""Answers of query.wikidata.org: CSV, TSV or JSON with the columns of an item, its label and its other names.

The label service names them after the item's variable: ``?item ?itemLabel ?itemAltLabel``, other names joined by commas
(https://www.mediawiki.org/wiki/Wikidata_Query_Service/User_Manual). A column ``type`` (Method, Task, ...) or ``class``
(the class of the item, as its address) tells the type. Read are the formats of SPARQL 1.1 (CSV and TSV,
https://www.w3.org/TR/sparql11-results-csv-tsv/; JSON, https://www.w3.org/TR/sparql11-results-json/) and the plainer TSV
and JSON that the site's own download gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kg.inputs.json_values import values
from kg.inputs.source import Source
from kg.inputs.strings import excerpt
from kg.links.base import Format, Item, thing
from kg.links.classes import types_of
from kg.links.rows import Row, first_row, rows
from kg.links.table import types_in
from kg.links.wikidata import ENTITY
from kg.model import Rejected

_ADDRESS = re.compile(r"https?://(?:www\.)?wikidata\.org/(?:entity|wiki)/(Q[1-9][0-9]{0,11})|(Q[1-9][0-9]{0,11})")
# A cell of the TSV of SPARQL: an address in brackets, or a text with its language.
_TERM = re.compile(r"<([^<>]*)>|\"(.*)\"(?:@[A-Za-z-]+|\^\^<[^<>]*>)?", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)")
_WHITE = {"t": "\t", "n": "\n", "r": "\r"}
_VERBOSE = re.compile(rb'"head"\s*:\s*\{\s*"(?:vars|link)"')
_PLAIN = re.compile(rb'^\s*\[\s*\{\s*(?:"\w+"\s*:\s*"[^"]*"\s*,\s*)*?"\w+"\s*:\s*"https?://www\.wikidata\.org/entity/Q')


def _variable(columns: Mapping[str, Any] | list[str]) -> str | None:
    """The variable of the item: ``item`` where it is there, else the first that has a label."""
    with_label = [c for c in columns if f"{c}label" in columns and c not in ("type", "class")]
    return "item" if "item" in with_label else next(iter(with_label), None)


def _plain(cell: str) -> str:
    found = _TERM.fullmatch(cell)
    if not found:
        return cell
    address, text = found.groups()
    return address if text is None else _ESCAPED.sub(lambda m: _WHITE.get(m.group(1), m.group(1)), text)


def _read(source: Source) -> Iterator[Item]:
    if source.stream.peek(1).lstrip()[:1] in (b"{", b"["):  # type: ignore[attr-defined]
        yield from _read_json(source)
    else:
        yield from _read_table(source)


def _read_json(source: Source) -> Iterator[Item]:
    for item in values(source):
        if isinstance(item, Rejected):
            yield item
            continue
        where, value = item
        results = value.get("results") if isinstance(value, dict) else None
        bindings = results.get("bindings") if isinstance(results, dict) else None
        for number, record in enumerate(bindings if isinstance(bindings, list) else [value]):
            place = f"{where}[{number}]" if isinstance(bindings, list) else where
            if isinstance(record, dict):
                yield from _thing(place, {str(k).lower(): _text(v) for k, v in record.items()})
            else:
                yield Rejected(place, excerpt(str(record)), "no row of a query's answer")


def _text(cell: object) -> str:
    found = cell.get("value") if isinstance(cell, dict) else cell
    return found if isinstance(found, str) else ""


def _read_table(source: Source) -> Iterator[Item]:
    header: list[str] | None = None
    for row in rows(source, bare=True):
        if not isinstance(row, Row):
            yield row
        elif header is None:
            header = [cell.lower().removeprefix("?") for cell in row.cells]
        elif len(row.cells) != len(header):
            remedy = f"{len(row.cells)} cells, where {len(header)} belong; give the answer as it was downloaded"
            yield Rejected(row.where, excerpt(" ".join(row.cells)), remedy)
        else:
            yield from _thing(row.where, dict(zip(header, map(_plain, row.cells), strict=True)))


def _thing(where: str, row: dict[str, str]) -> Iterator[Item]:
    variable = _variable(row)
    found = _ADDRESS.fullmatch(row.get(variable or "", ""))
    if variable is None or not found:
        given = excerpt(row.get(variable or "item") or ", ".join(row))
        yield Rejected(where, given, "no Wikidata item with a label; ask for ?item ?itemLabel ?itemAltLabel")
        return
    id_ = found.group(1) or found.group(2)
    label = row[f"{variable}label"]
    if label == id_:
        yield Rejected(where, id_, "it has no label in the language of the query; add English (en) and mul to it")
        return
    types = _types(row)
    if isinstance(types, str):
        yield Rejected(where, excerpt(row["type"]), types)
    elif types is not None:
        aliases = row.get(f"{variable}altlabel", "").split(", ")
        yield thing(where, ENTITY + id_, label, aliases, types, "Wikidata")


def _types(row: dict[str, str]) -> Any:
    """The types that a row gives; None where it gives a class that no entity has, a message where it gives no type."""
    class_ = _ADDRESS.fullmatch(row.get("class", ""))
    if class_:
        return types_of([class_.group(1) or class_.group(2)])
    try:
        return types_in(row.get("type", ""))
    except ValueError as error:
        return str(error)


def _sniff(head: bytes, _suffix: str) -> bool:
    if head.lstrip()[:1] in (b"{", b"["):
        return bool(_VERBOSE.search(head) or _PLAIN.search(head))
    header = [cell.removeprefix("?") for cell in first_row(head)]
    return b"wikidata.org/" in head and _variable(header) is not None


FORMAT = Format("wikidata_results", "answers of query.wikidata.org (CSV, TSV, JSON)", _sniff, _read)
