"""What a claim is about: the named, the paper's own, the paper, nothing."""

from __future__ import annotations

import pytest

from kg.extract import about, claims
from kg.extract.subjects import named_in
from kg.model import Role
from tests.extract.made import document, entities


def subjects(text: str, title: str | None = None, **roles: Role) -> list[str | None]:
    made = document(text, title)
    return [c.subject for c in claims.find(made, entities(made, **roles))]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("We propose KITE, a new parser for translation.", "KITE"),
        ("We propose KITE. Our method outperforms BERT on WikiText.", "KITE"),
        ("We study language models. We find that language models forget rare words.", "language models"),
        ("However, transformers are slow and fail on long inputs.", "transformers"),
        ("We present a survey of the field. Our code is available at https://example.org.", "paper"),
        ("However, current systems still fail on long inputs.", None),
    ],
)
def test_what_the_last_claim_is_about(text: str, wanted: str | None) -> None:
    assert subjects(text)[-1] == wanted


def test_candidates_are_those_named_first_then_the_cast_the_paper_and_nothing() -> None:
    made = document("On WikiText it beats BERT.", "KITE")
    given = entities(made)
    named = named_in(made, given)[made.sentences[1]]
    own = next(e for e in given if e.name == "KITE")
    cast = about.cast_of(given, own, None)
    said = about.Said("On WikiText it beats BERT.", ("on",), 0, "result", named)
    found = about.candidates(cast, said)
    assert [getattr(c, "name", c) for c in found] == ["WikiText", "BERT", "KITE", "paper", None]
    assert len(about.features(cast, said, "")) == len(found)


def test_the_subject_of_the_claim_before_counts() -> None:
    made = document("KITE and BERT are fast.")
    given = entities(made)
    named = named_in(made, given)[made.sentences[0]]
    said = about.Said("KITE and BERT are fast.", ("kite",), 0, "finding", named)
    first, second = (about.features(about.cast_of(given, None, None), said, b) for b in ("KITE", "BERT"))
    assert first != second
    assert [len(a) - len(b) for a, b in zip(first, second, strict=True)] == [2, -2, 0, 0]
