"""The query API: the arxiv package builds the question and reads the entries; here the answer is checked.

Source: info.arxiv.org/help/api/user-manual. The package recovers from broken XML, so a page cut in half is a
shorter page to it, and an error feed an empty one: `checked` looks at the bytes before the package sees them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import arxiv

from paperlab.arxiv.markup import read_xml
from paperlab.arxiv.text import categories, iso, looks_withdrawn, publisher_doi, short, squash, when
from paperlab.errors import BadAnswer, UsageError
from paperlab.records.ids import PaperId
from paperlab.records.paper import PaperRecord

_NS = {"a": "http://www.w3.org/2005/Atom", "o": "http://a9.com/-/spec/opensearch/1.1/"}
_ERROR = "/api/errors#"
SORTS = tuple(criterion.value for criterion in arxiv.SortCriterion)
PAGE = 100
"""Entries a request; more than a few hundred make the API slow and its pages short."""


@dataclass(frozen=True, slots=True)
class QueryPage:
    """What the bytes of one answer hold, before the entries are read."""

    title: str
    entries: int
    expected: int
    """Entries that the header announces for this page."""
    total: int
    """Entries that the header announces for all pages."""
    error: str | None
    """What an error feed says."""


def checked(body: bytes, *, address: str = "the query API") -> QueryPage:
    """Look at the bytes of an answer.

    Raises:
        BadAnswer: no XML, XML that is cut, another document than a feed, a feed that says nothing, or fewer entries
            than announced.
    """
    root = read_xml(body, names=(f"{{{_NS['a']}}}feed",), wanted="an Atom feed", address=address)
    entries = root.findall("a:entry", _NS)
    if not entries and root.find("o:totalResults", _NS) is None:
        # arXiv says that it found nothing in a number; an empty feed alone says that something went wrong.
        raise BadAnswer(f"expected entries, or their number, from {short(address)}, got an empty feed; try again later")
    total, size, start_index = (_number(root, name) for name in ("totalResults", "itemsPerPage", "startIndex"))
    page = QueryPage(
        title=squash(root.findtext("a:title", "", _NS)),
        entries=len(entries),
        expected=max(0, min(size, total - start_index)),
        total=total,
        error=next((_error_text(entry) for entry in entries if _ERROR in entry.findtext("a:id", "", _NS)), None),
    )
    if page.error is None and page.entries < page.expected:
        raise BadAnswer(
            f"expected {page.expected} entries from {short(address)}, got {page.entries}; the answer was cut, try again later"
        )
    if page.error is None and not all(map(_is_whole, entries)):
        raise BadAnswer(f"expected id and dates in each entry from {short(address)}, got one without; try again later")
    return page


def _is_whole(entry: Any) -> bool:
    """See what the arxiv package needs: it leaves out an entry that lacks it, and says nothing."""
    id, *dates = (entry.findtext(f"a:{name}", "", _NS) for name in ("id", "published", "updated"))
    return PaperId.maybe(id) is not None and all(map(when, dates))


def _number(root: Any, name: str) -> int:
    text = root.findtext(f"o:{name}", "0", _NS).strip()
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def _error_text(entry: Any) -> str:
    return squash(entry.findtext("a:summary", "", _NS)) or entry.findtext("a:id", "", _NS).split("#")[-1].replace(
        "_", " "
    )


def answers(
    get: Callable[[str], bytes],
    *,
    ids: Sequence[str] = (),
    query: str = "",
    limit: int,
    sort: str = "relevance",
    start: int = 0,
    page: int = PAGE,
    ascending: bool = False,
) -> Iterator[PaperRecord]:
    """Ask through the arxiv package, which builds the pages and reads the entries.

    Args:
        get: address to checked bytes; it raises what is to be raised.
        ids: ids with or without version; empty for a search.
        query: words of the query language; empty for ids.
        limit: entries at most, 1 or more.
        sort: one of SORTS.
        start: entries to pass over.
        page: entries a request, 2000 at most.
        ascending: the oldest first.

    Raises:
        UsageError: an unknown sort, or a limit below 1.
    """
    if sort not in SORTS or limit < 1:
        raise UsageError(f"expected sort to be one of {', '.join(SORTS)} and limit 1 or more, got {sort!r} and {limit}")
    order = arxiv.SortOrder.Ascending if ascending else arxiv.SortOrder.Descending
    search = arxiv.Search(
        query=query, id_list=list(ids), max_results=start + limit, sort_by=arxiv.SortCriterion(sort), sort_order=order
    )
    client = arxiv.Client(page_size=min(limit, page), delay_seconds=0, num_retries=0)
    # The package's own session has no timeout, no backoff and no neighbours: our fetcher stands in its place.
    client._session = _Session(get)
    try:
        yield from filter(None, map(to_record, client.results(search, offset=start)))
    except arxiv.UnexpectedEmptyPageError as error:
        raise BadAnswer("expected more results on a further page, got an empty one; try again later") from error


class _Session:
    """The one method of requests.Session that arxiv.Client calls."""

    def __init__(self, get: Callable[[str], bytes]) -> None:
        self._get = get

    def get(self, url: str, **_: object) -> SimpleNamespace:
        return SimpleNamespace(status_code=200, content=self._get(url))


def to_record(result: arxiv.Result) -> PaperRecord | None:
    """Turn a result of the arxiv package into a record; None where its address holds no id."""
    found = PaperId.maybe(result.entry_id)
    if found is None:
        return None
    terms = categories(result.categories)
    comment, abstract = squash(result.comment) or None, squash(result.summary)
    primary = result.primary_category.strip() or (terms[0] if terms else None)
    return PaperRecord(
        id=found.base,
        version=found.version,
        title=squash(result.title),
        authors=tuple(filter(None, (squash(author.name) for author in result.authors))),
        abstract=abstract,
        categories=terms,
        primary_category=primary,
        published=iso(result.published),
        updated=iso(result.updated),
        comment=comment,
        journal_ref=squash(result.journal_ref) or None,
        doi=publisher_doi(result.doi),
        withdrawn=looks_withdrawn(comment, abstract),
    )
