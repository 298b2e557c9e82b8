"""CSL-JSON, as Zotero and other reference managers export it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from kg.read.base import Format, Item, Source
from kg.read.jsonl import each_record, json_sniff
from kg.read.people import names
from kg.read.record import Fields, to_items

# The only markup that CSL allows within a field, and what publishers put into abstracts.
_MARKUP = re.compile(
    r"</?(?:i|b|sub|sup|sc|span|p|title|sec|italic|bold|jats:[a-z-]+|br)(?:\s[^<>]*)?/?>", re.IGNORECASE
)


def _plain(text: Any) -> Any:
    return unescape(_MARKUP.sub("", text)) if isinstance(text, str) else text


def _issued(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return value.get("date-parts") or value.get("raw") or value.get("literal")


def _people(value: Any) -> tuple[str, ...]:
    people = []
    for person in value if isinstance(value, list) else ():
        if isinstance(person, dict):
            particle = person.get("non-dropping-particle") or person.get("dropping-particle")
            family = " ".join(p for p in (particle, person.get("family")) if isinstance(p, str) and p)
            suffix = f" {person['suffix']}" if isinstance(person.get("suffix"), str) else ""
            people.append({**person, "family": family + suffix})
    return names(people)


def _items(record: dict[str, Any], where: str) -> Iterator[Item]:
    venue = record.get("container-title") or record.get("event-title") or record.get("event")
    key = record.get("id") or record.get("citation-key")
    given = Fields(
        key=key,
        title=_plain(record.get("title")),
        abstract=_plain(record.get("abstract")),
        date=_issued(record.get("issued")),
        authors=_people(record.get("author")),
        venue=_plain(venue[0] if isinstance(venue, list) and venue else venue),
        url=record.get("URL"),
        links=tuple(record.get(k) for k in ("DOI", "number", "note", "archive_location")) + _pmid(record) + (key,),
    )
    yield from to_items(given, source=FORMAT.name, where=where)


def _pmid(record: dict[str, Any]) -> tuple[str, ...]:
    return (f"pmid:{record['PMID']}",) if isinstance(record.get("PMID"), str | int) else ()


def read(source: Source) -> Iterator[Item]:
    """The entries of a library; one without an abstract is rejected by its title."""
    yield from each_record(source, _items)


_sniff = json_sniff("date-parts|container-title|citation-key")
FORMAT = Format("csl_json", "CSL-JSON (Zotero and other reference managers)", _sniff, read)
