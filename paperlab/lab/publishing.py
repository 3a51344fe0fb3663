"""`publish`: notebooks executed afresh, verdicts bound to their runs, one site.

Pages that the site holds already stay: they are built again from their stored run while it is true of their folder,
else they are executed too.
"""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paperlab.errors import Conflict, NothingFound
from paperlab.lab.folders import Folder, folder, own
from paperlab.lab.following import explained
from paperlab.lab.judging import RESULTS, all_rows, chosen, claims_of
from paperlab.lab.readme import newest, with_verdicts
from paperlab.lab.root import expanded
from paperlab.lab.running import NOTEBOOK, Run, execute_all, jobs_here, read_copy, stored

if TYPE_CHECKING:
    from paperlab.lab import Lab
    from paperlab.publish import PageInput, SiteReport
    from paperlab.records.card import Claim
    from paperlab.records.measurement import Verdict
    from paperlab.records.queue import Entry

SECRET = re.compile(r"TOKEN|KEY|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL", re.IGNORECASE)
"""Names of environment variables whose values must never be published."""
SHORTEST_SECRET = 8
"""A shorter value is a flag or a number, and would be found in any text."""
LONGEST_TURN = 600.0
"""Seconds to wait for another process that builds the site."""
DECIDED = ("reproduced", "partly", "not", "case unfit")
BESIDE = ("README.md", "paper.toml", RESULTS)
"""Files beside the code that a scaffolded notebook reads or names."""
FREE = ("equality", "property")
"""Kinds of claims whose yardstick is the limit of their check."""


def publish(
    lab: Lab, slugs: Sequence[str], *, out: Path | None, jobs: int | None = None, prompt: bool = True,
    ask: Callable[[Entry], str] | None = None,
) -> SiteReport:  # fmt: skip
    """Execute, check and build; nothing is written where a check refuses.

    The papers of pages that are no drafts are explained from then on, where a teach-back was written, which `ask` asks
    for once the site stands; without `prompt` in any case.
    """
    from paperlab.publish import publish_site

    s = lab.settings
    place = lab.root / expanded(s.text("publish.out")) if out is None else expanded(out)
    named = chosen(lab, slugs)
    names = {one.card.slug for one in named}
    standing, _ = neighbours(lab, place, names)
    fresh = [*named, *(one for one in standing if not stored(lab, one))]
    runs = execute_all(lab, fresh, jobs=jobs or jobs_here())
    with _turn(lab):
        # Asked again: another process may have put up a page while these notebooks ran.
        others, gone = neighbours(lab, place, names)
        for other in others:
            if other.path not in runs:
                runs[other.path] = stored(lab, other) or execute_all(lab, [other], jobs=1)[other.path]
        pages = [page(lab, one, runs[one.path]) for one in sorted([*named, *others], key=_order(place))]
        report = publish_site(pages, place, author=s.text("publish.author"), secrets=own_secrets())
    mine = {one.card.slug for one in named}
    shown = [made.card.id for made in pages if not made.draft and made.card.slug in mine]
    lines = [line for id in shown if (line := explained(lab, id, prompt=prompt, ask=ask))]
    return replace(report, notes=(*gone, *report.notes, *lines))


@contextmanager
def _turn(lab: Lab) -> Iterator[None]:
    """Let one process at a time read which pages stand and put up the site, so that none takes off another's page.

    Raises:
        Conflict: another process has not finished after minutes.
    """
    from filelock import FileLock, Timeout

    path = lab.store / "publish.lock"
    try:
        with FileLock(path, timeout=LONGEST_TURN):
            yield
    except Timeout as error:
        raise Conflict(f"{path}: another `paperlab publish` is at work; publish again when it has ended") from error


def _order(place: Path) -> Any:
    """Give the key that keeps a site's order: its pages as they stand, new ones after them by name."""
    standing = {slug: number for number, slug in enumerate(standing_pages(place))}
    return lambda one: (standing.get(one.card.slug, len(standing)), one.path.name)


