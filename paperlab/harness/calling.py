"""Whether what an arm or a check does runs anything of the folder's model.py: what never calls it shows nothing of the paper.

The trace is told of calls of Python functions alone, and takes itself away at the first one of model.py, so that an
honest arm is slowed down until then and no longer. A function that TorchScript compiled is not seen.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import BuiltinFunctionType, FrameType, FunctionType
from typing import Any

NOTE = "model.py"
"""Key of a row's note; it is there only where nothing of model.py ran."""
NEVER = "never called"


class Calls:
    """What was seen of model.py while something else ran."""

    def __init__(self, folder: str, given: object) -> None:
        """Say what to look for.

        Args:
            folder: an implementation folder; empty for code that lies in none, of which nothing is said.
            given: the arm or check that is going to run.
        """
        self._files = {os.path.realpath(path) for path in (Path(folder) / NOTE, *_beside(folder))}
        self._codes: set[int] = set()
        self._before = (sys.gettrace(), threading.gettrace())
        self.seen = not folder or _made_there(given)

    @property
    def notes(self) -> dict[str, str]:
        """What the row of this run says of it: nothing where model.py was called."""
        return {} if self.seen else {NOTE: NEVER}

    def trace(self, frame: FrameType, _event: str, _argument: object) -> None:
        """Look at a call."""
        code = frame.f_code
        if id(code) in self._codes:
            return
        self._codes.add(id(code))
        # The lines of a module and of a class run when it is imported, whoever calls it.
        if code.co_flags & CO_OPTIMIZED and os.path.realpath(code.co_filename) in self._files:
            self.seen = True
            self.stop()

    def start(self) -> None:
        """Be told of every call from here on, in this thread and in those that it starts."""
        if not self.seen:
            threading.settrace(self.trace)
            sys.settrace(self.trace)

    def stop(self) -> None:
        """Let whoever was told of calls before be told of them again."""
        sys.settrace(self._before[0])
        threading.settrace(self._before[1])  # None takes it away


@contextmanager
def calls(folder: str, given: object) -> Iterator[Calls]:
    """Watch for calls of model.py while the body runs.

    Args:
        folder: an implementation folder; empty for code that lies in none, of which nothing is said.
        given: the arm or check that the body runs.
    """
    watch = Calls(folder, given)
    watch.start()
    try:
        yield watch
    finally:
        watch.stop()


def _beside(folder: str) -> Iterator[Path]:
    """Give the folder's other files whose functions model.py took over: what they do, it does."""
    names = {getattr(value, "__module__", None) for value in _model().values()}
    for name in names - {None, "cases", "model"}:
        file = getattr(sys.modules.get(str(name)), "__file__", None)
        if file and Path(file).resolve().is_relative_to(Path(folder).resolve()):
            yield Path(file)


def _made_there(given: object) -> bool:
    """Tell whether an arm is an object that model.py made at import, such as a partial, or a method of one."""
    made = [v for v in _model().values() if not isinstance(v, type | FunctionType | BuiltinFunctionType)]
    return any(value is given or value is getattr(given, "__self__", made) for value in made)


def _model() -> dict[str, Any]:
    return vars(sys.modules["model"]) if "model" in sys.modules else {}
