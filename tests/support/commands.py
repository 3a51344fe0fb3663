"""The command line as a person runs it: each command is a process of its own, in a lab of its own.

A test that wants it as a fixture writes `from tests.support.commands import shell` (and `arxiv_server` beside it).
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import pytest

from paperlab.lab import Lab
from paperlab.records.queue import Entry
from tests.support.arxiv_server import ArxivServer

ROOT = Path(__file__).parents[2]
Done = subprocess.CompletedProcess[str]


@cache
def new_lab() -> dict[str, bytes | None]:
    """Give what a new lab is made of, folders as None: made once, for each `Shell` starts with one."""
    with TemporaryDirectory() as folder:
        root = Lab.create(Path(folder) / "lab").root
        return {
            p.relative_to(root).as_posix(): p.read_bytes() if p.is_file() else None for p in sorted(root.rglob("*"))
        }


class Shell:
    """Runs paperlab in `lab`, with settings and state of its own, against one server."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.lab = folder, folder / "lab"
        self.state = folder / "state"
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("PAPERLAB_")} | {
            "PYTHONPATH": str(ROOT),
            "PAPERLAB_ARXIV_MIRROR": url,
            "PAPERLAB_ARXIV_DELAY": "0",
            "PAPERLAB_ARXIV_TIMEOUT": "20",
            "PAPERLAB_STATE_DIR": str(self.state),
            "PAPERLAB_CONFIG_DIR": str(folder / "config"),
            "OMP_NUM_THREADS": "1",
        }
        self.lab.mkdir(parents=True)
        for name, content in new_lab().items():
            (self.lab / name).mkdir() if content is None else (self.lab / name).write_bytes(content)

    def start(
        self, *words: str, cwd: Path | None = None, prefix: Sequence[str] = (), **env: str
    ) -> subprocess.Popen[str]:
        """Begin a command; variables are named without PAPERLAB_."""
        said = {f"PAPERLAB_{name}": value for name, value in env.items()}
        return subprocess.Popen(
            [*prefix, sys.executable, "-m", "paperlab", *words], cwd=cwd or self.lab, env=self.env | said, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def __call__(self, *words: str, code: int = 0, input: str = "", faults: int = 1, **more: Any) -> Done:
        """Run a command to its end; it must end with `code`, and tell each of its `faults` in one line."""
        with self.start(*words, **more) as process:
            out, err = process.communicate(input, timeout=100)
        done = Done(words, process.returncode, out, err)
        told(done, code, faults=faults)
        return done

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self(*words, "--json", code=code).stdout)

    def listed(self) -> dict[str, Entry]:
        """Give the list by id, read in this process: cheaper than a command."""
        return {entry.id: entry for entry in Lab(self.lab).entries()}

    def whole(self) -> bool:
        """Tell whether SQLite finds no fault in the list."""
        with closing(sqlite3.connect(self.lab / "reading_list.db")) as connection:
            return [row[0] for row in connection.execute("PRAGMA integrity_check")] == ["ok"]


def tiny(lab: Path, slug: str = "tiny", *, shown: object = 1) -> Path:
    """Write an implementation that is published fast: one claim that nobody tested, one cell."""
    folder = lab / "implementations" / slug
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "paper.toml").write_text(
        f'slug = "{slug}"\ntitle = "Tiny"\n\n[[claims]]\nid = "one"\nplace = "Table 1"\n', encoding="utf-8"
    )
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(f"print({shown!r})", id="only")])
    (folder / "notebook.ipynb").write_text(nbformat.writes(book), encoding="utf-8")
    return folder


def told(done: Done, code: int, *, faults: int = 1) -> None:
    """Hold what every command promises: its exit code, no traceback, one line for each thing that went wrong."""
    assert done.returncode == code, f"{done.args}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    assert "a bug of ours" not in done.stderr
    if code > 1:
        assert sum(line.startswith("paperlab: ") for line in done.stderr.splitlines()) == faults, done.stderr


def tree(folder: Path) -> dict[str, bytes]:
    """Give every file below a folder with its content; a link is its target."""
    return {
        path.relative_to(folder).as_posix(): os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


@pytest.fixture
def shell(tmp_path: Path, arxiv_server: ArxivServer) -> Shell:
    """Give a fresh lab, whose every question to arXiv goes to the stand-in."""
    return Shell(tmp_path, arxiv_server.url)
