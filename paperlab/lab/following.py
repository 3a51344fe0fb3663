"""State follows acts: `implement`, `bench` and `publish` move a paper up the ladder, never down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from paperlab.errors import NothingFound

if TYPE_CHECKING:
    from paperlab.lab import Lab
    from paperlab.records.queue import Entry


def follow(lab: Lab, id: str | None, state: str, *, act: str, through: Sequence[str] = ()) -> None:
    """Move a paper up to `state`; one that is not on the list, is further already, or cannot go there, stays.

    Args:
        lab: whose list.
        id: of the paper; None where the implementation is of none on arXiv.
        state: where the act leads.
        act: the verb, for `log` and `undo`.
        through: states that the act shows to be passed: who publishes a folder has implemented it.
    """
    if id is None:
        return
    with lab.library(write=True) as library:
        try:
            entry = library.entry(id)
            library.climb(entry.id, state, through=through, command=f"{act} {entry.id}")
        except NothingFound:
            return


def explained(lab: Lab, id: str | None, *, prompt: bool, ask: Callable[[Entry], str] | None = None) -> str | None:
    """Move a paper that was published to explained where somebody wrote a teach-back; else give a line that says so.

    Args:
        lab: whose list.
        id: of the paper.
        prompt: False skips the gate: it is explained without a teach-back.
        ask: asks somebody for a teach-back that is missing; an empty one leaves it so.
    """
    if id is None:
        return None
    with lab.library() as library:
        try:
            entry = library.entry(id)
        except NothingFound:
            return None
        open_ = prompt and entry.state != "explained" and not library.teach_back(entry.id)
    if open_ and ask and (told := ask(entry).strip()):
        lab.explain(entry.id, told)
    elif open_:
        return f"{entry.id} stays {entry.state}: its teach-back is missing; `paperlab explain {entry.id}` asks for it"
    follow(lab, entry.id, "explained", act="publish", through=("implementing",))
    return None
