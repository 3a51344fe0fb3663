"""`next`, `why`, `similar` and the ranker's report as a person sees them."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from paperlab.cli import run
from paperlab.cli.judge import report_ranker
from paperlab.cli.talk import Context
from paperlab.lab import Lab
from paperlab.records.changes import NewEntry
from paperlab.records.paper import PaperRecord
from paperlab.records.queue import Entry, Ranked
from paperlab.records.scores import rounded

Say = Callable[..., tuple[int, str]]
TERM = re.compile(r"([+-]\d+\.\d{4}) ")


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    made = Lab.create(tmp_path / "lab")
    records = [
        PaperRecord(
            id=f"2001.{n:05d}", version=1, title=f"Kernels of kind {n}", abstract=f"We train kernels on MNIST, way {n}.",
            authors=("Ada Lovelace",), categories=("cs.LG",), comment=f"{5 + n} pages",
        )
        for n in range(30)
    ]  # fmt: skip
    with made.library(write=True) as library:
        library.add([NewEntry(id=r.id, priority=n % 3) for n, r in enumerate(records)], records=records)
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def say(lab: Lab, capsys: pytest.CaptureFixture[str]) -> Say:
    def told(*words: str) -> tuple[int, str]:
        code = run(words)
        return code, capsys.readouterr().out

    return told


def entry(**more: object) -> Entry:
    blank = {"version": 1, "authors": (), "why": None, "tags": (), "minutes": None, "published": None}
    return Entry(id="1", title="T", state="queued", priority=0, added_at="", primary_category=None, **blank | more)


@pytest.mark.parametrize(
    "values", [(0.015, 0.015, 0.004), (1 / 3, 1 / 3, 1 / 3), (-0.00004, 0.00007), (5.0,), (0.1, -0.2)]
)
def test_what_is_shown_adds_up(values: tuple[float, ...]) -> None:
    ranked = Ranked(entry=entry(), score=sum(values), terms=tuple((f"t{n}", v) for n, v in enumerate(values)))
    score, terms = rounded(ranked)
    assert sum(Decimal(f"{v:.4f}") for _, v in terms) == Decimal(f"{score:.4f}")
    assert all(abs(v - dict(ranked.terms)[name]) < 1e-4 for name, v in terms)


def test_next_adds_up_in_a_pipe(say: Say) -> None:
    code, out = say("next", "-n", "20")
    assert code == 0
    lines = out.splitlines()
    assert len(lines) == 20
    for line in lines:
        _, score, _, terms, _ = line.split("\t")
        assert sum(map(Decimal, TERM.findall(terms))) == Decimal(score)
    assert sum("drawn by chance" in line for line in lines) == 2


def test_next_as_json_is_exact(say: Say) -> None:
    told = json.loads(say("next", "--json", "--depth", "implement", "-n", "10")[1])
    assert [r["explore"] for r in told] == [False] * 9 + [True]
    assert all(r["score"] == pytest.approx(sum(r["terms"].values()), abs=1e-12) for r in told)
    assert {(r["cost"], r["depth"]) for r in told} == {(360, "implement")}
    assert say("next", "--depth", "deep")[0] == 2


def test_weights_are_settings(lab: Lab, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    (lab.root / "paperlab.toml").write_text("[queue.weight]\npriority = 0\nimplementable = 7\n")
    terms = json.loads(say("next", "--json", "-n", "1")[1])[0]["terms"]
    assert not [name for name in terms if name.startswith("priority")]
    assert terms["implementable 1 of 3"] == pytest.approx(7 * terms["on the list"])
    monkeypatch.setenv("PAPERLAB_QUEUE_WEIGHT_IMPLEMENTABLE", "-1")
    assert say("next")[0] == 2


def test_why_shows_the_numbers_behind(say: Say) -> None:
    code, out = say("why", "2001.00004")
    assert code == 0
    *terms, score = [row.split("\t") for row in out.split("\n\n")[1].splitlines()]
    assert sum(Decimal(value) for value, _ in terms) == Decimal(score[0])
    for word in ("36 x 1.00", "small data: MNIST", "raise it by", "learned from 30 papers"):
        assert word in out
    told = json.loads(say("why", "2001.00004", "--json")[1])
    assert told["estimate"] == 36
    assert told["left_out"] is None
    assert told["near"][0]["cosine"] > 0.3
    assert say("why", "2009.99999")[0] == 1


def test_similar_lists_the_nearest(say: Say) -> None:
    _, out = say("similar", "2001.00004", "-n", "3")
    assert [len(line.split("\t")) for line in out.splitlines()] == [5, 5, 5]
    assert json.loads(say("similar", "2001.00004", "--json")[1])[0]["words"]
    assert say("similar", "2009.99999")[0] == 1


def test_the_report_says_what_it_cannot_tell(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    report_ranker(Context(lab=str(lab.root), loudness=0), json=False)
    assert "cannot tell yet" in capsys.readouterr().out
    report_ranker(Context(lab=str(lab.root), loudness=0), json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["hits"] == {"value": None, "low": None, "high": None}
    assert told["learned"]["liked"] == 30


def test_stats_shows_the_report_and_changes_no_byte(say: Say, lab: Lab) -> None:
    before = (lab.root / "reading_list.db").read_bytes()
    assert "by chance" in say("stats", "--ranker")[1]
    assert (lab.root / "reading_list.db").read_bytes() == before
