"""Verbs that bring in what other tools and arXiv give out: import."""

from __future__ import annotations

from typing import Annotated

import typer

from paperlab.cli import context
from paperlab.errors import UsageError


def import_(
    ctx: typer.Context,
    arxiv_metadata: Annotated[str | None, typer.Option("--arxiv-metadata", metavar="FILE", help="arXiv's public dump or OAI pages, packed or not, or a folder of them, into the corpus that `find --all` searches; - reads stdin.")] = None,
) -> None:  # fmt: skip
    """Take all of arXiv's metadata into the corpus."""
    from paperlab.cli.corpus import import_metadata

    if arxiv_metadata is None:
        raise UsageError("expected --arxiv-metadata FILE, got nothing to import")
    import_metadata(context(ctx), arxiv_metadata)


VERBS = {"import": import_}
