"""A newer version of a paper that I care for raises a notice; a withdrawal too; a reproduction says what it was made from."""

from dataclasses import replace
from pathlib import Path

import pytest

from paperlab.errors import NetworkError, NothingFound, UsageError
from paperlab.lab import Lab
from paperlab.records.wording import summary
from tests.support.arxiv_server import ArxivServer, Paper, arxiv_server

__all__ = ["arxiv_server"]

ID, OLD = "2401.00001", "solv-int/9701001"
FIRST, SECOND, THIRD = "2024-01-02T03:04:05Z", "2024-02-03T04:05:06Z", "2024-03-03T04:05:06Z"


@pytest.fixture
def lab(tmp_path: Path, arxiv_server: ArxivServer) -> Lab:
    """Give a lab that follows cs.LG and has version 1 of a paper, which is asked for again at each sync."""
    flags = {"arxiv.mirror": arxiv_server.url, "arxiv.delay": 0.0, "sync.recheck_days": -0.1}
    made = Lab.create(tmp_path / "lab", flags=flags)
    paper(arxiv_server, "a big model", "15 pages", FIRST)
    made.add([ID])
    return made


def paper(
    server: ArxivServer, abstract: str, comment: str, *versions: str, id: str = ID, title: str = "A title"
) -> None:
    server.papers[id] = Paper(id, title=title, abstract=abstract, comment=comment, versions=versions)


def told(lab: Lab) -> list[tuple[str, str, int, int, tuple[str, ...]]]:
    return [(n.kind, n.paper, n.old, n.new, summary(n.before, n.after)) for n in lab.notices()]


REVISED = ("title changed", "abstract +2 -1 words", "15 -> 18 pages", 'comment "18 pages, accepted at ICML"')


def test_a_paper_that_no_feed_lists_is_asked_for_again(lab: Lab, arxiv_server: ArxivServer) -> None:
    assert (lab.sync().notices, lab.sync().checked) == ((), 1)
    paper(arxiv_server, "a small good model", "18 pages, accepted at ICML", FIRST, SECOND, title="Another title")
    assert [n.paper for n in lab.sync().notices] == [ID]
    assert told(lab) == [("revised", ID, 1, 2, REVISED)]
    assert lab.sync().notices == ()


def test_a_feed_that_tells_of_a_version_is_followed_by_a_question_for_its_comment(
    lab: Lab, arxiv_server: ArxivServer
) -> None:
    lab.settings.flags = {**(lab.settings.flags or {}), "sync.recheck_days": 7.0}
    lab.follow(["cs.LG"])
    paper(arxiv_server, "a small good model", "18 pages, accepted at ICML", FIRST, SECOND, title="Another title")
    arxiv_server.announcements = [(ID, 2, "replace")]
    done = lab.sync()
    assert (done.feeds[0].revised, len(done.notices)) == (1, 1)
    assert told(lab) == [("revised", ID, 1, 2, REVISED)]


@pytest.mark.parametrize("fails", [False, True])
def test_however_a_revision_was_told_its_comment_is_asked_for(
    lab: Lab, arxiv_server: ArxivServer, *, fails: bool
) -> None:
    """By a reading of one feed alone; by one whose question arXiv did not answer, at the next sync."""
    lab.settings.flags = {**(lab.settings.flags or {}), "sync.recheck_days": 7.0}
    lab.follow(["cs.LG"])
    paper(arxiv_server, "a small good model", "18 pages, accepted at ICML", FIRST, SECOND, title="Another title")
    arxiv_server.announcements = [(ID, 2, "replace")]
    if fails:
        arxiv_server.fail("id_list", "500", times=None)
        assert isinstance(lab.sync().trouble, NetworkError)
        assert told(lab) == [("revised", ID, 1, 2, REVISED[:2])]
        arxiv_server.faults.clear()
    lab.sync(["cs.LG"])
    assert told(lab) == [("revised", ID, 1, 2, REVISED)]
    asked = len(arxiv_server.log)
    lab.sync()
    assert not [r for r in arxiv_server.log[asked:] if "id_list" in r.path]


def test_a_feed_that_does_not_exist_keeps_no_paper_from_being_asked_for(lab: Lab, arxiv_server: ArxivServer) -> None:
    lab.follow(["xx.QQ"])
    paper(arxiv_server, "a small good model", "18 pages, accepted at ICML", FIRST, SECOND, title="Another title")
    done = lab.sync()
    assert isinstance(done.trouble, UsageError)
    assert (done.checked, told(lab)) == (1, [("revised", ID, 1, 2, REVISED)])


