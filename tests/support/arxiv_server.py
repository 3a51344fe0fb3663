"""A small stand-in for arXiv on 127.0.0.1, with faults; all its data is made up here.

    with ArxivServer() as server:
        server.papers["2401.00001"] = Paper("2401.00001", title="A title")
        server.sources["2401.00001"] = tar_gz({"main.tex": b"..."})
        server.fail("/api/query", "429", times=2, retry_after="1")
        client = ArxivClient(mirror=server.url, delay=0, state=tmp_path)

Faults: any status number; reset, hang, truncate (Content-Length tells the truth), cut (it does not), short
(one entry less), empty (no entries), error (a feed that is one), html (a page in place of everything), drip, redirect (to `location`).
A test that wants it as a fixture writes `from tests.support.arxiv_server import arxiv_server`.
"""

from __future__ import annotations

import gzip
import io
import re
import socket
import struct
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest

from tests.support.arxiv_query import list_records, matching

OPEN = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"


@dataclass
class Paper:
    """One made-up paper; `versions` are its dates."""

    id: str
    title: str = "A made-up title"
    authors: tuple[str, ...] = ("Ada Example", "Bo Example")
    abstract: str = "We make things up."
    categories: tuple[str, ...] = ("cs.LG", "stat.ML")
    versions: tuple[str, ...] = ("2024-01-02T03:04:05Z", "2024-02-03T04:05:06Z")
    comment: str = ""
    licence: str = OPEN
    withdrawn: bool = False


@dataclass
class Fault:
    path: str
    do: str
    times: int | None = 1
    retry_after: str = ""
    location: str = ""
    seconds: float = 0.05


@dataclass
class Request:
    at: float
    """time.monotonic() when it came."""
    path: str
    headers: dict[str, str]
    ended: float = 0.0


