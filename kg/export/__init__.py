"""The graph in other forms: one format per file, each from the sorted lines of N-Triples, always the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final, Literal

from kg.errors import ExistsError, UsageError
from kg.export.triples import Lines, text_lines
from kg.files import destination, whole_folder


@dataclass(frozen=True, slots=True)
class Export:
    """A format: the ``module`` beside this one that writes it, and the suffixes that ask for it.

    ``shape`` is what the module's ``write`` starts from and writes to.
    """

    name: str
    help: str
    suffixes: tuple[str, ...]
    module: str
    shape: Literal["lines to file", "nodes to file", "nodes to folder"]


EXPORTS: Final = {
    export.name: export
    for export in (
        Export("ttl", "Turtle, for people and every RDF tool", (".ttl",), "turtle", "lines to file"),
        Export("nt", "N-Triples, sorted: one triple per line", (".nt",), "ntriples", "lines to file"),
        Export("nq", "N-Quads, sorted: each paper's facts in a graph of its own", (".nq",), "nquads", "lines to file"),
        Export("trig", "TriG: the same graphs, for people", (".trig",), "trig", "lines to file"),
        Export("jsonld", "JSON-LD with its context inside", (".jsonld",), "jsonld", "lines to file"),
        Export("graphml", "GraphML for Gephi, yEd, NetworkX, igraph", (".graphml",), "graphml", "nodes to file"),
        Export("gexf", "GEXF for Gephi, with colours and weights", (".gexf",), "gexf", "nodes to file"),
        Export("cyjs", "Cytoscape JSON", (".cyjs",), "cyjs", "nodes to file"),
        Export("csv", "a folder with nodes.csv and edges.csv", (), "csv", "nodes to folder"),
        Export("neo4j", "a folder for neo4j-admin, with import.sh", (), "neo4j", "nodes to folder"),
        Export("parquet", "a folder with nodes.parquet and edges.parquet", (), "parquet", "nodes to folder"),
    )
}
# The suffixes by which a place says its format.
SUFFIXES: Final = {suffix: export.name for export in EXPORTS.values() for suffix in export.suffixes}


def find(place: Path, format: str | None = None) -> Export:  # noqa: A002
    """The format of that name, else the one that the suffix of the place asks for.

    Raises:
        UsageError: there is none; the message lists the formats.

    >>> find(Path("out.gexf")).name
    'gexf'
    """
    name = format or SUFFIXES.get(place.suffix.lower())
    if name in EXPORTS:
        return EXPORTS[name]
    found = f"no format is called {format!r}" if format else f"{place}: the suffix {place.suffix!r} names no format"
    raise UsageError(f"{found}; give one of {', '.join(EXPORTS)} (kg export -t)")


def _replaceable(place: Path, files: tuple[str, ...]) -> None:
    """Refuse to replace a folder that holds anything but files of this format: ``--force`` must not cost a home."""
    if place.is_dir():
        others = sorted(p.name for p in place.iterdir() if p.name not in files)
        if others:
            raise ExistsError(
                f"{place}: not replaced, it holds more than an export ({others[0]!r}); give another place"
            )


def run(
    lines: Lines,
    place: Path,
    *,
    format: str | None = None,  # noqa: A002
    force: bool = False,
) -> None:
    """Write the graph in the sorted ``lines`` to a file (``-``: standard output) or folder, whole or not at all.

    Without ``format`` the suffix of the place says it.

    Raises:
        UsageError: no format fits, or a folder is asked for on standard output.
        ExistsError: the place is taken, and ``force`` is false or the folder holds other things.
        KgError: a line is no triple.
    """
    export = find(place, format)
    module = import_module(f"kg.export.{export.module}")
    if export.shape == "lines to file":
        with destination(place, force=force) as out:
            module.write(text_lines(lines), out)
        return
    from kg.export.property_graph import property_graph

    if export.shape == "nodes to file":
        with destination(place, force=force) as out, property_graph(lines) as graph:
            module.write(graph, out)
        return
    if str(place) == "-":
        raise UsageError(f"{export.name} is a folder of files: give a place with -o, not standard output")
    _replaceable(place, module.FILES)
    with whole_folder(place, force=force) as folder, property_graph(lines) as graph:
        module.write(graph, folder)
