"""The embedded Oxigraph store: load it, open it, ask it. The only door to pyoxigraph.

A published store is frozen: it is built aside, checked, and switched in by replacing the file ``CURRENT``, so a reader
never sees a store that is being written. Each generation is named by the digest of its triples.
"""

from __future__ import annotations

import errno
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from kg.errors import DamagedError, KgError, NotAGraphError, TooLargeError, UsageError
from kg.files import sync_folder, whole
from kg.vocab import PREFIXES, XSD

if TYPE_CHECKING:
    import pyoxigraph as ox
    from _typeshed import ReadableBuffer as Buffer

Cell: TypeAlias = "str | int | float | Decimal | bool | None"
Kind = Literal["rows", "triples"]

CURRENT = "CURRENT"
# Bytes loaded at a time, about 100,000 triples: measured, 200 MB at the peak against 1 GB for all at once, in a tenth
# more time; half of that takes a fifth more.
_BATCH = 16_000_000
# Where a store is made, until it has a name.
_ASIDE = ".next.tmp"
# A generation, or what a killed build of an earlier version left of one; nothing else is ever taken away.
_GENERATION = re.compile(r"[0-9a-f]{16}(?:\.tmp)?")
_MAX_DEPTH = 64
_MAX_LENGTH = 16_384
_MAX_OPERATORS = 1_000

# What can hold any text without being syntax: strings in four spellings, web addresses, comments (which a carriage
# return ends too). Other text in angle brackets may be an IRI or the inside of `?a<2 && ?b>1`.
_OPAQUE = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\''
    r'|"(?:[^"\\\r\n]|\\.)*"|\'(?:[^\'\\\r\n]|\\.)*\'|<[a-z][a-z0-9+.-]*://[^<>"{}|^`\\\s]*>|#[^\r\n]*'
    r'|(?P<unsure><[^<>"{}|^`\\\s]*>)',
    re.DOTALL | re.IGNORECASE,
)
# A clause that asks another endpoint, found in the raw text: the parser needs no space around the word, and what looks
# like a string or a comment need not be one. Possessive: at worst its time grows with the square of the text, which is
# at most _MAX_LENGTH long.
_GAP = r"(?>\s|#[^\r\n]*+)*+"
_NAME = r"""(?:<[^>]*+>|[?$]\w++|[^\s<>"'{}():#]*+:(?:\\.|[^\s<>"{}|^`#\\])*+)"""
_SERVICE = re.compile(rf"(?<![?$])SERVICE{_GAP}(?:SILENT{_GAP})?+{_NAME}{_GAP}\{{", re.IGNORECASE)


def check_query(text: str) -> None:
    """Refuse a query that could reach the network or overrun the parser's stack; kg answers from its own store alone.

    Raises:
        UsageError: the text holds SERVICE, an escaped keyword, nesting deeper than 64, over 1,000
            operators, or is longer than 16,384 characters.

    >>> check_query("SELECT * { ?s ?p 'SERVICE' }")
    >>> check_query("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
    Traceback (most recent call last):
        ...
    kg.errors.UsageError: the query uses SERVICE; kg asks no other endpoint: remove that clause
    """
    if len(text) > _MAX_LENGTH:
        raise UsageError(f"the query has {len(text):,} characters; at most {_MAX_LENGTH:,} are taken")
    if _SERVICE.search(text):
        raise UsageError("the query uses SERVICE; kg asks no other endpoint: remove that clause")
    bare = _OPAQUE.sub(_bare, text)
    if re.search(r"\\[uU]", bare):
        raise UsageError("the query spells syntax with \\u escapes; write the characters themselves")
    depth = deepest = 0
    for sign in bare:
        depth += (sign in "({[") - (sign in ")}]")
        deepest = max(deepest, depth)
    # A run of signs nests without brackets, and a chain of operators is a tree as deep as it is long.
    runs = (len(run) for run in re.findall(r"[!+\-]+", re.sub(r"\s", "", bare)))
    if max([deepest, *runs]) > _MAX_DEPTH:
        raise UsageError(f"the query nests deeper than {_MAX_DEPTH} levels; split it into smaller ones")
    if len(re.findall(r"[!+\-*/|&^]", bare)) > _MAX_OPERATORS:
        raise UsageError(f"the query has more than {_MAX_OPERATORS:,} operators; split it into smaller ones")


