"""`from paperlab import Lab`: the verbs of the command line as methods, for a notebook or a script."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from paperlab import Lab
from paperlab.cli.verbs import MODULES
from paperlab.errors import BadId, Conflict, NoLab, NothingFound, Refused, UsageError
from paperlab.harness import Request
from paperlab.records.changes import NewEntry
from tests.support.arxiv_server import ArxivServer, Paper, arxiv_server

__all__ = ["arxiv_server"]

ID, OLD = "2401.00001", "hep-th/9901001"
METHODS = {
    "init": "create", "config": "settings", "demo": None, "completion": None, "ui": None, "import": "import_data",
}  # fmt: skip
"""Verb -> method or attribute of another name; None: of the command line alone."""


@pytest.fixture
def lab(tmp_path: Path, arxiv_server: ArxivServer, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setenv("PAPERLAB_ARXIV_MIRROR", arxiv_server.url)
    monkeypatch.setenv("PAPERLAB_ARXIV_DELAY", "0")
    monkeypatch.setenv("PAPERLAB_STATE_DIR", str(tmp_path / "state"))
    return Lab.create(tmp_path / "lab")


def test_each_verb_is_a_method() -> None:
    names = [METHODS.get(verb, verb) for verb in MODULES]
    assert [name for name in names if name is not None and not hasattr(Lab(Path()), name)] == []


def test_a_notebook_has_the_verbs_by_their_names(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(lab.root / "implementations")
    mine = Lab()
    assert (mine.root, Lab(str(lab.root)).settings.lab) == (lab.root, lab.root)
    mine.add(ID, why="because")
    assert (
        [e.id for e in mine.list()] == [r.entry.id for r in mine.next()] == [e.id for e in mine.find("title")] == [ID]
    )
    assert mine.show(f"https://arxiv.org/abs/{ID}").why == "because"
    mine.feed("cs.LG")
    mine.pause("cs.LG")
    assert [f.name for f in mine.feeds()] == ["cs.LG"]
    mine.unfollow("cs.LG")
    assert {row.verdict.slug for row in mine.claims("adam")} == {"adam"}
    assert mine.notices(ID) == ()
    assert len("".join(mine.export("jsonl", ID)).splitlines()) == 1
    assert [e.id for e in mine.rm(ID)] == [ID]
    assert mine.list() == []


def test_a_lab_named_from_here_stays_the_same_after_a_change_of_folder(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(lab.root.parent)
    mine = Lab(lab.root.name)
    monkeypatch.chdir("/")
    mine.add(ID)
    assert (mine.root, [e.id for e in mine.list()]) == (lab.root, [ID])


def test_the_main_idea_may_be_told_as_a_text(lab: Lab) -> None:
    lab.add(ID)
    lab.done(ID, idea="moments")
    with lab.library() as library:
        assert library.ideas(ID)["main_idea"] == "moments"


def test_a_bench_is_asked_for_with_the_words_of_the_command_line(lab: Lab) -> None:
    with pytest.raises(UsageError, match=r"expected a budget .* got 'huge'"):
        lab.bench("adam", budget="huge")
    with pytest.raises(UsageError, match="expected 1 or more seeds"):
        lab.bench("adam", lab.request(), seeds=0)


def test_an_id_that_is_a_number_is_refused_in_words(lab: Lab) -> None:
    with pytest.raises(BadId, match=r"got the float 2105\.0001; put it in quotes"):
        lab.add([2105.00010])  # type: ignore[list-item]
    with pytest.raises(BadId, match=r"got the float 2105\.0001; put it in quotes"):
        lab.add(2105.00010)  # type: ignore[arg-type]


def test_a_day_with_the_list(lab: Lab) -> None:
    added = lab.add([ID, f"arXiv:{OLD}v1"], why="because", tags=["Optim"], priority=2)
    assert [e.id for e in added.entries] == [ID, OLD]
    assert [e.id for e in lab.entries(tag="optim")] == [e.id for e in lab.entries()]
    assert lab.ranked(minutes=100)[0].entry.id in (ID, OLD)
    assert {e.id for e in lab.find_papers("title")} == {ID, OLD}
    assert lab.start(ID).state == "reading"
    assert lab.done(ID, minutes=5, idea={"main_idea": "moments"}).minutes == 5
    assert [e.id for e in lab.remove([OLD, f"arXiv:{OLD}v1"])] == [OLD]
    assert lab.undo() == f"rm {OLD}"
    assert lab.entry(OLD).why == "because"
    lab.follow(["cs.LG"])
    assert [f.name for f in lab.feeds()] == ["cs.LG"]
    lab.unfollow(["cs.LG"])
    with pytest.raises(NothingFound):
        lab.unfollow(["cs.LG"])
    with pytest.raises(UsageError, match="expected a category"):
        lab.follow(["cs.AI", "bad name"])
    assert lab.feeds() == ()
    assert [(e.kind, e.before) for e in lab.log(limit=2)] == [("feed", "followed"), ("feed", None)]
    assert lab.sync().pending == 0


def test_as_many_as_the_limit_are_read_at_once_and_one_may_be_parked(lab: Lab) -> None:
    with lab.library(write=True) as library:
        library.add([NewEntry(id=f"2402.{number:05}") for number in range(1, 6)])
    (lab.root / "paperlab.toml").write_text("[queue]\nwip = 2\n")
    lab = Lab(lab.root)
    lab.start("2402.00001")
    lab.start("2402.00002")
    assert lab.start("2402.00001").state == "reading"
    with pytest.raises(Refused, match=r"the limit is 2.*2402.00001, 2402.00002"):
        lab.start("2402.00003")
    with pytest.raises(UsageError, match="papers in reading to park"):
        lab.start("2402.00003", park="2402.00004")
    before = {e.id: e.state for e in lab.entries()}
    lab.start("2402.00003", park="2402.00001")
    assert {e.id for e in lab.entries(state="reading")} == {"2402.00002", "2402.00003"}
    assert lab.undo() == "start 2402.00003"
    assert {e.id: e.state for e in lab.entries()} == before


@pytest.mark.parametrize(
    ("state", "after"),
    [("inbox", "read"), ("dropped", "read"), ("implementing", "implementing"), ("explained", "explained")],
)
def test_done_never_takes_a_paper_down_the_ladder(lab: Lab, state: str, after: str) -> None:
    with lab.library(write=True) as library:
        library.add([NewEntry(id=ID, state=state)])
    entry = lab.done(ID, minutes=5, idea={"main_idea": "moments"})
    assert (entry.state, entry.minutes) == (after, 5)


def test_finish_gives_each_paper_with_what_is_known_of_its_idea(lab: Lab) -> None:
    lab.add([ID, OLD])
    lab.done(OLD, idea={"main_idea": "moments", "unclear": "why"})
    empty = dict.fromkeys(("main_idea", "build", "unclear"), "")
    told = [(entry.id, entry.state, known) for entry, known in lab.finish(ID, OLD)]
    assert told == [(ID, "read", empty), (OLD, "read", empty | {"main_idea": "moments", "unclear": "why"})]
    assert lab.undo() == f"done {ID} {OLD}"


def test_what_can_be_made_again_stays_out_of_git_and_your_own_lines_stay(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\nsite/")
    (tmp_path / "note.txt").write_text("mine")
    Lab.create(tmp_path)
    wanted = [".paperlab/", "reading_list.db-wal", "reading_list.db-shm"]
    assert (tmp_path / ".gitignore").read_text().splitlines() == ["mine", "site/", *wanted]
    assert (tmp_path / "note.txt").read_text() == "mine"
    Lab.create(tmp_path / "fresh")
    assert set((tmp_path / "fresh" / ".gitignore").read_text().split()) == {"site/", *wanted}


def test_a_lab_is_found_upward_and_by_name(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = lab.root / "implementations" / "deep"
    deep.mkdir()
    assert Lab.nearest(deep).root == lab.root
    assert Lab.nearest(tmp_path, named=lab.root).root == lab.root
    with pytest.raises(NoLab):
        Lab.nearest(tmp_path)
    monkeypatch.setenv("PAPERLAB_HOME", str(lab.root))
    assert Lab.nearest(tmp_path).root == lab.root
    with pytest.raises(Conflict):
        Lab.create(lab.root)


def test_what_a_bench_is_asked_comes_from_the_settings(lab: Lab) -> None:
    assert lab.request() == Request()
    (lab.root / "paperlab.toml").write_text('[bench]\nseeds = 2\nbudget = "smoke"\n')
    assert Lab(lab.root).request() == Request(seeds=2, budget="smoke")


def test_a_command_of_many_names_is_told_by_the_first(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERLAB_OFFLINE", "1")
    lab.add([f"2402.{number:05}" for number in range(1, 8)])
    told = "add 2402.00001 2402.00002 2402.00003 2402.00004 2402.00005 and 2 more"
    assert (lab.undo(), lab.redo()) == (told, told)


def test_long_questions_tell_how_far_they_are(
    lab: Lab, arxiv_server: ArxivServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paperlab.lab.reading.BATCH", 2)
    ids = [f"2402.{number:05}" for number in range(1, 4)]
    arxiv_server.papers |= {id: Paper(id) for id in ids}
    told: list[tuple[int, int]] = []
    lab.progress = lambda done, total, _: told.append((done, total))
    lab.add(ids)
    assert told == [(0, 3), (2, 3), (3, 3)]
    told.clear()
    lab.add(ids)
    assert told == []
    arxiv_server.fail("/api/query", "500", times=None)
    lab.add(["2402.00009"])
    lab.follow(["cs.LG"])
    arxiv_server.faults.clear()
    lab.sync()
    assert told == [(0, 1), (1, 1), (0, 1), (1, 1), (0, 1), (1, 1)]


def test_a_search_for_nothing_is_not_sent(lab: Lab, arxiv_server: ArxivServer) -> None:
    with pytest.raises(UsageError, match="words to search for"):
        lab.search("  ")
    assert arxiv_server.log == []


def test_a_card_that_cannot_be_read_costs_its_own_folder_alone(lab: Lab) -> None:
    said: list[str] = []
    lab.talk = said.append
    lab.implement("adam")
    broken = lab.root / "implementations" / "broken"
    broken.mkdir()
    (broken / "paper.toml").write_text("id = 12\n", encoding="utf-8")
    assert {row.verdict.slug for row in lab.claims()} >= {"adam", "transformer"}
    assert lab.implement("1706.03762").slug == "transformer"
    assert [text.split(": ", 2)[1] for text in said] == [str(broken / "paper.toml")] * 2
    with pytest.raises(UsageError, match=r"broken/paper\.toml"):
        lab.claims("broken")


def test_a_folder_that_is_called_as_a_verb_of_bench_is_left_out_with_what_to_do(lab: Lab) -> None:
    said: list[str] = []
    lab.talk = said.append
    folder = lab.implement("adam").folder
    folder.rename(folder.with_name("merge"))
    assert {row.verdict.slug for row in lab.claims()} >= {"adam", "mnist1d"}  # those of the shelf
    assert said[0].endswith("got 'merge', a verb of `paperlab bench`; rename it; merge is left out")


def test_a_copy_that_kept_its_neighbours_slug_is_left_out_with_what_to_write(lab: Lab) -> None:
    """Both would be judged, and published, under one name."""
    said: list[str] = []
    lab.talk = said.append
    folder = lab.implement("adam").folder
    copy = shutil.copytree(folder, folder.with_name("mine"))
    assert [row.verdict.slug for row in lab.claims()].count("adam") == len(lab.claims("adam"))
    assert said[0].endswith("""'adam' is the folder beside it; write slug = "mine"; mine is left out""")
    with pytest.raises(UsageError, match=r"mine/paper\.toml: 'adam' is the folder beside it"):
        lab.claims("mine")
    shutil.rmtree(folder)
    assert {row.verdict.slug for row in lab.claims("mine")} == {"adam"}  # renamed by its learner: all is well
    assert copy.is_dir()


@pytest.mark.parametrize("change", [{"cases": ("algorithm-1",)}, {"speed": False}])
def test_part_of_a_bench_is_not_recorded_over_the_whole(lab: Lab, change: dict[str, object]) -> None:
    results = lab.implement("adam").folder / "results.json"
    before = results.read_bytes()
    with pytest.raises(UsageError, match="--record writes down a whole bench"):
        lab.bench("adam", replace(lab.request(), **change), record=True)  # type: ignore[arg-type]
    assert results.read_bytes() == before
