"""The named questions over HTTP: their list, and the SPARQL text of one with its values in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from kg.errors import UsageError
from kg.query import bind, find_question, questions
from kg.serve.frames import Reply, json_reply
from kg.serve.names import Names


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


def answer(names: Names | None, *, name: str, params: Mapping[str, str]) -> Reply:
    """The SPARQL text of a question; names of entities may be given, and become their IRIs.

    Raises:
        UsageError: there is no such question or parameter, or a value is not of its type, or names nothing.
    """
    question = find_question(name)
    given = {key: value for key, value in params.items() if value != ""}
    entities = {p.name for p in question.params if p.type == "entity"}
    values = {key: _found(names, value) if key in entities else value for key, value in given.items()}
    return json_reply({"name": question.name, "text": bind(question, values)})


def _found(names: Names | None, name: str) -> str:
    if name.startswith(("<", "http://", "https://")):
        return f"<{name.strip('<>')}>"
    if names is None:
        raise UsageError(f"{name!r}: the index of names is being made; ask again in a second, or give the IRI")
    row = names.exact(name)
    if row is not None and row.type != "Paper":
        return f"<{row.iri}>"
    near = ", ".join(row.label for row in names.search(name, limit=8) if row.type != "Paper")
    raise UsageError(f"{name!r} is not in this graph; near names: {near or 'none'}")
