"""What a person types and what a feed brings, before and after arXiv is asked."""

import time
from pathlib import Path

import pytest

from paperlab.errors import NoLab, UsageError
from paperlab.lab import Lab
from paperlab.lab.papers import named
from paperlab.lab.reading import BATCH, NAMED, parse_ids
from paperlab.lab.root import expanded, find_root
from paperlab.records.following import FeedNews
from paperlab.records.ids import PaperId
from tests.support.arxiv_server import ArxivServer, Paper, arxiv_server, tar_gz

__all__ = ["arxiv_server"]

ONE, TWO = PaperId("1706.03762"), PaperId("hep-th/9901001", 3)

LINES: dict[str, tuple[list[PaperId], list[str]]] = {
    "1706.03762": ([ONE], []),
    "1706.03762 # why not": ([ONE], []),
    "# 1706.03762": ([], []),
    "https://arxiv.org/abs/1706.03762#S1": ([ONE], []),
    "1706.03762, hep-th/9901001v3;1810.04805": ([ONE, TWO, PaperId("1810.04805")], []),
    "arXiv:1706.03762 [cs.CL] 6 Dec 2017": ([ONE], []),
    "1706.03762 1706.03762v5 1706.03762": ([PaperId("1706.03762", 5)], []),
    "1706.03762 nonsense 2401.0001": ([ONE], ["'nonsense'", "'2401.0001': ids have five digits"]),
    "attention is all you need": ([], ["'attention is all you need'"]),
    "": ([], []),
}


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_read_into_ids_and_what_is_none(line: str) -> None:
    ids, words = LINES[line]
    good, bad = parse_ids([line])
    assert list(good) == ids
    assert (bad is None) == (not words)
    for word in words:
        assert word in str(bad)


def test_a_page_of_text_is_not_told_word_by_word() -> None:
    good, bad = parse_ids([f"word{n}" for n in range(1000)] + ["1706.03762"])
    assert good == (ONE,)
    assert f"'word{NAMED - 1}' and {1000 - NAMED} more" in str(bad)


