"""The list over time: what happened, what waits, what is given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.library import listing
from paperlab.library.listfile import ListFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.records.overtime import Step, Waiting
    from paperlab.records.queue import Entry


class Overtime(ListFile):
    """Steps and ages."""

    def now(self) -> str:
        """Give the time by the list's own clock, in ISO 8601 UTC."""
        return self._clock()

    def steps(self) -> list[Step]:
        """Give what moved papers and what `done` wrote, oldest first; commands that were taken back left no step."""
        sql = (
            "SELECT v.paper, v.at, v.kind, CASE WHEN v.kind IN ('added', 'state') THEN v.after END, v.minutes, "
            "c.name LIKE 'done %' FROM events v JOIN commands c ON c.id = v.command "
            "WHERE c.undone = 0 AND (v.kind IN ('added', 'state', 'removed') OR c.name LIKE 'done %') ORDER BY v.id"
        )
        rows = self._read(lambda c: c.execute(sql).fetchall())
        from paperlab.records.overtime import Step

        return [Step._make(row) for row in rows]

    def waiting(
        self, states: Sequence[str], *, before: str | None = None, below: int | None = None, limit: int | None = None
    ) -> list[Waiting]:
        """Give the papers in some states, those first that were added first.

        Args:
            states: one or several.
            before: only papers added before this time, ISO 8601 UTC.
            below: only papers of a priority below this.
            limit: at most so many.

        Raises:
            UsageError: no such state.
        """
        names = [listing.known_state(state) for state in states]
        sql = (
            "SELECT e.paper, coalesce(e.title, ''), e.state, e.priority, e.added_at FROM entries e "
            f"WHERE e.state IN ({', '.join('?' * len(names))}) AND e.added_at < coalesce(?, 'a') "
            "AND e.priority < coalesce(?, 10) ORDER BY e.added_at, e.paper LIMIT ?"
        )
        values = (*names, before, below, -1 if limit is None else max(limit, 0))
        from paperlab.records.overtime import Waiting

        return [Waiting._make(row) for row in self._read(lambda c: c.execute(sql, values).fetchall())]

    def drop_all(self, papers: Sequence[str], *, reason: str, command: str) -> None:
        """Move papers (ids in any form) to dropped, all or none, as one command.

        Raises:
            NothingFound: one of them is not on the list.
        """
        from paperlab.library import changes

        with self._write(command) as journal:
            for paper in papers:
                changes.moved(journal, paper, "dropped", minutes=None, reason=reason, until=None)

    def best(self, papers: Sequence[str]) -> list[Entry]:
        """Give those of `papers` (canonical ids) that are on the list: by priority, then by how many of mine mention it."""
        from json import dumps

        sql = (
            f"SELECT {listing.COLUMNS} FROM {listing.SOURCE} WHERE e.paper IN (SELECT value FROM json_each(?)) "
            "ORDER BY e.priority DESC, e.mentions DESC, p.published DESC, e.paper DESC"
        )
        return [listing.made(row) for row in self._read(lambda c: c.execute(sql, (dumps(list(papers)),)).fetchall())]

    def shown_since(self, since: str) -> dict[str, str]:
        """Give the papers that feeds have shown first since a time (ISO 8601 UTC), each with the first of its feeds."""
        sql = "SELECT paper, feed FROM feed_items WHERE first_at >= ? ORDER BY first_at DESC, feed DESC"
        rows = self._read(lambda c: c.execute(sql, (since,)).fetchall())
        return {paper.rpartition("v")[0] or paper: feed for paper, feed in rows}
