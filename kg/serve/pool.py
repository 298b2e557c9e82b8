"""Worker processes and who gets one: a fast lane for most questions, a slow lane for long ones, a deadline for all.

A question starts in the fast lane. One that has cost its process ``FAST`` seconds of work moves to the slow lane: the
process goes on with it at a low priority while a new one takes its place, so long questions cannot hold up short
ones. When the slow lane is full, a process waits for its turn stopped. At the deadline it is killed. Work is counted,
not time, so that on a busy machine a short question stays one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from kg.errors import KgError
from kg.serve.frames import REPLY, Job, Reply, pack_job, text_reply, unpack_reply

# Seconds of work after which a question is a long one, and how often this is looked at.
FAST = 0.1
# Questions that may wait for a process; a further one is told to come back.
WAITING = 256
_PATIENCE = 60.0  # seconds to open the store
# A tenth of the share of others: short questions hardly notice, and a busy machine does not starve the long ones.
_LOW_PRIORITY = 10
# How Linux names the clock of a process in clock_gettime (CPUCLOCK_SCHED in its sources).
_SCHEDULED = 2


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the graph is, and what a question may cost.

    ``index`` is the folder of the index of names; ``seconds`` from arrival to the end; ``memory`` in MiB over what an
    idle process has; ``rows`` of an answer; ``fast`` and ``slow`` are the processes of the two lanes, ``parked`` those
    that may wait, stopped, for the slow one.
    """

    place: Path
    index: Path = Path()
    seconds: float = 30.0
    memory: int = 1024
    rows: int = 100_000
    fast: int = max(6, min(8, os.cpu_count() or 1))
    slow: int = max(2, min(8, os.cpu_count() or 2))
    parked: int = 8


def step_back(process: int, by: int = _LOW_PRIORITY) -> None:
    """Let other processes go before this one.

    Where Linux groups processes by session, the priority of a process counts within its session alone and the session
    has one of its own (man 7 sched, "The autogroup feature").
    """
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process, by)
    with contextlib.suppress(OSError):
        Path(f"/proc/{process}/autogroup").write_text(str(by), encoding="ascii")


def send(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """Send a signal, unless the process is gone.

    Not as asyncio does: that asks first whether the process has ended, which takes the exit status away from asyncio's
    own watcher, and it warns of an unknown process.
    """
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)


