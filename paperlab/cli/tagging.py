"""`tag`: the tags of papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperCommand

from paperlab.cli import context
from paperlab.cli.output import emit, emit_array, entry_json, plain, table
from paperlab.errors import UsageError

if TYPE_CHECKING:
    import click

_OWN = ("--rm", "--json", "--help", "-h")


class TagWords(TyperCommand):
    """Reads `-old` as a tag to take away, where a command line has it as an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `--rm` before each word that begins with one dash."""
        end = args.index("--") if "--" in args else len(args)
        words: list[str] = []
        for place, word in enumerate(args):
            minus = place < end and word.startswith("-") and not word.startswith("--") and word not in ("-", *_OWN)
            words += ["--rm", word[1:]] if minus else [word]
        return super().parse_args(ctx, words)


def tag(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]... [+TAG|-TAG]...", help="Papers, then tags: +nlp or nlp adds, -old takes away."),
    ] = None,
    rm: Annotated[list[str] | None, typer.Option("--rm", metavar="TAG", help="A tag to take away.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tag papers; alone, show every tag and how many have it."""
    talk = context(ctx)
    lab = talk.open()
    if not words and not rm:
        counts = lab.tags()
        if json:
            emit_array({"tag": tag, "papers": count} for tag, count in counts)
        elif counts:
            table(("tag", "papers"), counts, stretch=0)
        return
    papers, add = _split(words or [])
    entries = lab.tag(*papers, add=add, remove=rm or ()) if add or rm else tuple(map(lab.entry, papers))
    if json:
        emit_array(entry_json(entry) for entry in entries)
        return
    for entry in entries:
        emit(f"{entry.id}\t{plain(' '.join(entry.tags))}")


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """Tell papers from tags: the first word is a paper, and each further arXiv id."""
    from paperlab.cli.ladder import named
    from paperlab.records.ids import PaperId

    # No id begins with a plus: to look for one in it would compile the patterns of all forms.
    papers = [w for n, w in enumerate(words) if n == 0 or w == "-" or (w[:1] != "+" and PaperId.maybe(w))]
    if not papers or papers[0].startswith("+"):
        raise UsageError("expected a paper first, like `paperlab tag 1706.03762 +nlp -old`")
    tags = [word.removeprefix("+") for word in words[1:] if word not in papers]
    return named(papers), tags


VERBS = {"tag": tag}
CLASSES = {"tag": TagWords}
