"""The named questions: one ``*.rq`` file each beside this module, and the way a user's values get into them.

A question is a complete SPARQL 1.1 query that any engine runs as it stands. Its head is comments::

    # title: one line that says what it answers
    # param benchmark (entity, required): whose results are ranked
    # param atLeast (int, default 2): how many others there must be
    # param limit (limit, default 100): how many rows at most
    # example: benchmark=MOSE

and each parameter has its places ``VALUES ?_name { UNDEF }`` in the pattern. :func:`bind` writes the value there as an
RDF term of the parameter's type, or takes the place out where an optional value is not given. (A store's own
substitution of variables would not do: Oxigraph takes it only for variables of the outermost SELECT, and RDFLib's
``initBindings`` does not reach into subqueries.) The place of a ``limit`` is the one ``LIMIT`` with its default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from kg.errors import UsageError

ParamType = Literal["entity", "string", "int", "year", "limit"]
_TYPES: dict[str, ParamType] = {t: t for t in get_args(ParamType)}
_PARAM = re.compile(r"(\w+) \(([a-z]+), (required|optional|default ([^)]+))\): (.+?)(?: \[one of ([^\]]+)\])?")
_PLACE = re.compile(r"VALUES \?_(\w+) \{ UNDEF \}|\bLIMIT ([0-9]+)")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+")
_NUMBER = {"int": re.compile(r"-?[0-9]{1,18}"), "limit": re.compile(r"[0-9]{1,18}"), "year": re.compile(r"[0-9]{4}")}
_NAMED = {"int": "a whole number", "limit": "a number of rows (0 for all)", "year": "a year"}


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter; ``choices`` are all valid values.

    An ``entity`` is given by its IRI, ``int``, ``year`` and ``limit`` by digits; ``limit`` 0 means all rows.
    """

    name: str
    type: ParamType
    help: str
    required: bool = False
    default: str | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A named question; ``text`` is its file, ``example`` a call in the form ``param=value``."""

    name: str
    title: str
    params: tuple[Param, ...]
    example: str
    text: str

    def param(self, name: str) -> Param:
        """The parameter of that name.

        Raises:
            UsageError: there is none; the message lists those there are.
        """
        for param in self.params:
            if param.name == name:
                return param
        known = ", ".join(p.name for p in self.params) or "none"
        raise UsageError(f"the question {self.name} has no parameter {name!r}; it has: {known}")


def parse_question(name: str, text: str) -> Question:
    """The question that an ``*.rq`` file holds.

    Raises:
        ValueError: the head is not as this module's docstring says, or a parameter has no place in the query.
    """
    title, example, params = "", "", []
    for line in text.splitlines():
        if not line.startswith("# "):
            break
        key, _, value = line[2:].partition(": ")
        if key == "title":
            title = value
        elif key == "example":
            example = value
        elif key.startswith("param "):
            params.append(_parse_param(name, line[len("# param ") :]))
    question = Question(name, title, tuple(params), example, text)
    places = sorted({match[1] or "limit" for match in _PLACE.finditer(text)})
    limits = [match[2] for match in _PLACE.finditer(text) if match[2]]
    wanted = [p.default for p in params if p.type == "limit"]
    if not title or places != sorted(p.name for p in params) or limits != wanted:
        raise ValueError(f"{name}.rq: needs a title and a place for each parameter; places: {', '.join(places)}")
    return question


def _parse_param(question: str, line: str) -> Param:
    match = _PARAM.fullmatch(line)
    if not match or match[2] not in _TYPES:
        raise ValueError(f"{question}.rq: not a parameter: {line!r}")
    name, kind, need, default, text, choices = match.groups()
    return Param(
        name, _TYPES[kind], text, need == "required", default, tuple((choices or "").split("|")) if choices else ()
    )


@cache
def _all() -> tuple[Question, ...]:
    found = (f for f in files("kg.query").iterdir() if f.name.endswith(".rq"))
    return tuple(
        parse_question(f.name.removesuffix(".rq"), f.read_text(encoding="utf-8"))
        for f in sorted(found, key=lambda f: f.name)
    )


def questions() -> list[Question]:
    """All named questions, by name.

    >>> "leaderboard" in [q.name for q in questions()]
    True
    """
    return list(_all())


def find_question(name: str) -> Question:
    """The question of that name; hyphens and underscores are one.

    Raises:
        UsageError: there is none; the message lists those there are.

    >>> find_question("co-used-datasets").name
    'co_used_datasets'
    """
    wanted = name.strip().replace("-", "_").lower()
    for question in _all():
        if question.name == wanted:
            return question
    raise UsageError(f"no question {name!r}; there are {', '.join(q.name for q in _all())}")


def bind(question: Question, params: Mapping[str, object]) -> str:
    """The text of the question with the values in their places, each as one RDF term that nothing can break out of.

    An entity is given by its IRI, in angle brackets or bare (find it by name first). None and absent are one.

    Raises:
        UsageError: a parameter is unknown, a required one is missing, or a value is not of its parameter's type.

    >>> text = bind(find_question("outperforms"), {"method": "https://w3id.org/kg-abstracts/method/x"})
    >>> "VALUES ?_method { <https://w3id.org/kg-abstracts/method/x> }" in text
    True
    """
    for name in params:
        question.param(name)
    filled: dict[str, str] = {}
    for param in question.params:
        value = params.get(param.name)
        given = param.default if value is None else value
        if given is None and param.required:
            raise UsageError(f"the question {question.name} needs {param.name}: {param.help} (e.g. {question.example})")
        filled[param.name] = "" if given is None else _place(param, _term(param, given))
    # One pass: a value that looks like the place of another parameter stays a value.
    return _PLACE.sub(lambda match: filled[match[1] or "limit"], question.text)


def _place(param: Param, term: str) -> str:
    if param.type == "limit":
        return "" if term == "0" else f"LIMIT {term}"
    return f"VALUES ?_{param.name} {{ {term} }}"


def _term(param: Param, value: object) -> str:
    """A value as a SPARQL term of the parameter's type."""
    text = str(value)
    if param.type == "entity":
        iri = text[1:-1] if text.startswith("<") and text.endswith(">") else text
        if not _IRI.fullmatch(iri):
            raise UsageError(f"{param.name}: {text!r} is not the IRI of an entity; find it by its name first")
        return f"<{iri}>"
    if param.type in _NUMBER:
        if not _NUMBER[param.type].fullmatch(text):
            raise UsageError(f"{param.name}: {text!r} is not {_NAMED[param.type]}")
        return str(int(text))
    if param.choices:
        text = _choice(param, text)
    return literal(text)


def _choice(param: Param, text: str) -> str:
    for choice in param.choices:
        if choice.casefold() == text.strip().casefold():
            return choice
    raise UsageError(f"{param.name}: {text!r} is not one of {', '.join(param.choices)}")


_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"})


def literal(text: str) -> str:
    r"""A text as a SPARQL string. NUL and half surrogates, which no graph holds, become U+FFFD.

    >>> print(literal('say "}" \\ .'))
    "say \"}\" \\ ."
    """
    whole = "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)
    return f'"{whole.translate(_ESCAPES)}"'
