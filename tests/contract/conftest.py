"""The engines under contract, and the graph that one machine makes of the papers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import active_children
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kg.run
from kg.cluster.build import build
from kg.engine.base import Cluster
from kg.engine.processes import Processes
from kg.read import read
from tests.contract.engines import CUT, write_sources
from tests.contract.spark_cluster import SETTINGS, cluster, executors_of

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


@dataclass(frozen=True)
class Engines:
    """An engine under test, with two workers: ``make`` makes one, ``workers`` are the processes of its workers."""

    name: str
    make: Callable[[], Cluster]
    workers: Callable[[], list[int]]


@pytest.fixture(scope="session", params=["processes", "spark"])
def engines(request: pytest.FixtureRequest) -> Engines:
    """The engine under test."""
    if request.param == "processes":
        return Engines("processes", lambda: Processes(2), lambda: [int(p.pid or 0) for p in active_children()])
    own = request.getfixturevalue("spark_session")
    from kg.engine.spark import Spark

    return Engines("spark", lambda: Spark(own), lambda: executors_of(own.conf.get("spark.driver.port")))


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


@pytest.fixture(scope="session")
def outcome(engines: Engines, reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """What the engine under test makes of the same sources; tests read it and change nothing."""
    place = tmp_path_factory.mktemp(engines.name) / "out"
    summary = build(reference.sources, str(place), engine=engines.make(), sizes=CUT)
    assert summary.extracted == summary.counts.papers
    return Reference(reference.sources, place, summary.counts)