class WorkerDiedError(Exception):
    """A worker ended while it had a question; ``status`` is its exit status, negative for a signal."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Worker:
    """A process that does one job at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.network = "open"

    @classmethod
    async def start(cls, settings: Settings) -> Worker:
        """A worker that has opened the store.

        Raises:
            KgError: it could not, or died, or took too long.
        """
        told = {
            "place": str(settings.place),
            "index": str(settings.index),
            "memory": settings.memory,
            "rows": settings.rows,
            "parent": os.getpid(),
        }
        process = await asyncio.create_subprocess_exec(
            # -P: modules never come from the folder that the user happens to be in.
            *(sys.executable, "-P", "-m", "kg.serve.worker", json.dumps(told)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=None if os.environ.get("KG_SERVE_DEBUG") else asyncio.subprocess.DEVNULL,
            limit=2**20,
            start_new_session=True,  # Ctrl-C is for the server, which ends its workers itself
        )
        worker = cls(process)
        try:
            reply = await asyncio.wait_for(worker._reply(), _PATIENCE)
        except BaseException as error:
            await worker._end()
            if isinstance(error, WorkerDiedError | TimeoutError):
                raise KgError(f"{settings.place}: a worker could not open the store ({error!r})") from None
            raise
        if reply.status != 200:
            await worker._end()
            raise KgError(reply.body.decode().strip())
        worker.network = json.loads(reply.body)["network"]
        return worker

    async def ask(self, job: Job) -> Reply:
        """The reply to a job.

        Raises:
            WorkerDiedError: the process ended first.
        """
        assert self.process.stdin is not None  # noqa: S101
        try:
            self.process.stdin.write(pack_job(job))
            await self.process.stdin.drain()
        except OSError:
            raise WorkerDiedError(await self.process.wait()) from None
        return await self._reply()

    async def _reply(self) -> Reply:
        assert self.process.stdout is not None  # noqa: S101
        try:
            sizes = REPLY.unpack(await self.process.stdout.readexactly(REPLY.size))
            parts = await self.process.stdout.readexactly(sum(sizes))
        except asyncio.IncompleteReadError:
            raise WorkerDiedError(await self.process.wait()) from None
        return unpack_reply(parts[: sizes[0]], parts[sizes[0] :])

    @property
    def alive(self) -> bool:
        """Whether the process has not ended, as far as is known."""
        return self.process.returncode is None

    def work(self) -> float:
        """Seconds that the process has had a processor; where the system does not tell, the time of day."""
        try:
            return time.clock_gettime((~self.process.pid << 3) | _SCHEDULED)
        except OSError:
            return time.monotonic()

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless the process is gone."""
        send(self.process, number)

    def kill(self) -> None:
        """End the process, now."""
        self.send(signal.SIGKILL)

    async def _end(self) -> None:
        """End the process and see it gone: a loop that closes before has nobody to tell that it is."""
        self.kill()
        await self.process.wait()

    def step_back(self) -> None:
        """Let every other process go first."""
        step_back(self.process.pid)


class Pool:
    """The workers of a server. Use it as ``async with Pool(settings) as pool``."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.long = 0
        self.trouble = ""
        self._workers: set[Worker] = set()
        self._idle: list[Worker] = []
        # Who waits for a worker, in order of arrival. One that is free goes to the first of them, and never to a
        # newcomer: asyncio's queues would let who comes first to a free worker have it.
        self._waiters: deque[asyncio.Future[Worker]] = deque()
        self._slow = asyncio.Semaphore(settings.slow)
        # Few at a time: who kills workers in a row shall not have all processors for new ones.
        self._starting = asyncio.Semaphore(2)
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Start the fast lane.

        Raises:
            KgError: the first worker cannot open the store.
        """
        await self._add()
        # All at once and before the first question: a lane that is short of processes is easily blocked.
        first = [Worker.start(self.settings) for _ in range(self.settings.fast - 1)]
        for worker in await asyncio.gather(*first, return_exceptions=True):
            if isinstance(worker, Worker):
                self._workers.add(worker)
                self._idle.append(worker)
            else:
                self._in_background(self._replace())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in self._workers:
            worker.kill()
        await asyncio.gather(*(worker.process.wait() for worker in self._workers))

    @property
    def idle(self) -> int:
        """How many workers have nothing to do."""
        return len(self._idle)

    @property
    def waiting(self) -> int:
        """How many questions wait for a worker."""
        return len(self._waiters)

    @property
    def network(self) -> str:
        """``closed`` where the kernel keeps every worker from the network, else ``open``."""
        return "closed" if all(worker.network == "closed" for worker in self._workers) else "open"

    async def ask(self, job: Job, gone: Callable[[], Awaitable[object]] | None = None) -> Reply:
        """The reply to a job, at the latest when its time is up.

        ``gone`` returns when nobody wants the answer any more; it is waited for once the question is a long one.
        """
        deadline = asyncio.get_running_loop().time() + self.settings.seconds
        if self.waiting >= WAITING:
            return self._busy("too many questions wait already")
        worker = await self._take(deadline)
        if worker is None:
            return self._busy("no process was free in time")
        asking = asyncio.ensure_future(worker.ask(job))
        try:
            started = worker.work()
            while not (await asyncio.wait({asking}, timeout=min(FAST, self._left(deadline))))[0]:
                if worker.work() - started >= FAST or not self._left(deadline):
                    return await self._ask_slowly(worker, asking, deadline, gone)
                self._widen()
            reply = asking.result()
        except WorkerDiedError as died:
            return await self._after_death(worker, died, deadline)
        except BaseException:
            self._drop(worker)
            self._in_background(self._replace())
            asking.cancel()
            raise
        self._give(worker)
        return reply

    async def _take(self, deadline: float) -> Worker | None:
        """A worker that is free, in the order in which questions came; None where none was in time."""
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            self._drop(worker)
            self._in_background(self._replace())
        waiter: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout_at(deadline):
                return await waiter
        except BaseException as error:
            with contextlib.suppress(ValueError):
                self._waiters.remove(waiter)
            if waiter.done() and not waiter.cancelled():  # one came, a moment too late
                self._give(waiter.result())
            if isinstance(error, TimeoutError):
                return None
            raise

    async def _ask_slowly(
        self,
        worker: Worker,
        asking: asyncio.Future[Reply],
        deadline: float,
        gone: Callable[[], Awaitable[object]] | None,
    ) -> Reply:
        """Go on with a question in the slow lane. Its worker has served when it is answered: another stands for it."""
        self._in_background(self._replace())
        self.long += 1
        leaving = asyncio.ensure_future(gone()) if gone else None
        try:
            if self.long > self.settings.slow + self.settings.parked:
                return self._busy("too many long questions run already")
            return await self._slow_lane(worker, asking, leaving, deadline)
        except WorkerDiedError as died:
            return self._died(died)
        finally:
            self.long -= 1
            self._drop(worker)
            asking.cancel()
            if leaving:
                leaving.cancel()

    async def _slow_lane(
        self,
        worker: Worker,
        asking: asyncio.Future[Reply],
        leaving: asyncio.Future[object] | None,
        deadline: float,
    ) -> Reply:
        worker.step_back()
        if self._slow.locked():
            worker.send(signal.SIGSTOP)
        try:
            async with asyncio.timeout_at(deadline), self._slow:
                worker.send(signal.SIGCONT)
                awaited: set[asyncio.Future[Any]] = {asking, leaving} if leaving else {asking}
                await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            limit = f"{self.settings.seconds:g} s"
            return text_reply(503, f"the query was stopped after {limit}, its limit here; narrow it", Retry_After="10")
        if not asking.done():
            return text_reply(499, "the client has left")
        return asking.result()

    async def _after_death(self, worker: Worker, died: WorkerDiedError, deadline: float) -> Reply:
        """What to say of a worker that a question killed. Who asked it waits for the next one to be ready."""
        self._drop(worker)
        task = self._in_background(self._replace())
        await asyncio.wait({task}, timeout=self._left(deadline))
        return self._died(died)

    def _died(self, died: WorkerDiedError) -> Reply:
        reason = f"the query needs more than the {self.settings.memory:,} MiB of memory that it may have; narrow it"
        if died.status not in (-signal.SIGABRT, -signal.SIGKILL):
            reason = f"the query ended its process (status {died.status}); narrow it"
        return text_reply(503, reason, Retry_After="10")

    def _busy(self, why: str) -> Reply:
        return text_reply(503, f"{why}; ask again later", Retry_After="2")

    def _left(self, deadline: float) -> float:
        return max(0.0, deadline - asyncio.get_running_loop().time())

    # ------------------------------------------------------------ processes

    async def _add(self) -> None:
        async with self._starting:
            worker = await Worker.start(self.settings)
        self._workers.add(worker)
        self._give(worker)

    async def _replace(self) -> None:
        """A new worker in the fast lane; tried again, less and less often, until it stands."""
        pause = 0.1
        while True:
            try:
                await self._add()
            except (KgError, OSError) as error:
                self.trouble = str(error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, 10.0)
            else:
                self.trouble = ""
                return

    def _widen(self) -> None:
        """One more in the fast lane where questions wait for it: short ones are held up when the machine is busy."""
        if self.waiting and len(self._workers) < 2 * self.settings.fast + self.long and not self._starting.locked():
            self._in_background(self._replace())

    def _give(self, worker: Worker) -> None:
        """Hand a free worker to the first who waits; keep it where nobody does, unless there are enough."""
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(worker)
                return
        if len(self._idle) < self.settings.fast:
            self._idle.append(worker)
        else:
            self._drop(worker)

    def _drop(self, worker: Worker) -> None:
        worker.kill()
        self._workers.discard(worker)

    def _in_background(self, work: Awaitable[None]) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
