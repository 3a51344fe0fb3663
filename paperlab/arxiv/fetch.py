"""One polite request: who we are, whom we may ask, how long we wait, how much we take, when we try again.

Source: info.arxiv.org/help/api/tou, help/robots (go on after a 403 and you are an attacker);
429 `Rate exceeded.` comes mostly without Retry-After.
"""

from __future__ import annotations

import http.client
import io
import re
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests
import urllib3

from paperlab import __version__
from paperlab.arxiv.pace import PATIENCE_SECONDS, Pace
from paperlab.arxiv.text import short
from paperlab.errors import BadAnswer, LabUnusable, NetworkError, Offline, PaperlabError, UsageError

METADATA_BYTES = 50_000_000
FILE_BYTES = 200_000_000
TRIES = 3
CONNECT_SECONDS = 10.0
_ERROR_PAGE_BYTES = 1_000_000
_HOPS = 5
_ANSWERS = (200, 304, 400, 404)
"""Statuses that are answers; 400 and 404 carry a page that says why."""
_THROTTLES = (429, 503)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said."""

    address: str
    """As asked, after mirror and redirects."""
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    """Empty where the body went to a file."""
    file_bytes: int = 0
    """Bytes that went to the file."""


Check = Callable[[Answer], None]


def _anything(answer: Answer) -> None:
    """Accept any answer."""


class Fetcher:
    """Asks, in turn with every other paperlab of this user."""

    def __init__(
        self, *, pace: Pace, mirror: str = "", timeout: float = 60.0, contact: str = "", offline: bool = False
    ) -> None:
        """Ask arXiv's hosts, or `mirror` in their place; `timeout` in seconds, `contact` for the User-Agent."""
        self.pace, self.timeout, self.offline = pace, timeout, offline
        self.mirror = _mirror(mirror)
        self.session = _Session()
        self.session.headers["User-Agent"] = f"paperlab/{__version__}" + (f" (+{_header(contact)})" if contact else "")
        # One connection at a time over all processes: none is kept open between questions.
        self.session.headers["Connection"] = "close"
        # Without this, requests would look for a password in ~/.netrc and send it.
        self.session.auth = lambda request: request

    def get(
        self,
        url: str,
        *,
        limit: int = METADATA_BYTES,
        headers: Mapping[str, str] | None = None,
        check: Check = _anything,
        into: Path | None = None,
    ) -> Answer:
        """Ask for one address, again where that can help.

        Args:
            url: address at one of arXiv's hosts.
            limit: bytes of the body, at most.
            headers: further request headers.
            check: raises BadAnswer where the answer is cut or strange, so that it is asked for again.
            into: file that takes the body of a 200, written through; the Answer's body is then empty.

        Raises:
            Offline: a setting forbids to ask.
            Throttled: arXiv said "later".
            BadAnswer: the answer cannot be used, in spite of another try.
            NetworkError: no answer came.
        """
        if self.offline:
            raise Offline(
                f"expected to ask {_host(url)}, but paperlab is offline by setting; unset PAPERLAB_OFFLINE and try again"
            )
        started = time.monotonic()
        problem: PaperlabError = NetworkError(f"{short(url)} was not asked")
        for _ in range(TRIES):
            try:
                answer = self._turn(url, limit=limit, headers=headers or {}, into=into)
                check(answer)
            except _Later:
                problem = self.pace.throttled()
                wait = self.pace.read().block_left(time.time())
                if time.monotonic() - started + wait > PATIENCE_SECONDS:
                    break
            except _Again as error:
                problem = error.problem
            except BadAnswer as error:
                problem = error
            else:
                return answer
            if time.monotonic() - started > PATIENCE_SECONDS:
                break
        raise problem

    def _turn(self, url: str, *, limit: int, headers: Mapping[str, str], into: Path | None) -> Answer:
        """Ask once, in our turn, and read the status."""
        with self.pace.turn():
            try:
                answer = self._follow(url, limit=limit, headers=headers, into=into)
            except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
                raise _Again(_network_error(self._address(url), error, self.timeout)) from error
            except ValueError as error:  # urllib's word for a Location that is no address
                raise BadAnswer(f"expected an answer from {short(url)}, got a redirect to nowhere: {error}") from error
            if answer.status in _THROTTLES:
                self.pace.block(_retry_after(answer))
                raise _Later
            if answer.status == 403:
                self.pace.forbid()
                raise NetworkError(
                    f"{short(answer.address)} answered 403: access denied; paperlab stops asking, look at arXiv's terms"
                )
            if answer.status >= 500:
                raise _Again(
                    NetworkError(
                        f"expected an answer from {short(answer.address)}, got status {answer.status}; try again later"
                    )
                )
            self.pace.clear()
        if answer.status not in _ANSWERS:
            raise NetworkError(f"expected an answer from {short(answer.address)}, got status {answer.status}")
        return answer

    def _follow(self, url: str, *, limit: int, headers: Mapping[str, str], into: Path | None) -> Answer:
        """Follow redirects, as long as they stay at arXiv or at the mirror."""
        address = self._address(url)
        for _ in range(_HOPS):
            with closing(self.session), self._open(address, headers) as response:
                if not response.is_redirect:
                    return self._read(response, address, limit=limit, into=into)
                address = self._address(urljoin(address, response.headers["Location"]))
            self.pace.hop()
        raise BadAnswer(f"expected an answer from {short(url)}, got more than {_HOPS} redirects")

    def _open(self, address: str, headers: Mapping[str, str]) -> requests.Response:
        return self.session.get(
            address,
            headers={"Accept-Encoding": "identity", **headers},
            timeout=(min(CONNECT_SECONDS, self.timeout), self.timeout),
            stream=True,
            allow_redirects=False,
        )

    def _read(self, response: requests.Response, address: str, *, limit: int, into: Path | None) -> Answer:
        """Read the body with its limits of bytes and time."""
        to_file = into is not None and response.status_code == 200
        allowed = limit if response.status_code == 200 else _ERROR_PAGE_BYTES
        deadline = time.monotonic() + self.timeout * (20 if to_file else 2)
        buffer = io.BytesIO()
        try:
            with into.open("wb") if into is not None and to_file else buffer as sink:
                taken = _pour(response, sink, address=address, limit=allowed, deadline=deadline)
                body = b"" if to_file else _plain(buffer.getvalue(), limit=allowed, address=address)
        except OSError as error:
            if isinstance(error, requests.RequestException):
                raise
            raise LabUnusable(
                f"could not write {into}: {error.strerror or error}; free some space and try again"
            ) from error
        return Answer(
            address=address,
            status=response.status_code,
            headers=response.headers,
            body=body,
            file_bytes=taken if to_file else 0,
        )

    def _address(self, url: str) -> str:
        """Give the address to ask: at the mirror where there is one, else at arXiv over https."""
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        at_arxiv = host == "arxiv.org" or host.endswith(".arxiv.org")
        at_mirror = bool(self.mirror) and url.startswith(self.mirror + "/")
        if parts.scheme not in ("http", "https") or not (at_arxiv or at_mirror):
            raise BadAnswer(
                f"expected an address at {self.mirror or 'arxiv.org'}, got a redirect to {url[:200]!r}; not followed"
            )
        if at_mirror:
            return url
        if self.mirror:
            return self.mirror + urlunsplit(("", "", parts.path or "/", parts.query, ""))
        return urlunsplit(("https", host, parts.path, parts.query, ""))


