"""The verbs that follow arXiv: feeds, saved queries, sync."""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from paperlab.errors import NetworkError, NothingFound, UsageError
from paperlab.lab.base import Base, command_words, several

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paperlab.library import Library
    from paperlab.records.following import Feed, FeedNews, Gap, Seen, Synced
    from paperlab.records.notices import Notice


class Feeds(Base):
    """Follow feeds and read them."""

    def sync(
        self, feeds: Sequence[str] = (), *, force: bool = False, on_feed: Callable[[FeedNews], None] | None = None
    ) -> Synced:
        """Complete pending papers, from the corpus where it knows them, read feeds, fill gaps, ask again for papers of the list.

        It may be stopped at any moment and run again: nothing comes twice, nothing is lost.

        Args:
            feeds: names or queries; all that are not paused where none is named.
            force: read saved queries again on the same day too.
            on_feed: told what each feed brought.

        Raises:
            NothingFound: a named feed is not followed; nothing was asked.
        """
        import dataclasses

        feeds = several(feeds)
        from paperlab.lab.completing import complete

        with self.library(write=True) as library, library.command(command_words("sync", feeds)):
            followed = library.feeds()
            chosen = [_meant(followed, text) for text in feeds] or [f for f in followed if not f.paused]
            before = set(library.notices())
            done = complete(library, self.client(), self.progress, self._lab.corpus_records)
            news = self._read(library, chosen, force=force, on_feed=on_feed)
            troubles = [trouble for trouble in (done.trouble, *(n.trouble for n in news)) if trouble]
            checked, unwatched, unasked = 0, library.unwatched(), library.notices(unasked=True)
            # A category that does not exist is in trouble at every sync: no paper may wait for its end.
            if not any(isinstance(t, NetworkError) for t in troubles) and (not feeds or unwatched or unasked):
                checked, stopped = self._recheck(library, unasked)
                troubles += [stopped] if stopped else []
            library.learn()
            return dataclasses.replace(
                done, feeds=tuple(news), trouble=next(iter(troubles), None), checked=checked, notices=_raised(library, before),
                paused=() if feeds else tuple(f.name for f in followed if f.paused),
                unwatched=unwatched, left=library.unwatched() if unwatched else 0,
            )  # fmt: skip

    def _read(
        self, library: Library, feeds: Sequence[Feed], *, force: bool, on_feed: Callable[[FeedNews], None] | None
    ) -> list[FeedNews]:
        from paperlab.lab.syncing import Wishes, read

        first, most = (int(self.settings.number(f"sync.{name}")) for name in ("first", "most"))
        news = []
        for number, feed in enumerate(feeds):
            self.progress(number, len(feeds), f"feeds read, now {feed.name}")
            wishes = Wishes(first, most, force)
            news.append(read(library, self.client(), feed, wishes, talk=self.talk, progress=self.progress))
            self.progress(len(feeds), len(feeds), "feeds read")
            if on_feed:
                on_feed(news[-1])
        return news

    def _recheck(self, library: Library, told: Sequence[Notice]) -> tuple[int, NetworkError | None]:
        from paperlab.lab.completing import recheck
        from paperlab.records.ids import PaperId

        # A feed tells no comment: the API is asked at once, for the version that I knew too.
        revised = [PaperId(n.paper) for n in told if n.after.comment is None]
        revised += [PaperId(n.paper, n.old) for n in told if n.before.comment is None and n.old != n.new]
        return recheck(
            library, self.client(), revised, days=self.settings.number("sync.recheck_days"),
            most=int(self.settings.number("sync.recheck")), progress=self.progress,
        )  # fmt: skip

    def follow(
        self, feeds: Sequence[str], *, name: str | None = None, backfill: str | None = None
    ) -> tuple[tuple[Feed, bool], ...]:
        """Follow announcement feeds such as cs.LG, or queries such as author:hinton, which `sync` reads.

        Args:
            feeds: categories, archives, several joined with `+`, or queries in arXiv's language.
            name: what to call it; for one feed alone.
            backfill: `30d`, `6w` or a day such as 2026-01-31: papers since then are wanted too.

        Returns:
            Each feed, and whether anything about it is new.

        Raises:
            UsageError: one of them can be no feed; none is followed then.
        """
        feeds = several(feeds)
        if name is not None and len(feeds) != 1:
            raise UsageError(f"expected one feed to give the name {name!r} to, got {len(feeds)}")
        if name is not None and not name.strip():
            raise UsageError("expected a name for the feed, got nothing")
        asked = [_asked(text) for text in feeds]
        since = _day(backfill) if backfill else None
        with self.library(write=True) as library, library.command(command_words("feed add", feeds)):
            return tuple(_followed(library, kind, query, name=name, since=since) for kind, query in asked)

    def unfollow(self, feeds: Sequence[str]) -> tuple[str, ...]:
        """Follow feeds no longer, and give their names; the papers that they brought stay.

        Raises:
            NothingFound: one of them is not followed; all stay.
        """
        feeds = several(feeds)
        with self.library(write=True) as library, library.command(command_words("feed rm", feeds)):
            followed = library.feeds()
            names = tuple(dict.fromkeys(_meant(followed, text).name for text in feeds))
            for name in names:
                library.remove_feed(name)
            return names

    def pause(self, feeds: Sequence[str], *, resume: bool = False) -> tuple[str, ...]:
        """Leave feeds alone, or read them again; gives the names of those where that is new.

        Raises:
            NothingFound: one of them is not followed; all stay as they are.
        """
        feeds, verb = several(feeds), "feed resume" if resume else "feed pause"
        with self.library(write=True) as library, library.command(command_words(verb, feeds)):
            followed = library.feeds()
            names = dict.fromkeys(_meant(followed, text).name for text in feeds)
            return tuple(name for name in names if library.pause_feed(name, pause=not resume))

    def feeds(self) -> tuple[Feed, ...]:
        """Give the feeds that are followed."""
        with self.library() as library:
            return library.feeds()

    def feed_states(self) -> tuple[tuple[Feed, Seen, tuple[Gap, ...]], ...]:
        """Give the feeds with what they have shown and the gaps that are still to fill."""
        with self.library() as library:
            return tuple((f, library.shown(f.name), library.open_gaps(f.name)) for f in library.feeds())


