"""The expanded text of a paper, and where each part of it was written."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from paperlab.extract.source import Files
from paperlab.extract.tokens import Token
from paperlab.records.extracted import Problem


@dataclass(slots=True)
class Frame:
    """Something that is being read: a file (`text`) or tokens."""

    text: str = ""
    name: str = ""
    base: int = 0
    index: int = 0
    tokens: list[Token] | None = None
    is_file: bool = False
    ahead: bool = False
    """Tokens of a file that a macro's call looked at and put back."""
    restore: tuple[bool, bool] | None = None
    """(quiet, internal) to set again at its end."""
    imported: str | None = None
    r"""Where `\input` looked first before this file, to be set again at its end."""


@dataclass(slots=True)
class Expanded:
    """The expanded text, and where each part of it stood."""

    text: str
    files: Files
    starts: list[int]
    places: list[int]
    runs: list[bool]
    """Whether the part was copied from its place, so that places inside it count on."""
    problems: list[Problem]
    document_class: str = ""
    late: bool = False
    packages: frozenset[str] = frozenset()

    def place(self, at: int) -> int:
        """Give the place in the files of the character `at` of the text."""
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return 0
        return self.places[index] + (at - self.starts[index] if self.runs[index] else 0)

    def source(self, start: int, end: int) -> str:
        """Give what was written for a part of the text."""
        return self.files.between(self.place(start), self.place(end))
