"""The verb of new versions: notices; and how a change of words is shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperlab.cli import context
from paperlab.cli.output import colourful, emit, emit_array, moment, plain, printed
from paperlab.cli.verbs import default_verb, group
from paperlab.errors import NothingFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paperlab.records.notices import Notice

notices = group(cls=default_verb("list"), help="Show newer versions of papers on your list.")
Papers = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Only these papers.")]


@notices.command("list")
def notices_list(
    ctx: typer.Context,
    papers: Papers = None,
    all: Annotated[bool, typer.Option("--all", help="Those that you have seen, too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show newer versions, and withdrawals, of papers on your list."""
    talk = context(ctx)
    found = talk.open().notices(papers or (), seen=all)
    if json:
        emit_array(notice_json(notice) for notice in found)
        return
    for notice in found:
        emit(plain(f"{moment(notice.at)}  {line(notice)}  {printed(notice.title)}"))
        if papers:
            show_words(notice)
    if found:
        talk.say("`paperlab show ID` shows what changed; `paperlab notices seen ID` puts it away")
    else:
        talk.say(f"no {'' if all else 'unseen '}notice{' of these papers' if papers else ''}")


@notices.command("seen")
def notices_seen(
    ctx: typer.Context,
    papers: Papers = None,
    all: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
) -> None:
    """Mark notices as seen; `undo` takes it back."""
    if bool(papers) == all:
        raise UsageError("expected papers whose notices you have seen, or --all")
    seen = context(ctx).open().see_notices(None if all else papers)
    if not seen:
        raise NothingFound("expected a notice that is unseen, found none; `paperlab notices --all` shows all")
    context(ctx).say(f"seen: {', '.join(seen)}")


def line(notice: Notice) -> str:
    """Say in one line what happened to a paper."""
    from paperlab.records.wording import summary

    versions = f"v{notice.old} -> v{notice.new}" if notice.old != notice.new else f"v{notice.new}"
    told = ", ".join(summary(notice.before, notice.after)) or "title and abstract as before"
    return f"{notice.kind} {notice.paper} {versions}: {told}"


def notice_json(notice: Notice) -> dict[str, Any]:
    """Give a notice as its JSON object."""
    from paperlab.records.wording import marked, summary

    keys = ("paper", "title", "kind", "old", "new", "at", "seen_at")
    before, after = notice.before, notice.after
    diffs = {
        name: marked(old, new)
        for name, old, new in (("title", before.title, after.title), ("abstract", before.abstract, after.abstract))
        if old and new and old != new
    }
    comments = {"comment_before": before.comment, "comment": after.comment}
    changes = {"changes": list(summary(before, after)), "diff": diffs}
    return {key: getattr(notice, key) for key in keys} | changes | comments


def show(found: Sequence[Notice]) -> None:
    """Print notices of one paper with the words that changed."""
    for notice in found:
        emit(f"\n{plain(line(notice))}")
        show_words(notice)


def show_words(notice: Notice) -> None:
    """Print the word diff of title and abstract: in colour on a terminal, with git's marks elsewhere."""
    before, after = notice.before, notice.after
    for name, old, new in (("title", before.title, after.title), ("abstract", before.abstract, after.abstract)):
        if old and new and old != new:
            emit(f"{name}: {_words(plain(old), plain(new))}")


def _words(old: str, new: str) -> str:
    from paperlab.records.wording import marked, pieces

    if not sys.stdout.isatty() or not colourful():
        return marked(old, new)
    colours = {"same": "{}", "gone": "\033[9;31m{}\033[0m", "came": "\033[32m{}\033[0m"}
    # On a terminal nothing marks where one word ends and its heir begins but the blank between them.
    return "".join(colours[kind].format(text) for kind, text in pieces(old, new))


VERBS = {"notices": notices}
