r"""Display formulas: which rows an environment has, and the number that LaTeX prints beside each."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from paperlab.extract.counters import Counters, shown
from paperlab.extract.displays import NAMED, NAMES, ROWS, SINGLE
from paperlab.extract.floats import FLOATS
from paperlab.extract.ieee import numbers
from paperlab.extract.scan import skip_space
from paperlab.extract.tokens import group, option

_CARRIES = frozenset("eqnarray align flalign alignat xalignat".split())
"""Environments where a label waits for the next number."""
_SHAPES = {
    "alignat": "m",
    "xalignat": "m",
    "xxalignat": "m",
    "IEEEeqnarray": "om",
    "empheq": "om",
    "dmath": "o",
    "numcases": "m",
    "subnumcases": "m",
}
SHAPES = {name + star: shape for name, shape in _SHAPES.items() for star in ("", "*")}
"""What stands behind the begin of a display: m in braces, o in brackets."""

_IF_REFERRED = frozenset("equation align gather multline flalign alignat".split())
"""What has a number only where the text refers to it, if the paper says so."""
_ONLY = re.compile(r"\\mathtoolsset\s*\{[^{}]*\bshowonlyrefs\b(?!\s*=\s*false)")
_REFERS = re.compile(
    r"\\(?:(?:no)?eqref|refeq|ref|vref|autoref|labelcref|[cC]ref(?:range)?)\*?\s*\{([^{}]*)\}(?:\s*\{([^{}]*)\})?"
)
_COUNTED = re.compile(r"\\(?:(?:ref)?stepcounter\s*\{equation\}|addtocounter\s*\{equation\}\s*\{\s*(-?\d{1,4})\s*\})")
_THE = re.compile(r"\\the([A-Za-z]+)")
_SIGN = re.compile(
    r"\\(?:begin|end)\s*\{[^{}]*\}|\\\\|\\(?:tabularnewline|cr|IEEEeqnarraymulticol|intertext|shortintertext)(?![A-Za-z])|\\.|[{}]",
    re.DOTALL,
)
_BREAK = re.compile(r"\*?\s*(?:\[[^\]\n]*\])?")
_SILENT = re.compile(r"\\(?:nonumber|notag|IEEEnonumber)(?![A-Za-z])")
_LABEL = re.compile(r"\\label\s*\{([^{}]*)\}")
_TAG = re.compile(r"\\tag\s*(\*?)\s*(?=\{)")
_EQNO = re.compile(r"\\(?:l?eqno(?![A-Za-z])|tag(?=\s+[\dA-Z(]))\s*(.*)", re.DOTALL)
_NOISE = re.compile(
    r"\\label\s*\{[^{}]*\}|\\(?:(?:ref)?stepcounter\s*\{\w+\}|(?:addto|set)counter\s*\{\w+\}\s*\{[^{}]*\})|\\(?:nonumber|notag|IEEEnonumber|IEEEyesnumber|IEEEyessubnumber|IEEEnosubnumber|allowdisplaybreaks|displaybreak|IEEEeqnarraynumspace)(?![A-Za-z])\*?(?:\s*\[\d\])?"
)
_BOX = re.compile(
    r"\\begin\s*\{IEEEeqnarraybox[mt]?\*?\}(?:\s*\[[^\[\]]*\]){0,2}\s*\{[^{}]*\}|\\end\s*\{IEEEeqnarraybox[mt]?\*?\}"
)
_SPANS = re.compile(r"\s*\\(?:IEEEeqnarraymulticol|multicolumn)\s*\{\d+\}\s*\{[^{}]*\}\s*(?=\{)")
_EMPTY = re.compile(r"[\s&{}]*(?:\\hline|\\noalign\s*\{[^{}]*\}|\\vspace\*?\s*\{[^{}]*\}|[\s&])*")

_NEVER_INSIDE = rf"\\(?:sub)*section(?![A-Za-z])|\\end\s*\{{document\}}|\\begin\s*\{{(?:{'|'.join(map(re.escape, sorted(NAMES | set(FLOATS))))})\}}"
"""What no formula holds: where one of these comes before its end, that end belongs to another formula."""
_BEYOND = re.compile(_NEVER_INSIDE)
_BLANK = re.compile(r"\n[ \t]*\n")
_BRACKET_END = re.compile(r"(?<!\\)\\\]|\n[ \t]*\n")
_DOLLAR = re.compile(rf"{_NEVER_INSIDE}|\\.|\$\$?|\n[ \t]*\n", re.DOTALL)
"""A sign that may end a formula between dollars, or what it cannot hold."""


FORMULA_LIMIT = 40_000
"""Characters of one display."""
_INLINE = 4_000


def dollars_end(text: str, sign: str, begin: int) -> re.Match[str] | None:
    """Find what ends a formula that `$` or `$$` before `begin` opens; None where nothing does."""
    for end in _DOLLAR.finditer(text, begin, begin + (FORMULA_LIMIT if sign == "$$" else _INLINE)):
        mark = end.group()
        broken = mark[0] == "\n" or len(mark) > 2
        if sign == "$$" and (mark == "$$" or (broken and end.start() > skip_space(text, begin))):
            return end
        if sign == "$" == mark[0]:
            return end
        if sign == "$" and broken:
            return None
    return None


_CENTRE = re.compile(r"\\begin\s*\{center\}\s*\Z")
_ENDS_CENTRE = re.compile(r"\s*[.,;]?\s*\\end\s*\{center\}")
_RELATES = re.compile(r"=|\\(?:le|ge|leq|geq|approx|equiv|propto|to|sim)(?![A-Za-z])")


def centred(text: str, start: int, stop: int) -> bool:
    """Tell whether a formula between single dollars stands alone in the middle, as a display does."""
    alone = _CENTRE.search(text[max(0, start - 40) : start]) and _ENDS_CENTRE.match(text, stop)
    return alone is not None and _RELATES.search(text, start, stop) is not None


def broken_off(text: str, begin: int, end: int, *, blank: bool = True) -> int | None:
    """Give where a formula has to end before `end`, or None; a wrong nesting at its very begin is printed all the same.

    Args:
        text: expanded TeX.
        begin: behind the sign or environment that opens it.
        end: behind what closes it.
        blank: an empty line ends it too.
    """
    beyond = _BEYOND.search(text, skip_space(text, begin) + 1, end)
    found = (_blank_line(text, begin, beyond.start() if beyond else end) if blank else None) or beyond
    return found.start() if found else None


def _blank_line(text: str, begin: int, end: int) -> re.Match[str] | None:
    return next((m for m in _BLANK.finditer(text, begin, end) if not _drawn(text, begin, m.start())), None)


def _drawn(text: str, begin: int, at: int) -> bool:
    """Tell whether a place stands in a drawing, which may hold empty lines."""
    drawing = text.rfind(r"\begin{tikz", begin, at)
    return drawing >= 0 and text.find(r"\end{tikz", drawing, at) < 0


def brackets_end(text: str, begin: int) -> re.Match[str] | None:
    r"""Find what ends a formula that `\[` before `begin` opens."""
    ends = _BRACKET_END.finditer(text, begin, begin + FORMULA_LIMIT)
    return next((m for m in ends if m[0][0] == "\\" or not _drawn(text, begin, m.start())), None)


_DISPLAY = re.compile(rf"\\(begin|end)\s*\{{{NAMED}\}}")


def broken_display(text: str, begin: int) -> tuple[int, int, str]:
    r"""Give where a display ends that has no `\end` of its own, where to go on, and what is wrong: another's `\end` closes it."""
    broken = broken_off(text, begin, len(text))
    last = len(text) if broken is None else broken
    depth = 0
    for found in _DISPLAY.finditer(text, begin, last):
        depth += 1 if found[1] == "begin" else -1
        if depth < 0:
            return found.start(), found.end(), rf"is closed by \end{{{found[2]}}}"
    return last, last, r"has no \end"


