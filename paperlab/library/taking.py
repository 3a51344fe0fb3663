"""What a feed, a query or a gap's page brings: its papers, and how far it is read, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paperlab.library import changes, facts, feeds
from paperlab.library.journal import Journal
from paperlab.records.following import Taken
from paperlab.records.paper import Announcement, PaperRecord

NEWS = ("new", "cross")
"""Kinds of announcements that bring a paper to the inbox; the others are for those who have it."""


def taken(
    journal: Journal, feed: str, items: Sequence[Announcement], *, mark: bool, told: Mapping[str, str | None],
    gap: bool = False,
) -> Taken:  # fmt: skip
    """Keep a batch: new papers go to the inbox, revisions of my papers become versions.

    Args:
        journal: of the running command.
        feed: its name.
        items: what was announced.
        mark: remember the ids as shown; not yet where a reading has further pages to come.
        gap: the items fill a gap, so that one which the feed has shown may still be new: see `listed`.
        told: columns of the feed that the reading sets; `batch_day` among them where it is an announcement.
    """
    shown = {shown_as(item.record): item for item in items}
    seen = feeds.seen(journal.connection, feed, shown)
    fresh = {id for id, item in shown.items() if id not in seen or (gap and item.kind in NEWS)}
    news = [item for id, item in shown.items() if id in fresh]
    new, revised = _sorted_out(journal, news)
    changed = facts.saved(journal, [*(r for r in new if r.title), *revised])
    changes.all_added(journal, (record.id for record in new), state="inbox")
    batch = "batch_day" in told
    if mark and fresh:
        feeds.marked(journal, feed, shown, at=journal.at, batch=batch)
    if told:
        # A stale batch keeps the day that it first came with: its own may be fresh and wrong.
        fuller = {**told, "batch_at": journal.at} if batch else told
        stale = {name: value for name, value in told.items() if name != "batch_day"}
        feeds.told(journal, feed, fuller if fresh else stale)
    ours = {record.id for record in revised}
    count = len({record.id for record in new})
    return Taken(listed=len(shown), new=count, revised=len(ours & set(changed)), fresh=len(fresh))


def _sorted_out(journal: Journal, news: Sequence[Announcement]) -> tuple[list[PaperRecord], list[PaperRecord]]:
    """Give the records of new papers, all versions of one, and those that revise a paper that is known."""
    known = {item.record.id: _version(journal, item.record.id) for item in news}
    new = {item.record.id for item in news if item.kind in NEWS and known[item.record.id] is None}
    records = [item.record for item in news]
    # Of a version that is known, the API told more than a feed can.
    revised = [r for r in records if (old := known[r.id]) is not None and (r.version or 0) > old]
    return [r for r in records if r.id in new], revised


def _version(journal: Journal, paper: str) -> int | None:
    """Give the newest version of a paper that arXiv has told us of, 0 where it named none; None where it told nothing."""
    sql = "SELECT version FROM papers WHERE id = ? AND title IS NOT NULL"
    row = journal.connection.execute(sql, (paper,)).fetchone()
    return None if row is None else row[0] or 0


def shown_as(record: PaperRecord) -> str:
    """Give the id under which a feed is remembered to have shown a version."""
    return f"{record.id}v{record.version or 1}"


def listed(journal: Journal, feed: str, records: Sequence[PaperRecord], *, gap: bool) -> tuple[Announcement, ...]:
    """Turn records of a query into announcements: what the feed has shown in any version before is no news of its own.

    What was new on the days of a gap counts as shown by its first version alone: a feed that is read again may begin
    with the second one, as a revision of a paper that it never brought.
    """
    ids = [record.id for record in records]
    old = (
        feeds.seen_first(journal.connection, feed, ids)
        if gap
        else feeds.seen_any_version(journal.connection, feed, ids)
    )
    return tuple(Announcement(record=r, kind="replace" if r.id in old else "new") for r in records)
