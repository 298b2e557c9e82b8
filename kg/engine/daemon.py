"""The parent of a Spark worker's Python processes, with what all of them need loaded before they are forked.

Without it every process loads PyArrow and pandas anew, which takes longer than most of the work on a small shard.
"""

from __future__ import annotations

import warnings


def main() -> None:
    """Load, then do what PySpark's own parent does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pyspark.worker  # noqa: F401
        from pyspark.daemon import manager
        from pyspark.sql.pandas import serializers  # noqa: F401

    manager()


if __name__ == "__main__":
    main()
