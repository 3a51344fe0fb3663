"""Going down the list: decisions of many papers at once, what acts bring about, triage, teach-backs, reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.library import listing
from paperlab.library.listfile import ListFile

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from paperlab.records.changes import Decision
    from paperlab.records.queue import Entry, Ranked


class Ladder(ListFile):
    """Steps along the ladder; each call is one transaction."""

    def decide(self, decisions: Sequence[Decision], *, command: str) -> tuple[Entry, ...]:
        """Do what was decided of papers, all or none, as one command; gives their entries in the order asked.

        Raises:
            NothingFound: one is not on the list.
            UsageError: no such state, a priority outside 0-9, negative minutes, or a tag with a blank.
            Refused: a step is not on the ladder.
        """
        from paperlab.library import steps

        with self._write(command) as journal:
            papers = [steps.decided(journal, what) for what in decisions]
            return _entries(journal.connection, papers)

    def open_paper(self, id: str, *, limit: int, command: str = "open") -> Entry:
        """Begin to read a paper that was opened, where `limit` (0: any number) allows; one that is further stays.

        Raises:
            NothingFound: not on the list.
        """
        from paperlab.library import steps

        with self._write(command) as journal:
            return _entries(journal.connection, [steps.opened(journal, id, limit=limit)])[0]

    def climb(self, id: str, state: str, *, through: Sequence[str] = (), command: str) -> Entry:
        """Move a paper up to `state`, by way of `through` where the ladder asks for it; never down.

        Where there is no way, it stays. A snoozed or dropped paper comes back to the ladder.

        Raises:
            NothingFound: not on the list.
        """
        from paperlab.library import steps

        with self._write(command) as journal:
            return _entries(journal.connection, [steps.climbed(journal, id, state, through=through)])[0]

    def teach_back(self, text: str) -> str:
        """Give the paragraph that explains a paper; empty until it was told."""
        sql = "SELECT i.teach_back FROM entries e LEFT JOIN ideas i ON i.paper = e.paper WHERE e.paper = ?"
        row = self._read(lambda c: c.execute(sql, (listing.meant(c, text).id,)).fetchone())
        return str(row[0] or "")

    def reading_since(self, text: str) -> str | None:
        """Give when a paper that is being read was begun (ISO 8601 UTC); None where it is not being read."""
        sql = (
            "SELECT v.at FROM events v JOIN entries e ON e.paper = v.paper WHERE v.paper = ? AND e.state = 'reading' "
            "AND v.kind = 'state' AND v.after = 'reading' AND v.before <> 'reading' ORDER BY v.id DESC LIMIT 1"
        )
        row = self._read(lambda c: c.execute(sql, (listing.meant(c, text).id,)).fetchone())
        return None if row is None else str(row[0])

    def tag_counts(self) -> list[tuple[str, int]]:
        """Give each tag with the number of its papers, by name."""
        sql = "SELECT tag, count(*) FROM tags GROUP BY tag ORDER BY tag"
        return self._read(lambda c: [(str(tag), int(count)) for tag, count in c.execute(sql)])

    def last_command(self) -> str | None:
        """Give the words of the command that `undo` would take back; None where there is none."""
        from paperlab.library.journal import last_done

        return self._read(last_done)

    # Triage

    def triage_order(self, limit: int) -> list[Ranked]:
        """Give the papers of the inbox, best first, each with the terms of its score: today the newest first."""
        from paperlab.records.queue import Ranked

        entries = self._read(lambda c: listing.listed(c, state="inbox", tag=None, limit=None))
        entries.sort(key=lambda entry: (entry.published or "", entry.added_at), reverse=True)
        return [Ranked(entry=entry, score=0.0, terms=()) for entry in entries[: max(limit, 0)]]

    def skipped(self) -> dict[str, str]:
        """Give the papers of the inbox that triage passed over, with the time (ISO 8601 UTC)."""
        sql = "SELECT s.paper, s.at FROM skips s JOIN entries e ON e.paper = s.paper WHERE e.state = 'inbox'"
        return self._read(lambda c: {str(paper): str(at) for paper, at in c.execute(sql)})

    # Review

    def due(self, limit: int) -> list[tuple[Entry, str | None, str]]:
        """Give at most `limit` finished papers whose main idea is to be said now, longest due first.

        Each comes with its card (JSON; None before the first review) and with the time since when it is due.
        """
        from paperlab.library import steps

        return self._read(lambda c: steps.due(c, now=self._clock(), limit=limit))

    def next_due(self) -> str | None:
        """Give when the next review is due (ISO 8601 UTC); None where no finished paper has a main idea."""
        from paperlab.library import steps

        return self._read(steps.next_due)

    def card(self, text: str) -> str | None:
        """Give the card of a paper as its scheduler wrote it; None before its first review."""
        sql = "SELECT card FROM reviews WHERE paper = ?"
        row = self._read(lambda c: c.execute(sql, (listing.meant(c, text).id,)).fetchone())
        return None if row is None else str(row[0])

    def grade(self, id: str, *, card: str, due: str, grade: str, said: str | None = None) -> Entry:
        """Keep what a review came to: the card, when it is due again, the grade, and what was said.

        Raises:
            NothingFound: not on the list, or without a main idea.
        """
        from paperlab.library import steps

        with self._write(f"review {id} {grade}") as journal:
            paper = steps.graded(journal, id, card=card, due=due, grade=grade, said=said)
            return _entries(journal.connection, [paper])[0]


def _entries(connection: sqlite3.Connection, papers: Sequence[str]) -> tuple[Entry, ...]:
    found = (listing.by_id(connection, paper) for paper in papers)
    return tuple(entry for entry in found if entry is not None)
