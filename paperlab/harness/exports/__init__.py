"""What was measured, for a tool that a person already looks at runs with: MLflow, TensorBoard.

A run each for what one arm reached at one seed, with its learning curve, and one for the verdicts and all else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from paperlab.errors import UsageError
from paperlab.harness.exports.runs import Run, runs
from paperlab.records.measurement import Measurement

__all__ = ["EXPORTS", "Run", "export", "runs"]

EXPORTS = ("mlflow", "tensorboard")
"""Names of the modules in this folder, and of the packages that they need."""


def export(to: str, results: Mapping[str, Any], rows: Sequence[Measurement], where: str) -> str:
    """Write the rows of one implementation where a tool reads them; what is there already is not written twice.

    Args:
        to: one of EXPORTS.
        results: what the report holds (`report.results`).
        rows: that it was made from.
        where: a folder, which is made. An address is refused: measuring never goes out to a network.

    Returns:
        What the tool is to be pointed at.

    Raises:
        UsageError: there is no such tool, it needs a package that is not here, or the place is no folder.
    """
    if to not in EXPORTS:
        raise UsageError(f"expected --to to be one of {', '.join(EXPORTS)}; got {to!r}")
    if "://" in where:
        raise UsageError(f"expected --out to be a folder, got {where!r}; point {to} at what is written there")
    if find_spec(to) is None:
        raise UsageError(f"an export to {to} needs its package: pip install 'paperlab-loop[{to}]'")
    written: str = import_module(f"{__name__}.{to}").write(results["slug"], runs(results, rows), where)
    return written
