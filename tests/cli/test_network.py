"""What arXiv may do to us, at the command line: nothing is lost, one line says what to expect, exit code 3."""

import socket
from datetime import UTC, datetime

import pytest

from tests.support.arxiv_server import ArxivServer, Paper, arxiv_server, tar_gz
from tests.support.commands import Shell, shell

__all__ = ["arxiv_server", "shell"]

ID = "2401.00001"
FAULTS = {
    "429": {},
    "hang": {"ARXIV_TIMEOUT": "0.4"},
    "reset": {},
    "html": {},
}
"""What the server does -> settings that keep the test short."""
RARER = {
    "503": {},
    "truncate": {},
    "500": {},
    "403": {},
    "drip": {"ARXIV_TIMEOUT": "0.2"},
    "cut": {},
    "nothing": {},
    "empty": {},
    "short": {},
    "error": {},
}


def seconds_from_now(text: str) -> float:
    return (datetime.fromisoformat(text) - datetime.now(UTC)).total_seconds()


def pending(shell: Shell) -> list[str]:
    return [id for id, entry in shell.listed().items() if entry.pending]


@pytest.mark.parametrize("fault", [*FAULTS, *(pytest.param(f, marks=pytest.mark.slow) for f in RARER)])
def test_whatever_arxiv_does_the_id_is_kept_and_sync_completes_it(
    shell: Shell, arxiv_server: ArxivServer, fault: str
) -> None:
    arxiv_server.fail("/api/query", fault, times=None)
    done = shell("add", ID, "--why", "because", code=3, **(FAULTS | RARER)[fault])
    assert "kept as pending" in done.stderr
    assert "asking again after 20" in done.stderr
    assert done.stdout == f"{ID}\tpending\n"
    assert pending(shell) == [ID]
    assert "arXiv has not told its title yet" in shell("list").stdout

    arxiv_server.faults.clear()
    (shell.state / "arxiv.json").unlink(missing_ok=True)  # time passes
    assert shell("sync").stdout == f"completed {ID}\n"
    entry = shell.listed()[ID]
    assert (entry.title, entry.why, entry.version, entry.pending) == (f"Title of {ID}", "because", 2, False)


@pytest.mark.parametrize(("header", "expected"), [("", (20, 23)), ("120", (118, 121)), ("99999", (3595, 3601))])
def test_while_blocked_nothing_is_asked_and_each_command_says_until_when(
    shell: Shell, arxiv_server: ArxivServer, header: str, expected: tuple[float, float]
) -> None:
    """Without Retry-After the block is our delay and up to a tenth more; with it, as asked, at most an hour. Told in whole seconds, rounded up."""
    arxiv_server.fail("/api/query", "429", times=1, retry_after=header)
    done = shell("add", ID, code=3, ARXIV_DELAY="20")
    until = done.stderr.rsplit("asking again after ", 1)[1].strip()
    assert expected[0] - 5 <= seconds_from_now(until) <= expected[1]
    assert len(arxiv_server.log) == 1

    assert until in shell("add", "hep-th/9901001", code=3).stderr
    assert until in shell("sync", code=3).stderr
    assert len(arxiv_server.log) == 1
    assert sorted(pending(shell)) == [ID, "hep-th/9901001"]


def test_a_short_retry_after_is_waited_for(shell: Shell, arxiv_server: ArxivServer) -> None:
    arxiv_server.fail("/api/query", "503", times=1, retry_after="1")
    assert shell("add", ID).stdout == f"{ID}\tTitle of {ID}\n"
    assert arxiv_server.gaps()[0] >= 0.95


def test_an_empty_answer_that_promises_a_paper_is_no_answer(shell: Shell, arxiv_server: ArxivServer) -> None:
    arxiv_server.fail("/api/query", "empty", times=None)
    assert shell("add", ID, code=3).stdout == f"{ID}\tpending\n"


def test_unknown_malformed_and_withdrawn_ids_are_told_apart(shell: Shell, arxiv_server: ArxivServer) -> None:
    arxiv_server.papers["2401.00002"] = Paper(
        "2401.00002", comment="This paper has been withdrawn by the author", withdrawn=True
    )
    assert "arXiv knows no paper 2401.00009" in shell("add", "2401.00009", code=1).stderr
    assert "2413.00001" in shell("add", "2413.00001", code=2).stderr
    assert "kept" in shell("add", "nonsense", ID, code=2).stderr
    assert shell("add", "2401.00002").stdout == "2401.00002\t[withdrawn] A made-up title\n"
    assert {id: entry.withdrawn for id, entry in shell.listed().items()} == {ID: False, "2401.00002": True}
    assert "[withdrawn]" in shell("list").stdout
    assert "withdrawn" in shell("show", "2401.00002").stdout
    told = shell("implement", "2401.00002").stderr
    assert "2401.00002: this version is withdrawn; earlier versions stay readable, ask for 2401.00002v1" in told
    assert "its abstract alone is read" in told


