"""State follows acts, up the ladder and never down."""

from dataclasses import replace
from pathlib import Path

import pytest

from paperlab.lab import Lab
from paperlab.lab.folders import Folder
from paperlab.lab.following import explained, follow
from paperlab.lab.judging import _passed
from paperlab.records.card import Card, Claim
from paperlab.records.changes import Decision, NewEntry
from paperlab.records.measurement import Verdict
from paperlab.records.queue import STATES

ID = "2404.00001"
RUNGS = ["inbox", "queued", "skimmed", "reading", "read", "implementing", "reproduced", "explained"]


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab.create(tmp_path)


def at(lab: Lab, state: str) -> None:
    with lab.library(write=True) as library:
        library.add([NewEntry(id=ID, state=state)])


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("act", ["implement", "bench", "publish"])
def test_an_act_leads_to_its_state_and_never_down(lab: Lab, before: str, act: str) -> None:
    goal = {"implement": "implementing", "bench": "reproduced", "publish": "explained"}[act]
    at(lab, before)
    follow(lab, ID, goal, act=act, through=("implementing",))
    after = lab.entry(ID).state
    higher = before in RUNGS and RUNGS.index(before) >= RUNGS.index(goal)
    assert after == (before if higher else goal)
    assert (lab.undo() == f"{act} {ID}") if not higher else (lab.undo() == "add")


def test_a_paper_without_an_id_or_off_the_list_is_left_alone(lab: Lab) -> None:
    follow(lab, None, "implementing", act="implement")
    follow(lab, ID, "implementing", act="implement")
    assert explained(lab, None, prompt=True) is None
    assert explained(lab, ID, prompt=True) is None
    assert lab.log() == []


def test_published_is_explained_only_with_a_teach_back(lab: Lab) -> None:
    at(lab, "reproduced")
    assert explained(lab, ID, prompt=True) == (
        f"{ID} stays reproduced: its teach-back is missing; `paperlab explain {ID}` asks for it"
    )
    assert lab.entry(ID).state == "reproduced"
    assert explained(lab, ID, prompt=False) is None
    assert lab.entry(ID).state == "explained"
    lab.undo()
    lab.explain(ID, "It works since ...")
    lab.undo()
    with lab.library(write=True) as library:
        library.decide([Decision(id=ID, idea={"teach_back": "It works since ..."})], command="x")
    assert explained(lab, ID, prompt=True) is None
    assert lab.entry(ID).state == "explained"


CLAIM = Claim(id="a", place="Table 1")
CARD = Card(slug="x", id=ID, title="X", claims=(CLAIM, replace(CLAIM, id="b"), replace(CLAIM, id="c", main=False)))


@pytest.mark.parametrize(
    ("verdicts", "passed"),
    [
        (("reproduced", "reproduced", "not"), True),
        (("reproduced", "not tested", "not tested"), True),
        (("reproduced", "cannot tell yet", "reproduced"), True),
        (("reproduced", "not", "reproduced"), False),
        (("not tested", "partly", "reproduced"), False),
        (("not tested", "not tested", "not tested"), False),
    ],
)
def test_a_passing_verdict(tmp_path: Path, verdicts: tuple[str, ...], passed: bool) -> None:
    found = [
        Verdict(slug="x", claim=c.id, place="", paper=None, ours=None, interval=None, seeds=0, verdict=v, reason="")
        for c, v in zip(CARD.claims, verdicts, strict=True)
    ]
    assert _passed(Folder(tmp_path, CARD, shipped=False), found) is passed


@pytest.mark.parametrize("before", STATES)
def test_opening_begins_to_read_only_what_nobody_has_read(lab: Lab, before: str) -> None:
    at(lab, before)
    place = lab.open_paper(ID)
    begins = before in ("inbox", "queued", "skimmed", "snoozed", "dropped")
    assert place.began is begins
    assert lab.entry(ID).state == ("reading" if begins else before)
    assert not place.crowded
