"""Tokens: nothing lost, ends where names end, spaCy only when it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract import nlp
from kg.extract.nlp import language, parse, tokens
from kg.model import Paper


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ResNet-50-based", ["ResNet", "-", "50", "-", "based"]),
        ("pre-training/fine-tuning", ["pre", "-", "training", "/", "fine", "-", "tuning"]),
        ("64.8, 1,000 and 93%.", ["64.8", ",", "1,000", "and", "93", "%", "."]),
        ("J&F (mean)", ["J&F", "(", "mean", ")"]),
        ("Adam's rate", ["Adam", "'s", "rate"]),
        ("$\\alpha_{max}$", ["$", "\\", "alpha", "_", "{", "max", "}", "$"]),
        ("e.g. BERT", ["e.g.", "BERT"]),
        ("pairs,models", ["pairs", ",", "models"]),
        ("is new.We", ["is", "new", ".", "We"]),
        ("see https://example.org/a-b.", ["see", "https://example.org/a-b", "."]),
    ],
)
def test_tokens_end_where_names_end(text: str, expected: list[str]) -> None:
    assert tokens(text).words == expected


@settings(deadline=None)
@given(st.text(max_size=60))
def test_tokens_lose_nothing(text: str) -> None:
    words, starts = tokens(text)
    assert "".join(words) == "".join(text.split())
    assert all(text[start:].startswith(word) for word, start in zip(words, starts, strict=True))


@settings(deadline=None)
@given(st.text(max_size=60))
def test_tokens_are_those_of_the_pipeline(text: str) -> None:
    wanted = [(t.text, t.idx) for t in language()(text) if not t.is_space]
    assert list(zip(*tokens(text), strict=True)) == wanted


@pytest.mark.parametrize("sign", list(",.;:)(-'"))
def test_words_with_a_sign_are_cut_as_the_pipeline_cuts_them(sign: str) -> None:
    for word in ("word", "al", "etc", "i.e", "Fig", "x2", "a_b", "www", "é", "word's", "it’s", "…"):
        for text in (word + sign, sign + word, word + sign + sign, word + sign + "Next", f"{word} {sign}"):
            assert tokens(text).words == [t.text for t in language()(text)], text


def test_tokens_are_the_same_when_too_many_strings_were_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = tokens("Two words, two words.")
    monkeypatch.setattr(nlp, "KEPT", 1)
    assert [tokens("Two words, two words.") for _ in range(3)] == [wanted] * 3


def test_a_document_has_the_title_first_and_exact_offsets() -> None:
    document = parse(Paper("1", " A title. With two parts ", "First one.  Second one."))
    assert [(s.field, s.index) for s in document.sentences] == [("title", 0), ("text", 0), ("text", 1)]
    found = [document.words_of(s) for s in document.sentences]
    assert found == [
        "A title. With two parts",
        "First one.",
        "Second one.",
    ]


def test_a_paper_without_title_has_no_title_sentence() -> None:
    assert [s.field for s in parse(Paper("1", None, "One.")).sentences] == ["text"]
    assert parse(Paper("1", " ", "")).sentences == ()


def test_the_pipeline_is_made_once() -> None:
    assert language() is language()


def test_importing_the_door_does_not_load_spacy() -> None:
    code = "import sys, kg.extract.nlp; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
