"""The verbs that look at the queue over time: stats, prune, digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.errors import UsageError
from paperlab.lab.base import Base

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.lab.digest import Digest
    from paperlab.lab.weeks import Stats
    from paperlab.records.overtime import Waiting

PRUNED = ("inbox", "queued", "skimmed", "snoozed")
"""States that `prune` may take papers from: what somebody reads or has read stays."""


class Overtime(Base):
    """Inflow, outflow, age; giving up what waits for too long."""

    def stats(self, *, weeks: int = 12) -> Stats:
        """Give the queue in numbers, week by week; see `paperlab.lab.weeks` for what counts.

        Args:
            weeks: how many to list, the current one included; 1 and more.
        """
        from paperlab.lab.weeks import QUEUE, counted

        with self.library() as library:
            return counted(library.steps(), library.waiting(QUEUE), now=library.now(), weeks=weeks)

    def stale(
        self, *, older: str = "180d", states: Sequence[str] = ("queued", "inbox"), below: int | None = None
    ) -> list[Waiting]:
        """Give the papers that `prune` would drop, those first that wait longest.

        Args:
            older: added longer ago than this span: 180d, 26w, 6m or 1y.
            states: which of inbox, queued, skimmed, snoozed to look at.
            below: only papers of a priority below this; None is all.

        Raises:
            UsageError: no span, or a state that is none of these.
        """
        from paperlab.records.times import ago

        strange = [state for state in states if state not in PRUNED]
        if strange or not states:
            raise UsageError(f"expected --state with some of {', '.join(PRUNED)}, got {', '.join(strange)!r}")
        with self.library() as library:
            before = ago(older, library.now(), name="--older")
            return library.waiting(states, before=before, below=below)

    def prune(self, papers: Sequence[Waiting], *, older: str) -> None:
        """Drop what `stale` gave, as one command that `undo` takes back."""
        if papers:
            with self.library(write=True) as library:
                words = f"prune --older {older}"
                library.drop_all([paper.id for paper in papers], reason=f"pruned: older than {older}", command=words)

    def digest(self, since: str = "7d") -> Digest:
        """Give what came, what was revised and finished since a time, what is next, and what waits longest.

        Args:
            since: mon, yesterday, 7d, 2026-11-20: see `paperlab.records.times`; days begin at local midnight.

        Raises:
            UsageError: no such time.
        """
        from paperlab.lab.digest import NEXT, gathered
        from paperlab.records.times import beginning

        best = self._lab.ranked(limit=NEXT)
        with self.library() as library:
            return gathered(library, beginning(since, library.now(), name="--since", local=True), best)
