"""The user's word on names comes before every rule, and a table that cannot be meant is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import UsageError
from kg.model import Entity, EntityType
from kg.resolve import Names, Wishes, resolve
from kg.resolve.wishes import ALIASES, NEVER_MERGE, NOTHING, TYPES, read


def entity(name: str, *surfaces: str, type: EntityType = "Method") -> Entity:  # noqa: A002
    return Entity(name, type, "used", (name, *surfaces))


def apart(names: Names, one: Entity, other: Entity) -> bool:
    return names.of(one).iri != names.of(other).iri


def tables(folder: Path, **content: str) -> dict[str, Path]:
    found = {}
    for name, text in content.items():
        found[f"{name}.tsv"] = folder / f"{name}.tsv"
        found[f"{name}.tsv"].write_text(text, encoding="utf-8")
    return found


def test_an_alias_joins_what_no_rule_joins_and_gives_the_label() -> None:
    papers = [[entity("Longhorn net")], [entity("LHN-7")], [entity("LHN-7")]]
    assert apart(resolve(papers), entity("Longhorn net"), entity("LHN-7"))
    names = resolve(papers, Wishes(aliases=(("LHN-7", "Longhorn Net"),)))
    assert not apart(names, entity("Longhorn net"), entity("LHN-7"))
    assert names.of(entity("LHN-7")).label == "Longhorn Net"
    assert {m.surface: m.reason for m in names.merges()}["LHN-7"] == "the user's alias"


@pytest.mark.parametrize(
    ("one", "other", "papers"),
    [
        pytest.param("GPT4o", "GPT-4o", [[entity("GPT4o")], [entity("GPT-4o")]], id="one normal form"),
        pytest.param(
            "DPO",
            "direct preference optimization",
            [[entity("direct preference optimization", "DPO")], [entity("DPO")]],
            id="an abbreviation within its paper and beyond",
        ),
        pytest.param(
            "F1", "F1 score", [[entity("F1", type="Metric")], [entity("F1 score", type="Metric")]], id="type word"
        ),
        pytest.param(
            "mean square error",
            "mean squared error",
            [[entity("mean square error", "MSE")], [entity("mean squared error", "MSE")], [entity("MSE")]],
            id="two that come together by a third",
        ),
    ],
)
def test_two_names_that_the_user_parts_stay_apart(one: str, other: str, papers: list[list[Entity]]) -> None:
    type_ = papers[0][0].type
    first, second = entity(one, type=type_), entity(other, type=type_)
    assert not apart(resolve(papers), first, second)
    for pair in ((one, other), (other, one)):
        assert apart(resolve(papers, Wishes(never=(pair,))), first, second)


def test_two_aliases_of_one_name_can_be_parted() -> None:
    papers = [[entity("aaa")], [entity("bbb")], [entity("ccc")]]
    wishes = Wishes(aliases=(("aaa", "ccc"), ("bbb", "ccc")), never=(("aaa", "bbb"),))
    assert apart(resolve(papers, wishes), entity("aaa"), entity("bbb"))


def test_a_type_that_the_user_gives_wins_over_all_papers() -> None:
    papers = [[entity("MOSE", type="Dataset")], [entity("MOSE", type="Dataset")]]
    names = resolve(papers, Wishes(types=(("mose", "Benchmark"),)))
    assert [(e.label, e.type) for e in names] == [("MOSE", "Benchmark")]
    assert "/benchmark/" in names.of(papers[0][0]).iri


def test_tables_are_read_with_and_without_a_first_line_of_names(tmp_path: Path) -> None:
    files = tables(
        tmp_path,
        aliases="# mine\nname\tsame_as\n\nCOCO\tMicrosoft COCO\tseen in a talk\n".replace("# mine\n", ""),
        never_merge="SAM\tSegment Anything\n",
        types="# mine\nMOSE\tbenchmark\n",
    )
    assert read(files) == Wishes(
        (("COCO", "Microsoft COCO"),), (("SAM", "Segment Anything"),), (("MOSE", "Benchmark"),)
    )
    assert read({ALIASES: tmp_path / "missing.tsv"}) == NOTHING


@pytest.mark.parametrize(
    ("name", "text", "finding"),
    [
        (ALIASES, "COCO Microsoft COCO\n", "aliases.tsv:1: found 'COCO Microsoft COCO'; give name and same_as"),
        (ALIASES, "a\tb\na\tc\n", "aliases.tsv:2: 'a' means another name in a line above"),
        (ALIASES, "a\tb\nb\tc\nc\ta\n", "comes back to itself"),
        (NEVER_MERGE, "a\t\n", "never_merge.tsv:1"),
        (TYPES, "MOSE\tBook\n", "types.tsv:1: 'Book' is no type; the types are Method, Task"),
        (TYPES, "MOSE\tTask\nmose\tMethod\n", "types.tsv:2: 'mose' has another type in a line above"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(tmp_path: Path, name: str, text: str, finding: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=finding.replace("(", r"\(")):
        read({name: tmp_path / name})


def test_an_alias_that_must_never_be_merged_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"aliases.tsv:1: 'a' and 'b' are in never_merge.tsv too"):
        read(tables(tmp_path, aliases="a\tb\n", never_merge="b\ta\n"))


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / ALIASES).write_bytes(b"a\tb\xff\n")
    with pytest.raises(UsageError, match="not UTF-8 at byte 3"):
        read({ALIASES: tmp_path / ALIASES})


def test_wishes_differ_by_their_content_alone() -> None:
    one = Wishes(aliases=(("a", "b"), ("c", "d")))
    assert one.key == Wishes(aliases=(("c", "d"), ("a", "b"))).key
    assert len({one.key, NOTHING.key, Wishes(never=(("a", "b"), ("c", "d"))).key}) == 3
