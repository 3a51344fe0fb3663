"""One reproduction -> the files of its folder: the page, the notebook, the bundle, the figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from paperlab.publish import claims, code, markdown, outputs, rules
from paperlab.publish.inputs import PageInput
from paperlab.publish.notebook import Cell, as_map, as_text
from paperlab.publish.prepare import Prepared, download
from paperlab.publish.workshop import Workshop

OWN_ANCHORS = frozenset(["claims", "notebook", "files", "cite", "contents", "top"])
_INSIDE = re.compile(r'<a href="#([^"]*)"')
_FOLDED = (("input", "source_hidden"), ("output", "outputs_hidden"))
_HARDWARE = ("device_name", "gpu", "cpu", "processor", "device", "machine")
_SOFTWARE = ("python", "torch", "numpy", "tool", "paperlab")


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A page that was built, and what the index and the record need of it."""

    page: PageInput
    rows: tuple[claims.Row, ...]
    line: str
    files: Mapping[str, bytes]
    """Path inside the page's folder -> content."""
    notes: tuple[str, ...]
    formulas: tuple[int, int]
    """(became MathML, in all)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One cell as the template shows it."""

    number: int
    anchor: str
    kind: str
    html: Markup
    """Markdown or code."""
    outputs: Markup
    fold_input: bool
    fold_output: bool


def build(prepared: Prepared, *, author: str, title: str) -> Built:
    """Build one page.

    Args:
        prepared: what `prepare` gave: checked, rewritten.
        author: who made the reproduction; empty is left out.
        title: the site's title, for the way back.

    Raises:
        Refused: text that names a claim which the card does not have.
    """
    page = prepared.page
    table = claims.rows(page)
    bundle, dropped = _bundle(page)
    shop = Workshop(
        slug=page.card.slug,
        folder=page.source_notebook.parent,
        pages=frozenset([*bundle, "notebook.ipynb"]),
        numbers={row.claim.id: claims.in_text(row) for row in table},
        anchors=set(OWN_ANCHORS),
    )
    for name in dropped:
        shop.note("bundle", f"left out {name}: only text files travel")
    shown = tuple(one for cell in prepared.cells if (one := _shown(cell, shop, page)))
    shown = tuple(replace(one, html=_led(one.html, shop), outputs=_led(one.outputs, shop)) for one in shown)
    line = claims.verdict_line(table)
    values = {
        "page": page,
        "table": table,
        "tally": claims.tally(table),
        "line": line,
        "cells": shown,
        "targets": claims.targets(table, prepared.cells, {one.number: one.anchor for one in shown}),
        "contents": shop.headings,
        "facts": facts(page, author),
        "bundle": sorted(bundle),
        "citation": citation(page),
        "site": title,
    }
    html = environment().get_template("page.html.j2").render(values)
    files = {
        "index.html": finished(html),
        "notebook.ipynb": download(prepared, shop),
        **bundle,
        **shop.files,
    }
    notes = (*prepared.notes, *dict.fromkeys(shop.notes))
    return Built(
        page=page, rows=table, line=line, files=files, notes=notes, formulas=(sum(shop.formulas), len(shop.formulas))
    )


_REORDERING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Controls that set the order in which signs are shown; an override in a title could turn a verdict round."""


def finished(html: str) -> bytes:
    """Give the bytes of a page that shows everything in the order in which it stands."""
    return html.translate(_REORDERING).encode("utf-8", "replace")


@lru_cache(maxsize=1)
def environment() -> Any:
    """Give the templates; every value is escaped unless it is Markup that this room made."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("paperlab.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["line"] = lambda text: _made(markdown.line(str(text)))
    return made


def _bundle(page: PageInput) -> tuple[dict[str, bytes], list[str]]:
    """Give the files that travel beside the notebook, and the names of those that do not."""
    files, slug = page.code, page.card.slug
    kept = {name: text.encode("utf-8", "replace") for name, text in files.items() if rules.bundle_name(name, slug)}
    if page.readme:
        kept["README.md"] = page.readme.encode("utf-8", "replace")
    return kept, sorted(set(page.code) - set(kept))


