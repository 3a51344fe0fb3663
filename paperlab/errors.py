"""The errors that paperlab raises, and the exit code that each one ends with.

    PaperlabError
    ├── NothingFound     1   an answer that is empty: no such entry, no such paper
    ├── VerdictFailed    1   `--strict` and a claim that did not hold
    ├── UsageError       2   the words of the command, or a file that a person wrote
    │   ├── BadId            not an arXiv identifier
    │   └── NoLab            no lab here or above
    ├── NetworkError     3   arXiv, or another server, did not give what was asked
    │   ├── Throttled        it said "later"; `until` says when
    │   ├── Offline          the network is switched off by a setting
    │   └── BadAnswer        it answered with something that cannot be read
    ├── Refused          4   paperlab will not do this
    │   ├── Unsafe           an archive, notebook or page that would reach outside its folder
    │   ├── Leak             a secret in something about to be published
    │   ├── Conflict         two things claim one place
    │   └── LabUnusable      read-only, full, corrupt, or made by a newer paperlab
    └── Bug              5   our own mistake

Each message is one line: what was expected, what came, where, and what to do next.
Rooms raise; only `cli` turns an error into a line on stderr and an exit code.
"""

from __future__ import annotations


class PaperlabError(Exception):
    """Base of every error that paperlab raises on purpose."""

    exit_code = 5

    def __init__(self, message: str, **context: object) -> None:
        """Keep `message` (one line) and `context` (address, try, cell ...) as attributes."""
        super().__init__(message)
        self.message = message
        self.context = context

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with context, since errors cross process borders in the harness."""
        return _rebuild, (type(self), self.message, self.context)


def _rebuild(kind: type[PaperlabError], message: str, context: dict[str, object]) -> PaperlabError:
    return kind(message, **context)


class NothingFound(PaperlabError):
    """The question was fine and the answer is empty."""

    exit_code = 1


class VerdictFailed(PaperlabError):
    """Under `--strict`, at least one claim did not hold."""

    exit_code = 1


class UsageError(PaperlabError):
    """The command's words, or a file that a person wrote, cannot be read."""

    exit_code = 2


class BadId(UsageError):
    """The text is not an arXiv identifier in any form that paperlab knows."""


class NoLab(UsageError):
    """No reading_list.db in this folder or above."""


class NetworkError(PaperlabError):
    """A server did not give what was asked."""

    exit_code = 3


class Throttled(NetworkError):
    """The server said "later". `context["until"]` is ISO 8601 UTC, when paperlab will ask again."""


class Offline(NetworkError):
    """The network is switched off by `offline = true` or PAPERLAB_OFFLINE."""


class BadAnswer(NetworkError):
    """The server answered with something that cannot be read, or with less than it announced."""


class Refused(PaperlabError):
    """paperlab understood, and will not do it."""

    exit_code = 4


class Unsafe(Refused):
    """An archive, notebook or page that would reach outside its folder or past a limit."""


class Leak(Refused):
    """A secret in something that is about to be published."""


class Conflict(Refused):
    """Two things claim one place: a slug that is taken, a file that changed underneath."""


class LabUnusable(Refused):
    """The lab is read-only, its disk is full, its file is corrupt, or a newer paperlab made it."""


class Bug(PaperlabError):
    """Our own mistake; the command line adds the address where to report it."""

    exit_code = 5
