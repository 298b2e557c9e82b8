"""The entities of a paper: candidates from all sources, conflicts resolved, occurrences grouped under one name.

A source gives scored candidates (today one: what tagger, words, rules and lists say, under a linear model). What they
cover together is decided here, so that a further source is one more entry of :data:`SOURCES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from kg.extract import candidates, scoring
from kg.extract.candidates import Place, key_of
from kg.extract.document import Document
from kg.extract.scoring import Scored
from kg.forms import normal_form
from kg.model import ENTITY_TYPES, Entity, EntityType, FieldName, Mention

SOURCES: tuple[Callable[[Document], list[Scored]], ...] = (scoring.judge,)

# Chosen by cross-validation on annotated abstracts (best mean of mention and entity F1).
ACCEPTED = 0.5
# How much a name gains over a shorter one inside it, per word.
PER_WORD = 0.2

_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,300}")


@dataclass(slots=True)
class Group:
    """Candidates that name one thing: their surfaces with places, and the chances of the surest of them."""

    key: str
    members: list[Scored] = field(default_factory=list)
    chances: tuple[float, ...] = (0.0,) * len(ENTITY_TYPES)

    @property
    def chance(self) -> float:
        """The probability that the group is an entity of any type."""
        return min(1.0, sum(self.chances))

    @property
    def type(self) -> EntityType:
        """The most likely type; of equal ones the first."""
        return ENTITY_TYPES[max(range(len(ENTITY_TYPES)), key=lambda i: (self.chances[i], -i))]


def find(document: Document, said: Iterable[Scored] | None = None) -> tuple[Entity, ...]:
    """The entities of a paper in the order of their first mention, each with all its mentions.

    Mentions do not overlap, names are unique, and the role is ``mentioned`` until roles are assigned; the confidence is
    the model's chance, not yet calibrated. ``said`` stands in for what the sources say.
    """
    groups = group(judged(document) if said is None else said, candidates.pairs(document))
    kept = resolve(g for g in groups if g.chance >= ACCEPTED)
    return tuple(located(document, kept))


def judged(document: Document) -> list[Scored]:
    """What all sources say of a paper, sure or not."""
    return [scored for source in SOURCES for scored in source(document)]


def group(found: Iterable[Scored], pairs: Iterable[tuple[str, str]]) -> list[Group]:
    """Candidates grouped by normal form; both halves of an abbreviation are one group, named by its long form."""
    long_of = {_root(short): _root(long) for short, long in pairs}
    groups: dict[str, Group] = {}
    for scored in found:
        root = normal_form(scored.candidate.key)
        root = long_of.get(root, root)
        entry = groups.setdefault(root, Group(root))
        entry.members.append(scored)
        if sum(scored.chances) > sum(entry.chances):
            entry.chances = scored.chances
    return list(groups.values())


def _root(text: str) -> str:
    return normal_form(key_of(tuple(text.split()))) if text.strip() else ""


def resolve(groups: Iterable[Group]) -> list[Group]:
    """The groups that keep a place when overlapping candidates are given theirs, the strongest first."""
    offers = []
    for number, entry in enumerate(groups):
        for scored in entry.members:
            strength = entry.chance * (1 + PER_WORD * (len(scored.candidate.words) - 1))
            offers.append((-strength, -len(scored.candidate.key), number, scored.candidate.key, scored, entry))
    offers.sort(key=lambda offer: offer[:4])
    taken: dict[FieldName, set[int]] = {"title": set(), "text": set()}
    kept: dict[int, Group] = {}
    for *_, number, _key, scored, entry in offers:
        free = [p for p in scored.candidate.places if taken[p.field].isdisjoint(range(p.start, p.end))]
        for place in free:
            taken[place.field].update(range(place.start, place.end))
        if free:
            winner = kept.setdefault(number, Group(entry.key, [], entry.chances))
            winner.members.append(scored)
    return [kept[number] for number in sorted(kept)]


def _surfaces(document: Document, entry: Group) -> list[str]:
    """Every exact string of a group, the most useful as a name first: long forms, then as the abstract writes it."""
    paper = document.paper
    found: dict[str, tuple[int, int, int]] = {}
    for scored in entry.members:
        full = normal_form(scored.candidate.key) != entry.key
        for place in scored.candidate.places:
            text = paper.text_of(place.field)[place.start : place.end]
            rank = (int(full), int(place.field == "title"), place.start)
            found[text] = min(found.get(text, rank), rank)
    return sorted(found, key=lambda text: (found[text], text))


def located(document: Document, groups: list[Group]) -> Iterable[Entity]:
    """The groups as entities with all their mentions, in the order of the first; a name is given once."""
    surfaces = {number: _surfaces(document, entry) for number, entry in enumerate(groups)}
    mentions = locate(document, surfaces)
    names: set[str] = set()
    found = []
    for number, entry in enumerate(groups):
        places = mentions.get(number, [])
        if not places:
            continue
        used = {m.text for m in places}
        shown = tuple(s for s in surfaces[number] if s in used)
        name = next((s for s in shown if s not in names), None)
        if name is None:
            continue
        names.add(name)
        rules = sorted({rule for scored in entry.members for rule in scored.rules})
        found.append(
            Entity(
                name=name,
                type=entry.type,
                role="mentioned",
                surfaces=shown,
                mentions=tuple(places),
                confidence=round(entry.chance, 3),
                rules=tuple(rules) or ("words",),
            )
        )
    return sorted(found, key=lambda e: (e.mentions[0].field != "title", e.mentions[0].start))


def locate(document: Document, surfaces: Mapping[int, Iterable[str]]) -> dict[int, list[Mention]]:
    """All whole-word occurrences of the surfaces, longest first, without overlap and outside addresses."""
    order = sorted(((s, number) for number, texts in surfaces.items() for s in texts), key=lambda x: (-len(x[0]), x))
    found: dict[int, list[Mention]] = {}
    for name in ("title", "text"):
        text = document.paper.text_of(name)
        taken = bytearray(len(text))
        for match in _ADDRESS.finditer(text):
            taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
        for surface, number in order:
            for start in occurrences(text, surface):
                end = start + len(surface)
                if not any(taken[start:end]):
                    taken[start:end] = b"\1" * len(surface)
                    found.setdefault(number, []).append(Mention(name, start, end, surface))
    for places in found.values():
        places.sort(key=lambda m: (m.field != "title", m.start))
    return found


def occurrences(text: str, surface: str) -> Iterable[int]:
    """Where a surface begins as whole words."""
    start = text.find(surface)
    while start >= 0:
        end = start + len(surface)
        if not (_is_word(text[start - 1 : start]) or _is_word(text[end : end + 1])):
            yield start
        start = text.find(surface, start + 1)


def _is_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


__all__ = ["ACCEPTED", "SOURCES", "Group", "Place", "find", "group", "judged", "locate", "occurrences", "resolve"]
