"""Small work on strings that all readers share: one line, the beginning for a message, and what is no text at all."""

from __future__ import annotations

import re

# Control characters are no text and cannot stand in XML; a tab and line ends are.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(r"\s+")


def one_line(text: str | None) -> str:
    r"""The text with every run of white space as one space.

    >>> one_line(" a\n   b ")
    'a b'
    """
    return _SPACE.sub(" ", text or "").strip()


def excerpt(text: str | None, limit: int = 80) -> str:
    r"""The beginning of a text for a message: printable, on one line.

    >>> excerpt("a\x1b[31m b")
    'a?[31m b'
    """
    line = "".join(c if c.isprintable() else "?" for c in one_line((text or "")[: limit * 4]))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def clean(text: str) -> tuple[str, bool]:
    r"""The text without control characters and outer white space, and whether something in it could not be decoded.

    Everything inside stays as it is, so that offsets into the result hold.

    >>> clean(" a\x00b\ud800 ")
    ('ab\ufffd', True)
    """
    fixed = _SURROGATES.sub("\ufffd", text)
    return CONTROLS.sub("", fixed).strip(), fixed != text
