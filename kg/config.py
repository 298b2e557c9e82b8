"""The settings that change what a graph says; everything else (jobs, engine, places) is an argument of the call."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import UsageError

# What `kg train` writes last into the folder of a model: a folder that has it is finished.
MARK = "model.json"
# Objects that a process of ours makes before Python looks for cycles among them: what is read out of a paper has none,
# and looking for them costs as much as a stage; among the weights of the models alone a tenth of extraction.
FEW_CYCLES = (50_000, 20, 1_000)


@dataclass(frozen=True, slots=True)
class Model:
    """Weights that a user has learned: their folder, the digest of all its files, and the extractor that reads them."""

    path: Path
    digest: str
    extractor: str

    @classmethod
    def at(cls, folder: Path) -> Model:
        """The model in a folder that ``kg train`` wrote; UsageError where there is none."""
        mark = folder / MARK
        if not mark.is_file():
            raise UsageError(f"{folder}: holds no model ({MARK} is missing); give a folder that kg train wrote")
        try:
            extractor = str(json.loads(mark.read_bytes())["extractor"])
        except (ValueError, KeyError, TypeError):
            raise UsageError(f"{mark}: is damaged; make the model again with kg train") from None
        found = hashlib.sha256()
        for place in sorted(p for p in folder.iterdir() if p.is_file()):
            found.update(f"{place.name}\0{hashlib.sha256(place.read_bytes()).hexdigest()}\n".encode())
        return cls(folder.resolve(), found.hexdigest()[:40], extractor)


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a build. Two builds of the same papers with equal settings give the same bytes.

    ``min_confidence`` (0 to 1) leaves out entities, claims, results and relations that are less sure. ``model`` stands
    in for the shipped weights; only its content counts, not its place.
    """

    min_confidence: float = 0.0
    model: Model | None = None

    def to_record(self) -> dict[str, object]:
        """The settings as they stand in the manifest and in the graph.

        >>> Config().to_record()
        {'min_confidence': 0.0}
        >>> Config(model=Model(Path("mine"), "1f2e", "1")).to_record()
        {'min_confidence': 0.0, 'model': '1f2e'}
        """
        return {"min_confidence": self.min_confidence} | ({"model": self.model.digest} if self.model else {})

    @classmethod
    def from_record(cls, record: Mapping[str, Any], model: Model | None = None) -> Config:
        """The settings of a manifest, with the model that they name; UsageError where it is another or none.

        >>> Config.from_record({"min_confidence": 0.5})
        Config(min_confidence=0.5, model=None)
        """
        wanted, given = record.get("model"), model.digest if model else None
        if wanted and not given:
            raise UsageError("this graph was made with a model of its own; give its folder with --model")
        if wanted != given:
            used = f"the model {wanted}" if wanted else "the shipped weights"
            raise UsageError(f"this graph was made with {used}, not {given}; give that, or build the graph again")
        return cls(float(record["min_confidence"]), model)
