"""What a rule's measured figures say of the next time that it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def confidence(row: Mapping[str, Any]) -> float:
    """How sure a rule is, from its ``precision`` over ``count`` uses: Laplace's rule of succession, three decimals.

    A rule that was right each of a few times is not certain; one without figures is a coin.

    >>> confidence({"precision": 1.0, "count": 8}), confidence({})
    (0.9, 0.5)
    """
    count = int(row.get("count", 0))
    return round((float(row.get("precision", 0)) * count + 1) / (count + 2), 3)
