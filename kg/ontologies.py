"""Where the vocabulary, its shapes and its context are: inside the installed package, else beside a checkout."""

from __future__ import annotations

from pathlib import Path

from kg.errors import KgError

_PACKAGE = Path(__file__).parent
# A wheel carries the folder inside the package; an editable install leaves it beside the package.
_PLACES = (_PACKAGE / "ontologies", _PACKAGE.parent / "ontologies")

FILES = ("kg.ttl", "shapes.ttl", "context.jsonld")


def ontology(name: str) -> Path:
    """The path of ``kg.ttl``, ``shapes.ttl`` or ``context.jsonld``.

    Raises:
        KgError: the file is in neither place; the message names both.

    >>> ontology("kg.ttl").name
    'kg.ttl'
    """
    for place in _PLACES:
        if (place / name).is_file():
            return place / name
    looked = " or ".join(str(place) for place in _PLACES)
    raise KgError(f"{name} is not in {looked}: install kg again (known files: {', '.join(FILES)})")
