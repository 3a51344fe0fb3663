"""LaTeXML's formulas, algorithms and figures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paperlab.extract.htmltree import (
    Node,
    as_tex,
    caption_of,
    captions_of,
    classes,
    find,
    first,
    math_of,
    number_of,
    span_of,
    text_of,
)
from paperlab.extract.pseudocode import DEEPEST, Lines, is_end, sort_words
from paperlab.records.extracted import Algorithm, Equation, Figure

_NUMBERS = frozenset(("ltx_tag_equation", "ltx_tag_equationgroup"))
_WORD = re.compile(r"[^\W\d_]{2}")
_SAID = frozenset(("ltx_Math", "mjx-math", "ltx_markedasmath", "ltx_tag"))
_ALGORITHM = frozenset(("ltx_float_algorithm", "ltx_algorithm"))
_FLOAT = frozenset(("ltx_float", *_ALGORITHM))
_CODE = frozenset(("ltx_lstlisting", "ltx_verbatim"))
_NAMED = re.compile(r"\s*(?:algorithm|procedure|pseudo-?code)\b", re.IGNORECASE)
_BLANKS = " \u00a0\u2002\u2003\n\r\t"
_EM = {"\u00a0": 1, "\u2002": 2, "\u2003": 4}
"""How far each blank sets a line in; only which of two lines is further in counts."""


def read_html_equations(root: Node, name: str) -> Iterator[Equation]:
    """Give each numbered formula; rows that share a number, or a block without any number, are one."""
    for rows in _groups(root):
        tex = re.sub(r"\\displaystyle\s*", "", " ".join(t for row in rows for t in _formulas(row))).strip()
        tag = next((tag for row in rows if (tag := _number(row)) is not None), None)
        if tex:
            yield Equation(number=number_of(tag), label=None, tex=tex, tex_source=tex, span=span_of(rows[0], name))


def _groups(root: Node) -> Iterator[list[Node]]:
    """Cut the rows of formulas into what LaTeX numbers as one; words between rows are none."""
    rows: list[Node] = []
    block, alone = None, False
    for row in find(root, "ltx_eqn_row"):
        if _speaks(row):
            continue
        around = next((p for p in row.iterancestors() if "ltx_equationgroup" in classes(p)), None)
        if around is not block:
            block, alone = around, around is not None and _number(around) is None
        elif rows and (alone or _goes_on(rows, row)):
            rows.append(row)
            continue
        if rows:
            yield rows
        rows = [row]
    if rows:
        yield rows


def _goes_on(rows: list[Node], row: Node) -> bool:
    """Tell whether a row belongs to the formula before: it stands in the same body, and has no number of its own."""
    together = rows[-1].getparent() is row.getparent()
    return together and (_number(row) is None or all(_number(r) is None for r in rows))


def _number(node: Node) -> Node | None:
    return next((n for n in node.iter() if isinstance(n.tag, str) and _NUMBERS & classes(n)), None)


def _speaks(row: Node) -> bool:
    """Tell whether a row holds words between formulas, as `intertext` sets them."""
    return _WORD.search(as_tex(row, skip=_SAID)) is not None


def _formulas(row: Node) -> Iterator[str]:
    for node in row.iter():
        if isinstance(node.tag, str):
            math = math_of(node)
            if math:
                yield math
            elif "ltx_markedasmath" in classes(node) and (text := text_of(node)):
                yield rf"\text{{{text}}}"


def read_html_algorithms(root: Node, name: str) -> Iterator[Algorithm]:
    """Give each float with lines that is an algorithm by its class or caption, and lines outside of floats that are no code."""
    for box, lines in _listings(root):
        caption = caption_of(box) if _FLOAT & classes(box) else None
        if not _is_algorithm(box, caption):
            continue
        tag = first(caption, "ltx_tag") if caption is not None else None
        read = _read(lines)
        yield Algorithm(
            number=number_of(tag), caption=text_of(caption), inputs=tuple(read.inputs), outputs=tuple(read.outputs),
            lines=tuple(read.lines), span=span_of(box, name),
            kind="listing" if text_of(tag, skip=frozenset()).startswith("Listing") else "algorithm",
        )  # fmt: skip


def _listings(root: Node) -> Iterator[tuple[Node, list[Node]]]:
    """Give the lines of each float or listing."""
    box: Node = None
    lines: list[Node] = []
    for line in find(root, "ltx_listingline"):
        around = _around(line)
        if around is not box and lines:
            yield box, lines
            lines = []
        box = around
        lines.append(line)
    if lines:
        yield box, lines


def _around(line: Node) -> Node:
    """Give the float that a line stands in, else its listing."""
    for names in (_FLOAT, frozenset(("ltx_listing",))):
        box = next((p for p in line.iterancestors() if names & classes(p)), None)
        if box is not None:
            return box
    return line.getparent()


def _is_algorithm(box: Node, caption: Node | None) -> bool:
    if _ALGORITHM & classes(box):
        return True
    if _FLOAT & classes(box):
        return caption is not None and _NAMED.match(text_of(caption, skip=frozenset())) is not None
    return not _CODE & classes(box) and first(box, "ltx_listing_data") is None  # code comes with itself to download


def _read(lines: list[Node]) -> Lines:
    """Read lines; each is as deep as there are lines further out that it stands below."""
    read = Lines()
    levels: list[int] = []
    for line in lines:
        kind, text = _sorted(line, read)
        if kind in ("input", "output"):
            read.put(kind, text)
        elif not is_end(text):
            place = _set_in(line)
            levels = [*(level for level in levels if level < place), place][:DEEPEST]
            read.depth = len(levels) - 1
            read.add(kind, as_tex(line) if kind == "statement" else text, sort=kind == "statement")
    return read


def _sorted(line: Node, read: Lines) -> tuple[str, str]:
    """Give a line's kind and text; what goes in and comes out has the word for it as its tag, or the number 0."""
    kind, text = sort_words(text_of(line), strict=not _begins_bold(line))
    tag = text_of(first(line, "ltx_tag"), skip=frozenset()).strip()
    if tag == "0:" and not read.lines:
        kind = "output" if read.inputs else "input"
    elif tag and not tag[0].isdigit():
        kind = sort_words(tag if tag.endswith(":") else f"{tag}:")[0]
    return kind, text


