"""What Python sees: ``kg.build``, ``kg.load`` and the :class:`Graph` that they give."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import worker
from kg.config import Config
from kg.engine.local import Local
from kg.errors import KgError, UsageError
from kg.folder import Folder
from kg.ids import entity_iri, normal_form
from kg.model import ENTITY_TYPES, Extraction, Note, Paper, Rejected
from kg.query.table import Table
from kg.run import Limits, Progress, Summary
from kg.run import build as run_build
from kg.store import Answer, Store
from kg.vocab import ENTITY_CLASS, KG, RELATION_PROPERTY, ROLE_PROPERTY

if TYPE_CHECKING:
    import rdflib

    from kg.graph.network import Network
    from kg.query import Question
    from kg.validate import Violation

Place = str | PathLike[str]

# The short names by which a person asks for an edge.
EDGES: dict[str, str] = {iri.removeprefix(KG): iri for iri in (*ROLE_PROPERTY.values(), *RELATION_PROPERTY.values())}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence behind an edge. ``spans`` are the places in ``quote`` that name the edge's two ends."""

    quote: str
    spans: tuple[tuple[int, int], ...]
    paper: str
    title: str | None
    date: str | None
    url: str | None
    field: str
    start: int
    end: int
    rules: tuple[str, ...]
    belief: float
    support: int


@dataclass(frozen=True, slots=True)
class Card:
    """All that a graph says of one entity."""

    iri: str
    type: str
    label: str
    aliases: tuple[str, ...]
    papers: Table
    relations: Table
    results: Table
    claims: Table

    def _repr_html_(self) -> str:
        parts = [f"<h3>{escape(self.label)} <small>({escape(self.type)})</small></h3>"]
        parts += [f"<p>also: {escape(', '.join(self.aliases))}</p>"] if self.aliases else []
        for name in ("papers", "relations", "results", "claims"):
            table: Table = getattr(self, name)
            if len(table):
                parts.append(f"<h4>{name} ({len(table)})</h4>{table._repr_html_()}")
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class View:
    """The page of a graph; in a notebook it shows itself."""

    html: str

    def save(self, place: Place, *, force: bool = False) -> Path:
        """Write the page to a file.

        Raises:
            ExistsError: the file exists and ``force`` is false.
        """
        from kg.files import whole

        with whole(Path(place), force=force) as out:
            out.write(self.html.encode())
        return Path(place)

    def _repr_html_(self) -> str:
        return f'<iframe srcdoc="{escape(self.html)}" width="100%" height="640" style="border:0"></iframe>'


