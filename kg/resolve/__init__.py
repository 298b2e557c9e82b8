"""Names -> entities, with a reason for every merge. Sees the names of all papers, never their texts.

A paper decides for itself: what it uses as names of one thing is one thing there, and the long form that it gives an
abbreviation is part of the key, so homonyms stay apart. Across papers, entities are one if their keys are equal normal
forms (:func:`kg.forms.normal_form`) or one key moves to the other by a rule of :mod:`kg.resolve.moves`. The user's
tables (:mod:`kg.resolve.wishes`) come before all rules.

A name that papers type differently has one node, of the type that most papers give it (ties: the order of
:data:`kg.model.ENTITY_TYPES`), because two nodes would split every question about it. Two things of one name are two
nodes where papers spell them out differently, or introduce things of two kinds by it; an abbreviation that no paper
explains goes to the one of its type.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kg.model import Entity
from kg.resolve.abbreviations import is_abbreviation
from kg.resolve.index import Index
from kg.resolve.names import Merge, Names, Node, Settled, Variant, settle
from kg.resolve.touched import Touched, touched
from kg.resolve.wishes import NOTHING, Wishes

__all__ = [
    "Index",
    "Merge",
    "Names",
    "Node",
    "Settled",
    "Touched",
    "Variant",
    "Wishes",
    "is_abbreviation",
    "resolve",
    "settle",
    "touched",
]


def resolve(papers: Iterable[Iterable[Entity]], wishes: Wishes = NOTHING, *, place: Path | None = None) -> Names:
    """The entities behind the names of all papers; ``papers`` gives each paper's entities once, in any order.

    With ``place`` what is counted lies in a file there, not in memory.

    >>> dpo = Entity("direct preference optimization", "Method", "used", ("direct preference optimization", "DPO"))
    >>> names = resolve([[dpo], [Entity("DPO", "Method", "compared", ("DPO",))]])
    >>> [(e.label, e.alt_labels) for e in names]
    [('DPO', ('direct preference optimization',))]
    """
    index = Index(place, wishes)
    for number, entities in enumerate(papers):
        index.add(str(number), entities)
    settle(index)
    return Names(index)
