"""A lab's own cases: benched, judged while their file stays what it was, matched by a scaffold, run by nobody who only looks."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from paperlab.errors import NothingFound
from paperlab.harness.units import AGAIN
from paperlab.lab import Lab
from paperlab.lab.comparing import history
from paperlab.library import Measurements
from tests.harness.own import ENTERS, MODEL, SPIRALS, case_file
from tests.support.arxiv_server import arxiv_server
from tests.support.commands import Shell, shell

__all__ = ["arxiv_server", "shell"]

CARD = """
slug = "toy"
title = "Toy"

[[claims]]
id = "sees"
place = "Table 1"
kind = "better-than"
case = "signs"
compare = ["ours", "zeros"]
minimum_effect = 0.5
"""
SMALL = {"executor": "inline", "budget": "small", "seeds": 3, "speed": False, "device": "cpu"}
EPRINT = r"""\documentclass{article}\title{Xylography by its sign}\author{A. Author}
\begin{document}\maketitle\section{Method}\begin{equation} f(x) = x + 1 \end{equation}\end{document}
"""


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return made(Lab.create(tmp_path / "lab"))


def made(lab: Lab, text: str = SPIRALS) -> Lab:
    folder = lab.root / "implementations" / "toy"
    folder.mkdir(parents=True)
    for name, content in (("model.py", MODEL), ("cases.py", ENTERS.replace("NAME", "signs")), ("paper.toml", CARD)):
        (folder / name).write_text(content, encoding="utf-8")
    case_file(lab.own_cases, "signs", text=text)
    return lab


def words(lab: Lab) -> list[tuple[str, float | None]]:
    return [(row.verdict.verdict, row.verdict.ours) for row in lab.claims()[:1]]


def test_a_case_of_the_lab_decides_a_claim_until_its_file_changes(lab: Lab) -> None:
    (done,) = lab.bench(**SMALL)  # type: ignore[arg-type]
    assert [row.verdict.verdict for row in done.claims] == ["reproduced"]
    assert words(lab) == [("reproduced", 1.0)]
    path = lab.own_cases / "signs.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("x.sign()).double()", "(x - 0.2).sign()).double()"), encoding="utf-8")
    ((row,)) = lab.claims()[:1]
    assert (row.verdict.verdict, row.verdict.ours) == ("not tested", None)
    assert "no measurement of arm 'ours' in case 'signs'; bench that case" in row.verdict.reason
    lab.bench(**SMALL)  # type: ignore[arg-type]
    ((verdict, ours),) = words(lab)
    assert (verdict, ours != 1.0) == ("reproduced", True)
    _, data = lab.report("toy")
    (case,) = json.loads(data.read_text())["summary"]
    assert {arm["arm"]: arm["n"] for arm in case["arms"]} == {"ours": 3, "noisy": 3, "zeros": 3}
    assert max(case["arms"][0]["values"]) < 1.0
    path.write_text(text, encoding="utf-8")  # what was measured of it before counts again
    assert words(lab) == [("reproduced", 1.0)]


def test_what_kept_the_gate_closed_is_taken_back_once_it_is_mended(lab: Lab) -> None:
    """A case that cannot be read: the implementation's own source never changes."""
    path = lab.own_cases / "signs.py"
    good = path.read_text(encoding="utf-8")
    lab.bench(**SMALL)  # type: ignore[arg-type]
    path.write_text(good.replace("metric=", "meric="), encoding="utf-8")
    (done,) = lab.bench(**SMALL)  # type: ignore[arg-type]
    assert ([row.verdict.verdict for row in done.claims], words(lab)) == (["not tested"], [("not tested", None)])
    path.write_text(good, encoding="utf-8")
    (done,) = lab.bench(**SMALL)  # type: ignore[arg-type]
    assert [row.verdict.verdict for row in done.claims] == ["reproduced"]
    assert words(lab) == [("reproduced", 1.0)]
    assert json.loads(lab.report("toy")[1].read_text())["verdicts"][0]["verdict"] == "reproduced"


def test_a_gate_that_closed_after_a_timing_stays_closed_in_a_bench_without_one(lab: Lab) -> None:
    lab.bench(**SMALL)  # type: ignore[arg-type]
    kept = Measurements(lab.store / "measurements.db")
    one = next(row for row in kept.rows("toy") if row.arm == "ours" and row.kind == "quality")
    kept.append(
        [replace(one, key="timed", kind="speed", case="speed", status="failed", value=None, notes={AGAIN: "x"})]
    )
    (done,) = lab.bench(**SMALL)  # type: ignore[arg-type]
    assert ([row.verdict.verdict for row in done.claims], words(lab)) == (["not tested"], [("not tested", None)])
    assert not any("ours" in line for line in done.lines)
    with pytest.raises(NothingFound):
        history(lab, "toy")


