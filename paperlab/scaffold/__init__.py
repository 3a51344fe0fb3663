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
    from paperlab.scaffold.howfar import Measured as Measured
    from paperlab.scaffold.howfar import progress as progress
    from paperlab.scaffold.names import make_slug as make_slug
    from paperlab.scaffold.pieces import judge_pieces as judge_pieces
    from paperlab.scaffold.pieces import pieces_of as pieces_of
    from paperlab.scaffold.report import Executed as Executed
    from paperlab.scaffold.report import Report as Report
    from paperlab.scaffold.sections import left_out as left_out
    from paperlab.scaffold.solutions import Solved as Solved
    from paperlab.scaffold.solutions import reveal as reveal
    from paperlab.scaffold.solutions import revealed as revealed
    from paperlab.scaffold.solutions import solved as solved

_HOMES = {
    "blank": "paperlab.scaffold.blanks",
    "execute": "paperlab.scaffold.execution",
    "scaffold": "paperlab.scaffold.folder",
    "Measured": "paperlab.scaffold.howfar",
    "progress": "paperlab.scaffold.howfar",
    "make_slug": "paperlab.scaffold.names",
    "judge_pieces": "paperlab.scaffold.pieces",
    "pieces_of": "paperlab.scaffold.pieces",
    "Executed": "paperlab.scaffold.report",
    "Report": "paperlab.scaffold.report",
    "left_out": "paperlab.scaffold.sections",
    "Solved": "paperlab.scaffold.solutions",
    "reveal": "paperlab.scaffold.solutions",
    "revealed": "paperlab.scaffold.solutions",
    "solved": "paperlab.scaffold.solutions",
}
__all__ = [
    "Executed",
    "Measured",
    "Report",
    "Solved",
    "blank",
    "execute",
    "judge_pieces",
    "left_out",
    "make_slug",
    "pieces_of",
    "progress",
    "reveal",
    "revealed",
    "scaffold",
    "solved",
]


def __getattr__(name: str) -> Any:
    """Load `name` from the module that holds it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'paperlab.scaffold' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
