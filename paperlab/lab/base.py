"""`Base`: the lab as a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from paperlab.lab.root import LIST, expanded, find_root, make_root
from paperlab.settings import Settings, Value, state_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from paperlab.arxiv import ArxivClient
    from paperlab.lab import Lab
    from paperlab.library import Library

    Talk = Callable[[str], None]
    """Takes one line for the person who waits."""
    Progress = Callable[[int, int, str], None]
    """Takes how much is done, of how much, and what is being done."""


def silent(_line: str) -> None:
    """Say nothing."""


def still(_done: int, _total: int, _what: str) -> None:
    """Show nothing."""


def several(words: object) -> tuple[Any, ...]:
    """Give what was named as a tuple; a text alone is one name, not as many as it has letters, and so is a number."""
    return tuple(words) if isinstance(words, Iterable) and not isinstance(words, str) else (words,)


_NAMED_MOST = 5


def command_words(verb: str, names: Sequence[str]) -> str:
    """Give the words under which `log` and `undo` name a command: all of a few names, the first of many."""
    more = [f"and {len(names) - _NAMED_MOST} more"] if len(names) > _NAMED_MOST else []
    return " ".join([verb, *names[:_NAMED_MOST], *more])


class Base:
    """What every verb needs: the folder, its settings, its list, and the one who asks arXiv.

    Attributes:
        root: the folder that holds reading_list.db.
        settings: see `paperlab.settings`.
    """

    def __init__(
        self, root: Path | str | None = None, *, flags: Mapping[str, Value] | None = None, talk: Talk = silent
    ) -> None:
        """Open the lab at `root`, without it the one of `PAPERLAB_HOME`, else the nearest from here upward.

        Nothing is read until a verb needs it.

        Raises:
            NoLab: none was named, and there is none here or above.
        """
        self.root = find_root() if root is None else expanded(root).absolute()  # a notebook may change its folder
        self.settings = Settings(lab=self.root, flags=flags)
        self.talk = talk
        self.progress: Progress = still

    @classmethod
    def nearest(
        cls, start: Path | None = None, *, named: Path | None = None, flags: Mapping[str, Value] | None = None
    ) -> Self:
        """Find the lab upward from `start` (default: the current folder).

        Raises:
            NoLab: there is none.
        """
        return cls(find_root(start, named=named), flags=flags)

    @classmethod
    def create(cls, folder: Path | str, *, flags: Mapping[str, Value] | None = None) -> Self:
        """Make a lab in `folder`.

        Raises:
            Conflict: there is one already.
        """
        from paperlab.library import Library

        root = make_root(expanded(folder))
        Library.create(root / LIST).close()
        return cls(root, flags=flags)

    @property
    def store(self) -> Path:
        """The lab's own folder for cache, measurements and executed notebooks; left out of git."""
        return self.root / ".paperlab"

    @property
    def cache(self) -> Path:
        """Where e-prints and pages are kept."""
        return self.store / "cache"

    def library(self, *, write: bool = False) -> Library:
        """Open the reading list; reading changes no byte of it."""
        from paperlab.library import Library

        return Library.open(self.root / LIST, write=write)

    def _check(self) -> None:
        """Refuse a lab whose list cannot be read, before a long act makes anything in it."""
        self.library().close()

    def client(self) -> ArxivClient:
        """Give the one thing that asks arXiv."""
        from paperlab.arxiv import ArxivClient

        s = self.settings
        return ArxivClient(
            mirror=s.text("arxiv.mirror"),
            delay=s.number("arxiv.delay"),
            timeout=s.number("arxiv.timeout"),
            contact=s.text("arxiv.contact"),
            state=state_folder(),
            offline=s.flag("offline"),
            talk=self.talk,
        )

    @property
    def _lab(self) -> Lab:
        """Itself with the verbs of all rooms: what each file of verbs hands to the functions that do the work."""
        return cast("Lab", self)
