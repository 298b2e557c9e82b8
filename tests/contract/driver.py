"""A build in a process that a test can kill: ``python -m tests.contract.driver ENGINE PLACE SOURCE...``."""

from __future__ import annotations

import sys

from kg.cluster.build import build
from kg.engine.processes import Processes
from tests.contract.engines import CUT


def main() -> None:
    """Build with one worker, slowly enough to be killed on the way."""
    kind, place, *sources = sys.argv[1:]
    if kind == "processes":
        build(sources, place, engine=Processes(), sizes=CUT)
    else:
        from kg.engine.spark import Spark

        build(sources, place, engine=Spark(master="local[1]"), sizes=CUT)


if __name__ == "__main__":
    main()
