"""sync, feed and notices as a person runs them: the lines, the exit codes, a stop at any moment."""

import email.utils
import random
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.arxiv_server import ArxivServer, Paper, arxiv_server
from tests.support.commands import Shell, shell

__all__ = ["arxiv_server", "shell"]

ROUNDS = [pytest.param(2, id="sample"), pytest.param(50, id="all", marks=[pytest.mark.slow, pytest.mark.timeout(900)])]
ID = "2401.00001"
TUESDAY, FRIDAY = "Tue, 05 May 2026 00:00:00 -0400", "Fri, 08 May 2026 00:00:00 -0400"


def submit(server: ArxivServer, prefix: str, day: str, count: int) -> list[str]:
    ids = [f"{prefix}.{n:05}" for n in range(count)]
    made = {id: Paper(id, versions=(f"{day}T{n // 60:02}:{n % 60:02}:00Z",)) for n, id in enumerate(ids)}
    server.papers |= made
    return ids


def announce(server: ArxivServer, built: str, ids: list[str]) -> None:
    server.built, server.announcements = built, [(id, 1, "new") for id in ids]
    server.etag = f'"{built} {len(ids)}"'


def test_a_week_of_syncs_line_by_line(shell: Shell, arxiv_server: ArxivServer) -> None:
    first = submit(arxiv_server, "2605", "2026-05-04", 3)
    shell("feed", "add", "cs.LG")
    announce(arxiv_server, TUESDAY, first)
    assert shell("sync").stdout == "cs.LG 3 listed, 3 new, 0 revised\n"
    arxiv_server.etag = None  # read anew it stands still under its old date
    assert shell("sync").stdout == "cs.LG STALE (same batch as 2026-05-05)\n"
    announce(arxiv_server, "Wed, 06 May 2026 00:00:00 -0400", first)
    assert shell("sync").stdout == "cs.LG STALE (same batch as Tuesday)\n"
    missed = submit(arxiv_server, "2606", "2026-05-05", 2) + submit(arxiv_server, "2607", "2026-05-06", 4)
    announce(arxiv_server, FRIDAY, submit(arxiv_server, "2608", "2026-05-07", 1))
    assert shell("sync").stdout == (
        "cs.LG 1 listed, 1 new, 0 revised\ncs.LG gap: 2026-05-06 to 2026-05-07 missed, 6 filled\n"
    )
    announce(arxiv_server, "Sat, 09 May 2026 00:00:00 -0400", [])
    assert shell("sync").stdout == "cs.LG weekend: no announcement\n"
    announce(arxiv_server, "Fri, 25 Dec 2026 00:00:00 -0500", [])
    assert "cs.LG holiday: no announcement\n" in shell("sync").stdout
    assert set(missed) <= set(shell.listed())
    (feed,) = shell.json("feed", "list")
    assert (feed["items"], feed["batch_day"], feed["gaps"]) == (10, "2026-05-08", [])


def test_a_feed_that_is_asked_twice_a_day_is_not_stale(shell: Shell, arxiv_server: ArxivServer) -> None:
    today = email.utils.format_datetime(datetime.now(UTC))
    shell("feed", "add", "cs.LG")
    announce(arxiv_server, today, submit(arxiv_server, "2605", "2026-05-04", 3))
    assert shell("sync").stdout == "cs.LG 3 listed, 3 new, 0 revised\n"
    assert shell("sync").stdout == "cs.LG 3 listed, 0 new, 0 revised\n"  # not modified
    arxiv_server.etag = None
    assert shell("sync").stdout == "cs.LG 3 listed, 0 new, 0 revised\n"


def test_json_tells_the_same(shell: Shell, arxiv_server: ArxivServer) -> None:
    arxiv_server.papers[ID].versions = arxiv_server.papers[ID].versions[:1]
    shell("add", ID)
    arxiv_server.papers[ID].versions += ("2024-02-03T04:05:06Z",)
    shell("feed", "add", "cs.LG")
    shell("feed", "add", "author:hinton", "--name", "geoff")
    arxiv_server.announcements = [(ID, 2, "replace")]
    told = shell.json("sync")
    assert [(row["what"], row.get("feed") or row.get("paper")) for row in told] == [
        ("feed", "cs.LG"), ("feed", "geoff"), ("notice", ID),
    ]  # fmt: skip
    assert (told[0]["listed"], told[0]["revised"], told[2]["old"], told[2]["new"]) == (1, 1, 1, 2)


