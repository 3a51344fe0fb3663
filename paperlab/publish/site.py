"""Pages -> a site: checked, built in memory, then put on disk in one step."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

from paperlab import __version__
from paperlab.errors import Leak
from paperlab.publish import claims, rules
from paperlab.publish.inputs import LeakHit, PageInput, SiteReport
from paperlab.publish.leaks import check_leaks
from paperlab.publish.notebook import cells, plain
from paperlab.publish.page import Built, build, environment, finished
from paperlab.publish.prepare import prepare
from paperlab.publish.targets import folder

SCHEMA = 1


def publish_site(
    pages: Sequence[PageInput],
    out: Path,
    *,
    author: str = "",
    title: str = "Reproductions",
    secrets: Sequence[str] = (),
) -> SiteReport:
    """Build the site of these pages in `out`.

    The site opens from disk, with no network and no script. Two builds of the same input give the same bytes. What
    was in `out` is replaced in one step; files that paperlab did not make stay.

    Args:
        pages: in the order of the gallery.
        out: the site's folder; it need not exist.
        author: who made the reproductions.
        title: of the gallery.
        secrets: exact values that must not appear anywhere.

    Raises:
        Leak: something looks like a secret; nothing was written.
        Refused: a failing cell, a number without a yardstick or of an unknown claim; nothing was written.
        Unsafe: a slug or file name that would leave the folder.
        Conflict: `out` holds files of somebody else, or a page was edited by hand.
    """
    rules.check_site(pages)
    for page in pages:
        parts = cells(plain(page.notebook))
        rules.check_sizes(page, parts)
        refuse_leaks(page, secrets)
        rules.check_page(page, parts)
    built = [build(prepare(page), author=author, title=title) for page in pages]
    content = _content(built, author=author, title=title)
    notes = folder.write(content, out)
    return SiteReport(
        pages=tuple(one.page.card.slug for one in built),
        files=len(content),
        bytes=sum(map(len, content.values())),
        index=out / "index.html",
        notes=(*(note for one in built for note in one.notes), *notes),
    )


def refuse_leaks(page: PageInput, secrets: Sequence[str] = ()) -> None:
    """Refuse a page that holds what looks like a secret; the message names place and kind, never the secret.

    Raises:
        Leak: with `context["hits"]`, every LeakHit.
    """
    hits = check_leaks(page, secrets)
    if hits:
        raise Leak(_leak_line(page.card.slug, hits), hits=hits, slug=page.card.slug)


_NAMED = 5
"""Further places that a refusal names."""


def _leak_line(slug: str, hits: Sequence[LeakHit]) -> str:
    first = hits[0]
    others = list(dict.fromkeys(hit.where for hit in hits if hit.where != first.where))
    more = f", more in {'; '.join(others[:_NAMED])}" if others else ""
    more += f" and {len(others) - _NAMED} other places" if len(others) > _NAMED else ""
    article = "an" if first.kind[0].lower() in "aeio" or first.kind.startswith("npm") else "a"
    return (
        f"{slug}, {first.where}: found what looks like {article} {first.kind}{more}; nothing was published: "
        "take it out of the notebook, revoke it, and publish again"
    )


def _content(built: Sequence[Built], *, author: str, title: str) -> dict[str, bytes]:
    """Give every file of the site by its path with forward slashes."""
    content = {
        "index.html": _index(built, author=author, title=title),
        "style.css": (resources("paperlab.publish") / "style.css").read_bytes(),
        "reproductions.json": _record(built, author=author, title=title),
    }
    for one in built:
        content |= {f"{one.page.card.slug}/{name}": data for name, data in one.files.items()}
    return content


def _index(built: Sequence[Built], *, author: str, title: str) -> bytes:
    values = {
        "pages": built,
        "tallies": [claims.tally(one.rows) for one in built],
        "tally": claims.tally([row for one in built for row in one.rows]),
        "author": author,
        "site": title,
    }
    html: str = environment().get_template("index.html.j2").render(values)
    return finished(html)


def _record(built: Sequence[Built], *, author: str, title: str) -> bytes:
    """Give reproductions.json: the same site for a machine."""
    record = {
        "schema": SCHEMA,
        "tool": f"paperlab {__version__}",
        "title": title,
        "author": author,
        "papers": [_paper(one) for one in built],
    }
    return (json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8", "replace")


def _paper(one: Built) -> Mapping[str, Any]:
    card, run = one.page.card, one.page.run
    return {
        "slug": card.slug,
        "id": card.id,
        "version": card.version,
        "title": card.title,
        "authors": list(card.authors),
        "page": f"{card.slug}/index.html",
        "notebook": f"{card.slug}/notebook.ipynb",
        "draft": one.page.draft,
        "summary": one.line,
        "run_at": run.get("at") if isinstance(run.get("at"), str) else None,
        "claims": [_claim(row) for row in one.rows],
    }


def _claim(row: claims.Row) -> Mapping[str, Any]:
    claim, found = row.claim, row.found
    return {
        "claim": claim.id,
        "place": claim.place,
        "sentence": claim.sentence,
        "kind": claim.kind,
        "paper": claim.paper,
        "ours": found.ours if found else None,
        "interval": list(found.interval) if found and found.interval and row.interval else None,
        "seeds": row.seeds,
        "unit": claim.unit or (found.unit if found else ""),
        "metric": claim.metric or (found.metric if found else ""),
        "direction": claim.direction,
        "minimum_effect": claim.minimum_effect,
        "tolerance": claim.tolerance,
        "verdict": row.verdict,
        "reason": row.reason,
        "run": row.run or None,
        "at": found.at if found else None,
        "budget": found.budget if found else None,
        "device": found.device if found else None,
    }
