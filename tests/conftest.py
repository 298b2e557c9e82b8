"""What many tests share: the graph of the bundled sample, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg


@pytest.fixture(scope="session")
def sample_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph directory of the bundled sample; tests read it and change nothing."""
    place = tmp_path_factory.mktemp("sample") / "out"
    kg.build(sample=True, out=place)
    return place


@pytest.fixture(scope="session")
def sample(sample_dir: Path) -> kg.Graph:
    """The graph of the bundled sample."""
    return kg.load(sample_dir)
