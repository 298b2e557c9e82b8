"""Pairs of names from many fields: the same thing, different things, or one a variant of the other."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple, cast

import pytest

from kg.forms import normal_form, without_type_word
from kg.model import ENTITY_TYPES, Entity, EntityType
from kg.resolve import resolve
from kg.resolve.known import known
from kg.resolve.variants import variants_of


class Pair(NamedTuple):
    type: EntityType
    a: str
    b: str
    verdict: str
    how: str
    note: str


def pairs(verdict: str, *hows: str) -> list[Pair]:
    with (Path(__file__).parent / "pairs.tsv").open(encoding="utf-8", newline="") as file:
        rows = [Pair(cast("EntityType", t), *rest) for t, *rest in list(csv.reader(file, "excel-tab", quoting=3))[1:]]
    assert {row.type for row in rows} <= set(ENTITY_TYPES)
    return [row for row in rows if row.verdict == verdict and (not hows or row.how in hows)]


def shown(pair: Pair) -> str:
    return f"{pair.a} | {pair.b}"


def keys(name: str, type_: EntityType) -> set[str]:
    """The form of a name, and that of the name without its type word: any may be looked up."""
    bare = without_type_word(name, type_)
    return {normal_form(name), normal_form(bare)} if bare else {normal_form(name)}


def test_there_are_enough_pairs_of_each_kind() -> None:
    assert len(pairs("same")) >= 120
    assert len(pairs("different")) >= 150
    assert len(pairs("variant")) >= 40
    assert {pair.how for pair in pairs("same")} == {"form", "abbreviation", "known", "type word"}


@pytest.mark.parametrize("pair", pairs("same", "form"), ids=shown)
def test_spellings_of_one_name_have_one_form(pair: Pair) -> None:
    assert normal_form(pair.a) == normal_form(pair.b)


@pytest.mark.parametrize("pair", pairs("same", "type word"), ids=shown)
def test_a_type_word_can_go(pair: Pair) -> None:
    bare = without_type_word(pair.a, pair.type)
    assert bare is not None
    assert normal_form(bare) == normal_form(pair.b)


@pytest.mark.parametrize("pair", pairs("same", "known"), ids=shown)
def test_well_known_names_are_in_the_table(pair: Pair) -> None:
    ends = {known()[form].key if (form := normal_form(name)) in known() else form for name in (pair.a, pair.b)}
    assert len(ends) == 1


@pytest.mark.parametrize("pair", [*pairs("different"), *pairs("variant")], ids=shown)
def test_different_things_share_no_form(pair: Pair) -> None:
    assert keys(pair.a, pair.type).isdisjoint(keys(pair.b, pair.type))


@pytest.mark.parametrize("pair", [*pairs("different"), *pairs("variant")], ids=shown)
def test_no_well_known_name_joins_different_things(pair: Pair) -> None:
    one, other = (
        {known()[form].key if form in known() else form for form in keys(name, pair.type)} for name in (pair.a, pair.b)
    )
    assert one.isdisjoint(other)


@pytest.mark.parametrize("pair", pairs("variant"), ids=shown)
def test_variants_lead_to_the_more_general_name(pair: Pair) -> None:
    chain = variants_of(pair.a)
    assert normal_form(pair.b) in [normal_form(step.base) for step in chain]
    assert pair.note in [step.kind for step in chain]
    assert not variants_of(pair.b) or normal_form(pair.a) not in [normal_form(s.base) for s in variants_of(pair.b)]


def entity(name: str, type_: EntityType, *others: str) -> Entity:
    return Entity(name, type_, "used", (name, *others))


@pytest.mark.parametrize("pair", pairs("same", "form", "known", "type word"), ids=shown)
def test_two_papers_that_name_one_thing_differently_get_one_node(pair: Pair) -> None:
    names = resolve([[entity(pair.a, pair.type)], [entity(pair.b, pair.type)]])
    assert names.of(entity(pair.a, pair.type)) == names.of(entity(pair.b, pair.type))


@pytest.mark.parametrize("pair", pairs("same", "abbreviation"), ids=shown)
def test_one_paper_that_spells_an_abbreviation_out_is_enough(pair: Pair) -> None:
    long, short = sorted((pair.a, pair.b), key=len, reverse=True)
    for main, other in ((long, short), (short, long)):
        defining = entity(main, pair.type, other)
        names = resolve([[defining], [entity(short, pair.type)], [entity(long, pair.type)]])
        assert len({names.of(e).iri for e in (defining, entity(short, pair.type), entity(long, pair.type))}) == 1


@pytest.mark.parametrize("pair", [*pairs("different"), *pairs("variant")], ids=shown)
def test_different_things_stay_two_nodes(pair: Pair) -> None:
    names = resolve([[entity(pair.a, pair.type)], [entity(pair.b, pair.type)], [entity(pair.a, pair.type)]])
    assert names.of(entity(pair.a, pair.type)).iri != names.of(entity(pair.b, pair.type)).iri


@pytest.mark.parametrize("pair", pairs("variant"), ids=shown)
def test_a_variant_leads_to_its_nearest_general_name_that_is_there(pair: Pair) -> None:
    names = resolve([[entity(pair.a, pair.type), entity(pair.b, pair.type)]])
    one, other = names.of(entity(pair.a, pair.type)), names.of(entity(pair.b, pair.type))
    assert [(v.iri, v.base) for v in names.variants() if v.iri == one.iri] == [(one.iri, other.iri)]
