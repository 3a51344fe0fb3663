"""The queue's judgement: what to read next, why, what is alike, how good the ranker was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.library import listing
from paperlab.library.listfile import ListFile

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from paperlab.library.ranking import Asked
    from paperlab.records.judgement import Near, RankerReport, Why
    from paperlab.records.queue import Ranked


class Judgement(ListFile):
    """What the list says of itself; but for `learn`, nothing changes."""

    def ranked(
        self, *, minutes: int | None = None, limit: int = 10, depth: str | None = None,
        weights: Mapping[str, float] | None = None, pace: bool = True,
    ) -> list[Ranked]:  # fmt: skip
        """Give what to read next, best value per minute first: reading, queued, skimmed, and snoozed ones due.

        One of ten is drawn by chance from the less relevant, where there are more papers than `limit`.

        Args:
            minutes: only papers that cost at most so many from now on; where none does, papers to skim.
            limit: at most so many.
            depth: skim, read or implement; None means read.
            weights: points of each term, by name; None means as they come.
            pace: whether minutes are corrected by my own pace.

        Raises:
            UsageError: no such depth.
        """
        from paperlab.library.choosing import ranked
        from paperlab.library.ranking import checked_depth

        checked_depth(depth)

        def best(c: sqlite3.Connection) -> list[Ranked]:
            for name in (depth,) if depth else ("read", "skim"):
                found = ranked(c, self._asked(c, name, weights, pace=pace, minutes=minutes), limit=limit)
                if found or minutes is None:
                    return found
            return []

        return self._read(best)

    def why(
        self, text: str, *, depth: str = "read", weights: Mapping[str, float] | None = None, pace: bool = True
    ) -> Why:
        """Say why an entry stands where it stands, in whatever state it is.

        Raises:
            NothingFound: not on the list.
            UsageError: no such depth, or several titles begin so.
        """
        from paperlab.library.ranking import checked_depth
        from paperlab.library.reasons import why

        checked_depth(depth)

        def told(c: sqlite3.Connection) -> Why:
            at = self._asked(c, depth, weights, pace=pace, minutes=None)
            skim = self._asked(c, "skim", weights, pace=pace, minutes=None) if depth == "read" else at
            return why(c, listing.meant(c, text).id, at, skim)

        return self._read(told)

    def similar(self, text: str, *, limit: int = 10) -> list[Near]:
        """Give the entries most like a paper, which need not be on the list when its record is known.

        Raises:
            NothingFound: nothing is known of the paper.
            UsageError: several titles begin so.
        """
        from paperlab.library.alike import similar

        return self._read(lambda c: similar(c, text, limit=limit))

    def triage_order(self, limit: int | None = None) -> list[Ranked]:
        """Give the inbox, most relevant first, then the newest; each tenth place is drawn from further down."""
        from paperlab.library.exploring import mixed
        from paperlab.records.queue import Ranked

        def ordered(c: sqlite3.Connection) -> list[Ranked]:
            sql = (
                "SELECT paper, relevance FROM entries WHERE state = 'inbox' "
                "ORDER BY withdrawn, relevance DESC, published DESC, added_day DESC, paper DESC"
            )
            relevance = dict(c.execute(sql).fetchall())
            chosen = mixed(list(relevance), self._clock(), len(relevance) if limit is None else max(limit, 0))
            found = [(listing.by_id(c, paper), relevance[paper], chance) for paper, chance in chosen]
            return [
                Ranked(entry=entry, score=near, terms=(("relevance", near),) if near else (), explore=chance)
                for entry, near, chance in found
                if entry is not None
            ]

        return self._read(ordered)

    def learn(self) -> bool:
        """Bring learned relevance up to date: 0.1 ms a new paper, and where anything changed 20 us a paper of the list.

        `sync`, `import` and whoever else can wait call it; a list of up to 200 papers is always up to date.

        Returns:
            False where there was nothing to learn.
        """
        return self._learn()

    def ranker_report(self) -> RankerReport:
        """Say how good the ranker was, by what became of the inbox."""
        from paperlab.library.hits import report

        return self._read(report)

    def _asked(
        self, c: sqlite3.Connection, depth: str, weights: Mapping[str, float] | None, *, pace: bool, minutes: int | None
    ) -> Asked:
        from paperlab.library.pace import paces
        from paperlab.library.ranking import WEIGHTS, Asked

        factor = paces(c)[depth].factor if pace else 1.0
        return Asked(self._clock(), depth, factor, {**WEIGHTS, **(weights or {})}, minutes)
