"""Adding and removing papers one by one gives what resolving all of them at once gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import ENTITY_TYPES, Entity, EntityType, ResolvedEntity
from kg.resolve import Index, Merge, Names, Variant, Wishes, settle
from kg.resolve.index import Move, Use
from kg.resolve.moves import decide
from kg.resolve.wishes import NOTHING

# Few names that have much to do with one another: long forms, short forms, type words, versions, wordings.
NAMES = [
    "SAM",
    "SAMs",
    "segment anything model",
    "segmenting anything model",
    "sharpness-aware minimization",
    "SAM-based tracking",
    "segment anything model-based tracking",
    "F1",
    "F1 score",
    "BLEU",
    "BLEU score",
    "BERT",
    "BERT model",
    "BERT-large",
    "mean square error",
    "mean squared error",
    "MSE",
    "XGBoost",
    "extreme gradient boosting",
]
ENTITIES = st.builds(
    lambda name, others, type_, role: Entity(name, type_, role, (name, *others)),
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(NAMES), max_size=2),
    st.sampled_from(ENTITY_TYPES[:2] + ENTITY_TYPES[-1:]),
    st.sampled_from(("used", "proposed")),
)
PAPERS = st.lists(ENTITIES, min_size=1, max_size=4)
Outcome = tuple[list[ResolvedEntity], list[Merge], list[Variant]]


def outcome(index: Index) -> Outcome:
    settle(index)
    names = Names(index)
    return list(names), list(names.merges()), list(names.variants())


def from_scratch(papers: dict[int, list[Entity]], wishes: Wishes) -> Outcome:
    index = Index(None, wishes)
    for number, entities in sorted(papers.items()):
        index.add(str(number), entities)
    return outcome(index)


def history(steps: list[tuple[int, list[Entity]]], wishes: Wishes) -> tuple[Index, dict[int, list[Entity]]]:
    """What is left when each step adds its paper, or removes it if it is there."""
    index, papers = Index(None, wishes), dict[int, list[Entity]]()
    for number, entities in steps:
        if number in papers:
            index.remove(str(number))
            del papers[number]
        else:
            index.add(str(number), entities)
            papers[number] = entities
        settle(index)
    return index, papers


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5), PAPERS), max_size=14),
    st.sampled_from([NOTHING, Wishes(never=(("SAM", "segment anything model"),), aliases=(("BERT", "BLEU"),))]),
)
def test_any_history_of_papers_ends_like_a_build_from_scratch(
    steps: list[tuple[int, list[Entity]]], wishes: Wishes
) -> None:
    index, papers = history(steps, wishes)
    assert outcome(index) == from_scratch(papers, wishes)
    assert index.papers() == set(map(str, papers))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), PAPERS), max_size=14), st.integers(1, 5))
def test_that_holds_where_few_papers_become_many(steps: list[tuple[int, list[Entity]]], many: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.resolve.index.LARGE", many)
        index, papers = history(steps, NOTHING)
        assert outcome(index) == from_scratch(papers, NOTHING)


@settings(max_examples=100, deadline=None)
@given(st.lists(PAPERS, max_size=8))
def test_every_entity_has_a_node_and_its_names_are_among_the_nodes_names(papers: list[list[Entity]]) -> None:
    index = Index(None, NOTHING)
    for number, entities in enumerate(papers):
        index.add(str(number), entities)
    settle(index)
    names = Names(index)
    nodes = {node.iri: node for node in names}
    assert len({node.iri for node in names}) == len(list(names))
    for entities in papers:
        for entity in entities:
            node = nodes[names.of(entity).iri]
            assert entity.name in {node.label, *node.alt_labels}


def test_what_was_written_is_found_again(tmp_path: Path) -> None:
    paper = [Entity("segment anything model", "Method", "used", ("segment anything model", "SAM"))]
    index = Index(tmp_path / "names.db", NOTHING)
    index.add("1", paper)
    expected = outcome(index)
    index.close()
    again = Index(tmp_path / "names.db", NOTHING)
    assert again.papers() == {"1"}
    assert outcome(again) == expected
    again.add("2", paper)
    again.close(keep=False)
    assert Index(tmp_path / "names.db", NOTHING).papers() == {"1"}


@pytest.mark.parametrize("damage", [b"", b"no database at all", b"SQLite format 3\x00" + b"\x00" * 400])
def test_a_damaged_file_or_other_wishes_begin_anew(tmp_path: Path, damage: bytes) -> None:
    place = tmp_path / "names.db"
    place.write_bytes(damage)
    index = Index(place, NOTHING)
    index.add("1", [Entity("BERT", "Method", "used", ("BERT",))])
    settle(index)
    index.close()
    assert Index(place, NOTHING).papers() == {"1"}
    assert Index(place, Wishes(never=(("a", "b"),))).papers() == set()


def test_a_change_asks_again_only_for_what_it_can_touch(monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.resolve import names as room

    index = Index(None, NOTHING)
    for number in range(50):
        index.add(str(number), [Entity(f"Method {number}x", "Method", "used", (f"Method {number}x",))])
    settle(index)
    asked: list[str] = []

    def noted(key: str, uses: list[Use], index: Index) -> tuple[dict[EntityType, Move], set[str]]:
        asked.append(key)
        return decide(key, uses, index)

    monkeypatch.setattr(room, "decide", noted)
    index.add("new", [Entity("BERT", "Method", "used", ("BERT", "BERT model"))])
    settle(index)
    assert 1 <= len(asked) <= 3


@pytest.mark.parametrize("pending", [1, 3])
def test_counts_that_are_written_before_all_are_in_are_decided_on_too(
    monkeypatch: pytest.MonkeyPatch, pending: int
) -> None:
    monkeypatch.setattr("kg.resolve.index._PENDING", pending)
    papers = {
        0: [Entity("SAM", "Method", "used", ("SAM",))],
        1: [Entity("segment anything model", "Method", "used", ("segment anything model", "SAM"))],
        2: [Entity("BERT model", "Method", "used", ("BERT model",)), Entity("BERT", "Method", "used", ("BERT",))],
        3: [Entity("F1", "Metric", "measured", ("F1",)), Entity("BLEU", "Metric", "measured", ("BLEU",))],
    }
    index = Index(None, NOTHING)
    index.add("0", papers[0])
    settle(index)
    for number in (1, 2, 3):
        index.add(str(number), papers[number])
    assert outcome(index) == from_scratch(papers, NOTHING)
