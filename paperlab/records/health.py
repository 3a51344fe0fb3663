"""What a look at the lab's files found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    name: str
    """What: one or two words, such as `search index`."""
    state: str
    """`ok`, `note` (worth knowing, nothing wrong), `fixed` or `wrong`."""
    found: str
    """One line: what it is like."""
    todo: str = ""
    """What to do, where something is wrong."""
