"""The JSON dump of Wikidata: an array with one entity a line (https://www.mediawiki.org/wiki/Wikibase/DataModel/JSON).

Of each item its English label (else the one for all languages, ``mul``), the English aliases, and its type by the
classes that it is an instance (P31) or subclass (P279) of (:mod:`kg.links.classes`). Items without such a label, of a
class that no entity of a paper has (people, places, articles), and properties are passed over. The dump has over a
hundred million lines, most of them of these classes: they are known by a pattern before anything is parsed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from kg.inputs.source import Source
from kg.inputs.strings import excerpt
from kg.links.base import Format, Item, thing
from kg.links.classes import types_of
from kg.model import Rejected

ENTITY = "http://www.wikidata.org/entity/"
# The longest items have a few megabytes.
_MAX_LINE = 64 * 1024 * 1024
_ITEM = re.compile(r"Q[1-9][0-9]{0,11}")
_CLASSES = ("P31", "P279")
_IS_A = re.compile(
    rb'"mainsnak":\{"snaktype":"value","property":"P(?:31|279)",[^{}]*"datavalue":\{"value":\{[^{}]*"id":"(Q[0-9]+)"'
)
_SIGNS = (re.compile(rb'"type":\s*"(?:item|property)"'), re.compile(rb'"labels":\s*[\[{]'))


def _read(source: Source) -> Iterator[Item]:
    for number, raw in enumerate(iter(lambda: source.stream.readline(_MAX_LINE), b""), 1):
        line = raw.strip().removesuffix(b",")
        if line in (b"", b"[", b"]") or types_of(c.decode() for c in _IS_A.findall(line)) is None:
            continue
        where = f"{source.name}:{number}"
        try:
            record = json.loads(line.removeprefix(b"["))
        except (ValueError, RecursionError):
            found = excerpt(line[:400].decode("utf-8", "replace"))
            yield Rejected(where, found, "no entity of Wikidata in JSON; the dump has one on each line")
            continue
        if isinstance(record, dict):
            yield from _thing(record, where)
        else:
            yield Rejected(where, excerpt(str(record)), "no entity of Wikidata: not an object")


def _thing(record: dict[str, Any], where: str) -> Iterator[Item]:
    id_ = record.get("id")
    if record.get("type") == "property" or (isinstance(id_, str) and id_[:1] in ("P", "L")):
        return
    if not isinstance(id_, str) or not _ITEM.fullmatch(id_):
        yield Rejected(where, excerpt(repr(id_)), "no id of a Wikidata item, which is Q and digits")
        return
    types = types_of(_classes(record))
    labels = {language: _value(_get(record.get("labels"), language)) for language in ("en", "mul", "en-gb", "en-us")}
    label = labels["en"] or labels["mul"]
    if types is None or label is None:
        return
    aliases = [_value(a) for language in ("en", "mul") for a in _list(_get(record.get("aliases"), language))]
    yield thing(where, ENTITY + id_, label, [*aliases, *labels.values()], types, "Wikidata")


def _classes(record: dict[str, Any]) -> Iterator[str]:
    for property_ in _CLASSES:
        for statement in _list(_get(record.get("claims"), property_)):
            if _get(statement, "rank") == "deprecated":
                continue
            id_ = _get(_get(_get(_get(statement, "mainsnak"), "datavalue"), "value"), "id")
            if isinstance(id_, str):
                yield id_


def _get(value: object, key: str) -> Any:
    # An empty object is written as an empty array.
    return value.get(key) if isinstance(value, dict) else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _value(text: object) -> str | None:
    found = _get(text, "value")
    return found if isinstance(found, str) else None


def _sniff(head: bytes, _suffix: str) -> bool:
    return head.lstrip()[:1] in (b"[", b"{") and all(sign.search(head) for sign in _SIGNS)


FORMAT = Format("wikidata", "the JSON dump of Wikidata", _sniff, _read)
