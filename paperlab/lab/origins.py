"""The verbs that tell where papers come from: refs, tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperlab.errors import NetworkError, NothingFound, Refused, UsageError
from paperlab.lab.base import Base, command_words
from paperlab.records.changes import NewEntry
from paperlab.records.ids import PaperId
from paperlab.records.origins import Citation

if TYPE_CHECKING:
    from paperlab.lab.reading import Added
    from paperlab.records.extracted import Paper
    from paperlab.records.origins import Leaf
    from paperlab.records.paper import PaperRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """What a paper cites, as far as it has an arXiv id."""

    paper: str
    cited: tuple[Citation, ...]
    source: str
    """`e-print` or `abstract`."""
    total: int | None = None
    """Entries of the bibliography, with an arXiv id or not; None where it was not read just now."""


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
        id = PaperId.maybe(text) or PaperId(self._lab.entry(text).id)
        with self.library() as library:
            kept = library.references(id.base)
        if kept and kept[0].source == "e-print" and not (fetch or id.version):
            return References(paper=id.base, cited=kept, source="e-print")
        found = self._read_references(id, fetch=fetch)
        self._save(found)
        with self.library() as library:
            states = library.states([c.id for c in found.cited])
        return References(
            paper=id.base, source=found.source, total=found.total,
            cited=tuple(_with_state(c, states.get(c.id)) for c in found.cited),
        )  # fmt: skip

    def _read_references(self, id: PaperId, *, fetch: bool) -> References:
        from paperlab.lab.papers import Source, read

        lab = self._lab if fetch else type(self._lab)(self.root, flags={**(self.settings.flags or {}), "offline": True})
        lab.talk = self.talk
        try:
            paper = read(lab, Source(None, id), lab.cache)
        except (NetworkError, NothingFound) as error:
            if fetch and isinstance(error, NetworkError):
                raise
        else:
            if paper.references:
                return in_bibliography(id.base, paper)
        with self.library() as library:
            record = library.record(id.base)
        if record is None:
            raise NothingFound(f"{id}: neither its e-print nor its abstract is here; --fetch gets the e-print")
        return in_abstract(record)

    def keep_references(self, id: str, paper: Paper) -> None:
        """Remember what the bibliography of a paper on the list cites, where the list can be written."""
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


def _with_state(citation: Citation, state: str | None) -> Citation:
    import dataclasses

    return dataclasses.replace(citation, state=state)


def in_bibliography(id: str, paper: Paper) -> References:
    """Give the references of a paper that have an arXiv id."""
    found: dict[str, Citation] = {}
    for r in paper.references:
        cited = PaperId.maybe(r.arxiv_id) if r.arxiv_id else None
        if cited and cited.base != id:
            found.setdefault(cited.base, Citation(id=cited.base, source="e-print", title=r.title, year=r.year))
    return References(paper=id, cited=tuple(found.values()), source="e-print", total=len(paper.references))


_NEW_ID = re.compile(r"(?<![\w./-])\d{4}\.\d{4,5}(?:v\d+)?(?![\w.]*\d)")
_SAYS_ARXIV = re.compile(r"arxiv|e-?print|preprint", re.IGNORECASE)


def in_abstract(record: PaperRecord) -> References:
    """Give the papers that an abstract and its comment name by link or id."""
    text = f"{record.abstract} {record.comment or ''}"
    words = [word for word in re.split(r"[\s,;()\[\]{}]+", text) if "/" in word or _SAYS_ARXIV.search(word)]
    said = _SAYS_ARXIV.search(text)
    # A bare number is an id only behind the word arXiv: 1234.5678 may be a result.
    bare = [m.group() for m in _NEW_ID.finditer(text, said.start())] if said else []
    places = {id.base: text.find(word) for word in [*words, *bare] if (id := PaperId.maybe(word))}
    places.pop(record.id, None)
    cited = tuple(Citation(id=id, source="abstract") for id in sorted(places, key=lambda id: places[id]))
    return References(paper=record.id, cited=cited, source="abstract")


_NUMBERS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")


def chosen(found: References, picks: Sequence[str]) -> list[str]:
    """Give the ids that picks name, each once and in the order of the bibliography.

    Raises:
        UsageError: a number that is not there, or an id that the paper does not cite.
    """
    ids = [c.id for c in found.cited]
    wanted: set[str] = set()
    for pick in (word for text in picks for word in re.split(r"[\s,]+", text) if word):
        numbers, id = _NUMBERS.fullmatch(pick), PaperId.maybe(pick)
        if numbers:
            first, last = int(numbers[1]), int(numbers[2] or numbers[1])
            if not 1 <= first <= last <= len(ids):
                raise UsageError(f"expected a number from 1 to {len(ids)}, as `paperlab refs` counts, got {pick}")
            wanted.update(ids[first - 1 : last])
        elif id and id.base in ids:
            wanted.add(id.base)
        else:
            raise UsageError(f"expected a number or an id that {found.paper} cites, got {pick[:80]!r}")
    if not wanted:
        raise UsageError("expected numbers or ids behind --add, like --add 1,3; got nothing")
    return [id for id in ids if id in wanted]
