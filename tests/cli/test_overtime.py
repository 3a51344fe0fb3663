"""refs, tree, stats, prune, digest and log as a person runs them: exit codes, pipes, JSON, no prompts."""

import html
import json
import os
from pathlib import Path
from typing import Any

import pytest

from paperlab import litter
from paperlab.cli import run
from paperlab.lab import Lab
from paperlab.library import Library
from paperlab.records.changes import NewEntry
from paperlab.records.origins import Citation
from paperlab.records.paper import PaperRecord
from paperlab.records.queue import Entry
from tests.support.arxiv_server import ArxivServer, Paper, arxiv_server, tar_gz

__all__ = ["arxiv_server"]
ONE, TWO, THREE = "2001.00001", "2001.00002", "2001.00003"


class Here:
    """Runs commands in this process: each is cheap, and what they say is read at once."""

    def __init__(self, lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.lab, self.capsys = lab, capsys
        Lab.create(lab)
        self.stdout = self.stderr = ""

    def __call__(self, *words: str, code: int = 0) -> "Here":
        self.capsys.readouterr()
        got = run(["--lab", str(self.lab), *words])
        self.stdout, self.stderr = self.capsys.readouterr()
        assert got == code, (words, got, self.stdout, self.stderr)
        assert code < 2 or sum(line.startswith("paperlab: ") for line in self.stderr.splitlines()) == 1
        return self

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self(*words, "--json", code=code).stdout)

    def listed(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in Lab(self.lab).entries()}


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Here:
    monkeypatch.setenv("PAPERLAB_OFFLINE", "1")
    return Here(tmp_path / "lab", capsys)


def fill(shell: Here, at: str = "2020-01-01T00:00:00Z") -> None:
    """Paper 1 led to 2, cites 3 (on no list), and waits for years."""
    with Library.open(shell.lab / "reading_list.db", write=True, clock=lambda: at) as library:
        records = [PaperRecord(id=i, title=f"Title <b>{i[-1]}</b>", abstract=f"see arXiv:{THREE}") for i in (ONE, TWO)]
        library.add([NewEntry(id=ONE), NewEntry(id=TWO, parent=ONE, state="inbox")], records=records)
        library.save_references(ONE, [Citation(id=THREE, source="e-print", title="Three", year=2020)], source="e-print")


def test_refs_lists_and_queues_offline(shell: Here) -> None:
    fill(shell)
    assert shell("refs", ONE).stdout == f"1\t{THREE}\t\t2020\tThree\n"
    assert shell.json("refs", TWO) == [
        {"n": 1, "id": THREE, "state": None, "year": None, "title": None, "source": "abstract"}
    ]
    shell("refs", ONE, "2", code=2)
    shell("refs", ONE, "--add", "2", code=2)
    assert shell("refs", ONE, "--add", "1", code=3).stdout == f"{THREE}\tpending\n"
    assert shell.listed()[THREE].parent == ONE
    assert shell.json("refs", ONE)[0]["state"] == "queued"
    shell("undo")
    assert THREE not in shell.listed()
    shell("refs", "2404.99999", code=1)
    shell("refs", "2404.99999", "--fetch", code=3)


def test_refs_of_a_paper_that_names_none_is_an_empty_array_and_exit_code_1(shell: Here) -> None:
    with Library.open(shell.lab / "reading_list.db", write=True) as library:
        library.add([NewEntry(id=ONE)], records=[PaperRecord(id=ONE, title="T", abstract="nothing")])
    assert shell.json("refs", ONE, code=1) == []


def test_tree_in_a_pipe_is_indented_and_in_json_nested(shell: Here) -> None:
    fill(shell)
    assert shell("tree").stdout == f"{ONE}\tqueued\tTitle <b>1</b>\n  {TWO}\tinbox\tTitle <b>2</b>\n"
    (root,) = shell.json("tree")
    assert [child["id"] for child in root["children"]] == [TWO]
    assert shell("tree", "--depth", "0").stdout == f"{ONE}\tqueued\tTitle <b>1</b> (+1 below)\n"
    assert shell("tree", TWO).stdout == shell("tree").stdout
    shell("tree", "nobody", code=1)


