"""Runs a notebook top to bottom in a kernel of its own, without the person's secrets."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from paperlab.errors import UsageError
from paperlab.scaffold.files import write_atomically
from paperlab.scaffold.ipynb import dumps, node, whole
from paperlab.scaffold.report import Executed

_SECRET = re.compile(r"TOKEN|KEY|SECRET|PASSWORD|PASSWD|CREDENTIAL|AUTH|COOKIE|SESSION_ID", re.IGNORECASE)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def execute(
    notebook: Path,
    *,
    out: Path,
    timeout: float,
    cwd: Path,
    on_cell: Callable[[int, int], None] | None = None,
) -> Executed:
    """Run every cell in order and write a copy with outputs; the notebook itself is not changed.

    A cell that fails ends the run: the copy holds what ran until then.

    Args:
        notebook: file to run.
        out: where the executed copy goes.
        timeout: seconds that one cell may run.
        cwd: working folder of the kernel, where model.py lies.
        on_cell: told (number of the cell, counted from 1; cells in all) before each code cell.

    Raises:
        UsageError: the file is no notebook, or one of another language.
        LabUnusable: the copy cannot be written.
    """
    book = whole(node(notebook, error=UsageError))
    language = str(book.metadata.get("kernelspec", {}).get("language") or "python")
    if language.lower() != "python":
        raise UsageError(f"{notebook}: expected a notebook of Python, got one of {language}; only Python can be run")
    _cleared(book)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="pl-") as scratch:
        error = _run(book, timeout=timeout, cwd=cwd, on_cell=on_cell, scratch=scratch)
    seconds = time.perf_counter() - started
    write_atomically(out, dumps(book))
    return Executed(path=out, seconds=seconds, error=error)


def _cleared(book: Any) -> None:
    """Take old outputs off: a cell that is skipped (empty, tagged skip-execution) would show them as this run's."""
    for cell in book.cells:
        if cell.get("cell_type") == "code":
            cell.outputs, cell.execution_count = [], None


def clean_environment(environment: Mapping[str, str], scratch: str) -> dict[str, str]:
    """Give the environment of the kernel: no name that smells of a secret, no start-up files of the person's IPython.

    >>> clean_environment({"GITHUB_TOKEN": "x", "HOME": "/h"}, "/s")["HOME"]
    '/h'
    """
    kept = {k: v for k, v in environment.items() if not _SECRET.search(k)}
    return kept | {"IPYTHONDIR": scratch, "PYTHONHASHSEED": "0", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


def _run(
    book: Any, *, timeout: float, cwd: Path, on_cell: Callable[[int, int], None] | None, scratch: str
) -> tuple[str, str, str] | None:
    """Run the cells of `book` in place; give the first error."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    current = ["", ""]

    def started(cell: Any, cell_index: int) -> None:
        current[0] = str(cell.get("id", cell_index))
        if on_cell is not None and cell.get("cell_type") == "code":
            on_cell(cell_index + 1, len(book.cells))

    # No folder of kernels: `python3` then is this interpreter, whatever the person has installed elsewhere.
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
    if os.name == "posix":  # sockets in a folder of our own: no port that another user could reach
        manager.transport, manager.connection_file = "ipc", f"{scratch}/kernel.json"
    client = NotebookClient(book, km=manager, timeout=timeout, on_cell_start=started, record_timing=False,
                            resources={"metadata": {"path": str(cwd)}})  # fmt: skip
    client.owns_km = True  # else the kernel outlives us
    try:
        # What cells print comes as messages; the kernel's own talk, such as a traceback as it is ended, is no error of ours.
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        _finish(client.async_execute(env=clean_environment(os.environ, scratch), cwd=str(cwd), **quiet))
    except CellExecutionError as error:
        return current[0], error.ename, _COLOUR.sub("", error.evalue)
    except CellTimeoutError:
        return current[0], "CellTimeoutError", f"the cell ran longer than {timeout:g} seconds"
    except DeadKernelError as error:
        return current[0], "DeadKernelError", str(error) or "the kernel died"
    return None


class _Loop(asyncio.SelectorEventLoop):
    """Leaves Ctrl-C to asyncio: nbclient's own handler ends the kernel, then stumbles over its being gone."""

    def add_signal_handler(self, *_handler: object) -> None:
        """Refuse, as in a thread, which nbclient puts up with."""
        raise RuntimeError


def _finish(work: Coroutine[Any, Any, Any]) -> None:
    """Run a coroutine in a loop that is closed afterwards; beside a running loop (Jupyter), in a thread of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        _ran(work)
        return
    with ThreadPoolExecutor(1) as pool:
        pool.submit(_ran, work).result()


def _ran(work: Coroutine[Any, Any, Any]) -> None:
    with asyncio.Runner(loop_factory=_Loop) as runner:
        runner.run(_stoppable(work))


async def _stoppable(work: Coroutine[Any, Any, Any]) -> None:
    """Await `work`; nbclient takes its being cancelled, as Ctrl-C does, for a dead kernel."""
    try:
        await work
    except Exception:
        if (task := asyncio.current_task()) and task.cancelling():
            raise asyncio.CancelledError from None
        raise
