"""Bench as a user would: a folder with model.py and cases.py, real processes, real faults."""

import json
import math
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from paperlab.errors import NothingFound, UsageError
from paperlab.harness import Request, judge, launch, results
from paperlab.harness.pool import _family as family
from paperlab.harness.units import SHARED
from paperlab.records.measurement import Measurement
from tests.harness.toy import CARD, CASES, MODEL, Bencher, key_of


def by(rows: tuple[Measurement, ...], kind: str) -> list[Measurement]:
    return [r for r in rows if r.kind == kind]


def words(rows: tuple[Measurement, ...], budget: str = "smoke") -> list[str]:
    return [v.verdict for v in judge(CARD, rows, budget=budget)]


def test_a_good_implementation_gets_rows_of_every_kind(toy: Bencher) -> None:
    rows = toy.run(speed=True)
    assert {r.status for r in rows} == {"ok"}
    assert [r.value for r in by(rows, "check")] == [0.0, 0.0]
    arms = {(r.arm, r.seed) for r in by(rows, "quality")}
    assert arms == {(a, s) for a in ("ours", "still", "sgd") for s in range(3)}
    assert {r.arm for r in by(rows, "ladder")} == {"chance", "trivial", "classic", "reference", "ceiling"}
    (speed,) = by(rows, "speed")
    assert len(speed.samples) == len(speed.notes["A/A"]) == 5 - len(speed.notes["kept apart"])
    assert words(rows) == ["reproduced", "cannot tell yet", "cannot tell yet"]
    assert toy.progress[-1][:2] == (len(rows), len(rows))
    assert list(toy.new) == list(rows)
    _environment_is_told(rows)
    _results_are_json(rows)
    _known_rows_are_not_run_again(toy, rows)
    _what_belongs_to_a_case_is_taken_over_from_another(toy, rows)
    _a_changed_source_is_run_again_but_not_the_cases_own_arms(toy, rows)
    assert list(toy.scratch.iterdir()) == []
    assert sorted(p.name for p in toy.folder.rglob("*")) == ["cases.py", "model.py"]


def _environment_is_told(rows: tuple[Measurement, ...]) -> None:
    facts = rows[0].environment
    assert facts["threads"] == 1
    assert {"torch", "python", "device", "paperlab", "pressure", "claims"} <= set(facts)


def _results_are_json(rows: tuple[Measurement, ...]) -> None:
    told = results(CARD, rows, judge(CARD, rows, budget="smoke"))
    assert told == json.loads(json.dumps(told))
    (case,) = told["summary"]
    ours = next(a for a in case["arms"] if a["arm"] == "ours")
    values = [r.value for r in rows if r.kind == "quality" and r.arm == "ours"]
    assert ours["n"] == 3
    assert ours["mean"] == pytest.approx(sum(v for v in values if v is not None) / 3, rel=1e-5)
    assert told["run"] == results(CARD, rows[::-1], judge(CARD, rows, budget="smoke"))["run"]


def _known_rows_are_not_run_again(toy: Bencher, rows: tuple[Measurement, ...]) -> None:
    again = toy.run(speed=True, known=rows)
    assert (again, toy.new) == (rows, [])


def _a_changed_source_is_run_again_but_not_the_cases_own_arms(toy: Bencher, rows: tuple[Measurement, ...]) -> None:
    toy.write(model=MODEL + "\n# a remark\n")
    toy.run(known=rows, seeds=1)
    assert {(r.kind, r.arm) for r in toy.new} == {("check", "ours"), ("quality", "ours"), ("quality", "still")}


def _what_belongs_to_a_case_is_taken_over_from_another(toy: Bencher, rows: tuple[Measurement, ...]) -> None:
    theirs = [replace(r, slug="other", key=key_of(r, "other")) for r in rows if r.source_hash == SHARED]
    assert toy.run(speed=True, known=(*theirs, *(r for r in rows if r.source_hash != SHARED))) == rows
    taken = {("quality", "sgd", "toy"), *(("ladder", r.arm, "toy") for r in by(rows, "ladder"))}
    assert {(r.kind, r.arm, r.slug) for r in toy.new} == taken


