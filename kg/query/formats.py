"""A table as text: for the terminal, for spreadsheets (CSV, TSV), for programs (JSON) and for documents (Markdown).

Cells may hold text from papers, which nobody has checked: control signs that could steer a terminal are written as
escapes, formulas that a spreadsheet would run are disarmed, marks that Markdown or HTML would obey are escaped.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kg.errors import UsageError
from kg.query.table import Cell, Table, cell_text, is_number

if TYPE_CHECKING:
    from rich.console import Console

_GAP = "  "
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?%?")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|&~$#])")


def tame(text: str, keep: str = "") -> str:
    r"""The text with control and direction signs written as escapes, but for those in ``keep``.

    >>> tame("red \x1b[31m\n", keep="\n")
    'red \\x1b[31m\n'
    """
    if text.isprintable():
        return text
    return "".join(c if c in keep or not _steers(c) else c.encode("unicode_escape").decode() for c in text)


def _steers(sign: str) -> bool:
    kind = unicodedata.category(sign)
    # Cf holds joiners that scripts need (U+200C, U+200D) beside the overrides of direction.
    return kind in ("Cc", "Cs", "Zl", "Zp") or (kind == "Cf" and sign not in "\u200c\u200d")


def guard(cell: Cell) -> str:
    """A cell for a spreadsheet: a text that would be run as a formula gets an apostrophe before it; numbers stay.

    >>> guard("=HYPERLINK(1)"), guard(-5), guard("-0.5"), guard("+1-555")
    ("'=HYPERLINK(1)", '-5', '-0.5', "'+1-555")
    """
    text = tame(cell_text(cell).replace("\r\n", "\n").replace("\r", "\n"), keep="\t\n")
    # Spreadsheets skip leading white space before they look for a formula.
    risky = text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if risky and not is_number(cell) and not _PLAIN_NUMBER.fullmatch(text) else text


def to_csv(table: Table) -> str:
    r"""Comma-separated values with a header line (RFC 4180, lines end in a line feed).

    >>> to_csv(Table(("name",), (("a, b",), ("@x",))))
    'name\n"a, b"\n\'@x\n'
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([guard(cell) for cell in row] for row in table)
    return out.getvalue()


def to_tsv(table: Table) -> str:
    r"""Tab-separated values with a header line; a tab or line break within a cell is written ``\t`` or ``\n``."""
    rows: list[Sequence[str]] = [table.columns, *([tame(guard(cell)) for cell in row] for row in table)]
    return "".join("\t".join(row) + "\n" for row in rows)


def to_json(table: Table) -> str:
    """A JSON array of one object per row and line; exact decimals stay exact, a number JSON cannot say is a string."""
    lines = (
        "{" + ", ".join(f"{_json(name)}: {_json(cell)}" for name, cell in zip(table.columns, row, strict=True)) + "}"
        for row in table
    )
    return "[" + ",\n ".join(lines) + "]\n"


def _json(cell: Cell) -> str:
    if isinstance(cell, Decimal) and cell.is_finite():
        return f"{cell:f}"
    if isinstance(cell, Decimal) or (isinstance(cell, float) and not math.isfinite(cell)):
        return json.dumps(str(cell))
    text = json.dumps(cell, ensure_ascii=False)
    return text if text.isprintable() else "".join(json.dumps(c)[1:-1] if _steers(c) else c for c in text)


def to_markdown(table: Table) -> str:
    """A Markdown table (GitHub's form); numbers stand right."""
    sides = ["--:" if _is_numeric(table, i) else "---" for i in range(len(table.columns))]
    rows = [[_markdown(name) for name in table.columns], sides, *([_markdown(c) for c in row] for row in table)]
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


def _markdown(cell: Cell) -> str:
    return _MARKDOWN.sub(r"\\\1", tame(" ".join(cell_text(cell).split())))


def _is_numeric(table: Table, place: int) -> bool:
    cells = [row[place] for row in table if row[place] is not None]
    return bool(cells) and all(map(is_number, cells))


# ---------------------------------------------------------------- the terminal


def to_text(table: Table, *, width: int = 80, color: bool = False) -> str:
    """The table for a terminal of the given width, in plain text or, with ``color``, with the escapes of its styles.

    Columns stand side by side; where there is no room for all, the widest stand under each row with the column's name
    before the text. Columns without any value are left out.

    >>> print(to_text(Table(("method", "year"), (("BERT", 2018), ("T5", 2019)))), end="")
    method  year
    BERT    2018
    T5      2019
    """
    from rich.console import Console

    if not table.columns:
        return ""
    cells = [[tame(" ".join(cell_text(cell).split())) for cell in row] for row in table]
    beside, under = _arrange(table, cells, width)
    right = {place for place in beside if _is_numeric(table, place)}
    console = Console(file=io.StringIO(), width=width)
    lines = [_painted(_line(table.columns, beside, right), "bold", color=color)] if beside else []
    indent = " " * 4 if beside else ""
    for row in cells:
        if beside:
            lines.append(_line(row, beside, right))
        for place in under:
            if row[place]:
                name = f"{table.columns[place]}: "
                first, *rest = _wrapped(name + row[place], console, max(width - len(indent), 1))
                if first.startswith(name):
                    first = _painted(name, "dim", color=color) + first[len(name) :]
                lines += [indent + line for line in (first, *rest)]
    return "".join(line + "\n" for line in lines)


def _arrange(table: Table, cells: list[list[str]], width: int) -> tuple[dict[int, int], list[int]]:
    """The columns that stand side by side, with their widths, and those that stand under each row."""
    from rich.cells import cell_len

    wide = {
        place: max(cell_len(name), *(cell_len(row[place]) for row in cells)) if cells else cell_len(name)
        for place, name in enumerate(table.columns)
        if not cells or any(row[place] for row in cells)
    }
    beside = dict(wide)
    while beside and sum(beside.values()) + len(_GAP) * (len(beside) - 1) > width:
        # Of equals the later goes; the first column names the row and goes last.
        del beside[max(beside, key=lambda place: (wide[place] > width, place != 0, wide[place], place))]
    return beside, [place for place in wide if place not in beside]


def _line(row: Sequence[str], beside: dict[int, int], right: set[int]) -> str:
    from rich.cells import cell_len

    parts = []
    for place, width in beside.items():
        space = " " * (width - cell_len(row[place]))
        parts.append(space + row[place] if place in right else row[place] + space)
    return _GAP.join(parts).rstrip()


def _wrapped(text: str, console: Console, width: int) -> list[str]:
    from rich.cells import cell_len
    from rich.text import Text

    if cell_len(text) <= width:
        return [text]
    return [line.plain.rstrip() for line in Text(text).wrap(console, width)]


def _painted(text: str, style: str, *, color: bool) -> str:
    from rich.color import ColorSystem
    from rich.style import Style

    return Style.parse(style).render(text, color_system=ColorSystem.STANDARD) if color else text


def _to_terminal(table: Table) -> str:
    color = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return to_text(table, width=shutil.get_terminal_size((80, 24)).columns, color=color)


FORMATS: Final[dict[str, Callable[[Table], str]]] = {
    "table": _to_terminal,
    "csv": to_csv,
    "tsv": to_tsv,
    "json": to_json,
    "md": to_markdown,
}


def render(table: Table, form: str) -> str:
    """The table in one of :data:`FORMATS`.

    Raises:
        UsageError: there is no such form; the message lists those there are.
    """
    if form not in FORMATS:
        raise UsageError(f"no output form {form!r}; there are {', '.join(FORMATS)}")
    return FORMATS[form](table)
