"""How long reading may go on: one deadline for everything that is done while it is set.

Two ways to end: a list of items that is read one by one ends softly and keeps what it has (`in_time`); a loop over signs that
cannot end in the middle raises (`check`), a little later, so that the soft end comes first where both can be had. A check costs less than a microsecond.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import inf
from typing import TypeVar

_Item = TypeVar("_Item")
_Other = TypeVar("_Other")


class OutOfTime(Exception):
    """The deadline passed in the middle of an item."""


@dataclass(slots=True)
class Clock:
    """A deadline by `time.monotonic()`, and whether it was met."""

    soft: float = inf
    hard: float = inf
    late: bool = False


_CLOCK: ContextVar[Clock | None] = ContextVar("clock", default=None)


@contextmanager
def until(soft: float, hard: float | None = None) -> Iterator[Clock]:
    """Set a deadline for what is done inside; an outer one still counts.

    Args:
        soft: lists end here, by `time.monotonic()`.
        hard: everything ends here; the soft one where it is None.
    """
    outer = _CLOCK.get() or Clock()
    clock = Clock(min(soft, outer.soft), min(soft if hard is None else hard, outer.hard))
    token = _CLOCK.set(clock)
    try:
        yield clock
    finally:
        _CLOCK.reset(token)
        outer.late = outer.late or clock.late


def check() -> None:
    """End here when the time is over.

    Raises:
        OutOfTime: the deadline has passed.
    """
    clock = _CLOCK.get()
    if clock is not None and time.monotonic() > clock.hard:
        clock.late = True
        raise OutOfTime("the time for reading is over")


def in_time(items: Iterable[_Item]) -> Iterator[_Item]:
    """Give the items, one after the other, as long as there is time; what an item without end has cost is its own."""
    clock = _CLOCK.get() or Clock()
    found = iter(items)
    while True:
        if time.monotonic() > clock.soft:
            clock.late = True
            return
        try:
            item = next(found)
        except (StopIteration, OutOfTime):
            return
        yield item


def within(share: float, read: Callable[[], _Item], default: _Other) -> _Item | _Other:
    """Run one of several readers for a share of the time that is left, so that there is some for those after it.

    Args:
        share: after which lists end.
        read: what is run.
        default: stands for what cannot be ended otherwise.
    """
    now, clock = time.monotonic(), _CLOCK.get() or Clock()
    left = max(0.0, min(clock.hard - now, 1e6))
    try:
        with until(now + share * left, now + min(1.0, share + _GRACE) * left):
            return read()
    except OutOfTime:
        return default


_GRACE = 0.1
"""Share of the time that is left to what a list has in hand."""


class InTime(tuple[_Item, ...]):
    """A tuple that ends early for who goes through it when the time is over."""

    __slots__ = ()

    def __iter__(self) -> Iterator[_Item]:
        """Go through the items as long as there is time."""
        return in_time(super().__iter__())
