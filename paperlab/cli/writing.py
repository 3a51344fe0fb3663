"""Longer words about a paper: note, explain."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli import context
from paperlab.cli.output import emit, plain
from paperlab.cli.queue import title
from paperlab.errors import NothingFound, UsageError

if TYPE_CHECKING:
    from paperlab.cli.talk import Context

Paper = Annotated[str, typer.Argument(metavar="ID", help="An id in any form, or the unique beginning of a title.")]


def note(
    ctx: typer.Context,
    paper: Paper,
    text: Annotated[list[str] | None, typer.Argument(metavar="[TEXT|-]", help="Markdown; - or a pipe reads it from stdin.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in place of the note; else it comes below.")] = False,
) -> None:  # fmt: skip
    """Write a note in Markdown, in your editor or as TEXT."""
    talk = context(ctx)
    lab = talk.open()
    with lab.library() as library:
        entry = library.entry(paper)
        before = library.notes(entry.id)
    said = told(text)
    if said is None and talk.asks:
        edited(
            talk, entry.id, before,
            lambda text: _changed(text, before) and lab.note(entry.id, text, replace=True, seen=before),
        )  # fmt: skip
    elif said is not None and (said.strip() or (replace and text)):
        lab.note(entry.id, said, replace=replace)
    elif before:
        emit("\n".join(map(plain, before.splitlines())))
        return
    else:
        raise NothingFound(f'{entry.id} has no note yet; `paperlab note {entry.id} "..."` writes one')
    with lab.library() as library:
        now = library.notes(entry.id)
    if now != before:
        talk.say(f"kept: {len(now)} characters on {entry.id}  {title(entry)}; `paperlab undo` takes it back")
    else:
        talk.say(f"nothing changed on {entry.id}  {title(entry)}")


def explain(
    ctx: typer.Context,
    paper: Paper,
    text: Annotated[str | None, typer.Option(metavar="TEXT|-", help="The paragraph; - reads it from stdin.")] = None,
) -> None:
    """Explain a paper in a paragraph to somebody else."""
    talk = context(ctx)
    lab = talk.open()
    with lab.library() as library:
        entry = library.entry(paper)
        before = library.teach_back(entry.id)
    said = told([text] if text is not None else None)
    if said is None and talk.asks:
        edited(talk, entry.id, before, lambda text: lab.explain(entry.id, text))
    else:
        lab.explain(entry.id, said or None)
    after = lab.entry(entry.id)
    stays = "" if after.state == "explained" else f"; it stays {after.state} until it is read"
    talk.say(f"{'explained' if not stays else 'kept the teach-back of'} {after.id}  {title(after)}{stays}")


def _changed(text: str, before: str) -> bool:
    return text.strip() != before.strip()


def told(words: list[str] | None) -> str | None:
    """Give the text of the command line, or of stdin where it was named or is a pipe or a file; None where there is none."""
    if words and words != ["-"]:
        return " ".join(words)
    if words == ["-"] or _piped():
        return sys.stdin.read()
    return None


def _piped() -> bool:
    """Tell whether something was put into stdin: no terminal, and no /dev/null."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)


def edited(talk: Context, id: str, before: str, keep: Callable[[str], object]) -> None:
    """Let a person write in $VISUAL or $EDITOR; what was written is kept, whatever becomes of the editor.

    The text stands in a file of its own until it is on the list; where it cannot get there, the file stays.
    """
    import tempfile

    handle, name = tempfile.mkstemp(prefix=f"paperlab-{id.replace('/', '_')[:40]}-", suffix=".md")
    path = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(before)
    failed = _run(path)
    whole = path.read_text(encoding="utf-8", errors="replace")
    if failed and not _changed(whole, before):
        path.unlink()
        raise UsageError(f"{failed}; nothing was written; $VISUAL or $EDITOR names the editor")
    if failed:
        talk.say(f"paperlab: {failed}; what it wrote to the file is kept", level=-1)
    try:
        keep(whole)
    except BaseException:
        if whole.strip():
            talk.say(f"what you wrote is in {path}", level=-1)
        else:
            path.unlink()
        raise
    path.unlink()


def _run(path: Path) -> str:
    """Start the editor and wait for its end; give what went wrong with it."""
    import click

    try:
        click.edit(filename=str(path))
    except click.ClickException as error:
        return error.format_message()
    return ""


VERBS = {"note": note, "explain": explain}
