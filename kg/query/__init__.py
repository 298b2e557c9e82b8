"""Questions and their answers: the named questions (``*.rq``), tables, and the forms in which a table is printed."""

from __future__ import annotations

from kg.query.named import Param, Question, bind, find_question, questions
from kg.query.table import Table

__all__ = ["Param", "Question", "Table", "bind", "find_question", "questions"]
