"""Verbs that look at the queue over time: stats, prune, digest."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click
import typer

from paperlab.cli import context
from paperlab.cli.output import STDOUT, emit, emit_array, emit_json, facts, plain, printed, room, table
from paperlab.cli.queue import Json
from paperlab.errors import NothingFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paperlab.lab.weeks import Stats
    from paperlab.records.overtime import Waiting

_FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


def stats(
    ctx: typer.Context,
    weeks: Annotated[int, typer.Option(min=1, max=520, help="How many weeks, this one included.")] = 12,
    html: Annotated[Path | None, typer.Option(metavar="FILE", click_type=_FILE, help="Write a page with a picture; - is stdout.")] = None,
    ranker: Annotated[bool, typer.Option("--ranker", help="How good the ranker was, against reading by date.")] = False,
    json: Json = False,
) -> None:  # fmt: skip
    """Show inflow against outflow a week, age, minutes, streak."""
    if ranker:
        from paperlab.cli.judge import report_ranker

        report_ranker(context(ctx), json=json)
        return
    found = context(ctx).open().stats(weeks=weeks)
    if html is not None:
        from paperlab.lab.pages import stats_page

        _write(html, stats_page(found))
    elif json:
        emit_json(_stats_json(found))
    else:
        _show_stats(found)


def _write(path: Path, text: str) -> None:
    """Write a page where it is wanted, and say where."""
    from paperlab.lab.pages import keep
    from paperlab.lab.root import expanded

    if str(path) in STDOUT:
        sys.stdout.write(text)
        return
    keep(expanded(path), text)
    emit(str(expanded(path)))


def _stats_json(found: Stats) -> dict[str, object]:
    return {
        "at": found.at,
        "weeks": [
            {"week": week.name, "monday": week.monday.isoformat(), "added": week.added, "finished": week.finished}
            for week in found.weeks
        ],
        "streak_weeks": found.streak, "longest_streak_weeks": found.longest_streak,
        "waiting": found.waiting, "median_age_days": found.median_age,
        "oldest": [{"id": p.id, "title": p.title, "state": p.state, "days": days} for p, days in found.oldest],
        "minutes_per_finished_paper": {
            "median": found.median_minutes, "mean": found.mean_minutes, "papers": found.timed,
        },
        "reached": found.reached,
    }  # fmt: skip


def _show_stats(found: Stats) -> None:
    """Draw the weeks on a terminal and say the rest below; in a pipe each line begins with what it is."""
    from paperlab.lab.pages import summary

    if not sys.stdout.isatty():
        for week in found.weeks:
            emit(f"week\t{week.name}\t{week.added}\t{week.finished}")
        for name, text in summary(found):
            emit(f"{name}\t{text}")
        for paper, days in found.oldest:
            emit(f"oldest\t{paper.id}\t{days}\t{paper.state}\t{plain(printed(paper.title))}")
        return
    emit("\n".join(_chart(found, room(), blocks="utf" in (sys.stdout.encoding or "").lower())))
    emit("")
    facts(dict(summary(found)))
    if found.oldest:
        emit("")
        rows = [(days, paper.state, paper.id, printed(paper.title)) for paper, days in found.oldest]
        table(("days", "state", "waiting longest", "title"), rows, spare=("state",))


_BARS = {True: ("█", "░"), False: ("#", "=")}
"""Whether the terminal speaks UTF-8 -> what the bars of added and finished papers are made of."""


def _chart(found: Stats, columns: int, *, blocks: bool) -> Iterator[str]:
    """Draw one line a week: what was added to the left, what was finished to the right, on one scale."""
    most = max([1, *(max(week.added, week.finished) for week in found.weeks)])
    digits = len(str(most))
    wide = max((columns - len("2026-W48") - 2 * (digits + 3)) // 2, 1)
    signs = _BARS[blocks]
    yield f"{'week':<8}  {' ' * digits} {'added':<{wide}}  {' ' * digits} finished"[:columns]
    for week in found.weeks:
        bars = [sign * -(-count * wide // most) for sign, count in zip(signs, (week.added, week.finished), strict=True)]
        yield f"{week.name:<8}  {week.added:>{digits}} {bars[0]:<{wide}}  {week.finished:>{digits}} {bars[1]}".rstrip()


def prune(
    ctx: typer.Context,
    older: Annotated[str, typer.Option(metavar="SPAN", help="Added longer ago than 180d, 26w, 6m or 1y.")] = "180d",
    state: Annotated[str, typer.Option(metavar="STATES", help="Of inbox, queued, skimmed, snoozed.")] = "queued,inbox",
    below: Annotated[int | None, typer.Option(min=1, max=9, metavar="P", help="Only papers of a priority below P; all by default.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Drop them; without it they are only shown.")] = False,
    json: Json = False,
) -> None:  # fmt: skip
    """Drop what has waited too long; shows it first."""
    talk = context(ctx)
    lab = talk.open()
    states = tuple(dict.fromkeys(name for name in (one.strip().lower() for one in state.split(",")) if name))
    found = lab.stale(older=older, states=states, below=below)
    if yes:
        lab.prune(found, older=older)
    _show_stale(found, json=json)
    papers = f"{len(found)} paper{'s' * (len(found) != 1)}"
    if not found:
        talk.say(f"nothing in {', '.join(states)} is older than {older}")
    elif yes:
        talk.say(f"dropped {papers}; `paperlab undo` brings them back")
    else:
        talk.say(f"would drop {papers}; nothing was changed: --yes drops them, and `paperlab undo` brings them back")


def _show_stale(found: list[Waiting], *, json: bool) -> None:
    if json:
        emit_array(paper._asdict() for paper in found)
    elif found:
        rows = [(p.id, p.added_at[:10], p.state, p.priority or None, printed(p.title) or "(pending)") for p in found]
        table(("id", "added", "state", "p", "title"), rows, spare=("p", "state"))


def digest(
    ctx: typer.Context,
    since: Annotated[str, typer.Option(metavar="WHEN", help="mon, yesterday, 7d, 2w or 2026-11-20.")] = "7d",
    format: Annotated[str | None, typer.Option("--format", metavar="md|html", help="Default: as FILE ends, else md.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", click_type=_FILE, help="Where to; stdout by default.")] = None,
) -> None:  # fmt: skip
    """Tell what came, what you did, what is next; fit for cron."""
    from paperlab.lab.digest import to_html, to_markdown

    writers = {"md": to_markdown, "html": to_html}
    kind = format or ("html" if out and out.suffix.lower() in (".html", ".htm") else "md")
    if kind not in writers:
        raise UsageError(f"expected --format to be one of {', '.join(writers)}, got {kind!r}")
    found = context(ctx).open().digest(since)
    if not found.news:
        raise NothingFound(f"nothing came and nothing was done since {found.since}; no digest was written")
    _write(out or Path("-"), writers[kind](found))


VERBS = {"stats": stats, "prune": prune, "digest": digest}