@dataclass(frozen=True, slots=True)
class Row:
    """One formula: where it stands in the text of its environment, and what is printed beside it."""

    start: int
    end: int
    number: str | None
    label: str | None


def only_referred(text: str, packages: frozenset[str]) -> frozenset[str] | None:
    r"""Give the labels that the text refers to, where formulas have numbers for these alone; else None.

    Source: mathtools.sty, key showonlyrefs; autonum.sty.
    """
    if "autonum" not in packages and not _ONLY.search(text):
        return None
    groups = (part for found in _REFERS.finditer(text) for part in found.groups() if part)
    return frozenset(key.strip() for part in groups for key in part.split(","))


def rows(name: str, body: str, counters: Counters) -> list[Row]:
    """Give the formulas of one environment, and step the counter of equations as LaTeX does.

    Args:
        name: with its star; `[` and `$$` for formulas between brackets and dollars.
        body: expanded TeX between begin and end, without arguments of the environment.
        counters: of the document; changed.
    """
    if aligned := _EQALIGNNO.match(body):
        return _by_hand(body, aligned.end())
    if rows_of_ams := _AMS_ROWS.match(body):
        return _by_tags(body, rows_of_ams.end(), rows_of_ams[1], counters)
    plain = name.rstrip("*")
    numbered = not name.endswith("*") and plain in ROWS | SINGLE
    pieces = split(body) if plain in ROWS else [(0, len(body))]
    if plain == "IEEEeqnarray":
        printed = numbers((body[start:end] for start, end in pieces), counters, starred=not numbered)
        result = [
            Row(*piece, number, _labelled(body[slice(*piece)])) for piece, number in zip(pieces, printed, strict=True)
        ]
    else:
        only = counters.only if plain in _IF_REFERRED else None
        result = [_row(body, start, end, counters, only, numbered=numbered) for start, end in pieces]
    result = _carried(result) if plain in _CARRIES else result
    kept = [r for r in result if not _EMPTY.fullmatch(clean(body[r.start : r.end]))]
    if len(kept) > 1 and all(r.number is None for r in kept):
        label = next((r.label for r in kept if r.label), None)
        return [Row(kept[0].start, kept[-1].end, None, label)]
    return kept


