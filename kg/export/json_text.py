"""JSON that stays one line, and stays data where somebody puts it into the script element of a page."""

from __future__ import annotations

import json

_ESCAPES = {"</": "<\\/", "<!--": "<\\u0021--", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def safe_json(value: object) -> str:
    r"""The value as JSON on one line, unescaped but for what ends a script or a line.

    >>> safe_json({"é": "</script>"})
    '{"é": "<\\/script>"}'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    for sign, escaped in _ESCAPES.items():
        text = text.replace(sign, escaped)
    return text
