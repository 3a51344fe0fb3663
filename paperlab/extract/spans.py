r"""How many columns and rows a cell covers: `\multicolumn`, `\multirow`, tabularray's `\SetCell`."""

from __future__ import annotations

import re

from paperlab.extract.scan import argument, commands, has_group, options

MOST_COLUMNS = 1_000
_MOST_ROWS = 10_000


def multicolumn(tex: str) -> tuple[int, str, bool]:
    r"""Read `\multicolumn{n}{spec}{text}`: columns, the cell without it, whether it stands there."""
    for found in commands(tex, "multicolumn"):
        count, at = argument(tex, found.end())
        _, at = argument(tex, at)
        text, at = argument(tex, at)
        columns = int(count) if count.strip().isdecimal() else 1
        return max(1, min(columns, MOST_COLUMNS)), tex[: found.start()] + text + tex[at:], True
    return 1, tex, False


_COUNT = re.compile(r"\s*=?\s*(-?\d+)")


def multirow(tex: str) -> tuple[int, str]:
    r"""Read `\multirow[vpos]{rows}[bigstruts]{width}[fixup]{text}`; rows may be negative."""
    for found in commands(tex, "multirow", "multirowcell"):
        count, at = argument(tex, options(tex, found.end()))
        if found.group().startswith("\\multirow") and "cell" not in found.group():
            _, at = argument(tex, options(tex, at))
        text, at = argument(tex, options(tex, at))
        number = _COUNT.match(count)
        rows = int(number.group(1)) if number else 1
        return max(-MOST_COLUMNS, min(rows, _MOST_ROWS)) or 1, tex[: found.start()] + text + tex[at:]
    return 1, tex


def diagonal(tex: str) -> str:
    r"""Set the parts of a cell cut by a diagonal side by side: `\diagbox{Model}{Data}`.

    >>> diagonal(r"\diagbox[width=5em]{Model}{Data}")
    '{Model} {Data}'
    """
    for found in commands(tex, "diagbox", "backslashbox", "slashbox"):
        at = options(tex, found.end())
        texts: list[str] = []
        while len(texts) < 3 and has_group(tex, at):
            text, at = argument(tex, at)
            texts.append("{" + text + "}")
        return tex[: found.start()] + " ".join(texts) + tex[at:]
    return tex


_SET_CELL = re.compile(r"\s*\\SetCell\s*(?:\[([^\[\]]*)\])?\s*")
_BLOCK = re.compile(r"\s*\\Block(?![A-Za-z])")
_SIZE = re.compile(r"\s*(\d{0,4})\s*-\s*(\d{0,4})\s*")
_FORMAT = re.compile(r"\s*<([^<>]*)>")


def keeps_covered(tex: str) -> bool:
    """Tell whether a cell spans others that are written all the same, and not printed: tabularray's and nicematrix' way."""
    return bool(_SET_CELL.match(tex) or _BLOCK.match(tex))


def set_cell(tex: str) -> tuple[int, int, str]:
    r"""Read tabularray's `\SetCell[r=2,c=3]{style} text`, or nicematrix' `\Block{2-3}{text}`: columns, rows, what is left."""
    if behind := _BLOCK.match(tex):
        return _block(tex, behind.end())
    found = _SET_CELL.match(tex)
    if found is None:
        return 1, 1, tex
    spans = {k: min(int(n), MOST_COLUMNS) for k, n in re.findall(r"\b([rc])\s*=\s*(\d{1,4})", found.group(1) or "")}
    _, at = argument(tex, found.end())
    return max(1, spans.get("c", 1)), max(1, spans.get("r", 1)), tex[at:]


def _block(tex: str, at: int) -> tuple[int, int, str]:
    r"""Read `[options]{rows-columns}<format>{text}`; an empty number reaches to the end of the table."""
    size, at = argument(tex, options(tex, at))
    style = _FORMAT.match(tex, at)
    text, at = argument(tex, options(tex, style.end() if style else at))
    both = _SIZE.fullmatch(size)
    rows, columns = (int(n or MOST_COLUMNS) for n in both.groups()) if both else (1, 1)
    kept = f"{style[1] if style else ''} {text}{tex[at:]}"
    return max(1, min(columns, MOST_COLUMNS)), max(1, min(rows, MOST_COLUMNS)), kept
