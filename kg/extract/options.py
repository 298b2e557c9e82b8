"""What could fill a slot of a result: the measures and the data that a number may belong to, each where it is named.

Options are entities, measures of the registry with the words that qualify them, nouns in the place where a measure or a
dataset stands, what the rules of :mod:`kg.extract.slots` say, and None. :mod:`kg.extract.ranking` chooses among them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from kg.extract.document import Sentence
from kg.extract.outcomes import Words
from kg.extract.scene import Measure, Scene
from kg.model import EntityType

_REACH = 400  # how far from a number, in characters, something of its sentence may stand
_DATA: tuple[EntityType, ...] = ("Dataset", "Benchmark")
_HEADS = (
    r"(?:datasets?|benchmarks?|data|corpora|corpus|tasks?|scenes?|sets?|suites?|subsets?|splits?|domains?|images?|videos?"
    r"|documents?|questions|problems|environments?|scenarios?|settings|languages|games|logs|sequences|cases|test)"
)
_DATA_PHRASE = re.compile(
    r"\b(?:on|across|over|in|for|from|under|with)\s(?:an?\s|the\s|our\s|all\s|its\s)?"
    rf"(?P<data>(?:(?!and\b|or\b|of\b|the\b|with\b|on\b|in\b|for\b|to\b|by\b|which\b|that\b)[\w/+'’-]{{1,24}}\s){{1,5}}?{_HEADS})"
    r"(?!\s?-|\s(?:datasets?|benchmarks?|tasks?|sets?|scenes?|sequences|questions|problems)\b)(?!\w)",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    """The lists of words of ``patterns/results.json``: what ends a noun phrase, what may stand beside one."""
    table = json.loads((Path(__file__).parent / "patterns" / "results.json").read_text("utf-8"))
    return {name: frozenset(words) for name, words in table["words"].items()}


@dataclass(frozen=True, slots=True)
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


NONE = Option(None, -1, -1, "none")


def metrics(scene: Scene, words: Words, index: int) -> list[Option]:
    """What the number may measure, None last."""
    here = scene.kept[index].start
    near = [m for m in scene.measures if abs(m.start - here) <= _REACH]
    found = [_measure(m) for m in near]
    for m in near:
        if m.weight < 1:
            found += _qualified(scene, words, m)
    first = index - 1 if scene.is_risen(index) else index
    found += _nouns_before(scene, words, scene.kept[first].start)
    found += _nouns_behind(scene, words, scene.kept[index].stop, scene.stop(index))
    found += _elsewhere(scene, ("Metric",), 3)
    return [*found, NONE]


def _measure(m: Measure) -> Option:
    return Option(m.name, m.start, m.end, "entity" if m.weight == 1 else f"known{m.weight}")


def _qualified(scene: Scene, words: Words, measure: Measure) -> Iterator[Option]:
    """A known measure with one to three of the words before it ("mean localization" error)."""
    start = measure.start
    near = list(zip(words.before(start, 3), words.starts_before(start, 3), strict=True))
    for count, (token, place) in enumerate(reversed(near), 1):
        if (
            not token[0].isalpha()
            or (token in _words()["stops"] and token not in ("average", "overall"))
            or start - place > 26
        ):
            break
        if scene.words[place : measure.start].count(" ") != count:
            break
        start = place
        yield Option(scene.words[place : measure.end], place, measure.end, f"more{count}", more=(f"with={token}",))


def _nouns_before(scene: Scene, words: Words, start: int) -> Iterator[Option]:
    """The noun phrase before "of", "by", "is" and the number ("cuts the loading time by 40%")."""
    near = list(zip(words.before(start, 16), words.starts_before(start, 16), strict=True))
    end = len(near)
    while end and near[end - 1][0] in _words()["glue"]:
        end -= 1
    if end in (0, len(near)):
        return
    yield from _phrases(scene, near[:end], "noun before")


def _nouns_behind(scene: Scene, words: Words, start: int, stop: int) -> Iterator[Option]:
    """The noun phrase behind the number ("3% higher yield", "a 9% drop in cloud calls")."""
    near = [p for p in zip(words.behind(start, 14), words.starts_behind(start, 14), strict=True) if p[1] < stop]
    begin = 0
    while begin < len(near) and near[begin][0] in _words()["skipped"]:
        begin += 1
    run: list[tuple[str, int]] = []
    for token, place in near[begin : begin + 4]:
        if not _is_noun(token):
            break
        run.append((token, place))
    if not run:
        return
    yield from _phrases(scene, run, "noun behind")
    if run[-1][0] in _words()["changes"] and len(run) > 1:
        yield from _phrases(scene, run[:-1], "noun changed")


def _is_noun(token: str) -> bool:
    return token not in _words()["stops"] and (token[0].isalpha() or token in ("<Method>", "<Task>", "<Metric>"))


def _phrases(scene: Scene, near: list[tuple[str, int]], source: str) -> Iterator[Option]:
    """The last words of a stretch as a phrase, and each of its endings."""
    last, place = near[-1]
    end = _end_of(scene, last, place)
    taken, previous = 0, end
    for token, start in reversed(near):
        if taken == 4 or not _is_noun(token) or (taken and scene.words[_end_of(scene, token, start) : previous] != " "):
            break
        taken, previous = taken + 1, start
        yield Option(scene.words[start:end], start, end, source, more=(f"words={taken}", f"first={token[:8]}"))


def _end_of(scene: Scene, token: str, place: int) -> int:
    if token[0] != "<":
        return place + len(token)
    return next((n.end for n in scene.named if n.start == place), place + 1)


def _elsewhere(scene: Scene, types: tuple[str, ...], reach: int) -> Iterator[Option]:
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


def datasets(scene: Scene, index: int) -> list[Option]:
    """What data the number may hold on, None last."""
    here = scene.kept[index].start
    places = [n for n in scene.of_types(*_DATA) if abs(n.start - here) <= _REACH]
    found = [
        Option(n.entity.name, n.start, n.end, "entity", more=(f"role={n.entity.role}", f"type={n.entity.type}"))
        for n in places
    ]
    found += [
        Option(n.entity.name, n.start, n.end, "task") for n in scene.of_types("Task") if abs(n.start - here) <= _REACH
    ]
    for a, b in pairwise(places):
        if re.fullmatch(r",?\s(?:and|&)\s(?:the\s)?", scene.words[a.end : b.start]):
            found.append(Option(scene.words[a.start : b.end], a.start, b.end, "pair"))
    for m in _DATA_PHRASE.finditer(scene.words, max(0, here - _REACH), here + _REACH):
        start, end = m.span("data")
        inside = [n for n in places if n.start < end and start < n.end]
        source = "phrase" if not inside else "more"
        counted = re.match(
            r"(?:\d|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|multiple|various|diverse|both)",
            m["data"],
            re.IGNORECASE,
        )
        more = (
            f"noun={m['data'].split()[-1].casefold().rstrip('s')}",
            f"counted={bool(counted)}",
            f"first={m['data'].split()[0].casefold()}",
        )
        found.append(Option(m["data"], start, end, source, more=more))
    found += _elsewhere(scene, _DATA, 3)
    return [*found, NONE]
