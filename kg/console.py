"""What a person at a terminal sees: progress, summaries, evidence. Data go to standard output, talk to standard error.

Text from papers may hold control characters: :func:`safe` shows them instead of sending them to the terminal.
"""

from __future__ import annotations

import errno
import re
import shlex
import shutil
import sys
import textwrap
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from kg.answers import Card, Evidence
    from kg.query import Question
    from kg.query.table import Table
    from kg.run import Summary

_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def safe(text: str) -> str:
    r"""Text for a terminal: control and direction characters are shown as escapes, line breaks as spaces.

    >>> safe("a\x1b[31mb\nc")
    'a\\x1b[31mb c'
    """
    return _HIDDEN.sub(lambda m: repr(m.group())[1:-1], text.replace("\r\n", " ").replace("\n", " ").replace("\t", " "))


def say(text: str = "") -> None:
    """A line to standard error."""
    print(text, file=sys.stderr)


_REMEDIES = {
    errno.ENOSPC: "make room; the same command goes on from there",
    errno.EDQUOT: "make room; the same command goes on from there",
    errno.EROFS: "give another place, this one takes no files",
    errno.EACCES: "check its permissions, or give another place",
    errno.EPERM: "check its permissions, or give another place",
    errno.ENAMETOOLONG: "give a shorter name",
    errno.EMFILE: "allow more open files (ulimit -n)",
}


def fault(error: OSError | MemoryError) -> str:
    """What the system refused, where, and what to do, in one line.

    >>> fault(OSError(errno.ENOSPC, "No space left on device", "out/graph.ttl"))
    'out/graph.ttl: No space left on device; make room; the same command goes on from there'
    """
    if isinstance(error, MemoryError):
        return "memory is full; give fewer --jobs, or a machine with more; the same command goes on from there"
    parts = [str(error.filename)[:200] if error.filename else "", error.strerror or str(error)]
    remedy = _REMEDIES.get(error.errno or 0, "")
    return ": ".join(part for part in parts if part) + (f"; {remedy}" if remedy else "")


class Bar:
    """A line of progress on standard error, with count, rate and time left; silent where that is no terminal."""

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty() and not quiet
        self._quiet = quiet
        self._name, self._done = "", 0
        self._total: int | None = None
        self._begun = self._shown = 0.0

    def stage(self, name: str, total: int | None) -> None:
        """Begin a stage of so many steps."""
        self.close()
        self._name, self._total, self._done = name, total, 0
        self._begun = time.monotonic()
        self._show()

    def advance(self, steps: int = 1) -> None:
        """So many steps are done; the line is drawn at most ten times a second."""
        self._done += steps
        if time.monotonic() - self._shown > 0.1:
            self._show()

    def note(self, text: str) -> None:
        """A line of its own above the bar."""
        if not self._quiet:
            self._clear()
            print(f"note: {safe(text)}", file=self._stream)
            self._show()

    def close(self) -> None:
        """Take the line away."""
        self._clear()
        self._name = ""

    def _clear(self) -> None:
        if self._live and self._name:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()

    def _show(self) -> None:
        if not (self._live and self._name):
            return
        self._shown = time.monotonic()
        passed = self._shown - self._begun
        rate = self._done / passed if passed > 0.5 else 0.0
        parts = [f"{self._name:<12}", f"{self._done:,}"]
        if self._total:
            full = round(20 * self._done / self._total)
            parts = [f"{self._name:<12}", "█" * full + "░" * (20 - full), f"{self._done:,} of {self._total:,}"]
        if rate:
            parts.append(f"{rate:,.0f}/s")
            if self._total:
                parts.append(f"{(self._total - self._done) / rate:,.0f} s left")
        self._stream.write("\r\x1b[2K" + "  ".join(parts)[: shutil.get_terminal_size().columns - 1])
        self._stream.flush()


