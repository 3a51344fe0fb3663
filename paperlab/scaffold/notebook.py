"""The notebook: built from the sections, merged with what the learner made of it.

Three-way merge. The base is the sha256 of what we generated, kept in each cell's metadata and once more in the
notebook's; ours is what would be generated now; theirs is the file.

    theirs = base            ours replaces it (or removes it, where the paper's item is gone)
    theirs != base           theirs stays; where ours != base too, the cell is tagged `paperlab-newer`
    no id of ours            the learner's cell: stays, next to the cell it follows
    id known, cell gone      the learner deleted it: stays deleted; what we removed is forgotten, and may come back

Some editors drop ids or give new ones, end lines as Windows does, or take blanks off the end: a cell that is ours in all
else gets its id back, and such blanks are no change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paperlab.scaffold.ipynb import Cell, Notebook
from paperlab.scaffold.plan import Draft, Plan
from paperlab.scaffold.sections import SECTIONS
from paperlab.scaffold.text import line

NEWER = "paperlab-newer"
"""Tag of a learner's cell for which the scaffold would now write something else."""


def digest(text: str) -> str:
    """Give the sha256 of a cell's source, hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def cells(plan: Plan) -> list[Cell]:
    """Give the cells of a fresh notebook, each with its id and metadata."""
    found: dict[str, Cell] = {}
    for name, section in SECTIONS:
        for draft in section(plan) if name not in plan.without else ():
            id_ = _free(f"pl-{name}-{draft.key}", found)
            found[id_] = cell_of(id_, draft)
    return list(found.values())


def _free(id_: str, taken: Mapping[str, Cell]) -> str:
    """Give an id that nbformat allows (at most 64 of A-Za-z0-9_-) and that no cell has yet."""
    base = id_ if len(id_) <= 60 else f"{id_[:50]}-{digest(id_)[:8]}"
    number, free = 2, base
    while free in taken:
        free, number = f"{base}-{number}", number + 1
    return free


def cell_of(id_: str, draft: Draft) -> Cell:
    """Give a draft as a cell that knows where it comes from and what we wrote."""
    source: dict[str, Any] = {}
    if draft.span is not None:
        source = {"file": line(draft.span.file), "line": draft.span.line}
    if draft.label:
        source["label"] = line(draft.label)
    ours = {"kind": draft.kind, "source": source, "generated": digest(draft.text)}
    cell: Cell = {"id": id_, "cell_type": "code" if draft.code else "markdown", "metadata": {"paperlab": ours}}
    if draft.fold:
        cell["metadata"] |= {"tags": ["hide-input"], "jupyter": {"source_hidden": True}}
    cell["source"] = draft.text
    return cell | ({"execution_count": None, "outputs": []} if draft.code else {})


def fresh(generated: Sequence[Cell], *, gpu: bool = False) -> Notebook:
    """Give a notebook of generated cells alone; with `gpu`, Colab opens it on a GPU, of whatever type it has.

    Later runs leave that as it stands: whoever chose another runtime keeps it.
    """
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            **({"accelerator": "GPU"} if gpu else {}),
            "paperlab": {"cells": known_of(generated)},
        },
        "cells": list(generated),
    }


def known_of(generated: Sequence[Cell]) -> dict[str, str]:
    """Give id -> hash of cells as we write them."""
    return {c["id"]: fingerprint(c) for c in generated}


def fingerprint(cell: Cell) -> str:
    """Give the sha256 over a cell's type and source: a cell made Markdown is no longer as we wrote it."""
    return digest(f"{cell['cell_type']}\n{_plain(cell['source'])}")


def _plain(source: str) -> str:
    """Give a source as we write it: no carriage returns, nothing blank at its end."""
    return source.replace("\r\n", "\n").rstrip()


@dataclass(frozen=True, slots=True)
class Merged:
    """A notebook after the merge, and the learner's cells that have a newer generated form."""

    notebook: Notebook
    marked: tuple[str, ...]


