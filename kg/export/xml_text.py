"""Text for XML 1.0: escaped, and without the control characters that no XML file may hold."""

from __future__ import annotations

import re

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)


def xml_text(value: object) -> str:
    r"""A value as it stands in an attribute or an element; line breaks survive both.

    >>> xml_text('a\x00\x1b"<\n')
    'a&quot;&lt;&#10;'
    """
    return _ILLEGAL.sub("", str(value)).translate(_ESCAPES)
