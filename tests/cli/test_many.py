"""Two and more paperlab processes at once: nothing lost, nothing twice, one request at a time."""

from itertools import pairwise

from tests.support.arxiv_server import ArxivServer, Paper, arxiv_server
from tests.support.commands import Done, Shell, shell, told

__all__ = ["arxiv_server", "shell"]

DELAY = 0.3
ID = "2401.00001"


def at_once(shell: Shell, commands: list[list[str]], **env: str) -> list[Done]:
    started = [shell.start(*words, **env) for words in commands]
    done = []
    for process in started:
        with process:
            out, err = process.communicate(timeout=100)
            done.append(Done(process.args, process.returncode, out, err))
    return done


def polite(server: ArxivServer) -> bool:
    """Tell whether no two requests overlapped and each came DELAY after the end of the one before."""
    asked = sorted(server.log, key=lambda request: request.at)
    return server.most_busy == 1 and all(b.at - a.at >= DELAY - 0.02 for a, b in pairwise(asked))


def test_eight_adds_of_different_papers(shell: Shell, arxiv_server: ArxivServer) -> None:
    ids = [f"2402.{number:05}" for number in range(8)]
    arxiv_server.papers |= {id: Paper(id, title=f"Title of {id}") for id in ids}
    done = at_once(shell, [["add", id, "--why", f"why {id}"] for id in ids], ARXIV_DELAY=str(DELAY))
    for one in done:
        told(one, 0)
    assert {e.id: (e.title, e.why) for e in shell.listed().values()} == {i: (f"Title of {i}", f"why {i}") for i in ids}
    assert len(arxiv_server.log) == 8
    assert polite(arxiv_server)
    assert shell.whole()


def test_eight_adds_of_the_same_paper(shell: Shell, arxiv_server: ArxivServer) -> None:
    done = at_once(shell, [["add", "2401.00001", "--tag", f"t{n}"] for n in range(8)], ARXIV_DELAY=str(DELAY))
    for one in done:
        told(one, 0)
    assert list(shell.listed()) == ["2401.00001"]
    assert shell.listed()["2401.00001"].tags == tuple(f"t{n}" for n in range(8))
    assert polite(arxiv_server)


def test_eight_notes_on_one_paper(shell: Shell) -> None:
    shell("add", ID)
    for one in at_once(shell, [["note", ID, f"line {n}"] for n in range(8)]):
        told(one, 0)
    assert sorted(shell("note", ID).stdout.strip().split("\n\n")) == [f"line {n}" for n in range(8)]


def test_different_commands_at_once_change_one_list_without_loss(shell: Shell, arxiv_server: ArxivServer) -> None:
    ids = [f"2402.{number:05}" for number in range(6)]
    arxiv_server.papers |= {id: Paper(id) for id in ids}
    shell("add", *ids[:4])
    commands = [
        ["done", ids[0], "--minutes", "5"],
        ["start", ids[1]],
        ["rm", ids[2]],
        ["add", *ids[4:]],
        ["list"],
        ["next"],
    ]
    for one in at_once(shell, commands):
        told(one, 0)
    states = {id: entry.state for id, entry in shell.listed().items()}
    assert states == {ids[0]: "read", ids[1]: "reading", ids[3]: "queued", ids[4]: "queued", ids[5]: "queued"}
    assert shell.whole()


def test_eight_syncs_adds_and_tags_at_once(shell: Shell, arxiv_server: ArxivServer) -> None:
    """One announcement, read by four at once, while others add and tag: each paper once, nothing lost."""
    news = [f"2403.{number:05}" for number in range(60)]
    mine = [f"2402.{number:05}" for number in range(2)]
    arxiv_server.papers |= {id: Paper(id, title=f"Title of {id}") for id in [*news, *mine]}
    arxiv_server.announcements = [(id, 1, "new") for id in news]
    shell("add", "2401.00001")
    shell("feed", "add", "cs.LG")
    adds = [["add", id] for id in mine]
    commands = [["sync"]] * 4 + [*adds, ["add", "2401.00001", "--tag", "x"], ["feed", "pause", "cs.LG", "--resume"]]
    done = at_once(shell, commands)
    for one in done:
        told(one, 0)
    brought = [line for one in done[:4] for line in one.stdout.splitlines() if line.startswith("cs.LG")]
    assert len(brought) == 4
    assert sum("60 listed, 60 new, 0 revised" in line for line in brought) == 1
    entries = shell.listed()
    assert {id for id, entry in entries.items() if entry.state == "inbox"} == set(news)
    assert set(entries) == {*news, *mine, "2401.00001"}
    assert entries["2401.00001"].tags == ("x",)
    assert shell.whole()


def test_two_implements_of_one_paper_leave_one_whole_folder(shell: Shell) -> None:
    done = at_once(shell, [["implement", "mnist1d"]] * 2)
    assert sorted(one.returncode for one in done) in ([0, 0], [0, 4])
    assert [p.name for p in (shell.lab / "implementations").iterdir()] == ["mnist1d"]
    shell("claims", "mnist1d")
