"""What one paper says of its names: which key each entity has there, and which names it uses for the same thing.

Counts of this over papers are all that resolution ever sees. They add up and can be taken back, so papers may come in
any order, and one that leaves takes what it said with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kg.forms import normal_form
from kg.model import Entity, EntityType
from kg.resolve.abbreviations import holds, is_marked, is_short_form
from kg.resolve.variants import variants_of
from kg.resolve.wishes import Wishes

# How a paper uses a name: as another name of something, as its main name, or for something that it introduces.
OTHER, MAIN, OWN = 0, 1, 2


class Said(NamedTuple):
    """A paper gives an entity of this key and type this name, as OTHER, MAIN or OWN name."""

    key: str
    type: EntityType
    name: str
    rank: int


class Vote(NamedTuple):
    """A paper uses a name with the form ``short`` for the entity of ``key``; ``defined``: as an abbreviation of it."""

    short: str
    type: EntityType
    key: str
    defined: bool


def spelled_out(name: str, others: Iterable[str]) -> str:
    """The name by which a thing is known beyond its paper: the longest long form of an abbreviation that is given.

    >>> spelled_out("DPO", ["direct preference optimization"])
    'direct preference optimization'
    """
    names = dict.fromkeys((name, *others))
    if len(names) == 1:
        return name
    longs = [s for s in names if any(is_short_form(t, s) for t in names)]
    if longs:
        return min(longs, key=lambda s: (-len(s), s))
    if is_marked(name):
        return name
    return min((s for s in names if is_marked(s)), key=lambda s: (-len(s), s), default=name)


def key_of(entity: Entity, wishes: Wishes) -> str:
    """The key of an entity as its own paper names it: the normal form of :func:`spelled_out`."""
    return wishes.form_of(spelled_out(entity.name, _together(entity, wishes)))


def _together(entity: Entity, wishes: Wishes) -> list[str]:
    """The names of an entity that the user does not want apart from its main one."""
    if not wishes.partners:
        return list(entity.surfaces)
    form = wishes.form_of(entity.name)
    return [s for s in entity.surfaces if not wishes.parted(wishes.form_of(s), form)]


def read(entities: Iterable[Entity], wishes: Wishes) -> tuple[set[Said], set[Vote]]:
    """All that a paper says of its names; said twice is said once."""
    said: set[Said] = set()
    votes: set[Vote] = set()
    for entity in entities:
        together = _together(entity, wishes)
        long = spelled_out(entity.name, together)
        key = wishes.form_of(long)
        for name in {entity.name, *entity.surfaces}:
            form = wishes.form_of(name)
            rank = (OWN if entity.role == "proposed" else MAIN) if name == entity.name else OTHER
            if form != key and rank == OTHER and (name not in together or wishes.parted(form, key)):
                said.add(Said(form, entity.type, name, MAIN))
                continue
            said.add(Said(key, entity.type, name, rank))
            if form == key or wishes.parted(form, key):
                continue
            if is_short_form(name, long):
                votes.add(Vote(form, entity.type, key, defined=True))
            elif not holds(long, name) and not _differ(name, long):
                votes.add(Vote(form, entity.type, key, defined=False))
    return said, votes


def _differ(name: str, other: str) -> bool:
    """Whether two names differ in version, size or the like, so that other papers do not mean one thing by them."""
    base, form = normal_form(other), normal_form(name)
    return (
        any(normal_form(v.base) == base for v in variants_of(name))
        or any(normal_form(v.base) == form for v in variants_of(other))
        or sorted(filter(str.isdigit, name)) != sorted(filter(str.isdigit, other))
    )
