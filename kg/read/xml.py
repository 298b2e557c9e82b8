"""XML as a stream of record elements: constant memory, no entities, no network; a fault keeps what stood before it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from kg.inputs.strings import excerpt, one_line
from kg.model import Note, Rejected
from kg.read.base import Item, Source

if TYPE_CHECKING:
    from lxml import etree

    # The library has no public name for the type of its elements.
    Element: TypeAlias = etree._Element  # noqa: SLF001

# The largest stretch of a file without the end of a record. The longest known records are far below one mebibyte.
MAX_RECORD = 64 * 1024 * 1024

_PROLOG = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^\[<>]|\[.*?\]\s*(?=>))*>|\s+", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_SEVERAL = ("Extra content at the end", "XML or text declaration not at start", "declaration allowed only at the start")
_ENTITIES_REFUSED = (
    "its document type declares entities, which kg never expands because such files can read other files or grow "
    "without end; remove the <!ENTITY ...> declarations"
)


class _TooLongError(Exception):
    pass


@dataclass(slots=True)
class _Budget:
    """A stream that gives at most MAX_RECORD bytes between two records."""

    stream: BinaryIO
    left: int

    def read(self, size: int = -1) -> bytes:
        if self.left <= 0:
            raise _TooLongError
        data = self.stream.read(size)
        self.left -= len(data)
        return data


@dataclass(frozen=True, slots=True)
class Record:
    """One element that holds a record, and the place where it begins. It is emptied when the next one is asked for."""

    element: Element
    where: str


def head_text(head: bytes) -> str:
    """The beginning of a file as text, in whichever Unicode encoding its first bytes show."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    for encoding, start in (("utf-16-le", b"<\0"), ("utf-16-be", b"\0<")):
        if head.startswith(start):
            return head.decode(encoding, "replace")
    return head.decode("utf-8-sig", "replace")


def root_name(head: bytes) -> str | None:
    """The local name of the first element in the beginning of a file; None if that is no XML or HTML.

    >>> root_name(b"<?xml version='1.0'?><!-- c --><a:feed xmlns:a='x'>"), root_name(b"@article{")
    ('feed', None)
    """
    text, at = head_text(head), 0
    while match := _PROLOG.match(text, at):
        at = match.end()
    root = _ROOT.match(text, at)
    return root.group(1) if root else None


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _refused(source: Source, why: str, line: int = 1) -> Rejected:
    return Rejected(f"{source.name}:{line}", "XML document", why)


def _declares_entities(element: Element) -> bool:
    dtd = element.getroottree().docinfo.internalDTD
    return dtd is not None and any(True for _ in dtd.iterentities())  # type: ignore[attr-defined]


def _inside(element: Element, names: frozenset[str]) -> bool:
    return any(local(ancestor) in names for ancestor in element.iterancestors())


def _forget(element: Element) -> None:
    """Empty a record that is done with, and drop what stands before it."""
    parent = element.getparent()
    element.clear()
    while parent is not None and parent[0] is not element:
        del parent[0]


def _fault(source: Source, error: etree.XMLSyntaxError) -> Rejected:
    line, message = error.position[0] or 1, excerpt(error.msg, 200)
    if any(words in message for words in _SEVERAL):
        why = f"several XML documents in one file ({message}): split it into one document per file; read up to here"
    else:
        why = (
            f"not well-formed XML: {message}; the records before this place were read, those after it were not: "
            "repair the file (a cut-off download must be fetched again)"
        )
    return _refused(source, why, line)


def records(source: Source, names: frozenset[str]) -> Iterator[Record | Rejected | Note]:
    """The elements with one of the given local names, in order, the outermost where they nest.

    Entities, external documents and the network are off, and a document that declares entities is refused whole. After
    a fault in the XML the elements before it have been given and a :class:`~kg.model.Rejected` ends the stream. A
    stretch of more than MAX_RECORD bytes without a record ends it too. A :class:`~kg.model.Note` says if there was no
    such element.
    """
    from lxml import etree

    budget, found, root = _Budget(source.stream, MAX_RECORD), 0, ""
    tags = [f"{{*}}{name}" for name in sorted(names)]
    try:
        context = etree.iterparse(
            budget,
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        for event, element in context:
            if not root:
                root = local(element) or "?"
                if _declares_entities(element):
                    yield _refused(source, _ENTITIES_REFUSED)
                    return
            if event == "end" and local(element) in names and not _inside(element, names):
                found, budget.left = found + 1, MAX_RECORD
                yield Record(element, f"{source.name}:{element.sourceline}")
                _forget(element)
    except _TooLongError:
        yield _refused(source, f"more than {MAX_RECORD} bytes without the end of a record ({', '.join(tags)})")
        return
    except etree.XMLSyntaxError as error:
        yield _fault(source, error)
        return
    if not found:
        wanted = " or ".join(f"<{name}>" for name in sorted(names))
        yield Note(source.name, f"no {wanted} in this document, whose root is <{root}>")


def read_records(
    source: Source, names: frozenset[str], to_items: Callable[[Element, str], Iterator[Item]]
) -> Iterator[Item]:
    """What ``to_items`` makes of each record element and its place, with all else that :func:`records` reports."""
    for record in records(source, names):
        if isinstance(record, Record):
            yield from to_items(record.element, record.where)
        else:
            yield record


def child(element: Element | None, *path: str) -> Element | None:
    """The first descendant along a path of local names; None if there is none."""
    for name in path:
        element = None if element is None else next((c for c in element if local(c) == name), None)
    return element


def children(element: Element | None, name: str) -> list[Element]:
    """The direct children with a local name."""
    return [] if element is None else [c for c in element if local(c) == name]


def _pieces(element: Element, blocks: frozenset[str], skip: Callable[[Element], bool]) -> Iterator[str]:
    yield element.text or ""
    for inner in element:
        if isinstance(inner.tag, str) and not skip(inner):
            edge = " " if local(inner) in blocks else ""
            yield edge
            yield from _pieces(inner, blocks, skip)
            yield edge
        elif not isinstance(inner.tag, str) and (inner.text or "").startswith("&"):
            # An entity that only the (unread) document type knows: the names that HTML shares are well known.
            yield html.unescape(inner.text or "")
        yield inner.tail or ""


def text_of(
    element: Element | None,
    blocks: frozenset[str] = frozenset(),
    skip: Callable[[Element], bool] = lambda element: False,  # noqa: ARG005
) -> str:
    r"""All text within an element in document order, white space collapsed; ``blocks`` are set apart by a space.

    >>> from lxml.etree import fromstring
    >>> text_of(fromstring("<t>H<sub>2</sub>O <b>is\n  wet</b><!-- no --></t>"))
    'H2O is wet'
    """
    return "" if element is None else one_line("".join(_pieces(element, blocks, skip)))
