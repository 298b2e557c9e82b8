"""Which weights are read: the shipped ones, or those of a folder that a user has learned (``kg train``)."""

from __future__ import annotations

import sys
from pathlib import Path

# The folder whose files stand in for the shipped ones of the same name; changed by `use` alone.
_own: list[Path] = []


def use(folder: Path | None) -> None:
    """Read weights from a folder from now on, and what it does not have from the shipped ones; None is those alone.

    What was kept in memory of other weights is forgotten, so a process may go from one model to another.
    """
    wanted = [folder] if folder else []
    if wanted == _own:
        return
    _own[:] = wanted
    for name, module in sorted(sys.modules.items()):
        if name.startswith("kg.extract"):
            for value in list(vars(module).values()):
                if callable(clear := getattr(value, "cache_clear", None)):
                    clear()


def chosen(shipped: Path) -> Path:
    """The file of the same name in the user's folder, where there is one, else the shipped file itself.

    >>> chosen(Path("model/claims.tsv")) == Path("model/claims.tsv")
    True
    """
    own = [folder / shipped.name for folder in _own if (folder / shipped.name).exists()]
    return own[0] if own else shipped
