"""`triage`: the inbox, one paper at a time on a terminal, or as a file of decisions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import click
import typer

from paperlab.cli import context
from paperlab.cli.output import emit_array, entry_json
from paperlab.cli.verbs import default_verb, group
from paperlab.errors import NothingFound, UsageError

triage = group(cls=default_verb("run"), help="Decide about the papers of the inbox, one at a time.")


_LONGEST = 1_000_000
"""Minutes; more, and what is no number, stands on no clock."""


@triage.command("run")
def run(
    ctx: typer.Context,
    minutes: Annotated[float, typer.Option(min=0, help="Stop after so many minutes; 0 is no limit.")] = 10,
    limit: Annotated[int | None, typer.Option("--limit", "-n", min=1, help="How many papers at most.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the papers of the inbox, best first, as JSON.")] = False,
) -> None:
    """Ask about each paper of the inbox, best first."""
    talk = context(ctx)
    lab = talk.open()
    if json:
        ranked = lab.triage(limit=limit)
        emit_array(
            entry_json(r.entry) | {"abstract": r.entry.abstract, "comment": r.entry.comment, "score": r.score, "terms": dict(r.terms), "explore": r.explore}
            for r in ranked
        )  # fmt: skip
        if not ranked:
            raise NothingFound("the inbox is empty; `paperlab sync` reads your feeds")
        return
    if not talk.asks:
        raise UsageError("expected a terminal; without one `paperlab triage --json` prints the inbox, and "
                         "`paperlab triage apply FILE` does what a file decides")  # fmt: skip
    if not minutes <= _LONGEST:
        raise UsageError(f"expected minutes from 0 to {_LONGEST:,}, got {minutes}")
    from paperlab.cli.sitting import Sitting

    Sitting(lab, minutes=minutes, limit=limit).run()


@triage.command("apply")
def apply(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE|-", click_type=click.Path(path_type=Path, allow_dash=True), help="JSON; - reads stdin.")],
) -> None:  # fmt: skip
    """Do what a file decides, all of it as one command.

    The file is a JSON array, or one object a line: {"id": "1706.03762", "decision": "accept"}. decision is accept,
    drop, snooze or skip; why, reason, until, priority and tags may be told beside it.
    """
    talk = context(ctx)
    counts = talk.open().apply(_text(file))
    names = {"queued": "accepted", "dropped": "dropped", "snoozed": "snoozed", "skip": "skipped"}
    talk.say(", ".join(f"{names[what]} {count}" for what, count in counts.items()) + "; `paperlab undo` takes it back")


def _text(file: Path) -> str:
    try:
        return (sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()).decode("utf-8")
    except OSError as error:
        raise UsageError(f"{file}: expected a file of decisions, got: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: expected text in UTF-8, got other bytes at {error.start}") from error


VERBS = {"triage": triage}
