"""A server on the bundled sample, started as a person starts it, and ways to ask it that need no library."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

pytest.importorskip("starlette", reason="the extra serve is not installed: pip install 'kg-abstracts[serve]'")
pytest.importorskip("uvicorn", reason="the extra serve is not installed: pip install 'kg-abstracts[serve]'")


@dataclass
class Got:
    """An answer: status, headers in lower case, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Served:
    """A running server."""

    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 60,
    ) -> Got:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return Got(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def sparql(self, query: str, *, accept: str | None = None, **params: str) -> Got:
        """A query by GET."""
        headers = {"Accept": accept} if accept else {}
        return self.ask("/sparql?" + urlencode({"query": query, **params}, quote_via=quote), headers=headers)

    def children(self) -> set[int]:
        """The processes that the server has started."""
        found = set()
        for place in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = place.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == self.process.pid and fields[0] != "Z":
                found.add(int(place.parent.name))
        return found


@contextmanager
def serving(place: Path, *options: str) -> Iterator[Served]:
    """A server of its own on a graph; it is stopped at the end."""
    command = [sys.executable, "-P", "-m", "kg.cli", "serve", str(place), "--port", "0", *options]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stderr is not None
            said = process.stderr.readline()
            found = re.search(r"http://[^/]+:(\d+)/", said)
            assert found, said + process.stderr.read()
            yield Served(process, int(found[1]))
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


@pytest.fixture(scope="session")
def served(sample_dir: Path) -> Iterator[Served]:
    """The bundled sample."""
    with serving(sample_dir) as server:
        yield server


Serving = Callable[..., Served]
