r"""References that pandoc's citeproc wrote: `\hypertarget{ref-key}{}` and a paragraph, or `\bibitem[\citeproctext]{ref-key}`.

Source: the LaTeX templates of pandoc 1.19 to 3.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from paperlab.extract.bibitem import read_bibitem
from paperlab.records.extracted import Reference

_MARK = re.compile(
    r"\\hypertarget\s*\{ref-([^{}]{1,200})\}\s*\{\}\}?%?|\\bibitem\s*\[\\citeproctext\]\s*\{ref-([^{}]{1,200})\}"
)
_ENDS = re.compile(r"\n[ \t]*\n|\\end\s*\{")
_MARGIN = re.compile(
    r"\\CSLLeftMargin\s*\{[^{}]*\}|\\CSL(?:RightInline|Block|Indent)(?![A-Za-z])|\A[\s{]*(?:\[?\d{1,4}[.\])])?\s+"
)
_MOST = 5_000
_LONGEST = 5_000


def read_citeproc(text: str) -> Iterator[Reference]:
    r"""Give the references in the order in which they are printed; a mark without words behind it is none.

    >>> [r.title for r in read_citeproc(r"\hypertarget{ref-a}{}" + "\n1. Bee, A. Big nets. \\emph{Nature} \\textbf{1}, 2 (1999).")]
    ['Big nets']
    """
    for mark in islice(_MARK.finditer(text), _MOST):
        begin = mark.end() + len(text[mark.end() : mark.end() + 20]) - len(text[mark.end() : mark.end() + 20].lstrip())
        end = _ENDS.search(text, begin, begin + _LONGEST)
        body = _MARGIN.sub(" ", text[mark.end() : end.start() if end else begin + _LONGEST])
        if body.strip(" {}\n"):
            yield read_bibitem((mark[1] or mark[2]).strip(), body.strip())
