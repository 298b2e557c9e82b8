"""JSON records with the usual names of fields, one per line, in an array, or alone; kg's own records too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from kg.inputs.json_values import values
from kg.inputs.strings import excerpt
from kg.model import PaperIds, Rejected
from kg.read.base import Format, Item, Source
from kg.read.people import names
from kg.read.record import Fields, to_items

Record: TypeAlias = dict[str, Any]

# Field -> the names that it goes by; the first that is there and not null or empty counts. Case does not matter.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "paper_id", "paperid", "arxiv_id", "arxivid", "corpusid", "pmid", "uid", "key", "_id"),
    "title": ("title", "display_name", "name", "paper_title"),
    "abstract": ("abstract", "text", "summary", "abstract_text", "paperabstract", "paper_abstract", "description"),
    "date": ("date", "published", "publication_date", "publicationdate", "published_at", "publishedat", "created",
             "update_date", "submitted", "year", "publication_year", "pub_date"),
    "authors": ("authors", "author", "creators", "author_names"),
    "author_count": ("author_count",),
    "venue": ("venue", "journal", "journal_ref", "journal-ref", "booktitle", "container-title", "conference"),
    "url": ("url", "link", "paper_url", "abs_url", "pdf_url", "pdf"),
}  # fmt: skip
# Fields that hold nothing but an identifier; the words before it say which, where the value is bare.
LINKS: Mapping[str, str] = {
    "doi": "", "arxiv_id": "arxiv:", "arxivid": "arxiv:", "arxiv": "arxiv:", "openalex_id": "", "openalex": "",
    "acl_id": "", "acl": "", "pmid": "pmid:", "pubmed_id": "pmid:", "url": "", "link": "", "paper_url": "",
    "abs_url": "", "pdf_url": "",
}  # fmt: skip
_KINDS = {list: "an array", str: "a text", bool: "true or false", type(None): "null"}
_ID_NAMES = frozenset(PaperIds.__slots__)


def json_sniff(key: str = "") -> Callable[[bytes, str], bool]:
    """A test whether a file begins like JSON and, if a key is given as a regular expression, has it among its keys."""
    pattern = re.compile(rb'(?<!\\)"(?:' + key.encode() + rb')"\s*:')

    def sniff(head: bytes, suffix: str) -> bool:
        start = head.lstrip()
        if key:
            return start[:1] in (b"{", b"[") and bool(pattern.search(head))
        likely = re.match(rb'\{\s*["}]|\[\s*[\[{\]]', start)
        return bool(likely) or (suffix in (".jsonl", ".ndjson", ".json") and bool(start) and b"\x00" not in head)

    return sniff


def to_fields(record: Mapping[str, Any]) -> Fields:
    """The fields of a record by their usual names."""
    lower = {str(key).lower(): value for key, value in record.items()}
    found = {
        field: next((lower[a] for a in aliases if lower.get(a) not in (None, "", [])), None)
        for field, aliases in ALIASES.items()
    }
    count = found["author_count"]
    known = lower.get("ids")
    ids = None
    if isinstance(known, dict) and known.keys() <= _ID_NAMES and all(isinstance(v, str) for v in known.values()):
        ids = PaperIds(**known)
    links = tuple(word + str(v) for k, word in LINKS.items() if isinstance(v := lower.get(k), str | int) and v)
    more = tuple(v for v in known.values() if isinstance(v, str)) if isinstance(known, dict) else ()
    return Fields(
        key=found["id"],
        title=found["title"],
        abstract=found["abstract"],
        date=found["date"],
        authors=names(found["authors"]),
        author_count=count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None,
        venue=_first_text(found["venue"]),
        url=_first_text(found["url"]),
        ids=ids,
        links=(found["id"], *links, *more),
    )


def _first_text(value: Any) -> str | None:
    while isinstance(value, list | dict) and value:
        value = value[0] if isinstance(value, list) else value.get("name") or value.get("title")
    return value if isinstance(value, str) else None


def each_record(source: Source, to_items: Callable[[Record, str], Iterator[Item]]) -> Iterator[Item]:
    """What ``to_items`` makes of each JSON object of a file and its place; what is no object is rejected."""
    for value in values(source):
        if isinstance(value, Rejected):
            yield value
        elif isinstance(value[1], dict):
            yield from to_items(value[1], value[0])
        else:
            kind = _KINDS.get(type(value[1]), "a number")
            yield Rejected(value[0], excerpt(repr(value[1])), f"a record is a JSON object, not {kind}")


def _items(record: Record, where: str) -> Iterator[Item]:
    own = record.get("source")
    given = to_fields(record)
    if given.abstract is not None:
        yield from to_items(given, source=own if isinstance(own, str) and own else FORMAT.name, where=where)
        return
    what = excerpt(given.title if isinstance(given.title, str) else str(given.key or "")) or "a record without a title"
    known, keys = "|".join(ALIASES["abstract"]), excerpt(", ".join(map(str, record)))
    yield Rejected(where, what, f"no abstract: none of {known} has a text (keys found: {keys})")


def read(source: Source) -> Iterator[Item]:
    """The papers of a JSON file; a record that names its own source (as those of ``kg read`` do) keeps it."""
    yield from each_record(source, _items)


_HELP = "JSON records with title and abstract (or text, summary): JSONL, an array, one object"
FORMAT = Format("jsonl", _HELP, json_sniff(), read)
