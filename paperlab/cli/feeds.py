"""Verbs that follow arXiv: sync, feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperlab.cli import context
from paperlab.cli.output import emit, emit_array, moment, plain, table
from paperlab.cli.verbs import group

if TYPE_CHECKING:
    from paperlab.cli.talk import Context
    from paperlab.records.following import Feed, FeedNews, Gap, Synced

feed = group(no_args_is_help=True, help="Follow arXiv's announcement feeds and saved queries.")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Names = Annotated[list[str], typer.Argument(metavar="NAME...", help="Names of feeds, as `feed list` shows them.")]


def sync(
    ctx: typer.Context,
    feeds: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Only these feeds, paused or not.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Read saved queries that were read today again.")] = False,
    json: Json = False,
) -> None:  # fmt: skip
    """Read your feeds, fill gaps, complete pending papers."""
    talk = context(ctx)
    done = talk.open().sync(feeds or (), force=force, on_feed=None if json else _tell)
    for name in done.paused:
        talk.say(f"{name} paused; `paperlab feed resume {name}` reads it again", level=1)
    _tell_papers(talk, done, json=json)
    if done.trouble:
        left = f"{done.pending} still pending, " if done.pending else ""
        talk.say(f"paperlab: {done.trouble.message}; {left}nothing was lost", level=-1)
        raise typer.Exit(done.trouble.exit_code)
    if not (done.feeds or done.completed or done.missing or done.checked or done.paused):
        talk.say("nothing to sync: no paper is pending and no feed is followed (`paperlab feed add cs.LG`)")


def _tell(news: FeedNews) -> None:
    """Print a line for a feed, and one for each of its gaps."""
    emit(plain(_line(news)))
    for gap in news.gaps:
        emit(plain(_gap_line(gap, news)))


def _tell_papers(talk: Context, done: Synced, *, json: bool) -> None:
    """Print what became of papers of the list."""
    from paperlab.cli.notices import line, notice_json

    if json:
        emit_array([
            *({"what": "feed", **_news_json(news)} for news in done.feeds),
            *({"what": "completed", "id": id} for id in done.completed),
            *([{"what": "missed days", "asked": done.unwatched - done.left, "left": done.left}] if done.unwatched else []),
            *({"what": "notice", **notice_json(notice)} for notice in done.notices),
        ])  # fmt: skip
    else:
        missed = [_missed_line(done)] if done.unwatched else []
        for told in (*(f"completed {id}" for id in done.completed), *missed, *map(line, done.notices)):
            emit(plain(told))
    for id in done.missing:
        other = ", or add another version of it" if "v" in id.rpartition("/")[2] else ""
        talk.say(f"paperlab: arXiv knows no paper {id}; take it off with `paperlab rm {id}`{other}", level=-1)


def _missed_line(done: Synced) -> str:
    """Say what was done about revisions that no feed showed."""
    more = f", {done.left} more at the next sync" if done.left else ""
    return f"missed days: {done.unwatched - done.left} papers of the list asked for newer versions{more}"


def _line(news: FeedNews) -> str:
    if news.trouble and not news.gaps:
        return f"{news.feed} not read: {news.trouble.message}"
    if news.read_at:
        return (
            f"{news.feed} already read at {_clock(news.read_at)}; arXiv's search changes once a day, --force asks again"
        )
    if news.stale and news.batch_day != news.day:  # asked for twice a day it is as it should be
        return f"{news.feed} STALE (same batch as {_day(news.batch_day, news.day)})"
    if news.empty:
        late = "no announcement yet: sync again later" if news.empty == "not yet" else f"{news.empty}: no announcement"
        return f"{news.feed} {late}"
    more = f" (the newest of {news.total})" if news.total is not None and news.total > news.listed else ""
    return f"{news.feed} {news.listed} listed, {news.new} new, {news.revised} revised{more}"


def _clock(at: str) -> str:
    """Give the local time of day."""
    from datetime import datetime

    return datetime.fromisoformat(at).astimezone().strftime("%H:%M")


def _day(day: str | None, today: str | None) -> str:
    """Name an earlier day as a person does: Friday, 2026-05-08."""
    from datetime import date

    if day is None or today is None:
        return "last time"
    then, now = date.fromisoformat(day), date.fromisoformat(today)
    return f"{then:%A}" if 0 < (now - then).days < 7 else day


def _gap_line(gap: Gap, news: FeedNews) -> str:
    """Say what was missed and how much of it came."""
    between = gap.first_day if gap.first_day == gap.last_day else f"{gap.first_day} to {gap.last_day}"
    words = f"{news.feed} gap: {between} missed" if gap.kind == "gap" else f"{news.feed} backfill: {between}"
    if not gap.done:
        why = news.trouble.message if news.trouble else "stopped"
        return f"{words}, {gap.filled} filled so far: {why}; `paperlab sync` goes on"
    return f"{words}, {gap.filled} filled"


def _gap_json(gap: Gap) -> dict[str, Any]:
    keys = ("kind", "first_day", "last_day", "way", "filled", "done")
    return {key: getattr(gap, key) for key in keys}


def _news_json(news: FeedNews) -> dict[str, Any]:
    keys = ("feed", "kind", "listed", "new", "revised", "stale", "day", "batch_day", "empty", "read_at", "total")
    trouble = news.trouble.message if news.trouble else None
    return {key: getattr(news, key) for key in keys} | {"gaps": list(map(_gap_json, news.gaps)), "trouble": trouble}


@feed.command("add")
def feed_add(
    ctx: typer.Context,
    feeds: Annotated[list[str], typer.Argument(metavar="FEED...", help="cs.LG, cs.LG+stat.ML, cs, or a query: author:hinton, 'cat:cs.CL AND abs:\"state space\"'.")],
    name: Annotated[str | None, typer.Option(metavar="NAME", help="What to call it.")] = None,
    backfill: Annotated[str | None, typer.Option(metavar="30d", help="Fetch papers since then too: 30d, 6w or a day.")] = None,
) -> None:  # fmt: skip
    """Follow categories and saved queries; `paperlab sync` reads them."""
    talk = context(ctx)
    for made, new in talk.open().follow(feeds, name=name, backfill=backfill):
        asked = f" ({made.query})" if made.query != made.name else ""
        talk.say(f"following {made.name}{asked}{'' if new else ' already'}; `paperlab sync` reads it")


@feed.command("list")
def feed_list(ctx: typer.Context, json: Json = False) -> None:
    """Show the feeds you follow."""
    states = context(ctx).open().feed_states()
    if json:
        emit_array(
            _feed_json(f) | {"items": seen.items, "newest": seen.newest, "gaps": list(map(_gap_json, gaps))}
            for f, seen, gaps in states
        )
        return
    heads = ("name", "kind", "last look", "newest", "items", "state", "asks for")
    rows = [
        (f.name, f.kind, moment(f.checked_at) if f.checked_at else None, seen.newest, seen.items, _state(f, gaps),
         f.query if f.query != f.name else None)
        for f, seen, gaps in states
    ]  # fmt: skip
    if rows:
        table(heads, rows, stretch=0, spare=("asks for", "kind", "newest", "items"))
    else:
        context(ctx).say("no feed is followed; `paperlab feed add cs.LG` follows one")


def _state(f: Feed, gaps: tuple[Gap, ...]) -> str:
    return "paused" if f.paused else "gap to fill" if gaps else "followed"


def _feed_json(f: Feed) -> dict[str, Any]:
    keys = ("name", "kind", "query", "added_at", "paused", "backfill", "checked_at", "batch_day", "since", "covered")
    return {key: getattr(f, key) for key in keys}


@feed.command("rm")
def feed_rm(ctx: typer.Context, names: Names) -> None:
    """Follow a feed no longer; papers that it brought stay."""
    talk = context(ctx)
    for name in talk.open().unfollow(names):
        talk.say(f"following {name} no longer; `paperlab undo` follows it again")


@feed.command("pause")
def feed_pause(
    ctx: typer.Context,
    names: Names,
    resume: Annotated[bool, typer.Option("--resume", help="Read it again.")] = False,
) -> None:
    """Leave a feed alone for a while; what is missed is filled later."""
    _pause(context(ctx), names, resume=resume)


@feed.command("resume")
def feed_resume(ctx: typer.Context, names: Names) -> None:
    """Read a feed again that was paused."""
    _pause(context(ctx), names, resume=True)


def _pause(talk: Context, names: list[str], *, resume: bool) -> None:
    word = "reading {} again" if resume else "paused {}; `paperlab feed resume` reads it again"
    for name in talk.open().pause(names, resume=resume):
        talk.say(word.format(name))


VERBS = {"sync": sync, "feed": feed}
