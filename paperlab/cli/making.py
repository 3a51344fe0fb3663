"""Verbs of the loop: extract, implement, publish, demo."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click
import typer

from paperlab.cli import context
from paperlab.cli.output import emit, emit_json, plain

if TYPE_CHECKING:
    from paperlab.records.extracted import Paper
    from paperlab.records.queue import Entry

_PLACE, _FOLDER = click.Path(), click.Path(path_type=Path)
"""Types of click's own, since typer's complete no paths."""
Named = Annotated[
    str, typer.Argument(metavar="ID|PATH", click_type=_PLACE, help="An arXiv id, or a folder, archive or file.")
]


def extract(
    ctx: typer.Context,
    named: Named,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object, schema 1.")] = False,
    reader: Annotated[str | None, typer.Option(metavar="NAME", help="Force latex, html, pdf or abstract.")] = None,
) -> None:
    """Read an e-print: equations, tables, algorithms."""
    paper = _read(ctx, named, reader)
    if json:
        emit_json(paper.to_json())
        return
    emit(paper.title or "(no title found)")
    for kind in ("sections", "equations", "tables", "algorithms", "figures", "references", "hyperparameters", "claims"):
        emit(f"{len(getattr(paper, kind)):>5} {kind}")
    for problem in paper.problems:
        context(ctx).say(f"{problem.kind}: {problem.message}", level=-1)


def _read(ctx: typer.Context, text: str, reader: str | None) -> Paper:
    """Read an e-print; a path needs no lab."""
    from paperlab.lab.papers import named, read

    source = named(text)
    lab = context(ctx).open_or_none() if source.path else context(ctx).open()
    if lab is not None:
        return read(lab, source, lab.cache, reader=reader)
    import platformdirs

    return read(None, source, platformdirs.user_cache_path("paperlab", appauthor=False), reader=reader)


def implement(
    ctx: typer.Context,
    named: Annotated[
        str,
        typer.Argument(metavar="ID|PATH|SLUG", click_type=_PLACE, help="An arXiv id, a path, or a shipped paper."),
    ],
    slug: Annotated[str | None, typer.Option(metavar="NAME", help="Name of the folder.")] = None,
    blank: Annotated[
        bool, typer.Option("--blank", help="Stubs of a shipped paper, its solution out of sight.")
    ] = False,
) -> None:
    """Make a folder: notebook, stubs, tests, claims."""
    talk = context(ctx)
    made = talk.open().implement(named, slug=slug, blank=blank)
    for line in made.lines:
        talk.say(line)
    emit(str(made.folder))


def publish(
    ctx: typer.Context,
    slugs: Annotated[list[str] | None, typer.Argument(metavar="[SLUG]...", help="Which, by name or paper; all of the lab by default.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", click_type=_FOLDER, help="Where the site goes.")] = None,
    no_prompt: Annotated[bool, typer.Option("--no-prompt", help="A paper counts as explained without a teach-back.")] = False,
) -> None:  # fmt: skip
    """Execute the notebooks and build pages to share."""
    talk = context(ctx)
    lab = talk.open()
    report = lab.publish(slugs or (), out=out, prompt=not no_prompt, ask=_teach_back if talk.asks else None)
    for note in report.notes:
        talk.say(note)
    talk.say(f"{len(report.pages)} page{'s' * (len(report.pages) != 1)}, {report.bytes / 1e3:.0f} kB")
    emit(str(report.index))


def _teach_back(entry: Entry) -> str:
    """Ask for the paragraph of a paper whose page stands; Enter leaves it for later."""
    from paperlab.cli.queue import title

    typer.echo(f"{entry.id}  {plain(title(entry))[:60]}\nIts page is there; its teach-back is missing.")
    question = "explain it in a paragraph to somebody else (Enter: later)"
    return str(typer.prompt(question, default="", show_default=False))


def demo(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", click_type=_FOLDER, help="A lab of its own for the demo.")
    ] = Path(".demo"),
) -> None:
    """Show the whole loop, offline, in under a minute."""
    from paperlab.lab.demo import run
    from paperlab.lab.root import expanded

    def say(line: str) -> None:
        emit(line)
        sys.stdout.flush()  # each step is shown when it is done, in a pipe as well

    run(expanded(folder), say=say, progress=context(ctx).progress)


VERBS = {"extract": extract, "implement": implement, "publish": publish, "demo": demo}
