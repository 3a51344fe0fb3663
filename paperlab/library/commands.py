"""What a person does to the list, and what arXiv tells of its papers: each call is one transaction."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from paperlab.library import listing
from paperlab.library.listfile import ListFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.library.journal import Journal
    from paperlab.records.changes import NewEntry
    from paperlab.records.paper import PaperRecord
    from paperlab.records.queue import Entry


class Commands(ListFile):
    """Changes, each kept so that it can be undone."""

    def add(
        self, items: Sequence[NewEntry], *, records: Sequence[PaperRecord] = (), command: str = "add"
    ) -> tuple[Entry, ...]:
        """Put papers on the list, all or none; gives their entries in the order asked.

        Adding what is there sets the why, parent, priority, version and tags that are given, and queues what was
        dropped or in the inbox; else it changes nothing. A paper without a record is pending.

        Raises:
            UsageError: an empty id, no such state, a priority outside 0-9, or a tag with a blank.
        """
        from paperlab.library import changes, facts

        with self._write(command) as journal:
            facts.saved(journal, records)
            papers = [changes.added(journal, item) for item in items]
            found = [listing.by_id(journal.connection, paper) for paper in papers]
        return tuple(entry for entry in found if entry is not None)

    def expect(self, items: Sequence[NewEntry], *, command: str = "add") -> None:
        """Put those papers on the list that are not there, as pending, before arXiv is asked: see `forget`."""
        from paperlab.library import changes

        with self._write(command) as journal:
            for item in items:
                if journal.get("entries", listing.canonical(item.id)) is None:
                    changes.added(journal, item)

    def forget(self, ids: Sequence[str]) -> None:
        """Take pending papers that the running command put on the list off again, without a trace."""
        from paperlab.library import changes

        with self._write("forget") as journal:
            changes.forgotten(journal, ids)

    def save_records(self, records: Sequence[PaperRecord], *, command: str = "sync") -> tuple[str, ...]:
        """Keep what arXiv says of papers, on the list or not; gives the ids of those that changed.

        Completes pending entries; a newer version updates the paper, an older one only joins its versions. What
        a record does not tell never empties what is known. Facts are not undone.
        """
        from paperlab.library import facts

        with self._write(command) as journal:
            return facts.saved(journal, records)

    def postpone(self, ids: Sequence[str], *, until: str, reason: str) -> None:
        """Say when pending papers are asked for again (ISO 8601 UTC) and why they were put off."""
        from paperlab.library.text import one_line

        rows = [(until, one_line(reason), listing.canonical(paper)) for paper in ids]
        with self._write("postpone") as journal:
            journal.connection.executemany("UPDATE papers SET try_after = ?, put_off = ? WHERE id = ?", rows)

    def move(
        self, id: str, state: str, *, minutes: int | None = None, reason: str | None = None,
        until: str | None = None, command: str = "move",
    ) -> Entry:  # fmt: skip
        """Move an entry to a state; staying is allowed, and adds the minutes.

        Args:
            id: in any form.
            state: the new one.
            minutes: spent, added to those of before.
            reason: one line, kept with the event.
            until: for snoozed: ISO 8601 UTC when it comes back to `ranked`; None means when it is moved.
            command: the words of the command, for `log` and `undo`.

        Raises:
            NothingFound: not on the list.
            UsageError: no such state, or negative minutes.
            Refused: the step is not on the ladder.
        """
        from paperlab.library import changes

        with self._write(command) as journal:
            paper = changes.moved(journal, id, state, minutes=minutes, reason=reason, until=until)
            return self._entry(journal, paper)

    def begin(
        self, ids: str | Sequence[str], *, limit: int, park: str | Sequence[str] | None = None, command: str = "start"
    ) -> Entry:
        """Move entries to reading, all or none; gives the last of them.

        Args:
            ids: one, or several.
            limit: how many may be in reading then; 0 means any number.
            park: those in reading to put back into the queue.
            command: the words of the command, for `log` and `undo`.

        Raises:
            NothingFound: not on the list.
            UsageError: a paper to park is not being read.
            Refused: as many are being read as `limit` allows; `context["reading"]` names them.
        """
        from paperlab.library import changes

        texts, parked = ([w] if isinstance(w, str) else list(w or ()) for w in (ids, park))
        with self._write(command) as journal:
            return self._entry(journal, changes.begun(journal, texts, limit=limit, park=parked)[-1])

    def change(
        self, id: str, *, priority: int | None = None, why: str | None = None, parent: str | None = None,
        reason: str | None = None, command: str = "change",
    ) -> Entry:  # fmt: skip
        """Set priority (0-9), why or parent of an entry; empty text takes away.

        Raises:
            NothingFound: not on the list.
            UsageError: a priority outside 0-9, or a paper as its own parent.
        """
        from paperlab.library import changes

        with self._write(command) as journal:
            return self._entry(
                journal, changes.changed(journal, id, priority=priority, why=why, parent=parent, reason=reason)
            )

    def note(self, id: str, text: str, *, below: bool = False, seen: str | None = None, command: str = "note") -> Entry:
        """Keep a note in Markdown, `below` the one that is there or in its place; an empty one takes it away.

        Raises:
            NothingFound: not on the list.
            Conflict: the note that is there is not the one that was `seen`.
        """
        from paperlab.library import changes

        with self._write(command) as journal:
            return self._entry(journal, changes.noted(journal, id, text, below=below, seen=seen))

    def idea(
        self, id: str, *, main_idea: str | None = None, build: str | None = None, unclear: str | None = None,
        command: str = "idea",
    ) -> Entry:  # fmt: skip
        """Keep the main idea in a sentence, what I would build, what I did not get; None leaves a field as it is.

        Raises:
            NothingFound: not on the list.
        """
        from paperlab.library import changes

        fields = {"main_idea": main_idea, "build": build, "unclear": unclear}
        with self._write(command) as journal:
            return self._entry(journal, changes.thought(journal, id, fields))

    def tag(self, id: str, *, add: Sequence[str] = (), remove: Sequence[str] = (), command: str = "tag") -> Entry:
        """Add and remove tags; they are kept in lower case.

        Raises:
            NothingFound: not on the list.
            UsageError: a tag with a blank, comma or quote.
        """
        from paperlab.library import changes

        with self._write(command) as journal:
            paper = str(changes.entry_row(journal, id)["paper"])
            changes.tagged(journal, paper, add=add, remove=remove)
            return self._entry(journal, paper)

    def remove(self, ids: Sequence[str], *, command: str = "rm") -> tuple[str, ...]:
        """Take entries off the list, all or none, with tags, notes and ideas; `undo` brings them back.

        Raises:
            NothingFound: one is not on the list; nothing is removed.
        """
        from paperlab.library import changes

        with self._write(command) as journal:
            return changes.removed(journal, ids)

    def undo(self) -> str:
        """Take back the last command that changed the list; gives its words.

        Raises:
            NothingFound: nothing to take back.
            Conflict: something else changed one of its rows since.
        """
        from paperlab.library import journal

        with self._write("undo") as opened:
            return journal.undo(opened.connection, at=opened.at)

    def redo(self) -> str:
        """Do again what `undo` took back, unless the list changed since; gives its words.

        Raises:
            NothingFound: nothing to do again.
            Conflict: something else changed one of its rows since.
        """
        from paperlab.library import journal

        with self._write("redo") as opened:
            return journal.redo(opened.connection, at=opened.at)

    @staticmethod
    def _entry(journal: Journal, paper: str) -> Entry:
        found = listing.by_id(journal.connection, paper)
        if found is None:  # pragma: no cover - the same transaction has just read it
            raise sqlite3.DatabaseError(f"malformed: entry {paper} without its paper")
        return found
