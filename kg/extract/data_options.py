"""What data a number may hold on: the options of the slot ``dataset``, each where it is named.

Entities and pairs of them, data that are described or counted, here or in the two sentences before, and what stands
behind a preposition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from kg.extract.caseless import Caseless
from kg.extract.options import NONE, Option, behind, elsewhere, offered
from kg.extract.scene import Scene
from kg.model import EntityType

_DATA: tuple[EntityType, ...] = ("Dataset", "Benchmark")
_HEADS = (
    r"(?:datasets?|benchmarks?|data|corpora|corpus|tasks?|scenes?|sets?|suites?|subsets?|splits?|domains?|images?|videos?"
    r"|documents?|questions|problems|environments?|scenarios?|settings|languages|games|logs|sequences|cases|test)"
)
_DATA_PHRASE = Caseless(
    r"\b(?:on|across|over|in|for|from|under|with)\s(?:an?\s|the\s|our\s|all\s|its\s)?"
    rf"(?P<data>(?:(?!and\b|or\b|of\b|the\b|with\b|on\b|in\b|for\b|to\b|by\b|which\b|that\b)[\w/+'’-]{{1,24}}\s){{1,5}}?{_HEADS})"
    r"(?!\s?-|\s(?:datasets?|benchmarks?|tasks?|sets?|scenes?|sequences|questions|problems)\b)(?!\w)",
)
_COUNTED = re.compile(
    r"(?:\d|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|multiple|various|diverse|both)",
    re.IGNORECASE,
)
AT = Caseless(
    r"\b(on|in|for|of|among|across|at|under|with|to|over|from)\s(?:an?\s|the\s|our\s|all\s|its\s|both\s)?(?=\w)",
)


def find(scene: Scene, index: int) -> list[Option]:
    """What data the number may hold on, None last."""
    here = scene.kept[index].start
    return [o for o in _all(scene) if o.start < 0 or abs(o.start - here) <= o.reach]


@lru_cache(maxsize=2)
def _all(scene: Scene) -> tuple[Option, ...]:
    """What data the numbers of a sentence may hold on; found once for all of them."""
    places = scene.of_types(*_DATA)
    found = [
        Option(n.entity.name, n.start, n.end, "entity", more=(f"role={n.entity.role}", f"type={n.entity.type}"))
        for n in places
    ]
    found += [Option(n.entity.name, n.start, n.end, "task") for n in scene.of_types("Task")]
    for a, b in pairwise(places):
        if re.fullmatch(r",?\s(?:and|&)\s(?:the\s)?", scene.words[a.end : b.start]):
            found.append(Option(scene.words[a.start : b.end], a.start, b.end, "pair"))
    for m in _DATA_PHRASE.finditer(scene.words):
        start, end = m.span("data")
        source = "more" if any(n.start < end and start < n.end for n in places) else "phrase"
        data = scene.words[start:end]
        found.append(Option(data, start, end, source, more=_described(data)))
    taken = {(o.start, o.end) for o in found}
    found += [o for o in behind(scene, AT) if (o.start, o.end) not in taken]
    found += offered(scene, "dataset", found)
    return (*found, *elsewhere(scene, _DATA, 3), *_told(scene), NONE)


def _described(data: str) -> tuple[str, ...]:
    words = data.casefold().split()
    return (f"noun={words[-1].rstrip('s')}", f"counted={bool(_COUNTED.match(data))}", f"first={words[0]}")


def _told(scene: Scene) -> Iterator[Option]:
    """Data that the two sentences before describe."""
    document, here = scene.context.document, scene.sentence.index
    for s in document.sentences:
        if s.field == "text" and here - 2 <= s.index < here:
            words = document.words_of(s)
            for m in _DATA_PHRASE.finditer(words):
                data = words[m.start("data") : m.end("data")]
                yield Option(data, -1, -1, "told", here - s.index, _described(data))
