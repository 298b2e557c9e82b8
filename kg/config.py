"""The settings that change what a graph says; everything else (jobs, engine, places) is an argument of the call."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a build. Two builds of the same papers with equal settings give the same bytes.

    ``min_confidence`` (0 to 1) leaves out entities, claims, results and relations that are less sure.
    """

    min_confidence: float = 0.0

    def to_record(self) -> dict[str, object]:
        """The settings as they stand in the manifest and in the graph.

        >>> Config().to_record()
        {'min_confidence': 0.0}
        """
        return asdict(self)
