"""What holds for every bibliography reader, whatever the bytes are."""

from __future__ import annotations

import io
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Note, Paper, Rejected
from kg.read import bibtex, csv, ris
from kg.read.base import Source
from kg.read.latex import to_text

# What each format is made of, and pieces of whole records, so that broken ones stand between good ones.
TOKENS = {
    bibtex: [
        *("@misc{", "@string{", "@comment(", "@", "k", ",", "=", "{", "}", '"', "#", "\\"),
        *("\n@misc{k, abstract={A.}}\n", "title={T}", "\n@string{k = {v}}\n", "\n", " and ", "author="),
    ],
    ris: [
        *("TY  - JOUR\n", "ER  - \n", "AB  - x\n", "TI  - y\n", "PT J\n", "AB z\n", "ER\n", "PMID- 1\n"),
        *("   w\n", "TY  - JOUR\nAB  - A.\nER  -\n", "\n\n", "\r", "\n"),
    ],
    csv: ["title,abstract\n", "a,b\n", ",", ";", "\t", '"', '""', "\n", "x", "sep=;\n", "\0", "About the data\n"],
}


@pytest.mark.parametrize("module", TOKENS, ids=lambda m: m.__name__)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_bytes_raise_and_every_item_says_where(module: ModuleType, data: st.DataObject) -> None:
    pieces = data.draw(st.lists(st.sampled_from(TOKENS[module]) | st.text(max_size=3), max_size=25))
    raw = "".join(pieces).encode("utf-8", "surrogatepass")
    for item in module.FORMAT.read(Source("f", io.BytesIO(raw))):
        if isinstance(item, Paper):
            assert item.abstract.strip()
            assert item.id
            assert item.source == module.FORMAT.name
        else:
            assert isinstance(item, Rejected | Note)
            line = int(item.where.removeprefix("f:"))
            assert 1 <= line <= raw.count(b"\n") + raw.count(b"\r") + 1


@pytest.mark.parametrize("module", TOKENS, ids=lambda m: m.__name__)
@given(raw=st.binary(max_size=300))
def test_sniffing_takes_any_bytes(module: ModuleType, raw: bytes) -> None:
    assert module.FORMAT.sniff(raw, "") in (True, False)


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"Erd\H{o}s, \'Eva, \c{C}a\u{g}lar, \r{a}, \~n, na\"{\i}ve", "Erdős, Éva, Çağlar, å, ñ, naïve"),
        (r"K\o benhavn, {\ss}, \ae{}on, \L{}\'od\'z", "København, ß, æon, Łódź"),
        (r"\textbf{a \emph{b}} \texttt{c}", "a b c"),
        (r"50\% of \$5 \& \#1 a\_b \{x\}", "50% of $5 & #1 a_b {x}"),
        (r"$\alpha_{1}^{2}$ and $x$", r"$\alpha_{1}^{2}$ and $x$"),
        (r"costs $5 only {so}", "costs $5 only so"),
        (r"\cite{a} \alpha", r"\cite{a} \alpha"),
        ("a--b---c ``q'' x~y", "a–b—c “q” x y"),
        ("unclosed {{ and closed }}}", "unclosed  and closed "),
    ],
)
def test_latex(latex: str, text: str) -> None:
    assert to_text(latex) == text


@given(st.text(alphabet="\\{}$\"'`^~-abcuHi \n"))
def test_latex_takes_anything(latex: str) -> None:
    assert isinstance(to_text(latex), str)
