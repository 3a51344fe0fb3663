"""Which papers another one names, with an arXiv id: in its bibliography, in its abstract; and which of them are picked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from paperlab.errors import UsageError
from paperlab.records.ids import PaperId
from paperlab.records.origins import Citation

if TYPE_CHECKING:
    from paperlab.records.extracted import Paper
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


def with_states(found: References, states: Mapping[str, str]) -> References:
    """Give the references with the state of those that are on the list."""
    return replace(found, cited=tuple(replace(c, state=states.get(c.id)) for c in found.cited))


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
