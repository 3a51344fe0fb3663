"""OPML 2.0: outlines of links, in groups; feed readers and outliners take it.

A paper of arXiv is taken with its title where the outline names its authors too (`dc:creator`, as our own export
does); else its title is only what somebody called a link, and arXiv is asked for it.

Source: opml.org/spec2.opml.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from paperlab.exchange import dates, found
from paperlab.exchange.found import Broken
from paperlab.exchange.xmltree import attribute, local
from paperlab.records.naming import canonical, doi, is_elsewhere, link
from paperlab.records.queue import STATES
from paperlab.records.works import Reading, Work

if TYPE_CHECKING:
    from lxml.etree import _Element

_LINKS = ("url", "htmlUrl", "xmlUrl", "URL", "htmlurl", "xmlurl", "href")
_DC = "{http://purl.org/dc/elements/1.1/}"
_FEEDS = ("rss.arxiv.org", "/rss/", "/atom/", "export.arxiv.org/api/query")


def read(tree: _Element, trouble: str = "") -> Reading:
    """Read every outline that links to a work; groups called like a state give the state."""
    works: list[Work] = []
    faults = [trouble] if trouble else []
    for body in tree.iter():
        if local(body) == "body":
            for what in _outlines(body, None):
                (works if isinstance(what, Work) else faults).append(what)  # type: ignore[arg-type]  # by its kind
    return Reading(works=found.once(works), faults=tuple(faults), format="opml")


def _outlines(parent: _Element, state: str | None) -> Iterator[Work | str]:
    stack = [(child, state) for child in reversed(parent)]
    while stack:
        element, state = stack.pop()
        if local(element) != "outline":
            continue
        told = {name: value.strip() for name, value in element.attrib.items() if value.strip()}
        title = told.get("text") or told.get("title") or ""
        if any(name in told for name in _LINKS) or canonical(title) or told.get("type") == "work":
            yield from _one(told, title, state)
        word = title.lower()
        inner = word if word in STATES else state
        stack += [(child, inner) for child in reversed(element)]


def _one(told: Mapping[str, str], title: str, state: str | None) -> Iterator[Work | str]:
    try:
        yield _work(told, title, state)
    except Broken as error:
        yield f"outline {title[:60]!r}: {error}"


def _work(told: Mapping[str, str], title: str, state: str | None) -> Work:
    urls = [told[name] for name in _LINKS if name in told]
    feed = next((url for url in urls if "arxiv.org" in url and any(part in url for part in _FEEDS)), None)
    id = found.named([*urls, title, told.get("key")])
    if id is None and feed:
        raise Broken(f"is a feed; follow it with `paperlab feed add {_followed(feed)}`")
    own = told.get("key", "")
    kept = (
        own if is_elsewhere(own) else found.key_of(id, dois=[told.get("doi"), *urls], urls=[*urls, title], title=title)
    )
    authors = [name.strip() for name in told.get(f"{_DC}creator", "").split(";") if name.strip()]
    if id and not authors:
        title = ""
    if canonical(title):
        title = ""
    facts = {
        "published": dates.moment(told.get(f"{_DC}date", "")),
        "doi": doi(told.get("doi", "")),
        "abstract": told.get("description", ""),
    }
    return found.work(
        kept, id.version if id else None, title, authors, facts=facts, state=state, notes=told.get("_note", ""),
        tags=found.tags(part.strip("/") for part in told.get("category", "").split(",")),
        added_at=dates.moment(told.get("created", "")),
    )  # fmt: skip


def _followed(feed: str) -> str:
    """Give the words of `feed add` for the address of a feed: its category, or the query that it asks."""
    asked = parse_qs(urlsplit(feed).query).get("search_query")
    return shlex.quote(asked[0]) if asked else feed.rstrip("/").rpartition("/")[2]


_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
<head><title>Reading list</title></head>
<body>
"""


def write(works: Sequence[Work]) -> Iterator[str]:
    """Give one outline a state, and in it one a work."""
    yield _HEAD
    for state in STATES:
        inside = [item for item in works if item.state == state]
        if inside:
            yield f'<outline text="{state}">\n'
            yield from map(_outline, inside)
            yield "</outline>\n"
    yield "</body>\n</opml>\n"


def _outline(item: Work) -> str:
    record = item.record
    address = link(item.id, item.version)
    told = {
        "text": record.title if record else item.id, "type": "link" if address else "work", "url": address,
        "key": None if address else item.id, "category": ",".join(item.tags),
        "created": format_datetime(datetime.fromisoformat(item.added_at)) if item.added_at else None,
        "dc:creator": "; ".join(name.replace(";", ",") for name in record.authors) if record else None,
        "dc:date": record.published if record else None, "_note": item.notes,
    }  # fmt: skip
    return f"  <outline{''.join(attribute(name, value) for name, value in told.items())}/>\n"
