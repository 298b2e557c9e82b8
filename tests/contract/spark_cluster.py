"""A real Spark cluster on this machine: a master and two workers as processes of their own, bound to 127.0.0.1."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_HOST = "127.0.0.1"
# Seconds until a cluster that does not come up is given up, and Spark's own patience: machines are busy.
_PATIENCE, _TIMEOUT = 300.0, "600s"
WORKERS = 2
_ROOT = str(Path(__file__).parents[2])
_MORTAL = str(Path(__file__).with_name("mortal.py"))
# What a session on this cluster is told: all on 127.0.0.1, little memory, workers that find the tests.
SETTINGS = {
    "spark.driver.host": _HOST,
    "spark.driver.bindAddress": _HOST,
    "spark.driver.memory": "512m",
    "spark.executor.memory": "512m",
    "spark.executor.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
    "spark.executorEnv.PYTHONPATH": _ROOT,
    "spark.executorEnv.SPARK_LOCAL_IP": _HOST,
    "spark.network.timeout": _TIMEOUT,
    "spark.python.authenticate.socketTimeout": _TIMEOUT,
}


def need_spark() -> None:
    """The calling test is skipped, with the reason, where PySpark or Java is absent."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("PySpark is not installed (pip install 'kg-abstracts[spark]')")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("there is no Java (install a JRE of version 17 or later)")


def _environment() -> dict[str, str]:
    import pyspark

    options = "-Dspark.master.rest.enabled=false -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
    return {
        **os.environ,
        "SPARK_HOME": str(Path(pyspark.__file__).parent),
        "SPARK_LOCAL_IP": _HOST,
        "SPARK_DAEMON_JAVA_OPTS": options,
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": sys.executable,
    }


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """The address of the master, while the cluster runs; its logs are in the folder."""
    need_spark()
    started: list[subprocess.Popen[bytes]] = []
    try:
        # The system chooses a port that is free; the master's log names it.
        started.append(_start(folder, "master", "master.Master", "--port", "0"))
        address = _wait(folder, started, _ADDRESS, 1)[0]
        for number in range(WORKERS):
            name = f"worker{number}"
            work = str(folder / name)
            started.append(_start(folder, name, "worker.Worker", "-c", "1", "-m", "1g", "-d", work, address))
        _wait(folder, started, _REGISTERED, WORKERS)
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


_ADDRESS = re.compile(r"Starting Spark master at (spark://\S+:[0-9]+)")
_REGISTERED = re.compile(r"Registering worker")


def _start(folder: Path, name: str, role: str, *options: str) -> subprocess.Popen[bytes]:
    environment = _environment()
    program = f"{environment['SPARK_HOME']}/bin/spark-class"
    command = [
        sys.executable,
        _MORTAL,
        program,
        f"org.apache.spark.deploy.{role}",
        "--host",
        _HOST,
        "--webui-port",
        "0",
        *options,
    ]
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)


def _wait(folder: Path, started: list[subprocess.Popen[bytes]], wanted: re.Pattern[str], times: int) -> list[str]:
    """What the master's log says, once it says it so often."""
    end = time.monotonic() + _PATIENCE
    while len(found := wanted.findall((folder / "master.log").read_text("utf-8", "replace"))) < times:
        if time.monotonic() > end or any(process.poll() is not None for process in started):
            logs = "\n".join(place.read_text("utf-8", "replace")[-1000:] for place in sorted(folder.glob("*.log")))
            raise RuntimeError(f"the cluster does not come up:\n{logs}")
        time.sleep(0.2)
    return found


def executors_of(driver_port: str) -> list[int]:
    """The processes that work for the driver at a port."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = place.read_bytes()
        except OSError:
            continue  # it has ended
        if b"CoarseGrainedExecutorBackend" in command and f"@{_HOST}:{driver_port}\0".encode() in command:
            found.append(int(place.parent.name))
    return sorted(found)