@pytest.mark.parametrize("state", ["queued", "skimmed", "reading", "snoozed", "inbox", "dropped"])
def test_only_what_i_care_for_is_told(lab: Lab, arxiv_server: ArxivServer, state: str) -> None:
    with lab.library(write=True) as library:
        if state == "inbox":
            library.remove([ID])
            from paperlab.records.changes import NewEntry

            library.add([NewEntry(id=ID, state="inbox")])
        elif state != "queued":
            library.move(ID, state)
    lab.follow(["cs.LG"])
    paper(arxiv_server, "a small model", "", FIRST, SECOND)
    arxiv_server.announcements = [(ID, 2, "replace")]
    assert len(lab.sync().notices) == (state not in ("inbox", "dropped"))


def test_versions_that_were_not_seen_become_one_notice(lab: Lab, arxiv_server: ArxivServer) -> None:
    for versions in ((FIRST, SECOND), (FIRST, SECOND, THIRD)):
        paper(arxiv_server, f"a model of {len(versions)}", "15 pages", *versions)
        lab.sync()
    assert [t[:4] for t in told(lab)] == [("revised", ID, 1, 3)]
    assert lab.see_notices([ID]) == (ID,)
    assert told(lab) == []
    assert len(lab.notices(seen=True)) == 1
    with pytest.raises(NothingFound):
        lab.see_notices(["2401.09999"])
    assert lab.see_notices(None) == ()
    lab.undo()
    assert len(told(lab)) == 1


def test_a_paper_that_was_taken_off_the_list_has_no_notice_until_it_is_back(
    lab: Lab, arxiv_server: ArxivServer
) -> None:
    paper(arxiv_server, "a small model", "15 pages", FIRST, SECOND)
    lab.sync()
    lab.remove([ID])
    assert told(lab) == []
    lab.undo()
    assert [t[:4] for t in told(lab)] == [("revised", ID, 1, 2)]


def test_a_withdrawal_is_told_and_marked_and_stays(lab: Lab, arxiv_server: ArxivServer) -> None:
    paper(arxiv_server, "a big model", "This paper has been withdrawn by the authors", FIRST, SECOND)
    lab.sync()
    assert [t[:4] for t in told(lab)] == [("withdrawn", ID, 1, 2)]
    assert lab.entry(ID).withdrawn
    with lab.library(write=True) as library:
        record = library.record(ID)
        assert record is not None
        library.save_records([replace(record, withdrawn=False)])
    assert lab.entry(ID).withdrawn
    paper(arxiv_server, "a new model", "back again", FIRST, SECOND, THIRD)
    lab.sync()
    assert not lab.entry(ID).withdrawn


def test_both_versions_in_one_feed_and_v_in_the_archive_are_one_work(lab: Lab, arxiv_server: ArxivServer) -> None:
    lab.follow(["cs.LG"])
    paper(arxiv_server, "a soliton", "", FIRST, SECOND, id=OLD)
    arxiv_server.announcements = [(OLD, 1, "new"), (OLD, 2, "replace")]
    assert [(n.new, n.revised) for n in lab.sync().feeds] == [(1, 0)]
    assert {e.id: e.version for e in lab.entries(state="inbox")} == {OLD: 2}


def test_a_reproduction_says_from_which_version_it_was_made(lab: Lab, arxiv_server: ArxivServer) -> None:
    folder = lab.root / "implementations" / "mine"
    folder.mkdir()
    card = f'slug = "mine"\nid = "{ID}"\nversion = 1\ntitle = "A title"\n'
    (folder / "paper.toml").write_text(card)
    assert lab.outdated() == ()
    paper(arxiv_server, "a small model", "", FIRST, SECOND)
    lab.sync()
    (made,) = lab.outdated(id=ID)
    assert (made.slug, made.version, made.newest) == ("mine", 1, 2)
    assert lab.outdated(slugs=["other"]) == lab.outdated(id="2401.00002") == ()
    assert (folder / "paper.toml").read_text() == card
    for broken in ("", "id = [", f'id = "{ID}"\nversion = "one"\n', f'id = "{ID}"\n[x]\nversion = 1\n'):
        (folder / "paper.toml").write_text(broken)
        assert lab.outdated() == ()


def test_a_404_that_says_withdrawn_marks_the_paper(lab: Lab, arxiv_server: ArxivServer) -> None:
    """No word of it in comment or abstract: the page in place of the source is the only sign."""
    arxiv_server.papers[ID].withdrawn = True
    assert not lab.entry(ID).withdrawn
    assert lab.extract(ID).source.kind == "abstract"
    assert lab.entry(ID).withdrawn
    assert [t[:4] for t in told(lab)] == [("withdrawn", ID, 1, 1)]


def test_a_clock_that_was_set_back_delays_no_question(lab: Lab) -> None:
    """Both what was checked in the future and what was never checked are asked for."""
    with lab.library(write=True) as library:
        assert library.to_recheck(before="2020-01-01T00:00:00Z", limit=5) == ()
        library._clock = lambda: "2019-06-01T00:00:00Z"
        assert library.to_recheck(before="2019-05-25T00:00:00Z", limit=5) == (ID,)
        library.mark_checked([ID])
        assert library.to_recheck(before="2019-05-25T00:00:00Z", limit=5) == ()