_EQALIGNNO = re.compile(r"\s*\\l?eqalignno\s*(?=\{)")


def _by_hand(body: str, at: int) -> list[Row]:
    r"""Give the rows of plain TeX's `\eqalignno{a &= b &(1)\cr c &= d &(2)\cr}`: what stands behind the second `&` is the number."""
    inner = group(body, at)
    base = body.index("{", at) + 1
    result = []
    for start, end in split(inner[0]) if inner else []:
        part = inner[0][start:end]  # type: ignore[index]  # there are rows
        cut = part.rfind("&") if part.count("&") > 1 else len(part)
        if part.strip():
            result.append(Row(base + start, base + start + cut, shown(part[cut + 1 :].strip()) or None, None))
    return result


_AMS_ROWS = re.compile(r"\s*\\begin\s*\{(align|gather|multline)\}")


def _by_tags(body: str, at: int, name: str, counters: Counters) -> list[Row]:
    r"""Give the rows of AmS-TeX's `$$\align a &= b \tag 1 \\ c &= d \endalign$$`, which has reached us as an environment."""
    end = body.find(rf"\end{{{name}}}", at)
    inner = body[: end if end >= 0 else len(body)]
    parts = [(at + start, at + stop) for start, stop in split(inner[at:])]
    return [_row(inner, start, stop, counters, None, numbered=False) for start, stop in parts]


def _carried(found: list[Row]) -> list[Row]:
    """Give the label of a row without number to the next that has a number and no label, as LaTeX does."""
    waiting: int | None = None
    result = list(found)
    for index, row in enumerate(found):
        if row.number is None:
            waiting = index if row.label else waiting
        elif waiting is not None and row.label is None:
            result[index] = replace(row, label=found[waiting].label)
            result[waiting] = replace(found[waiting], label=None)
            waiting = None
        else:
            waiting = None
    return result


def _row(body: str, start: int, end: int, counters: Counters, only: frozenset[str] | None, *, numbered: bool) -> Row:
    part = body[start:end]
    if only is not None and only.isdisjoint(label.strip() for label in _LABEL.findall(part)):
        numbered = False
    for found in _COUNTED.finditer(part):
        counters.set("equation", counters.values.get("equation", 0) + int(found[1] or 1))
    number = _tagged(part, counters)
    if number is None and numbered and not _SILENT.search(part):
        counters.step("equation")
        number = counters.printed("equation")
    return Row(start, end, number, _labelled(part))


def _labelled(part: str) -> str | None:
    label = _LABEL.search(part)
    return label[1].strip() if label else None


def _tagged(part: str, counters: Counters) -> str | None:
    if (found := _TAG.search(part)) and (inner := group(part, found.end())):
        return shown(_THE.sub(lambda m: counters.printed(m[1]), inner[0])) or None
    if found := _EQNO.search(part):
        return shown(found[1].strip().strip("$")) or None
    return None


def split(body: str) -> list[tuple[int, int]]:
    r"""Give start and end of each row: parts between `\\` outside of braces and inner environments.

    >>> split(r"a\\b")
    [(0, 1), (3, 4)]
    """
    parts: list[tuple[int, int]] = []
    depth = start = 0
    for found in _SIGN.finditer(body):
        sign = found.group()
        if found.start() < start:
            continue
        if sign in ("{", "}"):
            depth += 1 if sign == "{" else -1
        elif sign.startswith((r"\begin", r"\end")):
            depth += 1 if sign.startswith(r"\begin") else -1
        elif depth <= 0 and sign in (r"\\", r"\tabularnewline", r"\cr"):
            parts.append((start, found.start()))
            behind = _BREAK.match(body, found.end()) if sign == r"\\" else None
            start = behind.end() if behind and _is_skip(behind.group()) else found.end()
        elif depth <= 0 and sign.endswith("intertext"):  # ends the row before it, if there is one
            parts += [(start, found.start())] if body[start : found.start()].strip() else []
            words = group(body, found.end())
            start = words[1] if words else found.end()
    return [*parts, (start, len(body))]


def _is_skip(text: str) -> bool:
    r"""Tell whether brackets after `\\` hold a length, and are not part of the next row."""
    found = option(text.lstrip("*"), 0)
    return found is None or bool(re.fullmatch(r"\s*-?[\d.]*\s*(?:\\\w+|pt|em|ex|mm|cm|in|bp|pc)?\s*", found[0]))


def clean(tex: str) -> str:
    """Give a formula without label, tag and number commands, and without boxes that only hold it."""
    tex = _NOISE.sub("", _BOX.sub("", tex))
    if (spans := _SPANS.match(tex)) and (inner := group(tex, spans.end())):
        tex = inner[0] + tex[inner[1] :]
    if found := _EQNO.search(tex):
        tex = tex[: found.start()]
    while (tag := _TAG.search(tex)) and (inner := group(tex, tag.end())):
        tex = tex[: tag.start()] + tex[inner[1] :]
    return re.sub(r"\n\s*\n+", "\n", tex).strip()
