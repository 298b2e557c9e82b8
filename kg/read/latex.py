"""LaTeX as it stands in bibliographies, turned into plain text: accents, letters, braces, dashes, quotation marks.

Mathematics between dollar signs stays as it is, and so do commands that the tables do not name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_ACCENTS: Final = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
}
_LETTERS: Final = {
    "ss": "ß",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "o": "ø",
    "O": "Ø",
    "aa": "å",
    "AA": "Å",
    "l": "ł",
    "L": "Ł",
    "i": "ı",
    "j": "ȷ",
    "dh": "ð",
    "DH": "Ð",
    "th": "þ",
    "TH": "Þ",
    "dj": "đ",
    "DJ": "Đ",
    "ng": "ŋ",
    "NG": "Ŋ",
    "S": "§",
    "P": "¶",
    "pounds": "£",
    "euro": "€",
    "texteuro": "€",
    "copyright": "©",
    "textregistered": "®",
    "texttrademark": "™",
    "textdegree": "°",
    "textmu": "µ",
    "textpm": "±",
    "texttimes": "×",
    "textgreater": ">",
    "textless": "<",
    "textbar": "|",
    "textbackslash": "\\",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textunderscore": "_",
    "textendash": "–",
    "textemdash": "—",
    "textquoteleft": "‘",
    "textquoteright": "’",
    "textquotedblleft": "“",
    "textquotedblright": "”",
    "textquotesingle": "'",
    "ldots": "…",
    "dots": "…",
    "textellipsis": "…",
}
# Commands that only change the look of what follows.
_LOOKS: Final = (
    *("emph", "enquote", "mbox", "text", "textbf", "textit", "textmd", "textnormal", "textrm", "textsc", "textsf"),
    *("textsl", "texttt", "textup", "underline", "url"),
    *("bf", "bfseries", "em", "it", "itshape", "rm", "sc", "scshape", "sf", "tt", "ttfamily"),
)
_SIGNS: Final = {
    "---": "—",
    "--": "–",
    "``": "“",
    "''": "”",
    "~": " ",
    "\\\\": " ",
    "\\ ": " ",
    "\\,": " ",
    "\\-": "",
    "\\/": "",
}


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_TOKEN = re.compile(
    r"(?P<escaped>\\[%&_#${}])"
    r"|(?P<math>\$(?:[^$\\]|\\.)*\$)"
    r"""|\\(?P<sign>[`'^"~=.])\s*(?:\{\s*\\?(?P<a>[A-Za-z])\s*\}|\\?(?P<b>[A-Za-z]))"""
    r"|\\(?P<mark>[uvHcdkrb])(?:\s*\{\s*\\?(?P<c>[A-Za-z])\s*\}|\s+\\?(?P<d>[A-Za-z])(?![A-Za-z]*\{))"
    rf"|\\(?P<letter>{_any(_LETTERS)})(?![A-Za-z])(?:\{{\}}|[ \t]+)?"
    rf"|\\(?P<look>{_any(_LOOKS)})(?![A-Za-z])[ \t]*"
    r"|(?P<command>\\[A-Za-z]+\{?)"
    rf"|(?P<plain>{_any(_SIGNS)})"
    r"|(?P<open>\{)|(?P<close>\})",
    re.DOTALL,
)


def _spelled(match: re.Match[str]) -> str:
    """What a token other than a brace or an unknown command prints."""
    found, token = match.groupdict(), match.group()
    if accent := found["sign"] or found["mark"]:
        base = found["a"] or found["b"] or found["c"] or found["d"]
        return unicodedata.normalize("NFC", base + _ACCENTS[accent])
    if found["letter"]:
        return _LETTERS[found["letter"]]
    if found["plain"]:
        return _SIGNS[token]
    if found["escaped"]:
        return token[1:]
    return token if found["math"] else ""


def to_text(latex: str) -> str:
    r"""The text that a LaTeX string prints, in time linear in its length.

    >>> to_text(r"{BERT} by M{\"u}ller \& S{\o}ren: 5\% of $x_{1}$ --- \emph{so}")
    'BERT by Müller & Søren: 5% of $x_{1}$ — so'
    >>> to_text(r"\'{\i}, \c{c}, \v s, \unknown{kept}")
    'í, ç, š, \\unknown{kept}'
    """
    if not any(c in latex for c in "\\{}~-`'"):
        return latex
    kept_braces: list[bool] = []

    def spell(match: re.Match[str]) -> str:
        seen = match.group()
        if match["command"] or match["open"]:
            if seen.endswith("{"):
                kept_braces.append(seen != "{")
            return seen if match["command"] else ""
        if match["close"]:
            return "}" if kept_braces and kept_braces.pop() else ""
        return _spelled(match)

    return _TOKEN.sub(spell, latex)
