"""Undo and redo against a plain model: a dict of papers and a stack of its copies."""

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from paperlab.errors import Conflict, NothingFound, Refused
from paperlab.library import Library
from paperlab.records.changes import NewEntry
from paperlab.records.paper import PaperRecord
from paperlab.records.queue import STATES
from tests.library.model import FOLLOWERS_OF
from tests.library.walk import Walk

PAPERS = ["1412.6980", "1706.03762", "hep-th/9901001", "2001.00001"]
papers = st.sampled_from(PAPERS)
tags = st.sampled_from(["a", "b", "c++"])


class Queue(Walk):
    """Every rule does the same to the library and to a dict."""

    def __init__(self) -> None:
        super().__init__({})

    def listed(self) -> dict[str, dict[str, Any]]:
        return {
            e.id: {
                "state": e.state, "priority": e.priority, "why": e.why, "parent": e.parent, "minutes": e.minutes,
                "tags": set(e.tags), "note": self.library.notes(e.id), "idea": self.library.ideas(e.id)["main_idea"],
                "added_at": e.added_at,
            }
            for e in self.library.entries()
        }  # fmt: skip

    @rule(
        paper=papers, state=st.sampled_from(STATES), priority=st.none() | st.integers(0, 9), tag=tags,
        parent=st.none() | papers,
    )  # fmt: skip
    def add(self, paper: str, state: str, priority: int | None, tag: str, parent: str | None) -> None:
        if paper == parent:
            return
        before = copy.deepcopy(self.model)
        why = "why" if (priority or 0) > 5 else None
        self.library.add([NewEntry(id=paper, state=state, priority=priority, why=why, parent=parent, tags=(tag,))])
        fresh = {
            "state": state, "priority": 0, "why": None, "parent": None, "minutes": None, "tags": set(), "note": "",
            "idea": "", "added_at": self.clock_now(),
        }  # fmt: skip
        entry = self.model.setdefault(paper, fresh)
        entry["priority"] = entry["priority"] if priority is None else priority
        entry["why"] = why or entry["why"]
        entry["parent"] = parent or entry["parent"]
        entry["tags"].add(tag)
        if state == "queued" and entry["state"] in ("inbox", "dropped"):
            entry["state"] = "queued"
        self.did(before)

    def clock_now(self) -> str:
        self.time -= 1
        return self.clock()

    @rule(paper=papers, state=st.sampled_from(STATES), minutes=st.none() | st.integers(0, 90))
    def move(self, paper: str, state: str, minutes: int | None) -> None:
        before = copy.deepcopy(self.model)
        try:
            self.library.move(paper, state, minutes=minutes)
        except NothingFound:
            assert paper not in self.model
        except Refused:
            assert state not in FOLLOWERS_OF[self.model[paper]["state"]]
        else:
            entry = self.model[paper]
            assert state == entry["state"] or state in FOLLOWERS_OF[entry["state"]]
            entry["state"] = state
            entry["minutes"] = entry["minutes"] if minutes is None else (entry["minutes"] or 0) + minutes
        self.did(before)

    @precondition(lambda self: self.model)
    @rule(data=st.data(), text=st.sampled_from(["", "x", "# y"]), tag=tags)
    def write(self, data: st.DataObject, text: str, tag: str) -> None:
        paper = data.draw(st.sampled_from(sorted(self.model)))
        before = copy.deepcopy(self.model)
        with self.library.command("write"):
            self.library.note(paper, text)
            self.library.idea(paper, main_idea=text)
            self.library.tag(paper, remove=[tag])
        self.model[paper] |= {"note": text, "idea": text}
        self.model[paper]["tags"].discard(tag)
        self.did(before)

    @rule(chosen=st.lists(papers, min_size=1, max_size=3))
    def remove(self, chosen: list[str]) -> None:
        before = copy.deepcopy(self.model)
        if all(paper in self.model for paper in chosen):
            self.library.remove(chosen)
            for paper in set(chosen):
                del self.model[paper]
        else:
            with pytest.raises(NothingFound):
                self.library.remove(chosen)
        self.did(before)

    @rule(paper=papers, version=st.integers(1, 3))
    def learn(self, paper: str, version: int) -> None:
        """Facts come in between and are no part of what is undone."""
        self.library.save_records([PaperRecord(id=paper, version=version, title=f"{paper} v{version}")])

    @invariant()
    def derived_columns_are_right(self) -> None:
        rows = self.library._connection.execute(
            "SELECT paper, mentions, added_day = CAST(julianday(added_at) AS INTEGER) FROM entries"
        )
        for paper, mentions, day in rows:
            above = self.model.get(self.model[paper]["parent"])
            assert mentions == (above is not None and above["state"] != "dropped")
            assert day == 1

    @invariant()
    def minutes_are_the_sum_of_live_events(self) -> None:
        sql = (
            "SELECT sum(v.minutes) FROM events v JOIN commands c ON c.id = v.command WHERE NOT c.undone AND v.paper = ?"
            " AND v.id > coalesce((SELECT max(r.id) FROM events r JOIN commands d ON d.id = r.command"
            " WHERE r.paper = v.paper AND r.kind = 'removed' AND NOT d.undone), 0)"
        )
        for paper, entry in self.model.items():
            assert self.library._connection.execute(sql, (paper,)).fetchone()[0] == entry["minutes"]