def test_a_mixed_handful_keeps_what_is_good(shell: Shell, arxiv_server: ArxivServer) -> None:
    done = shell("add", "-", input=f"{ID}\n2401.00009\n# a comment\nhttps://arxiv.org/abs/hep-th/9901001v1\n", code=1)
    assert "2401.00009" in done.stderr
    assert set(shell.listed()) == {ID, "hep-th/9901001"}


def test_each_word_that_went_wrong_is_told_and_the_rest_is_kept(shell: Shell, arxiv_server: ArxivServer) -> None:
    """A word that is none, an id that there is not, and a paper: three fates, each told."""
    done = shell("add", ID, "2401.00009", "nonsense", "2401.0001", code=2, faults=2)
    assert done.stdout == f"{ID}\tTitle of {ID}\n"
    assert "arXiv knows no paper 2401.00009" in done.stderr
    assert "got 'nonsense'; '2401.0001': ids have five digits" in done.stderr
    assert "; 1 kept all the same" in done.stderr
    assert set(shell.listed()) == {ID}


def test_when_arxiv_is_down_too_both_are_told(shell: Shell, arxiv_server: ArxivServer) -> None:
    arxiv_server.fail("/api/query", "500", times=None)
    done = shell("add", ID, "nonsense", code=2, faults=2)
    assert "1 kept as pending" in done.stderr
    assert "'nonsense'; 1 kept all the same" in done.stderr
    assert pending(shell) == [ID]


@pytest.mark.parametrize("words", [("",), ("-",), ("# nothing but a comment",)])
def test_nothing_named_is_said(shell: Shell, words: tuple[str, ...]) -> None:
    assert "nothing to add: no id was named" in shell("add", *words, code=1).stderr


def test_a_pending_id_that_arxiv_does_not_know_is_named_until_it_is_taken_off(
    shell: Shell, arxiv_server: ArxivServer
) -> None:
    shell("add", "2401.00009", code=3, OFFLINE="1")
    assert "`paperlab rm 2401.00009`" in shell("sync").stderr
    shell("rm", "2401.00009")
    assert "nothing to sync" in shell("sync").stderr


def test_offline_everything_but_fetching_works(shell: Shell, arxiv_server: ArxivServer) -> None:
    """The server is there and must not be asked; a socket that is opened all the same would be seen in its log."""
    shell("add", ID)
    arxiv_server.log.clear()
    source = shell.folder / "paper.tar.gz"
    source.write_bytes(tar_gz({"main.tex": rb"\documentclass{article}\title{A}\begin{document}$x=1$\end{document}"}))
    shell.env["PAPERLAB_OFFLINE"] = "1"
    shell("list")
    shell("next")
    shell("find", "title")
    shell("show", ID)
    shell("start", ID)
    shell("done", ID, "--minutes", "5")
    shell("claims", "mnist1d")
    assert shell.json("extract", str(source))["title"] == "A"
    shell("implement", str(source), "--slug", "paper")
    shell("cache", "clean")
    assert "offline" in shell("add", "2401.00005", code=3).stderr
    assert "offline" in shell("implement", ID, code=3).stderr
    assert "offline" in shell("sync", code=3).stderr
    assert arxiv_server.log == []


@pytest.mark.parametrize(
    ("what", "code"), [("folder", 1), ("folder of an empty file", 1), ("file.tex", 2), ("file.tar.gz", 2)]
)
def test_extract_says_in_one_line_that_nothing_is_there(shell: Shell, what: str, code: int) -> None:
    path = shell.folder / what
    if "folder" in what:
        path.mkdir()
    if what != "folder":
        (path / "main.tex" if path.is_dir() else path).write_bytes(b"")
    said = shell("extract", "--json", str(path), code=code)
    assert said.stdout == ""
    assert said.stderr.count("\n") == 1
    assert "expected" in said.stderr
    assert what[:40] in said.stderr


@pytest.mark.slow
def test_offline_bench_and_publish_work_too(shell: Shell, arxiv_server: ArxivServer) -> None:
    source = shell.folder / "main.tex"
    source.write_text(r"\documentclass{article}\title{A}\begin{document}$x=1$\end{document}")
    shell.env["PAPERLAB_OFFLINE"] = "1"
    shell("implement", str(source), "--slug", "paper")
    shell("bench", "paper", "--budget", "smoke", "--seeds", "1", "--no-speed")
    shell("publish", "paper")
    assert arxiv_server.log == []


def test_nobody_there_is_an_answer_too(shell: Shell) -> None:
    """A port that was free a moment ago refuses the connection."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        shell.env["PAPERLAB_ARXIV_MIRROR"] = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert "could not reach 127.0.0.1" in shell("add", ID, code=3).stderr
    assert "could not reach 127.0.0.1" in shell("implement", ID, code=3).stderr
