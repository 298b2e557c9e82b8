"""A real Spark cluster on this machine: a master and two workers as processes of their own, bound to 127.0.0.1."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_HOST = "127.0.0.1"
_PATIENCE = 120.0
WORKERS = 2
_ROOT = str(Path(__file__).parents[2])
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """The address of the master, while the cluster runs; its logs are in the folder."""
    need_spark()
    port = _free_port()
    address = f"spark://{_HOST}:{port}"
    started: list[subprocess.Popen[bytes]] = []
    try:
        started.append(_start(folder, "master", "master.Master", "--port", str(port)))
        for number in range(WORKERS):
            name = f"worker{number}"
            work = str(folder / name)
            started.append(_start(folder, name, "worker.Worker", "-c", "1", "-m", "1g", "-d", work, address))
        _wait(folder / "master.log", started)
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _start(folder: Path, name: str, role: str, *options: str) -> subprocess.Popen[bytes]:
    environment = _environment()
    program = f"{environment['SPARK_HOME']}/bin/spark-class"
    command = [program, f"org.apache.spark.deploy.{role}", "--host", _HOST, "--webui-port", "0", *options]
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)


def _wait(log: Path, started: list[subprocess.Popen[bytes]]) -> None:
    end = time.monotonic() + _PATIENCE
    while log.read_text("utf-8", "replace").count("Registering worker") < WORKERS:
        if time.monotonic() > end or any(process.poll() is not None for process in started):
            logs = "\n".join(place.read_text("utf-8", "replace")[-1000:] for place in sorted(log.parent.glob("*.log")))
            raise RuntimeError(f"the cluster does not come up:\n{logs}")
        time.sleep(0.2)


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
