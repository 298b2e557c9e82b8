"""The dumps of Papers with Code: methods.json, datasets.json, evaluation-tables.json.

They are those that https://github.com/paperswithcode/paperswithcode-data lists, the last in the form of
https://github.com/paperswithcode/sota-extractor. A method or dataset has its ``url``, ``name`` and ``full_name``; a
dataset also names its ``tasks`` with their addresses. Its ``variants`` are other things and no names of it. An
evaluation table has a ``task`` with ``synonyms`` and ``subtasks`` but no address: the one of the task's page is made
from the name as the site did, and is good for a close match. Datasets in these tables count where ``dataset_links``
lead to their page. Metrics had no pages: there is nothing to link to.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from kg.inputs.json_values import values
from kg.inputs.source import Source
from kg.inputs.strings import excerpt
from kg.links.base import DATA, Format, Item, Thing, thing
from kg.model import EntityType, Rejected

SITE = "https://paperswithcode.com/"
_SOURCE = "Papers with Code"
_PAGE = re.compile(r"https?://(?:www\.)?paperswithcode\.com/(method|dataset|task)/[^/?#]+")
_METHOD: frozenset[EntityType] = frozenset({"Method"})
_TASK: frozenset[EntityType] = frozenset({"Task"})
_TYPES = {"method": _METHOD, "dataset": DATA, "task": _TASK}
# How deep subtasks may stand in one another.
_DEEPEST = 20


def slug(name: str) -> str:
    """The last part of the address of a page with that name, as the web framework Django makes it (``slugify``).

    >>> slug("Semi-Supervised Image Classification (Cold Start)")
    'semi-supervised-image-classification-cold-start'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain)).strip("-_")


def _pages(where: str, record: dict[str, Any]) -> Iterator[Item]:
    """A method or dataset, and the tasks that it names."""
    url, label = record.get("url"), record.get("name") or record.get("full_name")
    page = _PAGE.fullmatch(url) if isinstance(url, str) else None
    if not isinstance(url, str) or not page:
        yield Rejected(where, excerpt(str(url)), f"no page of a method, dataset or task under {SITE}")
        return
    yield thing(where, url, label, [record.get("full_name")], _TYPES[page.group(1)], _SOURCE)
    for task in _list(record, "tasks"):
        address = task.get("url")
        if isinstance(address, str) and (page := _PAGE.fullmatch(address)) and page.group(1) == "task":
            yield thing(where, address, task.get("task"), types=_TASK, source=_SOURCE)


def _table(where: str, record: dict[str, Any], depth: int = 0) -> Iterator[Item]:
    """The task of an evaluation table, its subtasks, and the datasets whose pages are given."""
    link, label = record.get("source_link"), record.get("task")
    given = link.get("url") if isinstance(link, dict) else None
    known = isinstance(given, str) and _PAGE.fullmatch(given)
    iri = given if known else f"{SITE}task/{slug(label)}" if isinstance(label, str) and slug(label) else ""
    synonyms = record.get("synonyms")
    aliases = synonyms if isinstance(synonyms, list) else []
    yield thing(where, str(iri), label, aliases, _TASK, _SOURCE, close_only=not known)
    yield from _datasets(where, record, "dataset", depth)
    for subtask in _list(record, "subtasks"):
        if depth < _DEEPEST:
            yield from _table(where, subtask, depth + 1)


def _datasets(where: str, record: dict[str, Any], key: str, depth: int) -> Iterator[Item]:
    for dataset in _list(record, f"{key}s"):
        pages = [u for u in (x.get("url") for x in _list(dataset, "dataset_links")) if isinstance(u, str)]
        for url in sorted({u for u in pages if (page := _PAGE.fullmatch(u)) and page.group(1) == "dataset"}):
            yield thing(where, url, dataset.get(key), types=DATA, source=_SOURCE)
        if depth < _DEEPEST:
            yield from _datasets(where, dataset, "subdataset", depth + 1)


def _list(record: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = record.get(key)
    return [x for x in found if isinstance(x, dict)] if isinstance(found, list) else []


def _read(source: Source) -> Iterator[Item]:
    seen: set[Thing] = set()  # a task is named by each of its datasets
    for item in values(source):
        if isinstance(item, Rejected):
            yield item
            continue
        where, record = item
        if not isinstance(record, dict):
            yield Rejected(where, excerpt(str(record)), "no method, dataset or evaluation table: not an object")
            continue
        read: Callable[[str, dict[str, Any]], Iterator[Item]] = _table if "task" in record else _pages
        for found in read(where, record):
            if not isinstance(found, Thing):
                yield found
            elif found not in seen:
                seen.add(found)
                yield found


_DUMP = re.compile(rb'"url"\s*:\s*"https?://(?:www\.)?paperswithcode\.com/(?:method|dataset)/')
_TABLES = re.compile(rb'"task"\s*:\s*"')
_SIGNS = (b'"categories"', b'"datasets"', b'"subtasks"', b'"sota"')


def _sniff(head: bytes, _suffix: str) -> bool:
    if head.lstrip()[:1] not in (b"[", b"{"):
        return False
    dump = b'"full_name"' in head and bool(_DUMP.search(head))
    return dump or (bool(_TABLES.search(head)) and sum(sign in head for sign in _SIGNS) >= 2)


FORMAT = Format("papers_with_code", "the dumps of Papers with Code (JSON)", _sniff, _read)
