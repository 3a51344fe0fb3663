r"""Read the bibliography: .bbl first, then `thebibliography` of the document, then .bib.

Each entry is read by itself, so that a bad one costs one entry. Of an entry we always have its key; what cannot be
told stays None.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from paperlab.extract.amsrefs import amsrefs_entries
from paperlab.extract.bibfile import read_bib, reference_of
from paperlab.extract.bibitem import read_bibitem
from paperlab.extract.biblatex import read_biblatex
from paperlab.extract.clock import in_time
from paperlab.extract.scan import COMMAND, argument, option, skip_space
from paperlab.records.extracted import Reference

MOST = 5_000
"""Entries of one bibliography."""
_END = re.compile(r"\\end\s*\{(?:thebibliography|references|biblist)\}")


def read_references(texts: Iterable[tuple[str, str]]) -> tuple[Reference, ...]:
    """Read all given files; the first statement of a key wins, so give .bbl before .bib.

    Args:
        texts: pairs of (path, text); the path's ending says how to read.
    """
    found: dict[str, Reference] = {}
    for path, text in texts:
        for reference in in_time(_of_file(path, text)):
            found.setdefault(reference.key, reference)
            if len(found) >= MOST:
                return tuple(found.values())
    return tuple(found.values())


def only_cited(references: Sequence[Reference], keys: Collection[str]) -> tuple[Reference, ...]:
    """Keep what the paper cites, in the order of citing; all where nothing is cited or `*` is.

    Keys are compared as BibTeX does: exactly first, then without case.
    """
    wanted = [k.strip() for k in keys if k.strip()]
    if not wanted or "*" in wanted:
        return tuple(references)
    exact = {r.key: r for r in references}
    folded = {r.key.lower(): r for r in references}
    out: dict[str, Reference] = {}
    for key in wanted:
        reference = exact.get(key) or folded.get(key.lower())
        if reference is not None:
            out.setdefault(reference.key, reference if reference.key == key else replace(reference, key=key))
    return tuple(out.values())


def _of_file(path: str, text: str) -> Iterable[Reference]:
    if path.lower().endswith(".bib"):
        return read_bib(text)
    if "\\refsection" in text or "\\entry{" in text or "\\datalist" in text or "\\sortlist" in text:
        return read_biblatex(text)
    if "\\bib{" in text and "\\bibitem" not in text:
        return (reference_of(key, fields) for key, fields in amsrefs_entries(text))
    return _items(text)


def _items(text: str) -> Iterable[Reference]:
    r"""Cut at `\bibitem`; what follows up to the next one is the entry."""
    text = re.sub(r"(?<!\\)%[^\n]*\n?", "", text)
    marks = [
        m for m in COMMAND.finditer(text) if m.group() in ("\\bibitem", "\\bibitemdeclare", "\\bibitem*", "\\lbibitem")
    ]
    marks = [m for m in marks if m.group() != "\\bibitemdeclare"]
    former: tuple[str, ...] = ()
    for i, mark in enumerate(marks):
        end = marks[i + 1].start() if i + 1 < len(marks) else _last(text, mark.end())
        reference = _item(text[mark.end() : end], former)
        if reference is not None:
            former = reference.authors
            yield reference


def _last(text: str, at: int) -> int:
    found = _END.search(text, at)
    return found.start() if found else len(text)


_SAME = re.compile(
    r"\s*(?:\\bysame(?![A-Za-z])|\\underline\s*\{\s*\\hspace\*?\s*\{[^{}]*\}\s*\}|\\rule\s*(?:\[[^\[\]]*\])?\s*\{[^{}]*\}\s*\{[^{}]*\}"
    r"|\\(?:leavevmode\s*\\)?hbox\s*to\s*\d*\.?\d*\s*em\s*\{\\hrulefill\}(?:\\thinspace)?|-{3,}|[—_]{2,})\s*"
)
"""A line in place of the authors of the entry before."""


def _item(body: str, former: tuple[str, ...] = ()) -> Reference | None:
    label, at = option(body, skip_space(body, 0))
    if label is None and body.lstrip().startswith("["):
        at = _odd_label(body)
    key, at = argument(body, at)
    key = re.sub(r"\s+", " ", key).strip()
    entry = body[at : at + 20_000]
    same = _SAME.match(entry) if former else None
    if same:
        entry = f"{' and '.join(former)}{entry[same.end() :]}"
    found = read_bibitem(key, entry, label or "") if key else None
    return replace(found, authors=former) if found and same else found


def _odd_label(body: str) -> int:
    """Find the key after a label whose brackets do not close as they should: `]{key}`."""
    place = body.find("]{")
    return place + 1 if 0 <= place < 2000 else 0
