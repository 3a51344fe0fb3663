"""What became of the works of a file that were joined to the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperlab.records.changes import Merged


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of the works of one file."""

    name: str
    format: str = ""
    new: int = 0
    changed: int = 0
    same: int = 0
    pending: tuple[str, ...] = ()
    """Ids that wait for arXiv; `sync` asks for them."""
    faults: tuple[str, ...] = ()
    """What could not be read, one line each."""


def together(done: Imported, more: Merged) -> Imported:
    """Add what became of some more works of the same file."""
    return Imported(
        name=done.name, format=done.format, faults=done.faults, new=done.new + more.new, changed=done.changed + more.changed,
        same=done.same + more.same, pending=done.pending + more.pending,
    )  # fmt: skip
