"""LaTeXML's bibliographies, and the names of the authors above them all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote

from paperlab.extract.authors import read_authors
from paperlab.extract.bibitem import read_bibitem
from paperlab.extract.htmltree import SKIPPED, Node, as_tex, classes, find, first, text_of
from paperlab.records.extracted import Reference

MOST = 20_000
"""Items of one kind."""
_DATED = re.compile(r"\s*\((?:1[6-9]|20)\d\d[a-z]?\)\s*$")
_NEXT = re.compile(r"\\newline\s*\\&")
"""The sign that LaTeXML leaves of `\\And` begins a line."""
_GAP = re.compile(r"(?<=\S)[ \t\u00a0\u2000-\u200a\u3000]{2,}+(?=\S)|[\u2001\u2003\u3000]")
"""Blanks as wide as those that part two names on one line."""


def read_html_authors(root: Node) -> tuple[str, ...]:
    """Give the names, told from places and addresses as those of a LaTeX source."""
    boxes = (as_tex(box, skip=SKIPPED | {"ltx_contact"}) for box in islice(find(root, "ltx_personname"), MOST))
    return read_authors("".join(rf"\author{{{_parted(tex)}}}" for tex in boxes))


def _parted(tex: str) -> str:
    r"""Write what parts two people as LaTeX has it."""
    return _NEXT.sub(r" \\and ", _GAP.sub(" , ", tex.strip()))


def read_html_references(root: Node) -> Iterator[Reference]:
    """Read the items, whether a bibliography style or LaTeXML itself made them."""
    for item in islice(find(root, "ltx_bibitem"), MOST):
        blocks = [_block(b) for b in find(item, "ltx_bibblock") if "ltx_bib_cited" not in classes(b)]
        label = text_of(first(item, "ltx_tag"), skip=frozenset())
        named = first(item, "ltx_bib_author-year")
        if named is not None:
            blocks.insert(0, rf"\bibinfo{{author}}{{{_DATED.sub('', as_tex(named))}}}")
        yield read_bibitem(item.get("id") or label, " \\newblock ".join(blocks), label)


def _block(block: Node) -> str:
    """Give a block with its addresses behind it, those aside that stand in its text already."""
    tex = as_tex(block)
    urls = dict.fromkeys(unquote(a.get("href") or "") for a in block.iter("a"))
    return " ".join([tex, *(rf"\url{{{u}}}" for u in urls if u.startswith("http") and u not in tex.replace("\\", ""))])
