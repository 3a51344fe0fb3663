"""Feeds and saved queries: what they list that was not there before goes to the inbox.

What is new is decided by ids that a feed has shown before, never by dates: a stale feed carries a fresh date. Dates
alone say which days were missed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple

from paperlab.errors import NetworkError, UsageError
from paperlab.lab.filling import fill, missed
from paperlab.records.following import Feed, FeedNews, Taken

if TYPE_CHECKING:
    from collections.abc import Callable

    from paperlab.arxiv import ArxivClient
    from paperlab.lab.reading import Progress
    from paperlab.library import Library
    from paperlab.records.paper import FeedBatch

PAGE = 100
"""Papers of a saved query that are asked for at once."""
OVERLAP = 5
"""Papers that a page repeats of the one before: what is taken away while we read moves the rest up."""


class Wishes(NamedTuple):
    """How saved queries are read."""

    first: int
    """Papers that the first reading takes, the newest."""
    most: int
    """Papers that a later one takes."""
    force: bool = False
    """Ask again on the same day too."""


def read(
    library: Library, client: ArxivClient, feed: Feed, wishes: Wishes, *, talk: Callable[[str], None], progress: Progress
) -> FeedNews:  # fmt: skip
    """Read one feed or saved query, then fill its gaps."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        if feed.kind == "query":
            news = _query(library, client, feed, wishes, now=now, talk=talk)
        else:
            news = _announcements(library, client, feed, now=now)
    except (NetworkError, UsageError) as trouble:  # the other feeds are read all the same
        return FeedNews(feed=feed.name, kind=feed.kind, trouble=trouble)
    gaps, stopped = fill(library, client, feed.name, progress)
    return replace(news, gaps=gaps, trouble=stopped)


def _announcements(library: Library, client: ArxivClient, feed: Feed, *, now: str) -> FeedNews:
    """Read an announcement feed: new papers to the inbox, newer versions beside the old, missed days to be filled."""
    from paperlab.arxiv.days import eastern_day, quiet

    batch = client.feed(feed.query, etag=feed.etag, modified=feed.modified)
    if batch.unchanged:
        library.mark_feed(feed.name, etag=feed.etag, modified=feed.modified)
        return _stale(feed, None, now)
    day = eastern_day(batch.built_at or now)
    taken = library.take(feed.name, batch.items, gaps=missed(feed, day), told=_told(library, feed, batch, day))
    if not taken.listed:
        return FeedNews(feed=feed.name, day=day.isoformat(), empty=quiet(day, batch.skip_days))
    if not taken.fresh:
        return replace(_stale(feed, day, now), listed=taken.listed)
    return FeedNews(
        feed=feed.name, listed=taken.listed, new=taken.new, revised=taken.revised, day=day.isoformat()
    )  # fmt: skip


def _told(library: Library, feed: Feed, batch: FeedBatch, day: date) -> dict[str, str | None]:
    """Give what a reading tells of the feed itself."""
    from paperlab.arxiv.days import covered_by

    shown = [f"{item.record.id}v{item.record.version or 1}" for item in batch.items]
    fresh = len(library.seen(feed.name, shown)) < len(set(shown))
    # A stale or empty feed says nothing of its own day: that one is missed once the next has come.
    covered = day if fresh else covered_by(day)
    # An empty feed is asked for as a whole again: what it lacked may come under the same tag.
    tags = {"etag": batch.etag, "modified": batch.modified} if shown else {"etag": None, "modified": None}
    since = min(filter(None, (feed.since or day.isoformat(), feed.backfill)))
    days = {"since": since, "covered": max(feed.covered or "", covered.isoformat()), "batch_day": day.isoformat()}
    return tags | days


def _stale(feed: Feed, own: date | None, now: str) -> FeedNews:
    """Tell of the batch that was there before, on the day that the feed gives as its `own`: where that is no later one, today."""
    from paperlab.arxiv.days import eastern_day

    first = feed.batch_day or (eastern_day(feed.batch_at).isoformat() if feed.batch_at else None)
    day = own.isoformat() if own and own.isoformat() != first else eastern_day(now).isoformat()
    return FeedNews(feed=feed.name, stale=bool(feed.batch), listed=len(feed.batch), batch_day=first, day=day)


def _query(
    library: Library, client: ArxivClient, feed: Feed, wishes: Wishes, *, now: str, talk: Callable[[str], None]
) -> FeedNews:
    """Read a saved query, what changed last first, until a page brings nothing that it has not shown before.

    The ids count as shown at the end alone: a reading that was stopped is begun again, and finds its papers kept.
    """
    _wish(library, feed, now=now)
    if feed.checked_at and not wishes.force and _today(feed.checked_at, now):
        return FeedNews(feed=feed.name, kind="query", read_at=feed.checked_at)
    most = wishes.most if feed.checked_at else wishes.first
    shown: dict[str, None] = {}
    sums, start, total, fresh = Taken(), 0, 0, True
    while fresh and start < most:
        page = client.query_page(feed.query, size=min(PAGE, most - start), start=start, sort="lastUpdatedDate")
        if page.rewritten and not shown:
            talk(f"{feed.name}: arXiv read the query as: {page.rewritten}")
        taken = library.take_page(feed.name, page.records, mark=False)
        sums = replace(sums, new=sums.new + taken.new, revised=sums.revised + taken.revised)
        shown |= dict.fromkeys(f"{r.id}v{r.version or 1}" for r in page.records)
        total, read = page.total, start + len(page.records)
        fresh = taken.fresh > 0 and read < min(total, most)
        start = max(read - OVERLAP, start + 1)
    library.finish_query(feed.name, list(shown))
    return FeedNews(
        feed=feed.name, kind="query", listed=len(shown), new=sums.new, revised=sums.revised, total=total
    )  # fmt: skip


def _wish(library: Library, feed: Feed, *, now: str) -> None:
    """Open the gap of days that a person wished for with a saved query, once."""
    from paperlab.arxiv.days import eastern_day

    if gaps := missed(feed, eastern_day(now)):
        library.take(feed.name, (), gaps=gaps, told={"since": feed.backfill, "checked_at": feed.checked_at})


def _today(moment: str, now: str) -> bool:
    """Tell whether a reading was on the same day of arXiv's, whose search changes once a day."""
    from paperlab.arxiv.days import eastern_day

    return eastern_day(moment) == eastern_day(now)