def test_stats_prints_lines_json_and_a_page(shell: Here, tmp_path: Path) -> None:
    assert shell.json("stats")["waiting"] == 0
    fill(shell)
    shell("done", ONE, "--minutes", "30")
    lines = shell("stats", "--weeks", "2").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines[:2]] == ["week", "week"]
    assert lines[1].split("\t")[2:] == ["0", "1"]
    found = shell.json("stats")
    assert (len(found["weeks"]), found["reached"]["read"], found["streak_weeks"]) == (12, 1, 1)
    assert found["minutes_per_finished_paper"] == {"median": 30.0, "mean": 30.0, "papers": 1}
    page = tmp_path / "stats.html"
    assert shell("stats", "--html", str(page)).stdout == f"{page}\n"
    assert "1 finished" in page.read_text(encoding="utf-8")
    assert shell("stats", "--html", "-").stdout.startswith("<!doctype html>")
    shell("stats", "--html", str(tmp_path / "no" / "stats.html"), code=4)
    shell("stats", "--weeks", "0", code=2)


def test_prune_shows_first_and_drops_when_told(shell: Here) -> None:
    fill(shell)
    before = shell.listed()
    shown = shell("prune", "--older", "180d")
    assert [line.split("\t")[0] for line in shown.stdout.splitlines()] == [ONE, TWO]
    assert "nothing was changed" in shown.stderr
    assert shell.listed() == before
    assert [row["id"] for row in shell.json("prune", "--state", "inbox")] == [TWO]
    shell("prune", "--yes")
    assert {entry.state for entry in shell.listed().values()} == {"dropped"}
    assert "took back: prune --older 180d" in shell("undo").stderr
    assert shell.listed() == before
    assert shell("prune", "--older", "20y").stdout == ""
    for wrong in (("--older", "mon"), ("--state", "reading"), ("--below", "0"), ("--state", ",")):
        shell("prune", *wrong, code=2)


def test_digest_is_fit_for_cron(shell: Here, tmp_path: Path) -> None:
    fill(shell)
    page = tmp_path / "digest.html"
    silent = shell("digest", "--since", "today", "--out", str(page), code=1)
    assert (silent.stdout, page.exists(), len(silent.stderr.splitlines())) == ("", False, 1)
    shell("done", ONE, "--idea", "<script>alert(1)</script>")
    text = shell("digest", "--since", "today").stdout
    assert text.startswith("# Reading digest, ")
    assert "- [Title \\<b\\>1\\</b\\>](https://arxiv.org/abs/2001.00001)" in text
    assert shell("digest", "--since", "mon", "--out", str(page)).stdout == f"{page}\n"
    assert "<script" not in page.read_text(encoding="utf-8")
    assert html.escape("<script>") in page.read_text(encoding="utf-8")
    assert shell("digest", "--format", "html").stdout.startswith("<!doctype html>")
    shell("digest", "--since", "soon", code=2)
    shell("digest", "--format", "pdf", code=2)


@pytest.mark.parametrize("words", [("digest", "--out"), ("stats", "--html"), ("export", "--force", "-o")])
def test_a_page_goes_through_a_link_and_into_a_pipe(shell: Here, tmp_path: Path, words: tuple[str, ...]) -> None:
    """Oracle: what `cp` does. A rename would put a file in the place of the link, the pipe, or, for root, the device."""
    fill(shell)
    shell("done", ONE)
    real, link, pipe = tmp_path / "real.md", tmp_path / "link.md", tmp_path / "pipe.md"
    real.write_text("old", encoding="utf-8")
    link.symlink_to(real)
    shell(*words, str(link))
    assert link.is_symlink()
    written = real.read_text(encoding="utf-8")
    assert written != "old"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDWR)  # a writer needs a reader that is there
    shell(*words, str(pipe))
    assert os.read(reader, 1_000_000).decode() == written
    os.close(reader)
    assert pipe.is_fifo()


