"""What the list remembers of feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.library.listfile import ListFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.records.changes import Feed


class Following(ListFile):
    """Feeds and what they have shown."""

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
