"""An e-print -> Paper: sections, equations, algorithms, tables, claims, references, hyperparameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperlab.extract.entry import extract

__all__ = ["extract"]


def __getattr__(name: str) -> object:
    """Load the readers when they are first used, so that a list of papers never pays for them."""
    if name == "extract":
        from paperlab.extract.entry import extract as function

        globals()["extract"] = function
        return function
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
