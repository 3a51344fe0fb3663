"""The verbs that look after the file of the list: copies of it, and a look at its health."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.lab.base import Base
from paperlab.lab.root import LIST

if TYPE_CHECKING:
    from paperlab.records.health import Finding

_COPIES = "reading_list-*.db"


class Care(Base):
    """Backup and doctor."""

    @property
    def backups(self) -> Path:
        """Where copies of the list are kept; left out of git, and of what `cache clean` deletes."""
        return self.store / "backups"

    def backup(self, target: Path | None = None) -> Path:
        """Copy the list to `target`, whole or not at all; gives the path.

        Without a target the copy goes to `.paperlab/backups`, named by the time, and the oldest beyond `backup.keep`
        are deleted. What can be made again (cache, measurements, corpus) is in no copy.

        Raises:
            Conflict: something is there already.
            LabUnusable: it cannot be written, or the list cannot be read.
        """
        self._check()
        if target is not None:
            with self.library() as library:
                library.backup(target)
            return target
        target = self._place()
        with self.library() as library:
            library.backup(target)
        for old in self.copies()[int(self.settings.number("backup.keep")) :]:
            if old != target:
                old.unlink(missing_ok=True)
        return target

    def _place(self) -> Path:
        """Give a name that is free; two copies in one second get a number."""
        from paperlab.library import store

        with store.translated(self.backups):
            self.backups.mkdir(parents=True, exist_ok=True)
        stem = f"reading_list-{datetime.now(UTC).strftime('%Y%m%dT%H%M%SZ')}"
        names = (f"{stem}{f'-{n}' if n else ''}.db" for n in range(10_000))
        return next(path for name in names if not (path := self.backups / name).exists())

    def copies(self) -> list[Path]:
        """Give the copies in the lab's own folder, the newest first."""
        return sorted(self.backups.glob(_COPIES), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)

    def doctor(self, *, fix: bool = False) -> list[Finding]:
        """Look at the list and its folder; with `fix`, repair what can be repaired. Nothing is ever deleted but litter.

        A list that is corrupt is moved aside, and made again of what can be read of it and the newest good copy.
        """
        from paperlab.library.doctor import examined
        from paperlab.library.repair import repaired

        copies = [*self.copies(), *sorted(self.root.glob("reading_list.backup-*.db"), reverse=True)]
        folders = (self.root, self.store, self.backups)
        return (repaired if fix else examined)(self.root / LIST, folders=folders, copies=copies)
