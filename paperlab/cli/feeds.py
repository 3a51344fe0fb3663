"""Verbs that read announcements: sync, feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli import context
from paperlab.cli.output import emit, emit_array, plain
from paperlab.cli.verbs import group

if TYPE_CHECKING:
    from paperlab.lab.reading import FeedNews

feed = group(no_args_is_help=True, help="Follow arXiv's announcement feeds.")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Names = Annotated[list[str], typer.Argument(metavar="CATEGORY...", help="Such as cs.LG or stat.ML.")]


def sync(
    ctx: typer.Context,
    feeds: Annotated[list[str] | None, typer.Argument(metavar="[CATEGORY]...", help="Only these feeds.")] = None,
) -> None:
    """Complete pending papers and read your feeds."""
    talk = context(ctx)
    done = talk.open().sync(feeds or (), on_feed=lambda news: emit(_line(news)))
    for id in done.completed:
        emit(f"completed {id}")
    for id in done.missing:
        other = ", or add another version of it" if "v" in id.rpartition("/")[2] else ""
        talk.say(f"paperlab: arXiv knows no paper {id}; take it off with `paperlab rm {id}`{other}", level=-1)
    if done.trouble:
        talk.say(f"paperlab: {done.trouble.message}; {done.pending} still pending, nothing was lost", level=-1)
        raise typer.Exit(done.trouble.exit_code)
    if not (done.feeds or done.completed or done.missing):
        talk.say("nothing to sync: no paper is pending and no feed is followed (`paperlab feed add cs.LG`)")


def _line(news: FeedNews) -> str:
    if news.trouble:
        return f"{news.feed} not read: {news.trouble.message}"
    if news.stale:
        return f"{news.feed} STALE (same batch as last time)"
    if not news.listed:
        return f"{news.feed} no announcement (weekend or holiday)"
    return f"{news.feed} {news.listed} listed, {news.new} new, {news.revised} revised"


@feed.command("add")
def feed_add(ctx: typer.Context, names: Names) -> None:
    """Follow feeds; `paperlab sync` reads them."""
    talk = context(ctx)
    talk.open().follow(names)
    for name in names:
        talk.say(f"following {name}; `paperlab sync` reads it")


@feed.command("list")
def feed_list(ctx: typer.Context, json: Json = False) -> None:
    """Show the feeds you follow."""
    feeds = context(ctx).open().feeds()
    if json:
        emit_array({"name": f.name, "added_at": f.added_at, "checked_at": f.checked_at} for f in feeds)
        return
    for state in feeds:
        emit(plain(state.name))


@feed.command("rm")
def feed_rm(ctx: typer.Context, names: Names) -> None:
    """Follow a feed no longer; papers that it brought stay."""
    context(ctx).open().unfollow(names)


VERBS = {"sync": sync, "feed": feed}
