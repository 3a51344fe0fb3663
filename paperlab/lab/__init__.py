"""The facade: `Lab` joins the rooms, and is the Python API for notebooks and scripts.

Each method is a verb of the command line. Rooms are imported inside the methods that need them, since
`paperlab list` must load neither torch nor a web library.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.errors import NothingFound, UsageError
from paperlab.lab.root import LIST, find_root, make_root
from paperlab.records.queue import STATES
from paperlab.settings import Settings, Value, state_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Talk = Callable[[str], None]
    """Takes one line for the person who waits."""
    Progress = Callable[[int, int, str], None]
    """Takes how much is done, of how much, and what is being done."""

    from paperlab.arxiv import ArxivClient
    from paperlab.harness import Request
    from paperlab.lab.judging import Benched, ClaimRow
    from paperlab.lab.making import Made
    from paperlab.lab.reading import Added, FeedNews, Synced
    from paperlab.library import Library
    from paperlab.publish import SiteReport
    from paperlab.records.changes import Event, Feed, NewEntry
    from paperlab.records.extracted import Paper
    from paperlab.records.ids import PaperId
    from paperlab.records.paper import PaperRecord
    from paperlab.records.queue import Entry, Line, Ranked


def _silent(_line: str) -> None:
    """Say nothing."""


def _still(_done: int, _total: int, _what: str) -> None:
    """Show nothing."""


_NAMED_MOST = 5


def _words(verb: str, names: Sequence[str]) -> str:
    """Give the words under which `log` and `undo` name a command: all of a few names, the first of many."""
    more = [f"and {len(names) - _NAMED_MOST} more"] if len(names) > _NAMED_MOST else []
    return " ".join([verb, *names[:_NAMED_MOST], *more])


class Lab:
    """A reading list, its implementations and what was measured, under one folder.

    Attributes:
        root: the folder that holds reading_list.db.
        settings: see `paperlab.settings`.
    """

    def __init__(self, root: Path, *, flags: Mapping[str, Value] | None = None, talk: Talk = _silent) -> None:
        """Open the lab at `root`; nothing is read until a verb needs it."""
        self.root = root
        self.settings = Settings(lab=root, flags=flags)
        self.talk = talk
        self.progress: Progress = _still

    @classmethod
    def find(
        cls, start: Path | None = None, *, named: Path | None = None, flags: Mapping[str, Value] | None = None
    ) -> Lab:
        """Find the lab upward from `start` (default: the current folder).

        Raises:
            NoLab: there is none.
        """
        return cls(find_root(start, named=named), flags=flags)

    @classmethod
    def create(cls, folder: Path, *, flags: Mapping[str, Value] | None = None) -> Lab:
        """Make a lab in `folder`.

        Raises:
            Conflict: there is one already.
        """
        from paperlab.library import Library

        root = make_root(folder)
        Library.create(root / LIST).close()
        return cls(root, flags=flags)

    @property
    def store(self) -> Path:
        """The lab's own folder for cache, measurements and executed notebooks; left out of git."""
        return self.root / ".paperlab"

    @property
    def cache(self) -> Path:
        """Where e-prints and pages are kept."""
        return self.store / "cache"

    def library(self, *, write: bool = False) -> Library:
        """Open the reading list; reading changes no byte of it."""
        from paperlab.library import Library

        return Library.open(self.root / LIST, write=write)

    def _check(self) -> None:
        """Refuse a lab whose list cannot be read, before a long act makes anything in it."""
        self.library().close()

    def client(self) -> ArxivClient:
        """Give the one thing that asks arXiv."""
        from paperlab.arxiv import ArxivClient

        s = self.settings
        return ArxivClient(
            mirror=s.text("arxiv.mirror"),
            delay=s.number("arxiv.delay"),
            timeout=s.number("arxiv.timeout"),
            contact=s.text("arxiv.contact"),
            state=state_folder(),
            offline=s.flag("offline"),
            talk=self.talk,
        )

    def add(
        self,
        words: Iterable[str],
        *,
        why: str | None = None,
        parent: str | None = None,
        priority: int | None = None,
        tags: Sequence[str] = (),
    ) -> Added:
        """Queue papers named by id, link or DOI.

        Args:
            words: the papers.
            why: in a line, why you want to read them.
            parent: the paper that made you want them: an id in any form, on the list or not, or the unique
                beginning of a title on the list.
            priority: 0 (none) to 9 (first); None leaves it as it is.
            tags: kept in lower case.

        Raises:
            BadId: a word is none of these; the others are kept all the same, as `context["added"]` tells.
            NothingFound: `parent` is neither an id nor the title of a paper on the list; nothing is added.
        """
        from paperlab.errors import BadId
        from paperlab.lab.reading import parse_ids

        words = list(words)
        good, bad = parse_ids(words)
        from paperlab.records.changes import NewEntry

        origin = self._origin(parent) if parent else None
        items = [
            NewEntry(id=i.base, version=i.version, why=why, parent=origin, priority=priority, tags=tuple(tags))
            for i in good
        ]
        added = self.add_entries(items, command=_words("add", list(map(str, good))))
        if bad:
            kept = f"; the other {len(good)} were kept" if good else ""
            shown = ", ".join(repr(b[:60]) for b in bad[:5]) + (", ..." if len(bad) > 5 else "")
            raise BadId(f"expected arXiv ids, links or DOIs, got {shown}{kept}", added=added)
        return added

    def _origin(self, text: str) -> str:
        """Give the id of a paper that need not be on the list."""
        from paperlab.records.ids import PaperId

        found = PaperId.maybe(text)
        return found.base if found else self.entry(text).id

    def add_entries(self, items: Sequence[NewEntry], *, command: str) -> Added:
        """Queue papers from ready-made items."""
        from paperlab.lab.reading import Added, add

        if not items:
            return Added()
        with self.library(write=True) as library, library.command(command):
            return add(library, self.client(), items)

    def search(self, query: str, *, limit: int = 20) -> tuple[PaperRecord, ...]:
        """Ask arXiv's search.

        Raises:
            UsageError: nothing to search for.
        """
        if not query.strip():
            raise UsageError("expected words to search for, got nothing")
        return self.client().search(query, limit=limit)

    def sync(self, feeds: Sequence[str] = (), *, on_feed: Callable[[FeedNews], None] | None = None) -> Synced:
        """Complete pending papers, then read the named feeds, or all that are followed.

        Raises:
            NothingFound: a named feed is not followed; nothing was asked.
        """
        import dataclasses

        from paperlab.lab.reading import complete, read_feed

        with self.library(write=True) as library, library.command(_words("sync", feeds)):
            client = self.client()
            followed = [f.name for f in library.feeds()]
            strange = [name for name in feeds if name not in followed]
            if strange:
                raise NothingFound(f"{strange[0]} is not followed; `paperlab feed add {strange[0]}` follows it")
            done = complete(library, client)
            news = []
            for feed in feeds or followed:
                news.append(read_feed(library, client, feed))
                if on_feed:
                    on_feed(news[-1])
            trouble = done.trouble or next((n.trouble for n in news if n.trouble), None)
            return dataclasses.replace(done, feeds=tuple(news), trouble=trouble)

    def follow(self, feeds: Sequence[str]) -> None:
        """Follow announcement feeds such as cs.LG; `sync` reads them.

        Raises:
            UsageError: one of them can be no feed; none is followed.
        """
        from paperlab.arxiv import feed_name

        names = [feed_name(feed) for feed in feeds]
        with self.library(write=True) as library, library.command(_words("feed add", names)):
            for name in names:
                library.add_feed(name)

    def unfollow(self, feeds: Sequence[str]) -> None:
        """Follow feeds no longer; the papers that they brought stay.

        Raises:
            NothingFound: one of them is not followed.
        """
        with self.library(write=True) as library, library.command(_words("feed rm", feeds)):
            for feed in feeds:
                library.remove_feed(feed)

    def feeds(self) -> tuple[Feed, ...]:
        """Give the feeds that are followed."""
        with self.library() as library:
            return library.feeds()

    def log(self, *, limit: int = 50) -> list[Event]:
        """Give the last changes, newest first."""
        with self.library() as library:
            return library.log(limit)

    def entries(self, *, state: str | None = None, tag: str | None = None, limit: int | None = None) -> list[Entry]:
        """Give the list."""
        with self.library() as library:
            return library.entries(state=state, tag=tag, limit=limit)

    def lines(self, *, state: str | None = None, tag: str | None = None, limit: int | None = None) -> list[Line]:
        """Give what a line of the list shows of each entry."""
        with self.library() as library:
            return library.lines(state=state, tag=tag, limit=limit)

    def entry(self, text: str) -> Entry:
        """Give one entry by id in any form, or by the unique beginning of its title."""
        with self.library() as library:
            return library.entry(text)

    def record(self, id: PaperId) -> PaperRecord | None:
        """Give what arXiv says about a paper, asking only when the list does not know."""
        from paperlab.lab.papers import fetch_record

        return fetch_record(self, id)

    def ranked(self, *, minutes: int | None = None, limit: int = 5) -> list[Ranked]:
        """Give what to read now, best first, each with the terms of its score."""
        with self.library() as library:
            return library.ranked(minutes=minutes, limit=limit)

    def find_papers(self, query: str, *, limit: int = 50) -> list[Entry]:
        """Search titles, abstracts, authors and notes of the list."""
        with self.library() as library:
            return library.find(query, limit=limit)

    def start(self, text: str, *, park: str | None = None) -> Entry:
        """Begin to read.

        Raises:
            Refused: as many papers are being read as the limit allows, and none is parked.
        """
        with self.library(write=True) as library:
            entry = library.entry(text)
            parked = library.entry(park).id if park else None
            limit = int(self.settings.number("queue.wip"))
            return library.begin(entry.id, limit=limit, park=parked, command=f"start {entry.id}")

    def done(self, text: str, *, minutes: int | None = None, idea: Mapping[str, str] | None = None) -> Entry:
        """Mark a paper as read, with the minutes it took and its main idea; one that is further stays there."""
        with self.library(write=True) as library:
            entry = library.entry(text)
            with library.command(f"done {entry.id}"):
                if idea:
                    library.idea(entry.id, **idea)
                further = STATES.index("read") < STATES.index(entry.state) <= STATES.index("explained")
                return library.move(entry.id, entry.state if further else "read", minutes=minutes)

    def remove(self, words: Sequence[str]) -> tuple[Entry, ...]:
        """Take papers off the list; `undo` brings them back with everything they had."""
        with self.library(write=True) as library:
            entries = {entry.id: entry for entry in map(library.entry, words)}
            library.remove(list(entries), command=_words("rm", list(entries)))
            return tuple(entries.values())

    def undo(self) -> str:
        """Take back the last command that changed the list."""
        with self.library(write=True) as library:
            return library.undo()

    def redo(self) -> str:
        """Do again what was taken back last."""
        with self.library(write=True) as library:
            return library.redo()

    def extract(self, text: str, *, reader: str | None = None) -> Paper:
        """Read everything out of an e-print named by id or path."""
        from paperlab.lab.papers import named, read

        return read(self, named(text), self.cache, reader=reader)

    def implement(self, text: str, *, slug: str | None = None, blank: bool = False) -> Made:
        """Make or merge the implementation folder of a paper named by id, path or slug."""
        from paperlab.lab.making import implement

        self._check()
        return implement(self, text, slug=slug, blank=blank)

    def request(self) -> Request:
        """Give what the settings ask of a bench; `dataclasses.replace` changes it."""
        from paperlab.harness import Request

        s = self.settings
        return Request(
            budget=s.text("bench.budget"),
            seeds=int(s.number("bench.seeds")),
            device=s.text("bench.device"),
            jobs=int(s.number("bench.jobs")),
        )

    def bench(
        self,
        slugs: Sequence[str] = (),
        request: Request | None = None,
        *,
        record: bool = False,
        on_progress: Progress = _still,
    ) -> tuple[Benched, ...]:
        """Measure implementations, all of the lab by default, and judge their claims; rows are kept as they come."""
        from paperlab.lab.judging import bench

        self._check()
        return bench(self, slugs, request or self.request(), record=record, on_progress=on_progress)

    def claims(self, slugs: Sequence[str] = ()) -> tuple[ClaimRow, ...]:
        """Give every claim with its verdict: from this lab's rows, else from the folder's results.json."""
        from paperlab.lab.judging import claims

        return claims(self, slugs)

    def publish(self, slugs: Sequence[str] = (), *, out: Path | None = None, jobs: int | None = None) -> SiteReport:
        """Execute the notebooks afresh, `jobs` at a time (default: two), and build the site; its other pages stay.

        Raises:
            Refused: a cell failed, with its id.
            Leak: a secret stands in something that would be published.
        """
        from paperlab.lab.publishing import publish

        self._check()
        return publish(self, slugs, out=out, jobs=jobs)
