"""The collections of an Apache Spark cluster: data frames of two binary columns. The only door to PySpark.

Every worker needs this package and Python of one version (``PYSPARK_PYTHON``), as the driver has them, and reaches the
files to read and the place to write to under the same names.
"""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

from kg.engine.base import Pair, Work
from kg.errors import KgError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_SCHEMA = "key binary, value binary"
# Pairs and bytes in one batch between Spark and a worker's Python.
_BATCH, _BATCH_BYTES = 1_000, 4 << 20
# What a session that is made here is told; one that is given is left as its owner made it, but for the batches.
_OWN = {
    "spark.app.name": "kg",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.python.worker.reuse": "true",
    "spark.python.daemon.module": "kg.engine.daemon",
    "spark.task.maxFailures": "8",
    # Without memory a driver would else wait for ever for a thread that is no more. What is made in many rounds is told
    # to workers as deep as there are rounds, and read by recursion: 14 overflow Java's usual stack.
    "spark.driver.extraJavaOptions": "-XX:+ExitOnOutOfMemoryError -Xss64m",
    "spark.executor.extraJavaOptions": "-Xss64m",
    # One thread of arithmetic in each worker: what is computed must not depend on how it is cut into pieces.
    "spark.executorEnv.OMP_NUM_THREADS": "1",
    "spark.executorEnv.OPENBLAS_NUM_THREADS": "1",
    "spark.executorEnv.MKL_NUM_THREADS": "1",
    "spark.executorEnv.PYTHONHASHSEED": "0",
}
# Of the environment of a program that spark-submit starts.
_SUBMITTED = "PYSPARK_GATEWAY_PORT"
_LOCAL = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}


class Spark:
    """Runs on the cluster of a session; without one, on that of ``master`` (default: this machine's cores).

    A session that is given is to have been started with what :func:`session` tells its own of Java's memory and stack.

    Raises:
        KgError: PySpark or Java is missing, or the master does not answer.
    """

    def __init__(
        self, given: SparkSession | None = None, *, master: str | None = None, settings: dict[str, str] | None = None
    ) -> None:
        self._own = given is None
        self._session = given or session(master, settings)
        self._kept: list[DataFrame] = []
        self._session.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(_BATCH))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for data in self._kept:
            data.unpersist()
        self._kept.clear()
        if self._own:
            self._session.stop()

    # ------------------------------------------------------------ the primitives

    def spread(self, pairs: Iterable[Pair], shards: int) -> DataFrame:
        """A collection of pairs, evenly in so many shards."""
        rows = [(bytearray(key), bytearray(value)) for key, value in pairs]
        spread = self._session.sparkContext.parallelize(rows, max(1, shards))
        with _unconcerned():
            return self._session.createDataFrame(spread, _SCHEMA)

    def map(self, work: Work, data: DataFrame) -> DataFrame:
        """What ``work`` gives for each shard."""
        with _unconcerned():
            return data.mapInArrow(partial(_worked, work), _SCHEMA)

    def only(self, tag: bytes, data: DataFrame) -> DataFrame:
        """The pairs whose key begins with a byte, without that byte."""
        from pyspark.sql.functions import col, expr, lit

        chosen = data.filter(col("key").startswith(lit(bytearray(tag))))
        return chosen.select(expr("substring(key, 2)").alias("key"), "value")

    def group(self, *data: DataFrame, shards: int) -> DataFrame:
        """All pairs so that each key is in one shard, sorted there."""
        return _union(data).repartition(shards, "key").sortWithinPartitions("key", "value")

    def keep(self, data: DataFrame) -> DataFrame:
        """The same collection, held by the workers in memory or on their disks; what is lost is made again.

        Raises:
            KgError: as :meth:`gather`.
        """
        from pyspark import StorageLevel
        from pyspark.sql import DataFrame

        kept = data.persist(StorageLevel.MEMORY_AND_DISK)
        self._kept.append(kept)
        with _failures():
            # Spark prints the plan of all that it runs, and a collection that is used twice stands there twice: after
            # twenty rounds a million times. Its rows alone have no plan, and are made again all the same.
            java, inner = self._session._jsparkSession, kept._jdf  # noqa: SLF001  Python has no other way to them
            return DataFrame(java.createDataFrame(inner.toJavaRDD(), inner.schema()), self._session)

    def gather(self, data: DataFrame) -> list[Pair]:
        """All pairs, sorted.

        Raises:
            KgError: the work failed on every worker that tried it, and the message is the worker's; or Spark has ended.
        """
        with _failures(), _unconcerned():
            table = data.toArrow()
        return sorted(zip(table.column(0).to_pylist(), table.column(1).to_pylist(), strict=True))