def test_equal_seeds_give_equal_values_and_the_order_of_arms_does_not_matter(writes) -> None:
    first = writes().run(seeds=1, jobs=2)
    turned = CASES.replace('arms={"ours": lambda ps, r: Ours(ps, r), ', "arms={").replace(
        "Ours(ps, 0.0)}", 'Ours(ps, 0.0), "ours": lambda ps, r: Ours(ps, r)}'
    )
    second = writes(cases=turned).run(seeds=1)
    values = [{(r.kind, r.arm, r.seed): r.value for r in rows} for rows in (first, second)]
    assert values[0] == values[1]


STUB = MODEL.replace("m = self.state", 'raise NotImplementedError("Equation (1)")\n                m = self.state')
WRONG = MODEL.replace('alpha=group["rate"]', 'alpha=group["rate"] * 1.01')


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (STUB, "NotImplementedError: Equation (1)"),
        (WRONG, "expected at most 1e-12 RMS error ratio"),
        ("import torhc", "No module named 'torhc'"),
        ("class Ours(:", "SyntaxError"),
    ],
)
def test_an_implementation_that_fails_the_gate_gets_no_number(writes, model: str, told: str) -> None:
    rows = writes(model=model).run()
    assert {(r.kind, r.status) for r in rows} == {("check", "failed")}
    assert told in rows[0].failure
    found = judge(CARD, rows, budget="smoke")
    assert {v.verdict for v in found} == {"not tested"}
    assert all(told in v.reason for v in found)
    if model in (STUB, WRONG):
        assert all("Equation (1)" in v.reason for v in found)


@pytest.mark.parametrize(
    ("cases", "told"),
    [
        ("", "expected IMPLEMENTATION"),
        ("raise SystemExit(3)", "SystemExit"),
        (CASES.replace('against="sgd"', 'against="sdg"'), "got 'sdg'"),
        (CASES.replace("CASE", "digit"), "expected a case, one of adding, "),
        (CASES.replace("limit=1e-12", 'limit="1e-12"'), "check 'update': expected limit to be a number, got '1e-12'"),
        ("from paperlab.harness import Implementation\nIMPLEMENTATION = Implementation(kind='loss')", "lists no check"),
    ],
)
def test_a_mistake_in_cases_py_is_one_row_that_says_what_to_do(writes, cases: str, told: str) -> None:
    (row,) = writes(cases=cases).run()
    assert (row.kind, row.case, row.status) == ("check", "cases.py", "failed")
    assert told in row.failure


FAULTS = '''
import os, signal, sys, time
import torch
from paperlab.harness import Check, Implementation

def segfault(p): os.kill(os.getpid(), signal.SIGSEGV)
def leave(p): os._exit(0)
def talk(p):
    while True: print("x" * 100_000)
def eat(p):
    kept = []
    while True: kept.append(torch.ones(40_000_000)); time.sleep(0.005)
def deep(p): return deep(p)
def stop(p): sys.exit(0)
def nan(p): return float("nan")
def grandchild(p):
    if os.fork() == 0: time.sleep(600)
    return 0.0
def bomb(p):
    for _ in range(200):
        if os.fork() == 0: time.sleep(600)
    time.sleep(600)
def chain(p):
    for _ in range(200):
        if os.fork(): os._exit(0)
    time.sleep(600)
def brood(p):
    for _ in range(4):
        if os.fork() == 0:
            kept = torch.ones(80_000_000)
            time.sleep(600)
    time.sleep(600)
def disk(p):
    with open("much", "wb") as file:
        file.truncate(2**31)
    return 0.0
def good(p): return float(torch.zeros(1))

ALL = (segfault, leave, talk, eat, deep, stop, nan, grandchild, bomb, chain, brood, disk, good)
IMPLEMENTATION = Implementation(kind="module", checks=tuple(Check(name=f.__name__, run=f, limit=0.0) for f in ALL))
'''  # fmt: skip

EXPECTED = {
    "segfault": "crashed", "leave": "crashed", "talk": "killed",
    "eat": "out of memory", "deep": "failed", "stop": "failed", "nan": "failed", "grandchild": "ok", "bomb": "killed", "chain": "crashed", "brood": "out of memory", "disk": "failed",
    "good": "ok",
}  # fmt: skip


