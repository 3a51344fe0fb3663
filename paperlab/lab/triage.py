"""`triage`: one paper of the inbox at a time, best first; every decision is kept at once and can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.errors import Conflict, NothingFound, Refused, UsageError
from paperlab.lab.base import Base

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paperlab.library import Library
    from paperlab.records.changes import Decision
    from paperlab.records.queue import Entry, Ranked

_OPEN = ("inbox", "queued", "skimmed", "snoozed", "dropped")
"""States in which a decision of triage makes sense: nobody has begun to read."""


class Triage(Base):
    """Go through the inbox."""

    def triage(self, *, limit: int | None = None) -> list[Ranked]:
        """Give the papers of the inbox, best first; those that were skipped come last, longest ago first."""
        with self.library() as library:
            skipped = library.skipped()
            wanted = library.count("inbox") if limit is None else limit + len(skipped)
            found = library.triage_order(wanted)
        found.sort(key=lambda ranked: skipped.get(ranked.entry.id, ""))
        return found if limit is None else found[:limit]

    def decide(
        self, decision: str, id: str, *, why: str | None = None, reason: str | None = None, until: str | None = None,
        priority: int | None = None, tags: tuple[str, ...] = (),
    ) -> Entry:  # fmt: skip
        """Decide about one paper of the inbox.

        Args:
            decision: accept, drop, snooze or skip; `keep` leaves the paper where it is, and sets the rest.
            id: of the paper.
            why: for accept, why I want to read it.
            reason: for drop, why not.
            until: for snooze, when it comes back; see `paperlab.lab.when.moment`.
            priority: 0 (none) to 9 (first).
            tags: to add.

        Raises:
            UsageError: a time that cannot be read, a priority outside 0-9, or a tag with a blank.
        """
        from paperlab.lab.decisions import STATES
        from paperlab.records.changes import Decision

        when = _until(until or "1w") if decision == "snooze" else None
        what = Decision(
            id=id, state=STATES.get(decision), skip=decision == "skip", why=why, reason=reason or why, until=when,
            priority=priority, tags=tags,
        )  # fmt: skip
        with self.library(write=True) as library:
            return library.decide([what], command=f"triage {decision} {id}")[0]

    def take_back(self) -> str | None:
        """Undo the last command where it was a decision of triage; give its words, or None where it was another."""
        with self.library(write=True) as library:
            if not (library.last_command() or "").startswith("triage "):
                return None
            return library.undo()

    def apply(self, text: str) -> Mapping[str, int]:
        """Do what a file decides about papers, all of it or nothing, as one command; give how many of each decision.

        Args:
            text: see `paperlab.lab.decisions`.

        Raises:
            UsageError: a decision that cannot be done, with its line; nothing has changed then.
            NothingFound: no decision at all.
        """
        from collections import Counter

        from paperlab.lab.decisions import parsed

        rows = parsed(text, until=_until)
        if not rows:
            raise NothingFound(
                "expected decisions, got none; `paperlab triage --json` prints the papers to decide about"
            )
        with self.library(write=True) as library:
            lines: dict[str, int] = {}
            ready: list[Decision] = []
            for line, what in rows:
                entry = _entry(library, line, what.id)
                if entry.id in lines:
                    raise UsageError(f"line {line}: {entry.id} is decided about in line {lines[entry.id]} already")
                lines[entry.id] = line
                ready.append(what._replace(id=entry.id, reason=what.reason or what.why))
            _tags(lines, ready)
            try:
                library.decide(ready, command="triage apply")
            except Refused as error:  # pragma: no cover - the states were checked a moment ago
                raise Conflict(error.message) from error
        return Counter("skip" if what.skip else str(what.state) for what in ready)


def _until(text: str) -> str | None:
    from datetime import datetime

    from paperlab.lab.when import moment

    return moment(text, datetime.now().astimezone())


def _entry(library: Library, line: int, text: str) -> Entry:
    """Find the paper of a line; it must be one that nobody has begun to read."""
    try:
        entry = library.entry(text)
    except (NothingFound, UsageError) as error:
        raise UsageError(f"line {line}: {error.message}") from error
    if entry.state not in _OPEN:
        raise UsageError(f"line {line}: expected a paper that nobody has begun, got {entry.id}, which is {entry.state}")
    return entry


def _tags(lines: Mapping[str, int], ready: list[Decision]) -> None:
    """Refuse a bad tag with its line, before anything changes."""
    from paperlab.library.changes import checked_tag

    for what in ready:
        for tag in what.tags:
            try:
                checked_tag(tag)
            except UsageError as error:
                raise UsageError(f"line {lines[what.id]}: {error.message}") from error
