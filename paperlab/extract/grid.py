r"""The inside of a tabular as a rectangular grid: rows, rules, spans, bold cells.

Cells are cut at `&` and `\\` outside groups and inner environments. `\multicolumn` and `\multirow` fill each cell that
they cover. The rules above each row decide which rows are the header.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from paperlab.extract.numbers import as_float
from paperlab.extract.scan import argument, option, options
from paperlab.extract.spans import MOST_COLUMNS, diagonal, keeps_covered, multicolumn, multirow, set_cell
from paperlab.extract.text import to_text

MOST_CELLS = 20_000
"""Cells of one table; a hostile span must not fill the memory."""
MOST_ROWS = 5_000


@dataclass(slots=True)
class Row:
    """A row under work: its cells as TeX, and the rules that stand above it."""

    cells: list[str]
    full_rule: bool = False
    """A rule over the whole width stands right above."""


@dataclass(slots=True)
class Grid:
    """A finished grid."""

    rows: list[list[str]]
    header_rows: int
    best: list[tuple[int, int]] = field(default_factory=list)
    apart: tuple[int, ...] = ()
    """Columns that hold the spread of the number to their left."""


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    tex: str
    columns: int = 1
    rows: int = 1
    """Negative: the span goes upward."""


_CUT = re.compile(
    r"\\begin\s*\{[^{}]*\}|\\end\s*\{[^{}]*\}|\\tabularnewline(?![A-Za-z])|\\cr(?![A-Za-z])|\\.|[{}&$]", re.DOTALL
)
_ROW_ENDS = ("\\\\", "\\tabularnewline", "\\cr")
_FULL_RULES = frozenset(
    "hline toprule midrule bottomrule specialrule Xhline thickhline hhline firsthline lasthline hdashline thinhline "
    "tabucline Hline heavyrule lightrule thickerhline noalignhline toprule[1pt] dashedline br mr hlineB".split()
)
_RULE_ARGUMENTS = {
    "specialrule": 3, "Xhline": 1, "hhline": 1, "tabucline": 1, "cmidrule": 1, "cline": 1, "cdashline": 1, "rowcolor": 1,
    "rowcolors": 3, "noalign": 1, "arrayrulecolor": 1, "caption": 1, "label": 1, "rowfont": 1, "Xcline": 2, "vspace": 1,
    "cdashlinelr": 1, "cmidrulewidth": 0, "addlinespace": 0, "morecmidrules": 0, "endhead": 0, "endfoot": 0, "pagebreak": 0,
    "endfirsthead": 0, "endlastfoot": 0, "hdashline": 0, "centering": 0, "small": 0, "footnotesize": 0, "SetRow": 1, "RowStyle": 1,
    "dashline": 1, "clineB": 2, "hlineB": 1, "captionsetup": 1, "noindent": 0, "nopagebreak": 0, "doublerulesepcolor": 1, "hdashlinelr": 0,
    "scriptsize": 0, "rule": 2, "setlength": 2, "tiny": 0, "normalsize": 0, "relax": 0, "Tstrut": 0, "Bstrut": 0,
}  # fmt: skip
_RULE = re.compile(r"\\([A-Za-z]+)\*?")


def read_grid(body: str, columns: str = "", labels: Mapping[str, str] | None = None) -> Grid:
    r"""Read the inside of a tabular.

    Args:
        body: TeX between `\begin{tabular}{spec}` and its end.
        columns: the column specification without its braces.
        labels: label -> printed number, for references in cells.

    Returns:
        A rectangular grid; without rows where nothing is inside.
    """
    around = column_wraps(columns)
    rows = _rows(body)
    cells = [_spans(row, around, labels) for row in rows]
    texts, origin = _fill(cells)
    keep = [i for i in range(len(texts)) if any(c.text for c in cells[i])]  # a row of spans alone is the one above
    rules = _moved_rules(rows, keep)
    texts, origin = [texts[i] for i in keep], [origin[i] for i in keep]
    header = header_rows(
        texts,
        [max((i + c.rows for c in row if c and 1 < c.rows <= 4), default=0) for i, row in enumerate(origin)],
        rules,
    )
    return Grid(texts, header, _best(texts, origin, header))


def _rows(body: str) -> list[Row]:
    """Cut into rows; what stands before the first cell of each (rules, colours) is taken off."""
    rows: list[Row] = []
    cells: list[str] = []
    for piece, end in pieces(body):
        cells.append(piece)
        if end != "&":
            first, full = _leading_rules(cells[0])
            cells[0] = first
            rows.append(Row(cells, full))
            cells = []
        if max(len(rows), len(cells)) > MOST_ROWS:
            break
    return rows


def pieces(body: str) -> list[tuple[str, str]]:
    """Cut at `&` and row ends outside groups; each piece with the sign that ended it (empty for the last)."""
    depth, inner, start, math = 0, 0, 0, False
    out: list[tuple[str, str]] = []
    for found in _CUT.finditer(body):
        piece = found.group()
        if piece in "{}":
            depth = max(0, depth + (1 if piece == "{" else -1))
        elif piece.startswith(("\\begin", "\\end")):
            inner = max(0, inner + (1 if piece.startswith("\\begin") else -1))
        elif piece == "$" and depth == 0:
            math = not math
        elif depth == 0 and inner == 0 and (piece == "&" or piece in _ROW_ENDS):
            if found.start() < start:
                continue
            out.append((body[start : found.start()], piece))
            start = found.end() if piece == "&" else _after_row_end(body, found.end())
            math = False
    out.append((body[start:], ""))
    return out


def _after_row_end(body: str, at: int) -> int:
    r"""Skip `*` and `[2pt]` after a row end; a bracket with letters only is a cell (`\\ [ours]`)."""
    at += body.startswith("*", at)
    text, end = option(body, at)
    return end if text is not None and re.fullmatch(r"[\s\d.,+-]*(?:[a-z]{2}|\\[A-Za-z]+|ex|em)?\s*", text) else at


def before_cell(cell: str) -> int:
    """Give the place behind the rules and row commands in front of a row's first cell."""
    return len(cell) - len(_leading_rules(cell)[0])


