"""The solution of a blank folder, one piece at a time: what was looked at is remembered in the folder."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from paperlab.errors import NothingFound
from paperlab.scaffold.blanks import spans
from paperlab.scaffold.files import read_note, write_note
from paperlab.scaffold.pieces import pieces_of

_REVEALED = "revealed"
"""Key of the folder's manifest: name of a piece -> when it was first looked at."""


class Solved(NamedTuple):
    """A piece that the solution has."""

    name: str
    """`softmax`, or `Adam.delta` for a method."""
    place: str
    code: str
    """What stands between the markers, as it is indented there."""
    revealed: str = ""
    """When it was first looked at, ISO 8601 UTC; empty where it was not."""


def solved(solution: Path, folder: Path) -> tuple[Solved, ...]:
    """Give the pieces of a finished folder's model.py that are cut out of its blank.

    Args:
        solution: the finished folder.
        folder: the blank one, which knows what was looked at.
    """
    text = (solution / "model.py").read_text(encoding="utf-8")
    rows, seen = text.splitlines(), revealed(folder)
    pieces = pieces_of(text, where=str(solution / "model.py"))
    found = []
    for place, first, last in spans(text):
        name = next((p.name for p in pieces if p.lines[0] <= first <= p.lines[1]), place)
        found.append(Solved(name, place, "\n".join(rows[first : last - 1]), seen.get(name, "")))
    return tuple(found)


def revealed(folder: Path) -> Mapping[str, str]:
    """Give name of a piece -> when it was first looked at."""
    return read_note(folder, _REVEALED)


def reveal(solution: Path, folder: Path, wanted: str, *, now: str) -> Solved:
    """Give one piece of the solution, and remember in the blank folder that it was looked at.

    Args:
        solution: the finished folder.
        folder: the blank one.
        wanted: name of a function, the last part of a method's, or the place in the paper that the piece names.
        now: ISO 8601 UTC.

    Raises:
        NothingFound: no piece is called so; near names are said.
        LabUnusable: the folder cannot be written.
    """
    found = solved(solution, folder)
    one = _chosen(found, wanted)
    if not one.revealed:
        one = one._replace(revealed=now)
        write_note(folder, _REVEALED, {**revealed(folder), one.name: now})
    return one


def _chosen(found: Sequence[Solved], wanted: str) -> Solved:
    asked = wanted.casefold().strip()
    called = [(one.name, one.name.rpartition(".")[2], one.place) for one in found]
    for column in zip(*called, strict=True):
        same = [one for one, word in zip(found, column, strict=True) if word.casefold() == asked]
        if len(same) == 1:
            return same[0]
    names = [one.name for one in found]
    near = difflib.get_close_matches(wanted, names, n=3) or names
    raise NothingFound(f"expected one piece of the solution, got {wanted[:80]!r}; there are: {', '.join(near)}")
