"""The verb ui: the list as a screen."""

from __future__ import annotations

import sys

import typer

from paperlab.cli import context
from paperlab.errors import UsageError


def ui(ctx: typer.Context) -> None:
    """Go down the list on a screen, with the keyboard."""
    lab = context(ctx).open()
    try:
        from paperlab.cli.screen import Screen
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("textual", "rich"):
            raise
        raise UsageError(
            "expected textual for the screen, found none; install it with `pip install 'textual>=8'`, "
            "or paperlab with its extra named ui"
        ) from error
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("expected a terminal for the screen, got a pipe; `paperlab list` prints the list")
    lab.library().close()  # a list that cannot be read is said before the screen opens
    Screen(lab).run()


VERBS = {"ui": ui}
