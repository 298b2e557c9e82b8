"""RDF terms as canonical N-Triples: the one place where text becomes RDF, and the one that reads such lines back.

A line is one triple without a line end (``<s> <p> "o" .``). Whatever a paper's text holds, a term made here is one
term: literals are escaped as RDFC-1.0 asks, and what may not stand in an IRI is percent-encoded. What is no
text and is refused by some Turtle reader (U+0000, U+FFFE, U+FFFF, lone surrogates) becomes U+FFFD.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from kg.errors import KgError
from kg.vocab import XSD

_NAMED = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_CODED = {chr(c): f"\\u{c:04X}" for c in (*range(0x20), 0x7F) if chr(c) not in _NAMED}
_LOST = dict.fromkeys(map(chr, (0, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000))), "\ufffd")
_ESCAPES = str.maketrans(_CODED | _NAMED | _LOST)
_TO_ESCAPE = re.compile(r'["\\\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]')
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_UNNAMED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}
_PLAIN_IRI = re.compile(r"[a-z][a-z0-9+.-]*:[A-Za-z0-9._~:/?@!$&'()*+,;=-]*(?:#[A-Za-z0-9._~:/?@!$&'()*+,;=-]*)?")
_WEB = re.compile(r"(https?://[^\s/?#:@\[\]\\%<>\"{}|^`\x00-\x20]+(?::\d{1,5})?)([/?][^#]*)?(?:#(.*))?", re.I | re.S)
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ALLOWED = "/:?@!$&'()*+,;=~%"
_IRI = r"(<[^<>\"{}|^`\\\s]*>)"
_OBJECT = r'(<[^<>"{}|^`\\\s]*>|"(?:[^"\\\n\r]|\\.)*"(?:\^\^<[^<>\s]*>|@[\w-]+)?)'
_LINE = re.compile(rf"{_IRI} {_IRI} {_OBJECT} \.")
_OBJECT_STARTS = frozenset('<"')


class Triple(NamedTuple):
    """Subject, predicate and object as N-Triples terms (``<iri>``, ``"text"``, ``"1"^^<type>``)."""

    subject: str
    predicate: str
    object: str


def iri(value: str) -> str:
    """An IRI as a term; what may not stand in one is percent-encoded.

    >>> iri("http://example.org/a> <b")
    '<http://example.org/a%3E%20%3Cb>'
    """
    if _PLAIN_IRI.fullmatch(value):
        return f"<{value}>"
    whole, mark, fragment = value.partition("#")
    return f"<{_quoted(whole)}{mark}{_quoted(fragment)}>"


def _quoted(text: str) -> str:
    return quote(_BROKEN_PERCENT.sub("%25", text), safe=_ALLOWED, errors="replace")


def web_iri(address: str) -> str | None:
    """The term for a web address from outside, or None where it is not plainly one (``javascript:``, no host).

    >>> web_iri("https://example.org/a b#c#d"), web_iri("javascript:alert(1)")
    ('<https://example.org/a%20b#c%23d>', None)
    """
    match = _WEB.fullmatch(address.strip())
    if not match:
        return None
    host, rest, fragment = match.groups()
    return iri(quote(host.lower(), safe=":/") + (rest or "") + ("#" + fragment.replace("#", "%23") if fragment else ""))


def literal(value: str, datatype: str | None = None) -> str:
    r"""A text as a term, with the IRI of its datatype where it is not a plain string.

    >>> literal('two\nlines "x"'), literal("0.9", XSD + "decimal")
    ('"two\\nlines \\"x\\""', '"0.9"^^<http://www.w3.org/2001/XMLSchema#decimal>')
    """
    text = value.translate(_ESCAPES) if _TO_ESCAPE.search(value) else value
    return f'"{text}"^^<{datatype}>' if datatype else f'"{text}"'


def integer(value: int) -> str:
    """A whole number as an ``xsd:integer``."""
    return f'"{value}"^^<{XSD}integer>'


def boolean(value: bool) -> str:  # noqa: FBT001
    """A truth value as an ``xsd:boolean``."""
    return f'"{"true" if value else "false"}"^^<{XSD}boolean>'


@lru_cache(maxsize=4096)
def share(value: float) -> str:
    """A number from 0 to 1 as an ``xsd:decimal`` with at most four digits, in the one spelling that stores keep.

    >>> share(0.93001)
    '"0.93"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return f'"{text}"^^<{XSD}decimal>'


def triple(subject: str, predicate: str, object_: str) -> str:
    """A line from three terms."""
    return f"{subject} {predicate} {object_} ."


def parse(line: str) -> Triple:
    """The three terms of a line of canonical N-Triples.

    Raises:
        KgError: the line is no such triple (blank nodes, which kg never writes, included).

    >>> parse('<http://a> <http://b> "c d" .').object
    '"c d"'
    """
    match = _LINE.fullmatch(line.rstrip("\n"))
    if not match:
        raise KgError(f"not a triple in canonical N-Triples without blank nodes: {line[:200]!r}")
    return Triple(*match.groups())


def split(line: str) -> tuple[str, str, str]:
    """The three terms of a line that this module or a store wrote: as :func:`parse`, but no look is taken inside them.

    Raises:
        KgError: the line is no such triple (blank nodes, which kg never writes, included).

    >>> split('<http://a> <http://b> "c d" .')
    ('<http://a>', '<http://b>', '"c d"')
    """
    terms = line[:-2].split(" ", 2)
    if len(terms) == 3 and line[0] == "<" and line[-2:] == " .":
        subject, predicate, object_ = terms
        if object_[:1] in _OBJECT_STARTS and object_[:2] != "<<":
            return subject, predicate, object_
    return parse(line)


def text_of(term: str) -> str:
    r"""The text of a literal, or the IRI of an IRI term.

    >>> text_of('"a\\nb"'), text_of('"1"^^<http://t>'), text_of("<http://a>")
    ('a\nb', '1', 'http://a')
    """
    if term.startswith("<"):
        return term[1:-1]
    body = term[1 : term.rindex('"')]
    return _ESCAPED.sub(_unescaped, body) if "\\" in body else body


def _unescaped(match: re.Match[str]) -> str:
    short, long, name = match.groups()
    return chr(int(short or long, 16)) if not name else _UNNAMED.get(name, name)
