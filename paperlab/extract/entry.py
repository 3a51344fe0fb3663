"""The entry of the room: a folder or a file in, a Paper out."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

from paperlab.errors import NothingFound, UsageError
from paperlab.extract.abstract import read_abstract_alone
from paperlab.extract.clock import OutOfTime, until
from paperlab.extract.latex import read_latex
from paperlab.extract.source import Tree
from paperlab.records.extracted import Paper, Problem
from paperlab.records.ledger import not_stated
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
        NothingFound: there is no file that a reader knows, and no record.
        UsageError: there is no reader of this name.
    """
    root = Path(root)
    deadline = time.monotonic() + limit_seconds
    tree, main = _tree(root)
    problems: list[Problem] = []
    empty: Paper | None = None
    for name in _order(kind, reader):
        paper = _attempt(name, tree, deadline, main, problems)
        if paper is not None and _has_anything(paper):
            missing = not_stated(paper.hyperparameters, paper.stated) if name in _LOOK_FOR_SETTINGS else ()
            return _with_record(replace(paper, problems=(*problems, *paper.problems), not_stated=missing), record)
        problems += paper.problems if paper is not None else ()
        empty = empty or paper
    if record is not None:
        return replace(read_abstract_alone(record), problems=tuple(problems))
    if empty is not None:
        return replace(empty, problems=tuple(problems))
    raise NothingFound(_nothing(root, reader, problems))


_LOOK_FOR_SETTINGS = ("latex", "html")
"""Readers that look for settings: what the others do not give may be stated all the same."""


def _attempt(name: str, tree: Tree, deadline: float, main: str | None, problems: list[Problem]) -> Paper | None:
    """Let one reader try; its failure costs one problem and lets the next try."""
    try:
        with until(deadline - _LAST * max(0.0, deadline - time.monotonic())) as clock:
            paper = _READERS[name](tree, deadline, main)
    except OutOfTime:
        problems.append(Problem(kind="time limit", message=f"the {name} reader had no time left"))
    except Exception as error:  # noqa: BLE001 a reader's own mistake must not lose what the others can read
        problems.append(Problem(kind="reader", message=f"{name}: {type(error).__name__}: {str(error)[:120]}"))
    else:
        if paper is not None and clock.late and all(p.kind != "time limit" for p in paper.problems):
            problems.append(Problem(kind="time limit", message="the source takes too long to read; a part was read"))
        return paper
    return None


def _has_anything(paper: Paper) -> bool:
    return any(getattr(paper, name) for name in _PARTS)


def _nothing(root: Path, reader: str | None, problems: list[Problem]) -> str:
    """Say in one line that there is nothing to read, and why."""
    name = ascii(root.name)[1:-1]
    if problems:
        return f"expected a paper in {name}, could not read it: {problems[0].message}"
    if reader == "abstract":
        return f"expected what arXiv says about the paper, got only {name}; name the paper by its arXiv id"
    wanted = {"latex": "LaTeX", "html": "HTML", "pdf": "a PDF"}.get(reader or "", "LaTeX, HTML or a PDF")
    return f"expected {wanted} in {name}, found none; fetch the e-print again, or name another file"


def _tree(root: Path) -> tuple[Tree, str | None]:
    """Give the files, and the one file that was asked for."""
    return (Tree(root.parent), root.name) if root.is_file() else (Tree(root), None)


_LAST = 0.15
"""Share of the time that is left for what cannot be stopped in the middle."""
_FEW = 3
_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype|html|head|body|title|h1)\b", re.DOTALL | re.IGNORECASE
)
_ASIDE = re.compile(r"append|supp|note|foot|toc|fig|table|abstract")


def _order(kind: str | None, reader: str | None) -> tuple[str, ...]:
    """Give the readers to try.

    Raises:
        UsageError: there is no reader of this name.
    """
    if reader is not None and reader not in (*_READERS, "abstract"):
        raise UsageError(f"expected the reader latex, html, pdf or abstract, got {reader[:40]!r}")
    if reader is not None:
        return (reader,) if reader in _READERS else ()
    return (kind, *(k for k in _READERS if k != kind)) if kind in _READERS else tuple(_READERS)


def _latex(tree: Tree, deadline: float, main: str | None) -> Paper | None:
    if main is not None and main.lower().endswith((".html", ".htm", ".xhtml", ".pdf", ".gz")):
        return None
    return read_latex(tree, deadline, main)


def _html(tree: Tree, _deadline: float, main: str | None) -> Paper | None:
    """Read the page that was asked for, else an index, else the longest that is no appendix."""
    names = [main] if main else list(tree.names)
    pages = [p for p in names if p in tree.names and (_is_page_name(p) or _is_page(tree, p, len(names)))]
    if not pages:
        return None
    name = max(pages, key=lambda p: (_is_index(p), _ASIDE.search(p.lower()) is None, _size(tree, p)))
    data = tree.data(name)
    if data is None:
        return None
    from paperlab.extract.html import read_html

    return read_html(data, name)


def _is_page_name(name: str) -> bool:
    return name.lower().endswith((".html", ".htm", ".xhtml"))


def _is_page(tree: Tree, name: str, count: int) -> bool:
    """Look into the few files of an e-print whose name says nothing."""
    return count <= _FEW and _PAGE.match((tree.data(name) or b"")[:4_000]) is not None


def _is_index(name: str) -> bool:
    return name.lower().rpartition("/")[2].startswith("index.")


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


_PARTS = (
    "abstract", "sections", "equations", "tables", "algorithms", "figures", "references", "links", "claims",
    "hyperparameters", "datasets", "metrics", "symbols",
)  # fmt: skip
"""A reader that finds none of these lets the next one try: a scan, too, has a title among its data."""
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
