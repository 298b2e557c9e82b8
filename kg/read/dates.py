"""Dates as sources write them, to ISO 8601 at the precision that they have. A day that no calendar has is left out."""

from __future__ import annotations

import calendar
import re
from datetime import date

from kg.inputs.strings import one_line

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMERIC = re.compile(r"^\s*(\d{4})(?:\s*[-/.]\s*(\d{1,2})?(?:\s*[-/.]\s*(\d{1,2})?)?)?(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_MONTH_NAME = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]*\.?(?:\s+(\d{{1,2}})(?!\d))?", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"(?<!\d)(\d{{1,2}})\.?\s+({'|'.join(_MONTHS)})", re.IGNORECASE)
# No date needs more signs; what follows them is another text.
_LONGEST = 100


def _exact(year: str, month: int | None, day: int | None) -> str | None:
    """The date as far as the calendar has it."""
    if int(year) < 1000:
        return None
    if not month or not 1 <= month <= 12:
        return year
    known = day and 1 <= day <= calendar.monthrange(int(year), month)[1]
    return f"{year}-{month:02}" + (f"-{day:02}" if known else "")


def iso_date(text: str | None, month: str | None = None) -> str | None:
    """The date in a text as ISO 8601 at the precision it has; None if there is no year. ``month`` adds what it lacks.

    >>> iso_date("2020/01//"), iso_date("2014//"), iso_date("2004", "JUN 8"), iso_date("8 June 2004"), iso_date("n.d.")
    ('2020-01', '2014', '2004-06-08', '2004-06-08', None)
    >>> iso_date("2023-02-30"), iso_date("20230228")
    ('2023-02', '2023-02-28')
    """
    text = one_line((text or "")[:_LONGEST])
    if match := _COMPACT.fullmatch(text) or _NUMERIC.match(text):
        year, number, day = match.groups()
        if number:
            return _exact(year, int(number), int(day) if day else None)
    elif not (match := _YEAR.search(text)):
        return None
    year = match.group(1)
    rest = one_line(month) or text.replace(year, " ", 1)
    if rest.isdecimal():
        return _exact(year, int(rest), None)
    if named := _DAY_FIRST.search(rest):
        return _exact(year, _MONTHS.index(named.group(2).lower()) + 1, int(named.group(1)))
    if named := _MONTH_NAME.search(rest):
        return _exact(year, _MONTHS.index(named.group(1).lower()) + 1, int(named.group(2) or 0))
    return _exact(year, None, None)


def to_date(value: object) -> str | None:
    """The same for a value of any type: a text, a year as a number, a date, ``[year, month, day]``; else None.

    >>> to_date(2024), to_date("2023-02-30T00:00:00Z"), to_date([[2021, 3]]), to_date("Mon, 2 Apr 2007 19:18:42 GMT")
    ('2024', '2023-02', '2021-03', '2007-04-02')
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, list):
        parts = value[0] if value and isinstance(value[0], list) else value
        return iso_date("-".join(str(p) for p in parts[:3] if isinstance(p, int | str) and str(p).isdecimal()))
    if isinstance(value, bool) or not isinstance(value, str | int | date):
        return None
    return iso_date(value.isoformat() if isinstance(value, date) else str(value))
