"""What a build is told, as one text that travels to the workers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from kg.config import Config, Model
from kg.resolve.wishes import NOTHING, Wishes

_PLAIN = ("part", "buckets", "large", "sampled", "small")


@dataclass(frozen=True, slots=True)
class Settings:
    """What hangs on the user and on the sources, and is the same for all workers.

    ``part`` is the most papers of a part, ``buckets`` into how many the names are parted, ``large`` whether there are
    so many papers that short names must be expected to mean several things, ``sampled`` of how many lines one is in the
    sample, ``small`` whether the place becomes an ordinary graph directory too.
    """

    place: str
    config: Config = field(default_factory=Config)
    wishes: Wishes = NOTHING
    part: int = 1_000
    buckets: int = 1
    large: bool = False
    sampled: int = 1
    small: bool = False

    def to_text(self) -> str:
        """The settings as JSON; a model is named by its folder, which every worker must have."""
        model = str(self.config.model.path) if self.config.model else None
        said = [self.wishes.aliases, self.wishes.never, self.wishes.types]
        record = {name: getattr(self, name) for name in ("place", *_PLAIN)}
        return json.dumps(
            {**record, "min_confidence": self.config.min_confidence, "model": model, "wishes": said}, sort_keys=True
        )


@lru_cache(maxsize=4)
def settings_of(text: str) -> Settings:
    """The settings of :meth:`Settings.to_text`."""
    record = json.loads(text)
    model = Model.at(Path(record["model"])) if record["model"] else None
    aliases, never, types = (tuple(tuple(pair) for pair in pairs) for pairs in record["wishes"])
    config, wishes = Config(record["min_confidence"], model), Wishes(aliases, never, types)
    sizes = (record[name] for name in _PLAIN)
    return Settings(record["place"], config, wishes, *sizes)
