"""A sentence with its outcome numbers, cut into clauses, as the strategies that fill the slots of a result see it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kg.extract import offers
from kg.extract.caseless import Caseless
from kg.extract.document import Document, Sentence
from kg.extract.subjects import Named
from kg.extract.values import Value
from kg.model import Entity, EntityType, Kind

_VERBS = (
    r"achiev|reach|obtain|attain|outperform|surpass|improv|reduc|increas|exceed|scor|yield|deliver|beat|rais|boost|cut"
    r"|lower|enabl|driv|gain|runs?\b|gets?\b|sav|los|requir|collaps"
)
# Where a new statement begins within a sentence.
_CUT = Caseless(
    r"[;:—]|\s--?-?\s"
    r"|,\s(?:while|whereas|but|where|although|though|yet|which|compared (?:to|with)|versus|well (?:above|below)"
    r"|and (?:on|in|for|with|after|when)\s|and\s(?:[\w-]{1,24}\s){0,4}?(?:" + _VERBS + r")"
    r"|(?:\w{2,20}ly\s)?(?:" + _VERBS + r")\w{0,4}ing?\b)"
    r"|\s(?:while|whereas|although|even though)\s"
    r"|\s(?:and|but)\s(?:\w{2,20}ly\s)?(?:" + _VERBS + r")\w{0,5}\b"
    r"|\s(?:compared (?:to|with)|versus|vs\.?|comparable (?:to|with)|(?:above|below|exceeding|than)(?=\sthe\s))\s"
    r"(?:(?:the|a|an|only|about|just|approximately|at most|around|roughly|over)\s){0,2}(?=[\d.]{1,8})",
)
_FROM = re.compile(r"\bfrom[\s$~(]{1,3}(?:about\s|only\s|just\s|around\s)?$", re.IGNORECASE)
_TO = re.compile(r"[^\d,;]{0,20}\bto\s(?:about\s|only\s|just\s|around\s|over\s)?[$~(]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Context:
    """What the sentences of a paper share: its entities, its own method and dataset, and what else may fill a slot."""

    document: Document
    entities: tuple[Entity, ...]
    own: Entity | None
    own_data: Entity | None
    offers: Mapping[str, offers.Places] = field(default_factory=lambda: offers.NOTHING)


@dataclass(frozen=True, slots=True)
class Measure:
    """A place that names a measure; ``name`` is an entity's where there is one.

    ``weight`` is how well the name tells what is measured; with 0 it tells that, but not what ("performance").
    """

    start: int
    end: int
    name: str
    weight: float


@dataclass(frozen=True, eq=False)
class Scene:
    """A sentence's words, what they name (offsets of the sentence), and the numbers that are outcomes, with kinds."""

    context: Context
    sentence: Sentence
    words: str
    named: tuple[Named, ...]
    measures: tuple[Measure, ...]
    kept: tuple[Value, ...]
    kinds: tuple[Kind, ...]

    @cached_property
    def cuts(self) -> tuple[int, ...]:
        """Where clauses begin, in order; a cut inside a name is none."""
        places = (m.start() for m in _CUT.finditer(self.words))
        return tuple(p for p in places if not any(n.start <= p < n.end for n in self.named))

    def clause(self, index: int) -> tuple[int, int]:
        """Start and end of the clause of a number."""
        place = bisect_right(self.cuts, self.kept[index].start)
        start = self.cuts[place - 1] if place else 0
        return start, self.cuts[place] if place < len(self.cuts) else len(self.words)

    def stop(self, index: int) -> int:
        """Where the words that belong to a number alone end: at the next number or the end of the clause.

        The two numbers of "from 71% to 74%" share their words.
        """
        following = index + 2 if self.is_risen(index + 1) else index + 1
        end = self.clause(index)[1]
        return min(end, self.kept[following].start) if following < len(self.kept) else end

    def is_risen(self, index: int) -> bool:
        """Whether a number is the second of "from 71% to 74%"."""
        if not 0 < index < len(self.kept):
            return False
        first = self.kept[index - 1]
        return bool(
            _TO.fullmatch(self.words, first.stop, self.kept[index].start)
            and (_FROM.search(self.words, max(0, first.start - 12), first.start))
        )

    def begin(self, index: int) -> int:
        """Where the words before a number that belong to it alone begin."""
        start = self.clause(index)[0]
        last = index - 2 if self.is_risen(index) else index - 1
        return max(start, self.kept[last].stop) if last >= 0 else start

    @cached_property
    def offered(self) -> Mapping[str, Mapping[tuple[int, int], float]]:
        """For each slot the stretches of the sentence that may name what fills it, each with its chance."""
        start, end = self.sentence.start, self.sentence.end
        return {slot: offers.within(places, start, end) for slot, places in self.context.offers.items()}

    def rivalry(self, slot: str, start: int, end: int) -> tuple[float, float, bool]:
        """How likely a stretch names what fills a slot, the likeliest other that overlaps it, and if that is longer."""
        places = self.offered.get(slot, {})
        key, rival, longer = (slot, start, end), 0.0, False
        if key not in self._rivals:
            for (a, b), chance in places.items():
                if chance > rival and a < end and start < b and (a, b) != (start, end):
                    rival, longer = chance, b - a > end - start
            self._rivals[key] = (places.get((start, end), 0.0), rival, longer)
        return self._rivals[key]

    @cached_property
    def _rivals(self) -> dict[tuple[str, int, int], tuple[float, float, bool]]:
        return {}

    def of_types(self, *types: EntityType) -> tuple[Named, ...]:
        """The named things of some types, in order."""
        return tuple(n for n in self.named if n.entity.type in types)
