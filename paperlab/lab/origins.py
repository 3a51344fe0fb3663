"""The verbs that tell where papers come from: refs, tree."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from paperlab.errors import LabUnusable, NetworkError, NothingFound, Refused
from paperlab.lab.base import Base, command_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paperlab.lab.citing import References
    from paperlab.lab.reading import Added
    from paperlab.records.extracted import Paper
    from paperlab.records.ids import PaperId
    from paperlab.records.origins import Leaf


class Origins(Base):
    """What cites what, and which paper made me want which."""

    def refs(self, text: str, *, fetch: bool = False) -> References:
        """Give the arXiv papers that a paper cites: from its bibliography where its e-print is here, else its abstract.

        Args:
            text: an id in any form, on the list or not, or the unique beginning of a title on the list.
            fetch: get the e-print first, which takes one request.

        Raises:
            NothingFound: neither e-print nor abstract is here.
            NetworkError: `fetch`, and arXiv did not answer.
        """
        from paperlab.lab.citing import References, with_states
        from paperlab.records.ids import PaperId

        id = PaperId.maybe(text) or PaperId(self._lab.entry(text).id)
        with self.library() as library:
            kept = library.references(id.base)
        if kept and kept[0].source == "e-print" and not (fetch or id.version):
            return References(paper=id.base, cited=kept, source="e-print")
        found = self._read_references(id, fetch=fetch)
        self._save(found)
        with self.library() as library:
            states = library.states([c.id for c in found.cited])
        return with_states(found, states)

    def _read_references(self, id: PaperId, *, fetch: bool) -> References:
        from dataclasses import replace

        from paperlab.lab.citing import References, in_abstract, in_bibliography
        from paperlab.lab.papers import Source, read

        lab = self._lab if fetch else type(self._lab)(self.root, flags={**(self.settings.flags or {}), "offline": True})
        lab.talk = self.talk
        found = None
        try:
            paper = read(lab, Source(None, id), lab.cache)
        except (NetworkError, NothingFound, LabUnusable) as error:
            if fetch and not isinstance(error, NothingFound):  # else the abstract tells some, in a read-only folder too
                raise
        else:
            found = in_bibliography(id.base, paper)
            if paper.references:
                return found
        with self.library() as library:
            record = library.record(id.base)
        if record is None and found is None:
            raise NothingFound(f"{id}: neither its e-print nor its abstract is here; --fetch gets the e-print")
        named = in_abstract(record) if record else References(paper=id.base, cited=(), source="abstract")
        return replace(named, total=found.total if found else None)

    def keep_references(self, id: str, paper: Paper) -> None:
        """Remember what the bibliography of a paper on the list cites, where the list can be written."""
        from paperlab.lab.citing import in_bibliography

        with self.library() as library:
            mine = bool(library.states([id]))
        if mine and paper.references:
            self._save(in_bibliography(id, paper))

    def _save(self, found: References) -> None:
        with suppress(Refused), self.library(write=True) as library:
            library.save_references(found.paper, found.cited, source=found.source)

    def add_references(self, found: References, picks: Sequence[str]) -> Added:
        """Queue papers that `found` cites, with its paper as their parent; see `Lab.add` for what becomes of them.

        Args:
            found: what the paper cites.
            picks: numbers from 1 (`3`, `1,4-6`) or ids; empty means all.

        Raises:
            UsageError: a number that is not there, or an id that the paper does not cite.
        """
        from paperlab.lab.citing import chosen
        from paperlab.records.changes import NewEntry

        wanted = chosen(found, picks) if picks else [c.id for c in found.cited]
        items = [NewEntry(id=id, parent=found.paper) for id in wanted]
        return self._lab.add_entries(items, command=command_words(f"refs {found.paper} --add", wanted))

    def tree(self, text: str | None = None, *, depth: int | None = None) -> Iterator[Leaf]:
        """Give the papers under the ones that made me want them, depth first, children in the order added.

        Args:
            text: only this paper: the papers that led to it, and those below it.
            depth: how many generations below a root, or below the paper; None is all.

        Raises:
            NothingFound: no such paper on the list.
        """
        from paperlab.lab.forest import leaves

        with self.library() as library:
            paper = library.entry(text).id if text is not None else None
            return leaves(library.family(), paper, depth=depth)