def merge(theirs: Notebook, generated: Sequence[Cell]) -> Merged:
    """Merge freshly generated cells into the learner's notebook; neither argument is changed."""
    ours = {c["id"]: c for c in generated}
    known = base(theirs)
    theirs = theirs | {"cells": adopted(theirs["cells"], known, known_of(generated))}
    kept = [_kept(c, ours, known) for c in theirs["cells"]]
    present = [c for c in kept if c is not None]
    removed = {c["id"] for c, still in zip(theirs["cells"], kept, strict=True) if still is None}
    ids = {c.get("id") for c in theirs["cells"]}
    new = [c for c in generated if c["id"] not in ids and c["id"] not in known]
    whole = _insert(present, new, [c["id"] for c in generated])
    marked = tuple(c["id"] for c in whole if NEWER in c.get("metadata", {}).get("tags", ()))
    metadata = dict(theirs["metadata"])
    own = dict(metadata.get("paperlab") or {}) if isinstance(metadata.get("paperlab"), dict) else {}
    metadata["paperlab"] = own | {"cells": {k: v for k, v in known.items() if k not in removed} | known_of(generated)}
    return Merged(theirs | {"metadata": metadata, "cells": whole}, marked)


def adopted(present: Sequence[Cell], *lists: Mapping[str, str]) -> list[Cell]:
    """Give each cell that lost its id the id back: what an editor kept in its metadata, else what its text tells."""
    free = {id_ for known in lists for id_ in known} - {c.get("id") for c in present}
    by_text = {print_: id_ for known in lists for id_, print_ in known.items()}
    cells = []
    for cell in present:
        id_ = str(cell.get("id", ""))
        kept = str(cell.get("metadata", {}).get("id", ""))
        told = kept if kept in free else by_text.get(fingerprint(cell), "")
        lost = not id_.startswith("pl-") and told in free
        free -= {told} if lost else set()
        cells.append(cell | {"id": told} if lost else cell)
    return cells


def base(theirs: Notebook) -> dict[str, str]:
    """Give id -> hash of everything that we generated into this notebook, present or deleted."""
    own = theirs["metadata"].get("paperlab")
    known = own.get("cells") if isinstance(own, dict) else None
    return {str(k): str(v) for k, v in known.items()} if isinstance(known, dict) else {}


def _kept(cell: Cell, ours: Mapping[str, Cell], base: Mapping[str, str]) -> Cell | None:
    """Give what stands in this cell's place after the merge; None where it goes."""
    id_ = str(cell.get("id", ""))
    if not id_.startswith("pl-"):
        return cell
    new = ours.get(id_)
    if is_untouched(cell, base):
        return None if new is None else cell if _same(cell, new) else new
    if new is None:
        return cell
    if _same(cell, new):
        return _tagged(cell, newer=False)
    return _tagged(cell, newer=fingerprint(new) != base.get(id_))


def is_untouched(cell: Cell, base: Mapping[str, str]) -> bool:
    """Say whether a cell is as we generated it, and nothing was attached to it.

    The notebook's own list decides; where a tool dropped it, the hash in the cell's metadata does.
    """
    if cell.get("attachments"):
        return False
    known = base.get(str(cell.get("id", "")))
    if known is not None:
        return fingerprint(cell) == known
    own = cell.get("metadata", {}).get("paperlab")
    if not isinstance(own, dict):
        return False
    code = own.get("kind") in ("code", "stub", "check")
    return cell["cell_type"] == ("code" if code else "markdown") and digest(_plain(cell["source"])) == own.get(
        "generated"
    )


def _same(cell: Cell, new: Cell) -> bool:
    return fingerprint(cell) == fingerprint(new)


def _tagged(cell: Cell, *, newer: bool) -> Cell:
    """Give the cell with the tag set; the tag goes once the cell agrees again, never because we ran a second time."""
    tags = list(cell.get("metadata", {}).get("tags", ()))
    if not newer or NEWER in tags:
        return cell
    return cell | {"metadata": cell.get("metadata", {}) | {"tags": [*tags, NEWER]}}


def _insert(present: list[Cell], new: Sequence[Cell], order: list[str]) -> list[Cell]:
    """Put each new cell behind the nearest generated cell before it, and behind what the learner put there."""
    whole = list(present)
    for cell in new:
        before = set(order[: order.index(cell["id"])])
        spots = [number for number, c in enumerate(whole) if c.get("id") in before]
        at = spots[-1] + 1 if spots else 0
        while spots and at < len(whole) and not str(whole[at].get("id", "")).startswith("pl-"):
            at += 1
        whole.insert(at, cell)
    return whole
