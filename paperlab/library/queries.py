"""What can be asked of the list; opened for reading, nothing of it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.library import listing
from paperlab.library.listfile import ListFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.records.changes import Pending
    from paperlab.records.events import Event
    from paperlab.records.paper import PaperRecord
    from paperlab.records.queue import Entry, Line


class Queries(ListFile):
    """Entries, what happened."""

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

    def texts(
        self, *, state: str | Sequence[str] | None = None, tag: str | None = None, limit: int | None = None,
        pending: str, withdrawn: str,
    ) -> str:  # fmt: skip
        """Give the lines of the list as one text: id, state, priority, day published and title, tabs between.

        Args:
            state: only these states.
            tag: only entries with this tag.
            limit: at most so many.
            pending: stands for a title that arXiv has not told yet.
            withdrawn: stands before the title of a withdrawn paper.
        """
        marks = {"pending": pending, "withdrawn": withdrawn}
        return self._read(lambda c: listing.texts(c, state=state, tag=tag, limit=limit, marks=marks))

    def objects(
        self, *, state: str | Sequence[str] | None = None, tag: str | None = None, limit: int | None = None
    ) -> list[tuple[str, str]]:
        """Give of each of `entries` its id and its JSON object as `list --json` prints it, without `outdated`."""
        from paperlab.library.objects import objects

        return self._read(lambda c: list(objects(c, state=state, tag=tag, limit=limit)))

    def entry(self, text: str) -> Entry:
        """Give the entry that an id, in any form, or the beginning of a title names.

        Raises:
            NothingFound: none on the list.
            UsageError: several titles begin so; the message names them.
        """
        return self._read(lambda c: listing.meant(c, text))

    def beginning(self, begun: str, *, limit: int) -> list[tuple[str, str]]:
        """Give id and title of entries whose id begins so, what is being read first, then in the order of the list."""
        return self._read(lambda c: listing.beginning(c, begun, limit=limit))

    def on_list(self, id: str) -> Entry | None:
        """Give the entry of a canonical id; None where the paper is not on the list."""
        return self._read(lambda c: listing.by_id(c, id))

    def count(self, state: str | None = None) -> int:
        """Count the entries in a state, or all of them."""
        where, values = ("WHERE state = ?", (listing.known_state(state),)) if state else ("", ())
        return int(self._read(lambda c: c.execute(f"SELECT count(*) FROM entries {where}", values).fetchone()[0]))

    def find(self, query: str, *, limit: int = 50) -> list[Entry]:
        """Give the entries whose title, abstract, authors or notes hold the words, best first.

        Args:
            query: an id, or words (all must fit), "phrases", begin*, author:NAME, title:WORD, abstract:WORD, and the
                filters of `library/filters.py`; `-` before one of them turns it round.
            limit: at most so many.

        Raises:
            UsageError: a filter with a value that cannot be read.
        """
        from paperlab.library.search import found

        return self._read(lambda c: found(c, query, limit=limit, now=self._clock()))

    def pending(self) -> tuple[Pending, ...]:
        """Give the entries whose title, or wanted version, arXiv has not told us yet, those due first."""
        return self._read(listing.pending)

    def log(self, limit: int = 50, *, paper: str | None = None, since: str | None = None) -> list[Event]:
        """Give the newest events, newest first.

        Args:
            limit: at most so many.
            paper: only this paper's (or feed's), by canonical id; it need not be on the list any more.
            since: only from this time on, ISO 8601 UTC.
        """
        return self._read(lambda c: listing.logged(c, limit, paper=paper, since=since))

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
