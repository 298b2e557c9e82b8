"""What a format is: how it is recognised and how its records become papers. Each format is one module beside this one.

A format module has one constant ``FORMAT``. Its ``read`` is a generator in constant memory: one bad record becomes a
:class:`~kg.model.Rejected` and its neighbours go on. Heavy parsers are imported inside functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from kg.inputs.source import Source as Source  # noqa: PLC0414  given on to the readers
from kg.model import Item as Item  # noqa: PLC0414


class Join(Protocol):
    """The reader of a format whose records are spread over several files (metadata in one, abstracts in another)."""

    @property
    def waiting(self) -> int:
        """The number of records that wait for their other half."""

    def add(self, source: Source) -> Iterator[Item]:
        """Reads one file: what is complete comes at once, the rest waits."""

    def finish(self) -> Iterator[Item]:
        """What was joined, and what found no other half, when all files have been read."""

    def close(self) -> None:
        """Lets go of what waits."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format that kg reads. ``sniff`` sees the first 64 KiB and the lower-case suffix (``.xml``)."""

    name: str
    help: str
    sniff: Callable[[bytes, str], bool]
    read: Callable[[Source], Iterator[Item]]
    join: Callable[[], Join] | None = None