def neighbours(lab: Lab, place: Path, named: set[str]) -> tuple[list[Folder], tuple[str, ...]]:
    """Give the implementations whose pages the site holds beside the named ones, and a line for each that is gone."""
    found: list[Folder] = []
    gone: list[str] = []
    for slug in (s for s in standing_pages(place) if s not in named):
        if one := _of_page(lab, slug):
            found.append(one)
        else:
            gone.append(f"{slug}: its page was taken off the site, since this lab has no implementation of that name")
    return found, tuple(gone)


def _of_page(lab: Lab, slug: str) -> Folder | None:
    """Find the implementation of a page: by the folder's name, or by its card's where the learner renamed the folder."""
    try:
        return folder(lab.root, slug)
    except NothingFound:
        return next((one for one in own(lab.root, lab.talk) if one.card.slug == slug), None)


def standing_pages(place: Path) -> list[str]:
    """Give the slugs of the pages that a site holds, in its order; none where there is no site of ours.

    Where the record is gone, the site's manifest says which pages are ours.
    """
    from paperlab.publish.targets.folder import pages

    try:
        papers = json.loads((place / "reproductions.json").read_text(encoding="utf-8"))["papers"]
        return list(dict.fromkeys(str(paper["slug"]) for paper in papers))
    except (OSError, ValueError, KeyError, TypeError):
        return pages(place)


def own_secrets() -> tuple[str, ...]:
    """Give the values of this process's own variables that are named like a secret."""
    return tuple(v for k, v in os.environ.items() if SECRET.search(k) and len(v) >= SHORTEST_SECRET)


def page(lab: Lab, one: Folder, run: Run) -> PageInput:
    """Gather what the page of an executed notebook needs."""
    from paperlab.publish import PageInput

    verdicts = tuple(row.verdict for row in claims_of(lab, one))
    files = {p.name: p.read_text(encoding="utf-8-sig", errors="replace") for p in _texts(one.path)}
    return PageInput(
        card=one.card,
        verdicts=verdicts,
        notebook=read_copy(lab, one),
        source_notebook=one.path / NOTEBOOK,
        readme=with_verdicts(files.pop("README.md", ""), one.card, verdicts, newest(verdicts)),
        draft=not any(_judged(verdicts, one.card.claims)),
        code=files,
        run={"at": run.at, "seconds": run.seconds, "environment": environment(lab, one)},
        record=None,
        newest=next((made.newest for made in lab.outdated(id=one.card.id, slugs=[one.card.slug])), None),
    )


def _texts(path: Path) -> list[Path]:
    """Give the files that travel with a page: code, and what the notebook reads, so that who saves it can run it.

    A link, which could lead out of the folder, does not travel, nor does what is hidden, such as macOS's `._model.py`.
    """
    code = sorted(p for p in path.glob("*.py") if not p.name.startswith("."))
    found = [*code, *(path / name for name in BESIDE)]
    return [p for p in found if p.is_file() and not p.is_symlink()]


def _judged(verdicts: Sequence[Verdict], claims: Sequence[Claim]) -> Iterator[bool]:
    """Say of each verdict whether it judges: `cannot tell yet` does so only against a yardstick fixed before the run.

    A number that was measured for a claim without one does not make a page: it stays a draft, and hides the number.
    """
    fixed = {c.id for c in claims if c.kind in FREE or c.minimum_effect is not None or c.tolerance is not None}
    for verdict in verdicts:
        yield verdict.verdict in DECIDED or (verdict.verdict == "cannot tell yet" and verdict.claim in fixed)


def environment(lab: Lab, one: Folder) -> dict[str, Any]:
    """Give on what the numbers were measured: the newest row's facts, else those of results.json, else this machine."""
    from paperlab.harness import source_hash

    now = source_hash(one.path)
    rows = [row for row in all_rows(lab, one) if row.environment and row.source_hash == now]
    if rows:
        return dict(max(rows, key=lambda row: row.at).environment)
    return _recorded(one.path / RESULTS) or _here()


def _recorded(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["environment"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def _here() -> dict[str, Any]:
    """Give the facts of this machine, without its name and without starting torch."""
    from importlib.metadata import version

    import paperlab
    from paperlab.harness.environment import processor

    return {
        "device": processor(),
        "python": platform.python_version(),
        "torch": version("torch"),
        "paperlab": paperlab.__version__,
    }
