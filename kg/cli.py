"""The command line: parse, call, print. Every command is a function of :mod:`kg.api` with a skin."""

from __future__ import annotations

import gc
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg import __version__
from kg.config import FEW_CYCLES
from kg.errors import KgError, NoRecordsError, UsageError

if TYPE_CHECKING:
    from kg.api import Graph
    from kg.config import Config, Model
    from kg.engine.base import Cluster
    from kg.naming import Tables
    from kg.run import Limits, Summary

app = typer.Typer(
    name="kg",
    help="From paper abstracts to a knowledge graph in which every edge leads back to its sentence.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Sources = Annotated[list[str], typer.Argument(help="Files or directories to read; - is standard input.")]
Out = Annotated[str, typer.Option("-o", "--output", help="Where to write; - is standard output.")]
From = Annotated[str | None, typer.Option("--from", help="Format of the sources (kg formats lists them).")]
Year = Annotated[int | None, typer.Option(help="Year of a page that does not print its own.")]
Force = Annotated[bool, typer.Option("--force", help="Replace what kg did not make.")]
AllOutputs = Annotated[
    bool, typer.Option("--all-outputs", help="Write Turtle, page and merges of more than 10,000 papers as well.")
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing but errors.")]
Jobs = Annotated[int, typer.Option("-j", "--jobs", min=0, help="Worker processes; 0 means one per core.")]
Dir = Annotated[Path, typer.Argument(metavar="DIR", help="A graph directory, or a .ttl or .nt file.")]
Shape = Annotated[str | None, typer.Option("-t", "--to", help="table, csv, tsv, json, md; ttl for CONSTRUCT.")]
Timeout = Annotated[float | None, typer.Option(min=0, max=1_000_000, help="Stop the query after so many seconds.")]
# Characters read of a file with a query: more than any query may have, less than fills memory (/dev/zero).
_MAX_QUERY = 100_000
MinConfidence = Annotated[float, typer.Option(min=0, max=1, help="Leave out what is less sure.")]

# Of kg.train.run.STEPS, which is not imported for a help text.
_STEPS = "tagger, entities, claims, roles, subjects, results, relations, calibration"
OwnModel = Annotated[Path | None, typer.Option("--model", help="Weights that kg train made, for the shipped ones.")]


Aliases = Annotated[Path | None, typer.Option(help="Names that mean another: name, same_as.")]
NeverMerge = Annotated[Path | None, typer.Option(help="Names that are two things: name, other.")]
Types = Annotated[Path | None, typer.Option(help="Types of names: name, type.")]
Links = Annotated[list[Path] | None, typer.Option(help="A vocabulary to link entities to; may be repeated.")]


def main() -> None:
    """Run the command line; errors become one line on standard error and the exit code of their kind."""
    # A process that is started must not take its modules from the folder that it is started in.
    os.environ["PYTHONSAFEPATH"] = "1"
    # The tagger's products of small matrices are slower on several threads, and --jobs uses the cores.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Looking for plugins of pydantic, by which Typer checks arguments, takes a fifth of a second, and kg has none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    gc.set_threshold(*FEW_CYCLES)
    try:
        app()
    except KgError as error:
        from kg.console import safe, say

        say(f"kg: {safe(str(error))}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        from kg.console import say

        say("kg: interrupted; what was finished is kept, the same command goes on from there")
        sys.exit(130)
    except BrokenPipeError:
        # Who reads has seen enough; the interpreter must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except (OSError, MemoryError) as error:
        from kg.console import fault, safe, say

        say(f"kg: {safe(fault(error))}")
        sys.exit(1)


def _version(asked: bool) -> None:
    if asked:
        print(f"kg {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,  # noqa: ARG001  its callback acts
) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)


# ---------------------------------------------------------------- making graphs


@app.command()
def build(
    out: Annotated[str, typer.Option("-o", "--output", metavar="DIR|FILE", help="Graph directory, or a file.")],
    sources: Annotated[list[str] | None, typer.Argument(help="Files or directories to read; - is stdin.")] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Build the bundled sample.")] = False,
    from_: From = None,
    year: Year = None,
    jobs: Jobs = 0,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many papers.")] = None,
    max_errors: Annotated[str | None, typer.Option(metavar="N|P%", help="Fail when more are rejected.")] = None,
    min_confidence: MinConfidence = 0.0,
    model: OwnModel = None,
    aliases: Aliases = None,
    never_merge: NeverMerge = None,
    types: Types = None,
    links: Links = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a build that was stopped.")] = False,
    all_outputs: AllOutputs = False,
    engine: Annotated[str, typer.Option(metavar="local|spark", help="Where it runs: here, or on a cluster.")] = "local",
    master: Annotated[
        str | None, typer.Option(metavar="URL", help="Spark's master, such as spark://host:7077.")
    ] = None,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Build a graph from pages, files and dumps of abstracts.

    A directory that kg made is brought up to date: what it holds already is not extracted again, stopped or not.
    """
    from kg.api import build as make
    from kg.api import is_directory_name

    if bool(sources) == sample:
        raise UsageError("give either sources to read (files, directories, - for standard input) or --sample")
    if resume and not is_directory_name(out):
        raise UsageError(f"--resume needs a graph directory to go on in; {out} is a file")
    if engine != "local" and not is_directory_name(out):
        raise UsageError(f"an engine's workers write a directory and {out} is a file; give a name, then kg export it")
    cluster = _cluster(engine, master, jobs)
    with _bar(quiet=quiet) as bar:
        target = out if is_directory_name(out) else None
        graph = make(
            *(sources or ()),
            out=target,
            sample=sample,
            format=from_,
            year=year,
            config=_config(min_confidence, model),
            jobs=1 if cluster else _cores(jobs),
            limits=_limits(limit, max_errors),
            tables=_tables(aliases, never_merge, types, links),
            all_outputs=all_outputs,
            engine=cluster,
            force=force,
            progress=bar,
        )
    if target is None:
        graph.save(out, force=force)
    _tell(graph.summary, quiet=quiet)


@app.command()
def add(
    directory: Dir,
    sources: Sources,
    from_: From = None,
    year: Year = None,
    model: OwnModel = None,
    jobs: Jobs = 0,
    quiet: Quiet = False,
) -> None:
    """Add papers to a graph directory."""
    from kg.engine.local import Local
    from kg.read import read
    from kg.run import add as run_add

    with _bar(quiet=quiet) as bar:
        items = read(sources, format=from_, year=year)
        summary = run_add(items, directory, model=_model(model), engine=Local(_cores(jobs)), progress=bar)
    _tell(summary, quiet=quiet)


@app.command()
def remove(
    directory: Dir,
    papers: Annotated[list[str], typer.Argument(help="IRI, id, DOI or arXiv id.")],
    model: OwnModel = None,
    quiet: Quiet = False,
) -> None:
    """Take papers out of a graph directory."""
    from kg.run import remove as run_remove

    with _bar(quiet=quiet) as bar:
        summary = run_remove(papers, directory, model=_model(model), progress=bar)
    _tell(summary, quiet=quiet)


@app.command()
def merge(
    graphs: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Graph directories.")],
    out: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="The graph directory to make.")],
    model: OwnModel = None,
    aliases: Aliases = None,
    never_merge: NeverMerge = None,
    types: Types = None,
    links: Links = None,
    jobs: Jobs = 0,
    all_outputs: AllOutputs = False,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Make one graph directory of several; nothing is extracted again."""
    from kg.engine.local import Local
    from kg.outputs import Wanted
    from kg.run import merge as run_merge

    with _bar(quiet=quiet) as bar:
        summary = run_merge(
            graphs,
            out,
            model=_model(model),
            engine=Local(_cores(jobs)),
            tables=_tables(aliases, never_merge, types, links),
            wanted=Wanted(all=all_outputs),
            force=force,
            progress=bar,
        )
    _tell(summary, quiet=quiet)


def _tables(aliases: Path | None, never_merge: Path | None, types: Path | None, links: list[Path] | None) -> Tables:
    from kg.naming import Tables

    given = {"aliases.tsv": aliases, "never_merge.tsv": never_merge, "types.tsv": types}
    return Tables({name: path for name, path in given.items() if path is not None}, tuple(links or ()))


def _model(folder: Path | None) -> Model | None:
    from kg.config import Model

    return Model.at(folder) if folder else None


def _config(min_confidence: float, model: Path | None) -> Config:
    from kg.config import Config

    return Config(min_confidence, _model(model))


def _cluster(engine: str, master: str | None, jobs: int) -> Cluster | None:
    """The engine by its name; None for this machine alone. Without a master so many jobs are cores of this machine."""
    if engine not in ("local", "spark"):
        raise UsageError(f"{engine!r} is no engine; the engines are local and spark")
    if engine == "local":
        if master is not None:
            raise UsageError("--master names a cluster of Spark: give --engine spark with it")
        return None
    if master is not None and jobs:
        raise UsageError("--jobs is of one machine, and how many workers a cluster has its master knows: leave it out")
    from kg.engine.spark import Spark

    return Spark(master=f"local[{jobs}]" if jobs else master)


def _cores(jobs: int) -> int:
    return jobs or len(os.sched_getaffinity(0))


def _limits(papers: int | None, errors: str | None) -> Limits:
    from kg.run import Limits

    text = (errors or "").strip()
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?%", text):
        return Limits(papers=papers, share=float(text[:-1]) / 100)
    if re.fullmatch(r"[0-9]*", text):
        return Limits(papers=papers, errors=int(text) if text else None)
    raise UsageError(f"--max-errors {errors}: give a number (10) or a share (5%)")


def _tell(summary: Summary | None, *, quiet: bool) -> None:
    from kg.console import say_summary

    if summary and not quiet:
        say_summary(summary)


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Bar]:
    from kg.console import Bar

    bar = Bar(quiet=quiet)
    try:
        yield bar
    finally:
        bar.close()


# ---------------------------------------------------------------- single stages


@app.command()
def read(
    sources: Sources,
    out: Out = "-",
    from_: From = None,
    year: Year = None,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Show what is understood of sources: one paper per line, as JSON; rejected records on standard error."""
    from kg.console import safe, say
    from kg.files import destination
    from kg.model import Paper, Rejected
    from kg.read import read as read_items
    from kg.records import paper_to_record, to_line

    papers = rejected = 0
    with destination(out, force=force) as to:
        for item in read_items(sources, format=from_, year=year):
            if isinstance(item, Paper):
                papers += 1
                to.write(to_line(paper_to_record(item)).encode() + b"\n")
            elif isinstance(item, Rejected):
                rejected += 1
                say(f"rejected: {safe(item.where)}: {safe(item.what)}: {safe(item.why)}")
            elif not quiet:
                say(f"note: {safe(item.where)}: {safe(item.text)}")
        if not papers:
            raise NoRecordsError(f"no usable record in {', '.join(sources)} ({rejected:,} rejected)")
    if not quiet:
        say(f"{papers:,} papers, {rejected:,} rejected")


@app.command()
def extract(
    sources: Sources,
    out: Out = "-",
    from_: From = None,
    year: Year = None,
    min_confidence: MinConfidence = 0.0,
    model: OwnModel = None,
    jobs: Jobs = 1,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Read papers and write what is found in each, one JSON record per line, in order."""
    from kg.console import say
    from kg.engine.local import Local
    from kg.files import destination
    from kg.read import read as read_items
    from kg.records import extraction_to_record, to_line
    from kg.run import extracted

    config = _config(min_confidence, model)
    items = read_items(sources, format=from_, year=year)
    count = 0
    with _bar(quiet=quiet) as bar, destination(out, force=force) as to:
        engine = Local(_cores(jobs))
        for paper, extraction in extracted(items, config=config, engine=engine, progress=bar):
            to.write(to_line(extraction_to_record(extraction, paper)).encode() + b"\n")
            count += 1
        if not count:
            raise NoRecordsError(f"no usable record in {', '.join(sources)}")
    if not quiet:
        say(f"{count:,} papers")


@app.command()
def resolve(
    sources: Annotated[list[Path], typer.Argument(help="Files that kg extract wrote, or one graph directory.")],
    out: Out = "-",
    aliases: Aliases = None,
    never_merge: NeverMerge = None,
    types: Types = None,
    links: Links = None,
    model: OwnModel = None,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Say which entity each name means, one JSON record per line; or resolve the names of a graph again.

    A graph directory is brought up to date with the tables given and those that lie in it; nothing is extracted.
    """
    from kg.console import say
    from kg.files import destination
    from kg.naming import resolve_names
    from kg.records import to_line
    from kg.resolve.wishes import read as read_wishes
    from kg.run import rename

    tables = _tables(aliases, never_merge, types, links)
    if any(source.is_dir() for source in sources):
        if len(sources) > 1 or out != "-":
            raise UsageError("give one graph directory alone, without -o, or files that kg extract wrote")
        with _bar(quiet=quiet) as bar:
            summary = rename(sources[0], tables=tables, model=_model(model), progress=bar)
        _tell(summary, quiet=quiet)
        return
    if tables.links:
        raise UsageError("--links needs a graph directory, whose entities are linked")
    count = 0
    with destination(out, force=force) as to:
        for line in resolve_names(sources, read_wishes(tables.wishes)):
            to.write(to_line(line.to_record()).encode("utf-8", "backslashreplace") + b"\n")
            count += 1
    if not quiet:
        say(f"{count:,} names")


@app.command()
def evaluate(
    gold: Annotated[Path | None, typer.Argument(help="Annotations: one JSON record per line.")] = None,
    texts: Annotated[Path | None, typer.Option(help="The annotated papers: id, title, text or abstract.")] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Measure on the bundled sample.")] = False,
    predicted: Annotated[Path | None, typer.Option(help="What kg extract wrote; else it is extracted now.")] = None,
    errors: Annotated[int, typer.Option(min=0, help="Examples of each kind of mistake.")] = 0,
    rules: Annotated[bool, typer.Option("--rules", help="Add how often each rule is right.")] = False,
    min_confidence: MinConfidence = 0.0,
    model: OwnModel = None,
    json_: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
    jobs: Jobs = 1,
) -> None:
    """Measure extraction against annotations: figures, calibration, the commonest mistakes by kind."""
    from kg.assess import evaluation
    from kg.console import safe
    from kg.evaluate import lines, to_record
    from kg.records import to_line

    if sample == (gold is not None) or (gold is None) != (texts is None):
        raise UsageError("give annotations and their --texts, or --sample")
    config = _config(min_confidence, model)
    with _bar(quiet=False) as bar:
        found = evaluation(
            gold, texts=texts, predicted=predicted, sample=sample, config=config, jobs=_cores(jobs), progress=bar
        )
    if json_:
        print(to_line(to_record(found, errors=errors)))
        return
    for line in lines(found, errors=errors, rules=rules):
        print(safe(line))


@app.command()
def train(
    gold: Annotated[list[Path], typer.Argument(help="Annotations: one JSON record per line.")],
    texts: Annotated[list[Path], typer.Option(help="The annotated papers: id, title, text or abstract.")],
    out: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="The folder of the model.")],
    words: Annotated[
        list[Path] | None, typer.Option(metavar="DIR", help="What a teacher read, for the tagger.")
    ] = None,
    corpus: Annotated[list[Path] | None, typer.Option(help="Papers whose claims kg has labels for.")] = None,
    silver: Annotated[list[Path] | None, typer.Option(help="Annotations by machine; texts as for the others.")] = None,
    share: Annotated[float, typer.Option(min=0, max=1, help="What one of them counts.")] = 0.3,
    said: Annotated[list[Path] | None, typer.Option(help="Raw extractions to calibrate on, unseen.")] = None,
    only: Annotated[str | None, typer.Option(metavar="STEP", help=f"Do one step alone: {_STEPS}.")] = None,
    folds: Annotated[int, typer.Option(min=0, help="Parts of the papers to calibrate by; 0 for none.")] = 5,
    seed: Annotated[int, typer.Option(help="Of everything that is drawn.")] = 0,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Learn weights from annotations of your own, for --model of build, extract and evaluate."""
    from kg.console import safe, say
    from kg.train.run import train as learn

    learn(
        texts,
        gold,
        out,
        words=words or (),
        corpus=corpus or (),
        silver=silver or (),
        share=share,
        said=said or (),
        only=only,
        folds=folds,
        seed=seed,
        force=force,
        say=(lambda _: None) if quiet else (lambda line: say(safe(line))),
    )
    if not quiet:
        say(safe(f"{out}: use it with --model; kg evaluate --model {out} measures it on papers that it has not seen"))


@app.command()
def formats() -> None:
    """List the formats that kg reads."""
    from kg.read import formats as all_formats

    for format_ in all_formats():
        print(f"{format_.name:<18} {format_.help}")


# ---------------------------------------------------------------- asking


def _load(place: Path) -> Graph:
    from kg.api import load

    return load(place)


@app.command()
def query(
    directory: Dir,
    sparql: Annotated[str | None, typer.Argument(help="A SPARQL query.")] = None,
    file: Annotated[Path | None, typer.Option("-f", "--file", help="A file with a SPARQL query.")] = None,
    name: Annotated[str | None, typer.Option("-n", "--name", help="A named question (kg questions).")] = None,
    param: Annotated[list[str] | None, typer.Option("-p", "--param", metavar="K=V", help="Of the question.")] = None,
    to: Shape = None,
    timeout: Timeout = None,
) -> None:
    """Ask a graph: SPARQL text, a file, or a named question."""
    if sum(x is not None for x in (sparql, file, name)) != 1:
        raise UsageError("give one of: SPARQL text, --file, --name")
    if file is not None:
        try:
            with file.open(encoding="utf-8") as lines:
                sparql = lines.read(_MAX_QUERY)
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{file}: cannot be read as UTF-8 text: {error}") from None
    _ask(directory, sparql, name, _params(param or ()), to, timeout)


def _params(pairs: Sequence[str]) -> dict[str, object]:
    split = [pair.partition("=") for pair in pairs]
    if wrong := [pair for pair, (_, sign, _) in zip(pairs, split, strict=True) if not sign]:
        raise UsageError(f"--param {wrong[0]}: give it as name=value")
    return {key.strip(): value for key, _, value in split}


def _ask(
    directory: Path,
    sparql: str | None,
    name: str | None,
    params: dict[str, object],
    to: str | None,
    timeout: float | None,
    *,
    show: Callable[[Table], None] | None = None,
    form: Callable[[Table], Table] | None = None,
) -> int:
    """Print the answer and return its number of rows; exit 1 where it is no (an ASK that is false).

    ``show`` prints the rows for a person, where no format is asked for; ``form`` is what becomes of them else.
    """
    from kg.answers import to_table

    graph = _load(directory)
    # A running query hears no signal handler of Python's: Ctrl-C ends the process as the system does it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    answer = graph.answer(sparql, name=name, timeout=timeout, params=params)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if answer.triples is not None and to in (None, "ttl"):
        from kg.export.turtle import write

        return write(answer.triples, sys.stdout.buffer)
    if to == "ttl":
        raise UsageError("-t ttl is for CONSTRUCT and DESCRIBE; this query gives rows: table, csv, tsv, json, md")
    rows = to_table(answer)
    if show and to is None:
        show(rows)
    else:
        _print(form(rows) if form else rows, to)
    if answer.boolean is False:
        raise typer.Exit(1)
    if name is not None:
        _tell_limit(name, params, len(rows))
    return len(rows)


def _tell_limit(name: str, params: dict[str, object], rows: int) -> None:
    from kg.console import say
    from kg.query import find_question

    limit = next((p for p in find_question(name).params if p.type == "limit"), None)
    if limit and "limit" not in params and str(rows) == limit.default:
        say(f"kg: the first {rows:,} are shown; ask with limit=N for more, limit=0 for all")


def _print(table: Table, to: str | None) -> None:
    from kg.query.formats import render

    sys.stdout.write(render(table, to or "table"))


@app.command()
def questions(
    name: Annotated[str | None, typer.Argument(help="Say all about one of them.")] = None,
    sparql: Annotated[bool, typer.Option("--sparql", help="Print its SPARQL text.")] = False,
) -> None:
    """List the named questions with their parameters, or explain one."""
    from kg.console import print_question
    from kg.query import find_question
    from kg.query import questions as all_questions

    if name is not None:
        found = find_question(name)
        print(found.text, end="") if sparql else print_question(found)
        return
    for question in all_questions():
        params = " ".join(p.name if p.required else f"[{p.name}]" for p in question.params)
        print(f"{question.name:<24} {question.title}" + (f" ({params})" if params else ""))


@app.command()
def leaderboard(
    directory: Dir,
    benchmark: Annotated[str, typer.Argument(help="A benchmark or dataset.")],
    metric: Annotated[str | None, typer.Option(help="One metric only.")] = None,
    to: Shape = None,
    timeout: Timeout = None,
) -> None:
    """Rank the results on a benchmark, each with its paper and sentence; exit 1 where there are none.

    What differs in variant, metric, unit or setting is never ranked together, and it is said why.
    """
    from kg.console import print_boards, safe, say
    from kg.query.boards import ranked

    asked: dict[str, object] = {"benchmark": benchmark, "metric": metric}
    if not _ask(directory, None, "leaderboard", asked, to, timeout, show=print_boards, form=ranked):
        graph = _load(directory)
        scored = graph.leaderboard(benchmark)
        if len(scored):
            known = ", ".join(sorted({str(name) for name in scored.column("metric") if name}))
            say(safe(f"kg: no score by {metric!r} on {benchmark}; its metrics here: {known}"))
        else:
            others = ", ".join(graph.measured_on()) or "nothing"
            say(safe(f"kg: no score on {benchmark} is in this graph; there are some on {others}"))
        raise typer.Exit(1)


@app.command()
def gaps(
    directory: Dir,
    task: Annotated[str | None, typer.Option(help="One task only.")] = None,
    at_least: Annotated[int, typer.Option(min=1, help="How many other methods must have been tried there.")] = 2,
    limit: Annotated[int, typer.Option(min=0, help="So many at most; 0 for all.")] = 30,
    to: Shape = None,
    timeout: Timeout = None,
) -> None:
    """List methods not tried on data that others for their task are tried on, likeliest first; exit 1 where none is."""
    from kg.console import safe, say

    asked: dict[str, object] = {"task": task, "atLeast": at_least, "limit": limit}
    if not _ask(directory, None, "gaps", asked, to, timeout):
        say(safe(f"kg: no gap where at least {at_least} other methods were tried{f' for {task}' if task else ''}"))
        raise typer.Exit(1)


@app.command()
def trends(
    directory: Dir,
    name: Annotated[str | None, typer.Argument(help="One entity only.")] = None,
    type_: Annotated[str | None, typer.Option("--type", help="Method, Task, Dataset, Benchmark or Metric.")] = None,
    since: Annotated[int | None, typer.Option(help="The first year.")] = None,
    until: Annotated[int | None, typer.Option(help="The last year.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="So many entities at most; 0 for all.")] = 25,
    to: Shape = None,
    timeout: Timeout = None,
) -> None:
    """Show what most papers name, and how that grew year by year; exit 1 where no paper has a year."""
    from kg.console import print_years, say

    asked: dict[str, object] = {"entity": name, "type": type_, "since": since, "until": until, "limit": limit}
    if name is not None:
        asked["atLeast"] = 1
    if not _ask(directory, None, "adoption", asked, to, timeout, show=print_years):
        say("kg: nothing is named by two papers of these years that have a date")
        raise typer.Exit(1)


@app.command()
def conflicts(
    directory: Dir,
    about: Annotated[str | None, typer.Option(metavar="NAME", help="Only those about this entity.")] = None,
    agree: Annotated[bool, typer.Option("--agree", help="Where papers bear each other out instead.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="So many at most, the surest first.")] = None,
    to: Shape = None,
    timeout: Timeout = None,
) -> None:
    """Show where papers contradict each other, with both sentences; exit 1 where they do not."""
    from kg.console import print_pairs, safe, say

    graph = _load(directory)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # as in _ask
    found = graph.conflicts(about, agree=agree, timeout=timeout)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    shown = found if limit is None else found.first(limit)
    if to is None:
        print_pairs(shown)
    else:
        _print(shown, to)
    if not len(found):
        what = "no two papers agree on a value or an order" if agree else "no two papers contradict each other"
        say(safe(f"kg: {what}{f' about {about}' if about else ''} in this graph"))
        raise typer.Exit(1)
    if len(shown) < len(found):
        say(f"{len(shown):,} of {len(found):,} shown")


@app.command()
def why(
    directory: Dir,
    edge: Annotated[str, typer.Argument(help='"HEAD relation TAIL", e.g. "LiVOS evaluatedOn MOSE".')],
    json_: Annotated[bool, typer.Option("--json", help="As JSON, one sentence per line.")] = False,
) -> None:
    """Show the sentences behind an edge, the names marked."""
    from dataclasses import asdict

    from kg.answers import split_edge
    from kg.console import print_evidence, say
    from kg.records import to_line

    head, relation, tail = split_edge(edge)
    found = _load(directory).why(head, relation, tail)
    if not found:
        say(f"kg: the graph does not say that {head} {relation} {tail}")
        raise typer.Exit(1)
    if json_:
        for item in found:
            print(to_line(asdict(item)))
    else:
        print_evidence(found)


@app.command()
def show(directory: Dir, name: Annotated[str, typer.Argument(help="An entity, by any of its names.")]) -> None:
    """Show all that the graph says of an entity: names with why they were joined, variants, links, papers, claims."""
    from kg.console import print_card, say
    from kg.query.formats import render

    graph = _load(directory)
    card = graph.entity(name)
    print_card(card, [(f"{n} ({len(t)})", render(t, "table").rstrip()) for n, t in card.tables.items()])
    for other in (iri for iri in graph.called(name) if iri != card.iri):
        say(f"kg: another thing has this name: kg show {directory} '<{other}>'")


@app.command()
def stats(directory: Dir, json_: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Count what a graph holds."""
    from kg.records import to_line

    found: dict[str, object] = dict(_load(directory).stats())
    if json_:
        print(to_line(found))
    else:
        for name, count in found.items():
            print(f"{name:<20}{count:>12,}")


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(metavar="A", help="A graph directory, or a .ttl or .nt file.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="The same.")],
    limit: Annotated[int, typer.Option(min=0, help="So many differences at most; 0 for all.")] = 0,
    to: Shape = None,
) -> None:
    """Show what graph B says that A does not, and the other way; exit 1 where they differ."""
    from kg.compare import counts
    from kg.console import print_differences, say

    found = _load(before).diff(_load(after))
    shown = found.first(limit) if limit else found
    if to is None:
        print_differences(shown)
    else:
        _print(shown, to)
    say("\n".join(counts(found)) or "kg: both graphs say the same")
    if len(shown) < len(found):
        say(f"{len(shown):,} of {len(found):,} shown")
    raise typer.Exit(1 if len(found) else 0)


# ---------------------------------------------------------------- other forms


@app.command()
def export(
    directory: Dir,
    out: Out,
    to: Annotated[str | None, typer.Option("-t", "--to", help="Format; else the suffix of the place says it.")] = None,
    force: Force = False,
) -> None:
    """Write a graph in another format."""
    from kg.console import safe, say

    place = _load(directory).save(out, format=to, force=force)
    if out != "-":
        say(f"{safe(str(place))}: written")


@app.command()
def view(
    directory: Dir,
    out: Out,
    focus: Annotated[str | None, typer.Option(help="Open on this entity.")] = None,
    hops: Annotated[int, typer.Option(min=1, help="How far around the focus.")] = 2,
    top: Annotated[int, typer.Option(min=1, help="How many entities are shown at first.")] = 300,
    types: Annotated[str | None, typer.Option(help="Open with these types, e.g. Method,Dataset.")] = None,
    years: Annotated[str | None, typer.Option(help="Open with these years, e.g. 2020-2026.")] = None,
    query: Annotated[str | None, typer.Option(help="Open on what a question (kg questions) or SPARQL names.")] = None,
    param: Annotated[list[str] | None, typer.Option("-p", "--param", metavar="K=V", help="Of the question.")] = None,
    force: Force = False,
) -> None:
    """Write the interactive page of a graph: one file that needs no network."""
    from kg.console import safe, say
    from kg.files import destination

    page = _load(directory).view(
        focus=focus, hops=hops, top=top, types=types, years=years, query=query, params=_params(param or ())
    )
    with destination(out, force=force) as to:
        to.write(page.html.encode())
    if out != "-":
        say(f"{safe(out)}: open it in a browser")


@app.command()
def serve(
    directory: Dir,
    host: Annotated[str, typer.Option(help="Where to listen; only this machine unless asked otherwise.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free one.")] = 7878,
    timeout: Annotated[float, typer.Option(min=0.1, max=86_400, help="Seconds that a query may take.")] = 30.0,
    memory: Annotated[int, typer.Option(min=64, help="MiB that a query may take.")] = 1024,
    rows: Annotated[int, typer.Option(min=1, help="Rows that an answer may have.")] = 100_000,
    allow_host: Annotated[list[str] | None, typer.Option(metavar="NAME", help="A further name of this server.")] = None,
    cors: Annotated[bool, typer.Option("--cors", help="Let pages of other sites ask /sparql.")] = False,
    quiet: Quiet = False,
) -> None:
    """Serve a graph over HTTP: SPARQL, an explorer, a page for every entity (extra `serve`)."""
    from kg.console import safe, say
    from kg.serve.pool import Settings
    from kg.serve.run import Address
    from kg.serve.run import serve as run_server

    settings = Settings(directory, seconds=timeout, memory=memory, rows=rows)
    address = Address(host, port, tuple(allow_host or ()), cors)
    run_server(settings, address, say=(lambda _: None) if quiet else (lambda line: say(safe(line))))


@app.command()
def validate(directory: Dir) -> None:
    """Check a graph against the shapes of its vocabulary (extra `validate`); exit 1 where it breaks one."""
    from dataclasses import astuple

    from kg.console import safe, say

    broken = _load(directory).validate()
    for violation in broken:
        print(safe(" | ".join(part for part in astuple(violation) if part)))
    say(f"{len(broken):,} violations" if broken else "the graph conforms to its shapes")
    raise typer.Exit(1 if broken else 0)


if TYPE_CHECKING:
    from kg.console import Bar
    from kg.query.table import Table

if __name__ == "__main__":
    main()