def _raised(library: Library, before: set[Notice]) -> tuple[Notice, ...]:
    """Give the notices that were not there before."""
    return tuple(notice for notice in library.notices() if notice not in before)


def _asked(text: str) -> tuple[str, str]:
    """Give the kind of a feed, and what it asks for."""
    from paperlab.arxiv import feed_name, looks_like_query, meant_by, normal_query

    text = meant_by(text)
    return ("query", normal_query(text)) if looks_like_query(text) else ("announcements", feed_name(text))


def _followed(library: Library, kind: str, query: str, *, name: str | None, since: str | None) -> tuple[Feed, bool]:
    """Follow a feed, unless it is under one name or another."""
    there = next((f for f in library.feeds() if f.query == query and f.kind == kind), None)
    called = there.name if there else name or query
    new = library.add_feed(called, query=query, kind=kind, backfill=since)
    return next(f for f in library.feeds() if f.name == called), new


def _meant(followed: Sequence[Feed], text: str) -> Feed:
    """Give the feed that somebody names, by its name or by what it asks for."""
    wanted = {" ".join(text.split())}
    with contextlib.suppress(UsageError):
        wanted.add(_asked(text)[1])
    found = next((f for f in followed if f.name in wanted), None) or next(
        (f for f in followed if f.query in wanted), None
    )
    if found is None:
        names = ", ".join(f.name for f in followed) or "none yet"
        raise NothingFound(f"{text} is not followed; `paperlab feed add {text}` follows it; followed: {names}")
    return found


_SPAN = re.compile(r"([1-9]\d{0,3})\s*([dwmy])[a-z]*", re.IGNORECASE)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def _day(text: str) -> str:
    """Read a span of time before now, or a day, as a day that is over.

    Raises:
        UsageError: neither, or a day to come.
    """
    today = datetime.now(UTC).date()
    if span := _SPAN.fullmatch(text.strip()):
        return (today - timedelta(days=int(span[1]) * _DAYS[span[2].lower()])).isoformat()
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        day = None
    if day is None or day > today:
        raise UsageError(f"expected a span like 30d or 6w, or a day that is over like 2026-01-31, got {text!r:.60}")
    return day.isoformat()
