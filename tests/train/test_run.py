"""Training as a whole: the same files give the same bytes, what is learned is used, and bad input is named."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kg import cli
from kg.config import MARK, Config, Model
from kg.errors import ExistsError, UsageError
from kg.evaluate.same import Record
from kg.extract import VERSION, extract
from kg.extract.calibration import PLACE
from kg.model import Paper
from kg.train.annotated import annotated
from kg.train.run import LAST, STEPS, Step, names, train, unseen
from kg.train.steps import Data

WORDS = ("Kite", "Heron", "Plover", "Swift", "Linnet", "Dunlin", "Osprey", "Merlin", "Wren", "Robin")


def record(number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """An abstract in which every made-up name with -zorp is a Task: no shipped weight would say so."""
    method, task = f"{WORDS[number % 10]}Net{number}", f"{WORDS[number % 7].lower()}-zorp"
    sentence = f"We propose {method}, which solves {task} better than before."
    outcome = f"On LawnBench, {method} reaches an accuracy of {60 + number}.5%."
    text = {"id": f"p{number}", "title": None, "abstract": f"{sentence} The {task} problem is old. {outcome}"}
    result = {
        "value": f"{60 + number}.5",
        "unit": "%",
        "kind": "absolute",
        "metric": "accuracy",
        "dataset": "LawnBench",
    }
    gold = {
        "id": text["id"],
        "entities": [
            {"name": method, "type": "Method", "role": "proposed", "surfaces": [method]},
            {"name": task, "type": "Task", "role": "addressed", "surfaces": [task]},
            {"name": "LawnBench", "type": "Benchmark", "role": "evaluated_on", "surfaces": ["LawnBench"]},
            {"name": "accuracy", "type": "Metric", "role": "measured", "surfaces": ["accuracy"]},
        ],
        "claims": [
            {"sentence": sentence, "type": "contribution", "subject": method, "hedged": False, "results": []},
            {
                "sentence": outcome,
                "type": "result",
                "subject": method,
                "hedged": False,
                "results": [{**result, "dataset": "LawnBench", "method": method, "comparator": None}],
            },
        ],
        "relations": [{"head": method, "type": "used_for", "tail": task}],
    }
    return text, gold


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    place = tmp_path_factory.mktemp("gold")
    texts, gold = zip(*map(record, range(30)), strict=True)
    for name, records in (("texts.jsonl", texts), ("gold.jsonl", gold)):
        (place / name).write_text("".join(json.dumps(r) + "\n" for r in records), "utf-8")
    return place / "texts.jsonl", place / "gold.jsonl"


@pytest.fixture(scope="module")
def model(files: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("model") / "mine"
    train([files[0]], [files[1]], place, folds=2)
    return place


def contents(place: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(place.iterdir())}


def test_a_model_has_what_its_steps_write(model: Path) -> None:
    written = {name for step in STEPS for name in step.writes if step.reads != "words"}
    assert set(contents(model)) == written | {PLACE.name, MARK}


def test_the_same_files_and_seed_give_the_same_bytes(files: tuple[Path, Path], model: Path, tmp_path: Path) -> None:
    train([files[0]], [files[1]], tmp_path / "again", folds=2)
    assert contents(tmp_path / "again") == contents(model)


def test_what_was_learned_is_what_reads(model: Path) -> None:
    paper = Paper("x", None, "The starling-zorp problem is old. We propose StarlingNet, which solves starling-zorp.")
    own = Config(model=Model.at(model))
    assert own.model
    assert own.model.extractor == VERSION
    before = [next(iter(extract([paper]))) for _ in range(2)]
    mine = next(iter(extract([paper], config=own)))
    tasks = {e.name for e in mine.entities if e.type == "Task"}
    assert "starling-zorp" in tasks
    assert "starling-zorp" not in {e.name for e in before[0].entities if e.type == "Task"}
    assert next(iter(extract([paper]))) == before[0] == before[1]


def test_two_streams_with_two_models_do_not_mix(model: Path) -> None:
    papers = [Paper(str(n), None, f"We propose Net{n}, which solves starling-zorp.") for n in range(3)]
    own = Config(model=Model.at(model))
    apart = [list(extract(papers)), list(extract(papers, config=own))]
    in_turn = list(zip(extract(papers), extract(papers, config=own), strict=True))
    assert in_turn == list(zip(*apart, strict=True))
    assert apart[0] != apart[1]


def test_one_step_alone_changes_its_own_files(files: tuple[Path, Path], model: Path, tmp_path: Path) -> None:
    place = tmp_path / "one"
    told: list[str] = []
    train([files[0]], [files[1]], place, only="entities", say=told.append)
    assert set(contents(place)) == {"entities.tsv", MARK}
    assert contents(place)["entities.tsv"] == contents(model)["entities.tsv"]
    train([files[0]], [files[1]], place, only=LAST, folds=0)
    assert set(contents(place)) == {"entities.tsv", MARK, PLACE.name}
    assert any(re.match(r"  entities +\d+ s  \w", line) for line in told)


def test_no_paper_is_read_by_weights_that_have_seen_it(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught: list[set[str]] = []
    asked: list[set[str]] = []

    def learn(data: Data, out: Path) -> None:
        taught.append({r["id"] for r in data.gold} | {m.record["id"] for m in data.marked})
        (out / "x.tsv").write_text("")

    def read_now(texts: Sequence[Record]) -> list[Record]:
        asked.append({t["id"] for t in texts})
        return []

    monkeypatch.setattr("kg.train.run.STEPS", (Step("x", "a test", "entities", ("x.tsv",), learn),))
    monkeypatch.setattr("kg.train.calibration.raw", read_now)
    texts, gold = (tuple(json.loads(line) for line in f.read_text("utf-8").splitlines()) for f in files)
    marked = tuple(annotated(texts, gold[20:]))
    unseen(Data(texts, gold[:20], marked=marked), tmp_path, 3)
    assert len(asked) == len(taught) == 3
    assert all(not seen & now and len(seen | now) == 30 for seen, now in zip(taught, asked, strict=True))
    assert set.union(*asked) == {t["id"] for t in texts}


def test_papers_with_marked_claims_are_learned_from_and_calibrated_on(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts, gold = (tuple(json.loads(line) for line in f.read_text("utf-8").splitlines()) for f in files)
    marked = annotated(texts, gold)
    monkeypatch.setattr("kg.train.claims.labelled", lambda _: iter(marked))
    people = tmp_path / "people.jsonl"
    people.write_text("".join(json.dumps(r) + "\n" for r in gold[:10]), "utf-8")
    told: list[str] = []
    train([files[0]], [people], tmp_path / "m", corpus=[files[0]], only=LAST, folds=0, say=told.append)
    # The ten that people have annotated are not counted again.
    assert told[0].startswith("10 abstracts annotated by people, 0 by machine, claims marked in 20")
    rows = [line.split("\t") for line in (tmp_path / "m" / PLACE.name).read_text("utf-8").splitlines()[1:]]
    counts = {row[0]: int(row[4]) for row in rows if row[1] == "*"}
    # Two claims stand in each paper; in those of people alone there are at most three sentences each.
    assert counts["claim"] > 30
    assert counts["entity"] <= 10 * 6


def test_what_a_machine_annotated_counts_where_people_have_not(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Data] = []

    def learn(data: Data, out: Path) -> None:
        given.append(data)
        (out / "x.tsv").write_text("")

    monkeypatch.setattr("kg.train.run.STEPS", (Step("x", "a test", "entities", ("x.tsv",), learn),))
    lines = files[1].read_text("utf-8").splitlines(keepends=True)
    people, machine = tmp_path / "people.jsonl", tmp_path / "machine.jsonl"
    people.write_text("".join(lines[:20]), "utf-8")
    machine.write_text("".join(lines[15:]), "utf-8")
    train([files[0]], [people], tmp_path / "m", silver=[machine], share=0.2, only="x")
    assert [len(given[0].gold), len(given[0].silver)] == [20, 10]
    papers = given[0].papers()
    assert [p.weight for p in papers] == [1.0] * 20 + [0.2] * 10
    assert len({p.record["id"] for p in papers}) == 30
    machine.write_text(lines[25].replace("-zorp", "-zurp", 1), "utf-8")
    with pytest.raises(UsageError, match=r"machine\.jsonl:1: 'p25': tail 'linnet-zorp'"):
        train([files[0]], [people], tmp_path / "m", silver=[machine], only="x")


def test_extractions_made_elsewhere_are_what_is_calibrated_on(files: tuple[Path, Path], tmp_path: Path) -> None:
    gold = [json.loads(line) for line in files[1].read_text("utf-8").splitlines()]
    for r in gold:
        r["entities"] = [e | {"confidence": 0.99, "type": "Metric"} for e in r["entities"]]
    said = tmp_path / "said.jsonl"
    said.write_text("".join(json.dumps(r) + "\n" for r in gold), "utf-8")
    train([files[0]], [files[1]], tmp_path / "m", only=LAST, said=[said])
    rows = [line.split("\t") for line in (tmp_path / "m" / PLACE.name).read_text("utf-8").splitlines()[1:]]
    assert [row[1] for row in rows if row[0] == "entity"] == ["*", "Metric"]


def test_the_help_names_the_steps() -> None:
    assert ", ".join(names()) == cli._STEPS


def test_a_step_without_annotations_is_left_out_and_said(files: tuple[Path, Path], tmp_path: Path) -> None:
    gold = [json.loads(line) for line in files[1].read_text("utf-8").splitlines()]
    for r in gold:
        r["claims"] = [c | {"results": []} for c in r["claims"]]
    bare = tmp_path / "bare.jsonl"
    bare.write_text("".join(json.dumps(r) + "\n" for r in gold), "utf-8")
    told: list[str] = []
    train([files[0]], [bare], tmp_path / "m", only="results", say=told.append)
    assert set(contents(tmp_path / "m")) == {MARK}
    assert told[-1] == "  results     left out: no results are annotated; the shipped weights stand"


def test_nothing_is_overwritten_and_no_wrong_step_is_run(files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    with pytest.raises(ExistsError, match="holds something already; give --force"):
        train([files[0]], [files[1]], tmp_path)
    with pytest.raises(ExistsError, match="is no folder"):
        train([files[0]], [files[1]], tmp_path / "kept.txt")
    with pytest.raises(UsageError, match=f"no step 'all'; the steps are {', '.join(names())}"):
        train([files[0]], [files[1]], tmp_path, only="all")
    assert [p.name for p in tmp_path.iterdir()] == ["kept.txt"]


def test_bad_annotations_are_named_before_anything_is_written(files: tuple[Path, Path], tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    lines = files[1].read_text("utf-8").splitlines()
    broken = json.loads(lines[3])
    broken["entities"][1]["surfaces"] = ["sparrow-zorp"]
    bad.write_text("\n".join([*lines[:3], json.dumps(broken)]), "utf-8")
    command = [sys.executable, "-m", "kg.cli", "train", str(bad), "--texts", str(files[0]), "-o", str(tmp_path / "m")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "bad.jsonl:4: 'p3': surface 'sparrow-zorp' is in neither title nor abstract" in done.stderr
    assert not (tmp_path / "m").exists()


def test_a_folder_that_is_no_model_or_of_another_extractor_is_refused(model: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no model"):
        Model.at(tmp_path)
    (tmp_path / MARK).write_text('{"extractor": "0"}')
    other = Config(model=Model.at(tmp_path))
    with pytest.raises(UsageError, match=f"learned for extractor 0, this is {VERSION}; run kg train again"):
        next(iter(extract([Paper("1", None, "A text.")], config=other)))
    (tmp_path / MARK).write_text("[]")
    with pytest.raises(UsageError, match="is damaged"):
        Model.at(tmp_path)
    assert Model.at(model).digest == Model.at(model).digest
    assert Model.at(model).digest != other.to_record()["model"]


@pytest.mark.slow
def test_a_graph_is_built_and_added_to_with_the_model_that_it_names(model: Path, tmp_path: Path) -> None:
    def kg(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kg.cli", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def paper(number: int, text: str) -> Path:
        path = tmp_path / f"{number}.jsonl"
        path.write_text(json.dumps({"id": str(number), "title": f"Paper {number}", "abstract": text}) + "\n", "utf-8")
        return path

    one = paper(1, "We propose StarlingNet, which solves starling-zorp. The starling-zorp problem is old.")
    two = paper(2, "We propose TernNet, which solves tern-zorp. The tern-zorp problem is old.")
    out = tmp_path / "out"
    assert kg("build", one, "-o", out, "--model", model, "-j", 1).returncode == 0
    assert "zorp" in (out / "graph.ttl").read_text("utf-8")
    assert Model.at(model).digest in (out / "manifest.json").read_text("utf-8")
    assert str(model) not in (out / "manifest.json").read_text("utf-8")
    refused = kg("add", out, two)
    assert refused.returncode == 2
    assert "give its folder with --model" in refused.stderr
    assert kg("add", out, two, "--model", model).returncode == 0
    assert "tern-zorp" in (out / "graph.ttl").read_text("utf-8")
    assert kg("remove", out, "2", "--model", model).returncode == 0
    assert "tern-zorp" not in (out / "graph.ttl").read_text("utf-8")
    rows = kg("extract", one, "--model", model).stdout
    assert "Task" in {e["type"] for e in json.loads(rows)["entities"]}
