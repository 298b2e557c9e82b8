"""Topics, concepts and keywords of OpenAlex: lines of the snapshot, or pages of answers of the API.

Fields: ``id``, ``display_name``, ``display_name_alternatives`` (https://docs.openalex.org/api-entities/topics/topic-object,
https://docs.openalex.org/api-entities/concepts/concept-object, https://docs.openalex.org/download-all-data/snapshot-data-format).
A concept also names its Wikidata item, which is a thing of its own here. None has a type: a topic is a heap of papers
with a name, so that an equal name is a close match at best.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kg.inputs.json_values import values
from kg.inputs.source import Source
from kg.inputs.strings import excerpt
from kg.links.base import Format, Item, thing
from kg.links.wikidata import ENTITY
from kg.model import Rejected

_ID = re.compile(
    r"https://openalex\.org/(?:([TC])[1-9][0-9]{0,11}|(topics|concepts|keywords|subfields|fields|domains)/[\w%-]+)",
    re.IGNORECASE,
)
_KINDS = {"t": "topics", "c": "concepts"}
_ITEM = re.compile(r"https?://www\.wikidata\.org/(?:wiki|entity)/(Q[1-9][0-9]{0,11})")
_WORK = re.compile(rb'"https://openalex\.org/[WA][0-9]+"')
_SIGN = re.compile(rb'"https://openalex\.org/(?:[TC][0-9]+|(?:topics|concepts|keywords|subfields|fields|domains)/)')


def _read(source: Source) -> Iterator[Item]:
    for item in values(source):
        if isinstance(item, Rejected):
            yield item
            continue
        where, record = item
        id_ = record.get("id") if isinstance(record, dict) else None
        kind = _ID.fullmatch(id_) if isinstance(id_, str) else None
        if not isinstance(id_, str) or not kind:
            yield Rejected(where, excerpt(str(id_ or record)), "no topic, concept or keyword of OpenAlex by its id")
        else:
            source_ = "OpenAlex " + (_KINDS.get((kind.group(1) or "").lower()) or kind.group(2).lower())
            yield from _things(where, id_, record, source_)


def _things(where: str, id_: str, record: dict[str, Any], source: str) -> Iterator[Item]:
    others = record.get("display_name_alternatives")
    label, aliases = record.get("display_name"), others if isinstance(others, list) else []
    yield thing(where, id_, label, aliases, source=source)
    ids = record.get("ids")
    address = record.get("wikidata") or (ids.get("wikidata") if isinstance(ids, dict) else None)
    if isinstance(address, str) and isinstance(label, str) and (item := _ITEM.fullmatch(address)):
        yield thing(where, ENTITY + item.group(1), label, aliases, source=source)


def _sniff(head: bytes, _suffix: str) -> bool:
    json = head.lstrip()[:1] in (b"{", b"[")
    return json and b'"display_name"' in head and bool(_SIGN.search(head)) and not _WORK.search(head)


FORMAT = Format("openalex", "topics, concepts and keywords of OpenAlex (JSON)", _sniff, _read)
