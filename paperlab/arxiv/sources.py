"""E-prints and pages of one paper: which address, which check, what stands in where there is no source.

Source: info.arxiv.org/help/mimetypes; withdrawn, without source, unknown and malformed are all a 404 with a page
that says which (arXiv/arxiv-browse, browse/controllers/files).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from paperlab.arxiv.eprints import SOURCE_BYTES, Known, Store, now, sha256_of, write_whole
from paperlab.arxiv.fetch import FILE_BYTES, Answer, Fetcher
from paperlab.arxiv.sniff import HEAD_BYTES, kind_of_bytes, kind_of_file
from paperlab.arxiv.text import squash
from paperlab.errors import BadAnswer, NothingFound, UsageError
from paperlab.records.ids import PaperId
from paperlab.records.paper import Eprint

Talk = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One kind of page: where it is asked for, how its file ends, what its bytes must be."""

    host: str
    ending: str
    content: str
    limit: int


PAGES: Mapping[str, Page] = {
    "html": Page(host="https://arxiv.org", ending=".html", content="html", limit=50_000_000),
    "pdf": Page(host="https://export.arxiv.org", ending=".pdf", content="pdf", limit=FILE_BYTES),
    "abs": Page(host="https://export.arxiv.org", ending=".abs.html", content="html", limit=5_000_000),
}


def fetch_page(fetch: Fetcher, id: PaperId, kind: str, cache: Path, *, fresh_seconds: float) -> Path:
    """Give the file of a page, from the cache where it is whole and new enough.

    Raises:
        UsageError: an unknown kind.
        NothingFound: there is no such page.
    """
    if kind not in PAGES:
        raise UsageError(f"expected a page of kind {', '.join(PAGES)}, got {kind!r}")
    page = PAGES[kind]
    path = cache / "pages" / f"{id.file_name}{page.ending}"
    if _usable(path, page, id, fresh_seconds):
        return path
    answer = fetch.get(f"{page.host}/{kind}/{quote(str(id))}", limit=page.limit, check=lambda a: _check_page(a, page))
    if answer.status != 200:
        raise NothingFound(f"arXiv has no {kind} page of {id}: {_reason(answer)}")
    write_whole(path, answer.body)
    return path


def fetch_eprint(fetch: Fetcher, id: PaperId, cache: Path, *, fresh_seconds: float, talk: Talk) -> Eprint:
    """Give the e-print, from the cache where it is whole and new enough.

    Raises:
        NothingFound: withdrawn, without source, or unknown.
        BadAnswer: an archive that is broken twice.
        Unsafe: an archive that reaches outside or passes a limit.
    """
    store = Store(cache)
    known = store.known(id)
    if known and (id.version is not None or known.age_seconds < fresh_seconds):
        return store.eprint(known.sha256, id=id, known=known)
    for attempt in range(2):
        try:
            return _ask(fetch, store, id, cache, fresh_seconds=fresh_seconds, talk=talk)
        except BadAnswer:
            # Cut in a way that Content-Length did not show: the archive's own checksum did.
            if attempt:
                raise
    raise BadAnswer(f"the e-print of {id} did not come")


def _ask(fetch: Fetcher, store: Store, id: PaperId, cache: Path, *, fresh_seconds: float, talk: Talk) -> Eprint:
    with store.workplace() as place:
        source = place / "source"
        address = f"https://export.arxiv.org/src/{quote(str(id))}"
        answer = fetch.get(address, limit=SOURCE_BYTES, into=source, check=lambda a: _check_source(a, source))
        if answer.status != 200:
            return _without_source(fetch, store, id, cache, answer, fresh_seconds=fresh_seconds, talk=talk)
        version = _version(answer, id)
        if kind_of_file(source) in ("pdf", "postscript"):
            talk(f"{id} has no TeX source; trying its HTML page")
            html = _html(fetch, store, id, cache, version, fresh_seconds=fresh_seconds)
            if html:
                return html
        try:
            return _kept(
                store,
                place,
                id,
                Known(sha256=sha256_of(source), version=version, address=answer.address, fetched_at=now()),
            )
        except NothingFound as error:
            raise NothingFound(f"{id}: {error}{_earlier(PaperId(id.base, version))}") from error


def _kept(store: Store, place: Path, id: PaperId, known: Known) -> Eprint:
    sha256 = store.keep(place, withdrawn_means_nothing=True)
    store.note(id, known)
    return store.eprint(sha256, id=id, known=known)


