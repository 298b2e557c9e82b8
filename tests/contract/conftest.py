"""The engines under contract, and the graph that one machine makes of the papers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kg.run
from kg.engine.base import Cluster
from kg.engine.processes import Processes
from kg.read import read
from tests.contract.engines import write_sources
from tests.contract.spark_cluster import SETTINGS, cluster

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def spark_master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Spark cluster of two workers."""
    with cluster(tmp_path_factory.mktemp("spark")) as address:
        yield address


@pytest.fixture(scope="session")
def spark_session(spark_master: str) -> Iterator[SparkSession]:
    """A session on that cluster."""
    from kg.engine.spark import session

    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    made = session(spark_master, SETTINGS)
    yield made
    made.stop()


@pytest.fixture(params=["processes", "spark"])
def make_engine(request: pytest.FixtureRequest) -> Callable[[], Cluster]:
    """Makes the engine under test, with two workers."""
    if request.param == "processes":
        return lambda: Processes(2)
    own = request.getfixturevalue("spark_session")
    from kg.engine.spark import Spark

    return lambda: Spark(own)


@dataclass(frozen=True)
class Reference:
    """Sources, and the graph directory that one machine makes of them."""

    sources: list[str]
    place: Path
    counts: kg.run.Counts


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """What every engine must make too."""
    folder = tmp_path_factory.mktemp("reference")
    sources = write_sources(folder / "sources")
    summary = kg.run.build(read(sources), folder / "out")
    return Reference(sources, folder / "out", summary.counts)
