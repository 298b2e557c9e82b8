"""Confidences at run time: monotone curves by sort and type, and thresholds that only ever take away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.config import Config
from kg.extract import calibration, extract, uncalibrated, weights
from kg.extract.calibration import ANY, Curve, at_least, calibrated, confidence
from kg.model import Claim, Entity, Extraction, Paper, Relation, Result, Span

SPAN = Span("text", 0, 10)


def made() -> Extraction:
    """An extraction whose parts are unequally sure."""
    result = Result("81", "%", dataset="Lawns", confidence=0.9)
    return Extraction(
        "1",
        (
            Entity("KITE", "Method", "proposed", ("KITE",), confidence=0.9),
            *(Entity(name, "Dataset", "used", (name,), confidence=0.4) for name in ("Lawns", "Woods")),
        ),
        (
            Claim("text", 0, 10, "result", "Lawns", results=(result, Result("3", confidence=0.2)), confidence=0.8),
            Claim("text", 12, 20, "theory", confidence=0.3),
        ),
        (
            Relation("KITE", "evaluated_on", "Lawns", SPAN, 0.9),
            Relation("KITE", "evaluated_on", "Woods", SPAN, 0.1),
        ),
    )


def test_each_sort_and_type_has_its_curve_and_types_without_one_that_of_the_sort() -> None:
    curves = {
        ("entity", ANY): Curve(1.0, 1.0),
        ("entity", "Dataset"): Curve(1.0, -1.0),
        ("result", "absolute"): Curve(0.0, 0.0),
    }
    got = calibrated(made(), curves)
    assert got.entities[0].confidence == round(1 / (1 + 2.718281828**-1 / 9), 3)
    assert got.entities[1].confidence < 0.4
    assert [r.confidence for r in got.claims[0].results] == [0.5, 0.5]
    assert got.claims[0].confidence == 0.8
    assert [r.confidence for r in got.relations] == [0.9, 0.1]


def test_a_curve_keeps_the_order_of_scores_and_stays_between_0_and_1() -> None:
    for curve in (Curve(0.3, 2.0), Curve(1.0, 0.0), Curve(4.0, -3.0)):
        said = [curve.at(raw / 100) for raw in range(101)]
        assert said == sorted(said)
        assert all(0 <= c <= 1 for c in said)
    assert Curve(9.0, 0.0).at(0.0) == 0.0


def test_a_threshold_takes_away_what_hangs_on_what_is_left_out() -> None:
    found = made()
    got = at_least(found, 0.5)
    assert [e.name for e in got.entities] == ["KITE"]
    assert got.relations == ()
    (claim,) = got.claims
    assert claim.subject is None
    assert [r.dataset for r in claim.results] == ["Lawns"]
    assert at_least(found, 0.0) is found


def test_a_higher_threshold_only_takes_away() -> None:
    paper = Paper("1", "KITE flies", "We propose KITE, a parser. On MMLU, KITE reaches 81.2% accuracy and beats BERT.")
    before = next(iter(extract([paper])))
    assert before.entities
    for least in (0.2, 0.4, 0.6, 0.8, 1.0):
        after = next(iter(extract([paper], config=Config(least))))
        assert set(after.entities) <= set(before.entities)
        assert set(after.relations) <= set(before.relations)
        assert {c.start for c in after.claims} <= {c.start for c in before.claims}
        assert all(r.confidence >= least for c in after.claims for r in c.results)
        before = after
    assert after.entities == ()


def test_what_leaves_the_extractor_went_through_the_shipped_table() -> None:
    paper = Paper("1", None, "We propose KITE, a parser. On MMLU, KITE reaches 81.2% accuracy and beats BERT.")
    raw, said = next(uncalibrated([paper])), next(iter(extract([paper])))
    assert said == calibrated(raw, calibration.load())
    for a, b in zip(raw.entities, said.entities, strict=True):
        assert b.confidence == confidence(calibration.load(), "entity", a.type, a.confidence)
    assert ("entity", ANY) in calibration.load()


def test_the_shipped_slopes_are_not_negative() -> None:
    assert all(curve.slope >= 0 for curve in calibration.load().values())


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "calibration.tsv").write_text("# item\ttype\tslope\tshift\tcount\nentity\t*\t0\t0\t9\n")
    yield tmp_path
    weights.use(None)


def test_a_folder_of_own_weights_stands_in_for_the_shipped_ones_until_it_is_left(own: Path) -> None:
    shipped = calibration.load()
    weights.use(own)
    assert calibration.load() == {("entity", ANY): Curve(0.0, 0.0)}
    assert weights.chosen(Path("model/tagger.npz")) == Path("model/tagger.npz")
    weights.use(None)
    assert calibration.load() == shipped
