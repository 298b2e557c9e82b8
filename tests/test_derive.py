"""A graph directory after any history of papers that come and go is that of a build from the papers that are left."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Literal, TypeVar

import pytest

import kg
import kg.derive
import kg.outputs
import kg.run
from kg.catalog import Cached, Catalog
from kg.config import Config
from kg.engine.local import Local
from kg.errors import LockedError, NoRecordsError, NotAGraphError, TooManyRejectedError, UsageError
from kg.folder import Folder
from kg.ids import claim_iri, paper_iri
from kg.model import Claim, Extraction, Paper, PaperIds, Rejected, Result
from kg.naming import Tables
from kg.outputs import Wanted
from kg.run import Limits
from kg.sample import path
from kg.store import open_folder
from tests.killed import killed_at
from tests.synthetic import cached, entity

T = TypeVar("T")
R = TypeVar("R")

_FILES = ("graph.ttl", "graph.html", "merges.tsv", "rejected.jsonl")


@pytest.fixture(scope="module")
def papers() -> list[Paper]:
    """The sample, and papers that tie its names together anew, name one thing twice, or dispute one another."""
    texts = (
        "We propose Segment Anything Model (SAM), a promptable model. SAM achieves 81.5% mIoU on COCO.",
        "We introduce Sharpness-Aware Minimization (SAM). SAM reaches 90.1% accuracy on ImageNet.",
        "We use SAM and outperform ResNet on ImageNet. ResNet-50 reaches 76.1% accuracy on ImageNet.",
        "ResNet-50 reaches 75.3% accuracy on ImageNet. SAM outperforms ResNet-50 on ImageNet.",
        "ResNet-50 outperforms SAM on ImageNet. We evaluate Llama-3.1-8B and Llama-3.1 on MMLU.",
        "We present Llama, a family of language models. Llama achieves 63.4% accuracy on MMLU.",
        "QuizBench is a task. We address QuizBench.",
        "We introduce QuizBench, a benchmark for question answering. GPT-4 achieves 50.5 F1 on QuizBench.",
        "We evaluate GPT-4 on QuizBench with the F1 score. It reaches 50.5 F1 score on QuizBench.",
    )
    made = [Paper(f"t{n}", f"Paper {n}", text, date="2024", ids=PaperIds()) for n, text in enumerate(texts)]
    sample = [replace(p, ids=PaperIds(arxiv=p.ids.arxiv)) for p in kg.read_papers(path())]
    return [*made, *sample[:9]]


def content(place: Path) -> dict[str, bytes]:
    """All that is promised to be the same, and what the store holds."""
    found = {name: (place / name).read_bytes() for name in _FILES if (place / name).exists()}
    lines = sorted(kg.load(place).lines())
    manifest = Folder(place).read_manifest()
    shown = {key: manifest[key] for key in ("counts", "generation", "outputs")}
    return {**found, "store": "\n".join(lines).encode(), "manifest": repr(shown).encode()}


def scratch(papers: list[Paper], place: Path) -> dict[str, bytes]:
    kg.run.build(papers, place)
    return content(place)


def test_workers_change_no_byte(papers: list[Paper], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = scratch(papers, tmp_path / "one")
    shards: list[str] = []
    monkeypatch.setattr(kg.derive, "FEW_PAPERS", 0)
    monkeypatch.setattr(kg.outputs, "FEW_PAPERS", 0)
    monkeypatch.setattr(kg.derive, "_SHARD", 4)

    class Watched(Local):
        def map(self, function: Callable[[T], R], shards_: Iterable[T]) -> Iterator[R]:
            for shard in super().map(function, shards_):
                shards.append(getattr(function, "__name__", "partial"))
                yield shard

    kg.run.build(papers, tmp_path / "many", engine=Watched(2))
    assert content(tmp_path / "many") == one
    assert {name: shards.count(name) for name in set(shards)} == {"partial": 1 + 5 + 2, "_shard_facts": 5}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which way each graph was derived."""
    ways: list[str] = []
    for way in ("_all", "_some"):
        inner = getattr(kg.derive._Work, way)

        def noted(self: object, *args: object, way: str = way, inner: object = inner) -> object:
            ways.append(way)
            return inner(self, *args)  # type: ignore[operator]

        monkeypatch.setattr(kg.derive._Work, way, noted)
    return ways


