"""The verbs that bring works from files of other tools, and the list to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.errors import NothingFound, UsageError
from paperlab.lab.base import Base, command_words, several

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.lab.joined import Imported
    from paperlab.records.works import Work

LEARNT = 500
"""Works of an import that the ranker learns from at once; what more brings it learns with the next `sync`."""
BATCH = 2000
"""Works that are joined in one transaction: a second in which others wait, and what a kill takes back at most."""


class Exchange(Base):
    """Import and export."""

    def import_data(
        self, name: str, data: bytes, *, format: str = "auto", state: str | None = None, why: str | None = None,
        tags: Sequence[str] = (), dry: bool = False,
    ) -> Imported:  # fmt: skip
        """Join the works of a file to the list; arXiv is not asked, and what is known is never lowered.

        Args:
            name: of the file, for messages and the log.
            data: its bytes.
            format: one of `paperlab.exchange.READ`.
            state: for new entries whose file tells none, and for those that are below it; None means queued.
            why: for entries that have none.
            tags: for all works of the file.
            dry: change nothing, and tell what would be changed.

        Raises:
            UsageError: the file is nothing that we know; no such format or state; a tag with a blank.
        """
        from paperlab.exchange import read
        from paperlab.lab.joined import Imported, together

        try:
            reading = read(data, format)
        except UsageError as error:
            raise UsageError(f"{name}: {error.message}") from error
        faults = tuple(f"{name}: {fault}" for fault in reading.faults)
        done = Imported(name=name, format=reading.format, faults=faults)
        with self.library(write=True) as library, library.command(command_words("import", [name])):
            size = len(reading.works) or 1 if dry else BATCH
            for start in range(0, len(reading.works), size):
                some = reading.works[start : start + size]
                merged = library.merge(some, state=state, why=why, tags=tags, dry=dry)
                done = together(done, merged)
                self.progress(min(start + size, len(reading.works)), len(reading.works), "works kept")
            if not dry and len(reading.works) <= LEARNT:
                library.learn()
        return done

    def export(
        self, format: str, ids: Sequence[str] = (), *, state: str | None = None, tag: str | None = None
    ) -> Iterator[str]:
        """Give the list, or a part of it, in a format of `paperlab.exchange.WRITTEN`, in pieces of text.

        The same list gives the same bytes; works stand in the order in which they were added.

        Args:
            format: which.
            ids: only these, each an id in any form or the unique beginning of a title.
            state: only this state.
            tag: only this tag.

        Raises:
            UsageError: no such format or state.
            NothingFound: one of the ids is not on the list.
        """
        from paperlab.exchange import CITED, WRITTEN, write

        if format not in WRITTEN:
            raise UsageError(f"expected a format, one of {', '.join(WRITTEN)}; got {format!r}")
        with self.library() as library:
            wanted = [library.entry(text).id for text in several(ids)]
            works: list[Work] = library.works(wanted, state=state, tag=tag)
            if wanted and not works:
                raise NothingFound("none of these papers is in that state or has that tag")
            named = library.named() if format in CITED else ()
        return write(works, format, named)
