"""Both forms of the installed package carry all they need: the wheel, and an editable install."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import kg
from kg.ontologies import ontology

ROOT = Path(__file__).parents[1]
NEEDED = [
    "kg/py.typed",
    "kg/sample/papers.jsonl",
    "kg/ontologies/kg.ttl",
    "kg/ontologies/shapes.ttl",
    "kg/ontologies/context.jsonld",
    "kg/query/leaderboard.rq",
    "kg/view/web/main.js",
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (made,) = place.glob("*.whl")
    return made


def test_the_wheel_has_everything(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert [n for n in NEEDED if n not in names] == []
    data = {
        p.relative_to(ROOT).as_posix() for p in (ROOT / "kg").rglob("*") if p.is_file() and "__pycache__" not in p.parts
    }
    assert data - names == set()
    assert not [n for n in names if n.startswith(("tests/", "notebooks/"))]
    assert wheel.stat().st_size < 25_000_000


def test_an_unpacked_wheel_works_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    script = (
        "import kg, kg.ontologies as o; from kg.ontologies import ontology;"
        "print(kg.__file__, ontology('kg.ttl'));"
        "g = kg.build(sample=True); print(len(g.query('SELECT ?p { ?p a kg:Paper }')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(tmp_path)},
    )
    places, count = done.stdout.strip().splitlines()
    assert all(Path(place).is_relative_to(tmp_path) for place in places.split())
    assert int(count) >= 40


def test_the_checkout_finds_its_ontologies() -> None:
    assert ontology("kg.ttl").read_text(encoding="utf-8").startswith(("@prefix", "#"))


def test_the_version_is_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["hatch"]["version"]["path"] == "kg/__init__.py"
    assert f"## {kg.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_locked_requirements_have_hashes_and_no_host() -> None:
    text = (ROOT / ".ci" / "requirements.lock").read_text(encoding="utf-8")
    pinned = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(pinned) > 50
    assert all("==" in line and line.endswith("\\") for line in pinned)
    assert "://" not in text
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    wanted = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["dev"],
        *extras["bib"],
        *extras["validate"],
    ]
    locked = {line.split("==")[0].lower() for line in pinned}
    for requirement in wanted:
        name = requirement.split(">")[0].split("[")[0].split("=")[0].strip().lower().replace("_", "-")
        assert name in locked, f"{name}: run .ci/lock"
