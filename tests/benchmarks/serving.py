"""Questions a second over HTTP beside the bare pool of workers, and beside hostile neighbours.

    python -m tests.benchmarks.serving DIR [--seconds 5] [--clients 1 8 32]

prints a table. The client is a few lines of asyncio on the same machine, which it shares with server and workers; the
pool is asked by the same number of tasks in this process, without HTTP.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import re
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen
from urllib.parse import quote

from kg.serve.pool import Pool, Settings

# Small questions, as an explorer asks them.
QUESTIONS = (
    "SELECT ?m { ?m a kg:Method } LIMIT 10",
    "ASK { ?s kg:outperforms ?o }",
    "SELECT ?l { ?e skos:prefLabel ?l } LIMIT 5",
    "SELECT ?p ?t { ?p a kg:Paper ; dcterms:title ?t } LIMIT 10",
)
_PRODUCT = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(40))
HOSTILE = (
    f"SELECT (COUNT(*) AS ?n) {{ {_PRODUCT} }}",
    f"SELECT DISTINCT * {{ {_PRODUCT} }}",
    f"SELECT * {{ {_PRODUCT} }} ORDER BY ?a1 ?b39",
)


@dataclass(frozen=True, slots=True)
class Measured:
    """How many were answered with 200 in how many seconds, how long each took (sorted), and how many were not."""

    seconds: float
    latencies: Sequence[float]
    failed: int

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The time, in milliseconds, within which that share was answered."""
        return 1000 * self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


async def repeat(
    ask: Callable[[str], Awaitable[bool]], questions: Sequence[str], end: float
) -> tuple[list[float], int]:
    """Ask in turn until the end; how long each took, and how many failed."""
    latencies, failed = [], 0
    for question in itertools.cycle(questions):
        start = time.perf_counter()
        if start >= end:
            break
        if await ask(question):
            latencies.append(time.perf_counter() - start)
        else:
            failed += 1
    return latencies, failed


class Client:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, question: str) -> bool:
        """Whether the answer came with 200."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        lines = f"GET /sparql?query={quote(question)} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n"
        writer.write(lines.encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        await reader.readexactly(int(length[1]) if length else 0)
        return head.startswith(b"HTTP/1.1 200 ")

    async def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            await self._streams[1].wait_closed()


async def over_http(port: int, clients: int, seconds: float, *, hostile: int = 0) -> Measured:
    """What so many clients get, beside so many hostile ones, who are not counted."""
    end = time.perf_counter() + seconds
    everyone = [Client(port) for _ in range(clients + hostile)]
    questions = [QUESTIONS] * clients + [HOSTILE[n % 3 :] + HOSTILE for n in range(hostile)]
    found = await asyncio.gather(*(repeat(c.ask, q, end) for c, q in zip(everyone, questions, strict=True)))
    await asyncio.gather(*(client.close() for client in everyone))
    return _measured(found[:clients], seconds)


async def without_http(pool: Pool, tasks: int, seconds: float) -> Measured:
    """What so many tasks get from a pool in this process."""

    async def ask(question: str) -> bool:
        job = {"job": "sparql", "query": question, "accept": "application/json"}
        return (await pool.ask(job)).status == 200

    end = time.perf_counter() + seconds
    return _measured(await asyncio.gather(*(repeat(ask, QUESTIONS, end) for _ in range(tasks))), seconds)


def _measured(found: Sequence[tuple[list[float], int]], seconds: float) -> Measured:
    return Measured(
        seconds, sorted(itertools.chain(*(times for times, _ in found))), sum(failed for _, failed in found)
    )


@contextmanager
def server(place: Path, *options: str) -> Iterator[int]:
    """The port of a server on a graph."""
    command = [sys.executable, "-P", "-m", "kg.cli", "serve", str(place), "--port", "0", *options]
    with Popen(command, stderr=PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r":(\d+)/", said)
        assert found, said
        try:
            yield int(found[1])
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


async def pool_alone(place: Path, tasks: int, seconds: float) -> Measured:
    """A pool of its own, asked without HTTP."""
    async with Pool(Settings(place)) as pool:
        while pool.idle < pool.settings.fast:
            await asyncio.sleep(0.05)
        await without_http(pool, tasks, 0.5)
        return await without_http(pool, tasks, seconds)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Questions a second over HTTP beside the bare pool of workers.")
    parser.add_argument("place", type=Path)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    asked = parser.parse_args()
    print(f"{'':<34}{'per second':>12}{'p50 ms':>9}{'p99 ms':>9}{'failed':>8}")
    for clients in asked.clients:
        bare = asyncio.run(pool_alone(asked.place, clients, asked.seconds))
        with server(asked.place) as port:
            asyncio.run(over_http(port, clients, 1))
            http = asyncio.run(over_http(port, clients, asked.seconds))
        _print(f"{clients} tasks, bare pool", bare)
        _print(f"{clients} clients, HTTP", http)
        print(f"{'':<34}{http.rate / bare.rate:>12.2f} of the bare pool")
    with server(asked.place, "--timeout", "2") as port:
        alone = asyncio.run(over_http(port, 8, asked.seconds))
        beside = asyncio.run(over_http(port, 8, 2 * asked.seconds, hostile=4))
    _print("8 clients, limit of 2 s", alone)
    _print("8 clients beside 4 hostile ones", beside)
    print(f"{'':<34}{beside.rate / alone.rate:>12.2f} of the same alone")


def _print(what: str, found: Measured) -> None:
    p50, p99 = found.percentile(0.5), found.percentile(0.99)
    print(f"{what:<34}{found.rate:>12,.0f}{p50:>9.1f}{p99:>9.1f}{found.failed:>8}")


if __name__ == "__main__":
    main()
