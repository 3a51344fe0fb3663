"""ArxivClient: one method for each question that paperlab asks arXiv."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from paperlab.arxiv.pace import Pace
from paperlab.errors import BadAnswer, NetworkError, NothingFound, UsageError
from paperlab.records.ids import PaperId
from paperlab.records.paper import Eprint, FeedBatch, Lookup, PaperRecord, Provenance, QueryPage

if TYPE_CHECKING:
    from paperlab.arxiv.fetch import Answer, Fetcher
    from paperlab.arxiv.oai import OaiPage
    from paperlab.arxiv.sources import Sources

_RSS = "https://rss.arxiv.org/rss"
_OAI = "https://oaipmh.arxiv.org/oai"
BATCH = 50
"""Ids a request: the address stays below 2,000 signs."""
NEWEST_SECONDS = 24 * 3600.0
"""How long the newest version's e-print is taken from the cache: arXiv announces once a day."""


class ArxivClient:
    """Asks arXiv, politely; every answer is a record or a file that was checked."""

    def __init__(
        self,
        *,
        mirror: str = "",
        delay: float = 3.0,
        timeout: float = 60.0,
        contact: str = "",
        state: Path,
        offline: bool = False,
        talk: Callable[[str], None] | None = None,
    ) -> None:
        """Prepare to ask; nothing is asked, and no network library is loaded, before the first question.

        Args:
            mirror: address of a server that stands in for all of arXiv's hosts; empty for arXiv itself.
            delay: seconds between two requests, over all processes that share `state`.
            timeout: seconds to wait for an answer.
            contact: mail address or page, told in the User-Agent.
            state: folder that holds when arXiv may be asked.
            offline: raise Offline instead of asking.
            talk: takes one line for a person who waits.
        """
        if not (0 <= delay < math.inf and 0 < timeout < math.inf):
            raise UsageError(
                f"expected arxiv.delay of 0 or more and arxiv.timeout above 0, got {delay:g} and {timeout:g}"
            )
        self._state, self._talk = state, talk or (lambda _: None)
        self._offline = offline
        self._settings: Mapping[str, Any] = {
            "mirror": mirror,
            "timeout": timeout,
            "contact": contact,
            "offline": offline,
        }
        self._pace = Pace(state, delay, talk=talk, lock_seconds=3 * timeout)
        self._made: Fetcher | None = None

    @property
    def _fetch(self) -> Fetcher:
        if self._made is None:
            from paperlab.arxiv.fetch import Fetcher

            self._made = Fetcher(pace=self._pace, **self._settings)
        return self._made

    def lookup(self, ids: Sequence[PaperId]) -> Lookup:
        """Ask what arXiv says about papers, many in one request.

        Args:
            ids: with a version for that version, without for the newest.

        Returns:
            What was found, in the order asked, and what did not come: ids in canonical form, with the version
            where one was asked for.

        Raises:
            NetworkError: or one of its kind; nothing is lost, ask again.
        """
        asked = tuple(dict.fromkeys(ids))
        found: dict[PaperId, PaperRecord] = {}
        for start in range(0, len(asked), BATCH):
            found |= self._batch(asked[start : start + BATCH])
        return Lookup(
            found=tuple(dict.fromkeys(found[id] for id in asked if id in found)),
            missing=tuple(str(id) for id in asked if id not in found),
        )

    def search(self, query: str, *, limit: int = 50, sort: str = "submittedDate") -> tuple[PaperRecord, ...]:
        """Search in arXiv's query language; newest first, or by `relevance` or `lastUpdatedDate`.

        Where a further page does not come, what came before it is the answer, and a line says so.

        Raises:
            UsageError: a query that arXiv refuses, with its reason; an unknown sort.
        """
        from paperlab.arxiv import atom

        if not query.strip():
            raise UsageError("expected words to search for, got none; try: all:attention AND cat:cs.LG")
        seen: list[atom.QueryPage] = []
        # Results can shift between pages while arXiv announces: the same paper comes twice.
        found: dict[str, PaperRecord] = {}
        try:
            for record in atom.answers(
                lambda url: self._query(url, seen), query=squashed(query), limit=limit, sort=sort
            ):
                found.setdefault(record.id, record)
        except NetworkError as error:
            if not found:
                raise
            self._talk(f"{error.message}; going on with the first {len(found)} results")
        self._say_rewriting(query, seen)
        return tuple(found.values())[:limit]

    def query_page(
        self, query: str, *, size: int, start: int = 0, sort: str = "submittedDate", ascending: bool = False
    ) -> QueryPage:
        """Ask for one page of a query; all of it, or an error.

        Args:
            query: in arXiv's language.
            size: entries, at most 2000.
            start: entries to pass over.
            sort: `submittedDate` or `lastUpdatedDate`.
            ascending: the oldest first.

        Raises:
            NetworkError: or one of its kind; a page that is shorter than it says was asked for again.
            UsageError: a query that arXiv refuses, with its reason.
        """
        from paperlab.arxiv import atom

        seen: list[atom.QueryPage] = []
        found: dict[str, PaperRecord] = {}
        for record in atom.answers(
            lambda url: self._query(url, seen), query=query, limit=size, page=size, start=start, sort=sort,
            ascending=ascending,
        ):  # fmt: skip
            known = found.get(record.id)
            if known is None or (record.version or 0) > (known.version or 0):
                found[record.id] = record
        return QueryPage(records=tuple(found.values()), total=seen[0].total, rewritten=_rewritten(query, seen))

    def harvest(self, set_: str, *, since: str, token: str | None = None) -> OaiPage:
        """Ask OAI for a page of what changed in a set since a day; `error` is `badResumptionToken` for one that expired.

        Raises:
            NetworkError: or one of its kind.
            BadAnswer: an error of another kind.
        """
        from paperlab.arxiv.oai import parse_oai

        asked = {"resumptionToken": token} if token else {"metadataPrefix": "arXivRaw", "set": set_, "from": since}
        read: list[OaiPage] = []
        address = f"{_OAI}?{urlencode({'verb': 'ListRecords', **asked})}"
        answer = self._fetch.get(address, check=lambda a: read.append(parse_oai(a.body, address=a.address)))
        error = read[-1].error
        if error and error[0] not in ("noRecordsMatch", "badResumptionToken"):
            raise BadAnswer(f"expected records from {answer.address[:99]}, got {error[0]}: {error[1]}")
        return read[-1]

    def feed(self, category: str, *, etag: str | None = None, modified: str | None = None) -> FeedBatch:
        """Read one announcement feed.

        Args:
            category: archive or category, several with `+`.
            etag: of the batch before, so that an unchanged feed is not sent again.
            modified: of the batch before.

        Raises:
            UsageError: a category that does not exist.
        """
        from paperlab.arxiv import feeds
        from paperlab.arxiv.text import feed_name

        name = feed_name(category)
        headers = {"If-None-Match": etag, "If-Modified-Since": modified}
        read: list[FeedBatch] = []

        def check(answer: Answer) -> None:
            if answer.status == 200:
                tags = {"etag": answer.headers.get("ETag"), "modified": answer.headers.get("Last-Modified")}
                where = _provenance(answer)
                read.append(feeds.parse_feed(answer.body, feed=name, address=answer.address, where=where, **tags))
            elif answer.status != 304:  # arXiv refuses a category with a feed; a page comes from somebody else
                feeds.read_feed(answer.body, address=answer.address)

        answer = self._fetch.get(f"{_RSS}/{name}", headers={k: v for k, v in headers.items() if v}, check=check)
        if answer.status == 304:
            return FeedBatch(feed=name, items=(), etag=etag, modified=modified, unchanged=True)
        if answer.status != 200:
            raise UsageError(
                f"expected a category that arXiv announces, got {category!r}, which it does not know; see arxiv.org/category_taxonomy"
            )
        return read[-1]

    def licence(self, id: PaperId) -> PaperRecord:
        """Ask OAI for the licence, the newest version and whether it is withdrawn: here it is certain.

        The licence is the newest version's; an older version may have another.

        Raises:
            NothingFound: arXiv does not know the id.
        """
        answer, page = self._record(id)
        record = next((record for record in page.records if record.id == id.base), None)
        if record is None:
            raise NothingFound(f"arXiv has no paper {id.base}; check the id")
        return replace(record, provenance=_provenance(answer))

    def eprint(self, id: PaperId, cache: Path) -> Eprint:
        """Fetch and unpack the source of a paper; where there is none, its HTML, else its PDF.

        Raises:
            NothingFound: withdrawn, without source, or unknown; the message says which, and what to ask instead.
            Unsafe: an archive that reaches outside or passes a limit.
        """
        return self._sources(cache).eprint(id)

    def page(self, id: PaperId, kind: str, cache: Path) -> Path:
        """Fetch one page of a paper: `html`, `pdf` or `abs`.

        Raises:
            NothingFound: there is no such page.
            UsageError: another kind.
        """
        return self._sources(cache).page(id, kind)

    def _sources(self, cache: Path) -> Sources:
        from paperlab.arxiv.sources import Sources

        fresh = float("inf") if self._offline else NEWEST_SECONDS
        return Sources(fetch=self._fetch, cache=cache, fresh_seconds=fresh, talk=self._talk, readable=self._readable)

    def _record(self, id: PaperId) -> tuple[Answer, OaiPage]:
        """Ask OAI for one paper in the format that has the history."""
        from paperlab.arxiv.oai import parse_oai

        read: list[OaiPage] = []
        asked = {"verb": "GetRecord", "identifier": f"oai:arXiv.org:{id.base}", "metadataPrefix": "arXivRaw"}
        answer = self._fetch.get(
            f"{_OAI}?{urlencode(asked)}", check=lambda a: read.append(parse_oai(a.body, address=a.address))
        )
        error = read[-1].error
        if error and error[0] != "idDoesNotExist":
            raise BadAnswer(f"expected a record from {answer.address[:99]}, got {error[0]}: {error[1]}")
        return answer, read[-1]

    def _readable(self, id: PaperId) -> PaperId | None:
        """Give the newest version that is not withdrawn; None where OAI does not tell."""
        try:
            versions = self._record(id)[1].versions.get(id.base, ())
        except NetworkError:
            return None  # the answer to the question itself is worth more than this offer
        return next((PaperId(id.base, v.number) for v in reversed(versions) if not v.withdrawn), None)

    def _batch(self, ids: tuple[PaperId, ...]) -> dict[PaperId, PaperRecord]:
        """Ask for some ids; where one of them spoils the answer, the others are asked for again without it."""
        from paperlab.arxiv import atom

        try:
            records = list(atom.answers(self._query, ids=[str(id) for id in ids], limit=len(ids))) if ids else []
        except _Refusal as refusal:
            if not _ABOUT_IDS.search(refusal.words):
                raise BadAnswer(
                    f"expected papers, got arXiv's error: {refusal.words[:200]}; try again later"
                ) from refusal
            named = tuple(id for id in ids if _names(refusal.words, id))
            if not named and len(ids) > 1:
                middle = len(ids) // 2
                return self._batch(ids[:middle]) | self._batch(ids[middle:])
            return self._batch(tuple(id for id in ids if id not in named)) if named else {}
        return {id: record for id in ids if (record := _answering(id, records))}

    def _query(self, url: str, seen: list[Any] | None = None) -> bytes:
        """Ask the query API for one page and check the bytes before the arxiv package reads them."""
        from paperlab.arxiv import atom

        pages: list[atom.QueryPage] = [] if seen is None else seen
        answer = self._fetch.get(url, check=lambda a: pages.append(atom.checked(a.body, address=a.address)))
        if pages[-1].error is not None:
            raise _Refusal(pages[-1].error)
        if answer.status != 200:
            raise BadAnswer(f"expected entries from {answer.address[:99]}, got status {answer.status}")
        return answer.body

    def _say_rewriting(self, query: str, seen: Sequence[Any]) -> None:
        """Tell when arXiv understood another query than the one that was asked."""
        if understood := _rewritten(query, seen):
            self._talk(f"arXiv read the query as: {understood}")


