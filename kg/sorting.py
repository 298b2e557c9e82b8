"""Sorting more lines than fit in memory: sorted runs on disk, merged. Memory stays flat at any number of lines."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

LINES_PER_RUN = 200_000
RUNS_PER_MERGE = 64


def unique(lines: Iterable[str]) -> Iterator[str]:
    """Sorted lines, each once.

    >>> list(unique(["a", "a", "b"]))
    ['a', 'b']
    """
    last: str | None = None
    for line in lines:
        if line != last:
            yield line
        last = line


def sort_lines(
    lines: Iterable[str], *, folder: Path | None = None, lines_per_run: int = LINES_PER_RUN
) -> Iterator[str]:
    """The lines (without line ends and without line feeds in them) in order of code points, each once.

    At most ``lines_per_run`` lines are in memory; the rest is in unnamed temporary files under ``folder`` (default: the
    system's), gone when the iterator ends or is closed. What was in one run alone never touches the disk.

    >>> list(sort_lines(["b", "a", "b"], lines_per_run=1))
    ['a', 'b']
    """
    source = iter(lines)
    first = sorted(set(islice(source, lines_per_run)))
    rest = next(source, None)
    if rest is None:
        yield from first
        return
    with tempfile.TemporaryDirectory(prefix=".kg-sort-", suffix=".tmp", dir=folder) as name:
        runs = [_write(first, Path(name) / "0")]
        del first
        while chunk := [*([rest] if rest is not None else []), *islice(source, lines_per_run)]:
            rest = None
            chunk.sort()
            runs.append(_write(chunk, Path(name) / str(len(runs))))
        del chunk
        yield from _merge(runs, Path(name))


def _write(lines: Iterable[str], path: Path) -> Path:
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as out:
        out.writelines(line + "\n" for line in lines)
    return path


def _merge(runs: list[Path], folder: Path) -> Iterator[str]:
    made = len(runs)
    while len(runs) > RUNS_PER_MERGE:
        batch, runs = runs[:RUNS_PER_MERGE], runs[RUNS_PER_MERGE:]
        runs.append(_write(_merged(batch), folder / str(made)))
        made += 1
        for path in batch:
            path.unlink()
    return _merged(runs)


def _merged(runs: list[Path]) -> Iterator[str]:
    files = [path.open(encoding="utf-8", errors="surrogatepass", newline="\n") for path in runs]
    try:
        # Lines keep their line feed while they are merged, all alike: "a\n" stands before "a\x01\n" only if \n < \x01,
        # so it is taken off before anything is compared.
        yield from unique(heapq.merge(*(map(_bare, file) for file in files)))
    finally:
        for file in files:
            file.close()


def _bare(line: str) -> str:
    return line.removesuffix("\n")