def say_summary(summary: Summary) -> None:
    """What a build read, rejected and found, and where to look next."""
    counts, place = summary.counts, safe(str(summary.place))
    read = counts.papers + counts.duplicates + counts.rejected
    rows = [
        ("records read", read, ""),
        ("papers", counts.papers, f"{summary.extracted:,} extracted now" if summary.extracted < counts.papers else ""),
        ("duplicates", counts.duplicates, ""),
        ("rejected", counts.rejected, "see rejected.jsonl" if counts.rejected else ""),
        ("entities", counts.entities, ""),
        *((f"  {type_}", count, "") for type_, count in summary.by_type.items()),
        ("relations", counts.relations, "between entities"),
        ("results", counts.results, "numbers with metric, method, dataset"),
        ("claims", counts.claims, ""),
        ("triples", counts.triples, ""),
    ]
    say()
    for name, number, remark in rows:
        say(f"  {name:<13}{number:>9,}   {remark}".rstrip())
    for rejected in summary.rejected[:3]:
        say(f"  rejected: {safe(rejected.where)}: {safe(rejected.what)[:60]}: {safe(rejected.why)}")
    say()
    if (Path(summary.place) / "graph.html").exists():
        say(f"  {place}/graph.html   open it in a browser")
    if (Path(summary.place) / "store").exists():
        say(f"  kg questions   what can be asked; then: kg query {place} -n coverage")
    else:
        say(f"  {place}: quads/ has the graph as N-Quads, tables/ as Parquet")


def print_evidence(evidence: Iterable[Evidence], *, stream: TextIO | None = None) -> None:
    """The sentences behind an edge: wrapped and marked on a terminal, else a line each with marks on the line below."""
    out = stream or sys.stdout
    for item in evidence:
        parts = (item.title or item.paper, item.date, item.url)
        place = f"{item.field} {item.start}-{item.end}, belief {item.belief:.2f}, {_papers(item.support)}"
        if out.isatty():
            _print_marked(item, out)
            print("  " + safe(" · ".join(p for p in parts if p)), file=out)
            print(f"  {place}, by {safe(', '.join(item.rules))}\n", file=out)
            continue
        quote = safe(item.quote)
        print(quote, file=out)
        print(_marks(item, quote), file=out)
        print("  " + safe(" | ".join([*(p for p in parts if p), place, *item.rules])), file=out)


def _papers(count: int) -> str:
    return "1 paper" if count == 1 else f"{count} papers"


def _marks(item: Evidence, quote: str) -> str:
    marks = [" "] * len(quote)
    for start, end in item.spans:
        # Escapes shown by `safe` shift what stands behind them.
        left, right = len(safe(item.quote[:start])), len(safe(item.quote[:end]))
        marks[left:right] = "^" * (right - left)
    return "".join(marks).rstrip()


def _print_marked(item: Evidence, out: TextIO) -> None:
    from rich.console import Console
    from rich.text import Text

    text = Text(safe(item.quote))
    for start, end in item.spans:
        text.stylize("bold reverse", len(safe(item.quote[:start])), len(safe(item.quote[:end])))
    Console(file=out, highlight=False).print(text)


def print_pairs(pairs: Table, *, stream: TextIO | None = None) -> None:
    """Rows of the questions ``conflicts`` or ``corroborations``: what they are about, then both sides and papers."""
    out = stream or sys.stdout
    width = min(shutil.get_terminal_size().columns, 100)
    for row in pairs.to_records():
        kind, about, belief = row[pairs.columns[0]], row["about"], row["belief"]
        head = ": ".join(str(part) for part in (kind, about) if part)
        _print_wrapped(f"{head} (belief {float(str(belief)):.2f})", width, 0, out)
        for side, other in (("first", "One says"), ("second", "Another says")):
            _print_wrapped(str(row[side] or other), width, 2, out)
            _print_wrapped(str(row[side + "Quote"]), width, 4, out)
            source = " · ".join(str(part) for part in (row[side + "Paper"], row[side + "Date"]) if part)
            _print_wrapped(source, width, 4, out)
            if row[side + "Url"]:
                print(" " * 4 + safe(str(row[side + "Url"])), file=out)
        print(file=out)


_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def print_differences(found: Table, *, stream: TextIO | None = None) -> None:
    """Rows of :func:`kg.compare.compare`: one after a sign for each node, what changed on it in lines below."""
    out = stream or sys.stdout
    width = min(shutil.get_terminal_size().columns, 100)
    for change, kind, name, was, now, _ in found:
        _print_wrapped(f"{_SIGNS[str(change)]} {kind}: {name}", width, 0, out, hang=4)
        for word, text in (("was", was), ("now", now)):
            if text:
                _print_wrapped(f"{word}: {text}", width, 4, out, hang=5)


