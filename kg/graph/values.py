"""Printed values of results as exact numbers: one number, a range, or neither (then only the printed text is kept).

Digits count, words do not: ``64.8``, ``1,234``, ``-0.5``, ``1.5M``, ``2 million``, ``1. 16`` (a space from a PDF) are
numbers, ``1.3-1.7``, ``2 to 3``, ``1-2M`` are ranges; ``twice``, ``3 out of 5``, ``3/4`` are text. The unit is no part
of the value. Numbers of more than 18 digits, which stores keep as text, stay text here as well.
"""

from __future__ import annotations

import re
from decimal import Decimal

SCALES: dict[str, int] = {
    "k": 3,
    "K": 3,
    "thousand": 3,
    "M": 6,
    "million": 6,
    "B": 9,
    "billion": 9,
    "T": 12,
    "trillion": 12,
}
MAX_DIGITS = 18

_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.\s?[0-9]+)?|\.[0-9]+"
_SIGNED = rf"([-+−–]?)\s?({_NUMBER})\s?({'|'.join(SCALES)})?"
_ONE = re.compile(_SIGNED)
_RANGE = re.compile(_SIGNED + r"\s*(?:-{1,3}|[–—−~∼]|to|\.\.\.?)\s*" + _SIGNED)


def numbers_of(text: str) -> tuple[Decimal, ...]:
    """The number in a printed value, or the two ends of a range (low, high), or nothing.

    >>> [tuple(map(canonical, numbers_of(t))) for t in ("64.80", "1.5M", "1.7-1.3", "1-2K", "twice")]
    [('64.8',), ('1500000',), ('1.3', '1.7'), ('1000', '2000'), ()]
    """
    plain = text.replace("$", "").strip()
    if match := _ONE.fullmatch(plain):
        return _kept(_decimal(*match.groups()))
    if match := _RANGE.fullmatch(plain):
        sign1, number1, scale1, sign2, number2, scale2 = match.groups()
        # "1-2M": the scale of the second end holds for both.
        return _kept(_decimal(sign1, number1, scale1 or scale2), _decimal(sign2, number2, scale2))
    return ()


def canonical(value: Decimal) -> str:
    """The one spelling of a decimal that every store keeps: no exponent, no needless zeros.

    >>> canonical(Decimal("64.80")), canonical(Decimal("7E+4")), canonical(Decimal("-0.0"))
    ('64.8', '70000', '0')
    """
    return f"{value.normalize():f}" if value else "0"


def _decimal(sign: str, number: str, scale: str | None) -> Decimal | None:
    digits = re.sub(r"[,\s]", "", number)
    if len(digits) > MAX_DIGITS:
        return None
    value = Decimal(digits).scaleb(SCALES[scale] if scale else 0)
    return -value if sign in ("-", "−", "–") else value


def _kept(*values: Decimal | None) -> tuple[Decimal, ...]:
    known = sorted(v for v in values if v is not None and len(canonical(v).strip("-")) <= MAX_DIGITS + 1)
    return tuple(known) if len(known) == len(values) else ()
