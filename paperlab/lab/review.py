"""`review`: finished papers come back, further and further apart; say the main idea, then see yours."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from paperlab.errors import UsageError
from paperlab.lab.base import Base

if TYPE_CHECKING:
    from datetime import datetime

    from paperlab.records.queue import Entry

GRADES = ("again", "hard", "good", "easy")
"""How well the idea was said, worst first; FSRS numbers them from 1."""


class Due(NamedTuple):
    """A finished paper whose main idea is to be said."""

    entry: Entry
    main_idea: str
    since: str
    """ISO 8601 UTC when it fell due."""


class Graded(NamedTuple):
    """What a review came to."""

    entry: Entry
    due: str
    """ISO 8601 UTC when it comes back."""
    days: int
    by: str
    """`fsrs`, or `steps` where that extra is not installed."""


class Review(Base):
    """Bring finished papers back."""

    def due(self, *, limit: int = 5) -> list[Due]:
        """Give the finished papers (read and further, with a main idea) that are due, longest due first."""
        with self.library() as library:
            return [
                Due(entry, library.ideas(entry.id)["main_idea"], since) for entry, _, since in library.due(limit=limit)
            ]

    def next_due(self) -> str | None:
        """Give when the next review is due (ISO 8601 UTC); None where no finished paper has a main idea."""
        with self.library() as library:
            return library.next_due()

    def grade(self, text: str, grade: str, *, said: str | None = None, at: datetime | None = None) -> Graded:
        """Keep how well the main idea of a paper was said, and say when it comes back.

        Args:
            text: the paper.
            grade: again, hard, good or easy.
            said: what was said, kept with the event.
            at: when, in UTC; now where it is not told.

        Raises:
            UsageError: another grade.
            NothingFound: not on the list, or without a main idea.
        """
        from datetime import UTC, datetime

        from paperlab.lab.spacing import spaced

        if grade not in GRADES:
            raise UsageError(f"expected a grade, one of {', '.join(GRADES)}; got {grade[:40]!r}")
        at = at or datetime.now(UTC)
        with self.library(write=True) as library:
            id = library.entry(text).id
            card, due, by = spaced(library.card(id), GRADES.index(grade), at)
            told = due.strftime("%Y-%m-%dT%H:%M:%SZ")
            entry = library.grade(id, card=card, due=told, grade=grade, said=said)
            return Graded(entry, told, round((due - at).total_seconds() / 86400), by)