@dataclass
class Reply:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def tar_gz(files: dict[str, bytes]) -> bytes:
    """Pack files as arXiv does."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return buffer.getvalue()


def page(words: str) -> bytes:
    return f"<!DOCTYPE html>\n<html><head><title>{words}</title></head><body><p>{words}</p></body></html>".encode()


class ArxivServer:
    """The stand-in; change its dicts at any time."""

    def __init__(self) -> None:
        self.papers: dict[str, Paper] = {}
        self.sources: dict[str, bytes] = {}
        """By id with or without version; a missing one is a 404 that says `no source`."""
        self.pages: dict[tuple[str, str], bytes] = {}
        """By (`html`, `pdf` or `abs`, id)."""
        self.announcements: list[tuple[str, int, str]] = []
        """(id, version, announce type); of every category that `batches` does not name."""
        self.batches: dict[str, list[tuple[str, int, str]]] = {}
        self.built = "Mon, 05 Feb 2024 00:00:00 -0500"
        """The date of the feeds."""
        self.modified = ""
        """Last-Modified of the feeds, in place of the ETag where it is set."""
        self.oai_day, self.oai_page = "2024-02-05", 100
        self.on_answer: Callable[[str], None] = lambda _path: None
        """Called after each answer, to let results shift between pages."""
        self.etag = '"made-up"'
        """Of the feeds; change it with the announcements, else the server says that nothing changed."""
        self.source_headers: dict[str, str] = {}
        self.faults: list[Fault] = []
        self.log: list[Request] = []
        self.busy = self.most_busy = 0
        self.lock, self.stop = threading.Lock(), threading.Event()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"stand_in": self}))
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> ArxivServer:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()

    def fail(self, path: str, do: str, times: int | None = 1, **more: Any) -> None:
        """Answer the next `times` requests whose path and query match with a fault; None for ever."""
        self.faults.append(Fault(path, do, times, **more))

    def paths(self) -> list[str]:
        return [request.path for request in self.log]

    def gaps(self) -> list[float]:
        """Seconds between the arrivals of requests."""
        times = sorted(request.at for request in self.log)
        return [later - earlier for earlier, later in pairwise(times)]

    def fault(self, target: str) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if re.search(fault.path, target) and fault.times != 0:
                    fault.times = None if fault.times is None else fault.times - 1
                    return fault
        return None

    def reply(self, target: str, headers: dict[str, str]) -> Reply:
        url = urlsplit(target)
        parts = unquote(url.path).strip("/").split("/", 1)
        query = {key: values[-1] for key, values in parse_qs(url.query, keep_blank_values=True).items()}
        if unquote(url.path) == "/api/query":
            return self.api(query)
        if parts[0] in ("rss", "atom"):
            return self.rss(parts[1], headers)
        if parts[0] == "oai":
            return self.oai(query)
        if parts[0] == "e-print":
            return Reply(301, headers={"Location": f"/src/{parts[1]}"})
        return self.source(parts[1]) if parts[0] == "src" else self.other(parts[0], parts[-1])

    def api(self, query: dict[str, str]) -> Reply:
        start, size = int(query.get("start", 0)), int(query.get("max_results", 10))
        ids = [i for i in query.get("id_list", "").split(",") if i]
        bad = next((i for i in ids if not re.fullmatch(r"(\d{4}\.\d{4,5}|[a-z-]+/\d{7})(v\d+)?", i)), None)
        if bad or "((" in query.get("search_query", ""):
            words = f"incorrect id format for {bad}" if bad else "unbalanced brackets"
            return Reply(400, _error_feed(words))
        found = [e for i in ids or matching(self.papers, query) if (e := self.entry(i))]
        shown = [e for e in found[start : start + size] if e]
        words = query.get("search_query", "")
        understood = words if ":" in words or not words else f"all:{words}"
        title = f"arXiv Query: search_query={understood}&id_list={','.join(ids)}&start={start}"
        return Reply(200, _feed(title, shown, len(found), start))

    def entry(self, text: str) -> str | None:
        base, _, version = text.rpartition("v") if re.search(r"v\d+$", text) else (text, "", "")
        paper = self.papers.get(base)
        number = int(version or len(paper.versions)) if paper else 0
        if paper is None or not 1 <= number <= len(paper.versions):
            return None
        return _entry(paper, number)

    def rss(self, category: str, headers: dict[str, str]) -> Reply:
        if category.startswith("xx"):
            return Reply(
                400, b"<?xml version='1.0'?><rss version='2.0'><channel><title>bad category</title></channel></rss>"
            )
        tags = {"ETag": self.etag, "Last-Modified": "Mon, 05 Feb 2024 05:00:00 GMT"}
        tags = {"Last-Modified": self.modified} if self.modified else tags
        asked = headers.get("If-Modified-Since") if self.modified else headers.get("If-None-Match")
        if asked == (self.modified or self.etag):
            return Reply(304, headers=tags)
        batch = self.batches.get(category, self.announcements)
        items = "".join(_item(self.papers[i], version, kind) for i, version, kind in batch)
        return Reply(200, _rss(items, self.built).encode(), tags)

    def oai(self, query: dict[str, str]) -> Reply:
        if query.get("verb") == "ListRecords":
            ids, more = list_records(self.papers, query, day=self.oai_day, page=self.oai_page)
            if not ids:
                return Reply(200, _oai(f'<error code="{more}">nothing</error>'))
            token = f"<resumptionToken>{more or ''}</resumptionToken>"
            return Reply(200, _oai(f"<ListRecords>{''.join(_raw(self.papers[i]) for i in ids)}{token}</ListRecords>"))
        paper = self.papers.get(query.get("identifier", "").removeprefix("oai:arXiv.org:"))
        if paper is None:
            return Reply(200, _oai('<error code="idDoesNotExist">no such record</error>'))
        return Reply(200, _oai(f"<GetRecord>{_raw(paper)}</GetRecord>"))

    def source(self, text: str) -> Reply:
        base = re.sub(r"v\d+$", "", text)
        body = self.sources.get(text, self.sources.get(base))
        paper = self.papers.get(base)
        if body is not None:
            version = text[len(base) + 1 :] or (len(paper.versions) if paper else 1)
            name = f'attachment; filename="arXiv-{base.replace("/", "_")}v{version}.tar.gz"'
            return Reply(200, body, {"Content-Disposition": name, **self.source_headers})
        words = "No document for" if paper is None else "withdrawn by the authors" if paper.withdrawn else "no source"
        return Reply(404, page(f"{words} {text}"))

    def other(self, kind: str, text: str) -> Reply:
        body = self.pages.get((kind, text), self.pages.get((kind, re.sub(r"v\d+$", "", text))))
        return Reply(200, body) if body is not None else Reply(404, page(f"{kind} not available for {text}"))


class _Handler(BaseHTTPRequestHandler):
    """One request; `stand_in` is set on the subclass that a server makes for itself."""

    protocol_version = "HTTP/1.1"
    stand_in: ArxivServer

    def do_GET(self) -> None:
        came, server = time.monotonic(), self.stand_in
        request = Request(came, self.path, dict(self.headers.items()))
        with server.lock:
            server.busy += 1
            server.most_busy = max(server.most_busy, server.busy)
            server.log.append(request)  # before the answer: who has read it finds its request here
        try:
            self.answer(server.fault(self.path))
        except OSError:
            self.close_connection = True
        finally:
            with server.lock:
                server.busy -= 1
                request.ended = time.monotonic()

    def answer(self, fault: Fault | None) -> None:
        do = fault.do if fault else ""
        if do == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        if do == "hang":
            self.stand_in.stop.wait(20)
        if do in ("reset", "hang"):
            self.close_connection = True
            return
        reply = _spoiled(self.stand_in.reply(self.path, dict(self.headers.items())), fault)
        self.send_response(reply.status)
        length = len(reply.body) * (2 if do == "truncate" else 1)
        for name, value in {"Content-Length": str(length), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.send(reply.body, fault)
        self.stand_in.on_answer(self.path)

    def send(self, body: bytes, fault: Fault | None) -> None:
        if fault and fault.do == "drip":
            for byte in body:
                self.wfile.write(bytes([byte]))
                if self.stand_in.stop.wait(fault.seconds):
                    return
            return
        self.wfile.write(body)
        if fault and fault.do == "truncate":
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _spoiled(reply: Reply, fault: Fault | None) -> Reply:
    do = fault.do if fault else ""
    if fault and do.isdigit():
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        return Reply(int(do), b"Rate exceeded.", headers)
    if fault and do == "redirect":
        return Reply(302, b"", {"Location": fault.location})
    spoil = {
        "truncate": lambda body: body[: len(body) // 2],
        "cut": lambda body: body[: len(body) // 2],
        "short": lambda body: re.sub(rb"<entry>(?!.*<entry>).*?</entry>", b"", body, flags=re.DOTALL),
        "empty": lambda body: re.sub(rb"<entry>.*</entry>", b"", body, flags=re.DOTALL),
        "html": lambda _: page("arXiv is under maintenance"),
        "nothing": lambda _: b"",
        "error": lambda _: _error_feed("backend unavailable"),
        "gzip": gzip.compress,
    }.get(do, lambda body: body)
    status = 200 if do == "html" else reply.status
    return Reply(status, spoil(reply.body), {} if do == "html" else reply.headers)


def _feed(title: str, entries: list[str], total: int, start: int) -> bytes:
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
<id>https://arxiv.org/api/made-up</id><title>{escape(title)}</title><updated>2024-05-05T00:00:00Z</updated>
<opensearch:itemsPerPage>{max(len(entries), 1)}</opensearch:itemsPerPage>
<opensearch:totalResults>{total}</opensearch:totalResults><opensearch:startIndex>{start}</opensearch:startIndex>
{"".join(entries)}</feed>""".encode()