def _leading_rules(cell: str) -> tuple[str, bool]:
    """Take rules and row commands off the front of a row's first cell."""
    at, full, at_before = 0, False, -1
    while at != at_before:
        at_before = at
        at = _blank(cell, at)
        found = _RULE.match(cell, at)
        name = found.group(1) if found else ""
        if found and (name in _FULL_RULES or name in _RULE_ARGUMENTS):
            full = full or name in _FULL_RULES
            at = _after_rule(cell, found.end(), name)
            at_before = -1
    return cell[at:], full


def _blank(cell: str, at: int) -> int:
    while at < len(cell) and cell[at].isspace():
        at += 1
    return at


def _after_rule(cell: str, at: int, name: str) -> int:
    at = options(cell, at)
    if cell.startswith("(", at) and name.startswith("cmid"):
        at = cell.find(")", at) + 1 or len(cell)
    for _ in range(_RULE_ARGUMENTS.get(name, 0)):
        _, at = argument(cell, at)
    return options(cell, at) if name in ("rowcolor", "cline") else at


_LONG = re.compile(r"\\end(firsthead|head|foot|lastfoot)(?![A-Za-z])")


def long_body(body: str) -> str:
    r"""Give a longtable's inside with its first head once, and without repeated heads and feet.

    >>> long_body(r"A\\ \endfirsthead again\\ \endhead foot \endfoot 1\\")
    'A\\\\ \\midrule  1\\\\'
    """
    parts: dict[str, str] = {}
    at = 0
    for found in _LONG.finditer(body):
        parts.setdefault(found.group(1), body[at : found.start()])
        at = found.end()
    if not parts:
        return body
    head = parts.get("firsthead", parts.get("head", ""))
    # the head's end counts as a rule: what stands above it is the header by definition
    return head + ("\\midrule " if head.strip() else "") + body[at:]


def column_wraps(spec: str) -> list[tuple[str, str]]:
    r"""Give what each column puts before and after its cells, by `>{..}` and `<{..}`.

    >>> column_wraps(r"l*{2}{>{$}r<{$}}@{ x }|p{2cm}")
    [('', ''), ('$', '$'), ('$', '$'), ('', '')]
    """
    out: list[tuple[str, str]] = []
    _wraps(spec[:20_000], out, 0)
    return out


_ASSIGNMENT = re.compile(r"\\[A-Za-z]+\s*=\s*-?[\d.]*\s*(?:\\[A-Za-z]+|[a-z]{2})?")
"""`\\hsize=.5\\hsize`, in front of the cells of a column."""


