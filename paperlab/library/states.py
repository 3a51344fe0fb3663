"""The learning ladder: which state may follow which.

A person climbs it in their own order, so the table is generous; what it refuses are steps that would make the
list lie: back to the inbox, or reproduced without an implementation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from paperlab.errors import Refused, UsageError
from paperlab.records.queue import STATES

_OPEN = ("queued", "skimmed", "reading", "read", "implementing", "snoozed", "dropped")

FOLLOWERS: Mapping[str, tuple[str, ...]] = {
    "inbox": _OPEN,
    "queued": _OPEN,
    "skimmed": _OPEN,
    "reading": _OPEN,
    "read": (*_OPEN, "explained"),
    "implementing": (*_OPEN, "reproduced", "explained"),
    "reproduced": ("queued", "reading", "implementing", "explained", "dropped"),
    "explained": ("queued", "reading", "implementing", "reproduced", "dropped"),
    "snoozed": _OPEN,
    "dropped": _OPEN,
}
"""State -> states that may follow. Staying where one is is always allowed and changes nothing."""

BESIDE = ("snoozed", "dropped")
"""States beside the ladder."""


def checked(before: str, after: str, *, paper: str) -> None:
    """Allow the step or say what is possible.

    Raises:
        UsageError: `after` is no state.
        Refused: the step is not on the ladder.
    """
    if after not in STATES:
        raise UsageError(f"{paper}: expected a state, one of {', '.join(STATES)}; got {after!r}")
    if after != before and after not in FOLLOWERS[before]:
        raise Refused(f"{paper} is {before}: expected one of {', '.join(FOLLOWERS[before])} next, got {after}")


def height(state: str) -> int:
    """Give how far up the ladder a state is; snoozed and dropped stand beside it, below all."""
    return -1 if state in BESIDE else STATES.index(state)


def passable(way: Sequence[str]) -> bool:
    """Tell whether each step of a way is on the ladder."""
    return all(after in FOLLOWERS[before] for before, after in pairwise(way))
