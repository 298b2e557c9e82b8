"""Which method a paper is about: the one that most of its relations begin with, as "we", "our method" and "it" mean it.

A ranking (``model/heads.tsv``, made by :mod:`kg.train.heads`) weighs the methods of a paper against each other by their
roles, by where they are named and by what stands around their names. It finds one where a paper proposes several or
none, too: of abstracts that it has not learned from it is right in 78 of 100 (the proposed method that is named first:
63), and 63 in 100 relations between found entities begin with it (55).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from kg.extract import linear
from kg.extract.ends import Block, of_name
from kg.extract.lines import Line, plain

if TYPE_CHECKING:
    from kg.extract.pairs import Reading

PLACE = Path(__file__).parent / "model" / "heads.tsv"
_SPEAKS = frozenset({"we", "our"})
# So many lines that name a method are read.
_LINES = 6
# So many words before a name in which the authors may speak, and so many behind it that say what it does.
_BEFORE, _BEHIND = 8, 12


def chances(reading: Reading, model: linear.Linear | None = None) -> list[float]:
    """For each entity of a paper how likely the paper is about it: 0 for all but methods, whose chances add up to 1.

    ``model`` stands in the place of the weights in use.
    """
    found = [0.0] * len(reading.entities)
    methods = [i for i, method in enumerate(reading.methods) if method]
    weigh = model.first if model else _sum
    if methods:
        sums = linear.softmax([sum(map(weigh, blocks)) for blocks in features(reading)])
        for index, chance in zip(methods, sums, strict=True):
            found[index] = chance
    return found


@lru_cache(maxsize=1 << 15)
def _sum(block: Block) -> float:
    return linear.load(PLACE).first(block)


def features(reading: Reading) -> list[list[Block]]:
    """For each method of a paper what speaks for its being the one that the paper is about."""
    company = _Company(reading)
    return [_of_method(reading, company, i) for i, method in enumerate(reading.methods) if method]


def _of_method(reading: Reading, company: _Company, index: int) -> list[Block]:
    role = reading.entities[index].role[0]
    found = [*of_name(reading, index, "head", role), *_among(reading, company, index, role)]
    for number, place in islice(reading.where[index].items(), _LINES):
        line = reading.lines[number]
        found += (
            _stands(line.zone[0], min(number, 6), min(place, 4), role),
            *_around(line, place, role),
            reading.before("main:", number, place, role),
        )
    return found


class _Company:
    """The methods of a paper, as each is seen beside the others."""

    def __init__(self, reading: Reading) -> None:
        self.names = "\n".join(e.name for e in reading.entities)
        self.alike: dict[str, list[int]] = {}
        methods = [i for i, method in enumerate(reading.methods) if method]
        for i in sorted(methods, key=lambda i: next(iter(reading.where[i].items()), (len(reading.lines), 0))):
            self.alike.setdefault(reading.entities[i].role, []).append(i)
        self.surest = {role: max(reading.entities[i].confidence for i in those) for role, those in self.alike.items()}
        self.most = max([len(reading.entities[i].mentions) for i in methods], default=0)
        self.new = min(3, len(self.alike.get("proposed", ())))


def _among(reading: Reading, company: _Company, index: int, role: str) -> tuple[Block, ...]:
    """How a method stands among those of the same role, and among all."""
    entity = reading.entities[index]
    name, alike = entity.name, company.alike[entity.role]
    return (
        _rank(alike.index(index), len(alike), f"{role}{company.new}", index == reading.proposed),
        _named(
            role,
            len(entity.mentions) == company.most,
            min(company.most, 4),
            entity.confidence >= company.surest[entity.role],
            min(2, sum(name in e.name for e in reading.entities) - 1) if company.names.count(name) > 1 else 0,
            min(2, sum([e.name in name for e in reading.entities]) - 1),
        ),
        (f"surfaces={min(3, len(entity.surfaces))} {role}", f"lines={min(5, len(reading.where[index]))} {role}"),
    )


@lru_cache(maxsize=4096)
def _rank(rank: int, count: int, part: str, first: bool) -> Block:  # noqa: FBT001 - part of a key
    return f"own={first:d} {part}", f"rank={min(rank, 3)} {part[0]}", f"rank={min(rank, 3)} of {min(3, count)} {part}"


@lru_cache(maxsize=4096)
def _named(role: str, most: bool, count: int, surest: bool, longer: int, shorter: int) -> Block:  # noqa: FBT001 - part of a key
    """Whether it is named most often and is the surest, and how many names it is part of and has as parts."""
    return (
        f"most={most:d} {role} {count}",
        f"surest={surest:d} {role}",
        f"inside={longer} {role}",
        f"around={shorter} {role}",
    )


@lru_cache(maxsize=4096)
def _stands(zone: str, line: int, place: int, role: str) -> Block:
    return f"at={zone}{place} {role}", f"at={zone}{place}", f"line={line} {role}", f"zone={zone} {role}"


def _around(line: Line, place: int, role: str) -> tuple[Block, ...]:
    """The words beside a name, whether the authors speak before it, and what the words behind it say."""
    words = ("^", "^", *map(plain, line.words[max(0, place - 2) : place + 3]), "$", "$")
    left2, left, _, right, right2 = words[min(place, 2) :][:5]
    speaks = not _SPEAKS.isdisjoint(line.words[max(0, place - _BEFORE) : place])
    cues = tuple(dict.fromkeys(filter(None, line.cues[place + 1 : place + _BEHIND])))
    return _beside("left", left, left2, role), _beside("right", right, right2, role), _told(speaks, cues, role)


@lru_cache(maxsize=1 << 14)
def _beside(side: str, word: str, second: str, role: str) -> Block:
    return f"{side}={word}", f"{side}={word} {second}", f"{side}={word} {role}"


@lru_cache(maxsize=4096)
def _told(speaks: bool, cues: Block, role: str) -> Block:  # noqa: FBT001 - part of a key
    first = tuple([f"then={cue} {role}" for cue in cues[:1]])
    return (f"speaks={speaks:d} {role}", *[f"then={cue}" for cue in cues], *first)
