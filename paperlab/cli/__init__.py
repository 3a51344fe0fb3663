"""The command line: words in, a line on stderr and an exit code out; no logic."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    raise SystemExit("not yet")