def _error_feed(words: str) -> bytes:
    entry = f"<entry><id>https://arxiv.org/api/errors#{words.replace(' ', '_')}</id><title>Error</title><summary>{words}</summary></entry>"
    return _feed("arXiv Search Results", [entry], 1, 0)


def _entry(paper: Paper, number: int) -> str:
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in paper.authors)
    terms = "".join(f'<category term="{term}"/>' for term in paper.categories)
    comment = f"<arxiv:comment>{escape(paper.comment)}</arxiv:comment>" if paper.comment else ""
    return (
        f"<entry><id>http://arxiv.org/abs/{paper.id}v{number}</id><title>{escape(paper.title)}</title>"
        f"<updated>{paper.versions[number - 1]}</updated><published>{paper.versions[0]}</published>"
        f'<link href="https://arxiv.org/pdf/{paper.id}v{number}" rel="related" title="pdf"/>'
        f"<summary>{escape(paper.abstract)}</summary>{terms}{comment}"
        f'<arxiv:primary_category term="{paper.categories[0]}"/>{authors}</entry>'
    )


def _item(paper: Paper, version: int, kind: str) -> str:
    terms = "".join(f"<category>{term}</category>" for term in paper.categories)
    return (
        f"<item><title>{escape(paper.title)}</title><link>https://arxiv.org/abs/{paper.id}</link>"
        f"<description>arXiv:{paper.id}v{version} Announce Type: {kind} \nAbstract: {escape(paper.abstract)}</description>"
        f'<guid isPermaLink="false">oai:arXiv.org:{paper.id}v{version}</guid>{terms}'
        f"<pubDate>Mon, 05 Feb 2024 00:00:00 -0500</pubDate><arxiv:announce_type>{kind}</arxiv:announce_type>"
        f"<dc:rights>{paper.licence}</dc:rights><dc:creator>{escape(', '.join(paper.authors))}</dc:creator></item>"
    )


def _rss(items: str, built: str) -> str:
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>
<title>made up</title><link>http://rss.arxiv.org/rss/made-up</link><description>made up</description>
<lastBuildDate>{built}</lastBuildDate><skipDays><day>Sunday</day></skipDays>{items}</channel></rss>"""


def _oai(body: str) -> bytes:
    return f'<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{body}</OAI-PMH>'.encode()


def _raw(paper: Paper) -> str:
    newest = len(paper.versions)
    versions = "".join(
        f'<version version="v{n}"><date>{paper.versions[n - 1]}</date>'
        f"<size>{0 if paper.withdrawn and n == newest else 12}kb</size>"
        f"<source_type>{'I' if paper.withdrawn and n == newest else 'D'}</source_type></version>"
        for n in range(1, newest + 1)
    )
    return (
        f"<record><header><identifier>oai:arXiv.org:{paper.id}</identifier></header><metadata>"
        f'<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>{paper.id}</id>{versions}<title>{escape(paper.title)}</title>'
        f"<authors>{escape(' and '.join(paper.authors))}</authors><categories>{' '.join(paper.categories)}</categories>"
        f"<license>{paper.licence}</license><abstract>{escape(paper.abstract)}</abstract></arXivRaw></metadata></record>"
    )


@pytest.fixture
def arxiv_server() -> Iterator[ArxivServer]:
    """Give a running stand-in with two papers."""
    with ArxivServer() as server:
        for name in ("2401.00001", "hep-th/9901001"):
            server.papers[name] = Paper(name, title=f"Title of {name}")
        yield server
