"""A directory that the chain of a cluster made, in the hands of what works on one machine."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import kg
from kg.cluster.build import build
from kg.cluster.directory import begin
from kg.cluster.storage import Storage
from kg.console import say_summary
from kg.engine.processes import Processes
from kg.errors import ExistsError, NotAGraphError, UsageError
from kg.naming import Tables
from kg.read import read
from kg.run import Summary, add, merge, remove
from kg.run import build as local_build
from tests.contract.engines import CUT, write_sources

NEW = {
    "id": "new",
    "title": "OmegaNet",
    "abstract": "We propose OmegaNet, a network for image classification. OmegaNet reaches 91.2% accuracy on ImageNet "
    "and outperforms the Transformer (TRF).",
}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return write_sources(tmp_path_factory.mktemp("directory") / "sources")


@pytest.fixture(scope="module")
def made(sources: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the chain made; tests change copies of it."""
    place = tmp_path_factory.mktemp("made") / "out"
    build(sources, str(place), engine=Processes(), sizes=CUT)
    return place


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "made")


@pytest.fixture(scope="module")
def local(sources: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one machine makes of the same sources."""
    place = tmp_path_factory.mktemp("local") / "out"
    local_build(read(sources), place)
    return place


@pytest.fixture
def more(tmp_path: Path) -> str:
    file = tmp_path / "more.jsonl"
    file.write_text(json.dumps(NEW) + "\n", encoding="utf-8")
    return str(file)


def same(one: Path, other: Path) -> None:
    for name in ("graph.ttl", "graph.html", "merges.tsv", "rejected.jsonl"):
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    assert sorted(kg.load(one).store.lines()) == sorted(kg.load(other).store.lines())


def test_a_build_on_one_machine_extracts_nothing(place: Path, sources: list[str], local: Path) -> None:
    summary = local_build(read(sources), place)
    assert summary.extracted == 0
    assert summary.counts.papers > 0
    same(place, local)


def test_papers_are_added_and_removed(place: Path, sources: list[str], more: str, local: Path, tmp_path: Path) -> None:
    summary = add(read([more]), place)
    assert summary.extracted == 1
    both = local_build(read([*sources, more]), tmp_path / "both")
    assert summary.counts == both.counts
    same(place, tmp_path / "both")
    assert remove(["new"], place).extracted == 0
    same(place, local)


def test_a_cluster_builds_on_what_one_machine_has_changed(
    place: Path, made: Path, sources: list[str], more: str
) -> None:
    add(read([more]), place)
    summary = build(sources, str(place), engine=Processes(), sizes=CUT)
    assert summary.extracted == 0
    for name in ("graph.ttl", "graph.html", "merges.tsv", "manifest.json"):
        assert (place / name).read_bytes() == (made / name).read_bytes()


def test_graphs_of_both_are_merged(place: Path, sources: list[str], more: str, tmp_path: Path) -> None:
    local_build(read([more]), tmp_path / "more")
    assert merge([place, tmp_path / "more"], tmp_path / "merged").extracted == 0
    local_build(read([*sources, more]), tmp_path / "both")
    same(tmp_path / "merged", tmp_path / "both")


def test_it_answers_as_that_of_one_machine(made: Path, local: Path) -> None:
    one, other = kg.load(made), kg.load(local)
    for name in ("transformer", "ImageNet"):
        assert one.entity(name) == other.entity(name)
        assert one.entity(name).merges
    assert one.conflicts().to_records() == other.conflicts().to_records()
    assert one.view(focus="ImageNet").html == other.view(focus="ImageNet").html
    assert len(one.diff(other)) == 0


def test_the_summary_names_what_there_is(
    sources: list[str], made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(summary: Summary) -> str:
        say_summary(summary)
        return capsys.readouterr().err

    small = kg.build(*sources, out=tmp_path / "small", engine=Processes()).summary
    assert small
    assert f"{tmp_path}/small/graph.html" in told(small)
    parts = build(sources, str(tmp_path / "parts"), engine=Processes(), sizes=CUT_PARTS)
    assert "graph.html" not in (text := told(parts))
    assert "kg query" not in text
    assert "tables/" in text
    everything = build(sources, str(tmp_path / "parts"), engine=Processes(), sizes=CUT_PARTS, all_outputs=True)
    assert "graph.html" in told(everything)
    assert everything.extracted == 0
    same(tmp_path / "parts", made)


CUT_PARTS = type(CUT)(piece=CUT.piece, part=CUT.part, bucket=CUT.bucket, small=0)


def test_what_is_for_one_machine_alone_is_refused(sources: list[str], tmp_path: Path) -> None:
    engine = Processes()
    with pytest.raises(UsageError, match="jobs"):
        kg.build(*sources, out=tmp_path / "out", engine=engine, jobs=2)
    with pytest.raises(UsageError, match="--all-outputs"):
        kg.build(*sources, out="s3://nowhere/out", engine=engine, all_outputs=True)
    with pytest.raises(UsageError, match="--links"):
        kg.build(*sources, out=tmp_path / "out", engine=engine, tables=Tables(links=(tmp_path,)))
    with pytest.raises(UsageError, match="give sources and out"):
        kg.build(*sources, engine=engine)
    assert not (tmp_path / "out").exists()


def test_a_build_that_was_stopped_promises_no_parts(place: Path, sources: list[str], made: Path, more: str) -> None:
    begin(Storage(str(place)))
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    assert not manifest.keys() & {"quads", "tables"}
    assert kg.load(place).stats() == kg.load(made).stats()
    with pytest.raises(NotAGraphError, match="it goes on"):
        add(read([more]), place)
    build(sources, str(place), engine=Processes(), sizes=CUT)
    assert (place / "manifest.json").read_bytes() == (made / "manifest.json").read_bytes()
    add(read([more]), place)


def test_an_address_is_taken_where_kg_left_it(sources: list[str], tmp_path: Path) -> None:
    """Of a build that was stopped there is no manifest; what others have there stays theirs."""
    place = tmp_path / "out"
    (place / "extractions").mkdir(parents=True)
    (place / "extractions" / "0.jsonl").touch()
    summary = build(sources, place.as_uri(), engine=Processes())
    assert not (place / "graph.ttl").exists()
    assert len(list((place / "tables" / "papers").iterdir())) > 0
    assert summary.counts.rejected == sum(
        len(part.read_bytes().splitlines()) for part in (place / "rejected").iterdir()
    )
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").touch()
    with pytest.raises(ExistsError, match="did not make"):
        build(sources, (tmp_path / "other").as_uri(), engine=Processes())
