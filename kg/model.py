"""The values that travel between the stages, frozen all the way down.

What each field of an extraction means is defined by the annotation guide that the project's gold data follows
(README.md, "What is extracted"). Offsets are Unicode code points into the untouched field of the paper: for a
:class:`Mention` ``m`` of paper ``p``, ``p.field(m.field)[m.start:m.end] == m.text``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

EntityType = Literal["Method", "Task", "Dataset", "Benchmark", "Metric"]
Role = Literal["proposed", "evaluated_on", "compared", "measured", "addressed", "used", "mentioned"]
ClaimType = Literal["contribution", "result", "finding", "theory", "limitation", "resource"]
RelationType = Literal["outperforms", "evaluated_on", "used_for", "based_on"]
FieldName = Literal["title", "text"]
Kind = Literal["absolute", "change"]
Direction = Literal["up", "down"]
Polarity = Literal["positive", "negative"]

ENTITY_TYPES: tuple[EntityType, ...] = ("Method", "Task", "Dataset", "Benchmark", "Metric")
# Strongest first: an entity has the first role that fits.
ROLES: tuple[Role, ...] = ("proposed", "evaluated_on", "compared", "measured", "addressed", "used", "mentioned")
# In the order in which they win where several fit a sentence.
CLAIM_TYPES: tuple[ClaimType, ...] = ("resource", "result", "theory", "finding", "contribution", "limitation")
RELATION_TYPES: tuple[RelationType, ...] = ("outperforms", "evaluated_on", "used_for", "based_on")


@dataclass(frozen=True, slots=True)
class PaperIds:
    """The identifiers that the world knows a paper by, each in its normal form or None (see :mod:`kg.ids`)."""

    doi: str | None = None
    arxiv: str | None = None
    openalex: str | None = None
    acl: str | None = None
    pmid: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as its source gives it: title and abstract untouched, so that offsets into them hold.

    ``id`` is the record's own id where it has one, else a key from its content. ``date`` is ISO 8601 at the precision
    known (``2024``, ``2024-11``, ``2024-11-04``). ``author_count`` is given where a source states a number of authors
    without their names. ``source`` is the name of the format that the record was read from.
    """

    id: str
    title: str | None
    abstract: str
    date: str | None = None
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    venue: str | None = None
    source: str | None = None
    url: str | None = None
    ids: PaperIds = field(default_factory=PaperIds)

    def text_of(self, name: FieldName) -> str:
        """The text that offsets of the given field refer to ("text" is the abstract).

        >>> Paper("1", "A title", "An abstract.").text_of("text")
        'An abstract.'
        """
        return (self.title or "") if name == "title" else self.abstract


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be used: where it stands (``file:line``), what was found there, and why it is refused."""

    where: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a reader decided and the user should know (an inferred year, a damaged end of a file)."""

    where: str
    text: str


# What a reader yields, in the order of its input.
Item: TypeAlias = Paper | Rejected | Note


@dataclass(frozen=True, slots=True)
class Span:
    """A range of code points in a field of a paper."""

    field: FieldName
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a paper names an entity."""

    field: FieldName
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing that a paper names, with all its surfaces and mentions; ``name`` is unique within an extraction."""

    name: str
    type: EntityType
    role: Role
    surfaces: tuple[str, ...]
    mentions: tuple[Mention, ...] = ()
    confidence: float = 1.0
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResolvedEntity:
    """The node that an entity of a paper stands for: ``label`` is its one preferred name, ``alt_labels`` its others."""

    iri: str
    type: EntityType
    label: str
    alt_labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """A reported number. ``value`` is as printed; ``start`` and ``end`` are its place in the claim's field.

    ``metric``, ``method``, ``dataset`` and ``comparator`` are names of entities of the same extraction, else short
    strings from the text, else None. ``qualifier`` is ``~``, ``>``, ``up to`` and the like; ``setting`` is free text
    (``5-shot``).
    """

    value: str
    unit: str = ""
    kind: Kind = "absolute"
    direction: Direction | None = None
    metric: str | None = None
    method: str | None = None
    dataset: str | None = None
    comparator: str | None = None
    qualifier: str | None = None
    setting: str | None = None
    start: int | None = None
    end: int | None = None
    confidence: float = 1.0
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that asserts something checkable; ``subject`` is an entity's name, ``paper`` or None."""

    field: FieldName
    start: int
    end: int
    type: ClaimType
    subject: str | None = None
    hedged: bool = False
    polarity: Polarity = "positive"
    results: tuple[Result, ...] = ()
    confidence: float = 1.0
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """A typed edge between two entities of an extraction (by name), with the sentence that states it.

    The same edge stated by two sentences is two relations.
    """

    head: str
    type: RelationType
    tail: str
    evidence: Span
    confidence: float = 1.0
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was read out of one paper; ``id`` is the paper's, ``version`` the extractor's."""

    id: str
    entities: tuple[Entity, ...] = ()
    claims: tuple[Claim, ...] = ()
    relations: tuple[Relation, ...] = ()
    version: str = ""