def test_each_fault_ends_as_a_row_and_costs_the_others_nothing(writes) -> None:
    toy = writes(cases=FAULTS)
    rows = toy.run(seconds=100.0, memory=1_000 * 2**20, jobs=3)
    assert {r.case: r.status for r in rows} == EXPECTED
    assert len(rows) == 2 * len(EXPECTED)
    told = {r.case: r.failure for r in rows}
    assert "SIGSEGV" in told["segfault"]
    assert "exit code 0" in told["leave"]
    assert "at most 64 processes" in told["bomb"]
    assert "File too large" in told["disk"]
    _no_process_is_left_in(toy.scratch)
    assert "RecursionError" in told["deep"]
    assert len(told["deep"]) < 4000


HANGS = """
import time
from paperlab.harness import Check, Implementation

def busy(p):
    while True: pass

ALL = (lambda p: time.sleep(600), busy, lambda p: 0.0)
IMPLEMENTATION = Implementation(kind="module", checks=tuple(Check(name=str(i), run=f, limit=0.0) for i, f in enumerate(ALL)))
"""


def test_what_does_not_end_is_ended(writes) -> None:
    rows = writes(cases=HANGS).run(seconds=5.0, jobs=4)
    assert {r.case: r.status for r in rows} == {"0": "timeout", "1": "timeout", "2": "ok"}
    assert "expected an end within 5 s, and it was still running" in {r.failure for r in rows}


@pytest.mark.slow
def test_where_three_checks_hang_the_rest_is_not_waited_for(writes) -> None:
    """The gate is closed by then; a model that hangs costs minutes and not a minute for each check and seed."""
    rows = writes(cases=HANGS.replace("ALL = (", "ALL = (busy, busy, ")).run(seconds=3.0)
    assert {r.case: r.status for r in rows} == dict.fromkeys("01234", "timeout")
    tried = [r.case for r in rows if not str(r.failure).startswith("was not tried")]
    assert (len(set(tried)), len(tried), len(rows)) == (3, 3, 10)  # each check has two seeds


def _no_process_is_left_in(scratch: Path) -> None:
    """Each unit works in a folder of its own below `scratch`; whoever is still there was left behind."""
    end = time.monotonic() + 10
    while _inside(scratch):
        assert time.monotonic() < end
        time.sleep(0.05)


def _inside(folder: Path) -> list[str]:
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):
            found += [link.parent.name] * link.readlink().is_relative_to(folder)
    return found


SCRIPT = """
import sys
from pathlib import Path
from paperlab.harness import Request, bench
from paperlab.records.card import Card
bench(Path(sys.argv[1]), Card(slug="toy", id=None, title="t"), request=Request(device="cpu"), known={},
      scratch=Path(sys.argv[2]), on_row=lambda r: print(r.case, r.status, flush=True), on_progress=lambda *_: None)
"""
SLOW = '''
import os, time
from pathlib import Path
from paperlab.harness import Check, Implementation
def wait(p):
    Path(__file__).with_name(f"pid{p.seed}").write_text(str(os.getpid()))
    time.sleep(600)
IMPLEMENTATION = Implementation(kind="module", checks=(Check(name="quick", run=lambda p: 0.0, limit=0.0), Check(name="wait", run=wait, limit=0.0)))
'''  # fmt: skip


@pytest.mark.parametrize("how", [pytest.param(signal.SIGINT, marks=pytest.mark.slow), signal.SIGKILL])
def test_ctrl_c_and_kill_leave_what_is_done_and_no_process_behind(writes, tmp_path: Path, how: signal.Signals) -> None:
    """Nor does a caller's script without a __main__ guard run twice."""
    toy = writes(cases=SLOW)
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script), str(toy.folder), str(toy.scratch)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        pid = _wait_for(toy.folder / "pid0")
        process.send_signal(how)
        out, _ = process.communicate(timeout=40)
    assert out.decode().split() == ["quick", "ok", "quick", "ok"]
    _gone(pid)


def _wait_for(path: Path) -> int:
    end = time.monotonic() + 100
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return int(path.read_text())


def _gone(pid: int) -> None:
    end = time.monotonic() + 10
    status = Path(f"/proc/{pid}/stat")
    while status.exists() and status.read_text().split()[2] != "Z":
        assert time.monotonic() < end
        time.sleep(0.05)