@pytest.mark.parametrize("words", [("digest", "--out"), ("export", "-o")])
def test_standard_output_has_a_name_too(shell: Here, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(litter, "in_place_of", None)  # a rename over /dev/stdout would harm the machine that tests this
    fill(shell)
    shell("done", ONE)
    assert shell(*words, "/dev/stdout").stdout == shell(*words, "-").stdout


def test_log_tells_of_one_paper_and_marks_what_was_undone(shell: Here) -> None:
    fill(shell)
    shell("start", ONE)
    shell("undo")
    rows = [line.split("\t")[1:] for line in shell("log", ONE).stdout.splitlines()]
    assert rows == [
        [f"undo start {ONE}", ONE, "taken back", ""], [f"start {ONE} (undone)", ONE, "queued -> reading", ""],
        ["add", ONE, "added to queued", ""],
    ]  # fmt: skip
    assert [(e["words"], e["undone"]) for e in shell.json("log", ONE, "--since", "today")] == [
        (f"undo start {ONE}", False), (f"start {ONE}", True),
    ]  # fmt: skip
    shell("log", TWO, "--since", "today", code=1)
    shell("log", "--since", "soon", code=2)
    shell("rm", TWO)
    assert "taken off the list, was inbox" in shell("log", TWO).stdout
    assert json.loads(shell("log", "--json", "-n", "1").stdout)[0]["kind"] == "removed"


TEX = rb"""\documentclass{article}\begin{document}\title{T}\section{One}See \cite{a,b,c}.
\begin{thebibliography}{9}\bibitem{a} A. B. First. arXiv:1412.6980v2, 2014.
\bibitem{b} C. D. Second. Journal, 2015. \bibitem{c} E. F. Third. CoRR, abs/1706.03762, 2017.
\end{thebibliography}\end{document}"""


def test_refs_fetches_the_e_print_and_extract_remembers_what_it_read(
    shell: Here, arxiv_server: ArxivServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("OFFLINE", "0"), ("ARXIV_MIRROR", arxiv_server.url), ("ARXIV_DELAY", "0")):
        monkeypatch.setenv(f"PAPERLAB_{name}", value)
    for paper in ("2401.00001", "2401.00002"):
        arxiv_server.papers[paper] = Paper(paper)
        arxiv_server.sources[paper] = tar_gz({"main.tex": TEX})
    shell("add", "2401.00001", "2401.00002")
    asked = len(arxiv_server.log)
    shell("refs", "2401.00001", code=1)
    assert len(arxiv_server.log) == asked  # nothing is asked for without --fetch
    shell("refs", "2401.00001", "--fetch")
    assert len(arxiv_server.log) == asked + 1
    assert [line.split("\t")[1] for line in shell.stdout.splitlines()] == ["1412.6980", "1706.03762"]
    assert "2 of 3 references with an arXiv id" in shell.stderr
    arxiv_server.papers["2401.00003"] = Paper("2401.00003")
    arxiv_server.sources["2401.00003"] = tar_gz({"main.tex": TEX.partition(rb"\begin{thebib")[0] + rb"\end{document}"})
    shell("add", "2401.00003")
    assert "--fetch` reads its bibliography" in shell("refs", "2401.00003", code=1).stderr
    for words in (["--fetch"], []):
        told = shell("refs", "2401.00003", *words, code=1).stderr
        assert "its e-print lists no references; no arXiv ids in its abstract" in told
        assert "--fetch" not in told
    shell("extract", "2401.00002")
    asked = len(arxiv_server.log)
    assert [row["id"] for row in shell.json("refs", "2401.00002")] == ["1412.6980", "1706.03762"]
    assert len(arxiv_server.log) == asked
    with Lab(shell.lab).library(write=True) as library:
        library.add([NewEntry(id="1412.6980")])
        mentions = "SELECT mentions FROM entries WHERE paper = '1412.6980'"
        assert library._connection.execute(mentions).fetchone() == (2,)
