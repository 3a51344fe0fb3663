"""A walk over a list beside a model of it, with undo and redo: what every such test has in common."""

import copy
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from paperlab.errors import NothingFound
from paperlab.library import Library


class Walk(RuleBasedStateMachine):
    """`model` holds what the list should be; `past` and `future` hold copies of it, a command each."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.time = 0
        self.library = Library.create(self.folder / "reading_list.db", clock=self.clock)
        self.model = model
        self.past: list[Any] = []
        self.future: list[Any] = []

    def clock(self) -> str:
        self.time += 1
        return f"2026-01-01T{self.time // 3600:02d}:{self.time // 60 % 60:02d}:{self.time % 60:02d}Z"

    def listed(self) -> dict[str, dict[str, Any]]:
        """The list as the model holds it."""
        raise NotImplementedError("a walk says what it looks at")

    def expected(self) -> dict[str, dict[str, Any]]:
        """What `listed` should give."""
        return self.model

    def did(self, before: Any) -> None:
        """Remember what the model was before a command, where the command changed it."""
        if self.model != before:
            self.past.append(before)
            self.future.clear()

    @rule()
    def undo(self) -> None:
        self.step("undo", self.past, self.future)

    @rule()
    def redo(self) -> None:
        self.step("redo", self.future, self.past)

    def step(self, verb: str, out_of: list[Any], into: list[Any]) -> None:
        if out_of:
            getattr(self.library, verb)()
            into.append(self.model)
            self.model = out_of.pop()
        else:
            with pytest.raises(NothingFound, match=f"nothing to {verb}"):
                getattr(self.library, verb)()

    @invariant()
    def agree(self) -> None:
        assert self.listed() == self.expected()

    def teardown(self) -> None:
        """Go back to the beginning and forth again, then look whether the file is sound."""
        try:
            everything = copy.deepcopy(self.expected())
            for _ in self.past:
                self.library.undo()
            assert self.listed() == {}
            for _ in self.past:
                self.library.redo()
            assert self.listed() == everything
            check = self.library._connection.execute
            assert check("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert check("PRAGMA foreign_key_check").fetchall() == []
            check("INSERT INTO papers_fts(papers_fts, rank) VALUES ('integrity-check', 1)")
        finally:
            self.library.close()
            shutil.rmtree(self.folder)
