"""Content negotiation (RFC 9110, section 12.5.1): which of the forms that there are a client likes best."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

# Media types by the form of an answer, ours first; the others are accepted names of the same.
ROWS: Mapping[str, tuple[str, ...]] = {
    "json": ("application/sparql-results+json", "application/json"),
    "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
}
TRIPLES: Mapping[str, tuple[str, ...]] = {
    "ttl": ("text/turtle", "application/x-turtle"),
    "nt": ("application/n-triples", "text/plain"),
    "rdf": ("application/rdf+xml", "application/xml", "text/xml"),
    "jsonld": ("application/ld+json", "application/json"),
}
PAGE: Mapping[str, tuple[str, ...]] = {"html": ("text/html", "application/xhtml+xml")}

_RANGE = re.compile(r"\s*([^\s;,/]+/[^\s;,]+)\s*((?:;[^,]*)?)")
_QUALITY = re.compile(r";\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)", re.IGNORECASE)


def choose(accept: str | None, forms: Mapping[str, tuple[str, ...]]) -> tuple[str, str] | None:
    """The form to send and its media type; None where the client wants none of them.

    Of forms that are liked alike the earlier stands first. Without the header, anything is liked.

    >>> choose("text/csv;q=0.5, application/json", ROWS)
    ('json', 'application/json')
    >>> choose("*/*, text/csv", ROWS), choose("text/*;q=0.1", ROWS), choose("image/png", ROWS)
    (('csv', 'text/csv'), ('csv', 'text/csv'), None)
    """
    ranges = _ranges(accept)
    best: tuple[float, int] = (0.0, 0)
    found = None
    for form, names in forms.items():
        for name in names:
            # Whoever says text/* wants the name that a form goes by, not another that it answers to.
            quality = _quality(name, ranges if name == names[0] else [(n, q) for n, q in ranges if n == name])
            if quality[0] > 0 and quality > best:
                best, found = quality, (form, name)
    return found


@lru_cache(maxsize=256)
def _ranges(accept: str | None) -> Sequence[tuple[str, float]]:
    if accept is None or not accept.strip():
        return [("*/*", 1.0)]
    found = []
    for part in accept.split(","):
        if match := _RANGE.fullmatch(part):
            quality = _QUALITY.search(match[2])
            found.append((match[1].lower(), float(quality[1]) if quality else 1.0))
    return found


def _quality(name: str, ranges: Iterable[tuple[str, float]]) -> tuple[float, int]:
    """How much a media type is liked, and how exactly it was named: of several ranges the most exact one counts."""
    family = name.split("/", maxsplit=1)[0] + "/*"
    exactness = {name: 3, family: 2, "*/*": 1}
    named = [(exactness[kind], quality) for kind, quality in ranges if kind in exactness]
    exact, quality = max(named, default=(0, 0.0))
    return min(quality, 1.0), exact


def media_types(*forms: Mapping[str, tuple[str, ...]]) -> str:
    """What can be had, for the message of a refusal."""
    return ", ".join(names[0] for some in forms for names in some.values())
