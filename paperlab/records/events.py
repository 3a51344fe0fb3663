"""What the log of a list is made of."""

from __future__ import annotations

from typing import NamedTuple


class Event(NamedTuple):
    """One change of one entry."""

    id: int
    command: int
    """Events of one command share this number; `undo` takes back a command."""
    at: str
    """ISO 8601 UTC."""
    paper: str
    kind: str
    before: str | None
    after: str | None
    minutes: int | None = None
    reason: str | None = None
    words: str = ""
    """The words of its command."""
    undone: bool = False
    """Its command was taken back, and not done again."""
