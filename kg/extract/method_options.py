"""Whose a number may be, and against whom: the options of the slots ``method`` and ``comparator``, where they stand.

Entities of type Method, and rivals that are described and not named ("the best baseline").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from kg.extract.caseless import Caseless
from kg.extract.options import ENDS, Option, behind, elsewhere
from kg.extract.scene import Scene
from kg.extract.subjects import OWN_WORDS, Named

_MOST = 20  # methods of a sentence that are looked at
_CUE = re.compile(
    r"\b(?P<cue>than|over|compared (?:to|with)|comparing|versus|vs\.?|against|relative to|outperform|surpass|exceed"
    r"|beat|above|ahead of|superior to|comparison (?:to|with)|baselines?|from|of|by|with|for|to|and|or|as|in|on|when"
    r"|using|like|including)\w{0,3}\s(?:\w{1,20}[\s-]){0,3}?[\s\W]{0,3}$",
    re.IGNORECASE,
)
_COMPARES = Caseless(
    r"\b(than|over|compared (?:to|with)|versus|vs\.?|against|relative to|outperform(?:s|ed|ing)?|surpass(?:es|ed|ing)?"
    r"|exceed(?:s|ed|ing)?|beat(?:s|ing)?|above|superior to|comparison (?:to|with)|from|to|of|by|with|for)\s"
    r"(?:all |both |other |their |its |our |existing )?(?:the |an? |all |that of (?:the )?)?",
)
_HEADS = Caseless(
    r"(?<![\w-])(?:methods?|models?|baselines?|approach(?:es)?|systems?|counterparts?|techniques?|competitors?|variants?"
    r"|algorithms?|best|sota|works?|entry|entries|experts?|humans?|reviewers?|ensembles?|implementations?|networks?"
    r"|detectors?|agents?|solutions?|strateg(?:y|ies)|learners?|llms?|solvers?|frameworks?|group|groups|patients|controls?"
    r"|teams?|state[- ]of[- ]the[- ]arts?|performance|training|policy|policies|pipelines?|versions?|annotators?"
    r"|peers?)\b",
)
_BACK = re.compile(r"(?<![\w-])([\w'’+/.-]{1,24})\s$")
_SPOKEN = re.compile(r"\b(?:we|our|ours|it|its|this|these|they|their)\b", re.IGNORECASE)


@lru_cache(maxsize=2)
def find(scene: Scene) -> tuple[Option, ...]:
    """Who the numbers of a sentence may belong to or be compared with, None last; found once for all of them."""
    named = scene.of_types("Method")[:_MOST]
    found = [_named(scene, n, place, len(named)) for place, n in enumerate(named)]
    found += _phrases(scene, named)
    count = len({n.entity.name for n in named})
    state = (f"here={min(count, 3)}", f"proposed={_has_proposed(named)}", _spoken(scene))
    last = _recent(scene)
    for option in elsewhere(scene, ("Method",), 3):
        own = scene.context.own is not None and option.name == scene.context.own.name
        more = (*option.more, f"own={own}", f"recent={option.name == last}", *(f"own={own}&{s}" for s in state))
        found.append(Option(option.name, -1, -1, "entity", option.away, more))
    return (*found, Option(None, -1, -1, "none", more=state))


def _named(scene: Scene, n: Named, place: int, count: int) -> Option:
    own = n.entity is scene.context.own
    cue = _CUE.search(scene.words, max(0, n.start - 40), n.start)
    more = (
        f"role={n.entity.role}",
        f"own={own}",
        f"cue={cue['cue'].casefold() if cue else '-'}",
        f"nth={min(place, 2)}of{min(count, 3)}",
        f"role={n.entity.role}&n={min(count, 3)}",
    )
    return Option(n.entity.name, n.start, n.end, "entity", more=more)


def _has_proposed(named: Sequence[Named]) -> bool:
    return any(n.entity.role == "proposed" for n in named)


def _spoken(scene: Scene) -> str:
    """The first words that speak of the paper's own without naming it."""
    if match := OWN_WORDS.search(scene.words):
        return f"spoken={(match['noun'] or 'it').casefold().rstrip('s')}"
    match = _SPOKEN.search(scene.words)
    return f"spoken={match.group().casefold() if match else '-'}"


def _recent(scene: Scene) -> str | None:
    """The method that was named last before the sentence."""
    start = scene.sentence.start
    places = [
        (m.start, e.name)
        for e in scene.context.entities
        if e.type == "Method"
        for m in e.mentions
        if m.field == "text" and m.start < start
    ]
    return max(places)[1] if places else None


def _phrases(scene: Scene, named: Sequence[Named]) -> Iterator[Option]:
    """Rivals that are described: noun phrases that end in a word for one, and words behind a word of comparison."""
    taken: set[tuple[int, int]] = set()
    for option in islice((*_rivals(scene), *behind(scene, _COMPARES)), 3 * _MOST):
        if (option.start, option.end) in taken or any(n.start < option.end and option.start < n.end for n in named):
            continue
        taken.add((option.start, option.end))
        yield option


def _rivals(scene: Scene) -> Iterator[Option]:
    for match in _HEADS.finditer(scene.words):
        start, count = match.start(), 1
        while True:
            name = scene.words[start : match.end()].casefold()
            more = (f"noun={match.group().casefold().rstrip('s')}", f"first={name.split()[0]}", f"words={count}")
            yield Option(scene.words[start : match.end()], start, match.end(), "rival", more=more)
            before = _BACK.search(scene.words, max(0, start - 26), start)
            if count == 4 or not before or ENDS.match(before[1]):
                break
            start, count = before.start(1), count + 1