def test_feeds_are_listed_paused_and_named(shell: Shell, arxiv_server: ArxivServer) -> None:
    assert "no feed is followed" in shell("feed", "list").stderr
    shell("feed", "add", 'category:cs.CL and abs:"state space"', "--name", "ssm")
    shell("feed", "add", "cs.LG+stat.ML", "cs")
    assert "following ssm" in shell("feed", "add", 'cat:cs.CL AND abs:"state space"').stderr
    shell("feed", "pause", "cs", "ssm")
    shell("feed", "resume", "ssm")
    assert [(f["name"], f["query"], f["paused"]) for f in shell.json("feed", "list")] == [
        ("cs", "cs", True), ("cs.LG+stat.ML", "cs.LG+stat.ML", False), ("ssm", 'cat:cs.CL AND abs:"state space"', False),
    ]  # fmt: skip
    done = shell("-v", "sync")
    assert "cs paused; `paperlab feed resume cs` reads it again" in done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["cs.LG+stat.ML", "ssm"]
    assert "ssm already read at " in shell("sync", "ssm").stdout
    assert "already" not in shell("sync", "ssm", "--force").stdout
    assert "at sign 4" in shell("feed", "add", 'ti:"open', code=2).stderr
    assert "not followed" in shell("feed", "rm", "cs.QQ", code=1).stderr
    assert "following cs no longer" in shell("feed", "rm", "cs").stderr


def test_a_notice_is_shown_and_put_away(shell: Shell, arxiv_server: ArxivServer) -> None:
    arxiv_server.papers[ID] = Paper(ID, abstract="a big model", versions=("2024-01-02T03:04:05Z",), comment="15 pages")
    shell("add", ID)
    folder = shell.lab / "implementations" / "mine"
    folder.mkdir()
    (folder / "paper.toml").write_text(
        f'slug = "mine"\nid = "{ID}"\nversion = 1\ntitle = "T"\n[[claims]]\nid = "c"\nplace = "x"\n'
    )
    arxiv_server.papers[ID] = Paper(ID, abstract="a small model", comment="18 pages, accepted at ICML")
    line = f'revised {ID} v1 -> v2: abstract +1 -1 words, 15 -> 18 pages, comment "18 pages, accepted at ICML"'
    time.sleep(1.1)
    assert shell("sync", SYNC_RECHECK_DAYS="0").stdout == f"{line}\n"
    assert line in shell("notices").stdout
    shown = shell("show", ID).stdout
    assert "abstract: a [-big-] {+small+} model" in shown
    assert "v1 (mine); v2 is out" in shown
    assert "mine: made from v1; v2 is out" in shell("claims", "mine").stderr
    for words in (["list"], ["next"], ["find", "model"], ["list", "-n", "1"]):
        (row,) = shell(*words).stdout.splitlines()
        assert row.split("\t")[-1] == "[made from v1; v2 is out] A made-up title", words
        assert [told["outdated"] for told in shell.json(*words)] == [shell.json("show", ID)["outdated"]]
    assert shell.json("show", ID)["outdated"] == [{"slug": "mine", "id": ID, "version": 1, "newest": 2}]
    assert shell.json("notices")[0]["diff"] == {"abstract": "a [-big-] {+small+} model"}
    shell("notices", "seen", ID)
    assert shell("notices").stdout == ""
    assert line in shell("notices", "--all").stdout
    assert "abstract:" not in shell("show", ID).stdout
    shell("notices", "seen", "--all", code=1)
    shell("notices", "seen", code=2)


def test_ctrl_c_is_one_line_and_the_next_sync_goes_on(shell: Shell, arxiv_server: ArxivServer) -> None:
    announce(arxiv_server, TUESDAY, submit(arxiv_server, "2605", "2026-05-04", 30))
    shell("feed", "add", "cs.LG")
    arxiv_server.fail("/rss/", "hang")
    with shell.start("sync") as process:
        while not arxiv_server.log:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "paperlab: stopped; what was done so far is kept\n")
    assert "30 new" in shell("sync").stdout


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_sync_that_is_killed_while_it_fills_a_gap_loses_nothing(
    shell: Shell, arxiv_server: ArxivServer, tmp_path: Path, rounds: int
) -> None:
    """Each round one feed, one missed day of many pages, one saved query; the kill comes at a seeded moment of the sync."""
    chance = random.Random(f"gap {rounds}")  # noqa: S311 - moments, no secrets
    first, last = submit(arxiv_server, "2605", "2026-05-04", 5), submit(arxiv_server, "2608", "2026-05-07", 5)
    missed = submit(arxiv_server, "2606", "2026-05-05", 700)
    shell("feed", "add", "cs.LG", "all:x")
    announce(arxiv_server, TUESDAY, first)
    shell("sync", "cs.LG")
    start = (shell.lab / "reading_list.db").read_bytes()
    announce(arxiv_server, FRIDAY, last)
    began = time.monotonic()
    shell("sync")
    lives = time.monotonic() - began
    whole = shell.listed()
    assert {*first, *missed, *last} <= set(whole)
    for _ in range(rounds):
        for name in ("reading_list.db-wal", "reading_list.db-shm"):
            (shell.lab / name).unlink(missing_ok=True)
        (shell.lab / "reading_list.db").write_bytes(start)
        with shell.start("sync") as process:
            time.sleep(lives * chance.uniform(0.2, 1.0))
            process.kill()
            process.communicate()
        assert shell.whole()
        shell("sync")
        assert {id: e.state for id, e in shell.listed().items()} == {id: e.state for id, e in whole.items()}
        assert shell.whole()
