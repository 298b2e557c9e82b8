"""What the model of claims sees of words: classes that alike words share, and what the first that acts does."""

from __future__ import annotations

from kg.extract.wording import Told, features, words_of


def seen(sentence: str, start: str) -> set[str]:
    told = [Told(words_of(sentence), "after", number=False, rule="claim.x")]
    return {name for name in features(told, 0, formal=False) if name.startswith(start)}


def test_words_of_like_use_look_alike() -> None:
    assert seen("We propose a kite.", "k") == seen("We introduce a kite.", "k")
    assert seen("We propose a kite.", "w=") != seen("We introduce a kite.", "w=")
    assert seen("We propose a kite.", "k") != seen("We prove a kite.", "k")


def test_only_the_first_that_acts_is_followed_and_three_words_far() -> None:
    assert seen("Here we first prove two bounds, which our work needs.", "we>") == {"we>first", "we>prove", "we>two"}
    assert not seen("Here we first prove two bounds, which our work needs.", "work>")
    assert not {name for name in seen("Kites fly.", "") if ">" in name}


def test_a_sentence_without_words_has_features() -> None:
    assert seen("", "k0") == {"k0="}
