r"""Numbers of the rows of `IEEEeqnarray`, which its own commands change: `\IEEEyesnumber`, `\IEEEyessubnumber*` and their kin."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from paperlab.extract.counters import Counters

_SUB = "IEEEsubequation"
_COMMAND = re.compile(
    r"\\(?P<name>IEEE(?:yes|no)subnumber|IEEEyesnumber|IEEEnonumber|nonumber|notag)(?![A-Za-z])(?P<star>\*?)"
)


@dataclass(slots=True)
class _Rows:
    """The state between two rows. The class counts ahead of a row, and takes it back where the row turns out to be another."""

    counters: Counters
    keeps: bool
    """Each row has a number."""
    keeps_sub: bool = False
    """Each row is a part, `1a`."""
    shows: bool = False
    ahead: bool = False
    sub_ahead: bool = False
    former_sub: int = 0

    @property
    def sub(self) -> int:
        return self.counters.values.get(_SUB, 0)

    def advance(self) -> None:
        """Count the next formula ahead."""
        self.former_sub = self.sub
        self.counters.step("equation")
        self.ahead = True

    def back(self) -> None:
        """Take back the formula that was counted ahead."""
        self.counters.set("equation", self.counters.values["equation"] - 1)
        self.counters.set(_SUB, self.former_sub)

    def do(self, name: str, *, star: bool) -> None:
        """Do one command."""
        if name in ("IEEEnonumber", "nonumber", "notag"):
            self.keeps, self.keeps_sub = (False, False) if star else (self.keeps, self.keeps_sub)
            self.shows = False
        elif name == "IEEEyesnumber":
            self.keeps, self.keeps_sub = (True, False) if star else (self.keeps, self.keeps_sub)
            self._whole()
            self.shows = True
        elif name == "IEEEyessubnumber":
            self.keeps_sub = self.keeps_sub or star
            self._part()
        elif name == "IEEEnosubnumber":
            self.keeps_sub = self.keeps_sub and not star
            if self.shows:
                self._whole()

    def _whole(self) -> None:
        if self.sub:
            self.counters.step("equation")
        self.ahead = self.sub_ahead = False

    def _part(self) -> None:
        if not self.sub and self.ahead:
            self.back()
            self.counters.set(_SUB, self.sub + 1)
        elif not self.sub:
            self.counters.set(_SUB, 1)
        self.ahead = self.sub_ahead = False
        self.shows = True

    def end(self) -> str | None:
        """Give the number of the row, and count the next one ahead."""
        number = None
        if self.shows:
            number = self.counters.printed(_SUB if self.sub else "equation")
            self.ahead = self.sub_ahead = False
            if self.keeps_sub:
                self.counters.step(_SUB)
                self.sub_ahead = True
            else:
                self.advance()
        self.shows = self.keeps or self.keeps_sub
        return number

    def close(self) -> None:
        """Take back what was counted for a row that never came."""
        if self.sub_ahead:
            self.counters.set(_SUB, self.sub - 1)
        if self.ahead:
            self.back()


def numbers(rows: Iterable[str], counters: Counters, *, starred: bool) -> list[str | None]:
    r"""Give the number that is printed beside each row. Source: IEEEtran.cls 1.8b, `\IEEEyesnumber` and behind.

    Args:
        rows: each row's expanded TeX.
        counters: of the document; changed.
        starred: rows have no number unless a command says so.
    """
    counters.parents.setdefault(_SUB, "equation")
    counters.formats.setdefault(_SUB, rf"\theequation\alph{{{_SUB}}}")
    state = _Rows(counters, keeps=not starred, shows=not starred)
    state.advance()
    found: list[str | None] = []
    for row in rows:
        for command in _COMMAND.finditer(row):
            state.do(command["name"], star=bool(command["star"]))
        found.append(state.end())
    state.close()
    return found
