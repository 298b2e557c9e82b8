"""The normal form of a name: what it folds, what it keeps, and that it holds for any text. Pairs: tests/resolve."""

from __future__ import annotations

import csv
import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import forms, spelling, type_words
from kg.forms import normal_form, without_type_word
from kg.model import ENTITY_TYPES, EntityType
from kg.plain import plain
from kg.spelling import american, singular

WORDS = st.sampled_from(
    [
        *(
            "neural",
            "networks",
            "BERT",
            "GPT-4",
            "Llama-3.1",
            "8B",
            "the",
            "and",
            "to",
            "at",
            "k-means",
            "matrices",
            "bias",
        ),
        *(
            "β-VAE",
            "$F_1$",
            "v2.0",
            "YOLOv8",
            "2014",
            "WMT",
            "(CNN)",
            "optimisation",
            "C++",
            "C#",
            "F1@5",
            "A*",
            "LLMs",
        ),
        *("bias", "LLMs"),
        *("one", "two", "stage", "squared", "R", "net", "a", "an", "version", "[12]", "“x”", "10⁵", "É", "ﬁ", "", "--"),
        *("/", ".", "\\textsc{x}"),
    ]
)
NAMES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)


@given(st.text(max_size=60) | NAMES)
def test_every_name_has_a_form_and_it_is_not_empty(name: str) -> None:
    form = normal_form(name)
    assert form or not name
    assert form == normal_form(name)
    assert form.isspace() or form == form.strip()


@given(st.text(max_size=60) | NAMES)
def test_outer_space_plays_no_part(name: str) -> None:
    if name.strip():
        assert normal_form(f" {name.strip()} ") == normal_form(name.strip())


@given(NAMES)
def test_kinds_of_dashes_and_spaces_play_no_part(name: str) -> None:
    if any(map(str.isalnum, name)):  # signs alone stand for themselves
        other = name.replace("-", "–").replace(" ", "\u00a0")
        assert normal_form(other) == normal_form(name)


@given(NAMES)
def test_composed_and_decomposed_letters_are_one(name: str) -> None:
    assert normal_form(unicodedata.normalize("NFD", name)) == normal_form(unicodedata.normalize("NFC", name))


@given(st.from_regex(r"[A-Z][a-z]{3,8}-[0-9]{1,3}(\.[0-9])?", fullmatch=True), st.integers(0, 9))
def test_no_figure_is_lost(name: str, figure: int) -> None:
    assert normal_form(f"{name}{figure}") != normal_form(name)
    assert re.findall(r"\d", normal_form(name)) == re.findall(r"\d", name)


@given(st.from_regex(r"[A-Z][a-z]{3,8}", fullmatch=True), st.sampled_from("+*#@%"))
def test_no_sign_is_lost(name: str, sign: str) -> None:
    assert normal_form(name + sign) != normal_form(name)


@pytest.mark.parametrize(
    "name",
    [
        *("(" * 40_000, "v1" * 40_000 + "!", " " * 40_000 + "x", "$\\" * 20_000, "[1," * 9000, "a(b " * 9000),
        "é" * 40_000,
    ],
)
def test_hostile_names_take_no_time(name: str) -> None:
    start = time.perf_counter()
    assert normal_form(name)
    assert normal_form(name[: forms.LONGEST])
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("british", "us"),
    [
        ("optimisers", "optimizer"),
        ("regularisation", "regularization"),
        ("colourings", "coloring"),
        ("labelled", "labeled"),
        ("signalling", "signaling"),
        ("catalogues", "catalog"),
        ("anaesthesia", "anesthesia"),
        ("artefacts", "artifact"),
        ("analyses", "analysis"),
        ("paralysed", "paralyzed"),
    ],
)
def test_british_words_become_american(british: str, us: str) -> None:
    assert american(singular(british)) == us


@pytest.mark.parametrize(
    "word",
    [
        *("noise", "supervised", "pairwise", "exercise", "size", "spelling", "storytelling", "bias", "physics", "gps"),
        *("lens", "series", "boundary", "transformer", "atlas", "precise", "controlled", "hour", "contour", "disc"),
    ],
)
def test_words_that_look_british_or_plural_stay(word: str) -> None:
    assert american(singular(word)) == word


@pytest.mark.parametrize(
    ("many", "one"),
    [
        *(("transformers", "transformer"), ("boundaries", "boundary"), ("pulsars", "pulsar"), ("topics", "topic")),
        *(("losses", "loss"), ("boxes", "box"), ("caches", "cache"), ("hypotheses", "hypothesis")),
        *(("subcorpora", "subcorpus"), ("grammars", "grammar"), ("gpus", "gpu"), ("velocities", "velocity")),
    ],
)
def test_plurals(many: str, one: str) -> None:
    assert singular(many) == one


@given(st.text(max_size=40) | NAMES)
def test_plain_keeps_the_figures(name: str) -> None:
    ascii_name = re.sub(r"[^ -~]|\[|,", "", name)
    assert re.sub(r"\D", "", plain(ascii_name)) in {re.sub(r"\D", "", ascii_name), re.sub(r"\D", "", ascii_name) + "0"}


@settings(max_examples=200)
@given(st.text(max_size=40) | NAMES.map(lambda n: n + " score"), st.sampled_from(ENTITY_TYPES))
def test_a_name_without_its_type_word_is_its_beginning_or_in_the_table(name: str, type_: EntityType) -> None:
    bare = without_type_word(name, type_)
    if bare is not None:
        assert normal_form(bare)
        assert plain(name).startswith(bare) or bare in _whole_names()


def _whole_names() -> set[str]:
    with (Path(type_words.__file__).parent / "type_words.tsv").open(encoding="utf-8", newline="") as file:
        return {row["bare"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)} - {""}


@pytest.mark.parametrize("kind", ["plural", "word", "part", "number", "ordinal", "capitals"])
def test_entries_of_the_table_lead_somewhere_else(kind: str) -> None:
    entries = spelling.table()[kind]
    assert entries
    assert all(there and there != here for here, there in entries.items())


@pytest.mark.parametrize("kind", ["plural", "word", "part", "capitals"])
def test_entries_of_the_table_make_no_chains(kind: str) -> None:
    entries = spelling.table()[kind]
    assert not {there for there in entries.values() if entries.get(there, there) != there}
