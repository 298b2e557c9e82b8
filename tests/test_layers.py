"""Imports point one way: command line -> api -> run -> engine and stages -> floor; each heavy library has its doors."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kg"

# Lowest first. A module may import from its own room and from lower layers, never from a sibling room of its layer.
LAYERS = [
    {
        "errors",
        "model",
        "ids",
        "vocab",
        "config",
        "records",
        "files",
        "ontologies",
        "ntriples",
        "sorting",
        "metrics",
        "forms",
        "plain",
        "spelling",
        "type_words",
        "inputs",
    },
    {"folder"},
    {
        "engine",
        "read",
        "extract",
        "resolve",
        "graph",
        "store",
        "query",
        "export",
        "view",
        "sample",
        "validate",
        "evaluate",
        "links",
    },
    {"worker", "answers", "train", "subgraph", "compare"},
    {"catalog", "tally", "naming", "facts", "ledger", "outputs", "derive", "run", "cluster"},
    {"api", "assess"},
    {"console", "serve"},
    {"cli"},
]
# Within the floor and the chain, modules may import each other (there is no cycle: Python would not load one).
OPEN_LAYERS = (0, 4)

DOORS = {
    "spacy": {"extract/nlp.py", "extract/component.py"},
    "torch": {"train/teacher.py", "train/label.py"},
    "transformers": {"train/teacher.py"},
    "thinc": {"extract/tagger.py", "train/student.py"},
    "pyoxigraph": {"store.py", "links/rdf.py"},
    "pyvis": {"view/page.py"},
    "rdflib": {"graph/rdf.py", "validate.py", "api.py"},
    "networkx": {"graph/network.py", "view/layout.py"},
    "bs4": {"read/html"},
    "typer": {"cli.py"},
    "starlette": {"serve/app.py", "serve/guard.py"},
    "uvicorn": {"serve/run.py"},
    "pyspark": {"engine/spark.py", "engine/daemon.py"},
}
HEAVY = [
    "spacy",
    "pyoxigraph",
    "rdflib",
    "networkx",
    "pyvis",
    "bs4",
    "lxml",
    "typer",
    "rich",
    "pyarrow",
    "numpy",
    "pandas",
    "thinc",
    "torch",
    "pyspark",
]


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def level_of(room: str) -> int:
    for level, rooms in enumerate(LAYERS):
        if room in rooms:
            return level
    raise AssertionError(f"kg/{room} has no layer: give it one in {Path(__file__).name}")


def modules() -> list[Path]:
    found = [p for p in sorted(PACKAGE.rglob("*.py")) if p != PACKAGE / "__init__.py"]
    assert found
    return found


def imports_of(path: Path) -> list[str]:
    """Every module imported anywhere in a file, inside functions and type-checking blocks too."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            found += [f"{module}.{alias.name}" for alias in node.names] if module == "kg" else [module]
    return found


def refusals(path: Path) -> list[str]:
    """What a module imports against the rules."""
    room, found = room_of(path), []
    level = level_of(room)
    for name in imports_of(path):
        if not name.startswith("kg."):
            continue
        other = name.split(".")[1]
        if other == room or other.startswith("__"):
            continue
        below = level_of(other)
        if below > level or (below == level and level not in OPEN_LAYERS):
            found.append(f"{path.relative_to(ROOT)} imports {name}")
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    assert refusals(path) == []


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_heavy_libraries_have_one_door(path: Path) -> None:
    place = str(path.relative_to(PACKAGE))
    for name in imports_of(path):
        doors = DOORS.get(name.split(".")[0])
        if doors:
            assert any(place == door or place.startswith((door + "/", door + ".")) for door in doors), (
                f"{place} imports {name}"
            )


def test_rules_can_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path / "kg")
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    bad = tmp_path / "kg" / "read" / "x.py"
    bad.parent.mkdir(parents=True)
    bad.write_text(
        "def f():\n    from kg.graph import rdf\n    import kg.run\n    from kg import cli\n    import kg.ids\n"
    )
    assert [r.split()[-1] for r in refusals(bad)] == ["kg.graph", "kg.run", "kg.cli"]


@pytest.mark.parametrize("command", ["import kg", "import kg; dir(kg); kg.__version__"])
def test_importing_kg_loads_nothing_heavy(command: str) -> None:
    assert loaded_after(command) == set()


def test_the_commands_that_need_no_models_load_none() -> None:
    for arguments in (["--help"], ["formats"], ["questions"]):
        loaded = loaded_after(
            f"import sys; sys.argv = ['kg', *{arguments!r}]\n"
            "from kg.cli import main\n"
            "try:\n    main()\nexcept SystemExit: pass"
        )
        assert not loaded & {"spacy", "pyvis", "networkx"}, arguments


def loaded_after(command: str) -> set[str]:
    script = f"{command}\nimport sys\nprint('\\nLOADED', *(m for m in {HEAVY!r} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split("\nLOADED", 1)[1].split())
