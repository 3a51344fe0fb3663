"""Announcement feeds as they come day by day, from the stand-in with real papers."""

import json
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from paperlab.lab import Lab

Run = Callable[..., subprocess.CompletedProcess[str]]
MONDAY, TUESDAY, SATURDAY = "2026-05-04", "2026-05-05", "2026-05-09"
Announce = Callable[[str, dict[str, list[Any]]], None]


@pytest.fixture
def announce(mirror: str) -> Iterator[Announce]:
    """Set the day and what is announced on it, by category."""

    def post(what: str, body: object) -> None:
        request = urllib.request.Request(f"{mirror}/_control/{what}", json.dumps(body).encode(), method="POST")  # noqa: S310
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310

    def today(day: str, batch: dict[str, list[Any]]) -> None:
        post("batches", {day: batch})
        post("today", {"today": day})

    yield today
    post("batches", {})
    post("today", {"today": None})


def item(id: str, version: int, kind: str) -> dict[str, object]:
    return {"id": id, "version": version, "type": kind}


def entries(paperlab: Run) -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in json.loads(paperlab("list", "--json").stdout)}


BATCH = [item("1606.00704", 1, "new"), item("1502.03492", 1, "cross"), item("1509.09292", 2, "replace")]


def test_new_cross_and_replaced_papers(paperlab: Run, announce: Announce, tmp_path: Path) -> None:
    """New and cross-listed papers come to the inbox; a replaced one only counts where it is mine."""
    announce(MONDAY, {"cs.LG": [*BATCH, item("1704.02281", 1, "replace")]})
    paperlab("add", "1509.09292v1", "--why", "mine")
    paperlab("feed", "add", "cs.LG")
    told = "cs.LG 4 listed, 2 new, 1 revised\nrevised 1509.09292 v1 -> v2: title and abstract as before\n"
    assert paperlab("sync").stdout == told
    found = entries(paperlab)
    assert {id: entry["state"] for id, entry in found.items()} == {
        "1606.00704": "inbox", "1502.03492": "inbox", "1509.09292": "queued",
    }  # fmt: skip
    assert (found["1509.09292"]["version"], found["1509.09292"]["why"]) == (1, "mine")
    assert all(entry["title"] and entry["authors"] for entry in found.values())
    with Lab(tmp_path / "lab").library() as library:
        known = library.record("1509.09292")
    assert known is not None
    assert known.version == 2


def test_the_same_batch_again_is_stale_whatever_its_date(paperlab: Run, announce: Announce) -> None:
    announce(MONDAY, {"cs.LG": BATCH})
    paperlab("feed", "add", "cs.LG")
    assert paperlab("sync").stdout == "cs.LG 3 listed, 2 new, 0 revised\n"
    before = entries(paperlab)
    assert paperlab("sync").stdout == f"cs.LG STALE (same batch as {MONDAY})\n"
    announce(TUESDAY, {"cs.LG": BATCH})
    assert paperlab("sync").stdout == "cs.LG STALE (same batch as Monday)\n"
    assert entries(paperlab) == before
    announce(TUESDAY, {"cs.LG": [*BATCH, item("2006.02250", 1, "new")]})
    assert paperlab("sync").stdout == "cs.LG 4 listed, 1 new, 0 revised\n"


def test_a_weekend_brings_nothing_and_is_no_error(paperlab: Run, announce: Announce) -> None:
    announce(SATURDAY, {"cs.LG": []})
    paperlab("feed", "add", "cs.LG")
    assert paperlab("sync").stdout == "cs.LG weekend: no announcement\n"


def test_a_category_that_does_not_exist_stops_no_other_feed(paperlab: Run, announce: Announce) -> None:
    announce(MONDAY, {"stat.ML": BATCH})
    paperlab("feed", "add", "cs.QQ", "stat.ML")
    done = paperlab("sync", code=2)
    assert done.stdout.splitlines()[0].startswith("cs.QQ not read: expected a category")
    assert done.stdout.splitlines()[1] == "stat.ML 3 listed, 2 new, 0 revised"
    assert sum(line.startswith("paperlab: ") for line in done.stderr.splitlines()) == 1
    assert "is not followed" in paperlab("sync", "cs.CL", code=1).stderr


def test_dropped_and_removed_papers_do_not_come_back(paperlab: Run, announce: Announce) -> None:
    announce(MONDAY, {"cs.LG": BATCH})
    paperlab("feed", "add", "cs.LG")
    paperlab("sync")
    paperlab("rm", "1606.00704")
    announce(TUESDAY, {"cs.LG": BATCH})
    paperlab("sync")
    assert set(entries(paperlab)) == {"1502.03492"}


def test_undo_of_a_sync_empties_the_inbox_again(paperlab: Run, announce: Announce) -> None:
    announce(MONDAY, {"cs.LG": BATCH})
    paperlab("add", "2006.02250")
    paperlab("feed", "add", "cs.LG")
    paperlab("sync")
    assert paperlab("undo").stderr == "took back: sync\n"
    assert set(entries(paperlab)) == {"2006.02250"}
