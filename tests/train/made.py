"""Annotated abstracts for tests of training, made from patterns with names that vary."""

from __future__ import annotations

from typing import Any

_NAMES = ("KITE", "Heron", "AuroraFit", "TideNet", "OrbitMap", "Lichen-2")
_OTHERS = ("BERT", "kriging", "PCR", "random forests", "gaussian processes", "diffusion models")
_TASKS = ("parsing", "soil mapping", "virus detection", "tide forecasting", "orbit fitting", "lichen counting")
_DATA = ("MMLU", "SoilGrids", "GISAID", "TideBank", "Gaia", "LichenSet")


def papers(count: int = 24) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Texts and annotations in which a proposed method builds on one method, beats another and is tested on data."""
    texts, records = [], []
    for number in range(count):
        new, base = _NAMES[number % 6], _OTHERS[(number + number // 6) % 6]
        rival, task, data = _OTHERS[(number + number // 6 + 2) % 6], _TASKS[number % 6], _DATA[number % 6]
        text = (
            f"Much work is done by hand. We propose {new} for {task}. It builds on {base}. "
            f"On {data}, {new} outperforms {rival}."
        )
        given = (
            (new, "Method", "proposed"),
            (base, "Method", "used"),
            (rival, "Method", "compared"),
            (task, "Task", "addressed"),
            (data, "Dataset", "evaluated_on"),
        )
        entities = [{"name": n, "type": t, "role": r, "surfaces": [n]} for n, t, r in given]
        edges = (("used_for", task), ("based_on", base), ("outperforms", rival), ("evaluated_on", data))
        relations = [{"head": new, "type": kind, "tail": tail} for kind, tail in edges]
        texts.append({"id": str(number), "title": None, "text": text})
        records.append({"id": str(number), "entities": entities, "claims": [], "relations": relations})
    return texts, records
