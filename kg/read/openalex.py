"""Works of OpenAlex: lines of a snapshot or the answers of its API, with the abstract as an inverted index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.inputs.strings import excerpt
from kg.model import Rejected
from kg.read.base import Format, Item, Source
from kg.read.jsonl import each_record, json_sniff
from kg.read.people import names
from kg.read.record import Fields, to_items


def to_text(index: object) -> str:
    """The text whose words and their positions an inverted index holds; missing positions are passed over.

    Raises:
        ValueError: the index is none, or two words claim one place.

    >>> to_text({"we": [0, 4], "study": [1], "graphs": [2]})
    'we study graphs we'
    """
    if not isinstance(index, dict):
        raise ValueError("abstract_inverted_index is no object")  # noqa: TRY004
    words: dict[int, str] = {}
    for word, places in index.items():
        if not isinstance(places, list) or not all(type(p) is int and p >= 0 for p in places):
            raise ValueError(f"the positions of {excerpt(word, 20)!r} are no list of numbers")
        for place in places:
            if words.setdefault(place, word) != word:
                raise ValueError(f"two words stand at position {place}")
    return " ".join(words[place] for place in sorted(words))


def _names(record: dict[str, Any]) -> tuple[str, ...]:
    authorships = record.get("authorships")
    found = [a for a in authorships if isinstance(a, dict)] if isinstance(authorships, list) else []
    return names([a.get("author") or a.get("raw_author_name") for a in found])


def _venue(record: dict[str, Any]) -> Any:
    place = record.get("primary_location") or record.get("host_venue")
    source = (place.get("source") or place) if isinstance(place, dict) else {}
    return source.get("display_name") if isinstance(source, dict) else None


def _items(record: dict[str, Any], where: str) -> Iterator[Item]:
    index = record.get("abstract_inverted_index")
    title = record.get("title") or record.get("display_name")
    try:
        abstract = to_text(index) if index is not None else record.get("abstract")
    except ValueError as error:
        yield Rejected(where, excerpt(str(title or record.get("id"))), str(error))
        return
    ids = record.get("ids")
    given = Fields(
        key=record.get("id"),
        title=title,
        abstract=abstract,
        date=record.get("publication_date") or record.get("publication_year"),
        authors=_names(record),
        venue=_venue(record),
        url=record.get("id"),
        links=(record.get("doi"), record.get("id"), *(ids.values() if isinstance(ids, dict) else ()), *_places(record)),
    )
    yield from to_items(given, source=FORMAT.name, where=where)


def _places(record: dict[str, Any]) -> Iterator[str]:
    places = record.get("locations")
    for place in places if isinstance(places, list) else ():
        url = place.get("landing_page_url") if isinstance(place, dict) else None
        if isinstance(url, str) and "arxiv.org" in url:
            yield url


def read(source: Source) -> Iterator[Item]:
    """The works of a file; works that OpenAlex knows no abstract of are rejected one by one."""
    yield from each_record(source, _items)


FORMAT = Format("openalex", "OpenAlex works (JSONL or API answers)", json_sniff("abstract_inverted_index"), read)
