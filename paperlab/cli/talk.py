"""What the options of the top said, and where words for the person go."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from paperlab.errors import NoLab

if TYPE_CHECKING:
    from paperlab.lab import Lab
    from paperlab.settings import Value


_WIPE = "\r\033[K"
"""Takes the line of a terminal away."""
_BAR: list[str] = []
"""What the bar that stands on the terminal shows; empty where none does."""


class Pace:
    """How fast something goes, by the numbers that it tells: from its first number on, until it ends or begins anew."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing known."""
        self._clock, self._first, self._last, self._began = clock, 0, sys.maxsize, 0.0

    def left(self, done: int, total: int) -> str:
        """Give words for the time that is left; empty within the first second, and where all is done."""
        now = self._clock()
        if done < self._last:
            self._first, self._began = done, now
        self._last = sys.maxsize if done >= total else done
        seconds, made = now - self._began, done - self._first
        return "" if seconds < 1 or made < 1 or done >= total else span(seconds / made * (total - done))


def span(seconds: float) -> str:
    """Give a length of time as nobody would measure it more exactly.

    >>> span(0.2), span(48), span(200), span(9000)
    ('1 s', '48 s', '3 min', '2.5 h')
    """
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.2g} h"


_PACE = Pace()


class Context(NamedTuple):
    """Options of the top. loudness: -1 quiet, 0 plain, 1 and more verbose."""

    lab: str | None
    loudness: int

    def open(self, **flags: Value | None) -> Lab:
        """Find the lab; `flags` are settings that the command line said, None where it did not."""
        from paperlab.lab import Lab
        from paperlab.lab.root import expanded

        said = {name.replace("__", "."): value for name, value in flags.items() if value is not None}
        lab = Lab.nearest(named=None if self.lab is None else expanded(self.lab), flags=said)
        lab.talk, lab.progress = self.say, self.progress
        return lab

    def open_or_none(self) -> Lab | None:
        """Find the lab, or give None where none was named and there is none here or above."""
        try:
            return self.open()
        except NoLab:
            if self.lab is not None or os.environ.get("PAPERLAB_HOME"):
                raise
            return None

    def say(self, line: str, *, level: int = 0) -> None:
        """Tell the person something on stderr, if they want to hear that much.

        What an implementation printed may stand in it: like every text from outside, it must not steer the terminal.
        """
        if self.loudness >= level:
            from paperlab.cli.output import plain, wrapped

            with suppress(OSError):  # talk that nobody can hear must not stop the work
                if _BAR:
                    sys.stderr.write(_WIPE)
                    _BAR.clear()
                lines = (wrapped(plain(part), sys.stderr) for part in line.split("\n"))
                print("\n".join(lines), file=sys.stderr, flush=True)  # noqa: T201 - the command line's own voice

    @property
    def asks(self) -> bool:
        """Whether there is somebody at a terminal who can be asked."""
        return sys.stdin.isatty() and sys.stdout.isatty()

    def progress(self, done: int, total: int, what: str) -> None:
        """Draw a bar on a terminal, at most one line; say nothing elsewhere unless asked."""
        if self.loudness < 0:
            return
        left = _PACE.left(done, total)
        told = f"{done}/{total}, {left} left: {what[:40]}" if left else f"{done}/{total} {what[:40]}"
        if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
            self.say(told, level=1)
            return
        import shutil

        width = 24
        full = width * done // total if total else width
        bar = "#" * full + "." * (width - full)
        end = _WIPE if done >= total else ""
        _BAR[:] = [] if end else [what]
        room = shutil.get_terminal_size().columns - 1  # a line that wraps is not taken away by the next one
        sys.stderr.write(f"{_WIPE}{f'[{bar}] {told}'[:room]}{end}")
        sys.stderr.flush()
