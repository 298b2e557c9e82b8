"""The README tells the truth: its commands exist and print what it shows, on the bundled sample."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def shown() -> list[tuple[str, str]]:
    """Each command of the console blocks with the output that stands under it."""
    found = []
    for block in BLOCKS:
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output.rstrip()))
    return found


def run(command: str, folder: Path) -> str:
    done = subprocess.run(
        ["bash", "-c", command.replace("kg ", f"{sys.executable} -m kg.cli ", 1)],
        cwd=folder, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()).rstrip()


def test_there_are_commands_with_output() -> None:
    assert len(shown()) >= 5
    assert all(output for _, output in shown())


@pytest.mark.parametrize(("command", "output"), shown(), ids=[c[:50] for c, _ in shown()])
def test_a_command_prints_what_the_readme_shows(command: str, output: str, sample_dir: Path) -> None:
    printed = run(command, sample_dir.parent)
    # A line of "..." stands for any lines.
    pattern = "\n".join(".*" if line == "..." else re.escape(line) for line in output.splitlines())
    assert re.fullmatch(pattern, printed, re.DOTALL), printed


def test_the_picture_and_the_places_exist() -> None:
    root = Path(__file__).parents[1]
    for place in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (root / place).exists(), place
    for place in re.findall(r"`((?:kg|ontologies|tests|notebooks|\.ci)/[\w./]*)`", README):
        assert (root / place).exists(), place


def test_every_command_named_is_a_command() -> None:
    help_text = subprocess.run(
        [sys.executable, "-m", "kg.cli", "--help"], capture_output=True, text=True, check=True
    ).stdout
    commands = set(re.findall(r"^  ([a-z]+)  ", help_text, re.MULTILINE))
    named = set(re.findall(r"`kg ([a-z]+)", README)) | set(re.findall(r"^\$? ?kg ([a-z]+)", README, re.MULTILINE))
    assert named
    assert named <= commands
