"""Verbs about the lab itself: init, config, cache, completion."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import click
import typer

from paperlab.cli import context
from paperlab.cli.output import emit, emit_array, table
from paperlab.cli.verbs import default_verb, group
from paperlab.errors import LabUnusable, UsageError

cache = group(cls=default_verb("size"), help="What the cache holds, and how to clean it.")
SHELLS = ("bash", "zsh", "fish")


def init(
    ctx: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", click_type=click.Path(path_type=Path), help="Where; made if it is not there."),
    ] = None,
    starter: Annotated[bool, typer.Option("--starter", help="Queue the papers of DIR/implementations.")] = False,
) -> None:
    """Make a lab: a reading list and a folder for implementations."""
    from paperlab.lab import Lab
    from paperlab.lab.root import expanded

    talk = context(ctx)
    lab = Lab.create(expanded(folder or talk.lab or ""))
    if starter:
        from paperlab.lab.starter import fill

        talk.say(f"queued {fill(lab)} papers from {lab.root / 'implementations'}")
    talk.say(f"made a lab in {lab.root}; next: `paperlab add 1706.03762`")


def config(ctx: typer.Context, json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show each setting and where it came from."""
    from paperlab.settings import SETTINGS, Settings

    lab = context(ctx).open_or_none()
    settings = lab.settings if lab else Settings()
    rows = [(name, *settings.find(name), setting.help) for name, setting in SETTINGS.items()]
    if json:
        emit_array(dict(zip(("name", "value", "source", "help"), row, strict=True)) for row in rows)
        return
    shown = [(name, str(v).lower() if isinstance(v, bool) else v, source, help) for name, v, source, help in rows]
    table(("name", "value", "from", "meaning"), shown, spare=("from",))


@cache.command("size")
def cache_size(ctx: typer.Context) -> None:
    """Say how much the cache holds."""
    lab = context(ctx).open()
    sizes = [f.stat().st_size for f in lab.cache.rglob("*") if f.is_file()]
    emit(f"{lab.cache}\t{len(sizes)} files\t{sum(sizes) / 1e6:.1f} MB")
    if lab.corpus().exists():
        path, size, papers = lab.corpus_size()
        emit(f"{path}\t{papers}\t{size / 1e6:.1f} MB")


@cache.command("clean")
def cache_clean(ctx: typer.Context) -> None:
    """Delete fetched e-prints; all else stays."""
    import shutil

    talk = context(ctx)
    lab = talk.open()
    if lab.cache.is_symlink():
        raise UsageError(f"expected {lab.cache} to be a folder of this lab, got a link; delete it yourself")
    shutil.rmtree(lab.cache, ignore_errors=True)
    if lab.cache.exists():
        raise LabUnusable(f"expected to delete {lab.cache}, some of it stays: check rights, or delete it yourself")
    talk.say(f"cleaned {lab.cache}")


def completion(
    ctx: typer.Context, shell: Annotated[str, typer.Argument(metavar="bash|zsh|fish", help="Which shell.")]
) -> None:
    """Print the completion script of your shell."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell) if shell in SHELLS else None
    if kind is None:
        raise UsageError(f"expected a shell, one of {', '.join(SHELLS)}, got {shell!r}")
    # The program's own name, whatever it was started as; bash's version is asked for only when it completes.
    maker = kind(ctx.find_root().command, {}, "paperlab", "_PAPERLAB_COMPLETE")
    emit(maker.source_template % maker.source_vars())


VERBS = {"init": init, "config": config, "cache": cache, "completion": completion}