@pytest.mark.parametrize("seed", range(6))
def test_any_history_leads_to_the_graph_of_what_is_left(
    papers: list[Paper], tmp_path: Path, seed: int, asked: list[str]
) -> None:
    chance = random.Random(seed)  # noqa: S311
    there = chance.sample(papers, chance.randint(3, len(papers)))
    place = tmp_path / "a"
    kg.run.build(there, place)
    for step in range(4):
        away = [p for p in papers if p not in there]
        if away and (chance.random() < 0.6 or len(there) < 3):
            new = chance.sample(away, chance.randint(1, min(4, len(away))))
            kg.run.add(new, place)
            there += new
        else:
            gone = chance.sample(there, chance.randint(1, 2))
            kg.run.remove([paper_iri(p) for p in gone], place)
            there = [p for p in there if p not in gone]
        assert content(place) == scratch(there, tmp_path / f"b{step}")
    assert asked.count("_some") >= 4


def test_few_papers_do_not_derive_all_anew(papers: list[Paper], tmp_path: Path, asked: list[str]) -> None:
    kg.run.build(papers[:5], tmp_path / "a")
    kg.run.add(papers[5:6], tmp_path / "a")
    kg.run.build(papers[:6], tmp_path / "a")
    assert asked == ["_all", "_some", "_some"]


def test_many_papers_derive_all_anew(
    papers: list[Paper], tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kg.derive, "FEW", 1)
    kg.run.build(papers[:3], tmp_path / "a")
    kg.run.add(papers[3:9], tmp_path / "a")
    assert asked == ["_all", "_all"]
    assert content(tmp_path / "a") == scratch(papers[:9], tmp_path / "b")


@pytest.mark.parametrize("lost", ["names.db", "catalog.db", "store/CURRENT"])
def test_what_is_derived_may_be_lost(papers: list[Paper], tmp_path: Path, lost: str) -> None:
    kg.run.build(papers[:5], tmp_path / "a")
    (tmp_path / "a" / lost).unlink()
    kg.run.add(papers[5:6], tmp_path / "a", wanted=Wanted())
    assert content(tmp_path / "a") == scratch(papers[:6], tmp_path / "b")


def test_a_state_that_is_not_the_stores_is_not_built_on(papers: list[Paper], tmp_path: Path, asked: list[str]) -> None:
    """As where a run was killed between the store's publication and its own end."""
    place = tmp_path / "a"
    kg.run.build(papers[:5], place)
    old = (place / "names.db").read_bytes()
    kg.run.add(papers[5:7], place)
    (place / "names.db").write_bytes(old)
    kg.run.add(papers[7:8], place)
    assert asked == ["_all", "_some", "_all"]
    assert content(place) == scratch(papers[:8], tmp_path / "b")


def _derived(place: Path, papers: dict[str, Cached]) -> tuple[kg.derive.Derived, list[str], list[str], set[str]]:
    """What a directory of just these extracted papers comes to: counts, triples, reasons, and the ledger's lines."""
    place.mkdir(exist_ok=True)
    with Catalog(place) as catalog:
        catalog.drop([key for key in catalog if key not in papers])
        catalog.add(record for key, record in papers.items() if key not in catalog)
        with kg.derive.derived(Folder(place), catalog, {}, "synthetic") as (found, ledger):
            merges = [row for node in ledger.nodes() for row in node.merges]
            kept = {*ledger.lines("edge"), *ledger.lines("answer"), *ledger.papers()}
    return found, sorted(open_folder(place / "store").lines()), merges, kept


@pytest.mark.parametrize("seed", range(24))
def test_a_change_of_few_equals_all_anew(
    tmp_path: Path, seed: int, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.resolve.index.LARGE", 12 if seed % 3 else 1000)
    monkeypatch.setattr("kg.graph.agreement.MAX_LINKS", seed % 4 or 20)
    chance = random.Random(seed)  # noqa: S311
    number = iter(range(1000))
    there = {made.key: made for made in (cached(next(number), chance) for _ in range(chance.randint(1, 12)))}
    _derived(tmp_path / "a", there)
    for step in range(4):
        for key in chance.sample(sorted(there), chance.randint(0, min(3, len(there) - 1))):
            del there[key]
        there |= {made.key: made for made in (cached(next(number), chance) for _ in range(chance.randint(0, 4)))}
        assert _derived(tmp_path / "a", there) == _derived(tmp_path / f"b{step}", there)
    assert "_some" in asked


def test_names_that_the_user_wants_apart_stay_apart(tmp_path: Path, asked: list[str]) -> None:
    def named(number: int, *names: str) -> Cached:
        made = cached(number, random.Random(0))  # noqa: S311
        return replace(made, extraction=Extraction(made.paper.id, (entity("Method", "used", *names),)))

    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "never_merge.tsv").write_text("BERT model\tAbert\n", "utf-8")
    papers = [named(0, "BERT"), named(1, "BERT"), named(2, "BERT model"), named(3, "Abert")]
    _derived(tmp_path / "a", {made.key: made for made in papers})
    after = {made.key: made for made in (*papers, named(4, "BERT", "Abert"))}
    assert _derived(tmp_path / "a", after) == _derived(tmp_path / "b", after)
    assert asked == ["_all", "_some", "_all"]


