"""The verbs that follow announcements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.errors import NothingFound
from paperlab.lab.base import Base, command_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paperlab.lab.reading import FeedNews, Synced
    from paperlab.records.changes import Feed


class Feeds(Base):
    """Follow feeds and read them."""

    def sync(self, feeds: Sequence[str] = (), *, on_feed: Callable[[FeedNews], None] | None = None) -> Synced:
        """Complete pending papers, then read the named feeds, or all that are followed.

        Raises:
            NothingFound: a named feed is not followed; nothing was asked.
        """
        import dataclasses

        from paperlab.lab.reading import complete, read_feed

        with self.library(write=True) as library, library.command(command_words("sync", feeds)):
            client = self.client()
            followed = [f.name for f in library.feeds()]
            strange = [name for name in feeds if name not in followed]
            if strange:
                raise NothingFound(f"{strange[0]} is not followed; `paperlab feed add {strange[0]}` follows it")
            done = complete(library, client, self.progress)
            news = []
            chosen = feeds or followed
            for number, feed in enumerate(chosen):
                self.progress(number, len(chosen), f"feeds read, now {feed}")
                news.append(read_feed(library, client, feed))
                self.progress(len(chosen), len(chosen), "feeds read")
                if on_feed:
                    on_feed(news[-1])
            library.learn()
            trouble = done.trouble or next((n.trouble for n in news if n.trouble), None)
            return dataclasses.replace(done, feeds=tuple(news), trouble=trouble)

    def follow(self, feeds: Sequence[str]) -> tuple[str, ...]:
        """Follow announcement feeds such as cs.LG, which `sync` reads; gives their names.

        Raises:
            UsageError: one of them can be no feed; none is followed.
        """
        from paperlab.arxiv import feed_name

        names = tuple(map(feed_name, feeds))
        with self.library(write=True) as library, library.command(command_words("feed add", names)):
            for name in names:
                library.add_feed(name)
        return names

    def unfollow(self, feeds: Sequence[str]) -> None:
        """Follow feeds no longer; the papers that they brought stay.

        Raises:
            NothingFound: one of them is not followed.
        """
        with self.library(write=True) as library, library.command(command_words("feed rm", feeds)):
            for feed in feeds:
                library.remove_feed(feed)

    def feeds(self) -> tuple[Feed, ...]:
        """Give the feeds that are followed."""
        with self.library() as library:
            return library.feeds()
