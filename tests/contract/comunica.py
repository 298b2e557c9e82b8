"""A third engine: Comunica, run by node. Its modules lie in the folder that KG_COMUNICA names, else they are installed.

Install them with ``npm install @comunica/query-sparql-rdfjs-lite@5.2.3 n3@1.26.0`` in that folder.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PACKAGES = ("@comunica/query-sparql-rdfjs-lite@5.2.3", "n3@1.26.0")
_SCRIPT = Path(__file__).with_name("comunica.cjs")


def need_comunica() -> Path:
    """The folder in which Comunica is installed; the calling test is skipped, with the reason, where it cannot be."""
    folder, why = _installed()
    if folder is None:
        pytest.skip(f"Comunica is not at hand: {why}; install {' '.join(PACKAGES)} and set KG_COMUNICA to the folder")
    return folder


@cache
def _installed() -> tuple[Path | None, str]:
    if given := os.environ.get("KG_COMUNICA"):
        return (Path(given), "") if _has(Path(given)) else (None, f"KG_COMUNICA={given} does not hold it")
    if not shutil.which("node") or not shutil.which("npm"):
        return None, "node and npm are not installed"
    folder = Path(tempfile.gettempdir()) / f"kg-comunica-{os.getuid()}"
    if not _has(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(folder), *PACKAGES]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        except subprocess.TimeoutExpired:
            return None, "npm took more than 5 minutes"
        if done.returncode or not _has(folder):
            return None, f"npm failed: {done.stderr.strip()[-200:] or done.returncode}"
    return folder, ""


def _has(folder: Path) -> bool:
    return all((folder / "node_modules" / package.rsplit("@", 1)[0]).is_dir() for package in PACKAGES)


def ask(folder: Path, graph: Path, queries: Sequence[str]) -> list[dict[str, Any]]:
    """The answers to queries on a graph file: ``columns`` and ``rows``, or ``error``; and ``seconds``."""
    asked = json.dumps({"graph": str(graph), "queries": list(queries)})
    done = subprocess.run(
        ["node", str(_SCRIPT)],
        input=asked,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        check=False,
        timeout=1200,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]
