"""What could fill a slot of a result, and how such options are found in a sentence and in its neighbours.

:mod:`kg.extract.measured_options`, :mod:`kg.extract.data_options` and :mod:`kg.extract.method_options` collect the
options of each slot, :mod:`kg.extract.ranking` chooses among them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.extract.caseless import Caseless
from kg.extract.document import Sentence
from kg.extract.scene import Scene
from kg.forms import loose_form
from kg.model import EntityType

REACH = 400  # how far from a number, in characters, something of its sentence may stand
_NEAR = 160  # and a phrase that nothing marks but the word before it
_WORD = re.compile(r"[^\W_](?:[\w'’+/.,@-]{0,23}\w)?")
# What is no part of a noun phrase.
ENDS = re.compile(
    r"(?:and|or|but|by|with|on|in|at|to|for|of|which|that|while|when|from|under|across|using|as|is|are|was|were|has|have"
    r"|than|over|the|an?|we|our|its|their|achiev\w+|respectively|reach\w+|both|up|only|about|[\d.,%]+)$",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def lists() -> dict[str, frozenset[str]]:
    """The lists of words of ``patterns/results.json``: what ends a noun phrase, what may stand beside one."""
    table = json.loads((Path(__file__).parent / "patterns" / "results.json").read_text("utf-8"))
    return {name: frozenset(words) for name, words in table["words"].items()}


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """A filling of a slot: what it says and where it stands in the sentence (-1 where it stands elsewhere).

    ``source`` is how it was found, ``away`` how many sentences earlier (negative: later) it stands, ``more`` what else
    is known of it, as features.
    """

    name: str | None
    start: int
    end: int
    source: str
    away: int = 0
    more: tuple[str, ...] = ()

    @property
    def reach(self) -> int:
        """How far from a number it may stand."""
        return _NEAR if self.source.startswith("behind") else REACH


NONE = Option(None, -1, -1, "none")


def key(name: str | None) -> str:
    """A filling as it is compared: its name, or "-" for none."""
    return loose_form(name) if name else "-"


def offered(scene: Scene, slot: str, found: Sequence[Option]) -> Iterator[Option]:
    """Stretches of the sentence that may name what fills the slot, where no option stands yet."""
    taken = {(o.start, o.end) for o in found}
    for start, end in scene.offered.get(slot, ()):
        if (start, end) not in taken:
            yield Option(scene.words[start:end], start, end, "offer")


def elsewhere(scene: Scene, types: tuple[EntityType, ...], reach: int) -> Iterator[Option]:
    """Entities that other sentences or the title name, nearest place each."""
    document, here = scene.context.document, scene.sentence
    texts = [s for s in document.sentences if s.field == "text"]
    local = {n.entity.name for n in scene.named}
    for entity in scene.context.entities:
        if entity.type not in types or entity.name in local:
            continue
        away = [here.index - _sentence_at(texts, m.start) for m in entity.mentions if m.field == "text"]
        nearest = min(away, key=lambda a: (abs(a), -a), default=99)
        titled = any(m.field == "title" for m in entity.mentions)
        if abs(nearest) <= reach or titled or entity.role in ("proposed", "evaluated_on"):
            yield Option(entity.name, -1, -1, "entity", nearest, (f"role={entity.role}", f"titled={titled}"))


def _sentence_at(texts: list[Sentence], place: int) -> int:
    return next((s.index for s in texts if s.start <= place < s.end), 99)


def behind(scene: Scene, cue: Caseless) -> Iterator[Option]:
    """The first one to four words behind each place of a cue (named by its first group) that may be a noun phrase."""
    for match in cue.finditer(scene.words):
        position, count, source = match.end(), 0, f"behind {match[1].split()[0].casefold()}"
        while count < 4 and (word := _WORD.match(scene.words, position)) and not ENDS.match(word.group()):
            count += 1
            name = scene.words[match.end() : word.end()]
            last = word.group().casefold()
            then = scene.words[word.end() : word.end() + 1]
            more = (f"words={count}", f"noun={last.rstrip('s')}", f"then={then if then in ' -,.;)(' else '-'}")
            yield Option(name, match.end(), word.end(), source, more=more)
            if then != " ":
                break
            position = word.end() + 1