def _shown(cell: Cell, shop: Workshop, page: PageInput) -> Shown | None:
    if "remove-cell" in _asked(cell) or cell.kind == "raw":
        return None
    anchor = shop.anchor(f"cell-{cell.number}")
    tags = _asked(cell)
    hidden = "hide-cell" in tags
    if cell.kind == "markdown":
        source = _without_title(cell.source, page.card.title) if cell.number <= 3 else cell.source
        html = markdown.render(source, shop, where=cell.where, attachments=cell.attachments)
        return Shown(
            number=cell.number,
            anchor=anchor,
            kind="prose",
            html=_made(html),
            outputs=_made(""),
            fold_input=hidden,
            fold_output=False,
        )
    options, source = code.options(cell.source)
    shows_code = source.strip() and "remove-input" not in tags
    return Shown(
        number=cell.number,
        anchor=anchor,
        kind="code",
        html=_made(code.block(source.strip("\n"), _language(page)) if shows_code else ""),
        outputs=_made("" if "remove-output" in tags else outputs.render(cell, shop, _alt(options))),
        fold_input=hidden or "hide-input" in tags,
        fold_output=hidden or "hide-output" in tags,
    )


def _led(html: Markup, shop: Workshop) -> Markup:
    """Take the address off links that lead nowhere on the page; only when all of it is made is this known."""

    def judged(match: re.Match[str]) -> str:
        if match[1] in shop.anchors:
            return match[0]
        shop.note("notebook", f"a link leads to #{match[1]}, and no heading is called so")
        return "<a"

    return _made(_INSIDE.sub(judged, str(html)))


def _asked(cell: Cell) -> frozenset[str]:
    """Give what the cell's tags ask for, also as `hide_input`, and what JupyterLab's folding asks for."""
    folded = as_map(cell.metadata.get("jupyter"))
    more = {f"hide-{part}" for part, key in _FOLDED if folded.get(key) is True}
    return frozenset(tag.replace("_", "-") for tag in cell.tags) | more


def _alt(options: Mapping[str, str]) -> str:
    return options.get("alt") or options.get("fig-alt") or ""


def _made(html: str) -> Markup:
    """Mark HTML that this room's own renderers made as safe: the one place where the template does not escape."""
    return Markup(html)  # noqa: S704


def _language(page: PageInput) -> str:
    info = as_map(as_map(page.notebook.get("metadata")).get("language_info"))
    return as_text(info.get("name")) or "python"


def _without_title(source: str, title: str) -> str:
    """Drop a first heading that only repeats the page's own title."""
    first, _, rest = source.lstrip().partition("\n")
    return rest if first.startswith("# ") and _letters(title) and _letters(title) in _letters(first) else source


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())


def facts(page: PageInput, author: str) -> list[tuple[str, str]]:
    """Give what a reader wants to know first: who, when, on what, how long."""
    environment = as_map(page.run.get("environment"))
    seconds = page.run.get("seconds")
    found = [
        ("Reproduced by", author),
        ("Run on", as_text(page.run.get("at"))[:10]),
        ("Hardware", _hardware(environment)),
        ("Software", ", ".join(f"{n} {as_text(environment[n])}" for n in _SOFTWARE if environment.get(n))),
        ("Wall time", duration(float(seconds)) if isinstance(seconds, int | float) else ""),
    ]
    return [(name, value) for name, value in found if value]


def _hardware(environment: Mapping[str, Any]) -> str:
    device = next((as_text(environment[n]) for n in _HARDWARE if environment.get(n)), "")
    threads = environment.get("threads")
    return f"{device}, {threads} thread{'s' * (threads != 1)}" if device and isinstance(threads, int) else device


def duration(seconds: float) -> str:
    """Give seconds for a person.

    >>> duration(3.24), duration(75), duration(7300)
    ('3.2 s', '1 min 15 s', '2 h 1 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def citation(page: PageInput) -> str:
    """Give the paper's BibTeX, as arXiv's own export writes it; empty without an id."""
    card = page.card
    if not card.id:
        return ""
    key = re.sub(
        r"\W", "", (card.authors[0].split()[-1] if card.authors and card.authors[0].split() else "paper").lower()
    )
    year = (card.published or "")[:4]
    lines = [
        f"@misc{{{key}{year}{re.sub(r'[^a-z]', '', card.slug)},",
        f"  title         = {{{_bibtex(card.title)}}},",
        f"  author        = {{{' and '.join(map(_bibtex, card.authors))}}},",
        *([f"  year          = {{{year}}},"] if year else []),
        f"  eprint        = {{{_bibtex(card.id)}}},",
        "  archivePrefix = {arXiv},",
        *([f"  primaryClass  = {{{_bibtex(card.primary_category)}}},"] if card.primary_category else []),
        "}",
    ]
    return "\n".join(lines)


def _bibtex(text: str) -> str:
    return re.sub(r"[{}\\]", "", " ".join(text.split()))