def test_rows_of_older_code_of_a_package_stay_apart(lab: Lab) -> None:
    lab.bench(**SMALL)  # type: ignore[arg-type]
    kept = Measurements(lab.store / "measurements.db")
    older = {
        "environment": {"case": {"place": "package p 1.0 (signs = p)", "source": "old"}},
        "at": "2026-01-01T00:00:00Z",
    }
    rows = [r for r in kept.rows() if r.kind == "quality"]
    kept.append([replace(r, key=f"{r.key}x", seed=r.seed + 10, value=0.0, **older) for r in rows])
    assert words(lab) == [("reproduced", 1.0)]
    _, data = lab.report("toy")
    (case,) = json.loads(data.read_text())["summary"]
    assert {arm["n"] for arm in case["arms"]} == {3}


def test_written_results_fall_with_the_file_of_a_case(lab: Lab) -> None:
    lab.bench(**SMALL | {"speed": True}, record=True)  # type: ignore[arg-type]
    shutil.rmtree(lab.store)
    assert words(lab) == [("reproduced", 1.0)]
    path = lab.own_cases / "signs.py"
    path.rename(path.with_name("renamed.py"))
    assert words(lab) == [("reproduced", 1.0)]
    case_file(lab.own_cases, "signs", stem="renamed", text=f"{SPIRALS}# changed")
    assert words(lab) == [("not tested", None)]


@pytest.mark.slow
def test_mutants_are_held_against_a_claim_on_a_case_of_the_lab(lab: Lab) -> None:
    cases = lab.root / "implementations" / "toy" / "cases.py"
    blind = cases.read_text(encoding="utf-8").replace("(sign(9)(x) != x.sign())", "(sign(9)(x) * 0)")
    cases.write_text(blind, encoding="utf-8")
    (score,) = lab.mutants(budget="small", seeds=3)
    assert {one.by for one in score.tried if "/" in one.old} == {"claim sees"}


def test_a_scaffold_enters_the_case_of_the_lab_that_fits(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(EPRINT)
    told: list[str] = []
    lab.talk = told.append
    (lab.own_cases / "broken.py").write_text("1 / 0", encoding="utf-8")
    folder = lab.implement(str(tmp_path / "main.tex")).folder
    text = (folder / "cases.py").read_text(encoding="utf-8")
    assert '# Enter(case="signs", arms={"ours": make}, against="zeros"),' in text
    assert "def make(width):" in text
    assert told == ["cases/broken.py: ZeroDivisionError: division by zero; it is left out"]


@pytest.mark.slow
def test_looking_runs_no_case_of_the_lab(shell: Shell) -> None:
    made(Lab(shell.lab), f"from pathlib import Path\nPath({str(shell.lab / 'trace')!r}).touch()\n{SPIRALS}")
    for verb in (["list"], ["claims"]):
        shell(*verb)
    assert not (shell.lab / "trace").exists()
    rows = [line.split("\t") for line in shell("bench", "cases").stdout.splitlines()]
    assert (shell.lab / "trace").exists()
    assert ["signs", "accuracy", "higher", "cases/signs.py", "Whether an arm knows the sign of a number."] in rows
    assert [row[3] for row in rows if row[0] == "digits"] == ["paperlab"]


def test_a_file_that_crashes_costs_a_line_of_the_list(lab: Lab) -> None:
    told: list[str] = []
    lab.talk = told.append
    (lab.own_cases / "broken.py").write_text("import os\nos._exit(1)", encoding="utf-8")
    found = {case.name: (case.slot, place) for case, place in lab.cases()}
    assert (found["signs"], found["mqar"]) == (("own", "cases/signs.py"), ("mixer", "paperlab"))
    (line,) = told
    assert line.startswith("cases/broken.py: crashed: ")


def test_a_case_of_the_lab_is_tried_by_hand(shell: Shell) -> None:
    made(Lab(shell.lab))
    seen = shell("bench", "try", "signs", input="-\n").stdout
    assert next(line.split("\t") for line in seen.splitlines() if "\t" in line) == ["you", "1"]
    assert "Which sign has -1?" in seen