class _Session(requests.Session):
    """Follows no redirect by itself, and looks at none: that is done above, with the mirror in mind."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        del resp
        return None


class _Later(Exception):
    """429 or 503; the pace knows until when."""


class _Again(Exception):
    """A fault that may pass; `problem` is what to raise when it does not."""

    def __init__(self, problem: PaperlabError) -> None:
        super().__init__(str(problem))
        self.problem = problem


def _pour(response: requests.Response, sink: IO[bytes], *, address: str, limit: int, deadline: float) -> int:
    """Copy the body; a drip past the deadline, a flood past the limit and a cut body end it."""
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > limit:
        raise BadAnswer(
            f"expected at most {limit:,} bytes from {short(address)}, got {int(announced):,} announced; not fetched"
        )
    taken = 0
    # read1 gives what has arrived; read would wait for a full block and miss the deadline of a drip.
    # A body shorter than its Content-Length is urllib3's IncompleteRead.
    while chunk := response.raw.read1(1 << 16, decode_content=False):
        taken += len(chunk)
        if taken > limit:
            raise BadAnswer(f"expected at most {limit:,} bytes from {short(address)}, got more; stopped")
        if time.monotonic() > deadline:
            raise requests.ReadTimeout(f"{taken} bytes, too slow")
        sink.write(chunk)
    return taken


def _plain(body: bytes, *, limit: int, address: str) -> bytes:
    """Undo gzip that a server applied unasked, within the limit."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    inflate = zlib.decompressobj(wbits=31)
    try:
        plain = inflate.decompress(body, limit + 1)
    except zlib.error as error:
        raise BadAnswer(f"expected gzip from {short(address)}, got: {error}") from error
    if len(plain) > limit or not inflate.eof:
        raise BadAnswer(f"expected at most {limit:,} bytes from {short(address)}, got more, or a cut gzip")
    return plain


def _retry_after(answer: Answer) -> float | None:
    """Read Retry-After: seconds or a date; None where it is missing or strange."""
    text = answer.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _network_error(address: str, error: Exception, timeout: float) -> PaperlabError:
    """Say in one line what a failed request means."""
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return NetworkError(f"expected an answer from {short(address)} within {timeout:g} s, got none; try again later")
    if any(isinstance(part, http.client.IncompleteRead) for part in (error, *error.args)):  # urllib3's is one, too
        return BadAnswer(
            f"expected a whole answer from {short(address)}, got a part; the connection was cut, try again"
        )
    # urllib3 puts the address that was asked, at length, and the name of its own class before the reason.
    reason = re.sub(r"^\w+\(.*?\): ", "", " ".join(str(_innermost(error)).split()))[:160]
    place = _host(address) + (
        " through your proxy (HTTP_PROXY, HTTPS_PROXY)" if isinstance(error, requests.exceptions.ProxyError) else ""
    )
    return NetworkError(f"could not reach {place}: {reason}; check the network and try again", address=address)


def _innermost(error: Exception) -> Exception:
    """Give the fault that requests and urllib3 wrap, some deep: a proxy that refuses lies four below."""
    inner = getattr(error, "reason", None) or (error.args[-1] if error.args else None)
    return _innermost(inner) if isinstance(inner, Exception) else error


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _header(text: str) -> str:
    """Keep a header on one line of Latin-1: what a person writes in a settings file may hold anything."""
    return re.sub(r"[^\x20-\x7e]", "", text)


def _mirror(text: str) -> str:
    """Check the address of a mirror."""
    try:
        parts = urlsplit(text)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and " " not in text
    except ValueError:  # a port beyond 65535, half an address in brackets
        fits = False
    if text and not fits:
        raise UsageError(f"arxiv.mirror: expected an address like http://127.0.0.1:8080, got {text!r}")
    return text.rstrip("/")
