"""An evaluation as lines of text, none over 80 characters, and as a record for machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kg.evaluate.evaluation import Evaluation
from kg.evaluate.reliability import BINS, Reliability
from kg.evaluate.tally import ITEMS, Item, Mistake, Tally

WIDTH = 80
_NAMES = {"entity": "entities", "claim": "claims", "result": "results", "relation": "relations"}


def lines(found: Evaluation, *, errors: int = 0, rules: bool = False) -> Iterator[str]:
    """The figures, those by type, calibration, and the commonest kinds of mistake, each with ``errors`` examples.

    Text from papers stands in the examples as it is; who prints it makes it safe for a terminal.
    """
    tables = _tables(found)
    if not rules:
        del tables["rules"]
    for number, (name, table) in enumerate(tables.items()):
        if table:
            yield from ([""] if number else [])
            yield from _table(name.replace("_", " "), table, by_name=name != "figures")
    if found.judged:
        yield ""
        yield from _calibration(found)
    if found.mistakes:
        yield ""
        yield from _mistakes(found, errors)


def _tables(found: Evaluation) -> dict[str, Mapping[str, Tally]]:
    return {
        "figures": found.figures,
        "entities_by_type": found.entity_types,
        "claims_by_type": found.claim_types,
        "relations_by_type": found.relation_types,
        "slots_of_results_whose_number_is_right": found.slots,
        "rules": found.rules,
    }


def _table(head: str, table: Mapping[str, Tally], *, by_name: bool) -> Iterator[str]:
    right_only = head == "rules"
    yield f"{head:<40}{'P':>7}" + ("" if right_only else f"{'R':>7}{'F1':>7}{'gold':>8}") + f"{'said':>8}"
    for name, tally in sorted(table.items()) if by_name else table.items():
        rest = "" if right_only else f"{tally.recall:>7.3f}{tally.f1:>7.3f}{tally.gold:>8,}"
        yield f"  {name[:38]:<38}{tally.precision:>7.3f}{rest}{tally.right + tally.extra:>8,}"


def _calibration(found: Evaluation) -> Iterator[str]:
    heads = f"{'said':>7}{'right':>7}{'widths':>8}{'counts':>8}{'chance':>8}"
    yield f"{'calibration: error in bins of like':<40}{heads}"
    for item in ITEMS:
        if found.of(item):
            wide, even = found.reliability(item), found.reliability(item, equal="count")
            figures = f"{wide.said:>7.3f}{wide.right:>7.3f}{wide.error:>8.3f}{even.error:>8.3f}{wide.chance:>8.3f}"
            yield f"  {_NAMES[item]:<38}{figures}"
    yield ""
    yield f"{'confidence':<12}" + "".join(f"{_NAMES[item]:>17}" for item in ITEMS)
    yield " " * 12 + f"{'said right    n':>17}" * len(ITEMS)
    tables = [_by_level(found.reliability(item)) for item in ITEMS]
    for level in range(BINS):
        cells = [table.get(level, "") for table in tables]
        if any(cells):
            yield (
                f"  {level / BINS:.1f} - {(level + 1) / BINS:.1f} " + "".join(f"{cell:>17}" for cell in cells).rstrip()
            )


def _by_level(table: Reliability) -> dict[int, str]:
    return {min(int(b.low * BINS), BINS - 1): f"{b.said:.2f}  {b.right:.2f} {b.count:>4}" for b in table.bins}


def _mistakes(found: Evaluation, errors: int) -> Iterator[str]:
    yield "commonest mistakes"
    for fault, kind, count in found.commonest():
        yield f"  {count:>5,}  {fault} {kind}"
        for mistake in found.examples(fault, kind, errors):
            yield _shown(mistake)


def _shown(mistake: Mistake) -> str:
    text = f"         {mistake.paper}: {' '.join(mistake.what.split())}"
    return text if len(text) <= WIDTH else text[: WIDTH - 3] + "..."


def to_record(found: Evaluation, *, errors: int = 0) -> dict[str, Any]:
    """All of an evaluation as JSON values: tables of figures, reliability of each sort, mistakes with examples."""
    record: dict[str, Any] = {
        name: {
            key: _figures(tally) for key, tally in (table if name == "figures" else dict(sorted(table.items()))).items()
        }
        for name, table in _tables(found).items()
    }
    record["calibration"] = {_NAMES[item]: _reliability(found, item) for item in ITEMS if found.of(item)}
    record["mistakes"] = [
        {
            "fault": fault,
            "kind": kind,
            "count": count,
            "examples": [{"paper": m.paper, "what": m.what} for m in found.examples(fault, kind, errors)],
        }
        for fault, kind, count in found.commonest(len(found.mistakes))
    ]
    return record


def _figures(tally: Tally) -> dict[str, float]:
    shares = {"p": tally.precision, "r": tally.recall, "f1": tally.f1}
    return {k: round(v, 4) for k, v in shares.items()} | {"gold": tally.gold, "said": tally.right + tally.extra}


def _reliability(found: Evaluation, item: Item) -> dict[str, Any]:
    wide, even = found.reliability(item), found.reliability(item, equal="count")
    return {
        "items": wide.count,
        "said": round(wide.said, 4),
        "right": round(wide.right, 4),
        "error_equal_widths": round(wide.error, 4),
        "error_equal_counts": round(even.error, 4),
        "error_by_chance": round(wide.chance, 4),
        "bins": [
            {"low": b.low, "high": b.high, "items": b.count, "said": round(b.said, 4), "right": round(b.right, 4)}
            for b in wide.bins
        ],
    }
