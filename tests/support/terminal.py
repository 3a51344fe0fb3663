"""A command on a terminal of its own: keys are pressed when the screen shows what they answer."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from types import TracebackType
from typing import Self

from tests.support.commands import Shell

STEERING = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
PATIENCE = 30.0


class Terminal:
    """Runs `paperlab WORDS` on a pseudo-terminal.

    with Terminal(shell, "triage") as screen:
        screen.wait("accept").press("a").wait("why").press("tricks\\n")
    """

    def __init__(self, shell: Shell, *words: str, rows: int = 30, columns: int = 80, **env: str) -> None:
        self.main, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        kept = {k: v for k, v in shell.env.items() if k not in ("COLUMNS", "LINES", "BROWSER", "EDITOR", "VISUAL")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "paperlab", *words], cwd=shell.lab, env=kept | {"TERM": "xterm", "NO_COLOR": "1"} | env,
            stdin=side, stdout=side, stderr=side, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  no thread of ours runs yet
        )  # fmt: skip
        os.close(side)
        self.seen, self._mark = "", 0

    def wait(self, text: str) -> Self:
        """Read until `text` comes after what was waited for before."""
        until = time.monotonic() + PATIENCE
        while (found := self.seen.find(text, self._mark)) < 0:
            more = time.monotonic() < until and self._read(until)
            assert more, f"no {text!r} in:\n{self.seen[self._mark :]}"
        self._mark = found + len(text)
        return self

    def press(self, keys: str) -> Self:
        os.write(self.main, keys.encode())
        return self

    def _read(self, until: float) -> bool:
        if not select.select([self.main], [], [], max(until - time.monotonic(), 0))[0]:
            return False
        try:
            read = os.read(self.main, 65536)
        except OSError:
            return False
        self.seen += STEERING.sub("", read.decode(errors="replace")).replace("\r\n", "\n")
        return bool(read)

    def end(self, code: int = 0) -> str:
        """Wait for the end of the command; give all that the screen showed."""
        until = time.monotonic() + PATIENCE
        while self._read(until):
            pass
        assert self.process.wait(PATIENCE) == code, self.seen
        assert "Traceback" not in self.seen
        return self.seen

    def hang_up(self) -> int:
        """Close the terminal under the command; give how it ended."""
        os.close(self.main)
        self.main = -1
        return self.process.wait(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.main >= 0:
            os.close(self.main)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
