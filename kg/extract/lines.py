"""Sentences as lower-case words in which each mention of an entity is one word: what roles and relations are read from.

So "We compare ResNet-50 with a large language model on two tasks." becomes ``we compare <Method> with a <Method> on two
tasks .``: what is learned from such lines holds for names never seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from kg.extract.document import Document, Sentence
from kg.model import ENTITY_TYPES, Entity, FieldName

# Title, or the side of the first sentence in which the authors speak of their own work.
Zone = Literal["title", "before", "after"]

_WORD = re.compile(r"[^\W\d_]+|\d[\d.,]*|[^\w\s]")
_NAME = {kind: f"<{kind}>" for kind in ENTITY_TYPES}
_NAMES = frozenset(_NAME.values())
# How authors speak of their own work: "we", "this paper", "is proposed".
_OURS = frozenset({"we", "our", "herein"})
_THIS = frozenset({"this", "present", "current"})
_PAPER = frozenset(
    {"paper", "work", "study", "article", "survey", "thesis", "research", "review", "report", "tutorial", "chapter"}
    | {"letter", "project", "dissertation"}
)
_NEW = frozenset({"proposed", "introduced", "presented"})
_IS = frozenset({"is", "are", "the"})
# What may stand between the parts of a list of names.
_JOINS = frozenset({",", "and", "or", "&", "/", "(", ")"})

# What a word says about the names around it, by its first six letters. Written by hand; what each class is worth is
# learned.
_CUES = {
    "propose": "propos introd presen develo design create build constr releas contri devise formul call called named "
    "dubbed termed novel new unveil pionee establ",
    "use": "uses use used using employ levera utiliz utilis adopt adopts applie apply integr incorp combin extend "
    "built based buildi via with throug fine train traine power inspir adapt",
    "compare": "outper surpas exceed than over compar agains versus vs baseli superi beat beats rival unlike compet",
    "test": "evalua test tested tests experi benchm assess valida",
    "lack": "howeve suffer limit limita limits challe fail fails strugg existi tradit conven previo prior curren "
    "recent often typica despit while lack remain",
    "solve": "solve addres tackle task tasks proble",
    "show": "show shows demons achiev reach improv reveal find",
    "study": "study studie invest analyz analys examin explor revisi survey review",
    "be": "is are has have been can",
}
CUES = {word: cue for cue, words in _CUES.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence's words with ``<Type>`` for each mention, and the mentions: index of the word, index of the entity.

    ``cues`` has for each word what it says about the names around it, "" for most.
    """

    sentence: Sentence
    zone: Zone
    words: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    cues: tuple[str, ...]


def lines(document: Document, entities: tuple[Entity, ...]) -> tuple[Line, ...]:
    """The sentences of a paper in their order, the title first; of overlapping mentions the first, longest stands."""
    return _Named(document, entities).lines()


class _Named:
    """A document with what it names: equal to another of the same document where mentions and types are the same.

    Roles and relations ask for the same lines, between which the entities have got their roles.
    """

    def __init__(self, document: Document, entities: tuple[Entity, ...]) -> None:
        self.document, self.entities = document, entities

    def __hash__(self) -> int:
        return id(self.document)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Named)
            and self.document is other.document
            and len(self.entities) == len(other.entities)
            and all(
                a.mentions is b.mentions and a.type == b.type
                for a, b in zip(self.entities, other.entities, strict=True)
            )
        )

    @lru_cache(maxsize=1)  # noqa: B019 - one paper is kept
    def lines(self) -> tuple[Line, ...]:
        return _lines(self.document, self.entities)


def _lines(document: Document, entities: tuple[Entity, ...]) -> tuple[Line, ...]:
    marks: dict[FieldName, list[tuple[int, int, int]]] = {"title": [], "text": []}
    for index, entity in enumerate(entities):
        for m in entity.mentions:
            marks[m.field].append((m.start, -m.end, index))
    for these in marks.values():
        these.sort(reverse=True)
    zone: Zone = "before"
    found = []
    for s in document.sentences:
        words, places = _line(document.paper.text_of(s.field), s, entities, marks[s.field])
        if s.field == "text" and zone == "before" and _own(words):
            zone = "after"
        cues = tuple([CUES.get(word[:6], "") for word in words])
        found.append(Line(s, "title" if s.field == "title" else zone, tuple(words), tuple(places), cues))
    return tuple(found)


def _line(
    text: str, sentence: Sentence, entities: tuple[Entity, ...], marks: list[tuple[int, int, int]]
) -> tuple[list[str], list[tuple[int, int]]]:
    """Words and places of a sentence; takes its marks off the end of the list."""
    words: list[str] = []
    places = []
    done = sentence.start
    while marks and marks[-1][0] < sentence.end:
        start, end, index = marks.pop()
        if start < done or -end > sentence.end:
            continue
        words += _WORD.findall(text[done:start].lower())
        places.append((len(words), index))
        words.append(_NAME[entities[index].type])
        done = -end
    words += _WORD.findall(text[done : sentence.end].lower())
    return words, places


def _own(words: list[str]) -> bool:
    """Whether the authors speak of their own work.

    >>> _own(["this", "paper", "shows"]), _own(["papers", "show"])
    (True, False)
    """
    found = frozenset(words)
    if not _OURS.isdisjoint(found):
        return True
    if not _THIS.isdisjoint(found) and not _PAPER.isdisjoint(found):
        return True
    return not _NEW.isdisjoint(found) and not _IS.isdisjoint(found)


def is_name(word: str) -> bool:
    """Whether a word of a line stands for a mention.

    >>> is_name("<Method>"), is_name("<")
    (True, False)
    """
    return word in _NAMES


def joins(word: str) -> bool:
    """Whether a word of a line may stand between the parts of a list of names, or is one."""
    return word in _JOINS or word in _NAMES


def plain(word: str) -> str:
    """A word of a line with all numbers alike.

    >>> plain("93.1"), plain("we")
    ('0', 'we')
    """
    return "0" if word[0].isdigit() else word