class Graph:
    """A knowledge graph to ask, show and export: a graph directory, or a graph file held in memory."""

    def __init__(self, place: Place, *, summary: Summary | None = None, keep: object = None) -> None:
        self.place = Path(place)
        self.summary = summary
        self._keep = keep  # a temporary directory lives as long as its graph

    def __repr__(self) -> str:
        return f"<kg.Graph {str(self.place)!r}: {len(self.store):,} triples>"

    @cached_property
    def store(self) -> Store:
        """The store that answers."""
        return worker.open_store(self.place)

    # ------------------------------------------------------------ questions

    def query(
        self, text: str | None = None, *, name: str | None = None, timeout: float | None = None, **params: object
    ) -> Table:
        """The rows of a SPARQL SELECT, or of a named question with its parameters (``kg questions`` lists them).

        An ASK gives one row with ``answer``; CONSTRUCT and DESCRIBE give rows of subject, predicate, object.

        Raises:
            UsageError: neither or both of ``text`` and ``name``; a query that is not SPARQL; a wrong parameter.
            QueryTimeoutError: it took longer than ``timeout`` seconds.
            KgError: a name in a parameter is not in the graph.
        """
        return to_table(self.answer(text, name=name, timeout=timeout, params=params))

    def answer(
        self,
        text: str | None = None,
        *,
        name: str | None = None,
        timeout: float | None = None,
        params: Mapping[str, object] | None = None,
    ) -> Answer:
        """As :meth:`query`, untouched: rows, truth value or triples."""
        if (text is None) == (name is None):
            raise UsageError("give either a SPARQL query or the name of a question")
        bindings: Mapping[str, str] = {}
        if name is not None:
            from kg.query import bind, find_question

            question = find_question(name)
            text, bindings = bind(question, self._resolved(question, params or {}))
        assert text is not None  # noqa: S101
        if timeout is None:
            return self.store.query(text, bindings=bindings)
        return worker.query(self.place, text, bindings=bindings, seconds=timeout)

    def _resolved(self, question: Question, params: Mapping[str, object]) -> dict[str, object]:
        """The parameters, with the names of entities replaced by their IRIs."""
        entities = {p.name for p in question.params if p.type == "entity"}
        return {k: f"<{self.find(str(v))}>" if k in entities and v is not None else v for k, v in params.items()}

    def find(self, name: str, *, types: Sequence[str] = ENTITY_TYPES) -> str:
        """The IRI of the entity with this name: the one most papers speak of, where several fit.

        A name is looked up by its normal form, then as an exact alias, then as an alias in other case.

        Raises:
            KgError: no entity has it; the message gives near names.
        """
        if name.startswith("<") and name.endswith(">"):
            return name[1:-1]
        minted = [entity_iri(t, normal_form(name)) for t in ENTITY_TYPES if t in types]
        for condition, bindings in (
            (f"VALUES ?e {{ {' '.join(f'<{iri}>' for iri in minted)} }}", {}),
            ("?e skos:prefLabel|skos:altLabel ?name .", {"name": name}),
            ("?e skos:prefLabel|skos:altLabel ?any . FILTER(LCASE(STR(?any)) = ?folded)", {"folded": name.lower()}),
        ):
            if found := self._ranked(condition, bindings, types):
                return found[0]
        near = ", ".join(self._near(name)) or "no name is near it"
        raise KgError(f"{name!r} is not in this graph; near names: {near}")

    def _ranked(self, condition: str, bindings: Mapping[str, str], types: Sequence[str]) -> list[str]:
        classes = " ".join(f"<{ENTITY_CLASS[t]}>" for t in ENTITY_TYPES if t in types)
        shown = " ".join(f"?{name}" for name in bindings)
        text = f"""SELECT ?e (COUNT(DISTINCT ?p) AS ?papers) {shown} WHERE {{
            {condition} VALUES ?class {{ {classes} }} ?e a ?class . OPTIONAL {{ ?p ?role ?e . ?p a kg:Paper }}
        }} GROUP BY ?e {shown} ORDER BY DESC(?papers) ?e"""
        return [str(row[0]) for row in self.store.query(text, bindings=bindings).rows]

    def _near(self, name: str, count: int = 5) -> list[str]:
        from difflib import get_close_matches

        labels = [str(row[0]) for row in self.store.query("SELECT DISTINCT ?l { ?e skos:prefLabel ?l }").rows]
        inside = sorted((label for label in labels if name.lower() in label.lower()), key=lambda s: (len(s), s))[:count]
        folded = {label.lower(): label for label in sorted(labels)}
        close = [folded[match] for match in get_close_matches(name.lower(), folded, count, 0.7)]
        return list(dict.fromkeys([*inside, *close]))[:count]

    # ------------------------------------------------------------ evidence

    def why(self, head: str, relation: str, tail: str) -> list[Evidence]:
        """The sentences behind an edge, best paper first; an empty list where the graph has no such edge.

        ``relation`` is a role of a paper (``proposes``, ``uses``, ...) or a relation of entities (``outperforms``,
        ``evaluatedOn``, ``usedFor``, ``basedOn``); for a role, ``head`` is a paper's IRI, id or title.

        Raises:
            UsageError: the relation is unknown.
            KgError: a name is not in the graph.
        """
        predicate = find_edge(relation)
        subject = self.find_paper(head) if predicate in ROLE_PROPERTY.values() else self.find(head)
        object_ = self.find(tail)
        rows = self.store.query(
            """SELECT ?quote ?paper ?title ?date ?url ?field ?start ?end ?belief ?support ?s ?evidence WHERE {
                ?s rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ;
                   kg:belief ?belief ; kg:support ?support ; kg:evidence ?evidence .
                ?evidence kg:quote ?quote ; kg:start ?start ; kg:end ?end ; kg:field ?field ;
                   prov:wasDerivedFrom ?paper .
                OPTIONAL { ?paper dcterms:title ?title } OPTIONAL { ?paper dcterms:issued ?date }
                OPTIONAL { ?paper schema:url ?url }
                VALUES (?subject ?predicate ?object) { (SUBJECT PREDICATE OBJECT) }
            } ORDER BY DESC(?date) ?paper ?field ?start""".replace("SUBJECT", f"<{subject}>")
            .replace("PREDICATE", f"<{predicate}>")
            .replace("OBJECT", f"<{object_}>")
        ).rows
        named = [*self._names(subject), *self._names(object_)]
        return [self._evidence(row, named) for row in rows]

    def _evidence(self, row: Sequence[Any], named: Iterable[str]) -> Evidence:
        quote, paper, title, date, url, field, start, end, belief, support, statement, evidence = row
        found = self.store.query(
            f"SELECT ?rule {{ <{statement}> kg:rule ?rule . <{evidence}> kg:rule ?rule }} ORDER BY ?rule"
        ).rows
        rules = tuple(str(r[0]) for r in found)
        spans = find_spans(quote, named)
        return Evidence(
            quote, spans, paper, title, date, url, field, int(start), int(end), rules, float(belief), int(support)
        )

    def find_paper(self, name: str) -> str:
        """The IRI of a paper by IRI, identifier (DOI, arXiv id, own id) or exact title.

        Raises:
            KgError: no paper has it.
        """
        if (
            name.startswith(("http://", "https://"))
            and self.store.query(f"ASK {{ <{_safe(name)}> a kg:Paper }}").boolean
        ):
            return name
        condition = "?p dcterms:identifier|fabio:hasArXivId|prism:doi|dcterms:title ?name . ?p a kg:Paper"
        rows = self.store.query(f"SELECT ?p ?name {{ {condition} }} ORDER BY ?p LIMIT 1", bindings={"name": name}).rows
        if not rows:
            raise KgError(f"no paper of this graph is called {name!r}; give its IRI, its identifier or its exact title")
        return str(rows[0][0])

    def _names(self, iri: str) -> list[str]:
        rows = self.store.query(f"SELECT ?n {{ <{_safe(iri)}> skos:prefLabel|skos:altLabel ?n }} ORDER BY ?n").rows
        return [str(row[0]) for row in rows]

    def entity(self, name: str) -> Card:
        """All that the graph says of an entity: names, papers, relations, results and claims.

        Raises:
            KgError: no entity has this name.
        """
        iri = self.find(name)
        (type_, label), *_ = self.store.query(
            f"SELECT ?type ?label {{ <{_safe(iri)}> a ?class ; skos:prefLabel ?label . "
            f"VALUES (?class ?type) {{ {' '.join(f'(<{c}> {t!r})' for t, c in ENTITY_CLASS.items())} }} }}"
        ).rows
        tables = [to_table(self.store.query(text.replace("IT", f"<{_safe(iri)}>"))) for text in _CARD.values()]
        aliases = tuple(n for n in self._names(iri) if n != label)
        return Card(iri, str(type_), str(label), aliases, *tables)

    def leaderboard(self, benchmark: str, metric: str | None = None) -> Table:
        """The results on a benchmark or dataset, best first within each metric and unit.

        Raises:
            KgError: the name is not in the graph.
        """
        return self.query(name="leaderboard", benchmark=benchmark, metric=metric)

    def stats(self) -> dict[str, int]:
        """How many of each thing the graph holds.

        >>> import kg
        >>> kg.build(sample=True).stats()["Paper"] >= 40
        True
        """
        rows = self.store.query("SELECT ?class (COUNT(*) AS ?n) { ?s a ?class } GROUP BY ?class ORDER BY ?class").rows
        found = {str(c).removeprefix(KG): int(str(n)) for c, n in rows if str(c).startswith(KG)}
        rows = self.store.query("SELECT ?p (COUNT(*) AS ?n) { ?s rdf:predicate ?p } GROUP BY ?p ORDER BY ?p").rows
        return found | {str(p).removeprefix(KG): int(str(n)) for p, n in rows} | {"triples": len(self.store)}

    # ------------------------------------------------------------ other forms

    def lines(self) -> Iterator[str]:
        """All triples as sorted lines of N-Triples."""
        from kg.sorting import sort_lines

        return sort_lines(self.store.lines())

    def to_networkx(self) -> Network:
        """The papers, entities and edges as a NetworkX graph; ids are the IRIs, edge keys those of the statements."""
        from kg.graph.network import to_networkx

        return to_networkx(self.lines())

    def to_rdflib(self) -> rdflib.Graph:
        """All triples as an RDFLib graph in memory."""
        from kg.graph.rdf import to_rdflib

        return to_rdflib(self.lines())

    def save(self, place: Place, *, format: str | None = None, force: bool = False) -> Path:  # noqa: A002
        """Write the graph in another format; the suffix of ``place`` says which, unless ``format`` does.

        Raises:
            UsageError: no format fits.
            ExistsError: the place is taken and ``force`` is false.
        """
        from kg.export import run

        run(self.lines(), Path(place), format=format, force=force)
        return Path(place)

    def validate(self) -> tuple[Violation, ...]:
        """Where the graph breaks the shapes of its vocabulary; nothing where it conforms (extra ``validate``).

        Raises:
            KgError: the extra is not installed.
        """
        from kg.validate import validate

        with tempfile.TemporaryDirectory(prefix="kg-") as aside:
            triples = Path(aside) / "graph.nt"
            with triples.open("w", encoding="utf-8", newline="\n") as out:
                out.writelines(line + "\n" for line in self.lines())
            return validate(triples)

    def view(self, *, focus: str | None = None, hops: int = 2, top: int = 300) -> View:
        """The interactive page of the graph, opened on the most connected ``top`` entities or on ``focus``.

        Raises:
            KgError: no entity is called ``focus``.
        """
        from kg.view import page
        from kg.view.data import from_triples

        shown = None if focus is None else self.find(focus)
        return View(page(from_triples(self.lines()), focus=shown, hops=hops, top=top))


