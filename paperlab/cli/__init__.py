"""The command line: words in, a line on stderr and an exit code out; no logic.

Exit codes: 0 ok; 1 nothing found, or a failed verdict under --strict; 2 usage; 3 network or throttled;
4 refused (unsafe, leak, conflict); 5 a bug of ours.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import click
import typer

from paperlab import __version__
from paperlab.cli.verbs import Verbs, group
from paperlab.errors import PaperlabError

if TYPE_CHECKING:
    from paperlab.cli.talk import Context

INTERRUPTED = 130
"""128 + SIGINT, as a shell would say."""
ISSUES = "please report it with the command you ran and the output of the same command with --debug"
REFUSING = {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.ENAMETOOLONG}
"""Answers of the operating system that mean: this place cannot be read or written."""

app = group(cls=Verbs, no_args_is_help=True, name="paperlab")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"paperlab {__version__}")
        raise typer.Exit


@app.callback()
def top(
    ctx: typer.Context,
    lab: Annotated[str | None, typer.Option("--lab", metavar="DIR", click_type=click.Path(file_okay=False), help="Use the lab in DIR.")] = None,
    verbose: Annotated[int, typer.Option("--verbose", "-v", count=True, show_default=False, help="Say more on stderr.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:  # fmt: skip
    """Queue a paper, reproduce it on a small case, judge its claims, share it."""
    from paperlab.cli.talk import Context

    del debug, version  # both are read before this runs
    ctx.obj = Context(lab=lab, loudness=-1 if quiet else verbose)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    _open_streams()
    options = words[: words.index("--")] if "--" in words else words
    sys.exit(run(words, debug="--debug" in options))


def _open_streams() -> None:
    """Take any letter, and give a stream that was closed (`>&-`) a place that swallows all."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  open until the end
        elif mode == "w" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def run(words: Sequence[str], *, debug: bool = False) -> int:
    """Run a command; turn whatever happens into one line on stderr and an exit code."""
    try:
        code = _command()(hoist(list(words)), prog_name="paperlab", standalone_mode=False)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001  the last place that can say it in one line
        if _reader_left(error):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            return 0
        if debug and not isinstance(error, click.exceptions.Exit):
            import traceback

            traceback.print_exception(error)
        return _tell(error)
    return _tell(KeyboardInterrupt()) if code == INTERRUPTED else code if isinstance(code, int) else 0


def _reader_left(error: BaseException) -> bool:
    """Tell whether nobody reads any more (`| head -1`), which is no failure; click makes a SystemExit of it."""
    return isinstance(error, BrokenPipeError) or (
        isinstance(error, SystemExit) and isinstance(error.__context__, BrokenPipeError)
    )


def _command() -> Callable[..., object]:
    return typer.main.get_command(app)


def _tell(error: BaseException) -> int:
    """Print one line and give the exit code."""
    code, line = _explain(error)
    if line:
        from paperlab.cli.output import plain

        with suppress(OSError):  # nowhere left to say it
            click.echo(f"paperlab: {plain(' '.join(line.split()))}", err=True)
    return code


def _explain(error: BaseException) -> tuple[int, str]:
    match error:
        case PaperlabError():
            return error.exit_code, error.message
        case click.exceptions.Exit():
            return error.exit_code, ""
        case click.exceptions.NoArgsIsHelpError():
            click.echo(error.ctx.get_help(), err=True)
            return 2, ""
        case click.ClickException():
            return 2, error.format_message()
        case KeyboardInterrupt() | click.exceptions.Abort():
            return INTERRUPTED, "stopped; what was done so far is kept"
        case OSError() if error.errno in REFUSING:
            return 4, f"cannot read or write {error.filename or 'here'}: {error.strerror}; nothing was lost"
        case SystemExit():
            return (error.code if isinstance(error.code, int) else 1), ""
        case _:
            return 5, f"a bug of ours: {type(error).__name__}: {error}; {ISSUES}"


_TOP_FLAGS = ("-v", "-vv", "-q", "--verbose", "--quiet", "--debug")


def hoist(words: list[str]) -> list[str]:
    """Move the options of the top before the verb, so that they may stand anywhere.

    >>> hoist(["list", "--lab", "here", "-q"])
    ['--lab', 'here', '-q', 'list']
    """
    front: list[str] = []
    rest: list[str] = []
    queue = iter(words)
    for word in queue:
        if word == "--":
            rest += [word, *queue]
        elif word == "--lab":
            value = next(queue, None)
            if value is None:
                return [*front, word]  # the parser says that a value is missing
            front += [word, value]
        elif word in _TOP_FLAGS or word.startswith("--lab="):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def context(ctx: typer.Context) -> Context:
    """Give what the options of the top said."""
    from paperlab.cli.talk import Context

    found = ctx.find_object(Context)
    return found or Context(lab=None, loudness=0)
