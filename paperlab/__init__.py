"""paperlab: from a paper's sentence to our number with an interval to a verdict.

`from paperlab import Lab` gives the verbs of the command line to a notebook: `Lab().add("1706.03762")`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperlab.lab import Lab as Lab

__all__ = ["Lab", "__version__"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Load `Lab` on first use: the command line imports this package and must start fast."""
    if name == "Lab":
        from paperlab.lab import Lab

        return Lab
    raise AttributeError(f"module 'paperlab' has no attribute {name!r}")
