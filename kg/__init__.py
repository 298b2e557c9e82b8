"""From paper abstracts to a knowledge graph in which every edge leads back to the sentence that says it.

>>> import kg
>>> callable(kg.build)
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.api import Graph, build, extract_papers, load, read_papers
    from kg.assess import evaluation
    from kg.engine.spark import Spark
    from kg.query.table import Table

__version__ = "0.1.0"

# Public name -> the module that has it; nothing is imported before it is asked for.
_HOMES = {
    "Graph": "kg.api",
    "build": "kg.api",
    "evaluation": "kg.assess",
    "extract_papers": "kg.api",
    "load": "kg.api",
    "read_papers": "kg.api",
    "Spark": "kg.engine.spark",
    "Table": "kg.query.table",
}

__all__ = ["Graph", "Spark", "Table", "__version__", "build", "evaluation", "extract_papers", "load", "read_papers"]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    message = f"module 'kg' has no attribute {name!r}; it has {', '.join(sorted(__all__))}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)
