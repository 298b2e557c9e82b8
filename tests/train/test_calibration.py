"""Curves are learned from what is right and wrong, and bring the error down on papers that they have not seen."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kg.errors import UsageError
from kg.evaluate import Judged, evaluate, read, reliability, sweep
from kg.extract.calibration import ANY, PLACE
from kg.train.annotated import annotated
from kg.train.calibration import applied, cross_validated, fit, judged_claims, judged_papers, main, raw, to_table
from tests.shared import need_shared


def drawn(count: int, seed: int, *, shift: float = 0.0, kind: str = "Method") -> list[Judged]:
    """Items whose score s is right with probability s squared (or a little more): far too sure of themselves."""
    order = random.Random(seed)  # noqa: S311
    scores = [round(order.uniform(0.05, 0.98), 3) for _ in range(count)]
    return [Judged("entity", kind, s, order.random() < min(1.0, s * s + shift)) for s in scores]


def test_scores_that_boast_become_confidences_that_hold() -> None:
    learned, fresh = drawn(2000, 1), drawn(2000, 2)
    after = applied(fresh, fit(learned))
    assert reliability(fresh).error > 0.12
    assert reliability(after).error < 0.03


def test_types_have_shifts_of_their_own_and_rare_ones_stay_near_the_others() -> None:
    learned = drawn(2000, 1) + drawn(500, 2, shift=0.4, kind="Task") + drawn(3, 3, shift=1.0, kind="Metric")
    curves = fit(learned)
    shift = {kind: curves["entity", kind].shift for kind in ("Method", "Task", "Metric", ANY)}
    assert shift["Task"] > shift["Method"] + 1
    assert abs(shift["Metric"] - shift[ANY]) < 0.5
    assert len({curve.slope for curve in curves.values()}) == 1


def test_scores_that_say_the_opposite_are_not_followed() -> None:
    order = random.Random(0)  # noqa: S311
    opposite = [Judged("claim", "theory", s, order.random() > s) for s in (order.random() for _ in range(500))]
    curves = fit(opposite)
    assert curves["claim", "theory"].slope == 0
    share = sum(j.right for j in opposite) / len(opposite)
    assert applied(opposite, curves)[0].confidence == pytest.approx(share, abs=0.01)


def test_too_few_items_keep_their_scores() -> None:
    few = drawn(29, 1)
    assert fit(few) == {}
    assert applied(few, {}) == few


def test_cross_validation_gives_each_item_a_confidence_once() -> None:
    papers = [drawn(40, seed) for seed in range(20)]
    found = cross_validated(papers, 5)
    assert len(found) == 800
    assert reliability(found).error < 0.06 < reliability([j for paper in papers for j in paper]).error


def test_cross_validation_lets_no_paper_see_itself() -> None:
    # Every paper has a type of its own, and is all right or all wrong: the others say nothing of it.
    papers = [[Judged("claim", f"type {n}", 0.5, n % 2 == 0)] * 40 for n in range(10)]
    assert all(0.3 < j.confidence < 0.7 for j in cross_validated(papers, 5))
    seen = [j for paper in papers for j in paper]
    assert not any(0.3 < j.confidence < 0.7 for j in applied(seen, fit(seen)))


def test_the_table_is_the_same_again_and_has_the_counts() -> None:
    learned = drawn(100, 1) + drawn(50, 2, kind="Task")
    table = to_table(fit(learned), learned)
    assert table == to_table(fit(list(learned)), learned)
    rows = [line.split("\t") for line in table.splitlines()[1:]]
    assert {row[1]: row[4] for row in rows} == {ANY: "150", "Method": "100", "Task": "50"}


def record(number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    text = {"id": str(number), "title": None, "abstract": f"We propose KITE-{number}, a parser for lawns."}
    gold = {
        "id": str(number),
        "entities": [{"name": f"KITE-{number}", "type": "Method", "role": "proposed", "surfaces": [f"KITE-{number}"]}],
        "claims": [{"sentence": text["abstract"], "type": "contribution", "subject": None, "hedged": False}],
        "relations": [],
    }
    return text, gold


def test_the_command_reads_learns_and_writes_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts, gold = zip(*map(record, range(40)), strict=True)
    places = [tmp_path / name for name in ("texts.jsonl", "gold.jsonl", "said.jsonl", "out.tsv")]
    for place, records in zip(places, (texts, gold, raw(texts)), strict=False):
        place.write_text("".join(json.dumps(r) + "\n" for r in records), "utf-8")
    main([str(places[0]), str(places[1]), "-o", str(places[3])])
    told, table = capsys.readouterr().out, places[3].read_text("utf-8")
    assert "claim" in told
    assert "claim\tcontribution\t" in table
    main([str(places[0]), str(places[1]), "--said", str(places[2]), "-o", str(places[3])])
    assert places[3].read_text("utf-8") == table
    places[1].write_text(json.dumps(gold[0] | {"id": "x"}) + "\n", "utf-8")
    with pytest.raises(UsageError, match=r"gold\.jsonl:1: 'x': has no text"):
        main([str(places[0]), str(places[1]), "-o", str(tmp_path / "none.tsv")])
    assert not (tmp_path / "none.tsv").exists()
    assert PLACE.exists()


def test_of_papers_with_marked_claims_the_unsure_are_left_out() -> None:
    text, _ = record(1)
    text = text | {"abstract": f"{text['abstract']} It works well. It may work elsewhere."}
    first, last = text["abstract"].index("We propose"), text["abstract"].index(" It works")
    claims = [{"start": first, "end": last, "type": "contribution"}]
    marks = {"id": text["id"], "entities": [], "unsure": [1], "claims": claims}
    (paper,) = annotated([text], [marks])
    starts = [s.start for s in paper.document.sentences if s.field == "text"]
    given = [{"start": s, "end": last if s == first else s + 9, "type": "contribution"} for s in starts]
    said = {"id": text["id"], "entities": [], "claims": given, "relations": []}
    (judged,) = judged_claims([paper], [said])
    assert [(j.item, j.right) for j in judged] == [("claim", True), ("claim", False)]
    assert judged_claims([paper], []) == []


@pytest.mark.slow
def test_thresholds_trade_recall_for_precision_and_confidences_hold_across_papers() -> None:
    """On annotated abstracts, each with curves learned from the others."""
    texts = read(need_shared("gold/dev.texts.jsonl"))
    gold = read(need_shared("gold/dev.gold.jsonl"))
    said = raw(texts)
    judged = cross_validated(judged_papers(texts, gold, said), 5)
    wanted = evaluate(texts, gold, said).figures
    for item, figure in (("entity", "entities"), ("claim", "claims_typed"), ("relation", "relations")):
        these = [j for j in judged if j.item == item]
        # Relations of one paper are right or wrong together: other folds give .047 to .069.
        assert reliability(these).error <= (0.07 if item == "relation" else 0.05)
        levels = sweep(these, wanted[figure].gold, levels=(0.0, 0.3, 0.5, 0.7, 0.85))
        kept = [(precision, recall) for _, count, precision, recall in levels if count >= 100]
        assert len(kept) >= 2
        assert all(b[0] >= a[0] - 0.01 and b[1] <= a[1] for a, b in pairwise(kept)), (item, levels)
        assert kept[-1][0] > kept[0][0] + 0.01, (item, levels)
