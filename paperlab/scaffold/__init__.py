"""A paper in, an implementation folder with a notebook out.

Names load on first use, so that making a slug does not start nbformat. No module may be called like one of them:
the import system would put the module in the function's place.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paperlab.scaffold.blanks import blank as blank
    from paperlab.scaffold.execution import execute as execute
    from paperlab.scaffold.folder import scaffold as scaffold
    from paperlab.scaffold.names import make_slug as make_slug
    from paperlab.scaffold.report import Executed as Executed
    from paperlab.scaffold.report import Report as Report

_HOMES = {
    "blank": "paperlab.scaffold.blanks",
    "execute": "paperlab.scaffold.execution",
    "scaffold": "paperlab.scaffold.folder",
    "make_slug": "paperlab.scaffold.names",
    "Executed": "paperlab.scaffold.report",
    "Report": "paperlab.scaffold.report",
}
__all__ = ["Executed", "Report", "blank", "execute", "make_slug", "scaffold"]


def __getattr__(name: str) -> Any:
    """Load `name` from the module that holds it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'paperlab.scaffold' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
