"""The named questions over HTTP: their list, and the SPARQL text of one with its values in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from kg.errors import KgError, UsageError
from kg.query import bind, find_question, questions
from kg.serve.frames import Reply, json_reply
from kg.serve.names import Names
from kg.store import Store


def listed() -> list[dict[str, object]]:
    """All questions, with what a form needs to ask for their values."""
    return [
        {
            "name": q.name,
            "title": q.title,
            "params": [asdict(p) for p in q.params],
            "example": q.example,
            "text": q.text,
        }
        for q in questions()
    ]


def answer(place: Path, store: Store, names: Names | None, *, name: str, params: Mapping[str, str]) -> Reply:
    """The SPARQL text of a question; names of entities may be given, and become their IRIs.

    Raises:
        UsageError: there is no such question or parameter, or a value is not of its type, or names nothing.
    """
    question = find_question(name)
    given = {key: value for key, value in params.items() if value != ""}
    entities = {p.name for p in question.params if p.type == "entity"}
    values = {key: _found(place, store, names, value) if key in entities else value for key, value in given.items()}
    return json_reply({"name": question.name, "text": bind(question, values)})


def _found(place: Path, store: Store, names: Names | None, name: str) -> str:
    if name.startswith(("<", "http://", "https://")):
        return f"<{name.strip('<>')}>"
    row = names.exact(name) if names else None
    if row is not None and row.type != "Paper":
        return f"<{row.iri}>"
    from kg.api import Graph

    graph = Graph(place)
    graph.__dict__["store"] = store  # the one that is open already
    try:
        return f"<{graph.find(name)}>"
    except UsageError:
        raise
    except KgError as error:
        raise UsageError(str(error)) from None
