"""Outputs of cells -> safe HTML, by an allow-list of MIME types.

What is not on the list falls back to the output's plain text, with one line saying what was dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

from paperlab.publish import images, markdown, safe
from paperlab.publish.notebook import ANSI, Cell, as_list, as_map, as_text
from paperlab.publish.workshop import Workshop, image_tag

MAX_LINES = 60
MAX_CHARS = 12_000
MAX_HTML = 40_000
"""Characters of one HTML output after cleaning: a table of about 200 rows."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

Kept = str | None


def render(cell: Cell, shop: Workshop, alt: str) -> str:
    """Give the HTML of a cell's outputs, streams of one name joined."""
    return "".join(_one(output, cell, shop, alt, number) for number, output in _joined(cell))


def _joined(cell: Cell) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Join neighbouring outputs of one stream; give the number of the first."""
    pending: tuple[int, dict[str, Any]] | None = None
    for number, output in enumerate(cell.outputs, 1):
        stream = output.get("output_type") == "stream"
        if stream and pending and pending[1].get("name") == output.get("name"):
            pending[1]["text"] += as_text(output.get("text"))
            continue
        if pending:
            yield pending
        pending = (number, {**output, "text": as_text(output.get("text"))}) if stream else None
        if not stream:
            yield number, output
    if pending:
        yield pending


def _one(output: Mapping[str, Any], cell: Cell, shop: Workshop, alt: str, number: int) -> str:
    where = f"{cell.where}, output {number}"
    kind = output.get("output_type")
    if kind == "stream":
        label = ' data-stream="stderr"' if output.get("name") == "stderr" else ""
        return _pre(as_text(output.get("text")), shop, where, label)
    if kind == "error":
        return _error(output, shop, where)
    if kind in ("display_data", "execute_result", "update_display_data"):
        return _rich(as_map(output.get("data")), shop, where, alt)
    shop.note(where, "dropped: an output of an unknown type")
    return ""


def _error(output: Mapping[str, Any], shop: Workshop, where: str) -> str:
    lines = "\n".join(as_text(line) for line in as_list(output.get("traceback")))
    text = lines or f"{as_text(output.get('ename'))}: {as_text(output.get('evalue'))}"
    return _pre(text, shop, where, ' data-stream="error"')


def _rich(data: Mapping[str, Any], shop: Workshop, where: str, alt: str) -> str:
    """Show the richest representation that is allowed and whole."""
    for mime, show in _SHOW.items():
        if mime not in data:
            continue
        shown = show(as_text(data[mime]), shop, where, alt)
        if shown:
            return shown
        shop.note(where, f"dropped: {mime} that is not whole or not safe")
    unknown = sorted(str(mime)[:60] for mime in data if mime not in _SHOW and mime != "text/plain")
    text = as_text(data.get("text/plain"))
    said = "".join(f'<p class="dropped">not shown: {escape(mime)}</p>' for mime in unknown)
    for mime in unknown:
        shop.note(where, f"dropped: {mime}")
    return (_pre(text, shop, where) if text else "") + said


def plain(text: str) -> str:
    """Strip terminal colours and control characters; a carriage return keeps what a terminal would show."""
    text = ANSI.sub("", text).replace("\r\n", "\n")
    text = "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n"))
    return _CONTROL.sub("", text)


def _pre(text: str, shop: Workshop, where: str, label: str = "") -> str:
    text = plain(text).rstrip()
    if not text:
        return ""
    lines = text.split("\n")
    shown = "\n".join(lines[:MAX_LINES])[:MAX_CHARS]
    cut = ""
    if len(shown) < len(text):
        cut = f'<p class="dropped">cut here: {len(lines)} lines in all; the notebook has the rest</p>'
        shop.note(where, f"cut: {len(lines)} lines, {len(text)} characters")
    return f'<pre class="out" tabindex="0"{label}>{escape(shown, quote=False)}</pre>{cut}\n'


def _figure(tag: str) -> str:
    return f'<figure class="figure">{tag}</figure>\n'


def _svg(text: str, shop: Workshop, where: str, alt: str) -> Kept:
    found = shop.drawing(text, where)
    return _figure(image_tag(*found, _alt(alt, shop, where))) if found else None


def _raster(text: str, shop: Workshop, where: str, alt: str) -> Kept:
    data = images.decode(text)
    found = shop.picture(data) if data else None
    return _figure(image_tag(*found, _alt(alt, shop, where))) if found else None


def _alt(alt: str, shop: Workshop, where: str) -> str:
    if not alt:
        shop.note(where, "a figure without words: write `#| alt: what it shows` as the cell's first line")
    return alt or f"Figure of {where.split(' (', maxsplit=1)[0]}, without a description"


def _html(text: str, shop: Workshop, where: str, alt: str) -> Kept:  # noqa: ARG001  one signature for each kind
    cleaned = safe.sanitize(text, shop)
    active = safe.active(text)
    if active:
        shop.note(where, f"dropped from an HTML output: {', '.join(active)}")
    if not re.sub(r"<[^>]*>|\s", "", cleaned) or len(cleaned) > MAX_HTML:
        return None
    said = f'<p class="dropped">not shown: {", ".join(active)}</p>' if active else ""
    return f'<div class="scroll html" tabindex="0" role="region" aria-label="output">{cleaned}</div>{said}\n'


def _markdown(text: str, shop: Workshop, where: str, alt: str) -> Kept:  # noqa: ARG001
    return f'<div class="md">{markdown.render(text, shop, where=where)}</div>\n'


def _latex(text: str, shop: Workshop, where: str, alt: str) -> Kept:  # noqa: ARG001
    body = text.strip()
    for fence in ("$$", "$"):
        if body.startswith(fence) and body.endswith(fence) and len(body) > 2 * len(fence):
            body = body[len(fence) : -len(fence)]
            break
    return markdown.formula(body.removeprefix(r"\displaystyle").strip(), shop, where, display=True)


_SHOW: Mapping[str, Callable[[str, Workshop, str, str], Kept]] = {
    "image/svg+xml": _svg,
    "image/png": _raster,
    "image/jpeg": _raster,
    "image/gif": _raster,
    "text/html": _html,
    "text/markdown": _markdown,
    "text/latex": _latex,
}
"""From rich to plain."""
