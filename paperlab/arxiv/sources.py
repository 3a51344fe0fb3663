"""E-prints and pages of one paper: which address, which check, what stands in where there is no source.

Source: info.arxiv.org/help/mimetypes; withdrawn, without source, unknown and malformed are all a 404 with a page
that says which (arXiv/arxiv-browse, browse/controllers/files).
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from paperlab.arxiv.eprints import SOURCE_BYTES, Known, Store, now, write_whole
from paperlab.arxiv.fetch import FILE_BYTES, Answer, Fetcher
from paperlab.arxiv.sniff import HEAD_BYTES, kind_of_bytes, kind_of_file
from paperlab.arxiv.text import squash
from paperlab.errors import BadAnswer, NetworkError, NothingFound, Unsafe, UsageError
from paperlab.records.ids import PaperId
from paperlab.records.paper import Eprint


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where e-prints and pages come from, and where they are kept."""

    fetch: Fetcher
    cache: Path
    fresh_seconds: float
    """How long what came for the newest version is taken from the cache."""
    talk: Callable[[str], None]
    readable: Callable[[PaperId], PaperId | None]
    """The newest version that is not withdrawn, where somebody can tell."""

    @property
    def store(self) -> Store:
        """The e-prints of the cache."""
        return Store(self.cache)

    def page(self, id: PaperId, kind: str) -> Path:
        """Give the file of a page, from the cache where it is whole and new enough.

        Raises:
            UsageError: an unknown kind.
            NothingFound: there is no such page.
        """
        if kind not in PAGES:
            raise UsageError(f"expected a page of kind {', '.join(PAGES)}, got {kind!r}")
        page = PAGES[kind]
        path = self.cache / "pages" / f"{id.file_name}{page.ending}"
        if _usable(path, page, id, self.fresh_seconds):
            return path
        address = f"{page.host}/{kind}/{quote(str(id))}"
        answer = self.fetch.get(address, limit=page.limit, check=lambda a: _check_page(a, page))
        if answer.status != 200:
            raise NothingFound(f"arXiv has no {kind} page of {id}: {_reason(answer)}")
        write_whole(path, answer.body)
        return path

    def eprint(self, id: PaperId) -> Eprint:
        """Give the e-print: from the cache where it is whole and new enough, or where arXiv cannot be asked now.

        Raises:
            NothingFound: withdrawn, without source, or unknown.
            BadAnswer: an archive that is broken twice.
            Unsafe: an archive that reaches outside or passes a limit.
        """
        known = self.store.known(id)
        if known and (id.version is not None or known.age_seconds < self.fresh_seconds):
            return self.store.eprint(known.sha256, id=id, known=known)
        try:
            return self._ask_twice(id)
        except NetworkError as error:
            if known is None:
                raise
            self.talk(f"{error}; going on with the e-print of {known.fetched_at}")
            return self.store.eprint(known.sha256, id=id, known=known)

    def _ask_twice(self, id: PaperId) -> Eprint:
        try:
            return self._ask(id)
        except BadAnswer as error:
            if not error.context.get("archive"):
                raise  # the fetcher has asked again already
            # Cut in a way that Content-Length did not show: the archive's own checksum did.
            return self._ask(id)

    def _ask(self, id: PaperId) -> Eprint:
        with self.store.workplace() as place:
            source = place / "source"
            address = f"https://export.arxiv.org/src/{quote(str(id))}"
            answer = self.fetch.get(address, limit=SOURCE_BYTES, into=source, check=lambda a: _check_source(a, source))
            if answer.status != 200:
                return self._instead(id, _reason(answer))
            version = _version(answer, id)
            try:
                sha256 = self._keep(place)
            except NothingFound as error:
                return self._instead(id, _WITHDRAWN if error.context.get("withdrawn") else _NO_SOURCE, version)
            except (BadAnswer, Unsafe) as error:
                raise type(error)(f"{answer.address}: {error}", **error.context) from error
        # HTML keeps formulas and tables that a PDF has lost. The PDF is noted when it is known that there is none:
        # where the question for it fails, it is asked again next time.
        html = self._html(id, version) if self.store.intact(sha256) == "pdf" else None
        return html or self._noted(sha256, id, version, answer.address)

    def _instead(self, id: PaperId, reason: str, version: int | None = None) -> Eprint:
        """Let the HTML page or the PDF stand in, unless the reason tells that there is nothing."""
        if reason == _WITHDRAWN:
            raise NothingFound(f"{id}: {reason}{self._earlier(id, version)}", withdrawn=True)
        if reason == _UNKNOWN:
            raise NothingFound(f"{id}: {reason}; check the id and its version")
        self.talk(f"{id} has no source that paperlab reads; trying its HTML page, then its PDF")
        if html := self._html(id, id.version):
            return html
        try:
            return self._from_file(self.page(id, "pdf"), id, id.version, f"https://arxiv.org/pdf/{id}")
        except NothingFound as error:
            earlier = self._earlier(id, version)
            raise NothingFound(f"{id}: arXiv has no source, no HTML page and no PDF{earlier}") from error

    def _html(self, id: PaperId, version: int | None) -> Eprint | None:
        """Give the HTML page as an e-print; None where there is none."""
        exact = PaperId(id.base, version)
        try:
            return self._from_file(self.page(exact, "html"), id, version, f"https://arxiv.org/html/{exact}")
        except NothingFound:
            return None

    def _from_file(self, path: Path, id: PaperId, version: int | None, address: str) -> Eprint:
        with self.store.workplace() as place:
            shutil.copyfile(path, place / "source")
            return self._noted(self._keep(place), id, version, address)

    def _keep(self, place: Path) -> str:
        return self.store.keep(place, withdrawn_means_nothing=True)

    def _noted(self, sha256: str, id: PaperId, version: int | None, address: str) -> Eprint:
        known = Known(sha256=sha256, version=version, address=address, fetched_at=now())
        self.store.note(id, known)
        return self.store.eprint(sha256, id=id, known=known)

    def _earlier(self, id: PaperId, version: int | None) -> str:
        """Offer a version to read instead: those before a withdrawn one stay readable."""
        number = id.version or version
        if number == 1:
            return "; there is no version before it"
        before = PaperId(id.base, number - 1) if number else self.readable(id)
        return f"; earlier versions stay readable, ask for {before or f'{id.base}v1'}"


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
    if answer.status == 200 and _is_cut(answer.body, page):
        raise BadAnswer(
            f"expected a whole {page.content} page from {answer.address}, got one that is cut; try again later"
        )


def _is_cut(body: bytes, page: Page) -> bool:
    """See whether the end is missing; authors' own HTML may have none, arXiv's pages and LaTeXML's do."""
    if page.content == "pdf":
        return b"%%EOF" not in body[-2048:]
    made_by_arxiv = page.ending == PAGES["abs"].ending or b"ltx_" in body
    return made_by_arxiv and b"</html>" not in body[-2048:].lower()


def _usable(path: Path, page: Page, id: PaperId, fresh_seconds: float) -> bool:
    """See whether the cache holds the page, whole, and new enough where no version was named."""
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


def _version(answer: Answer, id: PaperId) -> int | None:
    """Give the version that came: as asked, or as the name of the attachment says."""
    named = re.search(
        r"v([1-9][0-9]{0,3})\.(?:tar|gz|pdf|tgz|zip|html|ps)", answer.headers.get("Content-Disposition", ""), re.ASCII
    )
    return id.version or (int(named[1]) if named else None)