Queue.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestQueue = Queue.TestCase


class LongQueue(Queue):
    """The same, longer."""


LongQueue.TestCase.settings = settings(max_examples=300, stateful_step_count=60, deadline=None)
TestLongQueue = pytest.mark.slow(pytest.mark.timeout(600)(LongQueue.TestCase))


def test_undo_says_what_it_took_back_and_the_log_keeps_both(library: Library) -> None:
    library.add([NewEntry(id="1412.6980")], command="add 1412.6980")
    assert library.undo() == "add 1412.6980"
    assert library.redo() == "add 1412.6980"
    assert [(e.kind, e.before, e.after) for e in library.log()] == [
        ("redo", None, "queued"), ("undo", "queued", None), ("added", None, "queued"),
    ]  # fmt: skip


def test_calls_of_one_command_are_undone_together(library: Library) -> None:
    library.add([NewEntry(id="1412.6980")])
    with library.command("done 1412.6980"):
        library.move("1412.6980", "read", minutes=5)
        library.idea("1412.6980", main_idea="moments")
    assert len({e.command for e in library.log(2)}) == 1
    assert library.undo() == "done 1412.6980"
    assert (library.entry("1412.6980").state, library.ideas("1412.6980")["main_idea"]) == ("queued", "")


def test_a_command_inside_a_command_joins_it(library: Library) -> None:
    with library.command("outer"):
        library.add([NewEntry(id="1412.6980")])
        with library.command("inner"):
            library.move("1412.6980", "reading")
        library.move("1412.6980", "read")
    assert library.undo() == "outer"
    assert library.entries() == []


def test_what_follows_an_undo_in_the_middle_of_a_command_can_itself_be_undone(path: Path, library: Library) -> None:
    """Two processes: one takes back what the other is still doing."""
    with library.command("add two"):
        library.add([NewEntry(id="1412.6980")])
        with Library.open(path, write=True) as other:
            other.undo()
        library.add([NewEntry(id="1706.03762")])
    assert [e.id for e in library.entries()] == ["1706.03762"]
    library.undo()
    assert library.entries() == []


def test_feeds_are_followed_undone_and_logged_like_all_else(library: Library) -> None:
    library.add_feed("cs.LG", command="feed add cs.LG")
    library.remove_feed("cs.LG", command="feed rm cs.LG")
    assert library.undo() == "feed rm cs.LG"
    assert [f.name for f in library.feeds()] == ["cs.LG"]
    assert [(e.paper, e.kind, e.before, e.after) for e in library.log()] == [
        ("cs.LG", "undo", None, None), ("cs.LG", "feed", "followed", None), ("cs.LG", "feed", None, "followed"),
    ]  # fmt: skip


def test_facts_are_not_undone(library: Library, adam: PaperRecord) -> None:
    library.add([NewEntry(id=adam.id)], command="add")
    library.save_records([adam], command="sync")
    assert library.undo() == "add; what `sync` told since then stays"
    library.redo()
    assert library.entry(adam.id).title == adam.title


def test_who_takes_back_a_sync_that_only_told_of_a_version_hears_what_was_taken_back_instead(
    library: Library, adam: PaperRecord
) -> None:
    library.add([NewEntry(id=adam.id)], records=[replace(adam, version=1)], command="add")
    library.move(adam.id, "read", command="done")
    library.save_records([replace(adam, version=2)], command="sync cs.LG")
    assert library.undo() == "done; what `sync cs.LG` told since then stays"
    assert library.redo() == "done"
    library.change(adam.id, priority=3, command="bump")
    assert library.undo() == "bump"


def test_what_another_tool_changed_is_not_overwritten(library: Library) -> None:
    library.add([NewEntry(id="1412.6980")])
    library.change("1412.6980", priority=5)
    library._connection.execute("UPDATE entries SET priority = 7")
    with pytest.raises(Conflict, match=r"1412.6980: entries changed since"):
        library.undo()
    assert library.entry("1412.6980").priority == 7
