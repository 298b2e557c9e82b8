"""What the readers of outside vocabularies give: things with an address and names; and what a format is.

Each format is one module beside this one with one constant ``FORMAT``. Its ``read`` is a generator; a bad record
becomes a :class:`~kg.model.Rejected` and its neighbours go on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from kg.inputs.source import Source
from kg.inputs.strings import clean, excerpt, one_line
from kg.model import EntityType, Note, Rejected
from kg.ntriples import web_iri

# No name is longer: Wikidata allows 250 characters.
MAX_NAME = 250
MAX_ADDRESS = 2_000

ANY: frozenset[EntityType] = frozenset()
DATA: frozenset[EntityType] = frozenset({"Dataset", "Benchmark"})

# What is not seen but turns or joins what stands beside it.
_INVISIBLE = re.compile("[\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Nothing in such an address needs encoding; most are so.
_PLAIN = re.compile(r"https?://[a-z0-9]+(?:[.-][a-z0-9]+)+/[A-Za-z0-9._~/-]*")
_BROKEN = re.compile(r"[\x00-\x20\x7f-\xa0<>\"{}|^`\\\ud800-\udfff\ufffe\uffff]|%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Thing:
    """One entry of an outside vocabulary: ``label`` is its one preferred name there, ``aliases`` are its others.

    ``types`` are the types that an entity may have to be this thing; none means that it is not known. ``close_only``:
    never an exact match, because the address was made from the name or because the table says so. ``source`` is the
    name of the vocabulary.
    """

    iri: str
    label: str
    aliases: tuple[str, ...] = ()
    types: frozenset[EntityType] = ANY
    source: str = ""
    close_only: bool = False


Item: TypeAlias = Thing | Rejected | Note


@dataclass(frozen=True, slots=True)
class Format:
    """A format that kg reads things from. ``sniff`` sees the first 64 KiB and the lower-case suffix (``.tsv``)."""

    name: str
    help: str
    sniff: Callable[[bytes, str], bool]
    read: Callable[[Source], Iterator[Item]]


def address(text: str) -> str | None:
    """A web address as it may stand in an RDF graph; None for one that is broken, too long, or no http(s).

    >>> address("http://www.wikidata.org/entity/Q2539"), address("javascript:alert(1)"), address("http://e/a> <b")
    ('http://www.wikidata.org/entity/Q2539', None, None)
    """
    if len(text) > MAX_ADDRESS:
        return None
    if _PLAIN.fullmatch(text):
        return text
    if _BROKEN.search(text):
        return None
    term = web_iri(text)
    return term[1:-1] if term else None


def name(text: object) -> str | None:
    r"""A name on one line, without what is no text or not seen; None where nothing is left or it is too long to be one.

    >>> name(" Transformer \n(model)"), name("\x00"), name(7)
    ('Transformer (model)', None, None)
    """
    if not isinstance(text, str):
        return None
    plain = text.isprintable() and "  " not in text and not (text[:1].isspace() or text[-1:].isspace())
    found = text if plain else one_line(_INVISIBLE.sub("", clean(text)[0]))
    return found if found and len(found) <= MAX_NAME and any(map(str.isalnum, found)) else None


def thing(
    where: str,
    iri: str,
    label: object,
    aliases: Iterable[object] = (),
    types: frozenset[EntityType] = ANY,
    source: str = "",
    *,
    close_only: bool = False,
) -> Thing | Rejected:
    """A thing with its address and names checked, or the reason why it is none. Aliases that are no names are left out.

    >>> thing("x.tsv:2", "ftp://e/1", "BERT").why
    'no address that a graph can link to; give one that starts with http:// or https://, without spaces or brackets'
    """
    found, label_ = address(iri), name(label)
    if found is None:
        why = "no address that a graph can link to; give one that starts with http:// or https://, "
        return Rejected(where, excerpt(iri) or "an empty address", why + "without spaces or brackets")
    if label_ is None:
        why = f"no name; give {excerpt(found)} a label of 1 to {MAX_NAME} characters"
        return Rejected(where, excerpt(label if isinstance(label, str) else repr(label)) or "an empty name", why)
    others = {n for n in map(name, aliases) if n and n != label_}
    return Thing(found, label_, tuple(sorted(others)), types, source, close_only)
