"""Verbs that change what the list remembers: rm, undo, redo, log."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from paperlab.cli import context
from paperlab.cli.output import emit_array, event_json, moment, table
from paperlab.cli.queue import title


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
    paper: Annotated[str | None, typer.Argument(metavar="[ID]", help="Only this paper, on the list or not.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many.")] = 20,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the last changes, newest first."""
    lab = context(ctx).open()
    events = lab.log(limit=limit) if paper is None else lab.history(paper, limit=limit)
    if json:
        emit_array(event_json(event) for event in events)
        return
    cut = _CUT if sys.stdout.isatty() else None  # a main idea is no column
    rows = [
        (moment(e.at), e.paper, e.kind, (e.before or "")[:cut], (e.after or "")[:cut], e.reason, e.minutes)
        for e in events
    ]
    if rows:
        heads = ("at", "paper", "kind", "before", "after", "reason", "min")
        table(heads, rows, stretch=heads.index("reason"), spare=("before", "min"))


_CUT = 14


VERBS = {"rm": rm, "undo": undo, "redo": redo, "log": log}
