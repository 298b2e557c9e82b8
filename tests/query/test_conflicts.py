"""The questions about agreement between papers, on three small papers and on the sample; and what prints them."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
import rdflib
from typer.testing import CliRunner

import kg
from kg import console
from kg.cli import app
from kg.graph.belief import belief
from kg.query import bind, find_question
from kg.query.table import Table
from tests.graph.example import graph, papers


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("agreement") / "graph.nt"
    place.write_text("".join(line + "\n" for line in graph(papers())), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("sample") / "out"
    kg.build(sample=True, out=place)
    return place


def test_each_conflict_has_both_sides_the_older_first(file: Path) -> None:
    found = kg.load(file).conflicts()
    shown = [(r["conflict"], r["about"], r["first"], r["second"]) for r in found.to_records()]
    assert sorted(shown, key=str) == [
        ("different values", "mAP of Gull on Shoreline", "69.8", "71.3"),
        ("different values", "mAP of Gull on Shoreline", "71.30", "69.8"),
        ("disputed claim", "Gull", None, None),
        ("opposite order", "Gull and Heron", "Gull is better", "Heron is better"),
    ]
    assert all(str(r["firstDate"]) < str(r["secondDate"]) for r in found.to_records())
    order = next(r for r in found.to_records() if r["conflict"] == "opposite order")
    assert order["firstQuote"] == "Gull outperforms Heron by 2.5 points on Shoreline."
    assert order["secondQuote"] == "Heron outperforms Gull on Shoreline."
    both = belief([0.8], "outperforms") * belief([0.6], "outperforms")
    assert order["belief"] == Decimal(str(round(both, 3)))


def test_corroborations_have_one_value(file: Path) -> None:
    (row,) = kg.load(file).conflicts(agree=True).to_records()
    assert (row["agreement"], row["first"], row["second"]) == ("same value", "71.30", "71.3")


def test_about_leaves_what_is_about_the_entity(file: Path) -> None:
    opened = kg.load(file)
    assert len(opened.conflicts("Shoreline")) == 2
    assert opened.conflicts("Heron").column("conflict") == ["opposite order"]
    assert not len(opened.conflicts("bird detection"))


@pytest.mark.parametrize("name", ["conflicts", "corroborations"])
def test_two_engines_give_the_same_rows(file: Path, name: str) -> None:
    text = bind(find_question(name), {})
    other = rdflib.Graph().parse(file).query(text)
    rows = [
        tuple(None if x is None else x.toPython() if isinstance(x, rdflib.Literal) else str(x) for x in row)  # type: ignore[union-attr]
        for row in other
    ]
    assert rows == list(kg.load(file).query(text))


def test_the_sample_has_a_true_conflict_and_a_true_corroboration(sample: Path) -> None:
    graph_ = kg.load(sample)
    (conflict,) = graph_.conflicts().to_records()
    # Reported as 6.67 % by its authors and as 6.66 % by the paper on rectifiers that compares with it.
    assert (conflict["about"], conflict["first"], conflict["second"]) == (
        "top-5 error of GoogLeNet on ImageNet",
        "6.67%",
        "6.66%",
    )
    agreement = graph_.conflicts("PaLM 540B", agree=True).to_records()
    assert [(r["about"], r["first"], r["second"]) for r in agreement] == [
        ("accuracy of PaLM 540B on MMLU", "69.3%", "69.3%")
    ]


def test_the_command_prints_both_sentences_within_80_columns(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = CliRunner().invoke(app, ["conflicts", str(sample)])
    assert done.exit_code == 0, done.output
    assert max(map(len, done.stdout.splitlines())) <= 80
    for part in ("6.67%", "6.66%", "https://arxiv.org/abs/1409.4842", "2015-02-06", "(belief 0."):
        assert part in done.stdout


def test_the_command_has_machine_forms_a_limit_and_says_when_there_is_nothing(file: Path) -> None:
    run = CliRunner().invoke
    lines = run(app, ["conflicts", str(file), "-t", "csv", "--limit", "1"]).stdout.splitlines()
    assert lines[0].startswith("conflict,about,belief,first,firstQuote,firstPaper,firstDate,firstUrl,second,")
    assert len(lines) == 2
    nothing = run(app, ["conflicts", str(file), "--about", "bird detection"])
    assert nothing.exit_code == 1
    assert "bird detection" in nothing.stderr


def test_hostile_text_does_not_reach_the_terminal_and_links_are_not_cut() -> None:
    columns = (
        "conflict",
        "about",
        "belief",
        *(f"{s}{n}" for s in ("first", "second") for n in ("", "Quote", "Paper", "Date", "Url")),
    )
    url = "https://example.org/" + "a" * 120
    side = ("1\x1b[31m", "A \x07 sentence.\nOn.", "Paper\u202e " + url, None, None)
    out = io.StringIO()
    console.print_pairs(Table(columns, (("different values", None, Decimal("0.5"), *side, *side),)), stream=out)
    text = out.getvalue()
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert url in text
