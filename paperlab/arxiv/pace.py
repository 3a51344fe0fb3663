"""When arXiv may be asked: one request per delay over all paperlab processes of the user, one at a time.

Source: info.arxiv.org/help/api/tou (one request every three seconds, a single connection, over all machines).
The time of the last request and 'blocked until' live in one small file beside a lock, so that they
outlast the process; a crash, a clock that is set back or a torn file costs at most one delay.
"""

from __future__ import annotations

import contextlib
import json
import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.errors import LabUnusable, Throttled

if TYPE_CHECKING:
    from filelock import FileLock

PATIENCE_SECONDS = 10.0
"""The longest that one question waits for a block to pass; a person sits in front."""
LONGEST_BLOCK_SECONDS = 3600.0
"""A Retry-After beyond an hour is cut to an hour: then one request finds out again."""
BACKOFF_DELAYS = (1, 2, 20, 40, 80, 160, 320)
"""Waits after the first, second ... throttling in a row, in delays: 3 s, 6 s, 1 min ... for arXiv itself."""

_FILE, _LOCK = "arxiv.json", "arxiv.lock"


@dataclass(frozen=True, slots=True)
class Ledger:
    """What outlasts a process; times are seconds since the epoch."""

    last: float = 0.0
    blocked_at: float = 0.0
    blocked_until: float = 0.0
    strikes: int = 0
    """Throttlings in a row."""

    def block_left(self, now: float) -> float:
        """Give the seconds until arXiv may be asked, 0 where nothing blocks.

        A block that begins in the future was written before the clock was set back: it does not count.
        """
        longest = self.blocked_at + LONGEST_BLOCK_SECONDS
        return max(0.0, min(self.blocked_until, longest) - now) if self.blocked_at <= now else 0.0

    def pause_left(self, now: float, delay: float) -> float:
        """Give the seconds until the next request keeps its distance from the last one."""
        return min(delay, max(0.0, self.last + delay - now))


class Pace:
    """The turns of this process among all others."""

    def __init__(
        self, state: Path, delay: float, *, talk: Callable[[str], None] | None = None, lock_seconds: float = 180.0
    ) -> None:
        """Take turns through files in `state`, `delay` seconds apart, waiting at most `lock_seconds` for others."""
        self.state, self.delay, self.talk, self.lock_seconds = state, delay, talk, lock_seconds

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the only connection to arXiv; the request may start at once.

        Raises:
            Throttled: arXiv said "later", and later is more than PATIENCE_SECONDS away.
            LabUnusable: the state folder cannot be written.
        """
        lock = self._lock()
        try:
            self._wait()
            self._write(replace(self.read(), last=time.time()))
            try:
                yield
            finally:
                # Counted from the end too, so that a slow answer is not followed at once by the next question.
                self._write(replace(self.read(), last=time.time()))
        finally:
            lock.release()

    def hop(self) -> None:
        """Keep the distance within a turn too, between a redirect and where it leads."""
        time.sleep(self.delay)
        self._write(replace(self.read(), last=time.time()))

    def read(self) -> Ledger:
        """Give what the file says; a torn or strange file counts as 'asked just now'."""
        return _read(self.state, missing=Ledger(), broken=Ledger(last=time.time()))

    def block(self, seconds: float | None) -> float:
        """Note that arXiv said "later", inside a turn.

        Args:
            seconds: what Retry-After asked for; None where it said nothing.

        Returns:
            Seconds from now until the block ends.
        """
        now, ledger = time.time(), self.read()
        step = BACKOFF_DELAYS[min(ledger.strikes, len(BACKOFF_DELAYS) - 1)]
        jitter = random.uniform(1.0, 1.1)  # noqa: S311 - spreads clients in time, guards no secret
        wait = min(step * self.delay * jitter if seconds is None else seconds, LONGEST_BLOCK_SECONDS)
        self._write(replace(ledger, blocked_at=now, blocked_until=now + wait, strikes=ledger.strikes + 1))
        return wait

    def forbid(self) -> None:
        """Note a 403: going on after it counts as an attack, so the next wait is a long one."""
        self._write(replace(self.read(), strikes=max(self.read().strikes, 2)))
        self.block(None)

    def clear(self) -> None:
        """Note an answer, inside a turn: the row of throttlings is over."""
        if self.read().strikes:
            self._write(Ledger(last=self.read().last))

    def throttled(self) -> Throttled:
        """Give the error that says when paperlab will ask again."""
        until = next_request_at(self.state) or iso(time.time())
        return Throttled(
            f"arXiv is throttling: it asked to come back later; paperlab asks again from {until} on, try then",
            until=until,
        )

    def _wait(self) -> None:
        block = self.read().block_left(time.time())
        if block > PATIENCE_SECONDS:
            raise self.throttled()
        if block > 0.5 and self.talk:
            self.talk(f"arXiv asked to wait; going on in {block:.0f} s")
        time.sleep(max(block, self.read().pause_left(time.time(), self.delay)))

    def _lock(self) -> FileLock:
        import filelock

        try:
            self.state.mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(self.state / _LOCK, poll_interval=0.02)
            with contextlib.suppress(filelock.Timeout):
                lock.acquire(timeout=1.0)
                return lock
            if self.talk:
                self.talk("waiting for another paperlab that is asking arXiv")
            lock.acquire(timeout=self.lock_seconds)
        except filelock.Timeout as error:
            until = iso(time.time() + self.delay)
            raise Throttled(
                f"another paperlab has been asking arXiv for {self.lock_seconds:.0f} s; wait for it, then try again",
                until=until,
            ) from error
        except OSError as error:
            raise _unwritable(self.state, error) from error
        return lock

    def _write(self, ledger: Ledger) -> None:
        temporary = self.state / f"{_FILE}.new"  # one name is enough: only the holder of the lock writes
        try:
            temporary.write_text(json.dumps(asdict(ledger)), encoding="utf-8")
            temporary.replace(self.state / _FILE)
        except OSError as error:
            raise _unwritable(self.state, error) from error


def next_request_at(state: Path) -> str | None:
    """Give when arXiv may next be asked, ISO 8601 UTC, as `blocked until` says; None where nothing blocks."""
    now = time.time()
    left = _read(state, missing=Ledger(), broken=Ledger()).block_left(now)
    return iso(now + left) if left else None


def iso(seconds: float) -> str:
    """Give a time as ISO 8601 UTC, rounded up to the second.

    >>> iso(0.2)
    '1970-01-01T00:00:01Z'
    """
    return datetime.fromtimestamp(math.ceil(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(state: Path, *, missing: Ledger, broken: Ledger) -> Ledger:
    try:
        data = json.loads((state / _FILE).read_bytes())
        last, blocked_at, blocked_until = (float(data[key]) for key in ("last", "blocked_at", "blocked_until"))
        ledger = Ledger(last, blocked_at, blocked_until, int(data["strikes"]))
    except FileNotFoundError:
        return missing
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return broken
    sane = all(map(math.isfinite, (ledger.last, ledger.blocked_at, ledger.blocked_until))) and ledger.strikes >= 0
    return ledger if sane else broken


def _unwritable(state: Path, error: OSError) -> LabUnusable:
    return LabUnusable(
        f"expected to write {state / _FILE}, where paperlab keeps when arXiv may be asked, got: "
        f"{error.strerror or error}; free the folder or set PAPERLAB_STATE_DIR to one that can be written"
    )