class _Refusal(UsageError):
    """arXiv answered with an error feed; `words` are its own."""

    def __init__(self, words: str) -> None:
        super().__init__(f"arXiv refuses the question: {words[:200]}; change it and try again")
        self.words = words


def _rewritten(query: str, seen: Sequence[Any]) -> str:
    """Give the query that arXiv understood, where it is another one."""
    found = re.search(r"search_query=(.*?)&id_list=", seen[0].title) if seen else None
    understood = squashed(found[1]) if found else ""
    return understood if understood != squashed(query) else ""


_ABOUT_IDS = re.compile(r"(?<![a-z])ids?(?![a-z])|identifier", re.IGNORECASE)
"""In an error of arXiv's; any other error says nothing about whether it knows a paper."""


def _names(words: str, id: PaperId) -> bool:
    """See whether arXiv's words name this id, and no longer one that begins with it."""
    return re.search(rf"(?<![\w.]){re.escape(str(id))}(?![\w.]*\d)", words) is not None


def _answering(id: PaperId, records: Sequence[PaperRecord]) -> PaperRecord | None:
    """Give the record that answers an id: the asked version, or the newest that came."""
    same = [r for r in records if r.id == id.base and (id.version is None or r.version == id.version)]
    return max(same, key=lambda record: record.version or 0, default=None)


def _provenance(answer: Answer) -> Provenance:
    import hashlib

    from paperlab.arxiv.eprints import TOOL, now

    return Provenance(
        address=answer.address, sha256=hashlib.sha256(answer.body).hexdigest(), fetched_at=now(), tool=TOOL
    )


def squashed(text: str) -> str:
    """Collapse white space."""
    return " ".join(text.split())
