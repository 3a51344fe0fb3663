"""`publish`: notebooks executed afresh, verdicts bound to their runs, one site."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.errors import NothingFound, Refused
from paperlab.lab.folders import Folder
from paperlab.lab.following import follow
from paperlab.lab.judging import chosen, claims_of

if TYPE_CHECKING:
    from paperlab.lab import Lab
    from paperlab.publish import PageInput, SiteReport

SECRET = re.compile(r"TOKEN|KEY|SECRET|PASSWORD|CREDENTIAL", re.IGNORECASE)
"""Names of environment variables whose values must never be published."""
SHORTEST_SECRET = 8
"""A shorter value is a flag or a number, and would be found in any text."""
JUDGED = ("reproduced", "partly", "not", "cannot tell yet", "case unfit")


def publish(lab: Lab, slugs: Sequence[str], *, out: Path | None) -> SiteReport:
    """Execute, check and build; nothing is written where a check refuses."""
    from paperlab.publish import publish_site

    s = lab.settings
    pages = [page(lab, one, done, total) for total, done, one in _numbered(chosen(lab, slugs))]
    report = publish_site(
        pages, out or lab.root / s.text("publish.out"), author=s.text("publish.author"), secrets=own_secrets()
    )
    for one in pages:
        if not one.draft:
            follow(lab, one.card.id, "explained", act="publish")
    return report


def _numbered(found: Sequence[Folder]) -> list[tuple[int, int, Folder]]:
    return [(len(found), done, one) for done, one in enumerate(found)]


def own_secrets() -> tuple[str, ...]:
    """Give the values of this process's own variables that are named like a secret."""
    return tuple(v for k, v in os.environ.items() if SECRET.search(k) and len(v) >= SHORTEST_SECRET)


def page(lab: Lab, one: Folder, done: int, total: int) -> PageInput:
    """Execute one notebook and gather what its page needs."""
    from paperlab.publish import PageInput

    verdicts = tuple(row.verdict for row in claims_of(lab, one))
    notebook = one.path / "notebook.ipynb"
    if not notebook.is_file():
        raise NothingFound(f"expected {notebook}, found none; `paperlab implement {one.card.slug}` writes it")
    executed, seconds = execute(
        lab, one, lambda cell, cells: lab.progress(done * cells + cell, total * cells, one.path.name)
    )
    readme = one.path / "README.md"
    return PageInput(
        card=one.card,
        verdicts=verdicts,
        notebook=json.loads(executed.read_text(encoding="utf-8")),
        source_notebook=notebook,
        readme=readme.read_text(encoding="utf-8") if readme.is_file() else "",
        draft=not any(v.verdict in JUDGED for v in verdicts),
        code={p.name: p.read_text(encoding="utf-8") for p in sorted(one.path.glob("*.py")) if not p.is_symlink()},
        run={"at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "seconds": seconds},
        record=None,
    )


def execute(lab: Lab, one: Folder, on_cell: Callable[[int, int], None]) -> tuple[Path, float]:
    """Run the folder's notebook from its first cell to its last; the executed copy stays in the lab.

    Raises:
        Refused: a cell raised an error.
    """
    from paperlab.scaffold import execute as run

    begin = time.perf_counter()
    done = run(
        one.path / "notebook.ipynb",
        out=lab.store / "runs" / f"{one.path.name}.ipynb",
        timeout=lab.settings.number("publish.timeout"),
        cwd=one.path,
        on_cell=on_cell,
    )
    if done.error:
        cell, name, message = done.error
        raise Refused(
            f"{one.path.name}/notebook.ipynb, cell {cell}: {name}: {message}; mend the cell, then publish again"
        )
    return done.path, time.perf_counter() - begin
