"""The line that says what the gate came to, wherever it is shown. Pure; no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def gate_line(checks: Sequence[Mapping[str, Any]]) -> str:
    """Say how many checks hold, and what is known of them besides.

    Args:
        checks: those of `results`.

    >>> gate_line([{"name": "oracle", "status": "ok", "repeats": 0.0, "calls model.py": True}])
    'gate: 1 of 1 checks hold; run twice, bitwise equal'
    """
    held = sum(check["status"] == "ok" for check in checks)
    empty = bool(checks) and not any(check["calls model.py"] for check in checks)
    return f"gate: {held} of {len(checks)} checks hold{_twice(checks)}{'; none of them calls model.py' * empty}"


def _twice(checks: Sequence[Mapping[str, Any]]) -> str:
    """Say whether the checks gave the same when they were run a second time from the same seed: a fact, no fault."""
    again = {c["name"]: c["repeats"] for c in checks if c["repeats"] is not None}
    if not again:
        return ""
    worst = max(again, key=again.__getitem__)
    return f"; run twice, {worst} differs by {again[worst]:.1g}" if again[worst] else "; run twice, bitwise equal"
