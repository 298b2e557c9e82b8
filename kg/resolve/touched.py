"""Which nodes and which keys a change of counts can have touched, so that all others can be left as they are."""

from __future__ import annotations

from dataclasses import dataclass

from kg.model import ENTITY_TYPES
from kg.resolve.index import Index
from kg.resolve.names import Names, Settled


@dataclass(frozen=True, slots=True)
class Touched:
    """Homes whose nodes may be others than before, and keys of which one type or more has another home than before."""

    homes: set[str]
    moved: set[str]


def touched(index: Index, names: Names, settled: Settled) -> Touched:
    """What ``settled`` has touched: the homes, old and new, of keys that changed or that lead over one that moved."""
    old = Names(index, moves=lambda key: settled.before[key] if key in settled.before else index.moves(key))
    leading = {key for key, moves in settled.before.items() if moves != index.moves(key)}
    if leading:
        # Whether two that the user wants apart would come home together hangs on all that they lead over.
        leading |= index.wishes.partners.keys()
    waiting = sorted(leading)
    while waiting:
        for key in index.coming(waiting.pop()):
            if key not in leading:
                leading.add(key)
                waiting.append(key)
    # What a name means where it stands alone decides whether it can be the label of a node that bears it.
    forms = settled.changed.union(leading, *map(index.shorts, sorted(leading)))
    homes: set[str] = set()
    moved: set[str] = set()
    for key in settled.changed | leading | index.named(sorted(forms)):
        for type_ in ENTITY_TYPES:
            before, now = old.home(key, type_), names.home(key, type_)
            homes |= {before, now}
            if before != now:
                moved.add(key)
    return Touched(homes, moved)
