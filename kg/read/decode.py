"""From what a file says to values that hold: strict JSON, texts without control characters, dates that exist."""

from __future__ import annotations

import codecs
import json
import re
from datetime import date
from typing import Any, NoReturn

from kg.read.fields import iso_date

# Control characters are no text and cannot stand in XML; a tab and line ends are.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_FULL = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")


def clean(text: str) -> tuple[str, bool]:
    r"""The text without control characters and outer white space, and whether something in it could not be decoded.

    Everything inside stays as it is, so that offsets into the result hold.

    >>> clean(" a\x00b\ud800 ")
    ('ab\ufffd', True)
    """
    fixed = _SURROGATES.sub("\ufffd", text)
    return _CONTROLS.sub("", fixed).strip(), fixed != text


def is_text(head: bytes) -> bool:
    """Whether the first bytes of a file are UTF-8 text; a few bad bytes among many good ones are a damaged text."""
    if not head.strip() or b"\x00" in head:
        return False
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(head)
    odd = text.count("\ufffd") + len(_CONTROLS.findall(text))
    return odd * 50 <= len(text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        raise ValueError(f"the key {twice[0]!r} stands twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def load_json(text: str) -> Any:
    """One JSON value: no NaN, no key twice in one object, nothing after it.

    Raises:
        ValueError: the text is no such value; the message says why, without the text.
    """
    try:
        return DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg.removesuffix(' at')} at column {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def to_date(value: object) -> str | None:
    """A date in ISO 8601 at the precision known, from text, a year as a number, or ``[year, month, day]``; else None.

    A day or month that the calendar does not have is left out.

    >>> to_date(2024), to_date("2023-02-30T00:00:00Z"), to_date([[2021, 3]]), to_date("Mon, 2 Apr 2007 19:18:42 GMT")
    ('2024', '2023-02', '2021-03', '2007-04-02')
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, list):
        parts = value[0] if value and isinstance(value[0], list) else value
        return to_date("-".join(str(p) for p in parts[:3] if isinstance(p, int | str) and str(p).isdigit()))
    if isinstance(value, bool) or not isinstance(value, str | int | date):
        return None
    text = value.isoformat() if isinstance(value, date) else str(value)
    if match := _COMPACT.fullmatch(text.strip()):
        text = "-".join(match.groups())
    found = iso_date(text[:100])
    if found and (match := _FULL.fullmatch(found)):
        try:
            date(*map(int, match.groups()))
        except ValueError:
            return found[:7]
    return found if found and found[:4] >= "1000" else None