_CARD = {
    "papers": """SELECT ?role ?title ?date ?paper { ?paper ?p IT ; a kg:Paper .
        OPTIONAL { ?paper dcterms:title ?title } OPTIONAL { ?paper dcterms:issued ?date }
        BIND(STRAFTER(STR(?p), "ns#") AS ?role) } ORDER BY DESC(?date) ?paper ?role""",
    "relations": """SELECT ?head ?relation ?tail ?belief ?support {
        { BIND(IT AS ?s) ?s ?p ?o } UNION { BIND(IT AS ?o) ?s ?p ?o }
        VALUES ?p { kg:outperforms kg:evaluatedOn kg:usedFor kg:basedOn }
        ?s skos:prefLabel ?head . ?o skos:prefLabel ?tail .
        ?st rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; kg:belief ?belief ; kg:support ?support .
        BIND(STRAFTER(STR(?p), "ns#") AS ?relation) } ORDER BY ?relation DESC(?support) ?head ?tail""",
    "results": """SELECT ?method ?value ?unit ?metric ?dataset ?title {
        { ?r kg:method IT } UNION { ?r kg:dataset IT } UNION { ?r kg:metric IT } UNION { ?r kg:comparator IT }
        ?r kg:valueText ?value ; prov:wasDerivedFrom ?paper .
        OPTIONAL { ?r kg:unit ?unit } OPTIONAL { ?r kg:method/skos:prefLabel ?method }
        OPTIONAL { ?r kg:metric/skos:prefLabel ?metric } OPTIONAL { ?r kg:dataset/skos:prefLabel ?dataset }
        OPTIONAL { ?paper dcterms:title ?title } } ORDER BY ?dataset ?metric ?method ?value ?title""",
    "claims": """SELECT ?type ?text ?title { ?c kg:about IT ; kg:text ?text ; prov:wasDerivedFrom ?paper ; a ?class .
        FILTER(STRENDS(STR(?class), "Claim") && ?class != kg:Claim && STRSTARTS(STR(?class), STR(kg:)))
        BIND(LCASE(STRBEFORE(STRAFTER(STR(?class), "ns#"), "Claim")) AS ?type)
        OPTIONAL { ?paper dcterms:title ?title } } ORDER BY ?type ?title ?text""",
}


