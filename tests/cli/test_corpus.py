"""import --arxiv-metadata, find --all and add from the corpus, as a person runs them."""

import json
import random
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from paperlab.lab import Lab, importing
from tests.support.arxiv_server import ArxivServer, arxiv_server
from tests.support.commands import Shell, shell

__all__ = ["arxiv_server", "shell"]


def line(number: int, title: str = "", version: int = 1) -> str:
    versions = [{"version": f"v{v}", "created": f"Mon, {v} Apr 2024 10:00:00 GMT"} for v in range(1, version + 1)]
    return json.dumps({
        "id": f"2404.{number:05}", "title": title or f"Paper {number} about zebras", "abstract": "On the zebra of the plain.",
        "categories": "cs.LG", "authors_parsed": [["Lee", "Ann", ""]], "versions": versions,
    })  # fmt: skip


def write(path: Path, count: int, *more: str) -> Path:
    path.write_text("\n".join([*(line(n) for n in range(1, count + 1)), *more]) + "\n")
    return path


def content(lab: Path) -> tuple[list[object], list[object]]:
    """Everything that a corpus holds but the times."""
    with closing(sqlite3.connect(lab / ".paperlab" / "corpus.db")) as connection:
        connection.execute("INSERT INTO words(words) VALUES ('integrity-check')")
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        papers = connection.execute("SELECT id, version, title FROM papers ORDER BY number").fetchall()
        return papers, connection.execute("SELECT term, papers FROM terms ORDER BY term").fetchall()


def test_what_find_prints_is_added_by_its_ids_whatever_its_titles_name(shell: Shell, tmp_path: Path) -> None:
    shell("import", "--arxiv-metadata", str(write(tmp_path / "dump.json", 5)))
    line_of_find = "2404.00003\t-\t\t\tOn 2404.00004, zebras and arXiv:2404.00005\n"
    assert shell("add", "-", input=line_of_find, OFFLINE="1").stdout == "2404.00003\tPaper 3 about zebras\n"


def test_a_day_with_the_corpus(shell: Shell, tmp_path: Path) -> None:
    without = shell("find", "--all", "zebras", code=1)
    assert "the list alone was searched" in without.stderr
    dump = write(tmp_path / "dump.json", 30, "{broken", line(31, version=3))
    done = shell("import", "--arxiv-metadata", str(dump))
    assert done.stdout == "dump.json 32 read, 31 new, 0 changed, 1 unreadable\n"
    assert "left out: no JSON" in done.stderr
    assert shell("import", "--arxiv-metadata", str(dump)).stdout == "dump.json unchanged since it was imported\n"
    assert shell("add", "2404.00031", "2404.00002v1", OFFLINE="1").stdout.splitlines() == [
        "2404.00031\tPaper 31 about zebras",
        "2404.00002\tPaper 2 about zebras",
    ]
    (shown, *_) = [row for row in shell.json("list") if row["id"] == "2404.00031"]
    assert (shown["version"], shown["pending"], shown["authors"]) == (3, False, ["Ann Lee"])
    with closing(sqlite3.connect(shell.lab / "reading_list.db")) as connection:
        (source,) = connection.execute("SELECT source FROM papers WHERE id = '2404.00031'").fetchone()
    assert json.loads(source)["address"] == f"corpus: {dump.resolve()}"
    rows = [row.split("\t") for row in shell("find", "--all", "zebra", "-n", "4").stdout.splitlines()]
    assert [(row[0], row[1]) for row in rows] == [
        ("2404.00031", "queued"), ("2404.00002", "queued"), ("2404.00030", "-"), ("2404.00029", "-"),
    ]  # fmt: skip
    told = shell.json("find", "--all", "title:30")
    assert set(told[0]) == set(shown)
    assert (told[0]["id"], told[0]["state"], told[0]["added_at"]) == ("2404.00030", None, None)
    assert shell("find", "zebra").stdout.count("\n") == 2
    assert "31 papers" in shell("cache").stdout
    assert shell("undo").returncode == 0
    assert (
        len(
            shell.json(
                "find",
                "--all",
                "zebra",
            )
        )
        == 31
    )