def _wraps(spec: str, out: list[tuple[str, str]], depth: int) -> None:
    at, before = 0, ""
    while at < len(spec) and len(out) < MOST_COLUMNS:
        letter = spec[at]
        at += 1
        if letter in ">@!<":
            text, at = argument(spec, at)
            before = before + _ASSIGNMENT.sub("", text) if letter == ">" else before
            if letter == "<" and out:
                out[-1] = (out[-1][0], text + out[-1][1])
        elif letter == "*":
            count, at = argument(spec, at)
            inner, at = argument(spec, at)
            times = min(int(count), MOST_COLUMNS) if count.strip().isdecimal() else 1
            for _ in range(times if depth < 3 and times * len(inner) < 50_000 else 0):
                _wraps(inner, out, depth + 1)
        elif letter.isalpha():
            at = options(spec, at)
            while spec.startswith("{", at):
                _, at = argument(spec, at)
            out.append((before, ""))
            before = ""


def _spans(row: Row, around: list[tuple[str, str]], labels: Mapping[str, str] | None) -> list[_Cell]:
    """Read each cell's text and how many columns and rows it covers."""
    out: list[_Cell] = []
    column = covered = 0
    for tex in row.cells[:MOST_COLUMNS]:
        before, after = around[column] if column < len(around) else ("", "")
        if column < covered:  # tabularray writes the cells that a span covers, and prints none of them
            column += 1
            continue
        cell, keeps = _cell(tex, before, after, labels), keeps_covered(tex)
        if keeps and cell.columns == MOST_COLUMNS:  # as many as are written
            cell = replace(cell, columns=max(1, len(row.cells) - column))
        out.append(cell)
        column += 1 if keeps else cell.columns
        covered = column - 1 + cell.columns if keeps else 0
    return out


def _cell(tex: str, before: str, after: str, labels: Mapping[str, str] | None) -> _Cell:
    wide, high, tex = set_cell(tex)
    columns, tex, found = multicolumn(tex)
    wraps = not found and bool(tex.strip()) and bool(before or after)
    rows, tex = multirow(diagonal(tex))
    if rows != 1 and columns == 1:
        columns, tex, _ = multicolumn(tex)
    shown = f"{before} {tex.strip()} {after}" if wraps else tex  # a whole column in bold marks nothing as best
    return _Cell(to_text(shown, labels), tex, max(columns, wide), rows if high == 1 else high)


_Origin = list[list[_Cell | None]]


