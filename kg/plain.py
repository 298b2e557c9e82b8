r"""A name without its dress: LaTeX, quotes, brackets, accents, Greek letters and other signs made plain.

This is the slow path of :mod:`kg.forms`: most names are plain already. What folds and what does not is a table of signs
here; other scripts stay as they are, in Unicode's form NFKC.
"""

from __future__ import annotations

import re
import unicodedata

_ARROW = " to "
_SIGNS = str.maketrans(
    dict.fromkeys("‐‑‒–—―−﹘﹣－⁃·∙⋅•‧↔⇔⇄⟷", "-")
    | dict.fromkeys("‘’‚‛ʼʹ`´＇", "'")
    | dict.fromkeys("“”„‟«»‹›″＂", '"')
    | dict.fromkeys("™®©℠†‡", "")
    | dict.fromkeys("→⟶⇒⟹➔➝", _ARROW)
    | {"×": "x", "∞": "infinity", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i"}
    | {"æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ð": "d", "þ": "th"}
)
# Formatting, control, private and lone surrogate characters: nobody sees them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_RAISED = re.compile(r"(?<=\w)[⁰¹²³⁴⁵⁶⁷⁸⁹]+|(?<=\d)[₀₁₂₃₄₅₆₇₈₉]+")
# R^2 is R2, U^2-Net U2-Net, GAN^2 GAN2; but n^2 is not n2, nor 10^5 105.
_POWER = re.compile(r"(?:(?<=[A-Za-z]{2})|(?<=(?<![A-Za-z])[RLIrli])|(?<=[A-Z])(?=\^\d+-?[A-Za-z]))\^(?=\d)")
_ACCENT = re.compile(r"(?<=[A-Za-zͰ-Ͽ])[\u0300-\u036f]+")
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρςστυφχψω",
        (
            *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu"),
            *("nu", "xi", "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
        ),
        strict=True,
    )
)
# Up to three letters are signs, more are a word of the language.
_GREEK_SIGNS = re.compile(r"(?<![Ͱ-Ͽ])[Α-Ωα-ω]{1,3}(?![Ͱ-Ͽ])")

_TEX_ACCENT = re.compile(r"""\\["'`^~=.](?:\{\\?([A-Za-z])\}|\\?([A-Za-z]))|\\[cuvHkr]\{([A-Za-z])\}""")
_TEX_COMMAND = re.compile(r"\\([A-Za-z]+)\*?\s*")
_TEX_DRESS = frozenset(
    {
        *("text", "textbf", "textit", "textsc", "texttt", "textrm", "textsf", "textsl"),
        *("emph", "mathrm", "mathbf", "mathit", "mathcal", "mathbb", "mathsf", "mathtt"),
        *("mathfrak", "boldsymbol", "bm", "operatorname", "mbox", "hbox", "it", "bf"),
        *("sc", "tt", "rm", "em", "sf", "sl", "small", "left"),
        *("right", "displaystyle", "ensuremath", "xspace", "underline", "bar", "hat", "tilde"),
        *("vec", "widehat", "widetilde", "overline", "mathop", "big", "Big", "limits"),
        *("textsuperscript", "textsubscript"),
    }
)
_TEX_SIGNS = {
    "times": "x",
    "infty": "infinity",
    "ell": "l",
    "to": _ARROW,
    "rightarrow": _ARROW,
    "longrightarrow": _ARROW,
    "leftrightarrow": "-",
    "varepsilon": "epsilon",
    "vartheta": "theta",
    "varphi": "phi",
    "varrho": "rho",
    "varsigma": "sigma",
    "cdot": "-",
    "star": "*",
    "ast": "*",
    "dag": "",
    "dagger": "",
    "ddagger": "",
    "ss": "ss",
    "o": "o",
    "l": "l",
    "i": "i",
    "j": "j",
    "ae": "ae",
    "oe": "oe",
}

