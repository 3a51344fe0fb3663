"""The verbs of the reading list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.errors import UsageError
from paperlab.lab.base import Base, command_words, several

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paperlab.lab.reading import Added
    from paperlab.library import Library
    from paperlab.records.changes import NewEntry
    from paperlab.records.events import Event
    from paperlab.records.ids import PaperId
    from paperlab.records.paper import PaperRecord
    from paperlab.records.queue import Entry, Line


class Queue(Base):
    """Put papers on the list and go down it."""

    def add(
        self,
        words: str | Iterable[str],
        *,
        why: str | None = None,
        parent: str | None = None,
        priority: int | None = None,
        tags: Sequence[str] = (),
    ) -> Added:
        """Queue papers named by id, link or DOI.

        Args:
            words: the papers.
            why: in a line, why you want to read them.
            parent: the paper that made you want them: an id in any form, on the list or not, or the unique
                beginning of a title on the list.
            priority: 0 (none) to 9 (first); None leaves it as it is.
            tags: kept in lower case.

        Raises:
            BadId: a word is none of these; the others are kept all the same, as `context["added"]` tells.
            NothingFound: `parent` is neither an id nor the title of a paper on the list; nothing is added.
        """
        from paperlab.errors import BadId
        from paperlab.lab.reading import parse_ids
        from paperlab.records.changes import NewEntry

        good, bad = parse_ids(several(words))
        origin = self._origin(parent) if parent else None
        items = [
            NewEntry(id=i.base, version=i.version, why=why, parent=origin, priority=priority, tags=tuple(tags))
            for i in good
        ]
        added = self.add_entries(items, command=command_words("add", list(map(str, good))))
        if bad:
            kept = f"; {len(added.entries)} kept all the same" if added.entries else ""
            raise BadId(f"{bad.message}{kept}", added=added)
        return added

    def _origin(self, text: str) -> str:
        """Give the id of a paper that need not be on the list."""
        from paperlab.records.ids import PaperId

        found = PaperId.maybe(text)
        return found.base if found else self.entry(text).id

    def add_entries(self, items: Sequence[NewEntry], *, command: str) -> Added:
        """Queue papers from ready-made items."""
        from paperlab.lab.reading import Added, add

        if not items:
            return Added()
        with self.library(write=True) as library, library.command(command):
            return add(library, self.client(), items, self.progress, self._lab.corpus_records)

    def search(self, query: str, *, limit: int = 20) -> tuple[PaperRecord, ...]:
        """Ask arXiv's search.

        Raises:
            UsageError: nothing to search for.
        """
        if not query.strip():
            raise UsageError("expected words to search for, got nothing")
        return self.client().search(query, limit=limit)

    def log(self, text: str | None = None, *, limit: int = 50, since: str | None = None) -> list[Event]:
        """Give the last changes, newest first.

        Args:
            text: only those of this paper, on the list or not, or of this feed.
            limit: at most so many.
            since: only from this time on, as `paperlab.records.times.beginning` reads it.

        Raises:
            NothingFound: no such paper, and no change of it.
            UsageError: `since` is no time.
        """
        from paperlab.library.store import now
        from paperlab.records.times import beginning

        start = None if since is None else beginning(since, now(), name="--since", local=True)
        with self.library() as library:
            paper = None if text is None else self._logged(library, text)
            return library.log(limit, paper=paper, since=start)

    def _logged(self, library: Library, text: str) -> str:
        """Give the name under which the log knows a paper or a feed."""
        from paperlab.records.ids import PaperId

        found = PaperId.maybe(text)
        name = found.base if found else text.strip()
        return name if library.log(1, paper=name) else library.entry(text).id

    def entries(self, *, state: str | None = None, tag: str | None = None, limit: int | None = None) -> list[Entry]:
        """Give the list."""
        with self.library() as library:
            return library.entries(state=state, tag=tag, limit=limit)

    def lines(self, *, state: str | None = None, tag: str | None = None, limit: int | None = None) -> list[Line]:
        """Give what a line of the list shows of each entry."""
        with self.library() as library:
            return library.lines(state=state, tag=tag, limit=limit)

    def texts(
        self,
        *,
        state: str | None = None,
        tag: str | None = None,
        limit: int | None = None,
        pending: str,
        withdrawn: str,
    ) -> str:
        """Give the lines of the list as one tab-separated text; see `Library.texts`."""
        with self.library() as library:
            return library.texts(state=state, tag=tag, limit=limit, pending=pending, withdrawn=withdrawn)

    def objects(
        self, *, state: str | None = None, tag: str | None = None, limit: int | None = None
    ) -> list[tuple[str, str]]:
        """Give the id and the JSON object of each entry; see `Library.objects`."""
        with self.library() as library:
            return library.objects(state=state, tag=tag, limit=limit)

    def beginning(self, begun: str, *, limit: int) -> list[tuple[str, str]]:
        """Give id and title of the papers whose id begins so, those in reading first: what a shell may offer."""
        with self.library() as library:
            return library.beginning(begun, limit=limit)

    def entry(self, text: str) -> Entry:
        """Give one entry by id in any form, or by the unique beginning of its title."""
        with self.library() as library:
            return library.entry(text)

    def record(self, id: PaperId) -> PaperRecord | None:
        """Give what arXiv says about a paper, asking only when the list does not know."""
        from paperlab.lab.papers import fetch_record

        return fetch_record(self._lab, id)

    def find_papers(self, query: str, *, limit: int = 50) -> list[Entry]:
        """Search titles, abstracts, authors and notes of the list."""
        with self.library() as library:
            return library.find(query, limit=limit)

    def remove(self, words: str | Iterable[str]) -> tuple[Entry, ...]:
        """Take papers off the list; `undo` brings them back with everything they had."""
        with self.library(write=True) as library:
            entries = {entry.id: entry for entry in map(library.entry, several(words))}
            library.remove(list(entries), command=command_words("rm", list(entries)))
            return tuple(entries.values())

    def undo(self) -> str:
        """Take back the last command that changed the list."""
        with self.library(write=True) as library:
            return library.undo()

    def redo(self) -> str:
        """Do again what was taken back last."""
        with self.library(write=True) as library:
            return library.redo()
