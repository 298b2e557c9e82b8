from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from kg.links import read
from kg.links.base import Thing
from tests.links.test_formats import FILES

_SAFE = re.compile(r"https?://[^\s<>\"{}|^`\\\x00-\x20]+")


def broken(data: bytes, chance: random.Random) -> bytes:
    """The data with a few bytes changed, taken out, doubled or cut off."""
    parts = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(parts) or 1), chance.randint(1, 12)
        parts[at : at + length] = chance.choice(
            [
                b"",
                chance.randbytes(length),
                bytes(parts[at : at + length] * 2),
                b'"',
                b"\x00",
                b"<>",
                b"\n",
                b"]}",
                b"\xff",
            ]
        )
    return bytes(parts[: chance.randint(1, len(parts))] if chance.random() < 0.2 else parts)


@pytest.mark.parametrize("name", FILES)
def test_whatever_a_file_holds_nothing_is_raised_and_no_address_is_unsafe(name: str, tmp_path: Path) -> None:
    chance = random.Random(name)  # noqa: S311
    path = tmp_path / "x"
    for _ in range(60):
        path.write_bytes(broken(FILES[name][0].encode(), chance))
        items = list(read(path))
        assert items
        for item in items:
            if isinstance(item, Thing):
                assert _SAFE.fullmatch(item.iri)
                assert item.label.isprintable()
                assert all(alias.isprintable() for alias in item.aliases)
            else:
                assert item.where.startswith(str(path))