def test_sync_completes_from_the_corpus_before_it_asks(shell: Shell, arxiv_server: ArxivServer, tmp_path: Path) -> None:
    """What the corpus knows, in the version that is wanted, needs no network; the rest is asked for."""
    wanted = ["2404.00001", "2404.00002v3", "2401.00001"]
    shell("add", *wanted, OFFLINE="1", code=3)
    shell("import", "--arxiv-metadata", str(write(tmp_path / "dump.json", 2)))
    done = shell("sync", OFFLINE="1", code=3)
    assert done.stdout == "completed 2404.00001\n"
    assert "2 still pending" in done.stderr
    assert shell.listed()["2404.00001"].title == "Paper 1 about zebras"
    arxiv_server.log.clear()
    done = shell("sync")
    assert done.stdout == "completed 2401.00001\n"
    assert not any("2404.00001" in str(request) for request in arxiv_server.log)
    shell("import", "--arxiv-metadata", str(write(tmp_path / "more.json", 0, line(2, version=3))))
    assert shell("sync", OFFLINE="1").stdout == "completed 2404.00002\n"
    assert not any(entry.pending for entry in shell.listed().values())


def test_a_changed_file_begins_anew_and_newer_versions_replace(shell: Shell, tmp_path: Path) -> None:
    dump = write(tmp_path / "dump.json", 5)
    shell("import", "--arxiv-metadata", str(dump))
    write(dump, 6, line(3, "A new name", version=2))
    assert shell("import", "--arxiv-metadata", str(dump)).stdout == "dump.json 7 read, 1 new, 1 changed, 0 unreadable\n"
    assert [row["title"] for row in shell.json("find", "--all", '"new name"')] == ["A new name"]
    assert (
        shell("import", "--arxiv-metadata", "-", input=line(9)).stdout
        == "stdin 1 read, 1 new, 0 changed, 0 unreadable\n"
    )


@pytest.mark.parametrize("body", ["", "hello", '{"a": 1}\n', "<html></html>"])
def test_another_file_is_refused_and_leaves_nothing(shell: Shell, tmp_path: Path, body: str) -> None:
    (tmp_path / "x").write_text(body)
    shell("import", "--arxiv-metadata", str(tmp_path / "x"), code=2)
    shell("import", "--arxiv-metadata", str(tmp_path / "not there"), code=2)
    assert not (shell.lab / ".paperlab" / "corpus.db").exists()


def test_a_corrupt_corpus_harms_nothing_but_itself(shell: Shell, arxiv_server: ArxivServer) -> None:
    shell("add", "2401.00001")
    (shell.lab / ".paperlab").mkdir(exist_ok=True)
    (shell.lab / ".paperlab" / "corpus.db").write_bytes(b"no database" * 500)
    done = shell("find", "--all", "title", code=4)
    assert done.stdout.startswith("2401.00001")
    assert "delete it and import its sources again" in done.stderr
    shell("list")
    assert "cannot be read" in shell("cache").stdout


@pytest.mark.parametrize("rounds", [pytest.param(1, id="sample"), pytest.param(12, id="all", marks=pytest.mark.slow)])
def test_a_killed_import_goes_on_and_ends_as_one_go(shell: Shell, tmp_path: Path, rounds: int) -> None:
    dump = write(tmp_path / "dump.json", 9000)
    began = time.monotonic()
    shell("import", "--arxiv-metadata", str(dump))
    lives = time.monotonic() - began
    whole = content(shell.lab)
    chance = random.Random(rounds)  # noqa: S311 - moments, no secrets
    for _ in range(rounds):
        shutil.rmtree(shell.lab / ".paperlab")
        for moment in (chance.uniform(0.3, 1) * lives, chance.uniform(0.2, 1) * lives):
            with shell.start("import", "--arxiv-metadata", str(dump)) as process:
                time.sleep(moment)
                process.kill()
                process.communicate()
        shell("import", "--arxiv-metadata", str(dump))
        assert content(shell.lab) == whole


def test_an_import_stopped_behind_any_transaction_ends_as_one_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump = write(tmp_path / "dump.json", 25)
    monkeypatch.setattr(importing, "AT_ONCE", 4)
    one = Lab.create(tmp_path / "one")
    one.import_metadata(dump)
    other = Lab.create(tmp_path / "other")
    for stop in range(1, 8):
        calls = iter(range(100))

        def stopping(done: int, total: int, what: str, calls=calls, stop=stop) -> None:
            if next(calls) == 0 and stop < 7:
                raise KeyboardInterrupt

        other.progress = stopping
        try:
            (told,) = other.import_metadata(dump)
        except KeyboardInterrupt:
            continue
        assert told.resumed
    assert content(one.root) == content(other.root)
