"""Shipped annotations: they hold no text, name known kinds, and are joined to a corpus by id."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from kg.model import ENTITY_TYPES, RELATION_TYPES, ROLES
from kg.train import notes

TEXT = "We propose RoadNet. It reaches 91.5% on CityRoads."


@pytest.mark.parametrize("place", [notes.NAMES, notes.NUMBERS], ids=lambda p: p.name)
def test_shipped_notes_are_well_formed_and_hold_no_sentence(place: Path) -> None:
    found = list(notes.records(place))
    assert len({r["id"] for r in found}) == len(found) > 200
    for record in found:
        names = {e["name"] for e in record["entities"]}
        assert all(e["type"] in ENTITY_TYPES and e["role"] in ROLES and e["surfaces"] for e in record["entities"])
        assert all(len(s) < 160 for e in record["entities"] for s in e["surfaces"])
        assert all(r["type"] in RELATION_TYPES and {r["head"], r["tail"]} <= names for r in record["relations"])
        assert not any("sentence" in claim for claim in record["claims"])


def test_a_note_is_joined_by_id_and_left_out_where_the_text_is_another(tmp_path: Path) -> None:
    def note(name: str, surface: str) -> dict[str, object]:
        entity = {"name": surface, "type": "Method", "role": "proposed", "surfaces": [surface]}
        claim = {"start": 20, "end": len(TEXT), "type": "result", "results": []}
        return {"id": name, "entities": [entity], "claims": [claim], "relations": []}

    place, corpus = tmp_path / "notes.jsonl.gz", tmp_path / "corpus.jsonl"
    with gzip.open(place, "wt", encoding="utf-8") as out:
        out.write("\n".join(json.dumps(note(*n)) for n in [("a", "RoadNet"), ("b", "RailNet"), ("c", "RoadNet")]))
    corpus.write_text("\n".join(json.dumps({"id": i, "title": None, "abstract": TEXT}) for i in "ba"))
    ((text, record),) = notes.noted([corpus], place)
    assert (text["id"], text["text"]) == ("a", TEXT)
    assert record["claims"][0]["sentence"] == "It reaches 91.5% on CityRoads."
    assert notes.noted([], place) == []
