"""`open`: the paper itself, in the browser or as a cached file; who opens a paper begins to read it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from paperlab.errors import Offline, UsageError
from paperlab.lab.base import Base
from paperlab.lab.ladder import further

if TYPE_CHECKING:
    from pathlib import Path

    from paperlab.records.ids import PaperId
    from paperlab.records.queue import Entry

KINDS = ("abs", "html", "pdf")
_OPENERS = {"darwin": "open"}
"""Program that opens a file, where it is not xdg-open."""


class Place(NamedTuple):
    """Where a paper can be read, and what became of its entry."""

    entry: Entry
    where: str
    """An address, or the path of a cached file."""
    began: bool
    """Whether it is being read from now on."""
    crowded: bool
    """Whether it would be, had the limit of papers in reading left room."""


class Opening(Base):
    """Find where a paper can be read."""

    def locate(self, text: str, *, kind: str | None = None) -> str:
        """Give where a paper can be read: the address of a page, or the path of its PDF in the cache.

        Args:
            text: the paper, by id or by the beginning of its title.
            kind: `abs` and `html` are addresses, `pdf` is fetched once and read from the cache from then on; None
                is `abs`, or the cached PDF where the network is switched off.

        Raises:
            UsageError: another kind, or a paper that is not arXiv's.
            Offline: a PDF that was never fetched, with the network switched off.
        """
        return self._where(self._lab.entry(text), kind)

    def open_paper(self, text: str, *, kind: str | None = None) -> Place:
        """Give where a paper can be read, and begin to read it where `queue.wip` leaves room; see `locate`.

        A paper that is read or further stays where it is.
        """
        before = self._lab.entry(text)
        where = self._where(before, kind)
        with self.library(write=True) as library:
            entry = library.open_paper(before.id, limit=self._lab.wip, command=f"open {before.id}")
        began = entry.state == "reading" != before.state
        return Place(entry, where, began, crowded=entry.state != "reading" and not further(entry.state))

    def _where(self, entry: Entry, kind: str | None) -> str:
        from paperlab.records.ids import PaperId

        if kind not in (None, *KINDS):
            raise UsageError(f"expected a page of kind {', '.join(KINDS)}, got {kind!r}")
        found = PaperId.maybe(entry.id)
        if found is None:
            return _elsewhere(entry)
        id = PaperId(found.base, entry.version)
        if kind == "pdf" or (kind is None and self.settings.flag("offline")):
            try:
                return str(self._pdf(id))
            except Offline:
                if kind == "pdf":
                    raise
        return f"https://arxiv.org/{kind or 'abs'}/{id}"

    def _pdf(self, id: PaperId) -> Path:
        """Fetch a PDF or take it from the cache; without a network an older version is better than none."""
        from paperlab.records.ids import PaperId

        client = self.client()
        try:
            return client.page(id, "pdf", self.cache)
        except Offline:
            for version in range((id.version or 1) - 1, 0, -1):
                with suppress(Offline):
                    older = client.page(PaperId(id.base, version), "pdf", self.cache)
                    self.talk(f"version {id.version} is not in the cache; this is version {version}")
                    return older
            raise


def _elsewhere(entry: Entry) -> str:
    """Give the address of a work that arXiv does not have.

    Raises:
        UsageError: only the key under which a file cites it is known.
    """
    from paperlab.records.naming import link

    address = link(entry.id)
    if address is None:
        raise UsageError(
            f"expected a work of arXiv's, or one with a DOI or an address; of {entry.id[:80]} none is known"
        )
    return address


def launch(where: str) -> bool:
    """Show an address in the browser, or a file in the program that the system opens it with; tell whether one was found.

    $BROWSER, where it is set, shows both.
    """
    if "://" in where or os.environ.get("BROWSER"):
        import webbrowser

        return webbrowser.open(where)
    program = shutil.which(_OPENERS.get(sys.platform, "xdg-open"))
    if program is None:
        return False
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.Popen([program, where], start_new_session=True, **quiet)  # type: ignore[call-overload]  # it outlives us
    return True