@pytest.fixture
def lab(tmp_path: Path, arxiv_server: ArxivServer, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """Give a lab that follows cs.LG."""
    monkeypatch.setenv("PAPERLAB_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("PAPERLAB_CONFIG_DIR", str(tmp_path / "config"))
    made = Lab.create(tmp_path / "lab", flags={"arxiv.mirror": arxiv_server.url, "arxiv.delay": 0.0})
    made.follow(["cs.LG"])
    return made


NEW, OTHER = "2401.00001", "hep-th/9901001"


def read(lab: Lab, server: ArxivServer, *announced: tuple[str, int, str]) -> FeedNews:
    """Announce a batch and sync."""
    server.announcements = list(announced)
    server.etag = repr(announced)
    return lab.sync().feeds[0]


def test_a_paper_that_is_new_and_replaced_in_one_batch_is_new(lab: Lab, arxiv_server: ArxivServer) -> None:
    news = read(lab, arxiv_server, (NEW, 1, "new"), (NEW, 2, "replace"), (OTHER, 3, "replace"))
    assert (news.listed, news.new, news.revised) == (3, 1, 0)
    assert [(e.id, e.state) for e in lab.entries()] == [(NEW, "inbox")]
    with lab.library() as library:
        record = library.record(NEW)
    assert record is not None
    assert record.version == 2


def test_a_version_that_is_known_is_no_revision_and_changes_nothing(lab: Lab, arxiv_server: ArxivServer) -> None:
    """The API told more of it than a feed can: a feed has the day of the announcement, not that of the version."""
    lab.add([NEW])
    with lab.library() as library:
        before = library.record(NEW)
    news = read(lab, arxiv_server, (NEW, 2, "cross"), (NEW, 1, "new"))
    assert (news.listed, news.new, news.revised) == (2, 0, 0)
    with lab.library() as library:
        assert library.record(NEW) == before
    assert read(lab, arxiv_server, (NEW, 3, "replace")).revised == 1


def test_an_empty_batch_asked_for_again_is_still_no_announcement(lab: Lab, arxiv_server: ArxivServer) -> None:
    assert read(lab, arxiv_server, (NEW, 1, "new")).new == 1
    assert lab.sync().feeds[0].stale
    time.sleep(1.1)  # the list tells readings apart by the second
    saturday = read(lab, arxiv_server)
    assert (saturday.listed, saturday.stale) == (0, False)
    again = lab.sync().feeds[0]
    assert (again.listed, again.stale) == (0, False)


def test_an_empty_answer_hides_nothing_that_comes_under_its_tag(lab: Lab, arxiv_server: ArxivServer) -> None:
    assert read(lab, arxiv_server).listed == 0
    arxiv_server.announcements = [(NEW, 1, "new")]
    assert lab.sync().feeds[0].new == 1


def test_a_newer_version_of_a_known_paper_is_pending_too(lab: Lab, arxiv_server: ArxivServer) -> None:
    lab.add([f"{NEW}v1"])
    arxiv_server.fail("/api/", "500", times=3)
    assert lab.add([f"{NEW}v2"]).pending == (NEW,)
    assert lab.sync().completed == (NEW,)
    with lab.library() as library:
        record = library.record(NEW)
    assert record is not None
    assert record.version == 2
    assert lab.sync().completed == ()


def test_a_feed_that_is_no_category_is_refused_at_once(lab: Lab) -> None:
    for name in ("two words", "cs.LG+", "https://arxiv.org/abs/2401.00001", ""):
        with pytest.raises(UsageError, match="expected a category"):
            lab.follow(["stat.ML", name])
    with lab.library() as library:
        assert [feed.name for feed in library.feeds()] == ["cs.LG"]


def test_a_page_in_place_of_a_refusal_blames_nobodys_category(lab: Lab, arxiv_server: ArxivServer) -> None:
    arxiv_server.fail("/rss/", "400", times=None)
    trouble = lab.sync().feeds[0].trouble
    assert trouble is not None
    assert (trouble.exit_code, "expected a feed" in trouble.message) == (3, True)


@pytest.mark.parametrize("fault", [False, True])
def test_many_papers_are_counted_while_arxiv_is_asked(lab: Lab, arxiv_server: ArxivServer, fault: bool) -> None:
    ids = [f"2402.{n:05}" for n in range(1, BATCH + 21)]
    arxiv_server.papers |= {id: Paper(id) for id in ids}
    if fault:
        arxiv_server.fail(ids[BATCH], "418", times=None)
    seen: list[tuple[int, int]] = []
    lab.progress = lambda done, total, _: seen.append((done, total))
    assert len(lab.add(ids).pending) == (20 if fault else 0)
    assert seen == [(0, BATCH + 20), (BATCH, BATCH + 20), (BATCH + 20, BATCH + 20)]
    assert len(lab.entries()) == BATCH + 20


def test_an_eprint_that_gives_nothing_is_told(lab: Lab, arxiv_server: ArxivServer) -> None:
    r"""A wrapper of a scan: \\includepdf, and no word of the paper."""
    arxiv_server.sources[NEW] = tar_gz({"main.tex": rb"\documentclass{article}\begin{document}\end{document}"})
    told: list[str] = []
    lab.talk = told.append
    assert lab.extract(NEW).source.kind == "abstract"
    assert told == [f"{NEW}: nothing could be read out of its LaTeX; its abstract alone is read"]
    assert lab.extract(NEW, reader="abstract").abstract
    assert len(told) == 1


@pytest.mark.parametrize("text", ["", " ", "x" * 5000, "~nobody-of-that-name/x", "a/" * 3000])
def test_what_names_neither_a_file_nor_a_paper_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match="or a folder, archive or file on disk"):
        named(text)


def test_a_home_that_is_not_there_is_a_lab_that_is_not_there() -> None:
    with pytest.raises(NoLab, match="found none"):
        find_root(named=expanded("~nobody-of-that-name"))


def test_one_id_as_text_is_one_id(lab: Lab) -> None:
    assert [entry.id for entry in lab.add(NEW).entries] == [NEW]


def test_a_paper_that_arxiv_does_not_know_leaves_no_trace(lab: Lab, arxiv_server: ArxivServer) -> None:
    arxiv_server.papers["2402.00001"] = Paper("2402.00001")
    lab.add(["2402.00001"])
    assert lab.add(["2402.00009"], why="a typo", tags=["nlp"]).missing == ("2402.00009",)
    assert {event.paper for event in lab.log()} == {"cs.LG", "2402.00001"}
    assert lab.undo() == "add 2402.00001"
    assert lab.entries() == []


def test_of_a_paper_that_was_there_nothing_is_forgotten(lab: Lab, arxiv_server: ArxivServer) -> None:
    arxiv_server.papers["2402.00001"] = Paper("2402.00001")
    lab.add(["2402.00001"], why="before")
    assert lab.add(["2402.00001v9"], why="after").missing == ("2402.00001v9",)
    assert [(e.id, e.why, e.version) for e in lab.entries()] == [("2402.00001", "before", 2)]
