"""The state machine of the list against a plain model: every verb, in any order, with undo and redo."""

import copy
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from paperlab.errors import NothingFound, Refused, UsageError
from paperlab.library import Library, store, upkeep
from paperlab.library.states import FOLLOWERS, height, passable
from paperlab.records.changes import Decision, NewEntry
from paperlab.records.queue import STATES
from tests.library.model import FOLLOWERS_OF, Model
from tests.library.walk import Walk

PAPERS = ["2001.00001", "2001.00002", "2001.00003", "2001.00004"]
LIMIT = 2
papers = st.sampled_from(PAPERS)
several = st.lists(papers, min_size=1, max_size=3, unique=True)
AT = "2026-01-01T00:00:00Z"
MINUTES = """
SELECT sum(minutes) FROM v_history WHERE paper = :paper AND undone = 0
    AND id > (SELECT max(id) FROM v_history WHERE paper = :paper AND undone = 0 AND kind = 'added')
"""


class Ladder(Walk):
    """Every rule does the same to the library and to the model; each that changes something is one undo."""

    def __init__(self) -> None:
        super().__init__(Model(limit=LIMIT))

    def expected(self) -> dict[str, dict[str, Any]]:
        return self.model.entries

    def listed(self) -> dict[str, dict[str, Any]]:
        return {
            e.id: {
                "state": e.state, "priority": e.priority, "minutes": e.minutes, "until": e.until, "tags": set(e.tags),
                "idea": self.library.ideas(e.id)["main_idea"], "teach_back": self.library.teach_back(e.id),
                "card": self.library.card(e.id),
            }
            for e in self.library.entries()
        }  # fmt: skip

    def same(self, act: str, *words: Any, **more: Any) -> None:
        """Do it to both; where one refuses the other does, and nothing changes."""
        before = copy.deepcopy(self.model)
        wanted = getattr(self.model, act)(*words, **more)
        calls = {
            "decide": lambda what: self.library.decide([Decision(**d) for d in what], command="decide"),
            "begin": lambda ids, park: self.library.begin(ids, limit=LIMIT, park=park),
            "open": lambda id: self.library.open_paper(id, limit=LIMIT),
            "climb": lambda id, state, through: self.library.climb(id, state, through=through, command="climb"),
            "grade": lambda id, card: self.library.grade(id, card=card, due=AT, grade="good"),
            "remove": self.library.remove,
        }
        if wanted is None:
            calls[act](*words, **more)
        else:
            self.model = before
            with pytest.raises(wanted):
                calls[act](*words, **more)
        self.did(before)

    @rule(paper=papers, state=st.sampled_from(["inbox", "queued"]))
    def add(self, paper: str, state: str) -> None:
        before = copy.deepcopy(self.model)
        self.model.add(paper, state)
        self.library.add([NewEntry(id=paper, state=state)])
        self.did(before)

    @rule(chosen=several, park=st.lists(papers, max_size=1))
    def start(self, chosen: list[str], park: list[str]) -> None:
        self.same("begin", chosen, park)

    @rule(
        chosen=several, state=st.none() | st.sampled_from(STATES), minutes=st.none() | st.integers(0, 90),
        raised=st.integers(-9, 9), tags=st.lists(st.sampled_from(["a", "b"]), max_size=2), skip=st.booleans(),
        idea=st.none() | st.sampled_from(["", "x", "y"]), teach=st.none() | st.just("z"),
    )  # fmt: skip
    def decide(self, chosen: list[str], state: str | None, minutes: int | None, raised: int, tags: list[str],
               skip: bool, idea: str | None, teach: str | None) -> None:  # fmt: skip
        told = {k: v for k, v in (("main_idea", idea), ("teach_back", teach)) if v is not None}
        until = AT if state == "snoozed" else None
        what = [
            {"id": id, "state": state, "minutes": minutes if state else None, "raised": raised, "tags": tuple(tags[:1]),
             "untags": tuple(tags[1:]), "idea": told or None, "until": until, "reason": None}
            for id in chosen
        ]  # fmt: skip
        if skip:  # when it was is no part of the model; it is undone with the rest
            return
        self.same("decide", what)

    @rule(paper=papers)
    def open(self, paper: str) -> None:
        self.same("open", paper)

    @rule(paper=papers, state=st.sampled_from(["implementing", "reproduced", "explained"]), own=st.booleans())
    def act(self, paper: str, state: str, own: bool) -> None:
        self.same("climb", paper, state, ("implementing",) if own else ())

    @rule(paper=papers, card=st.sampled_from(["{}", '{"step": 1}']))
    def review(self, paper: str, card: str) -> None:
        self.same("grade", paper, card)

    @rule(chosen=several)
    def rm(self, chosen: list[str]) -> None:
        self.same("remove", chosen)

    @invariant()
    def what_next_offers_is_begun_or_queued(self) -> None:
        assert {r.entry.state for r in self.library.ranked()} <= {"reading", "queued", "skimmed", "snoozed"}

    @invariant()
    def events_add_up(self) -> None:
        """Replayed from the first event on, states are what the list says and minutes are their sum."""
        states: dict[str, str] = {}
        for event in reversed(self.library.log(100_000)):
            if event.kind in ("added", "state", "undo", "redo", "removed"):
                assert event.kind in ("undo", "redo") or (states.get(event.paper) or None) == event.before
                states[event.paper] = event.after or ""
        assert {p: s for p, s in states.items() if s} == {p: e["state"] for p, e in self.model.entries.items()}
        for paper, entry in self.model.entries.items():
            (minutes,) = self.library._connection.execute(MINUTES, {"paper": paper}).fetchone()
            assert minutes == entry["minutes"]