def _print_wrapped(text: str, width: int, indent: int, out: TextIO, *, hang: int = 0) -> None:
    space = " " * indent
    # A link or an identifier that is cut cannot be followed.
    lines = textwrap.wrap(
        safe(text),
        width,
        initial_indent=space,
        subsequent_indent=space + " " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
    print("\n".join(lines), file=out)


def print_boards(scores: Table, *, stream: TextIO | None = None) -> None:
    """A leaderboard: each group of scores that can be compared, with ranks, papers and sentences."""
    from kg.query.boards import boards
    from kg.query.formats import to_text
    from kg.query.table import Table

    out = stream or sys.stdout
    width = min(shutil.get_terminal_size().columns, 100)
    for board in boards(scores):
        _print_wrapped(board.title, width, 0, out)
        if board.apart:
            _print_wrapped(f"apart: {board.apart}", width, 0, out)
        rows = []
        for place, rank in zip(board.rows, board.ranks, strict=True):
            row = dict(zip(scores.columns, scores[place], strict=True))
            value = f"{row['valueText']}{row['unit'] if row['unit'] == '%' else ''}"
            source = " · ".join(str(part) for part in (row["paper"], row["url"]) if part)
            rows.append((rank, row["method"], value, row["year"], source, row["quote"]))
        columns = ("rank", "method", "value", "year", "paper", "says")
        print(to_text(Table(columns, tuple(rows)), width=width), file=out)


def print_years(adoption: Table, *, stream: TextIO | None = None) -> None:
    """The answer to the question ``adoption``: a line per entity with its first year, its papers and a bar per year."""
    from kg.query.formats import to_text
    from kg.query.table import Table

    counts: dict[tuple[str, str, int], dict[int, int]] = {}
    for name, type_, total, year, papers in adoption:
        counts.setdefault((str(name), str(type_), int(str(total))), {})[int(str(year))] = int(str(papers))
    years = [year for by_year in counts.values() for year in by_year]
    span = range(min(years, default=0), max(years, default=-1) + 1)
    head = f"{span[0]}-{span[-1]}" if span else "years"
    rows = []
    for (name, type_, total), by_year in counts.items():
        bars = "".join(_bar_of(by_year.get(year, 0), max(by_year.values())) for year in span)
        rows.append((name, type_, min(by_year), total, bars))
    width = shutil.get_terminal_size().columns
    table = Table(("name", "type", "first", "papers", head), tuple(rows))
    print(to_text(table, width=width), end="", file=stream or sys.stdout)


def _bar_of(count: int, most: int) -> str:
    return "·▁▂▃▄▅▆▇█"[max(1, round(8 * count / most)) if count else 0]


def print_question(question: Question) -> None:
    """What a question answers, its parameters, and how it is asked."""
    width = shutil.get_terminal_size().columns
    _print_wrapped(f"{question.name}: {question.title}", width, 0, sys.stdout)
    for param in question.params:
        need = "required" if param.required else f"default {param.default}" if param.default else "optional"
        choices = f"; one of {', '.join(param.choices)}" if param.choices else ""
        _print_wrapped(f"{param.name} ({param.type}, {need}): {param.help}{choices}", width, 2, sys.stdout)
    given = "".join(f" -p {pair}" for pair in shlex.split(question.example, posix=False))
    _print_wrapped(f"kg query DIR -n {question.name}{given}", width, 2, sys.stdout)


def print_card(card: Card, tables: Iterable[tuple[str, str]], *, stream: TextIO | None = None) -> None:
    """An entity: its names, then each table that is not empty, as text."""
    out = stream or sys.stdout
    print(f"{safe(card.label)}  ({card.type})\n{card.iri}", file=out)
    if card.aliases:
        _print_wrapped(f"also: {', '.join(card.aliases)}", shutil.get_terminal_size().columns, 0, out)
    for name, text in tables:
        print(f"\n{name}\n{text}", file=out)