def _without_source(
    fetch: Fetcher,
    store: Store,
    id: PaperId,
    cache: Path,
    answer: Answer,
    *,
    fresh_seconds: float,
    talk: Talk,
) -> Eprint:
    """Read the 404 page; where it only says 'no source', the HTML page or the PDF stand in."""
    reason = _reason(answer)
    if reason in (_WITHDRAWN, _UNKNOWN):
        raise NothingFound(
            f"{id}: {reason}{_earlier(id) if reason == _WITHDRAWN else '; check the id and its version'}"
        )
    talk(f"{id} has no source at arXiv; trying its HTML page, then its PDF")
    html = _html(fetch, store, id, cache, id.version, fresh_seconds=fresh_seconds)
    if html:
        return html
    try:
        pdf = fetch_page(fetch, id, "pdf", cache, fresh_seconds=fresh_seconds)
    except NothingFound as error:
        raise NothingFound(f"{id}: arXiv has no source, no HTML page and no PDF{_earlier(id)}") from error
    return _from_file(store, pdf, id, id.version, f"https://arxiv.org/pdf/{id}")


def _html(
    fetch: Fetcher, store: Store, id: PaperId, cache: Path, version: int | None, *, fresh_seconds: float
) -> Eprint | None:
    """Give the HTML page as an e-print; None where there is none."""
    exact = PaperId(id.base, version)
    try:
        path = fetch_page(fetch, exact, "html", cache, fresh_seconds=fresh_seconds)
    except NothingFound:
        return None
    return _from_file(store, path, id, version, f"https://arxiv.org/html/{exact}")


def _from_file(store: Store, path: Path, id: PaperId, version: int | None, address: str) -> Eprint:
    with store.workplace() as place:
        (place / "source").write_bytes(path.read_bytes())
        known = Known(sha256=sha256_of(place / "source"), version=version, address=address, fetched_at=now())
        return _kept(store, place, id, known)


def _check_source(answer: Answer, source: Path) -> None:
    """Refuse a page that came in place of a source: an e-print comes as an attachment, or is no HTML."""
    if answer.status != 200:
        return
    kind = kind_of_file(source)
    if kind == "empty" or (kind == "html" and "attachment" not in answer.headers.get("Content-Disposition", "")):
        raise BadAnswer(
            f"expected an e-print from {answer.address}, got {'a page of HTML' if kind == 'html' else 'nothing'}; try again later"
        )


def _check_page(answer: Answer, page: Page) -> None:
    kind = kind_of_bytes(answer.body[:HEAD_BYTES])
    if answer.status == 200 and kind != page.content:
        raise BadAnswer(f"expected {page.content} from {answer.address}, got {kind}; try again later")
    if answer.status == 200 and page.content == "pdf" and b"%%EOF" not in answer.body[-2048:]:
        raise BadAnswer(f"expected a whole PDF from {answer.address}, got one that is cut; try again later")


def _usable(path: Path, page: Page, id: PaperId, fresh_seconds: float) -> bool:
    """See whether the cache holds the page, whole, and new enough where no version was named."""
    import time

    try:
        fresh = id.version is not None or time.time() - path.stat().st_mtime < fresh_seconds
        return fresh and kind_of_file(path) == page.content
    except OSError:
        return False


_WITHDRAWN = "this version is withdrawn"
_UNKNOWN = "arXiv does not know this paper or version"
_NO_SOURCE = "no source"
_REASONS: Mapping[str, str] = {
    r"withdrawn": _WITHDRAWN,
    r"doesn.t exist|does not exist|no document|no article|not recognized|not found\b": _UNKNOWN,
    r"no source|not provided|unavailable|no html|not available": _NO_SOURCE,
}


def _reason(answer: Answer) -> str:
    """Read the page of a 404."""
    words = squash(re.sub(r"<[^>]*>", " ", answer.body.decode("utf-8", "replace"))).lower()
    return next((reason for pattern, reason in _REASONS.items() if re.search(pattern, words)), _NO_SOURCE)


def _earlier(id: PaperId) -> str:
    """Offer the version before: a withdrawn paper's earlier versions stay readable."""
    if id.version == 1:
        return "; there is no version before it"
    before = f"{id.base}v{id.version - 1}" if id.version else f"an earlier version, such as {id.base}v1"
    return f"; earlier versions stay readable, ask for {before}"


def _version(answer: Answer, id: PaperId) -> int | None:
    """Give the version that came: as asked, or as the name of the attachment says."""
    named = re.search(
        r"v([1-9][0-9]{0,3})\.(?:tar|gz|pdf|tgz|zip|html|ps)", answer.headers.get("Content-Disposition", ""), re.ASCII
    )
    return id.version or (int(named[1]) if named else None)
