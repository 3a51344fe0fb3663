"""The verbs of the queue's judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.lab.base import Base
from paperlab.settings import SETTINGS

if TYPE_CHECKING:
    from paperlab.records.judgement import Near, RankerReport, Why
    from paperlab.records.queue import Ranked

_WEIGHT = "queue.weight."


class Judgement(Base):
    """What to read next, why, what is alike, how good the ranker was."""

    def _weights(self) -> dict[str, float]:
        names = (name for name in SETTINGS if name.startswith(_WEIGHT))
        return {name.removeprefix(_WEIGHT): self.settings.number(name) for name in names}

    def ranked(self, *, minutes: int | None = None, limit: int = 5, depth: str | None = None) -> list[Ranked]:
        """Give what to read now, best first, each with the terms of its score.

        Args:
            minutes: only what fits into so many.
            limit: at most so many.
            depth: skim, read or implement; None means read, and skim where nothing to read fits.

        Raises:
            UsageError: no such depth.
        """
        with self.library() as library:
            pace = self.settings.flag("queue.pace")
            return library.ranked(minutes=minutes, limit=limit, depth=depth, weights=self._weights(), pace=pace)

    def why(self, text: str, *, depth: str = "read") -> Why:
        """Say why a paper of the list stands where it stands, in whatever state it is."""
        with self.library() as library:
            return library.why(text, depth=depth, weights=self._weights(), pace=self.settings.flag("queue.pace"))

    def similar(self, text: str, *, limit: int = 10) -> list[Near]:
        """Give the papers of the list that are most like one that is known, on the list or not."""
        with self.library() as library:
            return library.similar(text, limit=limit)

    def ranker_report(self) -> RankerReport:
        """Say how good the ranker was, by what became of the inbox; reading changes nothing."""
        with self.library() as library:
            return library.ranker_report()