def test_two_benches_at_once_leave_each_other_alone(writes) -> None:
    """They are at the same units in the same scratch folder, as two terminals in one lab would be."""
    busy = CASES.replace("def update(probe):", "def update(probe):\n    import time; time.sleep(0.3)")
    toy = writes(cases=busy)
    others = [Bencher(toy.folder.parent) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        found = [
            done.result() for done in [pool.submit(one.run, cases=("digits-optimizer",), seeds=1) for one in others]
        ]
    assert [{r.status for r in rows} for rows in found] == [{"ok"}, {"ok"}]
    assert list(toy.scratch.iterdir()) == []


def test_what_a_killed_bench_left_is_swept_and_that_of_a_living_one_stays(toy: Bencher) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        pass
    left, kept = (toy.scratch / f".abc.{pid}.x1.new" for pid in (dead.pid, os.getppid()))
    for folder in (left, kept):
        folder.mkdir(parents=True)
    toy.run(seeds=1)
    assert list(toy.scratch.iterdir()) == [kept]


def test_a_process_that_is_gone_has_no_children() -> None:
    """A unit may end while its limits are looked at: that must not end the bench."""
    with subprocess.Popen(["sh", "-c", ":"]) as ending:
        ender = threading.Thread(target=ending.wait)
        ender.start()
        seen = [family(ending.pid) for _ in range(300)]
        ender.join()
    assert {tuple(f) for f in [*seen, family(ending.pid)]} == {(ending.pid,)}


@pytest.mark.slow
def test_where_fork_is_not_safe_each_unit_gets_a_python_of_its_own(toy: Bencher, monkeypatch) -> None:
    with launch.launched(1):  # leaves a zygote for the next bench, which may not use it
        pass
    left = launch._idle[1]
    monkeypatch.setattr("paperlab.harness.launch.sys.platform", "darwin")
    rows = toy.run(seeds=1, cases=("update",), jobs=2)
    assert [(r.kind, r.status) for r in rows] == [("check", "ok")] * 2
    assert not left.alive, "a zygote that is of no use is stopped"


@pytest.mark.parametrize("wrong", [{"budget": "big"}, {"seeds": 0}, {"jobs": 0}])
def test_a_request_that_cannot_be_meant_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="expected"):
        Request(**wrong)  # type: ignore[arg-type]


def test_a_case_that_is_not_there_is_refused_before_anything_runs(toy: Bencher) -> None:
    with pytest.raises(
        NothingFound,
        match=r"toy enters no case 'digits-optimiser'; did you mean digits-optimizer\? it has: .*update, speed",
    ):
        toy.run(cases=("digits-optimizer", "digits-optimiser"))
    assert (toy.new, toy.progress) == ([], [])


@pytest.mark.parametrize(
    ("case", "kinds"),
    [
        ("update", {"check"}),
        ("speed", {"check", "cost", "speed"}),
        ("digits-optimizer", {"check", "quality", "ladder"}),
    ],
)
def test_only_what_is_asked_for_is_measured_after_the_checks(toy: Bencher, case: str, kinds: set[str]) -> None:
    assert {r.kind for r in toy.run(cases=(case,), seeds=1, speed=True)} == kinds


@pytest.mark.parametrize("device", ["cuda:77", "mps:9", "tpu"])
def test_a_device_that_is_not_there_is_refused_before_anything_runs(toy: Bencher, device: str) -> None:
    with pytest.raises(UsageError, match=f"expected a device that torch finds here .*cpu.*, got '{device}'; take"):
        toy.run(device=device)
    assert (toy.new, toy.progress) == ([], [])


LAZY = """
import torch
from paperlab.harness import Check, Implementation
from paperlab.harness.checks import insensitivity

DOES = {"input": lambda x: x, "zeros": torch.zeros_like, "ones": torch.ones_like, "work": lambda x: x.cumsum(0)}

def held(f):
    return lambda p: insensitivity(f, [torch.randn(5, generator=p.generator)], [torch.randn(5, generator=p.generator)])

IMPLEMENTATION = Implementation(kind="module", checks=tuple(Check(name=n, run=held(f), limit=0.0) for n, f in DOES.items()))
"""


def test_stubs_that_do_no_work_do_not_pass_the_gate(writes) -> None:
    rows = writes(cases=LAZY).run()
    assert {r.case: r.status for r in rows} == {"input": "failed", "zeros": "failed", "ones": "failed", "work": "ok"}


def test_failed_rows_are_run_again(writes) -> None:
    toy = writes(model=STUB)
    failed = toy.run()
    toy.run(known=tuple(replace(r, status="crashed") for r in failed))
    assert [not math.isnan(r.seconds) for r in toy.new] == [True, True]
