"""`python -m paperlab`, and the command `paperlab`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is still loading ends it as quietly as later."""
    try:
        from paperlab.cli import main as run
    except KeyboardInterrupt:
        sys.exit(130)  # 128 + SIGINT, as a shell would say
    run()


if __name__ == "__main__":
    main()
