"""`bench history` and `bench compare` as a person runs them, on rows by hand."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from paperlab.harness import source_hash
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


def test_without_a_source_the_one_that_stands_is_compared_though_another_was_measured_later(benched: Shell) -> None:
    lab = Lab(benched.lab)
    now = source_hash(lab.implement("adam").folder)
    stands = [replace(row(value=0.7, seed=s), key=f"now {s}", slug="adam", source_hash=now) for s in range(3)]
    Measurements(lab.store / "measurements.db").append(stands)
    (found,) = benched.json("bench", "compare", "adam", "adam@aaaa")
    assert (found["first"], found["says"]) == (pytest.approx(0.7), "second")


def test_strict_fails_where_the_first_is_the_worse_one(benched: Shell) -> None:
    pair = ("adam@aaaa", "adam@bbbbbbbb2")
    told = benched("bench", "compare", *pair, "--strict", code=1).stderr
    assert "adam@aaaa is worse than adam@bbbbbbbb2 in 1 of 1, first: k" in " ".join(told.split())
    benched("bench", "compare", *pair[::-1], "--strict")


def test_history_sets_the_newest_beside_the_level_before_it(benched: Shell) -> None:
    *_, last = [row["newest"] for row in benched.json("bench", "history", "adam")]
    gaps = [new - (a + b) / 2 for new, a, b in zip(*reversed(VALUES.values()), strict=True)]
    assert last["better_by"] == pytest.approx(sum(gaps) / 3)
    assert (last["level_mean"], last["says"]) == (pytest.approx((0.8 + 2.69 / 3) / 2), "better")
    line = benched("bench", "history", "adam").stdout.splitlines()[-1]
    assert "better: 0.0617 (0.0545 to 0.0688), p 0.25" in line


def git(folder: Path, *words: str) -> str:
    made = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "init.defaultBranch=main")
    ran = subprocess.run(["git", "-C", str(folder), *made, *words], capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def committed(folder: Path, **files: str) -> str:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "more")
    return git(folder, "rev-parse", "HEAD")


def test_any_commit_names_the_source_that_the_folder_had(shell: Shell) -> None:
    folder = Path(shell.lab) / "implementations" / "mine"
    folder.mkdir(parents=True)
    git(folder, "init", "-q")
    first = committed(folder, model_py="x = 1\n", paper_toml='slug = "mine"\ntitle = "T"\n')
    one = source_hash(folder)
    later = committed(folder, notes_md="words\n")
    other = committed(folder, model_py="x = 2\n")
    both = {one: first[:12], source_hash(folder): first[:12] + "+"}
    rows = [
        replace(row(value=0.1 * s + n, seed=s), key=f"{n} {s}", slug="mine", source_hash=source,
                environment={"commit": commit}, at=f"2026-01-0{n + 1}T00:00:00Z")
        for n, (source, commit) in enumerate(both.items()) for s in range(3)
    ]  # fmt: skip
    Measurements(Lab(shell.lab).store / "measurements.db").append(rows)
    for name in (first, first[:7], later, "HEAD~1", one[:8]):
        (found,) = shell.json("bench", "compare", f"mine@{name}", f"mine@{other}")
        assert (found["first"], found["second"]) == (pytest.approx(0.1), pytest.approx(1.1))
    assert "no source of mine begins with 'main~9'" in shell("bench", "compare", "mine@main~9", "mine", code=1).stderr


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