def session(master: str | None = None, settings: dict[str, str] | None = None) -> SparkSession:
    """A session with what this engine needs, on the cluster of a master, else on this machine's cores.

    A program that ``spark-submit`` has started is on the cluster that it names, and no master is needed.

    Raises:
        KgError: PySpark or Java is missing, or the master does not answer.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise KgError("the engine spark needs PySpark: pip install 'kg-abstracts[spark]'") from None
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if master is None and _SUBMITTED not in os.environ:
        master = "local[*]"
    local = _LOCAL if master and master.startswith("local") else {}
    builder = SparkSession.builder
    given = settings or {}
    for name, value in {**_OWN, **local, **given}.items():
        # Options of Java are added to, as the last of two of a kind counts.
        is_added = name in given and name in _OWN and name.endswith("JavaOptions")
        builder = builder.config(name, f"{_OWN[name]} {value}" if is_added else value)
    if master is not None:
        builder = builder.master(master)
    try:
        with _unconcerned():
            return builder.getOrCreate()
    except (PySparkException, OSError) as error:
        raise KgError(f"Spark does not start: {error}; it needs Java 17 or later (JAVA_HOME)") from None


@contextmanager
def _unconcerned() -> Iterator[None]:
    """Without PySpark's warning of a new pandas, of which it needs nothing here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        yield


@contextmanager
def _failures() -> Iterator[None]:
    """What Spark says of a failure, as an error of ours."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as error:
        raise KgError(f"the cluster gave up: {_last_line(str(error))}") from error
    except (Py4JError, ConnectionError) as error:
        remedy = "often for want of memory; give its driver more (spark.driver.memory), the same command goes on"
        raise KgError(f"Spark has ended, {remedy}: {_last_line(str(error))}") from error


def _last_line(message: str) -> str:
    """What a worker's error says, at the end of its traceback, where there is one."""
    told, _, _ = message.partition("\n\n\tat ")
    lines = [line.strip() for line in told.splitlines() if line.strip() and not line.lstrip().startswith("at ")]
    raised = [line for line in lines if re.match(r"[\w.]+(Error|Exception)\b", line)]
    return (raised or lines or ["no reason was given"])[-1]


def _union(data: tuple[DataFrame, ...]) -> DataFrame:
    first, *rest = data
    for other in rest:
        first = first.unionAll(other)
    return first


def _worked(work: Work, batches: Iterator[Any]) -> Iterator[Any]:
    """What runs on a worker: batches of Arrow to pairs and back."""
    import pyarrow as pa

    pairs = (
        pair for batch in batches for pair in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
    )
    for found in _batched(iter(work(pairs))):
        columns = [pa.array(column, pa.binary()) for column in zip(*found, strict=True)]
        yield pa.RecordBatch.from_arrays(columns, ["key", "value"])


def _batched(pairs: Iterator[Pair]) -> Iterator[list[Pair]]:
    """Batches of at most so many pairs, and of not many more than so many bytes."""
    while first := list(islice(pairs, 1)):
        size = sum(map(len, first[0]))
        while len(first) < _BATCH and size < _BATCH_BYTES and (more := next(pairs, None)):
            first.append(more)
            size += len(more[0]) + len(more[1])
        yield first
