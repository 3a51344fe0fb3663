"""Records read and made ready for the index, in two processes of their own where there are many.

To read takes longer than to write: two readers keep two cores busy beside a writer that waits for the disk. A helper is
this module, started by name: it ends when its pipe does, so that a killed import leaves nobody behind.
"""

from __future__ import annotations

import gc
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from paperlab.errors import Bug, UsageError
from paperlab.records.paper import PaperRecord

if TYPE_CHECKING:
    from paperlab.arxiv.bulk import Piece

_ROOT = str(Path(__file__).parents[2])
_START = "import sys; sys.path.insert(0, sys.argv[1]); from paperlab.lab.preparing import serve; serve()"

HELPERS = 2
_Helper = tuple[IO[bytes], IO[bytes]]
"""What goes to it, and what comes back."""
Ready = tuple[list[Any], list[str], list[str]]
"""Rows, ids of deleted papers, and why other items could not be read."""
Prepare = Callable[["Iterator[Piece]"], Iterator[tuple["Piece", list[Any], list[str], list[str]]]]


def read(kind: str, items: Sequence[bytes]) -> Iterator[PaperRecord | str | UsageError]:
    """Read items of a source; see `paperlab.arxiv.dump`."""
    from paperlab.arxiv.dump import read_items

    return read_items(kind, items)


class _Here:
    """Prepares items in this process."""

    def __init__(self, common: Mapping[str, int]) -> None:
        from paperlab.library.corpus_rows import Maker

        self._maker = Maker(common)

    def __call__(self, kind: str, items: Sequence[bytes]) -> Ready:
        found = list(read(kind, items))
        rows = self._maker.rows([item for item in found if isinstance(item, PaperRecord)])
        return rows, [i for i in found if isinstance(i, str)], [i.message for i in found if isinstance(i, UsageError)]


@contextmanager
def preparer(common: Mapping[str, int], *, alone: bool) -> Iterator[Prepare]:
    """Give what turns pieces into rows, in their order, some pieces ahead of its caller unless `alone`."""
    if alone:
        here = _Here(common)
        yield lambda pieces: ((piece, *here(piece.kind, piece.items)) for piece in pieces)
        return
    with ExitStack() as stack:
        helpers = [stack.enter_context(_started(common)) for _ in range(HELPERS)]
        yield lambda pieces: _ahead(pieces, helpers)


@contextmanager
def _started(common: Mapping[str, int]) -> Iterator[_Helper]:
    command = [sys.executable, "-P", "-c", _START, _ROOT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        if process.stdin is None or process.stdout is None:  # pragma: no cover - both were asked for
            raise Bug("a process without the pipes that it was started with")
        try:
            _send(process.stdin, dict(common))
            yield process.stdin, process.stdout
        finally:
            process.kill()


def _ahead(
    pieces: Iterator[Piece], helpers: Sequence[_Helper]
) -> Iterator[tuple[Piece, list[Any], list[str], list[str]]]:
    waiting: deque[tuple[Piece, _Helper]] = deque()
    for piece in pieces:
        done = None
        to, back = helper = helpers[len(waiting)] if len(waiting) < len(helpers) else waiting[0][1]
        if len(waiting) == len(helpers):  # only then: both ends of a pipe writing at once would wait for ever
            done = (waiting.popleft()[0], *_received(back))
        _send(to, (piece.kind, piece.items))
        waiting.append((piece, helper))
        if done:
            yield done
    for piece, (_, back) in waiting:
        yield (piece, *_received(back))


def _send(to: IO[bytes], what: object) -> None:
    pickle.dump(what, to, protocol=5)
    to.flush()


def _received(back: IO[bytes]) -> Ready:
    try:
        ready: Ready = pickle.load(back)  # noqa: S301 - our own process, over a pipe that nobody else holds
    except EOFError as error:
        raise Bug("the process that reads the records ended early; what was imported so far is kept") from error
    return ready


def serve() -> None:
    """Be the helper: take pieces on stdin and give rows on stdout until there are no more."""
    gc.disable()  # no row is garbage, and to look for some takes a tenth of the time
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who started it
    here = _Here(pickle.load(sys.stdin.buffer))  # noqa: S301 - as above
    while True:
        try:
            kind, items = pickle.load(sys.stdin.buffer)  # noqa: S301
        except EOFError:
            return
        _send(sys.stdout.buffer, here(kind, items))
