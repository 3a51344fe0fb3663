"""What following arXiv brings: a feed's reading, a gap that is filled."""

from __future__ import annotations

from dataclasses import dataclass

from paperlab.errors import PaperlabError
from paperlab.records.notices import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed or saved query that `sync` reads."""

    name: str
    """What a person calls it: the category or query itself, or a name of their own."""
    kind: str = "announcements"
    """`announcements` or `query`."""
    query: str
    """Categories such as `cs.LG+stat.ML`, or a query such as `cat:cs.CL AND abs:"state space"`."""
    added_at: str
    """ISO 8601 UTC."""
    paused: bool = False
    backfill: str | None = None
    """Day since which papers are wanted, from before the feed was followed."""
    checked_at: str | None = None
    """ISO 8601 UTC of the last look that was answered."""
    etag: str | None = None
    modified: str | None = None
    batch_day: str | None = None
    """Day that the last batch with papers gave as its own, in US Eastern time."""
    batch_at: str | None = None
    """ISO 8601 UTC when that batch was first read."""
    batch: tuple[str, ...] = ()
    """Ids of that batch, sorted: the watermark. A batch with the same ids is stale, whatever its date says."""
    since: str | None = None
    """First day whose announcement was read."""
    covered: str | None = None
    """Last day whose announcement was read, or is in a gap that was opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a feed has shown so far."""

    items: int
    newest: str | None
    """Id with version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Days whose announcements were missed, and how far they are filled."""

    id: int = 0
    feed: str
    kind: str = "gap"
    """`gap`, or `backfill` where a person asked for days before the feed was followed."""
    first_day: str
    last_day: str
    way: str
    """`query` or `oai`."""
    asked: str
    """The query, or OAI's set."""
    starts: str
    """ISO 8601 UTC: papers submitted from then on; `starts` moves along as pages come."""
    ends: str
    token: str | None = None
    """OAI's resumption token, while it is good."""
    filled: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one reading changed."""

    listed: int = 0
    new: int = 0
    revised: int = 0
    fresh: int = 0
    """Versions that the feed had not shown before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedNews:
    """What one feed brought."""

    feed: str
    kind: str = "announcements"
    listed: int = 0
    new: int = 0
    revised: int = 0
    stale: bool = False
    """The same batch as before."""
    day: str | None = None
    """The day that the feed gives as its own; where stale under its old date, today."""
    batch_day: str | None = None
    """Where stale: the day of the earlier batch."""
    empty: str | None = None
    """Where nothing is listed: `weekend`, `holiday`, or `not yet` on a day when arXiv announces."""
    read_at: str | None = None
    """Where it was not asked again: ISO 8601 UTC when it was read, today."""
    total: int | None = None
    """Of a saved query: papers that match, of which the newest are listed."""
    gaps: tuple[Gap, ...] = ()
    trouble: PaperlabError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What a sync did."""

    completed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    pending: int = 0
    feeds: tuple[FeedNews, ...] = ()
    paused: tuple[str, ...] = ()
    """Feeds that were left alone."""
    notices: tuple[Notice, ...] = ()
    """Raised by this sync."""
    checked: int = 0
    """Papers of my list that were asked for again."""
    unwatched: int = 0
    """Papers of my list that may have been revised on a missed day, before they were asked for again."""
    left: int = 0
    """As many of these as the next sync asks for."""
    trouble: PaperlabError | None = None