_CITATION = re.compile(r"(?<=\S)\s*\[\d+(?:\s*[,;-]\s*\d+){0,9}\]$")
_POSSESSIVE = re.compile(r"(?<=\w)'s?(?!\w)")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_BRACKETED = re.compile(r"(^|\s)\(([^()]{1,60})\)")
_DOTTED = re.compile(
    r"(?<![A-Za-z])([A-Za-z])\.(?=[A-Za-z](?![A-Za-z]))|(?<=[A-Za-z])\.(?=\s|$)|\b([vV](?:er)?)\.\s?(?=\d)"
)
_ENDS = " \t\r\n,;:'\"!?-_/"
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}


def plain(name: str) -> str:
    r"""A name in plain letters, figures and signs; its case stays.

    >>> plain("$\\beta$-VAE"), plain("F$_1$"), plain("\\textsc{BERT}$_{\\text{base}}$"), plain("Poincar\\'e")
    ('beta-VAE', 'F1', 'BERT base', 'Poincare')
    >>> plain("β–VAE™"), plain("R²"), plain("“Hewlett’s” law"), plain("10⁵"), plain("AIME'25"), plain("l'ℓ₁")
    ('beta-VAE', 'R2', 'Hewlett law', '10^5', 'AIME25', 'll1')
    """
    text = _without_tex(name) if any(sign in name for sign in "\\${^") else name
    if not text.isascii():
        text = _ascii_signs(text)
    text = _POWER.sub("", text).replace("~", " ").replace("->", _ARROW).replace("&amp;", "&").replace("@.", "@0.")
    text = _DOTTED.sub(lambda m: m.group(1) or m.group(2) or "", _CITATION.sub("", text.strip()))
    text = _POSSESSIVE.sub("", text.replace("''", '"').replace("``", '"')).replace('"', "").replace("'", "")
    text = _GROUPED.sub("", _without_own_abbreviation(text))
    return _stripped(text)


def _ascii_signs(text: str) -> str:
    text = _INVISIBLE.sub("", _RAISED.sub(r"^\g<0>", text.translate(_SIGNS)))
    text = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    text = unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFD", text)))
    return _GREEK_SIGNS.sub(lambda m: "".join(_GREEK[c] for c in m.group().lower()), text)


def _without_tex(text: str) -> str:
    text = _TEX_ACCENT.sub(lambda m: m.group(1) or m.group(2) or m.group(3), text)
    text = re.sub(r"\\([&%$#_{} ])", r"\1", text).replace("--", "-").replace("\\,", " ").replace("\\!", "")
    text = re.sub(r"\s?\$_\$?", "_", text).replace("$", "")
    text = _TEX_COMMAND.sub(_sign_of, text).replace("{", "").replace("}", "").replace("\\", "")
    return re.sub(r"(?<=[A-Za-z])(?:_(?=\d)|\^(?=[+-]))", "", text).replace("_", " ")


def _sign_of(match: re.Match[str]) -> str:
    command = match.group(1)
    return "" if command in _TEX_DRESS else _TEX_SIGNS.get(command, command)


def _without_own_abbreviation(text: str) -> str:
    """Without brackets: an abbreviation of the words before it goes, anything else behind a space stays as a word."""
    if "(" not in text:
        return text
    return _BRACKETED.sub(lambda m: "" if _abbreviates(m.group(2), text[: m.start()]) else f" {m.group(2)} ", text)


def _abbreviates(short: str, before: str) -> bool:
    letters = [c for c in short.removesuffix("s").casefold() if c.isalnum()]
    words = [w for w in re.split(r"[\s\-/]+", before.casefold()) if w]
    if not 2 <= len(letters) <= len(words):
        return False
    return all(word.startswith(letter) for word, letter in zip(words[-len(letters) :], letters, strict=True))


def _stripped(text: str) -> str:
    """Without punctuation around it, and without brackets around all of it or on one side only."""
    while True:
        text = text.strip(_ENDS)
        if text.endswith(".") or (text.startswith(".") and not text.startswith(".NET")):
            text = text.strip(".")
        elif text[-1:] in _PAIRS and (text[0] == _PAIRS[text[-1]] or _PAIRS[text[-1]] not in text) and len(text) > 1:
            text = text[1 if text[0] == _PAIRS[text[-1]] else 0 : -1]
        elif text[:1] in _PAIRS.values() and not any(c in text for c in _PAIRS):
            text = text[1:]
        else:
            return text
