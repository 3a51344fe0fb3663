"""State follows acts: `implement`, `bench` and `publish` move a paper along the ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.errors import NothingFound, Refused
from paperlab.records.queue import STATES

if TYPE_CHECKING:
    from paperlab.lab import Lab


def follow(lab: Lab, id: str | None, state: str, *, act: str) -> None:
    """Move a paper up to `state`; one that is not on the list, is further already, or cannot go there, stays."""
    if id is None:
        return
    with lab.library(write=True) as library:
        try:
            entry = library.entry(id)
            if STATES.index(entry.state) < STATES.index(state):
                library.move(entry.id, state, command=f"{act} {entry.id}")
        except (NothingFound, Refused):
            return
