"""`open`: the paper itself."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from paperlab.cli import context
from paperlab.cli.output import emit
from paperlab.cli.queue import title
from paperlab.errors import UsageError


def open_(
    ctx: typer.Context,
    paper: Annotated[str, typer.Argument(metavar="ID", help="An id in any form, or the unique beginning of a title.")],
    pdf: Annotated[bool, typer.Option("--pdf", help="The PDF, fetched once and then from the cache.")] = False,
    html: Annotated[bool, typer.Option("--html", help="The paper as a web page.")] = False,
    abs: Annotated[bool, typer.Option("--abs", help="The page with the abstract: so it is without an option.")] = False,
    only_print: Annotated[bool, typer.Option("--print", help="Print the address or path and show nothing.")] = False,
) -> None:
    """Open a paper, or its PDF; you are reading it then."""
    from paperlab.lab.opening import launch

    kinds = [kind for kind, wanted in (("pdf", pdf), ("html", html), ("abs", abs)) if wanted]
    if len(kinds) > 1:
        raise UsageError(f"expected one of --pdf, --html and --abs, got {' and '.join(f'--{k}' for k in kinds)}")
    talk = context(ctx)
    place = talk.open().open_paper(paper, kind=kinds[0] if kinds else None)
    emit(place.where)
    # A script that set $BROWSER wants it called; any other wants the address.
    if not only_print and (talk.asks or os.environ.get("BROWSER")) and not launch(place.where):
        talk.say("no program was found that shows it; set $BROWSER, or open it yourself", level=-1)
    if place.began:
        talk.say(f"reading {place.entry.id}  {title(place.entry)}")
    elif place.crowded:
        talk.say(f"{place.entry.id} stays {place.entry.state}: as many papers are in reading as queue.wip allows")


VERBS = {"open": open_}
