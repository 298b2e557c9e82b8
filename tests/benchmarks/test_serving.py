"""What HTTP costs beside the bare pool, and what hostile neighbours cost: ratios of one run, printed with ``-s``."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="the extra serve is not installed: pip install 'kg-abstracts[serve]'")

from tests.benchmarks.serving import over_http, pool_alone, server

pytestmark = pytest.mark.slow

CLIENTS = 8
SECONDS = 3.0


def test_http_beside_the_bare_pool(sample_dir: Path) -> None:
    bare = asyncio.run(pool_alone(sample_dir, CLIENTS, SECONDS))
    with server(sample_dir) as port:
        asyncio.run(over_http(port, CLIENTS, 1))
        http = asyncio.run(over_http(port, CLIENTS, SECONDS))
    print(f"\n{CLIENTS} clients over HTTP {http.rate / bare.rate:>20.2f} times the rate of the bare pool")
    assert http.failed == bare.failed == 0
    # Parsing HTTP twice, at both ends, and a third process at the processors; alone on two of them it is about 0.5.
    assert http.rate > 0.15 * bare.rate


def test_good_clients_beside_hostile_ones(sample_dir: Path) -> None:
    with server(sample_dir, "--timeout", "5") as port:
        asyncio.run(over_http(port, CLIENTS, 1))
        alone = asyncio.run(over_http(port, CLIENTS, SECONDS))
        beside = asyncio.run(over_http(port, CLIENTS, 2 * SECONDS, hostile=4))
    print(f"\n{CLIENTS} clients beside 4 hostile ones {beside.rate / alone.rate:>10.2f} times the rate alone")
    assert beside.failed == 0
    assert beside.rate > 0.05 * alone.rate