TestLadder = Ladder.TestCase
TestLadder.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_many_more_walks_on_the_ladder() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(Ladder, settings=settings(max_examples=300, stateful_step_count=50, deadline=None))


def test_no_state_is_a_dead_end_and_each_leads_to_explained() -> None:
    assert {s: set(f) for s, f in FOLLOWERS.items()} == FOLLOWERS_OF
    for start in STATES:
        seen, edge = {start}, {start}
        while edge:
            edge = {after for before in edge for after in FOLLOWERS[before]} - seen
            seen |= edge
        assert "explained" in seen, start
        assert seen >= set(STATES) - {"inbox"}, start


def test_the_height_of_a_state_is_its_rung() -> None:
    ladder = ["inbox", "queued", "skimmed", "reading", "read", "implementing", "reproduced", "explained"]
    assert [height(s) for s in ladder] == sorted(height(s) for s in ladder)
    assert height("snoozed") == height("dropped") < height("inbox")
    assert passable(ladder)
    assert not passable(["queued", "reproduced"])


# Older lists


@pytest.fixture
def older(path: Path) -> Path:
    """A list of the schema before teach-backs, with an idea that was changed by a command of then."""
    connection = sqlite3.connect(path, isolation_level=None)
    with closing(connection):
        upkeep.apply(connection, at=AT, upto="m007_ladder")
        connection.execute("INSERT INTO papers (id, title) VALUES ('1412.6980', 'Adam')")
        connection.execute("INSERT INTO entries (paper, state, added_at) VALUES ('1412.6980', 'read', ?)", (AT,))
        connection.execute("INSERT INTO ideas VALUES ('1412.6980', 'new', NULL, NULL, ?)", (AT,))
        connection.execute("INSERT INTO commands (at, name) VALUES (?, 'done 1412.6980')", (AT,))
        image = {"paper": "1412.6980", "build": None, "unclear": None, "at": AT}
        row = (1, "ideas", *(json.dumps(image | {"main_idea": idea}) for idea in ("old", "new")))
        connection.execute("INSERT INTO changes (command, place, before, after) VALUES (?, ?, ?, ?)", row)
    return path


def test_an_older_list_keeps_its_ideas_and_what_can_be_undone(older: Path) -> None:
    with Library.open(older) as library:
        assert (library.ideas("adam")["main_idea"], library.teach_back("adam"), library.due(5)[0][0].id) == (
            "new", "", "1412.6980",
        )  # fmt: skip
    with Library.open(older, write=True) as library:
        assert library.undo() == "done 1412.6980"
        assert library.ideas("adam")["main_idea"] == "old"
        assert library.redo() == "done 1412.6980"
        assert library.ideas("adam")["main_idea"] == "new"
    with closing(sqlite3.connect(older)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (store.SCHEMAS["reading list"],)


def test_several_decisions_are_all_or_none(library: Library) -> None:
    library.add([NewEntry(id=id) for id in PAPERS])
    for wrong, error in (
        (Decision(id=PAPERS[1], state="asleep"), UsageError),
        (Decision(id=PAPERS[1], state="reproduced"), Refused),
        (Decision(id="2001.99999"), NothingFound),
        (Decision(id=PAPERS[1], tags=("two words",)), UsageError),
        (Decision(id=PAPERS[1], priority=10), UsageError),
    ):
        with pytest.raises(error):
            library.decide([Decision(id=PAPERS[0], state="read", minutes=3), wrong], command="x")
        assert library.entry(PAPERS[0]).state == "queued"
    assert [e.kind for e in library.log()] == ["added"] * 4


def test_what_triage_and_review_keep_goes_with_the_paper_and_comes_back_with_it(library: Library) -> None:
    library.add([NewEntry(id=PAPERS[0], state="inbox")])
    library.decide([Decision(id=PAPERS[0], skip=True, idea={"main_idea": "x", "teach_back": "y"})], command="triage")
    library.grade(PAPERS[0], card='{"step": 1}', due=AT, grade="good", said="x?")
    assert list(library.skipped()) == [PAPERS[0]]
    library.remove([PAPERS[0]])
    assert library.skipped() == {}
    library.undo()
    assert (list(library.skipped()), library.card(PAPERS[0])) == ([PAPERS[0]], '{"step": 1}')
    assert library.teach_back(PAPERS[0]) == "y"
    assert library.last_command() == f"review {PAPERS[0]} good"


def test_a_tag_that_comes_and_goes_in_one_decision_leaves_no_command(tmp_path: Path) -> None:
    with Library.create(tmp_path / "reading_list.db") as library:
        library.add([NewEntry(id="2001.00001")], command="add")
        library.decide([Decision(id="2001.00001", tags=("a",), untags=("a",))], command="tag")
        assert library.undo() == "add"
