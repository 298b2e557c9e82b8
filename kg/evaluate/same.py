"""When two records mean the same: names without their spelling, entities and claims in pairs, numbers and units."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from kg.forms import loose_form

Record = Mapping[str, Any]


def mentions_of(text: Record, record: Record) -> set[tuple[str, int, int, str]]:
    """Field, start, end and type of every mention: those that the record gives, else every place of a surface."""
    entities = record["entities"]
    if entities and all("mentions" in e for e in entities):
        return {(m.get("field", "text"), m["start"], m["end"], e["type"]) for e in entities for m in e["mentions"]}
    fields = {"title": text.get("title") or "", "text": abstract_of(text)}
    return {span for name, words in fields.items() for span in _occurrences(words, entities, name)}


def abstract_of(text: Record) -> str:
    """The abstract of a text record, under either of its two keys."""
    return str(text["text"] if "text" in text else text["abstract"])


def _occurrences(text: str, entities: list[Record], name: str) -> set[tuple[str, int, int, str]]:
    """Where the surfaces stand, longest first, none inside another."""
    taken = [False] * len(text)
    found = set()
    order = sorted(((s, e["type"]) for e in entities for s in set(e["surfaces"])), key=lambda p: (-len(p[0]), p[0]))
    for surface, kind in order:
        for m in re.finditer(rf"(?<!\w){re.escape(surface)}(?!\w)", text):
            if not any(taken[m.start() : m.end()]):
                taken[m.start() : m.end()] = [True] * (m.end() - m.start())
                found.add((name, m.start(), m.end(), kind))
    return found


def names_of(entity: Record) -> set[str]:
    """All names of an entity, as names are compared."""
    return {loose_form(s) for s in [*entity.get("surfaces", []), entity["name"]]}


def pair_entities(gold: list[Record], said: list[Record], same: Callable[[str, str], bool]) -> dict[int, int]:
    """Annotated entity -> predicted entity, one to one, those with most names in common first."""
    g, p = [names_of(e) for e in gold], [names_of(e) for e in said]
    close = sorted(
        (-len(a & b), i, j)
        for i, a in enumerate(g)
        for j, b in enumerate(p)
        if a & b and same(gold[i]["type"], said[j]["type"])
    )
    found: dict[int, int] = {}
    used: set[int] = set()
    for _, i, j in close:
        if i not in found and j not in used:
            found[i] = j
            used.add(j)
    return found


def span_of(text: str, claim: Record) -> tuple[int, int]:
    """Where a claim stands in the abstract: as it says, else where its sentence is found; -1 where it is not."""
    if "start" in claim:
        return claim["start"], claim["end"]
    start = text.find(claim["sentence"])
    return (start, start + len(claim["sentence"])) if start >= 0 else (-1, -1)


def pair_claims(gold: list[tuple[int, int]], said: list[tuple[int, int]]) -> dict[int, int]:
    """Annotated claim -> the first unused predicted one that shares half of the longer sentence."""
    found: dict[int, int] = {}
    for i, (s, e) in enumerate(gold):
        for j, (s2, e2) in enumerate(said):
            if j not in found.values() and min(e, e2) - max(s, s2) >= 0.5 * max(e - s, e2 - s2):
                found[i] = j
                break
    return found


def canon_of(gold: Record, said: Record, merged: dict[int, int]) -> dict[str, int]:
    """Every name of an annotated entity, and of the predicted one paired with it, -> the annotated entity."""
    canon = {n: i for i, e in enumerate(gold["entities"]) for n in names_of(e)}
    for i, j in merged.items():
        for name in names_of(said["entities"][j]):
            canon.setdefault(name, i)
    return canon


def refer(canon: dict[str, int], name: str | None) -> int | str | None:
    """What a name means: an annotated entity, else the name itself as names are compared."""
    return canon.get(loose_form(name), loose_form(name)) if name else None


def number(value: object) -> str:
    """A printed number as numbers are compared: by size, without sign and separators.

    >>> number("−1,024.0"), number("1.3-1.7")
    ('1024', '1.3-1.7')
    """
    text = str(value).replace(",", "").replace("−", "-").lstrip("+~≈").strip()
    try:
        return f"{abs(float(text)):g}"
    except ValueError:
        return text.casefold()


def unit(written: str | None) -> str:
    """A unit as units are compared.

    >>> unit("percent"), unit("×"), unit("Points")
    ('%', 'x', 'point')
    """
    text = (written or "").strip().casefold().replace("×", "x").replace("percent", "%")
    text = text.replace("times", "x").replace("fold", "x")
    return text if text in ("%", "x") else re.sub(r"[^a-z%]", "", text).rstrip("s")
