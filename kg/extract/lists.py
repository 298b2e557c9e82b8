"""Lists of names in a text: what one member is says what the others are ("on Cora, RoadWeb and PubMed")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kg.extract import known

_ITEM = r"(?:[a-z]{0,8}[A-Z]|\d+[A-Z])[\w.+@:-]*(?:[ /](?:[A-Z0-9]|v\d)[\w.+@:-]*){0,3}"
_LIST = rf"(?:the )?{_ITEM}(?:, (?:the )?{_ITEM})*,? (?:and|or|&) (?:the )?{_ITEM}|{_ITEM}(?:, {_ITEM})+"
_RUN = re.compile(rf"(?<![\w-])(?:{_LIST})")
_BETWEEN = re.compile(r",? (?:and|or|&) |, ")


def members(text: str) -> Iterable[list[tuple[int, str]]]:
    """Each list of two or more names: the start and the text of every member.

    >>> list(members("It beats GAT on Cora, Citeseer and PubMed."))
    [[(16, 'Cora'), (22, 'Citeseer'), (35, 'PubMed')]]
    """
    for run in _RUN.finditer(text):
        found, start = [], run.start()
        for gap in [*_BETWEEN.finditer(text, run.start(), run.end()), None]:
            end = gap.start() if gap else run.end()
            item = text[start:end]
            skipped = 4 if item.startswith("the ") else 0
            found.append((start + skipped, item[skipped:].rstrip(".:")))
            start = gap.end() if gap else end
        yield found


def told(text: str, marks: Mapping[int, Iterable[str]]) -> dict[int, list[str]]:
    """For the start of a list's member, what its other members are: known types, and the rules that hold for them."""
    found: dict[int, list[str]] = {}
    for items in members(text):
        said = [(start, _said(item, marks.get(start, ()))) for start, item in items]
        for start, _ in said:
            others = {word for other, words in said if other != start for word in words}
            if others:
                found[start] = [f"listed={word}" for word in sorted(others)]
    return found


def _said(item: str, rules: Iterable[str]) -> list[str]:
    words = tuple(item.split())
    kind = known.type_of(words, item.lower()) if words else known.NONE
    return [*rules, *([kind] if kind != known.NONE else [])]