def _begins_bold(line: Node) -> bool:
    """Tell whether a line begins with a word that the package sets bold, as it does its own."""
    return as_tex(line).lstrip(_BLANKS).startswith(r"\textbf{")


def _set_in(line: Node) -> int:
    """Give how far a line is set in: by no-break blanks, between the blanks of LaTeXML's own lines, and by bars beside blocks."""
    tag = first(line, "ltx_tag")
    before, nodes = (
        (line.text, list(line)) if tag is None or tag.getparent() is not line else (tag.tail, list(tag.itersiblings()))
    )
    wide = _blanks(before)
    for node in nodes if not (before or "").strip() else ():
        if not isinstance(node.tag, str) or "ltx_rule" not in classes(node):
            break
        wide += 1 + _blanks(node.tail)
    return wide


def _blanks(text: str | None) -> int:
    text = text or ""
    return sum(_EM.get(sign, 0) for sign in text[: len(text) - len(text.lstrip(_BLANKS))])


def read_html_figures(root: Node) -> Iterator[Figure]:
    """Give each figure; a part of one, which has a letter for a number, is none of its own."""
    seen: set[tuple[str | None, str]] = set()  # a box around two figures may repeat their captions
    for box in find(root, "ltx_figure"):
        captions = captions_of(box)
        numbered = [c for c in captions if _own_number(c) is not None and (_own_number(c), text_of(c)) not in seen]
        seen |= {(_own_number(c), text_of(c)) for c in numbered}
        files = tuple(i.get("src") for i in box.iter("img") if i.get("src"))
        for i, caption in enumerate(numbered):
            part = files[i : i + 1] if len(files) == len(numbered) else files
            yield Figure(number=_own_number(caption), caption=text_of(caption), files=part)
        alone = not any("ltx_figure" in classes(p) for p in box.iterancestors())
        if alone and not numbered and (captions or next(box.iter("img", "svg"), None) is not None):
            yield Figure(number=None, caption=text_of(captions[0] if captions else None), files=files)


def _own_number(caption: Node) -> str | None:
    tag = first(caption, "ltx_tag")
    return None if tag is None or text_of(tag, skip=frozenset()).startswith("(") else number_of(tag)
