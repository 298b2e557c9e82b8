"""Who a sentence is about: the entities named in it, and whom "we", "our method" and "it" stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.extract.document import Document, Sentence
from kg.model import Entity

_OWN_WORDS = re.compile(
    r"\b(?:our|the proposed|the resulting|the presented|the new|this|the)\s(?:[\w-]{1,24}\s){0,3}?"
    r"(?P<noun>methods?|approach|framework|models?|system|algorithm|technique|pipeline|architecture|network|strategy|scheme"
    r"|mechanism|module|design|formulation|solution|procedure|tool|agent|benchmark|dataset|corpus|paradigm|loss|objective"
    r"|estimator|metric|detector|suite)\b|^(?P<it>it|its|they)\b|,\s(?:it|its)\b",
    re.IGNORECASE,
)
_PROPOSES = re.compile(
    r"\b(?:propos|introduc|present|develop|design|creat|construct|build|releas|contribut|call|nam|dub|term)\w{0,5}\s",
    re.IGNORECASE,
)
_PAPER_WORDS = re.compile(
    r"\b(?:we|our|us|this (?:paper|work|study|article|survey|review)|the code|code)\b", re.IGNORECASE
)
_FRONTED = re.compile(
    r"^\W{0,3}(?:on|in|for|with|using|by|unlike|compared|despite|to|from|among|across|under|through|at|when|while|via"
    r"|however,? (?:on|in|for|with|while)|based on|building on|inspired by|motivated by|leveraging|given|although)\b"
    r"[^,]{0,160},",
    re.IGNORECASE,
)
_DATA_NOUNS = frozenset({"benchmark", "dataset", "corpus", "suite"})


@dataclass(frozen=True, slots=True)
class Named:
    """A mention and the entity that it names; offsets are those of the field."""

    start: int
    end: int
    entity: Entity


def named_in(document: Document, entities: tuple[Entity, ...]) -> dict[Sentence, tuple[Named, ...]]:
    """The entities that each sentence names, in the order of the text."""
    places: dict[str, list[Named]] = {"title": [], "text": []}
    for entity in entities:
        for m in entity.mentions:
            places[m.field].append(Named(m.start, m.end, entity))
    for found in places.values():
        found.sort(key=lambda n: (n.start, -n.end, n.entity.name))
    return {s: tuple(n for n in places[s.field] if s.start <= n.start and n.end <= s.end) for s in document.sentences}


def own_proposal(document: Document, entities: tuple[Entity, ...], *, data: bool = False) -> Entity | None:
    """The entity that "our method" (with ``data``: "our dataset") means: the proposed one that is named first.

    Preference: named at the start of the title, then the first one named in the abstract; None if nothing is proposed.
    """
    kinds = ("Dataset", "Benchmark") if data else ("Method",)
    proposed = [e for e in entities if e.role == "proposed" and e.type in kinds and e.mentions]
    if not proposed:
        return None
    return min(proposed, key=lambda e: (not _leads_title(document, e), _first(e), e.name))


def _leads_title(document: Document, entity: Entity) -> bool:
    title = document.paper.title or ""
    return any(
        m.field == "title" and m.start <= 2 and title[m.end : m.end + 2].lstrip()[:1] == ":" for m in entity.mentions
    )


def _first(entity: Entity) -> tuple[bool, int]:
    return min(((m.field == "title", m.start) for m in entity.mentions), default=(True, 0))


def is_own(words: str) -> bool:
    """Whether a text speaks of the paper's own proposal without naming it.

    >>> is_own("Our method wins."), is_own("It wins."), is_own("BERT wins.")
    (True, True, False)
    """
    return bool(_OWN_WORDS.search(words))


def subject_of(
    words: str, start: int, named: tuple[Named, ...], own: Entity | None, own_data: Entity | None
) -> str | None:
    """The name of the entity that a sentence is about, "paper" for this work as such, or None.

    ``words`` is the sentence and ``start`` its offset in the field. In this order: what the sentence introduces, what
    "our method" stands for, what its main clause names first, the paper.
    """
    if (match := _PROPOSES.search(words)) and (new := _introduced(start + match.end(), named)):
        return new.name
    fronted = _FRONTED.match(words)
    begin = fronted.end() if fronted else 0
    main = [n for n in named if n.start >= start + begin] or list(named)
    speaks = _OWN_WORDS.search(words, begin)
    if speaks and (not main or speaks.start() + start < main[0].start):
        stands_for = own_data if (speaks["noun"] or "").casefold() in _DATA_NOUNS else own or own_data
        if stands_for:
            return stands_for.name
    proposed = [n.entity for n in main if n.entity.role == "proposed"]
    if proposed:
        return proposed[0].name
    chosen = [n.entity for n in main if n.entity.type != "Metric"] or [n.entity for n in main]
    if chosen and not _PAPER_WORDS.search(words):
        return chosen[0].name
    if own and _PAPER_WORDS.search(words) and not re.search(r"\b(?:code|release)\b", words, re.IGNORECASE):
        return own.name
    return "paper" if _PAPER_WORDS.search(words) else (chosen[0].name if chosen else None)


def _introduced(begin: int, named: tuple[Named, ...]) -> Entity | None:
    return next((n.entity for n in named if n.start >= begin and n.entity.role == "proposed"), None)
