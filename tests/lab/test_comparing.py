"""`bench history` and `bench compare` as a person runs them, on rows by hand."""

from dataclasses import replace

import pytest

from paperlab.lab import Lab
from paperlab.library import Measurements
from paperlab.records.measurement import Measurement
from tests.harness.rows import row
from tests.support.arxiv_server import arxiv_server
from tests.support.commands import Shell, shell

__all__ = ["arxiv_server", "shell"]

VALUES = {"aaaaaaaa1": (0.80, 0.81, 0.79), "bbbbbbbb2": (0.90, 0.91, 0.88), "bbbbbbbb3": (0.91, 0.92, 0.90)}


@pytest.fixture
def benched(shell: Shell) -> Shell:
    rows: list[Measurement] = []
    for day, (source, values) in enumerate(VALUES.items(), 1):
        facts = {
            "slug": "adam",
            "source_hash": source,
            "at": f"2026-01-0{day}T00:00:00Z",
            "environment": {"commit": f"c0ffee{day}"},
        }
        rows += [replace(row(value=v, seed=s), key=f"{source} {s}", **facts) for s, v in enumerate(values)]
    Measurements(Lab(shell.lab).store / "measurements.db").append(rows)
    return shell


def test_history_shows_each_source(benched: Shell) -> None:
    rows = benched.json("bench", "history", "adam")
    assert [(r["source"], r["commit"], round(r["mean"], 4), r["seeds"]) for r in rows] == [
        ("aaaaaaaa", "c0ffee1", 0.8, 3), ("bbbbbbbb", "c0ffee2", 0.8967, 3), ("bbbbbbbb", "c0ffee3", 0.91, 3),
    ]  # fmt: skip
    assert len(benched("bench", "history", "adam", "--case", "k").stdout.splitlines()) == 3


def test_compare_pairs_two_sources_by_seeds(benched: Shell) -> None:
    (found,) = benched.json("bench", "compare", "adam@bbbbbbbb2", "adam@aaaa")
    assert (found["case"], found["says"]) == ("k", "first")
    assert found["better_by"] == pytest.approx(0.29 / 3)
    (newest,) = benched.json("bench", "compare", "adam", "adam@c0ffee1")
    assert newest["first"] == pytest.approx(0.91)
    (line,) = benched("bench", "compare", "adam", "adam@c0ffee1").stdout.splitlines()
    assert line.split("\t")[-1] == "adam"  # who is better, by the name that was given


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("history", "adam", "--case", "x"), 1, "nothing of case 'x'; there is k"),
        (("history", "mnist1d"), 1, "nothing was measured of mnist1d in this lab"),
        (("history", "nobody"), 1, "no implementation called 'nobody'"),
        (("compare", "adam@zz", "adam"), 1, "no source of adam begins with 'zz'; measured were aaaaaaaa, bbbbbbbb"),
        (("compare", "adam@bbbb", "adam"), 2, "2 sources of adam begin with 'bbbb'"),
        (("compare", "adam@", "adam"), 1, "no source of adam begins with ''"),
    ],
)
def test_what_is_not_there_is_one_line(benched: Shell, words: tuple[str, ...], code: int, told: str) -> None:
    assert told in " ".join(benched("bench", *words, code=code).stderr.split())