def _fill(cells: list[list[_Cell]]) -> tuple[list[list[str]], _Origin]:
    """Lay the cells on a rectangle; spanned places repeat the text. Also which cell begins at each place."""
    width = min(MOST_COLUMNS, max((sum(c.columns for c in row) for row in cells), default=0))
    height = min(len(cells), MOST_CELLS // max(1, width))
    texts = [[""] * width for _ in range(height)]
    origin: _Origin = [[None] * width for _ in range(height)]
    for i in range(height):
        column = 0
        for cell in cells[i]:
            for k in range(column, min(column + cell.columns, width)):
                texts[i][k], origin[i][k] = cell.text or texts[i][k], cell if cell.text else origin[i][k]
            column += cell.columns
    _fill_rows(cells[:height], texts, width)
    return texts, origin


def _fill_rows(cells: list[list[_Cell]], texts: list[list[str]], width: int) -> None:
    for i, row in enumerate(cells):
        column = 0
        for cell in row:
            last = min(column + cell.columns, width)
            span = range(i + 1, i + cell.rows) if cell.rows > 0 else range(i - 1, i + cell.rows, -1)
            for r in span if cell.text else ():
                if not 0 <= r < len(texts):
                    break
                for k in range(column, last):
                    texts[r][k] = texts[r][k] or cell.text
            column += cell.columns


def _moved_rules(rows: list[Row], keep: list[int]) -> list[bool]:
    """Give for each kept row, and for the end, whether a full rule stands above it; empty rows hand theirs down."""
    kept = set(keep)
    out: list[bool] = []
    full = False
    for i, row in enumerate(rows):
        full = full or row.full_rule
        if i in kept:
            out.append(full)
            full = False
    return [*out, full]


_NUMERIC = re.compile(r"[<>≤≥~∼≈+\-−–±(\[$\\]*\s*\.?\d")
_WORD = re.compile(r"\\[A-Za-z]+|[A-Za-z]")
MOST_LETTERS = 4
"""Letters in a cell that is still a number: `12.3 GiB`, `3 days`."""


def is_number(text: str) -> bool:
    """Tell whether a cell holds a number, with a sign, an error, a unit or a mark around it."""
    return bool(_NUMERIC.match(text)) and sum(len(w) == 1 for w in _WORD.findall(text)) <= MOST_LETTERS


def header_rows(texts: Sequence[Sequence[str]], reach: Sequence[int], rules: Sequence[bool]) -> int:
    """Count the rows above the first full rule after the top one, and what their spans reach down to.

    Args:
        texts: the cells, row by row.
        reach: for each row, the row after the last one that its spans cover; 0 where it has none.
        rules: for each row, whether a rule over the whole width stands above it.
    """
    height = len(texts)
    first = next((i for i in range(1, height) if rules[i]), 0)
    if not first and not (height > 1 and _looks_like_header(texts)):
        return 0
    first = first or 1
    if first == 1 and len(texts[0]) == 2 and texts[0][0] and is_number(texts[0][1]):
        return 0  # a list of names and values, a rule behind each
    for _ in range(2):
        below = max(reach[:first])
        if first < below < height and not _numeric_row(texts[first]):
            first = below
    return first


def _numeric_row(row: Sequence[str]) -> bool:
    numbers = sum(is_number(c) for c in row)
    return numbers * 2 > sum(bool(c) for c in row)


def _looks_like_header(texts: Sequence[Sequence[str]]) -> bool:
    """Without a rule inside: words above numbers."""
    top = [c for c in texts[0][1:] if c]
    below = [c for row in texts[1:] for c in row[1:] if c]
    return bool(top) and not any(is_number(c) for c in top) and sum(is_number(c) for c in below) * 2 > len(below)


_BOLD = re.compile(r"\\(?:textbf|mathbf|bm|boldsymbol|bfseries|boldmath|pmb|bf|B|best|fontseries)(?![A-Za-z])")
_SECOND = re.compile(r"\\(?:text|cell)color\s*(?:\[[^\]]*\])?\s*\{[^{}]*(?:second|2nd|runner)[^{}]*\}", re.IGNORECASE)
"""A colour that says of a bold number that another one is better."""
_UNDERLINE = re.compile(r"\\(?:underline|uline|ul)(?![A-Za-z])")


def _best(texts: list[list[str]], origin: _Origin, header: int) -> list[tuple[int, int]]:
    """Find the numeric cells below the header that authors marked."""
    cells = ((i, k, cell) for i in range(header, len(texts)) for k, cell in enumerate(origin[i]))
    return [*best_of([(i, k, c.tex, texts[i][k]) for i, k, c in cells if c is not None and is_number(texts[i][k])])]


def best_of(cells: Sequence[tuple[int, int, str, str]]) -> tuple[tuple[int, int], ...]:
    """Give the places of the cells that are set bold, and of those underlined where no bold one is beside them.

    An underlined number is the second best of its column, or of its row in a table that is read along rows. In a table with
    bold ones it is the best of a column without where it also lies at one end of it.

    Args:
        cells: row, column, TeX and text of the cells that hold a number.
    """
    bold, lined = (
        [(i, k) for i, k, tex, _ in cells if pattern.search(tex) and not _SECOND.search(tex)]
        for pattern in (_BOLD, _UNDERLINE)
    )
    rows, seconds, columns = [i for i, _ in bold], [i for i, _ in lined], {k for _, k in bold}
    single = len(rows) == len(set(rows)) > 1 and len(seconds) == len(set(seconds))
    along = single and set(seconds) <= set(rows)
    first = {(i, k) for i, k in lined if not (along or k in columns) and (not bold or _at_an_end(cells, i, k))}
    return tuple((i, k) for i, k, *_ in cells if (i, k) in first.union(bold))


def _at_an_end(cells: Sequence[tuple[int, int, str, str]], row: int, column: int) -> bool:
    found = {i: x for i, k, _, text in cells if k == column and (x := as_float(text[:80])) is not None}
    return len(found) > 1 and found.get(row) in (min(found.values()), max(found.values()))
