"""The commands that ask, as a person sees them: readable at 80 columns, with exit codes that say what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.query import questions


def kg(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg.cli", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def narrow(text: str) -> bool:
    return all(len(line) <= 80 or "http" in line for line in text.splitlines())


def test_a_leaderboard_has_boards_with_ranks_papers_and_sentences(sample_dir: Path) -> None:
    shown = kg("leaderboard", sample_dir, "SQuAD").stdout
    assert narrow(shown), shown
    assert shown.startswith("SQuAD · F1 · % · higher is better\n")
    assert "apart: another variant\n" in shown
    assert "says: On SQuAD, adding ELMo raises F1 from 81.1% to 85.8%." in shown
    rows = json.loads(kg("leaderboard", sample_dir, "SQuAD", "-t", "json").stdout)
    assert {"board", "rank", "apart", "method", "quote"} <= set(rows[0])
    assert rows[0]["rank"] == 1


def test_trends_have_a_bar_per_year(sample_dir: Path) -> None:
    shown = kg("trends", sample_dir, "--type", "Method", "--limit", 3).stdout
    assert narrow(shown), shown
    head, first, *rest = shown.splitlines()
    assert head.split()[:4] == ["name", "type", "first", "papers"]
    assert first.split()[:3] == ["Transformer", "Method", "2017"]
    assert int(first.split()[3]) >= 10
    assert len(rest) == 2
    assert json.loads(kg("trends", sample_dir, "BERT", "-t", "json").stdout)[0]["year"] == 2018
    assert kg("trends", sample_dir, "--since", 2099).returncode == 1


def test_gaps_are_ranked_and_none_is_said(sample_dir: Path) -> None:
    rows = json.loads(kg("gaps", sample_dir, "-t", "json").stdout)
    assert [row["others"] for row in rows] == sorted((row["others"] for row in rows), reverse=True)
    assert narrow(kg("gaps", sample_dir).stdout)
    none = kg("gaps", sample_dir, "--at-least", 99)
    assert none.returncode == 1
    assert "no gap" in none.stderr


def test_show_tells_names_with_reasons_and_variants(sample_dir: Path) -> None:
    shown = kg("show", sample_dir, "squad").stdout
    assert narrow(shown), shown
    assert "has variant  SQuAD v2.0" in shown
    merged = kg("show", sample_dir, "BERT").stdout
    assert "also: Bidirectional Encoder Representations from Transformers" in merged
    assert "why: " in merged
    near = kg("show", sample_dir, "RoBERTaa")
    assert near.returncode == 1
    assert "RoBERTa" in near.stderr


def test_an_edge_is_explained_and_a_list_that_was_cut_says_so(sample_dir: Path) -> None:
    why = kg("why", sample_dir, "QLoRA basedOn LoRA")
    assert why.returncode == 0
    assert "QLoRA" in why.stdout
    cut = kg("query", sample_dir, "-n", "doubtful_edges", "-t", "csv")
    assert len(cut.stdout.splitlines()) > 40
    assert "limit=0 for all" in cut.stderr
    assert "limit" not in kg("query", sample_dir, "-n", "doubtful_edges", "-p", "limit=3").stderr


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "md"])
def test_every_form_has_all_rows(sample_dir: Path, form: str) -> None:
    text = kg("query", sample_dir, "-n", "coverage", "-t", form).stdout
    lines = text.splitlines()
    assert len(lines) - {"csv": 1, "tsv": 1, "json": 0, "md": 2}[form] == 14
    assert "Statement" in lines[-1]


def test_questions_lists_each_on_a_line_and_explains_one() -> None:
    assert len(kg("questions").stdout.splitlines()) == len(questions()) >= 28
    one = kg("questions", "evidence").stdout
    assert narrow(one)
    assert "kg query DIR -n evidence -p head=QLoRA -p relation=basedOn -p tail=LoRA" in one
    assert "SELECT" in kg("questions", "evidence", "--sparql").stdout