def to_table(answer: Answer) -> Table:
    """The rows of an answer; of a truth value one row, of triples a row each."""
    if answer.boolean is not None:
        return Table(("answer",), ((answer.boolean,),))
    if answer.triples is not None:
        from kg.ntriples import parse, text_of

        rows = tuple(tuple(map(text_of, parse(line))) for line in answer.triples)
        return Table(("subject", "predicate", "object"), rows)
    return Table(answer.columns, answer.rows)


def find_edge(name: str) -> str:
    """The IRI of a role or relation by its short name, in any case.

    Raises:
        UsageError: there is none; the message lists them.

    >>> find_edge("evaluatedon").endswith("ns#evaluatedOn")
    True
    """
    folded = {short.lower(): iri for short, iri in EDGES.items()}
    found = folded.get(name.lower().replace("_", ""))
    if found is None:
        raise UsageError(f"{name!r} is no relation; the relations are {', '.join(EDGES)}")
    return found


def find_spans(quote: str, names: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Where a sentence has any of the names as whole words, longest first, without overlap, in order.

    >>> find_spans("LiVOS beats STM on MOSE.", ["MOSE", "LiVOS"])
    ((0, 5), (19, 23))
    """
    found: list[tuple[int, int]] = []
    for name in sorted({n for n in names if n}, key=lambda n: (-len(n), n)):
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", quote):
            if all(match.end() <= start or match.start() >= end for start, end in found):
                found.append(match.span())
    return tuple(sorted(found))


def _safe(iri: str) -> str:
    """An IRI that cannot leave its angle brackets."""
    if re.search(r"[\x00-\x20<>\"{}|^`\\]", iri):
        raise UsageError(f"{iri!r} is not an IRI")
    return iri


# ---------------------------------------------------------------- making and opening graphs


def build(
    *sources: Place,
    out: Place | None = None,
    sample: bool = False,
    papers: Iterable[Paper] | None = None,
    format: str | None = None,  # noqa: A002
    year: int | None = None,
    config: Config | None = None,
    jobs: int = 1,
    limits: Limits | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Graph:
    """Build a graph from files, from the bundled sample, or from papers in memory.

    ``out`` is the graph directory to make or bring up to date; without it the graph lives in a temporary one as long
    as the returned object. With ``jobs`` over 1, a script needs the usual ``if __name__ == "__main__"`` guard.

    Raises:
        UsageError: not exactly one of sources, ``sample`` and ``papers`` is given.
        NoRecordsError: no usable record was found.

    >>> import kg
    >>> graph = kg.build(sample=True)
    >>> len(graph.query("SELECT ?p { ?p a kg:Paper }")) >= 40
    True
    """
    if sum(map(bool, (sources, sample, papers is not None))) != 1:
        raise UsageError("give one of: sources to read, sample=True, papers=...")
    from kg.read import read

    if sample:
        from kg.sample import path

        sources = (path(),)
    items: Iterable[Paper | Rejected | Note]
    items = read(sources, format=format, year=year) if papers is None else papers
    keep = tempfile.TemporaryDirectory(prefix="kg-") if out is None else None
    place = Path(keep.name if keep else out or "")
    summary = run_build(
        items,
        place,
        config=config,
        engine=Local(jobs),
        limits=limits,
        inputs=lambda: [describe(Path(s), sample=sample) for s in sources],
        force=force or keep is not None,
        page=keep is None,
        progress=progress,
    )
    return Graph(place, summary=summary, keep=keep)


def describe(source: Path, *, sample: bool = False) -> dict[str, object]:
    """A source as it stands in the manifest: its name, and the SHA-256 of its bytes where it is a file."""
    import hashlib

    name = "the bundled sample" if sample else str(source)
    if not source.is_file():
        return {"name": name}
    with source.open("rb") as content:
        return {"name": name, "sha256": hashlib.file_digest(content, "sha256").hexdigest()}


def load(place: Place) -> Graph:
    """Open a graph directory, or a graph file (.ttl, .nt, .jsonld).

    Raises:
        NotAGraphError: there is no graph.
    """
    path = Path(place)
    if path.is_dir():
        Folder(path).read_manifest()
    elif not path.exists():
        raise KgError(f"{path}: does not exist; name a graph directory made by `kg build`, or a .ttl or .nt file")
    graph = Graph(path)
    graph.store  # noqa: B018  a damaged graph is reported here, not at the first question
    return graph


def read_papers(*sources: Place, format: str | None = None, year: int | None = None) -> Iterator[Paper]:  # noqa: A002
    """The papers that sources hold; rejected records are left out (``kg.read.read`` gives them as well).

    Raises:
        KgError: a source cannot be opened or no format fits.
    """
    from kg.read import read

    return (item for item in read(sources, format=format, year=year) if isinstance(item, Paper))


def extract_papers(papers: Iterable[Paper | str], *, config: Config | None = None) -> Iterator[Extraction]:
    """What is read out of papers (or plain abstracts), one extraction each, in order.

    >>> found = list(extract_papers(["We propose LiVOS, a network for video object segmentation."]))
    >>> found[0].entities[0].name
    'LiVOS'
    """
    from kg.extract import extract

    made = (p if isinstance(p, Paper) else Paper(f"text-{i}", None, p) for i, p in enumerate(papers, 1))
    return extract(made, config=config or Config())


def is_directory_name(place: str) -> bool:
    """Whether ``-o`` names a graph directory: one that exists, or a name without the suffix of an export.

    >>> is_directory_name("out"), is_directory_name("out.ttl"), is_directory_name("v1.2")
    (True, False, True)
    """
    from kg.export import SUFFIXES

    return Path(place).is_dir() or (place != "-" and Path(place).suffix.lower() not in SUFFIXES)


def split_edge(text: str) -> tuple[str, str, str]:
    """Head, relation and tail of an edge written as a sentence; the relation is the word that names one.

    Raises:
        UsageError: no word is a relation, or an end is missing.

    >>> split_edge("LiVOS evaluatedOn MOSE")
    ('LiVOS', 'evaluatedOn', 'MOSE')
    """
    words = text.split()
    for i in range(1, len(words) - 1):
        if words[i].lower().replace("_", "") in {name.lower() for name in EDGES}:
            return " ".join(words[:i]), words[i], " ".join(words[i + 1 :])
    raise UsageError(f'{text!r}: write it as "HEAD relation TAIL" with one of {", ".join(EDGES)}')
