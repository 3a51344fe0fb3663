"""Single keys and short lines from a terminal: what is typed ahead is kept for the question that comes next."""

from __future__ import annotations

import codecs
import os
import select
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from paperlab.cli.output import plain
from paperlab.errors import UsageError

try:
    import termios
    import tty
except ImportError as error:
    raise UsageError(
        "expected a terminal of Linux or macOS, where single keys can be read; Windows has none: `list --state inbox` "
        "shows what triage would, `review --json` what is due, and each act is a command of its own"
    ) from error

ESCAPE = "\033"
ENTER = ("\n", "\r")
_ERASE = ("\x7f", "\b")
_KILL = "\x15"
_END = "\x04"
_LOOK_SECONDS = 0.2


class Keys:
    """Keys of a terminal, one after the other; inside `with keys.raw():` they come without Enter and without echo."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    @contextmanager
    def raw(self) -> Iterator[None]:
        """Take keys as they are pressed; Ctrl-C still interrupts, and the terminal is put back at the end."""
        fd = sys.stdin.fileno()
        before = termios.tcgetattr(fd)
        try:
            tty.setcbreak(fd, termios.TCSADRAIN)  # what was typed already is not thrown away
            yield
        finally:
            termios.tcsetattr(fd, termios.TCSADRAIN, before)

    def key(self) -> str:
        """Give the next key; an arrow or function key is one key, its whole sequence.

        Raises:
            EOFError: the terminal is gone, or Ctrl-D.
        """
        while not self._waiting:
            self._read()
        key = self._waiting.popleft()
        if key == _END:
            raise EOFError
        if key == ESCAPE and self._waiting and self._waiting[0] in "[O":
            key += self._waiting.popleft()
            while self._waiting and not key[-1].isalpha() | (key[-1] == "~"):
                key += self._waiting.popleft()
        return key

    def _read(self) -> None:
        fd = sys.stdin.fileno()
        # A Ctrl-C that comes between Python's last look at signals and the read would wait for the next key.
        while not select.select([fd], [], [], _LOOK_SECONDS)[0]:
            pass
        try:
            read = os.read(fd, 1024)
        except OSError as error:  # a terminal that was closed
            raise EOFError from error
        if not read:
            raise EOFError
        self._waiting.extend(self._decoder.decode(read))

    def line(self, question: str) -> str | None:
        """Ask for a line; None where Escape takes the question back.

        Raises:
            EOFError: the terminal is gone, or Ctrl-D.
        """
        text = ""
        while True:
            sys.stdout.write(f"\r\033[K{question}: {plain(text)}")
            sys.stdout.flush()
            key = self.key()
            if key in ENTER or key == ESCAPE:
                sys.stdout.write("\n")
                return None if key == ESCAPE else text.strip()
            text = _typed(text, key)


def _typed(text: str, key: str) -> str:
    """Give a line after one more key."""
    if key in _ERASE:
        return text[:-1]
    if key == _KILL:
        return ""
    return text if key.startswith(ESCAPE) or not key.isprintable() else text + key
