"""The user's word on names, which is final: three small tables that a graph directory keeps.

========================= ====================== ==================================================================
file                      columns                says
========================= ====================== ==================================================================
``aliases.tsv``           name, same_as          the first is another name of the second, which becomes the label
``never_merge.tsv``       name, other            the two are two things, whatever the papers say
``types.tsv``             name, type             the entity of this name has this type
========================= ====================== ==================================================================

Lines that are empty or begin with ``#`` say nothing, nor does a first line with the names of the columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kg.errors import UsageError
from kg.forms import normal_form
from kg.ids import digest
from kg.model import ENTITY_TYPES, EntityType

ALIASES, NEVER_MERGE, TYPES = "aliases.tsv", "never_merge.tsv", "types.tsv"
COLUMNS: Mapping[str, tuple[str, str]] = {
    ALIASES: ("name", "same_as"),
    NEVER_MERGE: ("name", "other"),
    TYPES: ("name", "type"),
}
# Sets apart the two spellings of one normal form that a user wants apart; no normal form holds it.
_SPELLED = "\x1f"


@dataclass(frozen=True)
class Wishes:
    """What a user wants of names.

    ``aliases`` are names with the name that they mean, ``never`` are pairs of names, ``types`` names with their type.
    """

    aliases: tuple[tuple[str, str], ...] = ()
    never: tuple[tuple[str, str], ...] = ()
    types: tuple[tuple[str, EntityType], ...] = ()

    def form_of(self, name: str) -> str:
        """The normal form of a name; its own for a name that the user wants apart from another of the same form.

        >>> Wishes().form_of("GPT-4o"), Wishes(never=(("GPT4o", "GPT-4o"),)).form_of("GPT4o") == "gpt4o"
        ('gpt4o', False)
        """
        return self._spelled.get(name.strip()) or normal_form(name)

    @cached_property
    def _spelled(self) -> dict[str, str]:
        """The forms of names that a user parts from another spelling: the one that sorts last moves away."""
        pairs = ((a.strip(), b.strip()) for a, b in self.never if normal_form(a) == normal_form(b))
        return {max(pair): normal_form(pair[0]) + _SPELLED + max(pair) for pair in pairs if pair[0] != pair[1]}

    @cached_property
    def _never(self) -> frozenset[tuple[str, str]]:
        pairs = {(self.form_of(a), self.form_of(b)) for a, b in self.never}
        return frozenset(pairs | {(b, a) for a, b in pairs})

    @cached_property
    def partners(self) -> dict[str, frozenset[str]]:
        """For each form that must not be merged with some others, those."""
        found: dict[str, set[str]] = {}
        for a, b in self._never:
            found.setdefault(a, set()).add(b)
        return {form: frozenset(others) for form, others in found.items()}

    def parted(self, form: str, other: str) -> bool:
        """Whether the user wants two normal forms apart."""
        return (form, other) in self._never

    @cached_property
    def same(self) -> dict[str, str]:
        """The form that each alias means."""
        return {self.form_of(name): self.form_of(other) for name, other in self.aliases}

    @cached_property
    def labels(self) -> dict[str, str]:
        """The labels that the user's aliases give, by form."""
        return {self.form_of(other): other.strip() for _, other in self.aliases}

    @cached_property
    def type_of(self) -> dict[str, EntityType]:
        """The types that the user gives, by form."""
        return {self.form_of(name): type_ for name, type_ in self.types}

    @cached_property
    def key(self) -> str:
        """A digest of all that is wished."""
        parts = (*(sorted(self.aliases)), ("|", "|"), *sorted(self.never), ("|", "|"), *sorted(self.types))
        return digest(*(cell for pair in parts for cell in pair))


NOTHING = Wishes()


def read(files: Mapping[str, Path]) -> Wishes:
    """The wishes of tables, by the names that they have in a graph directory; one that does not exist says nothing.

    Raises:
        UsageError: a line has not two columns, a type is none, an alias means two names or itself, or a pair is both
            an alias and never to be merged; the message names file and line, and what to do.
    """
    rows = {name: list(_rows(files[name], COLUMNS[name])) if name in files else [] for name in COLUMNS}
    wishes = Wishes(
        tuple((a, b) for _, a, b in rows[ALIASES]),
        tuple((a, b) for _, a, b in rows[NEVER_MERGE]),
        tuple((name, _type(where, type_)) for where, name, type_ in rows[TYPES]),
    )
    _check(wishes, rows[ALIASES], rows[TYPES])
    return wishes


def _rows(path: Path, columns: tuple[str, str]) -> Iterator[tuple[str, str, str]]:
    """Place and cells of each row of a table."""
    if not path.exists():
        return
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if number == 1 and tuple(cells[:2]) == columns:
            continue
        if len(cells) < len(columns) or not all(cells[:2]):
            raise UsageError(f"{path}:{number}: found {line!r}; give {' and '.join(columns)}, with a tab between them")
        yield f"{path}:{number}", cells[0], cells[1]


def _type(where: str, text: str) -> EntityType:
    for type_ in ENTITY_TYPES:
        if text.casefold() == type_.casefold():
            return type_
    raise UsageError(f"{where}: {text!r} is no type; the types are {', '.join(ENTITY_TYPES)}")


def _check(wishes: Wishes, aliases: Iterable[tuple[str, str, str]], types: Iterable[tuple[str, str, str]]) -> None:
    said: dict[str, str] = {}
    for where, name, other in aliases:
        form, target = wishes.form_of(name), wishes.form_of(other)
        if wishes.parted(form, target):
            raise UsageError(f"{where}: {name!r} and {other!r} are in {NEVER_MERGE} too; delete one of the two lines")
        if said.setdefault(form, target) != target:
            raise UsageError(f"{where}: {name!r} means another name in a line above; delete one of the two lines")
    for start in said:
        form, seen = start, {start}
        while (form := said.get(form, "")) and form != said.get(form):
            if form in seen:
                raise UsageError(f"{ALIASES}: {form!r} comes back to itself; name the one that is meant on each line")
            seen.add(form)
    typed: dict[str, str] = {}
    for where, name, type_ in types:
        if typed.setdefault(wishes.form_of(name), type_.casefold()) != type_.casefold():
            raise UsageError(f"{where}: {name!r} has another type in a line above; delete one of the two lines")
