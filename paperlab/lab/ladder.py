"""The verbs that go down the list: start, done, skim, snooze, bump, drop, tag, note, explain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.errors import UsageError
from paperlab.lab.base import Base, command_words
from paperlab.records.queue import STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from paperlab.library import Library
    from paperlab.records.changes import Decision
    from paperlab.records.events import Event
    from paperlab.records.queue import Entry

SNOOZE = "1w"
"""How long a paper sleeps where nobody says."""


class Ladder(Base):
    """Each verb takes papers by id in any form or by the unique beginning of a title: all of them or none."""

    @property
    def wip(self) -> int:
        """How many papers may be in reading at once; 0 means any number."""
        return int(self.settings.number("queue.wip"))

    def start(self, *words: str, park: str | Sequence[str] | None = None) -> Entry:
        """Begin to read; gives the last of the papers.

        Args:
            words: the papers.
            park: those in reading that go back into the queue.

        Raises:
            Refused: as many papers are being read as `queue.wip` allows, and too few are parked.
        """
        with self.library(write=True) as library:
            ids = _named(library, words)
            parked = _named(library, [park] if isinstance(park, str) else park or ())
            return library.begin(ids, limit=self.wip, park=parked, command=command_words("start", ids))

    def done(self, *words: str, minutes: int | None = None, idea: str | Mapping[str, str] | None = None) -> Entry:
        """Mark papers as read; one that is further stays there. Gives the last of them.

        Args:
            words: the papers.
            minutes: spent on a single one, added to those of before.
            idea: the main idea of a single one, or main_idea, build, unclear: those that are told.

        Raises:
            UsageError: minutes or an idea for several papers at once.
        """
        return self.finish(*words, minutes=minutes, idea=idea)[-1][0]

    def finish(
        self, *words: str, minutes: int | None = None, idea: str | Mapping[str, str] | None = None
    ) -> list[tuple[Entry, dict[str, str]]]:
        """Do what `done` does; gives each paper with the fields of its main idea, empty where they are open."""
        from paperlab.records.changes import Decision

        with self.library(write=True) as library:
            entries = [library.entry(word) for word in words]
            if len(entries) > 1 and (minutes is not None or idea):
                raise UsageError("expected one paper with its minutes or main idea, got several; tell them one by one")
            told = {"main_idea": idea} if isinstance(idea, str) else idea
            what = [Decision(id=e.id, state=_up(e, "read"), minutes=minutes, idea=told) for e in entries]
            done = library.decide(what, command=command_words("done", [e.id for e in entries]))
            return [(entry, library.ideas(entry.id)) for entry in done]

    def skim(self, *words: str, minutes: int | None = None, reason: str | None = None) -> tuple[Entry, ...]:
        """Say that papers were looked through, which `next` knows; one that was read, or is further, stays there."""
        from paperlab.records.changes import Decision

        with self.library(write=True) as library:
            entries = {entry.id: entry for entry in map(library.entry, words)}
            what = [
                Decision(id=e.id, state=_up(e, "skimmed"), minutes=minutes, reason=reason) for e in entries.values()
            ]
            return library.decide(what, command=command_words("skim", list(entries)))

    def snooze(self, *words: str, until: str = SNOOZE, reason: str | None = None) -> tuple[Entry, ...]:
        """Put papers aside; each comes back to `next` by itself.

        Args:
            words: the papers.
            until: see `paperlab.lab.when.moment`.
            reason: a line, kept with the event.

        Raises:
            UsageError: a time that cannot be read.
            Refused: a paper is reproduced or explained.
        """
        from datetime import datetime

        from paperlab.lab.when import moment

        when = moment(until, datetime.now().astimezone())
        return self._decide("snooze", words, state="snoozed", until=when, reason=reason)

    def drop(self, *words: str, reason: str | None = None) -> tuple[Entry, ...]:
        """Leave papers unread for good, with a reason in a line; `add` queues them again."""
        return self._decide("drop", words, state="dropped", reason=reason)

    def bump(self, *words: str, by: int = 1, to: int | None = None) -> tuple[Entry, ...]:
        """Raise the priority by `by` (less than 0 lowers it), within 0 and 9, or set it to `to`."""
        return self._decide("bump", words, **({"raised": by} if to is None else {"priority": to}))

    def tag(self, *words: str, add: Sequence[str] = (), remove: Sequence[str] = ()) -> tuple[Entry, ...]:
        """Add and remove tags, which are kept in lower case.

        Raises:
            UsageError: a tag with a blank, comma or quote.
        """
        return self._decide("tag", words, tags=tuple(add), untags=tuple(remove))

    def tags(self) -> list[tuple[str, int]]:
        """Give each tag with the number of its papers."""
        with self.library() as library:
            return library.tag_counts()

    def _decide(self, verb: str, words: Sequence[str], **what: object) -> tuple[Entry, ...]:
        from paperlab.records.changes import Decision

        with self.library(write=True) as library:
            ids = _named(library, words)
            decisions: list[Decision] = [Decision(id=id, **what) for id in ids]  # type: ignore[arg-type]  # one verb's fields
            return library.decide(decisions, command=command_words(verb, ids))

    def note(self, text: str, note: str, *, replace: bool = False, seen: str | None = None) -> Entry:
        """Add a paragraph of Markdown to the note of a paper; with `replace`, it is the whole note from now on.

        Raises:
            Conflict: the note is no longer what was `seen`.
        """
        with self.library(write=True) as library:
            id = library.entry(text).id
            return library.note(id, note, below=not replace, seen=seen, command=f"note {id}")

    def explain(self, text: str, teach_back: str | None = None) -> Entry:
        """Keep the paragraph that explains a paper to somebody else, and move it to explained where the ladder allows.

        Without a paragraph the one that is there counts.

        Raises:
            UsageError: there is none.
        """
        from paperlab.records.changes import Decision

        with self.library(write=True) as library:
            id = library.entry(text).id
            told = (library.teach_back(id) if teach_back is None else teach_back).strip()
            if not told:
                raise UsageError(
                    f'expected a paragraph that explains {id}, got none: `paperlab explain {id} --text "..."`'
                )
            with library.command(f"explain {id}"):
                library.decide([Decision(id=id, idea={"teach_back": told})], command="explain")
                return library.climb(id, "explained", command="explain")

    def history(self, text: str, *, limit: int = 50) -> list[Event]:
        """Give the last changes of one paper, newest first; by id it need not be on the list any more."""
        with self.library() as library:
            found = library.history(text, limit=limit)
            return found or library.history(library.entry(text).id, limit=limit)


def _named(library: Library, words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(library.entry(word).id for word in words))


def _up(entry: Entry, state: str) -> str:
    """Give the state that a paper moves to: one that was read, or is further, never goes down by being looked at."""
    return entry.state if further(entry.state) else state


def further(state: str) -> bool:
    """Tell whether a paper has been read, or more."""
    return STATES.index("read") <= STATES.index(state) <= STATES.index("explained")
