"""The entry of the room: a folder or a file in, a Paper out."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from paperlab.errors import NothingFound
from paperlab.extract.abstract import read_abstract_alone
from paperlab.extract.latex import read_latex
from paperlab.extract.source import Tree
from paperlab.records.extracted import Paper, Problem
from paperlab.records.paper import PaperRecord


def extract(
    root: Path,
    *,
    kind: str | None = None,
    reader: str | None = None,
    record: PaperRecord | None = None,
    limit_seconds: float = 10.0,
) -> Paper:
    """Read everything that paperlab knows to read out of an e-print.

    Args:
        root: folder with an unpacked e-print, or one .tex, .html or .pdf file.
        kind: `latex`, `html` or `pdf`, as the e-print says; None tries them in this order.
        reader: the only reader to use: `latex`, `html`, `pdf` or `abstract`.
        record: what arXiv says; gives id, title, authors and abstract where the source has none.
        limit_seconds: after this time what was read until then is given, with a problem.

    Returns:
        The paper; what could not be read is in `problems`.

    Raises:
        NothingFound: nothing can be read, and there is no record.
    """
    root = Path(root)
    deadline = time.monotonic() + limit_seconds
    tree, main = _tree(root)
    problems: list[Problem] = []
    for name in _order(kind, reader):
        paper = _READERS[name](tree, deadline, main)
        if paper is not None:
            return _with_record(replace(paper, problems=(*problems, *paper.problems)), record)
    if record is None:
        raise NothingFound(
            f"expected LaTeX, HTML or a PDF in {root.name}, found none; fetch the e-print again, or give a record"
        )
    return replace(read_abstract_alone(record), problems=tuple(problems))


def _tree(root: Path) -> tuple[Tree, str | None]:
    """Give the files, and the one file that was asked for."""
    return (Tree(root.parent), root.name) if root.is_file() else (Tree(root), None)


def _order(kind: str | None, reader: str | None) -> tuple[str, ...]:
    if reader is not None:
        return (reader,) if reader in _READERS else ()
    return (kind, *(k for k in _READERS if k != kind)) if kind in _READERS else tuple(_READERS)


def _latex(tree: Tree, deadline: float, main: str | None) -> Paper | None:
    if main is not None and main.lower().endswith((".html", ".htm", ".pdf", ".gz")):
        return None
    return read_latex(tree, deadline, main)


def _html(tree: Tree, deadline: float, main: str | None) -> Paper | None:
    """Read the first page: the one that was asked for, an index, or the longest."""
    pages = [main] if main else [n for n in tree.names if n.lower().endswith((".html", ".htm"))]
    pages = [p for p in pages if p.lower().endswith((".html", ".htm")) and p in tree.names]
    if not pages or time.monotonic() > deadline:
        return None
    name = next((p for p in pages if p.lower().startswith("index.")), None) or max(pages, key=lambda p: _size(tree, p))
    data = tree.data(name)
    if data is None:
        return None
    from paperlab.extract.html import read_html

    return read_html(data, name)


def _pdf(tree: Tree, deadline: float, main: str | None) -> Paper | None:
    """Read the PDF that was asked for, or the biggest."""
    files = [main] if main else [n for n in tree.names if n.lower().endswith(".pdf")]
    files = [f for f in files if f.lower().endswith(".pdf") and f in tree.names]
    left = deadline - time.monotonic()
    data = tree.data(max(files, key=lambda f: _size(tree, f))) if files and left > 0 else None
    if data is None:
        return None
    from paperlab.extract.pdf import read_pdf

    return read_pdf(data, max(files, key=lambda f: _size(tree, f)), 0.8 * left)


def _size(tree: Tree, name: str) -> int:
    try:
        return tree.names[name].stat().st_size
    except OSError:
        return 0


_READERS = {"latex": _latex, "html": _html, "pdf": _pdf}


def _with_record(paper: Paper, record: PaperRecord | None) -> Paper:
    """Fill in from the record what the source does not give."""
    if record is None:
        return paper
    return replace(
        paper,
        id=record.id,
        title=paper.title or record.title,
        authors=paper.authors or record.authors,
        abstract=paper.abstract or record.abstract,
    )
