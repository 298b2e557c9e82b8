"""Serve a graph until a signal: take the address, start the pool, keep the index of names, say where, end cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from kg.errors import KgError
from kg.serve.pool import Pool, Settings, send, step_back

_PATIENCE = 2  # seconds for answers under way when the server ends
_LOOK_AGAIN = 1.0  # seconds between looks at what is published


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen (port 0: any free one), the further names it answers to, and whether other sites may ask."""

    host: str = "127.0.0.1"
    port: int = 7878
    names: tuple[str, ...] = ()
    cors: bool = False


def serve(settings: Settings, address: Address, *, say: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; then no process of it is left. ``say`` gets a line for people now and then.

    Raises:
        KgError: the extra is not installed, the address is taken, or the place holds no graph.
    """
    try:
        import uvicorn  # noqa: F401
    except ImportError:
        raise KgError("kg serve needs its extra; install it with: pip install 'kg-abstracts[serve]'") from None
    with listen(address) as listener, tempfile.TemporaryDirectory(prefix="kg-serve-") as index:
        asyncio.run(_serve(replace(settings, index=Path(index)), address, listener, say))


def listen(address: Address) -> socket.socket:
    """A socket that listens.

    Raises:
        KgError: the address is taken or is none of this machine.
    """
    listener: socket.socket | None = None
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        # The protocol by name: asyncio switches off Nagle's delay (40 ms an answer) only where it sees TCP.
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(1024)
    except OSError as error:
        if listener:
            listener.close()
        where = f"{address.host} port {address.port}"
        raise KgError(f"{where}: {error.strerror or error}; give another with --port or --host") from None
    return listener


def address_of(listener: socket.socket, host: str) -> str:
    """The address to type into a browser."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{name}:{listener.getsockname()[1]}/"


async def _serve(settings: Settings, address: Address, listener: socket.socket, say: Callable[[str], None]) -> None:
    import uvicorn

    from kg.serve.app import make_app
    from kg.serve.guard import LOOPBACK, Guard

    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    wild = address.host in ("0.0.0.0", "::", "")  # noqa: S104
    hosts = {*LOOPBACK, address.host.lower(), *(name.lower() for name in address.names)}
    guard = partial(Guard, hosts=hosts, any_address=wild, cors=address.cors)
    async with Pool(settings) as pool:
        config = uvicorn.Config(
            make_app(pool, guard),
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            limit_concurrency=1024,
            timeout_graceful_shutdown=_PATIENCE,
        )
        server = uvicorn.Server(config)
        # The signals are ours, above: uvicorn would raise them again when it is done.
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        indexing = asyncio.create_task(_keep_index(settings, say))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        say(_welcome(settings, address, listener, pool))
        await asyncio.wait({serving, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving
        indexing.cancel()
        await asyncio.gather(indexing, return_exceptions=True)


def _welcome(settings: Settings, address: Address, listener: socket.socket, pool: Pool) -> str:
    at = address_of(listener, address.host)
    kept = "" if pool.network == "closed" else " (no filter of the system closes the network: queries are checked)"
    return f"{settings.place} is served at {at} (SPARQL: {at}sparql); Ctrl-C ends it{kept}"


async def _keep_index(settings: Settings, say: Callable[[str], None]) -> None:
    """Make the index of names of what is published, again whenever something else is."""
    from kg.serve.worker import version

    made = None
    while True:
        try:
            found = version(settings.place)
        except OSError:
            found = None
        if found and found != made:
            if made is not None:
                say(f"{settings.place}: another graph was published and is served from now on")
            made = found
            if not await _index(settings):
                say(f"{settings.place}: the index of names could not be made; the search of the explorer is off")
        await asyncio.sleep(_LOOK_AGAIN)


async def _index(settings: Settings) -> bool:
    """Make the index in a process of its own, which gives way to all others."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "kg.serve.names", str(settings.place), str(settings.index), str(os.getpid())),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=None if os.environ.get("KG_SERVE_DEBUG") else asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        step_back(process.pid, by=5)
        return await process.wait() == 0
    finally:
        if process.returncode is None:
            send(process, signal.SIGKILL)
            await process.wait()
