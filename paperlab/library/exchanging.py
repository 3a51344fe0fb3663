"""Works in and out of the list, many at once, and copies of the whole file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.library.listfile import ListFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from paperlab.library.whole import Named
    from paperlab.records.changes import Merged
    from paperlab.records.works import Work


class Exchanging(ListFile):
    """What import, export and backup ask for."""

    def merge(
        self, works: Sequence[Work], *, state: str | None = None, why: str | None = None, tags: Sequence[str] = (),
        command: str = "import", dry: bool = False,
    ) -> Merged:  # fmt: skip
        """Join works to the list, all or none; what is known is never lowered or emptied.

        Args:
            works: each work once.
            state: for new entries whose file tells none, and for those that are below it; None means queued.
            why: for entries that have none.
            tags: for all of them.
            command: the words of the command, for `log` and `undo`.
            dry: change nothing, and tell what would be changed.

        Raises:
            UsageError: no such state, or a tag with a blank.
        """
        from paperlab.library import merging

        done: Merged | None = None
        try:
            with self._write(command) as journal:
                done = merging.merged(journal, works, state=state, why=why, tags=tags)
                _leave(dry)
        except _Back:
            pass
        if done is None:  # pragma: no cover - it was made, or an error left
            raise AssertionError("nothing was merged")
        return done

    def works(self, ids: Sequence[str] = (), *, state: str | None = None, tag: str | None = None) -> list[Work]:
        """Give entries with all that is known of them, those added first at the beginning.

        Args:
            ids: canonical; empty means all.
            state: only this state.
            tag: only this tag.

        Raises:
            UsageError: no such state.
        """
        from paperlab.library import whole

        return self._read(lambda c: whole.works(c, ids, state=state, tag=tag))

    def named(self) -> list[Named]:
        """Give id, title, authors and date of each entry, those added first at the beginning."""
        from paperlab.library import whole

        return self._read(whole.named)

    def backup(self, target: Path) -> None:
        """Copy the list to a new file, whole or not at all.

        Raises:
            Conflict: something is there already.
            LabUnusable: it cannot be written.
        """
        from paperlab.library import store, upkeep

        with store.translated(target):
            upkeep.copied(self.path, target)


def _leave(dry: bool) -> None:
    """Go back out of the transaction, which then changes nothing."""
    if dry:
        raise _Back


class _Back(Exception):
    """Take the transaction back."""
