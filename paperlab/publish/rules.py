"""What a page must keep to before it is built; each break is one line that names the cell or the claim."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from paperlab.errors import Conflict, Refused, Unsafe
from paperlab.publish.claims import shows_number
from paperlab.publish.inputs import PageInput
from paperlab.publish.notebook import MAX_OUTPUT_BYTES, Cell, as_text, errors

SLUG = re.compile(r"[a-z_][a-z0-9_]{0,79}")
FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}(?:/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}){0,4}")
BUNDLE_SUFFIXES = frozenset(".py .toml .md .txt .json .csv .lock .cff .bib".split())
"""What a browser shows as text or offers to save; a page of a stranger's own would run in our place."""
RESERVED = frozenset(["index.html", "notebook.ipynb", "readme.md"])


def check_site(pages: Sequence[PageInput]) -> None:
    """Refuse slugs that are no identifiers, or that come twice.

    Raises:
        Unsafe: a slug that would leave the site's folder.
        Conflict: two pages with one slug.
    """
    counts = Counter(page.card.slug for page in pages)
    for slug, count in counts.items():
        if not SLUG.fullmatch(slug):
            raise Unsafe(f"expected a slug of small letters, digits and _, got {slug[:60]!r}; mend it in paper.toml")
        if count > 1:
            raise Conflict(f"{count} pages are called {slug!r}; give each implementation its own slug")


def check_sizes(page: PageInput, cells: Sequence[Cell]) -> None:
    """Refuse an output that nobody can be asked to load, before anything reads all of it.

    Raises:
        Refused: an output past the limit, with its cell.
    """
    for cell in cells:
        _small(page.card.slug, cell)


def check_page(page: PageInput, cells: Sequence[Cell]) -> None:
    """Refuse a page that would say what was not measured, or that did not run.

    Raises:
        Refused: a failing cell, cells run out of order, a number without a yardstick.
    """
    slug = page.card.slug
    for cell in cells:
        _ran(slug, cell)
    _in_order(slug, cells)
    _yardsticks(page)


def _ran(slug: str, cell: Cell) -> None:
    failed = next(errors(cell), None)
    if failed and "raises-exception" not in cell.tags:
        raise Refused(
            f"{slug}, {cell.where}: ended with {failed[:80]}; mend it, or tag it raises-exception if that is the point"
        )


def _small(slug: str, cell: Cell) -> None:
    for number, output in enumerate(cell.outputs, 1):
        data = output.get("data")
        parts = [*data.values()] if isinstance(data, dict) else [output.get("text")]
        heavy = max((len(as_text(part)) for part in parts), default=0)
        if heavy > MAX_OUTPUT_BYTES:
            raise Refused(
                f"{slug}, {cell.where}, output {number}: expected at most {MAX_OUTPUT_BYTES:,} characters, got {heavy:,}; show less"
            )


def _in_order(slug: str, cells: Sequence[Cell]) -> None:
    last: Cell | None = None
    for cell in cells:
        if cell.kind != "code" or cell.count is None:
            continue
        if last is not None and last.count is not None and cell.count != last.count + 1:
            raise Refused(
                f"{slug}, {cell.where}: ran as number {cell.count} after number {last.count} ({last.where}); "
                "run the notebook from top to bottom"
            )
        last = cell


def _yardsticks(page: PageInput) -> None:
    """A number of ours needs a bound that was fixed before the run; an equality or property has its check's own."""
    claims = {claim.id: claim for claim in page.card.claims}
    for verdict in page.verdicts:
        claim = claims.get(verdict.claim)
        if claim is None:
            known = ", ".join(claims) or "none"
            raise Refused(f"{page.card.slug}: a verdict names claim {verdict.claim[:60]!r}; paper.toml has: {known}")
        bound = claim.minimum_effect is not None or claim.tolerance is not None
        if shows_number(verdict, draft=page.draft) and not bound and claim.kind not in ("equality", "property"):
            raise Refused(
                f"{page.card.slug}, claim {claim.id}: shows a number of ours without a minimum effect; "
                "write minimum_effect (or tolerance) into paper.toml and run `paperlab bench` again"
            )


def bundle_name(name: str, slug: str) -> bool:
    """Say whether a bundle's file may have this name.

    Raises:
        Unsafe: a name that is absolute, leads outside, or takes the place of a page.
    """
    if not FILE.fullmatch(name) or name.split("/")[0].lower() in (*RESERVED, "figures"):
        raise Unsafe(f"{slug}: expected a plain relative file name for the bundle, got {name[:80]!r}; rename it")
    return any(name.lower().endswith(suffix) for suffix in BUNDLE_SUFFIXES)
