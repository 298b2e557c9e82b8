"""What `kg view` and Graph.view open on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.cli import app
from kg.errors import KgError, UsageError

runner = pytest.importorskip("typer.testing").CliRunner()


def block(html: str, name: str) -> Any:
    found = re.search(rf'id="{name}">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found[1])


def shown(html: str) -> set[str]:
    return {n["label"] for n in block(html, "kg-model")["nodes"]}


def test_a_question_is_shown_with_the_entity_it_is_about(sample: kg.Graph) -> None:
    rows = sample.query(name="results_of", method="Transformer").to_records()
    names = shown(sample.view(query="results_of", params={"method": "Transformer"}).html)
    assert "Transformer" not in {cell for row in rows for cell in row.values()}
    assert "Transformer" in names
    assert {row["dataset"] for row in rows} & names
    assert len(names) < 60


def test_sparql_is_shown_too(sample: kg.Graph) -> None:
    text = "SELECT ?m { ?m a kg:Metric } ORDER BY ?m LIMIT 5"
    assert len(shown(sample.view(query=text).html)) == 5


def test_reasons_of_merges_are_in_the_page(sample: kg.Graph) -> None:
    nodes = block(sample.view(focus="BERT").html, "kg-data")["nodes"]
    assert any(len(n) > 6 and n[7] for n in nodes)


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ({"focus": "BERT", "query": "gaps"}, UsageError, "give one of them"),
        ({"params": {"a": "b"}}, UsageError, "none is given"),
        ({"query": "nope"}, UsageError, "no question 'nope'"),
        ({"types": "Model"}, UsageError, "the types are"),
        ({"focus": "no such name"}, KgError, "not in this graph"),
    ],
)
def test_what_cannot_be_shown_says_why(
    sample: kg.Graph, asked: dict[str, Any], error: type[KgError], says: str
) -> None:
    with pytest.raises(error, match=says):
        sample.view(**asked)


def test_the_command_hands_every_option_on(sample_dir: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.html"
    options = ["--types", "Method,Dataset", "--years", "2014-2018", "--top", "30"]
    assert runner.invoke(app, ["view", str(sample_dir), "-o", str(out), *options]).exit_code == 0
    data = block(out.read_text(encoding="utf-8"), "kg-data")
    assert data["opens"] == {"types": [0, 2], "years": [2014, 2018]}
    assert len(shown(out.read_text(encoding="utf-8"))) == 30
    question = ["--query", "lineage", "-p", "method=BERT", "--force"]
    assert runner.invoke(app, ["view", str(sample_dir), "-o", str(out), *question]).exit_code == 0
    assert any("BERT" in name for name in shown(out.read_text(encoding="utf-8")))
