"""Names of authors as sources write them, to names in reading order."""

from __future__ import annotations

import re
from typing import Any

from kg.inputs.strings import one_line

# The keys of an object that describes a person: its whole name, or the parts of it.
_WHOLE = ("name", "full_name", "fullname", "display_name", "literal")
_GIVEN = ("given", "first", "first_name", "firstname")
_FAMILY = ("family", "last", "last_name", "lastname")
_BETWEEN_NAMES = re.compile(r"\s*;\s*|\s+and\s+|\s*\n\s*")


def given_family(name: str) -> str:
    """A name in reading order: "Family, Given" and "Family, Given, Suffix" turned round, all others as they stand.

    >>> given_family("Lindgren, Astrid"), given_family("King, Martin L., Jr."), given_family("Astrid Lindgren")
    ('Astrid Lindgren', 'Martin L. King Jr.', 'Astrid Lindgren')
    """
    family, *rest = (one_line(part) for part in name.split(","))
    return " ".join(part for part in (*rest[:1], family, *rest[1:]) if part)


def names(value: Any) -> tuple[str, ...]:
    """The names of authors in reading order, from a list of texts or objects, or from one text.

    >>> names([{"name": "Ada L."}, {"first": "Alan", "last": "T."}, "Grace H."]), names("Ada L. and Alan T.")
    (('Ada L.', 'Alan T.', 'Grace H.'), ('Ada L.', 'Alan T.'))
    """
    if isinstance(value, str):
        parts = _BETWEEN_NAMES.split(value)
        # Commas part names only where no name is turned round ("Lovelace, Ada") by one.
        parts = parts if len(parts) > 1 or value.count(",") < 2 else value.split(",")
        return tuple(p.strip() for p in parts if p.strip())
    if isinstance(value, dict):
        return tuple(filter(None, (_name(value),)))
    return tuple(filter(None, map(_name, value))) if isinstance(value, list | tuple) else ()


def _name(value: Any) -> str:
    if isinstance(value, dict):
        lower = {str(k).lower(): v for k, v in value.items() if isinstance(v, str)}
        whole, given, family = (
            next((lower[k] for k in keys if lower.get(k)), "") for keys in (_WHOLE, _GIVEN, _FAMILY)
        )
        return whole or f"{given} {family}".strip()
    if isinstance(value, list | tuple):  # [family, given, suffix]
        parts = [p.strip() for p in value if isinstance(p, str)]
        return " ".join(p for p in (*parts[1:2], *parts[:1], *parts[2:3]) if p)
    return value.strip() if isinstance(value, str) else ""