def test_what_touches_many_papers_derives_all_anew(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One paper more gives a name another type, and so another address in each paper that has it."""

    def named(number: int, kind: Literal["Dataset", "Benchmark"]) -> Cached:
        made = cached(number, random.Random(0))  # noqa: S311
        return replace(made, extraction=Extraction(made.paper.id, (entity(kind, "used", "QuizBench"),)))

    monkeypatch.setattr(kg.derive, "FEW", 5)
    papers = [
        *(named(number, "Dataset") for number in range(4)),
        *(named(number, "Benchmark") for number in range(4, 7)),
    ]
    _derived(tmp_path / "a", {made.key: made for made in papers})
    after = {made.key: made for made in (*papers, named(7, "Benchmark"), named(8, "Benchmark"))}
    assert _derived(tmp_path / "a", after) == _derived(tmp_path / "b", after)
    assert asked == ["_all", "_some", "_all", "_all"]


def test_an_abbreviation_that_changes_sides_takes_its_papers_along(tmp_path: Path, asked: list[str]) -> None:
    def named(number: int, *names: str) -> Cached:
        made = cached(number, random.Random(0))  # noqa: S311
        return replace(made, extraction=Extraction(made.paper.id, (entity("Method", "used", *names),)))

    one = [named(n, "segment anything model", "SAM") for n in range(3)]
    other = [named(n, "sharpness aware minimization", "SAM") for n in range(3, 6)]
    bare = named(6, "SAM")
    _derived(tmp_path / "a", {made.key: made for made in (*one, other[0], bare)})
    after = {made.key: made for made in (one[0], *other, bare)}
    assert _derived(tmp_path / "a", after) == _derived(tmp_path / "b", after)
    assert asked == ["_all", "_some", "_all"]


def test_claims_that_agree_on_two_questions_still_do_when_one_is_taken_away(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three claims each names one other; so the third takes the link of the others, where it answers too."""
    monkeypatch.setattr("kg.graph.agreement.MAX_LINKS", 1)

    def stating(number: int, *data: str) -> Cached:
        made = cached(number, random.Random(0))  # noqa: S311
        entities = (entity("Method", "used", "BERT"), *(entity("Dataset", "used", name) for name in ("COCO", "MMLU")))
        results = tuple(Result("81.5", method="BERT", dataset=name, metric="F1") for name in data)
        claims = (Claim("text", 0, 45, "result", results=results),)
        return replace(made, extraction=Extraction(made.paper.id, entities, claims))

    numbers = sorted(range(3), key=lambda n: claim_iri(paper_iri(cached(n, random.Random(0)).paper), "text", 0, 45))  # noqa: S311
    first = stating(numbers[0], "COCO")
    both = [stating(number, "COCO", "MMLU") for number in numbers[1:]]
    _derived(tmp_path / "a", {made.key: made for made in both})
    three = {made.key: made for made in (first, *both)}
    assert _derived(tmp_path / "a", three) == _derived(tmp_path / "b", three)
    assert asked == ["_all", "_some", "_all"]


# ---------------------------------------------------------------- several graphs, large graphs


def test_merged_graphs_are_the_graph_of_all(papers: list[Paper], tmp_path: Path) -> None:
    kg.run.build(papers[:7], tmp_path / "a")
    kg.run.build(papers[5:], tmp_path / "b")
    merged = kg.run.merge([tmp_path / "a", tmp_path / "b"], tmp_path / "c")
    assert merged.extracted == 0
    assert merged.counts.duplicates == 2
    both = content(tmp_path / "c")
    assert kg.run.build([*papers, *papers[5:7]], tmp_path / "d").counts == merged.counts
    assert both == content(tmp_path / "d")
    kg.run.merge([tmp_path / "a"], tmp_path / "c")
    assert content(tmp_path / "c") == scratch(papers[:7], tmp_path / "e")


def test_graphs_of_other_settings_are_not_merged(papers: list[Paper], tmp_path: Path) -> None:
    kg.run.build(papers[:2], tmp_path / "a")
    kg.run.build(papers[:2], tmp_path / "b", config=Config(min_confidence=0.5))
    with pytest.raises(UsageError, match="other settings"):
        kg.run.merge([tmp_path / "a", tmp_path / "b"], tmp_path / "c")
    with pytest.raises(UsageError, match="one of the graphs"):
        kg.run.merge([tmp_path / "a", tmp_path / "b"], tmp_path / "a")
    with pytest.raises(NotAGraphError):
        kg.run.merge([tmp_path / "a", tmp_path / "none"], tmp_path / "c")
    assert not (tmp_path / "c").exists()


def test_large_files_of_many_papers_are_written_where_asked(
    papers: list[Paper], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = ("graph.ttl", "graph.html", "merges.tsv")
    monkeypatch.setattr("kg.outputs.SMALL", 3)
    place = tmp_path / "a"
    kg.run.build(papers[:3], place)
    shown = Folder(place).read_manifest()["outputs"]
    assert shown == dict.fromkeys(sorted(large), Folder(place).read_manifest()["generation"])
    kg.run.add(papers[3:4], place)
    assert Folder(place).read_manifest()["outputs"] == {}
    assert not any((place / name).exists() for name in large)
    reasons = kg.load(place).entity("ResNet").merges
    kg.run.build(papers[:4], place, wanted=Wanted(all=True))
    monkeypatch.setattr("kg.outputs.SMALL", 10_000)
    assert content(place) == scratch(papers[:4], tmp_path / "b")
    assert reasons == kg.load(place).entity("ResNet").merges


def test_a_build_that_was_stopped_is_not_added_to(
    papers: list[Paper], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the papers that it had read when it was stopped would be taken for papers of the graph."""
    kg.run.build(papers[:3], tmp_path / "a")

    def stopped() -> Iterator[Paper]:
        yield from papers[3:6]
        raise KeyboardInterrupt

    monkeypatch.setattr(kg.run, "PART", 1)
    with pytest.raises(KeyboardInterrupt):
        kg.run.build(stopped(), tmp_path / "a")
    with pytest.raises(NotAGraphError, match="stopped before its end"):
        kg.run.add(papers[6:7], tmp_path / "a")
    with pytest.raises(NotAGraphError, match="stopped before its end"):
        kg.run.remove([papers[0].id], tmp_path / "a")
    assert len(kg.load(tmp_path / "a").query("SELECT ?p { ?p a kg:Paper }")) == 3
    assert kg.run.build(papers[:6], tmp_path / "a").extracted == 3
    assert content(tmp_path / "a") == scratch(papers[:6], tmp_path / "b")


def test_a_build_that_failed_leaves_what_was_there(papers: list[Paper], tmp_path: Path) -> None:
    kg.run.build(papers[:3], tmp_path / "a")
    before = content(tmp_path / "a")
    with pytest.raises(TooManyRejectedError):
        kg.run.build([*papers[3:6], Rejected("f:1", "x", "y")], tmp_path / "a", limits=Limits(errors=0))
    assert content(tmp_path / "a") == before
    kg.run.add(papers[6:7], tmp_path / "a")
    assert content(tmp_path / "a") == scratch([*papers[:3], papers[6]], tmp_path / "b")


# ---------------------------------------------------------------- killed at any moment


def _build(papers: list[Paper], place: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kg.run, "PART", 2)
        kg.run.build(papers, place)


@pytest.mark.slow
def test_a_build_killed_anywhere_goes_on_to_the_same_bytes(papers: list[Paper], tmp_path: Path) -> None:
    _build(papers[:5], tmp_path / "whole")
    expected = content(tmp_path / "whole")
    for point in count(1, 3):
        place = tmp_path / str(point)
        killed = killed_at(point, _build, papers[:5], place)
        _build(papers[:5], place)
        assert content(place) == expected
        if not killed:
            break
    assert point > 15


@pytest.mark.slow
def test_an_add_killed_anywhere_can_be_said_again(papers: list[Paper], tmp_path: Path) -> None:
    kg.run.build(papers[:4], tmp_path / "before")
    shutil.copytree(tmp_path / "before", tmp_path / "whole")
    kg.run.add(papers[4:5], tmp_path / "whole")
    expected = content(tmp_path / "whole") | {"manifest": b""}
    for point in count(2, 2):
        place = tmp_path / str(point)
        shutil.copytree(tmp_path / "before", place)
        killed = killed_at(point, kg.run.add, papers[4:5], place)
        kg.run.add(papers[4:5], place)
        assert content(place) | {"manifest": b""} == expected
        if not killed:
            break
    assert point > 8


@pytest.mark.slow
def test_what_a_killed_add_wrote_is_not_taken_for_current(papers: list[Paper], tmp_path: Path) -> None:
    """Where the paper is taken out again, the graph is the old one, but its files are not."""
    kg.run.build(papers[:4], tmp_path / "before")
    expected = content(tmp_path / "before") | {"manifest": b""}
    for point in count(1):
        place = tmp_path / str(point)
        shutil.copytree(tmp_path / "before", place)
        killed = killed_at(point, kg.run.add, papers[4:5], place)
        kg.run.build(papers[:4], place)
        assert content(place) | {"manifest": b""} == expected
        if not killed:
            break
    assert point > 8


# ---------------------------------------------------------------- damage


def _damage_names(place: Path) -> None:
    content = bytearray((place / "names.db").read_bytes())
    for start in range(4096, len(content), 4096):
        content[start : start + 64] = b"\xff" * 64
    (place / "names.db").write_bytes(content)


def _cut_names(place: Path) -> None:
    (place / "names.db").write_bytes((place / "names.db").read_bytes()[:9000])


def _damage_catalog(place: Path) -> None:
    (place / "catalog.db").write_bytes(b"x" * 9000)


def _damage_store(place: Path) -> None:
    for file in (place / "store").rglob("*.sst"):
        file.write_bytes(b"x" * file.stat().st_size)


def _lose_store(place: Path) -> None:
    for file in (place / "store").iterdir():
        if file.is_dir():
            shutil.rmtree(file)


@pytest.mark.parametrize("harm", [_damage_names, _cut_names, _damage_catalog, _damage_store, _lose_store])
def test_damage_of_what_is_derived_is_mended(papers: list[Paper], tmp_path: Path, harm: Callable[[Path], None]) -> None:
    kg.run.build(papers[:5], tmp_path / "a")
    harm(tmp_path / "a")
    kg.run.add(papers[5:6], tmp_path / "a")
    assert content(tmp_path / "a") == scratch(papers[:6], tmp_path / "b")


def test_records_rejected_twice_are_one(papers: list[Paper], tmp_path: Path) -> None:
    kg.run.build(papers[:2], tmp_path / "a")
    bad = Rejected("f:1", "x", "y")
    for _ in range(2):
        counts = kg.run.add([papers[2], bad], tmp_path / "a").counts
        assert (counts.papers, counts.rejected) == (3, 1)


def test_a_build_that_fails_leaves_the_tables_as_they_were(papers: list[Paper], tmp_path: Path) -> None:
    kg.run.build(papers[:2], tmp_path / "a")
    table = tmp_path / "aliases.tsv"
    table.write_text("BERT\tBirt\n", "utf-8")
    with pytest.raises(NoRecordsError):
        kg.run.build([], tmp_path / "a", tables=Tables({"aliases.tsv": table}))
    assert not (tmp_path / "a" / "aliases.tsv").exists()
    with pytest.raises(NoRecordsError):
        kg.run.build([], tmp_path / "new", tables=Tables({"aliases.tsv": table}))
    assert not (tmp_path / "new").exists()


def test_what_another_extractor_read_is_not_added_to(papers: list[Paper], tmp_path: Path) -> None:
    kg.run.build(papers[:2], tmp_path / "a")
    manifest = Folder(tmp_path / "a").read_manifest()
    (tmp_path / "a" / "manifest.json").write_text(json.dumps(manifest | {"extractor": "0"}), "utf-8")
    with pytest.raises(UsageError, match="version 0 of the extractor"):
        kg.run.add(papers[2:3], tmp_path / "a")
    with pytest.raises(UsageError, match="version 0 of the extractor"):
        kg.run.merge([tmp_path / "a"], tmp_path / "b")


def test_the_page_comes_back_when_there_are_few_papers_again(
    papers: list[Paper], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in ("kg.outputs.SMALL", "kg.run.SMALL"):
        monkeypatch.setattr(room, 2)
    kg.run.build(papers[:3], tmp_path / "a")
    kg.run.remove([papers[2].id], tmp_path / "a")
    assert content(tmp_path / "a") == scratch(papers[:2], tmp_path / "b")
    assert (tmp_path / "a" / "graph.html").exists()


def test_a_merge_takes_no_build_that_was_stopped(papers: list[Paper], tmp_path: Path) -> None:
    kg.run.build(papers[:2], tmp_path / "a")
    (tmp_path / "a" / ".unfinished").touch()
    with pytest.raises(NotAGraphError, match="stopped"):
        kg.run.merge([tmp_path / "a"], tmp_path / "b")


def test_a_directory_that_is_being_written_says_so(papers: list[Paper], tmp_path: Path) -> None:
    kg.run.build(papers[:2], tmp_path / "a")
    (tmp_path / "a" / ".unfinished").touch()
    with Folder(tmp_path / "a").locked(), pytest.raises(LockedError):
        kg.run.add(papers[2:3], tmp_path / "a")
