"""Gaps: days whose announcements were missed are filled from the query API, or from OAI-PMH where they are many.

Each page is kept together with how far it brings the gap, so that a stop at any moment costs at most one page.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from paperlab.errors import BadAnswer, NetworkError, UsageError
from paperlab.records.following import Feed, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.arxiv import ArxivClient
    from paperlab.lab.reading import Progress
    from paperlab.library import Library
    from paperlab.records.paper import PaperRecord

PAGE = 500
"""Papers a request; arXiv allows 2,000, and is slow and short then."""
OVERLAP = 20
"""Papers that a page repeats of the one before, where the time of submission does not tell the pages apart."""
OAI_DAYS = 30
"""Days from which on OAI is asked: it is made for bulk, and has no end at 30,000 papers."""


def missed(feed: Feed, day: date) -> tuple[Gap, ...]:
    """Give the gaps that open when a feed is read again: days between the last one covered and its own; days wished for."""
    from paperlab.arxiv import days

    found: list[Gap] = []
    since = date.fromisoformat(feed.since) if feed.since else None
    if feed.backfill and (since is None or feed.backfill < since.isoformat()):
        first = date.fromisoformat(feed.backfill)
        span = f"{feed.backfill}T00:00:00Z", days.submitted(first, day, since=None)[1]
        found += _gaps(feed, "backfill", (first, min(since or day, day)), span)
    lost = days.missed(date.fromisoformat(feed.covered), day) if feed.covered else ()
    if lost and feed.kind == "announcements":
        found += _gaps(feed, "gap", (lost[0], lost[-1]), days.submitted(lost[0], lost[-1], since=since))
    return tuple(found)


def _gaps(feed: Feed, kind: str, between: tuple[date, date], span: tuple[str, str]) -> Iterator[Gap]:
    first, last = between
    if feed.kind == "announcements" and (last - first).days >= OAI_DAYS:
        asked = [("oai", _set(part)) for part in feed.query.split("+")]
    else:
        asked = [("query", _search(feed))]
    for way, words in asked:
        yield Gap(
            feed=feed.name, kind=kind, first_day=first.isoformat(), last_day=last.isoformat(),
            way=way, asked=words, starts=span[0], ends=span[1],
        )  # fmt: skip


def _search(feed: Feed) -> str:
    """Give the query that finds what a feed announces; that of an archive finds its categories too."""
    if feed.kind == "query":
        return f"({feed.query})"
    parts = feed.query.split("+")
    terms = [term for part in parts for term in ([f"cat:{part}"] if "." in part else [f"cat:{part}", f"cat:{part}.*"])]
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"


_PHYSICS = frozenset(
    "astro-ph cond-mat gr-qc hep-ex hep-lat hep-ph hep-th math-ph nlin nucl-ex nucl-th physics quant-ph".split()
)


def _set(category: str) -> str:
    """Give OAI's set of a category.

    >>> _set("cs.LG"), _set("hep-th"), _set("astro-ph.CO")
    ('cs:cs:LG', 'physics:hep-th', 'physics:astro-ph:CO')
    """
    archive, _, part = category.partition(".")
    group = "physics" if archive in _PHYSICS else archive
    # An archive of a group of its own is the group: `cs`, while `physics` alone would be thirteen archives.
    whole = archive if group == archive and not part and archive != "physics" else f"{group}:{archive}"
    return f"{whole}:{part}" if part else whole


def fill(
    library: Library, client: ArxivClient, feed: str, progress: Progress
) -> tuple[tuple[Gap, ...], NetworkError | UsageError | None]:
    """Fill the open gaps of a feed; gives them as far as they came, and what stopped it."""
    done: list[Gap] = []
    for gap in library.open_gaps(feed):
        now = gap
        try:
            for now in _filled(library, client, gap):
                progress(now.filled, now.filled + 1, f"papers of {feed} since {now.first_day}")
        except (NetworkError, UsageError) as trouble:
            return (*done, now), trouble
        finally:
            progress(1, 1, "gap filled")
        done.append(now)
    return tuple(gap for gap in done if gap.filled or not _idle(gap)), None


def _idle(gap: Gap) -> bool:
    """Tell a gap that is none: its days were holidays, on which a feed may list nothing."""
    from paperlab.arxiv import days

    lost = days.missed(date.fromisoformat(gap.first_day) - timedelta(days=1), date.fromisoformat(gap.last_day))
    return gap.kind == "gap" and all(map(days.holiday, [*lost, date.fromisoformat(gap.last_day)]))


def _filled(library: Library, client: ArxivClient, gap: Gap) -> Iterator[Gap]:
    """Fill a gap page by page; gives it after each, with all that was filled so far."""
    filled, start = gap.filled, 0
    while not gap.done:
        if gap.way == "oai":
            records, gap = _harvested(library, client, gap)
        else:
            records, gap, start = _found(client, gap, start)
        filled += library.take_page(gap.feed, records, gap=gap).new
        yield replace(gap, filled=filled)


def _found(client: ArxivClient, gap: Gap, start: int) -> tuple[Sequence[PaperRecord], Gap, int]:
    """Ask for a page, the oldest first, from the time on that the last one ended at: so no shift of pages loses a paper.

    `start` counts on only where a whole page was submitted within one minute.
    """
    span = f"submittedDate:[{_minute(gap.starts)} TO {_minute(gap.ends)}]"
    page = client.query_page(f"{gap.asked} AND {span}", size=PAGE, start=start, ascending=True)
    records = [r for r in page.records if _minute(gap.starts) <= _minute(r.published or "") <= _minute(gap.ends)]
    read = start + len(page.records)
    done = not page.records or read >= page.total
    last = max((r.published or "" for r in records), default="")
    if done or _minute(last) <= _minute(gap.starts):
        return records, replace(gap, done=done), max(read - OVERLAP, start + 1)
    return records, replace(gap, starts=last), 0


def _minute(moment: str) -> str:
    """Give a time as the query language writes it.

    >>> _minute("2026-05-04T18:00:00Z")
    '202605041800'
    """
    return "".join(filter(str.isdigit, moment))[:12]


def _harvested(library: Library, client: ArxivClient, gap: Gap) -> tuple[Sequence[PaperRecord], Gap]:
    """Ask OAI for a page: papers of those days, and newer versions of papers that are known."""
    page = client.harvest(gap.asked, since=gap.first_day, token=gap.token)
    if page.error and page.error[0] == "badResumptionToken":
        if gap.token is None:
            raise BadAnswer(f"expected records of {gap.asked} from OAI, got: {page.error[1]}; try again later")
        return (), replace(
            gap, token=None
        )  # tokens expire daily: the days are asked for anew, and ids tell what is new
    known = library.known([record.id for record in page.records])
    records = [r for r in page.records if r.id in known or gap.starts <= (r.published or "") <= gap.ends]
    return records, replace(gap, token=page.token, done=page.token is None)
