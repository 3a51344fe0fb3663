"""`Library`: the reading list in one SQLite file, `reading_list.db`."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from paperlab.library import listing
from paperlab.library.listfile import ListFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.library.journal import Journal
    from paperlab.records.changes import Event, Feed, NewEntry, Pending
    from paperlab.records.paper import PaperRecord
    from paperlab.records.queue import Entry, Line, Ranked


class Library(ListFile):
    """The reading list.

    Opened for reading it changes no byte and leaves no file beside its own; opened for writing it holds one
    connection in WAL mode, and each call is one transaction. Every call raises LabUnusable where the file is
    read-only, full, locked for long, corrupt or made by a newer paperlab, and nothing has changed then.

    Attributes:
        path: the file.
        writable: whether it was opened for writing.
    """

    # Reading

    def entries(
        self, *, state: str | Sequence[str] | None = None, tag: str | None = None, limit: int | None = None
    ) -> list[Entry]:
        """Give entries, highest priority first, then the newest.

        Args:
            state: only these states (one or several); None gives all, dropped ones too.
            tag: only entries with this tag.
            limit: at most so many.

        Raises:
            UsageError: no such state.
        """
        return self._read(lambda c: listing.listed(c, state=state, tag=tag, limit=limit))

    def lines(
        self, *, state: str | Sequence[str] | None = None, tag: str | None = None, limit: int | None = None
    ) -> list[Line]:
        """Give what a line of the list shows of each of `entries`: for ten thousand at once."""
        return self._read(lambda c: listing.lines(c, state=state, tag=tag, limit=limit))

    def entry(self, text: str) -> Entry:
        """Give the entry that an id, in any form, or the beginning of a title names.

        Raises:
            NothingFound: none on the list.
            UsageError: several titles begin so; the message names them.
        """
        return self._read(lambda c: listing.meant(c, text))

    def count(self, state: str | None = None) -> int:
        """Count the entries in a state, or all of them."""
        where, values = ("WHERE state = ?", (listing.known_state(state),)) if state else ("", ())
        return int(self._read(lambda c: c.execute(f"SELECT count(*) FROM entries {where}", values).fetchone()[0]))

    def ranked(self, *, minutes: int | None = None, limit: int = 10, depth: str | None = None) -> list[Ranked]:
        """Give what to read next, best value per minute first: reading, queued, skimmed, and snoozed ones due.

        Args:
            minutes: only papers that cost at most so many from now on; where none does, papers to skim.
            limit: at most so many.
            depth: skim, read or implement; None means read.

        Raises:
            UsageError: no such depth.
        """
        from paperlab.library.ranking import ranked

        return self._read(lambda c: ranked(c, minutes=minutes, limit=limit, now=self._clock(), depth=depth))

    def find(self, query: str, *, limit: int = 50) -> list[Entry]:
        """Give the entries whose title, abstract, authors or notes hold the words, best first.

        Args:
            query: an id, or words (all must fit), "phrases", begin*, author:NAME, title:WORD, abstract:WORD, tag:TAG, state:STATE, since:2024-05 or
                since:30d (published), added:30d (on my list).
            limit: at most so many.

        Raises:
            UsageError: a filter with a value that cannot be read.
        """
        from paperlab.library.search import found

        return self._read(lambda c: found(c, query, limit=limit, now=self._clock()))

    def pending(self) -> tuple[Pending, ...]:
        """Give the entries whose title, or wanted version, arXiv has not told us yet, those due first."""
        return self._read(listing.pending)

    def log(self, limit: int = 50) -> list[Event]:
        """Give the newest events, newest first."""
        return self._read(lambda c: listing.logged(c, limit))

    def history(self, text: str, *, limit: int = 50) -> list[Event]:
        """Give the newest events of one paper, newest first; it need not be on the list any more."""
        return self._read(lambda c: listing.logged(c, limit, paper=listing.canonical(text)))

    def known(self, papers: Sequence[str]) -> frozenset[str]:
        """Give those of `papers` (canonical ids) of which arXiv has told title and authors."""
        return self._read(lambda c: listing.known(c, papers))

    def record(self, text: str) -> PaperRecord | None:
        """Give what arXiv told of a paper's newest version; None where it has told nothing yet."""
        return self._read(lambda c: listing.record(c, listing.canonical(text)))

    def notes(self, text: str) -> str:
        """Give the note of an entry, empty where there is none."""
        paper = self.entry(text).id
        row = self._read(lambda c: c.execute("SELECT text FROM notes WHERE paper = ?", (paper,)).fetchone())
        return str(row[0]) if row else ""

    def ideas(self, text: str) -> dict[str, str]:
        """Give main_idea, build and unclear of an entry, each empty until it was told."""
        paper = self.entry(text).id
        sql = "SELECT main_idea, build, unclear FROM ideas WHERE paper = ?"
        row = self._read(lambda c: c.execute(sql, (paper,)).fetchone()) or ("", "", "")
        return dict(zip(("main_idea", "build", "unclear"), (value or "" for value in row), strict=True))

    # Writing

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
        from paperlab.library.facts import one_line

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

    def begin(self, id: str, *, limit: int, park: str | None = None, command: str = "start") -> Entry:
        """Move an entry to reading, unless `limit` others are; `park` puts one of those back into the queue.

        Raises:
            NothingFound: not on the list.
            UsageError: the paper to park is not being read.
            Refused: as many are being read as `limit` allows.
        """
        from paperlab.library import changes

        with self._write(command) as journal:
            return self._entry(journal, changes.begun(journal, id, limit=limit, park=park))

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

    def note(self, id: str, text: str, *, command: str = "note") -> Entry:
        """Keep a note in Markdown; an empty one takes it away.

        Raises:
            NothingFound: not on the list.
        """
        from paperlab.library import changes

        with self._write(command) as journal:
            return self._entry(journal, changes.noted(journal, id, text))

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

    # Feeds

    def feeds(self) -> tuple[Feed, ...]:
        """Give the feeds by name, each with the ids of its last batch."""
        from paperlab.library import feeds

        return self._read(feeds.feeds)

    def seen(self, feed: str, ids: Sequence[str]) -> frozenset[str]:
        """Give those of `ids` that the feed has shown before."""
        from paperlab.library import feeds

        return self._read(lambda c: feeds.seen(c, feed, ids))

    def add_feed(self, name: str, *, command: str = "feed add") -> bool:
        """Add a feed or query; False where it is there already."""
        from paperlab.library import feeds

        with self._write(command) as journal:
            return feeds.added(journal, name)

    def remove_feed(self, name: str, *, command: str = "feed rm") -> None:
        """Remove a feed; NothingFound where there is none of that name."""
        from paperlab.library import feeds

        with self._write(command) as journal:
            feeds.removed(journal, name)

    def mark_feed(
        self, name: str, ids: Sequence[str], *, etag: str | None = None, modified: str | None = None,
        at: str | None = None,
    ) -> None:  # fmt: skip
        """Remember a reading of a feed: its ids, what to ask the server with next time, and when (now)."""
        from paperlab.library import feeds

        with self._write("mark feed") as journal:
            feeds.marked(journal, name, ids, etag=etag, modified=modified, at=at or journal.at)
