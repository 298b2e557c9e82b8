"""Where the real data lies that is not part of the project: a folder beside the checkout, or the one in KG_SHARED."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("KG_SHARED", Path(__file__).parents[2] / "shared"))


def need_shared(relative: str) -> Path:
    """The path of a shared file; the calling test is skipped, with the reason, where it is absent."""
    path = SHARED / relative
    if not path.exists():
        pytest.skip(f"{relative} is not under {SHARED} (set KG_SHARED to the folder that has it)")
    return path