def _bare(match: re.Match[str]) -> str:
    unsure = match["unsure"]
    if unsure is None:
        return " "
    if "#" in unsure or "'" in unsure:
        raise UsageError(f"{unsure}: write the IRI in full (https://...), or put spaces around < and >")
    return f" {unsure} "


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave: rows of cells under ``columns``, or ``boolean`` (ASK), or ``triples`` (N-Triples lines).

    An IRI is a string; a number is int, Decimal or float; a missing value is None.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    boolean: bool | None = None
    triples: tuple[str, ...] | None = None


_NUMBERS: dict[str, Callable[[str], Cell]] = {
    XSD + "integer": int,
    XSD + "decimal": Decimal,
    XSD + "double": float,
    XSD + "float": float,
}


def _cell(term: object) -> Cell:
    import pyoxigraph as ox

    if term is None:
        return None
    if isinstance(term, ox.Literal):
        kind = term.datatype.value
        if kind == XSD + "boolean":
            return term.value in ("true", "1")
        try:
            return _NUMBERS.get(kind, str)(term.value)
        except (ValueError, ArithmeticError):
            return term.value
    return str(getattr(term, "value", term))


class Store:
    """A graph that answers SPARQL; made by :func:`open_folder`, :func:`open_file` or :func:`of_lines`."""

    def __init__(self, inner: ox.Store) -> None:
        self._inner = inner

    def __len__(self) -> int:
        return len(self._inner)

    def query(self, text: str, *, bindings: Mapping[str, str] | None = None) -> Answer:
        """The answer to a SPARQL query; ``bindings`` gives variables a value: an IRI in angle brackets, else a string.

        Values enter as terms, never as text of the query. The project's prefixes need no PREFIX line.

        Raises:
            UsageError: the query cannot be parsed or is refused by :func:`check_query`; the message says where.
        """
        import pyoxigraph as ox

        check_query(text)
        terms: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {
            ox.Variable(name): _term(value) for name, value in (bindings or {}).items()
        }
        try:
            # Rows are computed as they are taken, so they can fail as well.
            return _answer(self._inner.query(text, prefixes=PREFIXES, substitutions=terms or None))
        except SyntaxError as error:
            raise UsageError(f"the query is not SPARQL 1.1: {error}") from None
        except (ValueError, RuntimeError, OSError) as error:
            raise KgError(f"the query failed: {error}") from None

    def serialize(
        self,
        text: str,
        choose: Callable[[Kind], str],
        *,
        most_bytes: int,
        most_rows: int,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> tuple[str, bytes]:
        r"""The answer as SPARQL's result formats write it, whole or not at all, and the form that it was written in.

        ``choose`` gives the form once the kind of answer is known: json, xml, csv or tsv for rows (and for ASK); nt,
        ttl, rdf or jsonld for triples. The graphs, where given, are those that the query sees, whatever its FROM says.

        Raises:
            UsageError: as :meth:`query`, or the query asks for what the engine has not.
            TooLargeError: the answer has more than ``most_bytes`` bytes, or ``most_rows`` rows (lines, of triples).

        >>> of_lines(['<http://e/a> <http://e/p> "x" .']).serialize(
        ...     "SELECT ?o { ?s ?p ?o }", lambda kind: "csv", most_bytes=99, most_rows=9)
        ('csv', b'o\r\nx\r\n')
        """
        import pyoxigraph as ox

        check_query(text)
        try:
            found = self._inner.query(
                text,
                prefixes=PREFIXES,
                default_graph=[ox.NamedNode(iri) for iri in default_graphs] or None,
                named_graphs=[ox.NamedNode(iri) for iri in named_graphs] or None,
            )
            form = choose("triples" if isinstance(found, ox.QueryTriples) else "rows")
            out = _Capped(most_bytes)
            if isinstance(found, ox.QueryTriples):
                found.serialize(out, format=_triple_formats()[form])
            else:
                found.serialize(out, format=_row_formats()[form])
        except SyntaxError as error:
            raise UsageError(f"the query is not SPARQL 1.1: {error}") from None
        except (ValueError, RuntimeError) as error:
            raise UsageError(f"the query cannot be answered: {error}") from None
        except OSError as error:
            raise KgError(f"the query failed: {error}") from None
        body = out.getvalue()
        if _rows_in(body, form) > most_rows:
            raise TooLargeError(f"the answer has more than {most_rows:,} rows; narrow the query or give it a LIMIT")
        return form, body

    def has_graph(self, iri: str) -> bool:
        """Whether there is a named graph of that IRI.

        Raises:
            UsageError: it is no IRI.
        """
        import pyoxigraph as ox

        try:
            return next(iter(self._inner.quads_for_pattern(None, None, None, ox.NamedNode(iri))), None) is not None
        except ValueError as error:
            raise UsageError(f"{iri}: not an IRI: {error}") from None

    def lines(self) -> Iterator[str]:
        """Each triple of the default graph as a line of N-Triples, in no promised order."""
        import pyoxigraph as ox

        for quad in self._inner.quads_for_pattern(None, None, None, ox.DefaultGraph()):
            yield f"{quad.triple} ."


def _answer(found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> Answer:
    import pyoxigraph as ox

    if isinstance(found, ox.QueryBoolean):
        return Answer(boolean=bool(found))
    if isinstance(found, ox.QueryTriples):
        return Answer(triples=tuple(sorted(f"{triple} ." for triple in found)))
    columns = tuple(v.value for v in found.variables)
    return Answer(columns, tuple(tuple(_cell(row[i]) for i in range(len(columns))) for row in found))


class _Capped(BytesIO):
    """Bytes in memory that grow to a limit."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: Buffer, /) -> int:
        if self.tell() + memoryview(data).nbytes > self._most:
            raise TooLargeError(f"the answer has more than {self._most:,} bytes; narrow the query or give it a LIMIT")
        return super().write(data)


def _row_formats() -> dict[str, ox.QueryResultsFormat]:
    import pyoxigraph as ox

    of = ox.QueryResultsFormat
    return {"json": of.JSON, "xml": of.XML, "csv": of.CSV, "tsv": of.TSV}


def _triple_formats() -> dict[str, ox.RdfFormat]:
    import pyoxigraph as ox

    of = ox.RdfFormat
    return {"nt": of.N_TRIPLES, "ttl": of.TURTLE, "rdf": of.RDF_XML, "jsonld": of.JSON_LD}


def _rows_in(body: bytes, form: str) -> int:
    """How many rows or lines an answer has; 0 for forms whose rows only their size bounds."""
    if form == "json":
        # In a string of JSON a quotation mark has a backslash before it, so this stands only between two rows.
        return body.count(b'},{"') + 1
    if form == "xml":
        return body.count(b"<result>")
    if form == "csv":
        return sum(plain.count(b"\n") for plain in body.split(b'"')[::2]) - 1
    return body.count(b"\n") if form in ("tsv", "nt") else 0


def _term(value: str) -> ox.NamedNode | ox.Literal:
    import pyoxigraph as ox

    if value.startswith("<") and value.endswith(">"):
        try:
            return ox.NamedNode(value[1:-1])
        except ValueError as error:
            raise UsageError(f"{value}: not an IRI: {error}") from None
    # Half a character, as a name typed in bytes that are no UTF-8 has, stands in no graph.
    return ox.Literal(value.encode("utf-8", "replace").decode())


def publish(triples: Path, folder: Path, generation: str) -> None:
    """Make a store from a file of N-Triples and publish it in ``folder``, as :class:`Loading` does.

    Raises:
        KgError: the store holds another number of triples than the file.
    """
    if is_published(folder, generation):
        return
    expected = 0
    with loading(folder) as load, triples.open("rb") as file:
        while lines := file.readlines(_BATCH):
            expected += len(lines)
            load.put(b"".join(lines))
        load.publish(generation, expected)


@contextmanager
def loading(folder: Path) -> Iterator[Loading]:
    """A store that is made aside while the block runs; nothing is left of it unless it is published."""
    aside = folder / _ASIDE
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(aside, ignore_errors=True)
    with ThreadPoolExecutor(1, thread_name_prefix="kg-load") as thread:
        load = Loading(folder, aside, thread)
        try:
            yield load
        finally:
            # While the store is open nothing of it is freed, and who keeps the error keeps what is in its frames.
            load.close()
            shutil.rmtree(aside, ignore_errors=True)


class Loading:
    """Loads lines of N-Triples in bulk, in a thread beside the caller (measured: Oxigraph lets Python run meanwhile).

    No line may come twice; their order plays no part (measured: loading sorted lines takes as long).
    """

    def __init__(self, folder: Path, aside: Path, thread: ThreadPoolExecutor) -> None:
        import pyoxigraph as ox

        self._folder, self._aside, self._thread = folder, aside, thread
        self._store: ox.Store | None = ox.Store(str(aside))
        self._lines: list[bytes] = []
        self._size = 0
        self._begun: Future[None] | None = None

    def put(self, lines: bytes) -> None:
        """Load whole lines, sooner or later.

        Raises:
            OSError: earlier lines could not be written, for want of room, say.
            RuntimeError: the store is published or given up.
        """
        self._open()
        self._lines.append(lines)
        self._size += len(lines)
        if self._size >= _BATCH:
            self._begin()

    def publish(self, generation: str, expected: int) -> None:
        """Publish the store under a name for its set of triples; nothing more can be put.

        The store is flushed, counted and opened again before the switch. A generation that is there already is kept as
        it is; the one before stays for readers that still have it open, older ones go.

        Raises:
            KgError: the store holds another number of triples.
        """
        import pyoxigraph as ox

        if is_published(self._folder, generation):
            return
        self._begin()
        self._end()
        found = len(ox.Store.read_only(str(self._aside)))
        if found != expected:
            raise KgError(f"{self._folder}: {found:,} of {expected:,} triples arrived in the store; build again")
        _switch(self._folder, published(self._folder), generation, self._aside)

    def _begin(self) -> None:
        """Hand over what was put, once what was handed over before is loaded: memory is flat however slow the disk."""
        if self._begun:
            self._begun.result()
        self._begun = self._thread.submit(self._load, b"".join(self._lines))
        self._lines, self._size = [], 0

    def _load(self, lines: bytes) -> None:
        import pyoxigraph as ox

        self._open().bulk_load(lines, format=ox.RdfFormat.N_TRIPLES)

    def _open(self) -> ox.Store:
        if self._store is None:
            raise RuntimeError("the store is closed")
        return self._store

    def _end(self) -> None:
        if self._begun:
            self._begun.result()
        self._open().flush()
        self._open().optimize()
        self.close()

    def close(self) -> None:
        """Let go of the store, once what is being loaded is; nothing more can be put."""
        if self._begun:
            wait([self._begun])
        self._store = self._begun = None
        self._lines = []


def change(folder: Path, before: str, generation: str, out: Sequence[str], put: Sequence[str]) -> None:
    """Publish the store ``before`` without the lines ``out`` and with the lines ``put``, under another name.

    What both have in common is not copied: their files are linked, so the time depends on the change alone.

    Raises:
        DamagedError: a line to take out is not there, or one to put in is, or the store cannot be read.
    """
    if before == generation:
        return
    aside = folder / _ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    try:
        _changed(folder / before, aside, out, put)
        _switch(folder, before, generation, aside)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _switch(folder: Path, before: str | None, generation: str, aside: Path) -> None:
    place = folder / generation
    shutil.rmtree(place, ignore_errors=True)
    aside.replace(place)
    sync_folder(folder)
    with whole(folder / CURRENT, force=True) as current:
        current.write(generation.encode() + b"\n")
    for other in sorted(folder.iterdir()):
        if _GENERATION.fullmatch(other.name) and other.is_dir() and other.name not in (generation, before):
            shutil.rmtree(other, ignore_errors=True)


def discard(folder: Path) -> None:
    """Publish nothing any more: the next store is made whole, also where it is of the same triples."""
    (folder / CURRENT).unlink(missing_ok=True)


def _changed(before: Path, aside: Path, out: Sequence[str], put: Sequence[str]) -> None:
    try:
        _swap(before, aside, out, put)
    except (OSError, RuntimeError) as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise
        raise DamagedError(f"{before}: the store cannot be read ({error})") from None


def _swap(before: Path, aside: Path, out: Sequence[str], put: Sequence[str]) -> None:
    import pyoxigraph as ox

    ox.Store.read_only(str(before)).backup(str(aside))
    store = ox.Store(str(aside))
    for lines, there in ((out, True), (put, False)):
        quads = list(ox.parse("\n".join(lines).encode(), format=ox.RdfFormat.N_TRIPLES))
        for quad, line in zip(quads, lines, strict=True):
            if (quad in store) != there:
                found = "is not in the store, but should be" if there else "is in the store already"
                raise DamagedError(f"{before}: a triple {found}: {line}")
        if there:
            for quad in quads:
                store.remove(quad)
        else:
            store.extend(quads)
    store.flush()


def published(folder: Path) -> str | None:
    """The name of the generation that is published in a folder; None where there is none."""
    try:
        return (folder / CURRENT).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None


def is_published(folder: Path, generation: str) -> bool:
    """Whether a folder's published generation is that one, and there."""
    return published(folder) == generation and (folder / generation).is_dir()


def open_folder(folder: Path) -> Store:
    """The published store in a folder, read only.

    Raises:
        NotAGraphError: no store is published there.
    """
    import pyoxigraph as ox

    generation = published(folder)
    if generation is None or not (folder / generation).is_dir():
        raise NotAGraphError(f"{folder}: no store is published here; build the graph again with `kg build`")
    try:
        return Store(ox.Store.read_only(str(folder / generation)))
    except (OSError, RuntimeError) as error:
        raise NotAGraphError(f"{folder}: the store cannot be read ({error}); make it anew with `kg build`") from None


def open_file(path: Path) -> Store:
    """A graph file (.ttl, .nt) in memory.

    Raises:
        NotAGraphError: the file is not RDF in the format that its suffix says; the message has line and finding.
    """
    import pyoxigraph as ox

    formats = {".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES, ".jsonld": ox.RdfFormat.JSON_LD}
    kind = formats.get(path.suffix.lower())
    if kind is None:
        raise NotAGraphError(f"{path}: no graph has this suffix; known are {', '.join(formats)} and graph directories")
    store = ox.Store()
    try:
        store.load(path=str(path), format=kind)
    except SyntaxError as error:
        raise NotAGraphError(f"{path}: {error}") from None
    return Store(store)


def of_lines(lines: Iterable[str]) -> Store:
    r"""A store in memory from lines of N-Triples.

    >>> store = of_lines(["<http://e/a> <http://e/p> \"x\" ."])
    >>> store.query("SELECT ?o { ?s ?p ?o }").rows
    (('x',),)
    """
    import pyoxigraph as ox

    store = ox.Store()
    store.load("\n".join(lines).encode(), format=ox.RdfFormat.N_TRIPLES)
    return Store(store)
