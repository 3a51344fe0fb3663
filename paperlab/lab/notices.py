"""The verbs of new versions: what changed, and which reproductions were made from an older one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paperlab.lab.base import Base, command_words, several

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paperlab.records.notices import Notice
    from paperlab.records.queue import Made


class Notices(Base):
    """Tell of newer versions of papers on the list."""

    def notices(self, papers: Sequence[str] = (), *, seen: bool = False) -> tuple[Notice, ...]:
        """Give the notices, newest first, of all papers or some; the seen ones too where asked.

        Raises:
            NothingFound: one of the papers is not on the list.
        """
        with self.library() as library:
            ids = {library.entry(text).id for text in several(papers)}
            return tuple(n for n in library.notices(seen=seen) if not ids or n.paper in ids)

    def see_notices(self, papers: Sequence[str] | None) -> tuple[str, ...]:
        """Mark the notices of some papers, or of all, as seen; gives the papers that had one.

        Raises:
            NothingFound: one of the papers is not on the list; nothing is marked.
        """
        with self.library(write=True) as library:
            ids = None if papers is None else [library.entry(text).id for text in several(papers)]
            return library.see_notices(ids, command=command_words("notices seen", ids or ["--all"]))

    def outdated(self, *, id: str | None = None, slugs: Iterable[str] | None = None) -> tuple[Made, ...]:
        """Give the implementations that were made from an older version than the list knows.

        Args:
            id: only those of this paper (canonical id).
            slugs: only these.
        """
        from paperlab.lab.made import made_from

        chosen = None if slugs is None else set(slugs)
        found = [made for made in made_from(self.root / "implementations", id) if chosen is None or made.slug in chosen]
        if not found:
            return ()
        with self.library() as library:
            newest = library.newest(made.id for made in found)
        return tuple(made._replace(newest=n) for made in found if (n := newest.get(made.id, 0)) > made.version)
