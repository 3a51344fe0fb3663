"""What the list remembers of feeds, gaps and notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.library.listfile import ListFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from paperlab.records.following import Feed, Gap, Seen, Taken
    from paperlab.records.notices import Notice
    from paperlab.records.paper import Announcement, PaperRecord


class Following(ListFile):
    """Feeds and what they have shown; what is new about papers on the list."""

    def feeds(self) -> tuple[Feed, ...]:
        """Give the feeds by name, each with the ids of its last batch."""
        from paperlab.library import feeds

        return self._read(feeds.feeds)

    def shown(self, feed: str) -> Seen:
        """Count what a feed has shown, and give what it showed last."""
        from paperlab.library import feeds

        return self._read(lambda c: feeds.shown(c, feed))

    def seen(self, feed: str, ids: Sequence[str]) -> frozenset[str]:
        """Give those of `ids` (with version) that the feed has shown before."""
        from paperlab.library import feeds

        return self._read(lambda c: feeds.seen(c, feed, ids))

    def add_feed(
        self, name: str, *, query: str | None = None, kind: str = "announcements", backfill: str | None = None,
        command: str = "feed add",
    ) -> bool:  # fmt: skip
        """Add a feed or query; False where it is there already.

        Args:
            name: what a person calls it.
            query: categories, or a query of arXiv's search; None where the name says it.
            kind: `announcements` or `query`.
            backfill: day since which papers are wanted.
            command: the words of the command.

        Raises:
            UsageError: no name, or the name of another feed.
        """
        from paperlab.library import feeds

        with self._write(command) as journal:
            return feeds.added(journal, name, query=query, kind=kind, backfill=backfill)

    def pause_feed(self, name: str, *, pause: bool = True, command: str = "feed pause") -> bool:
        """Leave a feed alone or read it again, False where that is so; NothingFound where there is none of that name."""
        from paperlab.library import feeds

        with self._write(command) as journal:
            return feeds.paused(journal, name, pause=pause)

    def remove_feed(self, name: str, *, command: str = "feed rm") -> None:
        """Remove a feed; NothingFound where there is none of that name."""
        from paperlab.library import feeds

        with self._write(command) as journal:
            feeds.removed(journal, name)

    def mark_feed(self, name: str, **told: str | None) -> None:
        """Remember what a look at a feed told of it: see `feeds.TOLD`; `checked_at` is now where it is not said."""
        from paperlab.library import feeds

        with self._write("mark feed") as journal:
            feeds.told(journal, name, {"checked_at": journal.at} | told)

    def take(
        self,
        feed: str,
        items: Sequence[Announcement],
        *,
        told: Mapping[str, str | None],
        gaps: Sequence[Gap] = (),
        command: str = "sync",
    ) -> Taken:
        """Keep a batch: new papers in the inbox, revisions as versions, gaps to be filled, what was told of the feed."""
        from paperlab.library import gaps as opening
        from paperlab.library import taking

        with self._write(command) as journal:
            for gap in gaps:
                opening.opened(journal, gap)
            return taking.taken(journal, feed, items, mark=True, told={"checked_at": journal.at, **told})

    def take_page(
        self, feed: str, records: Sequence[PaperRecord], *, gap: Gap | None = None, mark: bool = True,
        command: str = "sync",
    ) -> Taken:  # fmt: skip
        """Keep a page of a query, and in the same transaction how far its gap is filled.

        Args:
            feed: its name.
            records: of the page.
            gap: as it stands after this page; its `filled` is what this page adds.
            mark: remember the papers as shown; not yet where pages follow that must be read.
            command: the words of the command.
        """
        import dataclasses

        from paperlab.library import gaps, taking

        with self._write(command) as journal:
            items = taking.listed(journal, feed, records, gap=gap is not None)
            done = taking.taken(journal, feed, items, mark=mark, told={}, gap=gap is not None)
            if gap is not None:
                gaps.moved_on(journal, dataclasses.replace(gap, filled=done.new))
            return done

    def finish_query(self, feed: str, ids: Sequence[str]) -> None:
        """Remember that a saved query was read to its end, and the ids (with version) that it showed."""
        from paperlab.library import feeds

        with self._write("sync") as journal:
            feeds.marked(journal, feed, ids, at=journal.at)
            feeds.told(journal, feed, {"checked_at": journal.at, "batch_at": journal.at})

    def open_gaps(self, feed: str) -> tuple[Gap, ...]:
        """Give the gaps of a feed that are still to fill, oldest first."""
        from paperlab.library import gaps

        return self._read(lambda c: gaps.open_gaps(c, feed))

    def notices(
        self, *, paper: str | None = None, seen: bool = False, since: str | None = None, unasked: bool = False
    ) -> tuple[Notice, ...]:
        """Give notices of newer versions, newest first: see `notices.notices`."""
        from paperlab.library import notices

        return self._read(lambda c: notices.notices(c, paper=paper, seen=seen, since=since, unasked=unasked))

    def newest(self, papers: Iterable[str]) -> dict[str, int]:
        """Give the newest version that is known of papers (canonical ids); those of which none is are left out."""
        from paperlab.library import notices

        return self._read(lambda c: notices.newest(c, tuple(papers)))

    def see_notices(self, papers: Sequence[str] | None, *, command: str = "notices seen") -> tuple[str, ...]:
        """Mark the notices of some papers (canonical ids), or of all, as seen; gives the papers that had one."""
        from paperlab.library import notices

        with self._write(command) as journal:
            return notices.marked_seen(journal, papers)

    def to_recheck(self, *, before: str, limit: int) -> tuple[str, ...]:
        """Give papers that I care for and of which arXiv was last asked before a time (ISO 8601 UTC)."""
        from paperlab.library import notices

        return self._read(lambda c: notices.due(c, before=before, now=self._clock(), limit=limit))

    def unwatched(self) -> int:
        """Count the papers that I care for and that may have been revised on a day that a feed missed."""
        from paperlab.library import notices

        return self._read(notices.unwatched)

    def mark_checked(self, papers: Sequence[str]) -> None:
        """Remember that arXiv was asked for papers (canonical ids) now."""
        from paperlab.library import notices

        with self._write("sync") as journal:
            notices.checked(journal, papers)
