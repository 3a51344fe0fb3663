"""From what happened to numbers: pure functions, without a clock or a list of their own.

A week is an ISO week (Monday to Sunday) in local time. A paper counts as added when it first stands on the ladder
beyond the inbox, and as finished when it is first read, reproduced or explained, or `done` is said of it; each counts
once. What was taken back does not count, nor does a paper that was taken off the list (`drop` keeps it in).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from paperlab.records.overtime import Step, Waiting
from paperlab.records.queue import STATES

QUEUE = ("queued", "skimmed", "reading")
"""What waits: the states that `next` chooses among."""
_LADDER = STATES[STATES.index("queued") : STATES.index("explained") + 1]
_FINISHED = ("read", "reproduced", "explained")
REACHED = ("added", "read", "implemented", "reproduced", "explained")
OLDEST = 5
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """A week's inflow and outflow."""

    monday: date
    added: int = 0
    finished: int = 0

    @property
    def name(self) -> str:
        """The ISO name, such as 2026-W48."""
        year, week, _ = self.monday.isocalendar()
        return f"{year}-W{week:02d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """The queue in numbers."""

    at: str
    """ISO 8601 UTC."""
    weeks: tuple[Week, ...]
    """Oldest first; the last one is not over yet."""
    streak: int
    """Weeks in a row with a finished paper, up to now; the current week does not break it."""
    longest_streak: int
    waiting: int
    """Papers queued, skimmed or being read."""
    median_age: float | None
    """Of those, in days."""
    oldest: tuple[tuple[Waiting, int], ...]
    """The five that wait longest, with their days."""
    reached: dict[str, int]
    """How many papers were ever added, read, implemented, reproduced, explained."""
    timed: int
    """Finished papers of which minutes were told."""
    median_minutes: float | None
    mean_minutes: float | None


@dataclass(slots=True)
class _Life:
    """What became of one paper."""

    first: dict[str, str] = field(default_factory=dict)
    """What it reached, and when first (ISO 8601 UTC)."""
    minutes: int | None = None


def counted(steps: Iterable[Step], waiting: Sequence[Waiting], *, now: str, weeks: int) -> Stats:
    """Count.

    Args:
        steps: oldest first.
        waiting: the papers in `QUEUE`.
        now: ISO 8601 UTC.
        weeks: how many to list, the current one included; 1 and more.
    """
    lives = _lives(steps).values()
    added = [monday(life.first["added"]) for life in lives if "added" in life.first]
    finished = [monday(life.first["read"]) for life in lives if "read" in life.first]
    last = monday(now)
    minutes = [life.minutes for life in lives if "read" in life.first and life.minutes is not None]
    ages = [(paper, _days(paper.added_at, now)) for paper in waiting]
    oldest = sorted(ages, key=lambda pair: (pair[0].added_at, pair[0].id))[:OLDEST]
    return Stats(
        at=now,
        weeks=tuple(Week(day, added.count(day), finished.count(day)) for day in _mondays(last, weeks)),
        streak=streak(finished, last),
        longest_streak=max((streak(finished, day) for day in {*finished}), default=0),
        waiting=len(waiting),
        median_age=_median([days for _, days in ages]),
        oldest=tuple(oldest),
        reached={name: sum(name in life.first for life in lives) for name in REACHED},
        timed=len(minutes),
        median_minutes=_median(minutes),
        mean_minutes=sum(minutes) / len(minutes) if minutes else None,
    )


def _lives(steps: Iterable[Step]) -> dict[str, _Life]:
    lives: dict[str, _Life] = {}
    for step in steps:
        if step.kind == "removed":
            lives.pop(step.paper, None)
            continue
        life = lives.setdefault(step.paper, _Life())
        for name in _reached(step):
            life.first.setdefault(name, step.at)
        if step.minutes is not None:
            life.minutes = (life.minutes or 0) + step.minutes
    return lives


def _reached(step: Step) -> list[str]:
    state = step.state
    reached = {
        "added": state in _LADDER,
        "read": state in _FINISHED or bool(step.done),
        "implemented": state in ("implementing", "reproduced"),
        "reproduced": state == "reproduced",
        "explained": state == "explained",
    }
    return [name for name, yes in reached.items() if yes]


def monday(at: str) -> date:
    """Give the Monday of the local week of a time in ISO 8601 UTC."""
    day = datetime.fromisoformat(at).astimezone().date()
    return day - timedelta(days=day.weekday())


def _mondays(last: date, weeks: int) -> list[date]:
    return [last - back * _WEEK for back in reversed(range(weeks))]


def streak(mondays: Iterable[date], last: date) -> int:
    """Count the weeks in a row, up to `last`, that stand in `mondays`; `last` itself may be missing.

    >>> one, two, three = (date(2026, 11, day) for day in (9, 16, 23))
    >>> streak([one, two], three), streak([one], three), streak([one, two, three], three)
    (2, 0, 3)
    """
    there = set(mondays)
    day = last if last in there else last - _WEEK
    count = 0
    while day in there:
        count, day = count + 1, day - _WEEK
    return count


def _days(since: str, now: str) -> int:
    return max((datetime.fromisoformat(now) - datetime.fromisoformat(since)).days, 0)


def _median(values: Sequence[int]) -> float | None:
    if not values:
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    return float(ordered[middle]) if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
