"""The digest: what came, what was revised and finished, what is next, what waits; as Markdown and as a page.

Titles, authors and reasons are text from outside: neither form lets them add a link, a tag or a line of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from paperlab.lab.pages import page
from paperlab.lab.weeks import QUEUE
from paperlab.records.accents import accents

if TYPE_CHECKING:
    from paperlab.library import Library
    from paperlab.records.events import Event
    from paperlab.records.notices import Notice
    from paperlab.records.queue import Entry, Ranked

MOST = 20
"""Papers of one section; of more, the rest is counted."""
NEXT, WAITING = 5, 5
LONG_DAYS = 30
"""Who waits for less does not wait long."""
_FINISHED = ("read", "reproduced", "explained")


@dataclass(frozen=True, slots=True)
class Item:
    """A paper, and what is said of it, a line each."""

    id: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with papers."""

    heading: str
    items: tuple[Item, ...]
    more: int = 0
    """Papers that were left out."""


@dataclass(frozen=True, slots=True)
class Digest:
    """All of it."""

    since: str
    until: str
    """ISO 8601 UTC, both."""
    news: tuple[Section, ...]
    """What came and what was done; empty where there is nothing to tell."""
    outlook: tuple[Section, ...]
    """What is next and what waits, which is no news by itself."""


def gathered(library: Library, since: str, best: Sequence[Ranked]) -> Digest:
    """Gather what happened from a time on (ISO 8601 UTC); the same list at the same time gives the same digest.

    Args:
        library: the list.
        since: from when on.
        best: what `next` says, in the person's own weights.
    """
    until = library.now()
    events = [e for e in library.log(10_000_000, since=since) if not e.undone]
    events.reverse()
    news = [*_came(library, events, since), *_revised(library, since), *_finished(library, events)]
    outlook = [_next(best), _waiting(library, until)]
    return Digest(since, until, tuple(s for s in news if s.items), tuple(s for s in outlook if s.items))


def _section(heading: str, items: Sequence[Item]) -> Section:
    return Section(heading, tuple(items[:MOST]), max(len(items) - MOST, 0))


def _item(entry: Entry, *lines: str | None) -> Item:
    title = entry.title or f"{entry.id} (pending: arXiv has not told its title yet)"
    mark = "[withdrawn] " if entry.withdrawn else ""
    return Item(entry.id, f"{mark}{accents(title)}", tuple(line for line in lines if line))


def _authors(entry: Entry) -> str:
    more = " and others" if len(entry.authors) > 3 else ""
    return ", ".join(entry.authors[:3]) + more


def _came(library: Library, events: Iterable[Event], since: str) -> Iterator[Section]:
    """Give what feeds brought and nobody has looked at yet, a section a feed, and what was queued by hand."""
    added = dict.fromkeys(e.paper for e in events if e.kind == "added")
    entries = library.best(list(added))
    feeds = library.shown_since(since)
    fresh = [entry for entry in entries if entry.state == "inbox"]
    for feed in sorted({feeds.get(entry.id, "") for entry in fresh}):
        here = [_item(entry, _authors(entry)) for entry in fresh if feeds.get(entry.id, "") == feed]
        yield _section(f"New from {feed} ({len(here)})" if feed else f"New in the inbox ({len(here)})", here)
    queued = [entry for entry in entries if entry.state in QUEUE]
    yield _section(f"Queued ({len(queued)})", [_item(entry, _authors(entry), _because(entry)) for entry in queued])


def _because(entry: Entry) -> str | None:
    return f"Why: {entry.why}" if entry.why else None


def _revised(library: Library, since: str) -> Iterator[Section]:
    """Give the papers that got a notice, seen or not, in a line each: what changed, and the words of it."""
    said: dict[str, list[str]] = {}
    for notice in library.notices(seen=True, since=since):
        said.setdefault(notice.paper, []).append(_change(notice))
    entries = library.best(list(said))
    yield _section("Revised", [_item(entry, "; ".join([entry.state, *said[entry.id]])) for entry in entries])


def _change(notice: Notice) -> str:
    from paperlab.records.wording import excerpt, summary

    before, after = notice.before, notice.after
    versions = f"v{notice.old} is now v{notice.new}" if notice.old != notice.new else f"v{notice.new}"
    told = ", ".join(summary(before, after)) or "title and abstract as before"
    pairs = ((before.title, after.title), (before.abstract, after.abstract))
    words = [excerpt(old, new) for old, new in pairs if old and new and old != new]
    return ": ".join([f"{'withdrawn, ' if notice.kind == 'withdrawn' else ''}{versions}", told, *words])


