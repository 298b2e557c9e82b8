from __future__ import annotations

from kg.extract import nlp
from kg.extract.pairs import Reading, pairs
from kg.model import Entity, Mention, Paper, Role


def reading(text: str, roles: dict[str, Role]) -> Reading:
    document = nlp.parse(Paper("p", None, text))
    named = []
    for name, role in roles.items():
        places = tuple(
            Mention("text", at, at + len(name), name) for at in range(len(text)) if text.startswith(name, at)
        )
        named.append(Entity(name, "Method", role, (name,), places, 0.9))
    return Reading(document, tuple(named))


def about(found: Reading) -> str:
    return found.entities[found.own].name


def test_of_several_proposed_methods_the_paper_is_about_the_one_that_has_the_others() -> None:
    text = (
        "We use a gated mixer and a tree pruner as parts. We propose KITE, a parser that joins the gated mixer and the \
tree pruner. KITE beats BERT on all of them. With KITE, parsing is fast."
    )
    found = reading(
        text, {"gated mixer": "proposed", "tree pruner": "proposed", "KITE": "proposed", "BERT": "compared"}
    )
    assert about(found) == "KITE"
    assert found.parts == ["p", "p", "own", "c"]


def test_a_paper_that_proposes_nothing_is_about_a_method_too() -> None:
    text = "Clouds are known since BERT. In this paper we study kriging of soils. We find that kriging is slow."
    found = reading(text, {"BERT": "mentioned", "kriging": "used"})
    assert about(found) == "kriging"
    assert found.parts == ["m", "own u"]
    assert found.proposed == -1
    assert found.sort == "none"


def test_chances_are_those_of_methods_and_add_up_to_one() -> None:
    found = reading("We propose KITE. It is based on BERT.", {"KITE": "proposed", "BERT": "used"})
    assert abs(sum(found.chances) - 1) < 1e-9
    assert found.chances[0] > found.chances[1]
    nothing = reading("Clouds are many.", {})
    assert (nothing.chances, nothing.own, list(pairs(nothing))) == ([], -1, [])


def test_what_a_paper_is_about_is_paired_with_what_is_named_far_from_it() -> None:
    found = reading(
        "We study kriging. Soils differ. They are wet. Trees use BERT.", {"kriging": "used", "BERT": "used"}
    )
    assert (0, 1) in {(p.head, p.tail) for p in pairs(found)}
