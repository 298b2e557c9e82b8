"""ACL Anthology XML: one file per collection, with volumes of papers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.model import Note
from kg.read.base import Format, Item, Source
from kg.read.dates import iso_date
from kg.read.record import Fields, to_items
from kg.read.xml import Record, child, children, head_text, local, records, root_name, text_of

if TYPE_CHECKING:
    from kg.read.xml import Element

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def anthology_id(collection: str, volume: str, paper: str) -> str:
    """The id that the Anthology gives a paper; in old collections volume and paper share four digits.

    The rule is that of the Anthology's own library (``acl_anthology.utils.ids.build_id``).

    >>> anthology_id("2022.acl", "long", "1"), anthology_id("J89", "1", "2"), anthology_id("W00", "7", "2")
    ('2022.acl-long.1', 'J89-1002', 'W00-0702')
    """
    if not (len(collection) == 3 and collection[:1].isalpha()):
        return f"{collection}-{volume}.{paper}"
    workshop = collection == "D19" and volume.isdecimal() and int(volume) >= 5
    wide = collection[0] == "W" or collection == "C69" or workshop
    return f"{collection}-{volume:0>2}{paper:0>2}" if wide else f"{collection}-{volume}{paper:0>3}"


def _abstract(paper: Element) -> str:
    """The English abstract where the language is given, else the first."""
    given = children(paper, "abstract")
    english = [a for a in given if (a.get(_LANG) or "en").startswith("en")]
    return next(filter(None, map(text_of, english + given)), "")


def _name(author: Element) -> str:
    return " ".join(filter(None, (text_of(child(author, part)) for part in ("first", "last")))) or text_of(author)


def _ident(paper: Element, volume: Element | None) -> str:
    collection = None if volume is None else volume.getparent()
    if volume is None or collection is None or not collection.get("id"):
        return text_of(child(paper, "url"))
    return anthology_id(collection.get("id", ""), volume.get("id", ""), paper.get("id", ""))


def _paper(paper: Element, meta: Fields, where: str) -> Iterator[Item]:
    ident = _ident(paper, paper.getparent())
    for name in ("retracted", "removed"):
        if child(paper, name) is not None:
            yield Note(where, f"{ident} is marked as {name}: {text_of(child(paper, name)) or 'no reason given'}")
    year = text_of(child(paper, "year"))
    yield from to_items(
        Fields(
            key=ident,
            title=text_of(child(paper, "title")),
            abstract=_abstract(paper),
            date=iso_date(year, text_of(child(paper, "month"))) if year else meta.date,
            authors=tuple(filter(None, map(_name, children(paper, "author")))),
            venue=meta.venue,
            url=f"https://aclanthology.org/{ident}/" if ident else None,
            doi=text_of(child(paper, "doi")),
            acl=ident,
        ),
        "acl",
        where,
    )


def _volume(meta: Element) -> Fields:
    """What the papers of a volume have in common."""
    return Fields(
        date=iso_date(text_of(child(meta, "year")), text_of(child(meta, "month"))),
        venue=text_of(child(meta, "journal-title")) or text_of(child(meta, "booktitle")),
    )


def _sniff(head: bytes, suffix: str) -> bool:
    _ = suffix
    return root_name(head) == "collection" and "<volume" in head_text(head)


def _read(source: Source) -> Iterator[Item]:
    meta = Fields()
    for record in records(source, frozenset({"meta", "paper"})):
        if not isinstance(record, Record):
            yield record
        elif local(record.element) == "meta":
            meta = _volume(record.element)
        else:
            yield from _paper(record.element, meta, record.where)


FORMAT = Format("acl", "ACL Anthology XML", _sniff, _read)
