"""`python -m paperlab`, and the command `paperlab`."""

from __future__ import annotations

import gc
import os
import sys

WAITED_FOR = ("tempfile", "multiprocessing", "concurrent.futures", "logging")
"""Who loaded one of these may have left something to be tidied when Python ends."""


def main() -> None:
    """Run the command line; Ctrl-C while it is still loading ends it as quietly as later."""
    gc.disable()  # what is loaded stays loaded: to look for garbage among it takes a twentieth of the start
    try:
        from paperlab.cli import main as run
    except KeyboardInterrupt:
        sys.exit(130)  # 128 + SIGINT, as a shell would say
    gc.freeze()  # and nor is it looked at later: a collection in the middle of `done` took a thirtieth of it
    gc.enable()
    try:
        run()
    except SystemExit as end:
        _leave(end)


def _leave(end: SystemExit) -> None:
    """End at once where nothing is left to be tidied: taking ten thousand rows apart takes a tenth of `list`."""
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            stream.flush()
        except OSError:  # told already, with its exit code; what the stream still holds would fail again
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
    if isinstance(end.code, int) and not any(name in sys.modules for name in WAITED_FOR):
        os._exit(end.code)
    raise end


if __name__ == "__main__":
    main()
