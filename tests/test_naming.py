"""``kg resolve``: what each name of an extraction means, from names alone; and tables that a graph directory keeps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import kg
from kg.cli import app
from kg.errors import NoRecordsError, UsageError
from kg.model import ENTITY_TYPES, Paper
from kg.naming import resolve_names
from kg.resolve.lines import NameLine


def record(*entities: tuple[str, str, list[str]]) -> str:
    return json.dumps({"id": "1", "entities": [{"type": t, "name": n, "surfaces": s} for t, n, s in entities]})


def lines_of(place: Path, *records: str) -> dict[tuple[str, str], NameLine]:
    source = place / "extractions.jsonl"
    source.write_text("".join(r + "\n" for r in records), encoding="utf-8")
    found = list(resolve_names([source]))
    order = {type_: number for number, type_ in enumerate(ENTITY_TYPES)}
    assert found == sorted(found, key=lambda line: (order[line.type], line.name))
    return {(line.type, line.name): line for line in found}


def test_every_name_and_surface_has_one_line(tmp_path: Path) -> None:
    found = lines_of(
        tmp_path,
        record(("Method", "DPO", ["DPO", "direct preference optimization"]), ("Metric", "F1", ["F1"])),
        record(("Method", "DPO", ["DPO"]), ("Method", "direct preference optimisation", [])),
        record(("Metric", "F1 score", ["F1 score"])),
    )
    assert set(found) == {
        ("Method", "DPO"),
        ("Method", "direct preference optimization"),
        ("Method", "direct preference optimisation"),
        ("Metric", "F1"),
        ("Metric", "F1 score"),
    }
    assert len({line.iri for line in found.values()}) == 2
    assert {line.label for (type_, _), line in found.items() if type_ == "Method"} == {"DPO"}
    assert all(line.reason for line in found.values())


def test_one_definition_is_enough_where_none_competes_and_not_where_one_does(tmp_path: Path) -> None:
    first = record(("Method", "SAM", ["SAM", "segment anything model"]))
    second = record(("Method", "SAM", ["SAM", "sharpness-aware minimization"]))
    alone = record(("Method", "SAM", ["SAM"]))
    found = lines_of(tmp_path, first, alone)
    assert len({line.iri for line in found.values()}) == 1
    found = lines_of(tmp_path, first, second, alone)
    assert len({line.iri for line in found.values()}) == 3
    found = lines_of(tmp_path, first, first, first, second, alone)
    assert found["Method", "SAM"].iri == found["Method", "segment anything model"].iri


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("{", "extractions.jsonl:2: no extraction"),
        ('{"id": "1"}', "extractions.jsonl:2: no extraction"),
        (record(("Thing", "x", [])), "'Thing' is no type"),
        (record(("Method", " ", [])), "a name is no text"),
    ],
)
def test_what_is_no_extraction_is_refused_with_its_place(tmp_path: Path, line: str, finding: str) -> None:
    with pytest.raises(UsageError, match=finding):
        lines_of(tmp_path, record(("Method", "x", ["x"])), line)


def test_no_line_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NoRecordsError, match="no extraction in"):
        lines_of(tmp_path)


def test_the_command_writes_json_lines_and_takes_the_users_tables(tmp_path: Path) -> None:
    source, out, aliases = tmp_path / "e.jsonl", tmp_path / "names.jsonl", tmp_path / "mine.tsv"
    source.write_text(record(("Method", "LHN-7", []), ("Method", "Longhorn", [])) + "\n", encoding="utf-8")
    aliases.write_text("LHN-7\tLonghorn\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["resolve", str(source), "-o", str(out), "--aliases", str(aliases)])
    assert done.exit_code == 0, done.output
    found = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [set(line) for line in found] == [{"type", "name", "iri", "label", "reason"}] * 2
    assert found[0]["iri"] == found[1]["iri"]
    assert done.stdout == ""


def test_a_merge_that_is_undone_stays_undone(tmp_path: Path) -> None:
    papers = [
        Paper("1", "One", "We propose QuoxNet, a network. QuoxNet beats BERT on the GLUE benchmark."),
        Paper("2", "Two", "We use Quox-Net for parsing. Quox-Net beats BERT on the GLUE benchmark."),
    ]
    place = tmp_path / "graph"
    kg.build(papers=papers, out=place)
    assert len(kg.load(place).query("SELECT ?m { ?m a kg:Method ; skos:prefLabel|skos:altLabel 'Quox-Net' }")) == 1
    before = (place / "graph.ttl").read_bytes()
    merged = {line.split("\t")[0] for line in (place / "merges.tsv").read_text("utf-8").splitlines()}
    assert len(merged & {"QuoxNet", "Quox-Net"}) == 1

    (place / "never_merge.tsv").write_text("QuoxNet\tQuox-Net\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["resolve", str(place), "-q"]).exit_code == 0
    undone = (place / "graph.ttl").read_bytes()
    labels = {str(row[0]) for row in kg.load(place).query("SELECT ?l { ?m a kg:Method ; skos:prefLabel ?l }")}
    assert {"QuoxNet", "Quox-Net"} <= labels
    kg.build(papers=papers, out=place)
    assert (place / "graph.ttl").read_bytes() == undone
    (place / "never_merge.tsv").unlink()
    kg.build(papers=papers, out=place)
    assert (place / "graph.ttl").read_bytes() == before
