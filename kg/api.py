"""What Python sees: ``kg.build``, ``kg.load`` and the :class:`Graph` that they give."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import worker
from kg.answers import CARD_QUERIES, Card, Evidence, View, find_edge, find_spans, merges_of, safe_iri, to_table
from kg.config import Config
from kg.engine.base import Cluster
from kg.engine.local import Local
from kg.errors import KgError, UsageError
from kg.folder import Folder
from kg.forms import normal_form
from kg.ids import entity_iri
from kg.model import ENTITY_TYPES, Extraction, Note, Paper, Rejected
from kg.naming import Tables
from kg.outputs import Wanted, merge_rows
from kg.query.table import Table
from kg.records import mended
from kg.run import Limits, Progress, Summary
from kg.run import build as run_build
from kg.store import Answer, Store
from kg.vocab import ENTITY_CLASS, KG, ROLE_PROPERTY

if TYPE_CHECKING:
    import rdflib

    from kg.export.arrow import Tables as ArrowTables
    from kg.graph.network import Network
    from kg.query import Question
    from kg.validate import Violation

Place = str | PathLike[str]


class Graph:
    """A knowledge graph to ask, show and export: a graph directory, or a graph file held in memory."""

    def __init__(self, place: Place, *, passing: bool = False) -> None:
        self.place = Path(place)
        self.summary: Summary | None = None
        if passing:  # a temporary directory lives as long as its graph
            weakref.finalize(self, shutil.rmtree, self.place, ignore_errors=True)

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
        if name is not None:
            from kg.query import bind, find_question

            question = find_question(name)
            text = bind(question, self._resolved(question, params or {}))
        assert text is not None  # noqa: S101
        if timeout is None:
            return self.store.query(text)
        return worker.query(self.place, text, bindings=None, seconds=timeout)

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
        fitting = self.called(name, types=types)
        if fitting:
            return fitting[0]
        near = ", ".join(self._near(name)) or "no name is near it"
        raise KgError(f"{name!r} is not in this graph; near names: {near}")

    def called(self, name: str, *, types: Sequence[str] = ENTITY_TYPES) -> list[str]:
        """The IRIs of the entities with this name, the one most papers speak of first (see :meth:`find`)."""
        if name.startswith("<") and name.endswith(">"):
            return [name[1:-1]]
        minted = [entity_iri(t, normal_form(name)) for t in ENTITY_TYPES if t in types]
        for condition, bindings in (
            (f"VALUES ?e {{ {' '.join(f'<{iri}>' for iri in minted)} }}", {}),
            ("?e skos:prefLabel|skos:altLabel ?name .", {"name": name}),
            ("?e skos:prefLabel|skos:altLabel ?any . FILTER(LCASE(STR(?any)) = ?folded)", {"folded": name.lower()}),
        ):
            if found := self._ranked(condition, bindings, types):
                return found
        return []

    def _ranked(self, condition: str, bindings: Mapping[str, str], types: Sequence[str]) -> list[str]:
        classes = " ".join(f"<{ENTITY_CLASS[t]}>" for t in ENTITY_TYPES if t in types)
        known = f"{condition} VALUES ?class {{ {classes} }} ?e a ?class"
        shown = " ".join(f"?{name}" for name in bindings)
        fitting = self.store.query(f"SELECT DISTINCT ?e {shown} {{ {known} }}", bindings=bindings).rows
        if len(fitting) < 2:  # nothing to rank, and the papers of a well known entity take time to count
            return [str(row[0]) for row in fitting]
        text = f"""SELECT ?e (COUNT(DISTINCT ?p) AS ?papers) {shown} WHERE {{
            {known} . OPTIONAL {{ ?p ?role ?e . ?p a kg:Paper }}
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
            and self.store.query(f"ASK {{ <{safe_iri(name)}> a kg:Paper }}").boolean
        ):
            return name
        condition = "?p dcterms:identifier|fabio:hasArXivId|prism:doi|dcterms:title ?name . ?p a kg:Paper"
        rows = self.store.query(f"SELECT ?p ?name {{ {condition} }} ORDER BY ?p LIMIT 1", bindings={"name": name}).rows
        if not rows:
            raise KgError(f"no paper of this graph is called {name!r}; give its IRI, its identifier or its exact title")
        return str(rows[0][0])

    def _names(self, iri: str) -> list[str]:
        rows = self.store.query(f"SELECT ?n {{ <{safe_iri(iri)}> skos:prefLabel|skos:altLabel ?n }} ORDER BY ?n").rows
        return [str(row[0]) for row in rows]

    def entity(self, name: str) -> Card:
        """All that the graph says of an entity: names, papers, relations, results and claims.

        Raises:
            KgError: no entity has this name.
        """
        iri = self.find(name)
        found = self.store.query(
            f"SELECT ?type ?label {{ <{safe_iri(iri)}> a ?class ; skos:prefLabel ?label . "
            f"VALUES (?class ?type) {{ {' '.join(f'(<{c}> {t!r})' for t, c in ENTITY_CLASS.items())} }} }}"
        ).rows
        if not found:
            raise KgError(f"{name!r} is no entity of this graph; give one of its names")
        type_, label = found[0]
        tables = {
            part: to_table(self.store.query(text.replace("IT", f"<{safe_iri(iri)}>")))
            for part, text in CARD_QUERIES.items()
        }
        aliases = tuple(n for n in self._names(iri) if n != label)
        merges = merges_of(merge_rows(Folder(self.place), iri))
        return Card(iri, str(type_), str(label), aliases, merges=merges, **tables)

    def leaderboard(self, benchmark: str, metric: str | None = None) -> Table:
        """The results on a benchmark or dataset, ranked where they can be compared.

        Scores that differ in dataset variant, metric, unit, setting or qualifier are on boards of their own (column
        ``board``); ``rank`` counts within one, and ``apart`` says why a board is apart or not ranked.

        Raises:
            KgError: the name is not in the graph.
        """
        from kg.query.boards import ranked

        return ranked(self.query(name="leaderboard", benchmark=benchmark, metric=metric))

    def conflicts(self, about: str | None = None, *, agree: bool = False, timeout: float | None = None) -> Table:
        """The pairs of claims by which papers dispute each other, or with ``agree`` bear each other out; surest first.

        Each row has both sentences and papers, and what differs; ``about`` leaves those about one entity.

        Raises:
            KgError: the name is not in the graph.
            QueryTimeoutError: it took longer than ``timeout`` seconds.

        >>> import kg
        >>> set(kg.build(sample=True).conflicts("GoogLeNet").column("conflict"))
        {'different values'}
        """
        return self.query(name="corroborations" if agree else "conflicts", timeout=timeout, entity=about)

    def measured_on(self, count: int = 10) -> list[str]:
        """The labels of the datasets and benchmarks with most results, at most ``count``."""
        text = f"""SELECT ?label (COUNT(DISTINCT ?r) AS ?n) {{ ?r kg:dataset ?d . ?d skos:prefLabel ?label }}
            GROUP BY ?label ORDER BY DESC(?n) ?label LIMIT {int(count)}"""
        return [str(row[0]) for row in self.store.query(text).rows]

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

    def to_networkx(
        self,
        *,
        focus: str | None = None,
        hops: int = 2,
        types: str | None = None,
        relations: str | None = None,
        most: int | None = None,
    ) -> Network:
        """The papers, entities and edges as a NetworkX graph; ids are the IRIs, edge keys those of the statements.

        Of a large graph a part: what is ``hops`` edges around ``focus`` (an entity), what has certain ``types``
        ("Method,Dataset"), what certain ``relations`` join ("outperforms,usedFor"). Only the part is read.

        Raises:
            UsageError: there is no such type or relation.
            KgError: no entity is called ``focus``.
            TooLargeError: there are more than ``most`` nodes or edges (default: a million, about a gigabyte).

        >>> import kg
        >>> near = kg.build(sample=True).to_networkx(focus="BERT", hops=1, types="Method,Paper")
        >>> near.number_of_edges() >= 10, {kind for _, kind in near.nodes(data="type")} == {"Method", "Paper"}
        (True, True)
        """
        from kg.graph.network import MOST_EDGES, refused, to_networkx
        from kg.subgraph import Part, subgraph
        from kg.view import read_types

        part = Part(
            None if focus is None else self.find(focus),
            hops,
            () if types is None else read_types(types),
            () if relations is None else tuple(find_edge(name.strip()) for name in relations.split(",")),
        )
        most = MOST_EDGES if most is None else most
        if not part.everything:
            return to_networkx(subgraph(self.store, part, most=most), most=most)
        if int(str(self.store.query("SELECT (COUNT(*) AS ?n) { ?s rdf:predicate ?p }").rows[0][0])) > most:
            raise refused(most)  # known before millions of lines are sorted
        return to_networkx(self.lines(), most=most)

    def to_arrow(self) -> ArrowTables:
        """The papers and entities, and the edges, as Arrow tables ``nodes`` and ``edges`` (as the Parquet export).

        >>> import kg
        >>> graph = kg.build(sample=True)
        >>> graph.to_arrow().edges.num_rows == graph.to_networkx().number_of_edges()
        True
        """
        from kg.export.arrow import to_arrow

        return to_arrow(self.lines())

    def diff(self, other: Graph) -> Table:
        """What another graph says that this one does not (added), the other way (removed), and otherwise (changed).

        A row has the kind (paper, entity, edge, result, claim, sentence), the name, what each side alone says of it
        (a belief, an alias), and the IRI; there is none where the graphs are equal, builds aside.

        >>> import kg
        >>> graph = kg.build(sample=True)
        >>> len(graph.diff(graph))
        0
        """
        from kg.compare import compare

        return compare(self.lines(), other.lines(), (other.store, self.store))

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

    def view(
        self,
        *,
        focus: str | None = None,
        hops: int = 2,
        top: int = 300,
        types: str | None = None,
        years: str | None = None,
        query: str | None = None,
        params: Mapping[str, object] | None = None,
    ) -> View:
        """The interactive page of the graph: it opens on the most connected ``top`` nodes and holds all of them.

        It opens on ``focus`` (an entity) and what is ``hops`` around it, or on what the rows of a ``query`` name (a
        question with its parameters, or SPARQL); ``types`` ("Method,Dataset") and ``years`` ("2020-2026") are the
        filters that it opens with.

        Raises:
            UsageError: ``focus`` and ``query`` together; no such type, span of years or question; nothing passes.
            KgError: no entity is called ``focus``.
        """
        from kg.view import from_triples, page, read_types, read_years, with_reasons

        if focus is not None and query is not None:
            raise UsageError("a page opens on a focus or on the rows of a query: give one of them")
        if params and query is None:
            raise UsageError(f"{', '.join(sorted(params))}: parameters are those of a query, and none is given")
        only = None if query is None else self._named_by(query, params or {})
        graph = from_triples(self.lines())
        if self.place.is_dir():
            graph = with_reasons(graph, merge_rows(Folder(self.place)))
        html = page(
            graph,
            focus=None if focus is None else self.find(focus),
            hops=hops,
            top=top,
            types=None if types is None else read_types(types),
            years=None if years is None else read_years(years),
            only=only,
        )
        return View(html)

    def _named_by(self, query: str, params: Mapping[str, object]) -> list[str]:
        """The texts in the rows of a named question or of SPARQL, after the entities among its parameters."""
        if "{" in query:
            return [cell for row in self.query(query) for cell in row if isinstance(cell, str)]
        from kg.query import find_question

        bound = self._resolved(find_question(query), params)
        entities = [v[1:-1] for v in bound.values() if isinstance(v, str) and v.startswith("<")]
        rows = to_table(self.answer(name=query, params=params))
        return entities + [cell for row in rows for cell in row if isinstance(cell, str)]


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
    tables: Tables | None = None,
    force: bool = False,
    all_outputs: bool = False,
    engine: Cluster | None = None,
    progress: Progress | None = None,
) -> Graph:
    """Build a graph from files, from the bundled sample, or from papers in memory.

    ``out`` is the graph directory to make or bring up to date; without it the graph lives in a temporary one as long
    as the returned object. ``tables`` are your word on names, and vocabularies to link to. Turtle, page and the table
    of merges are written for up to 10,000 papers, with ``all_outputs`` for any number. With ``jobs`` over 1, a script
    needs the usual ``if __name__ == "__main__"`` guard.

    With an ``engine``, such as ``kg.Spark(session)``, the build runs there (:mod:`kg.cluster`) and leaves its sorted
    N-Quads and tables of Parquet in ``out``, which may be an address (``s3://...``) too; of up to 10,000 papers, or of
    any number with ``all_outputs``, a path becomes a graph directory. A limit of papers, links and jobs are for this
    machine alone and are refused.

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
    if engine is not None:
        if jobs != 1:
            raise UsageError("jobs are processes of this machine, and an engine has workers of its own: leave it out")
        return _build_on(
            engine,
            [str(s) for s in sources],
            str(out) if out is not None else "",
            format=format,
            year=year,
            config=config,
            limits=limits,
            tables=tables,
            inputs=[{"name": "the bundled sample" if sample else str(s)} for s in sources],
            force=force,
            all_outputs=all_outputs,
            progress=progress,
        )
    items: Iterable[Paper | Rejected | Note]
    items = read(sources, format=format, year=year) if papers is None else papers
    place = Path(tempfile.mkdtemp(prefix="kg-")) if out is None else Path(out)
    graph = Graph(place, passing=out is None)
    graph.summary = run_build(
        items,
        place,
        config=config,
        engine=Local(jobs),
        limits=limits,
        tables=tables,
        inputs=lambda: [describe(Path(s), sample=sample) for s in sources],
        force=force or out is None,
        wanted=Wanted(page=out is not None, all=all_outputs),
        progress=progress,
    )
    return graph


def _build_on(engine: Cluster, sources: list[str], out: str, **options: Any) -> Graph:
    """Build on an engine, which reads the sources itself."""
    from kg.cluster.build import build as cluster_build

    if not sources or not out:
        raise UsageError("an engine reads files and writes a place that all its workers reach: give sources and out")
    graph = Graph(Path(out))
    graph.summary = cluster_build(sources, out, engine=engine, **options)
    return graph


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

    made = (mended(p) if isinstance(p, Paper) else mended(Paper(f"text-{i}", None, p)) for i, p in enumerate(papers, 1))
    return extract(made, config=config or Config())


def is_directory_name(place: str) -> bool:
    """Whether ``-o`` names a graph directory: one that exists, or a name without the suffix of an export.

    >>> is_directory_name("out"), is_directory_name("out.ttl"), is_directory_name("v1.2")
    (True, False, True)
    """
    from kg.export import SUFFIXES

    return Path(place).is_dir() or (place != "-" and Path(place).suffix.lower() not in SUFFIXES)
