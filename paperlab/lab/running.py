"""Notebooks executed, and the executed copies that are still true of their folder.

`.paperlab/runs/<slug>.ipynb` is the copy; `<slug>.json` beside it says of which source it is, when it ran and how long.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paperlab.errors import NothingFound, Refused, UsageError
from paperlab.lab.folders import Folder
from paperlab.lab.made import CARD

if TYPE_CHECKING:
    from paperlab.lab import Lab

NOTEBOOK = "notebook.ipynb"
LONGEST = 300
"""Characters of a failing cell's message that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of a notebook from its first cell to its last."""

    source: str
    """`source_of` the folder as it stood before the run."""
    notebook: str
    """sha256 of the executed copy."""
    at: str
    """ISO 8601 UTC."""
    seconds: float


def source_of(folder: Path) -> str:
    """Give the sha256 of what a run depends on: notebook, Python files, card, and the results that it shows."""
    whole = hashlib.sha256()
    names = [NOTEBOOK, CARD, "results.json", *(p.name for p in folder.glob("*.py"))]
    for path in sorted(folder / name for name in names):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            whole.update(f"{path.name}\0{len(data)}\0".encode() + data)
    return whole.hexdigest()


def copy_of(lab: Lab, one: Folder) -> Path:
    """Give where the executed copy lies."""
    return lab.store / "runs" / f"{one.path.name}.ipynb"


def stored(lab: Lab, one: Folder) -> Run | None:
    """Give the stored run if it is still true of the folder: source and executed copy are as they were."""
    path = copy_of(lab, one)
    try:
        run = Run(**json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
        same = run.notebook == hashlib.sha256(path.read_bytes()).hexdigest() and run.source == source_of(one.path)
    except (OSError, ValueError, TypeError):
        return None
    return run if same else None


class Meter:
    """Counts the code cells of several notebooks into one bar; two notebooks may report at once."""

    def __init__(self, found: Sequence[Folder], show: Callable[[int, int, str], None]) -> None:
        """Count the cells of each notebook, so that the bar never jumps back."""
        self._sizes = {one.path: _cells(one) for one in found}
        self._done = dict.fromkeys(self._sizes, 0)
        self._show = show
        self._lock = threading.Lock()
        self.stopped = False
        """Set when another notebook failed or the person gave up: the rest ends at its next cell."""

    def tell(self, one: Folder, cell: int) -> None:
        """Say that `cell` (counted from 1) begins; a number past the last says that the notebook is done."""
        if self.stopped:
            raise Refused(f"{one.path.name}: stopped before cell {cell}, since another notebook failed")
        size = self._sizes[one.path]
        with self._lock:
            self._done[one.path] = min(cell - 1, size)
            what = f"{one.path.name}: cell {cell} of {size}" if cell <= size else f"{one.path.name}: executed"
            self._show(sum(self._done.values()), sum(self._sizes.values()), what)

    def finish(self, one: Folder) -> None:
        """Say that all cells of a notebook ran."""
        self.tell(one, self._sizes[one.path] + 1)


def _cells(one: Folder) -> int:
    """Count the cells of a notebook; one that cannot be read counts as one, and is refused when it is run."""
    try:
        return max(1, len(json.loads((one.path / NOTEBOOK).read_text(encoding="utf-8-sig"))["cells"]))
    except (OSError, ValueError, KeyError, TypeError):
        return 1


def execute_all(lab: Lab, found: Sequence[Folder], *, jobs: int) -> dict[Path, Run]:
    """Run notebooks, `jobs` at a time, and give the run of each folder.

    Raises:
        NothingFound: a folder has no notebook.
        Refused: a cell raised an error; notebooks that have not begun are not begun.
    """
    for one in found:
        if not (one.path / NOTEBOOK).is_file():
            words = f"expected {one.path / NOTEBOOK}, found none; `paperlab implement {one.card.slug}` writes it"
            raise NothingFound(words)
    meter = Meter(found, lab.progress)
    if min(jobs, len(found)) <= 1:
        return {one.path: _execute(lab, one, meter) for one in found}
    with ThreadPoolExecutor(jobs) as pool:
        waiting = {one.path: pool.submit(_execute, lab, one, meter) for one in found}
        try:
            done, _ = wait(waiting.values(), return_when=FIRST_EXCEPTION)
            for each in waiting.values():
                if each in done:
                    each.result()
        except BaseException:
            meter.stopped = True
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return {path: each.result() for path, each in waiting.items()}


def jobs_here() -> int:
    """Give how many notebooks run at once: two, since each holds a torch of its own; one on a single core."""
    return min(2, os.cpu_count() or 1)


def _execute(lab: Lab, one: Folder, meter: Meter) -> Run:
    """Run one notebook and remember of which source the copy is.

    The note is taken away first: a kill in between leaves a copy that nobody trusts.
    """
    from paperlab.scaffold import execute
    from paperlab.scaffold.files import write_atomically

    source, begin, out = source_of(one.path), time.perf_counter(), copy_of(lab, one)
    note = out.with_suffix(".json")
    note.unlink(missing_ok=True)
    done = execute(
        one.path / NOTEBOOK,
        out=out,
        timeout=lab.settings.number("publish.timeout"),
        cwd=one.path,
        on_cell=lambda cell, _cells: meter.tell(one, cell),
    )
    if done.error:
        raise Refused(failure(one, done.error))
    meter.finish(one)
    run = Run(
        source=source,
        notebook=hashlib.sha256(done.path.read_bytes()).hexdigest(),
        at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        seconds=time.perf_counter() - begin,
    )
    write_atomically(note, (json.dumps(asdict(run)) + "\n").encode())
    return run


def failure(one: Folder, error: tuple[str, str, str]) -> str:
    """Say in one line which cell failed, and with what."""
    cell, name, message = error
    words = " ".join(message.split())
    words = words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
    said = f"{name}: {words}" if words else name
    return f"{one.path.name}/{NOTEBOOK}, {_where(one, cell)}: {said}; mend the cell, then publish again"


def _where(one: Folder, cell: str) -> str:
    """Say which cell has an id: Jupyter shows no ids, so its number too."""
    try:
        cells = json.loads((one.path / NOTEBOOK).read_text(encoding="utf-8-sig"))["cells"]
        return f"cell {[found.get('id') for found in cells].index(cell) + 1} ({cell})"
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return f"cell {cell}"


def read_copy(lab: Lab, one: Folder) -> dict[str, Any]:
    """Read the executed copy.

    Raises:
        UsageError: it was changed into something that is no JSON.
    """
    path = copy_of(lab, one)
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: expected an executed notebook, got: {error}; publish again") from error
    return found
