"""Verbs that change what the list remembers: rm, undo, redo, log."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli import context
from paperlab.cli.output import emit_array, event_json, moment, table
from paperlab.cli.queue import title
from paperlab.errors import NothingFound

if TYPE_CHECKING:
    from paperlab.records.events import Event


def rm(
    ctx: typer.Context,
    papers: Annotated[list[str], typer.Argument(metavar="ID...", help="Which to take off the list.")],
) -> None:
    """Take papers off the list; `undo` brings them back."""
    talk = context(ctx)
    for entry in talk.open().remove(papers):
        talk.say(f"removed {entry.id}  {title(entry)}; `paperlab undo` brings it back")


def undo(ctx: typer.Context) -> None:
    """Take back the last command that changed the list."""
    talk = context(ctx)
    talk.say(f"took back: {talk.open().undo()}")


def redo(ctx: typer.Context) -> None:
    """Do again what was taken back last."""
    talk = context(ctx)
    talk.say(f"did again: {talk.open().redo()}")


def log(
    ctx: typer.Context,
    paper: Annotated[str | None, typer.Argument(metavar="[ID]", help="Only this paper, on the list or not; or a feed.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many.")] = 20,
    since: Annotated[str | None, typer.Option(metavar="WHEN", help="Only from then on: mon, yesterday, 7d, 2026-11-20.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Show the last changes, newest first."""
    events = context(ctx).open().log(paper, limit=limit, since=since)
    if json:
        emit_array(event_json(event) for event in events)
    elif events:
        wide = _COMMAND if sys.stdout.isatty() else None
        rows = [
            (moment(e.at), _words(e, wide), e.paper, change(e), e.reason if e.kind not in _BACK else None)
            for e in events
        ]
        table(("at", "command", "paper", "change", "reason"), rows, stretch=3, spare=("reason", "command"))
    if not events and (paper or since):
        raise NothingFound(f"nothing changed{f' of {paper[:80]}' if paper else ''}{f' since {since}' if since else ''}")


_BACK = ("undo", "redo")
"""Kinds whose reason is the command that stands beside it already."""
_COMMAND = 28
"""Columns of a terminal that the words of a command may take."""


def _words(event: Event, wide: int | None) -> str:
    words = event.words if wide is None or len(event.words) <= wide else f"{event.words[: wide - 1]}…"
    return f"{words} (undone)" if event.undone else words


_CHANGES = {
    "added": "added to {after}", "removed": "taken off the list, was {before}", "state": "{before} -> {after}",
    "tag": "tagged {after}", "untag": "no longer tagged {before}", "version": "v{before} -> v{after}",
    "known": "arXiv told its title", "withdrawn": "withdrawn", "undo": "taken back", "redo": "done again",
    "main_idea": "main idea: {after}", "note": "note: {after}",
}  # fmt: skip
"""Kind of an event -> what it says; the others name the kind and both values."""


def change(event: Event) -> str:
    """Say in words what an event changed."""
    text = _CHANGES.get(event.kind, "{kind}: {before} -> {after}")
    said = text.format(kind=event.kind, before=event.before or "-", after=event.after or "-")
    return said if event.minutes is None else f"{said}, {event.minutes} min"


VERBS = {"rm": rm, "undo": undo, "redo": redo, "log": log}