def _finished(library: Library, events: Iterable[Event]) -> Iterator[Section]:
    """Give what was finished, and is still; with its main idea, which is what a reader keeps."""
    reached = {e.paper: e.after for e in events if e.kind in ("state", "added") and e.after in _FINISHED}
    items = []
    for entry in library.best(list(reached)):
        if entry.state not in (*_FINISHED, "implementing"):
            continue
        ideas = library.ideas(entry.id)
        names = {"main_idea": "Main idea", "build": "Would build", "unclear": "Did not get"}
        lines = [f"{name}: {' '.join(ideas[key].split())}" for key, name in names.items() if ideas[key]]
        minutes = f", {entry.minutes} minutes" if entry.minutes else ""
        items.append(_item(entry, f"{entry.state}{minutes}", *lines))
    yield _section("Finished", items)


def _next(best: Sequence[Ranked]) -> Section:
    return _section("Next", [_item(r.entry, _reasons(r)) for r in best])


def _reasons(ranked: Ranked) -> str:
    from paperlab.records.scores import because, shown

    return f"{ranked.minutes} minutes, score {shown(ranked)}: {because(ranked)}"


def _waiting(library: Library, until: str) -> Section:
    now = datetime.fromisoformat(until)
    items = []
    for paper in library.waiting(QUEUE, limit=WAITING):
        days = (now - datetime.fromisoformat(paper.added_at)).days
        if days >= LONG_DAYS:
            items.append(
                Item(paper.id, accents(paper.title) or f"{paper.id} (pending)", (f"{paper.state}, {days} days",))
            )
    return _section("Waiting longest", items)


# Markdown

_SIGNS = re.compile(r"([\\`*_{}\[\]<>|~#!$@])")
_ADDRESS = re.compile(r"(?i)(://|\bwww\.|\bmailto:|\bxmpp:|&(?=[#\w]))")


_BEGINNING = re.compile(r"^(\d*)([-+=:.)])")
"""What makes a list, a rule or a heading of a line that begins so."""


def marked(text: str) -> str:
    r"""Give a text from outside as Markdown of one line that shows just that text.

    >>> marked("A *new* [net](http://x.y) <b>"), marked("R&amp;D at www.x.y")
    ('A \\*new\\* \\[net\\](http\\://x.y) \\<b\\>', 'R\\&amp;D at www\\.x.y')
    """
    line = _BEGINNING.sub(r"\1\\\2", _SIGNS.sub(r"\\\1", _one_line(text)))
    return _ADDRESS.sub(lambda m: _broken(m.group()), line)


def _broken(address: str) -> str:
    """Break what Markdown would make a link or a sign of; the backslash is not shown before a sign of ASCII."""
    return address[:-1] + "\\" + address[-1] if address[-1] in ".:" else "\\" + address


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def to_markdown(digest: Digest) -> str:
    """Give the digest as Markdown."""
    parts = [f"# {_heading(digest)}"]
    for section in (*digest.news, *digest.outlook):
        parts.append(f"## {marked(section.heading)}")
        for item in section.items:
            parts.append("\n".join([f"- {_linked(item)}", *(f"  - {marked(x)}" for x in item.lines)]))
        if section.more:
            parts.append(f"and {section.more} more")
    return "\n\n".join(parts) + "\n"


def _link(item: Item) -> str | None:
    """Give the address of a paper, with the signs escaped that would end a link; None where there is none."""
    from urllib.parse import quote

    from paperlab.records.naming import link

    address = link(item.id)
    return None if address is None else quote(address, safe="/:?&=#%~+,;@!$*._-")


def _linked(item: Item) -> str:
    address = _link(item)
    return f"[{marked(item.title)}]({address})" if address else marked(item.title)


def _heading(digest: Digest) -> str:
    return f"Reading digest, {_day(digest.since)} to {_day(digest.until)}"


def _day(at: str) -> str:
    return datetime.fromisoformat(at).astimezone().date().isoformat() if "T" in at else at


# HTML


def to_html(digest: Digest) -> str:
    """Give the digest as one page."""
    body = []
    for section in (*digest.news, *digest.outlook):
        items = "\n".join(map(_html_item, section.items))
        more = f"<p>and {section.more} more</p>\n" if section.more else ""
        body.append(f"<h2>{escape(_one_line(section.heading))}</h2>\n<ul>\n{items}\n</ul>\n{more}")
    return page(_heading(digest), "".join(body))


def _html_item(item: Item) -> str:
    lines = "".join(f"<br><small>{escape(_one_line(line))}</small>" for line in item.lines)
    title, address = escape(_one_line(item.title)), _link(item)
    named = f'<a href="{escape(address)}">{title}</a>' if address else title
    return f"<li>{named}{lines}</li>"
