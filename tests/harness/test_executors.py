"""The same bench in this process, in processes, on Ray and through submitit: equal values, and faults that stay alone."""

import json
import os
import re
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import pytest

from paperlab.errors import UsageError
from paperlab.harness import Request, executors
from paperlab.harness.executing import Limits, Terms, finished
from paperlab.harness.executors import opened
from paperlab.harness.parcel import packed, unpacked
from paperlab.harness.turns import taken, timing_lock
from paperlab.harness.units import Unit
from paperlab.settings import SETTINGS
from tests.harness.toy import Bencher

ROOT = Path(__file__).parents[2]
needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="the extra `ray` is not installed")
needs_submitit = pytest.mark.skipif(find_spec("submitit") is None, reason="the extra `slurm` is not installed")
VALUES = ("kind", "case", "arm", "seed", "value", "status")

FAULTS = """
import os, sys, time
from pathlib import Path
from paperlab.harness import Check, Implementation, Pair

def told(probe_or_none, seconds=0.0):
    begin = time.monotonic()
    time.sleep(seconds)
    with Path("ROOT", "log.txt").open("a") as log:  # not beside this file, which may be a copy elsewhere
        log.write(f"{os.getpid()} {begin} {time.monotonic()}\\n")
    return 0.0

def talk(probe):
    while True:
        sys.stdout.write("x" * 100_000)

def eat(probe):
    kept = []
    while True:
        kept.append(bytearray(b"x" * 50_000_000))
        time.sleep(0.005)

RUNS = {
    "exit": lambda p: os._exit(3), "abort": lambda p: os.abort(), "hang": lambda p: time.sleep(1e6),
    "talk": talk, "eat": eat, "good": told, "slow": lambda p: told(p, 1.0),
}
IMPLEMENTATION = Implementation(
    kind="optimizer",
    checks=tuple(Check(name=n, run=r, limit=1.0) for n, r in RUNS.items() if n in CHECKS),
    speed=Pair(name="s", ours=lambda p: lambda: told(p, 0.01), against=lambda p: lambda: told(p, 0.01), against_name="t"),
)
"""
ENDS = {
    "exit": ("crashed", "exit code 3"),
    "abort": ("crashed", "SIGABRT"),
    "hang": ("timeout", "within 12 s"),
    "talk": ("killed", "16 MB of output"),
    "eat": ("out of memory", "MB of memory"),
    "good": ("ok", ""),
}


def folder(root: Path, checks: tuple[str, ...] = ()) -> Path:
    (root / "cases.py").write_text(
        FAULTS.replace("in CHECKS", f"in {checks}").replace("ROOT", str(root)), encoding="utf-8"
    )
    return root


def unit(root: Path, name: str, kind: str = "check", seed: int = 0) -> Unit:
    return Unit(kind=kind, folder=str(root), slug="toy", source_hash="0", case=name, seed=seed, budget="smoke")


def terms(root: Path, jobs: int = 2, **more: object) -> Terms:
    limits = Limits(seconds=dict.fromkeys(("describe", "check", "quality", "speed"), 12.0), memory=700 * 2**20)
    asked = {"threads": 1, "jobs": jobs, "limits": limits, "scratch": root / "scratch"} | more
    return Terms(**asked)  # type: ignore[arg-type]


def faults_end_as_results(name: str, root: Path, **more: object) -> None:
    folder(root, (*ENDS, "slow"))
    with opened(name, terms(root, **more)) as executor:
        got = [(u.case, r["status"], r["failure"]) for u, r in finished(executor, [unit(root, n) for n in ENDS])]
    assert sorted(case for case, _, _ in got) == sorted(ENDS)
    for case, status, failure in got:
        assert status == ENDS[case][0], (case, failure)
        assert ENDS[case][1] in failure


def timings_are_alone(name: str, root: Path) -> None:
    """Three seconds of other work is asked for around the timing; none of it overlaps one of its calls."""
    folder(root, ("good", "slow"))
    asked = [unit(root, "slow"), unit(root, "speed", "speed"), unit(root, "slow", seed=1), unit(root, "slow", seed=2)]
    with opened(name, terms(root)) as executor:
        got = list(finished(executor, asked))
    assert [r["status"] for _, r in got] == ["ok"] * 4, got
    spans: dict[str, tuple[float, float, int]] = {}
    for line in (root / "log.txt").read_text(encoding="utf-8").splitlines():
        pid, begin, end = line.split()
        first, last, count = spans.get(pid, (float(begin), float(end), 0))
        spans[pid] = (min(first, float(begin)), max(last, float(end)), count + 1)
    (timing,) = [span for span in spans.values() if span[2] > 3]
    others = [span for span in spans.values() if span[2] <= 3]
    assert len(others) == 3
    assert all(end <= timing[0] or begin >= timing[1] for begin, end, _ in others)


def outside(body: str, *words: str) -> str:
    """Run a script of Ray in a process of its own: it opens sockets, and warns."""
    head = "import sys; from pathlib import Path; from tests.harness import test_executors as t; root = Path(sys.argv[1])\n"
    environ = {k: v for k, v in os.environ.items() if not k.startswith("RAY_")} | {"PYTHONPATH": str(ROOT)}
    environ |= {"RAY_USAGE_STATS_ENABLED": "0"}
    done = subprocess.run(
        [sys.executable, "-c", head + body, *words], capture_output=True, text=True, timeout=110, env=environ
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def values(bencher: Bencher, **request: object) -> list[list[object]]:
    rows = bencher.run(seeds=1, **request)
    return sorted([getattr(r, name) for name in VALUES] for r in rows)


@pytest.mark.slow
def test_processes_keep_a_timing_alone(tmp_path: Path) -> None:
    timings_are_alone("processes", tmp_path)


@pytest.mark.parametrize("name", ["processes", "inline"])
def test_a_timing_waits_for_that_of_another_bench_here(tmp_path: Path, name: str) -> None:
    unit = Unit(
        kind="speed", folder=str(tmp_path), slug="none", source_hash="", device="cpu"
    )  # no cases.py: ends at once
    terms = Terms(threads=1, jobs=2, limits=Limits(seconds={"speed": 60}, memory=2**32), scratch=tmp_path / "scratch")
    other, ends = timing_lock(), []

    def bench() -> None:
        with opened(name, terms) as executor:
            ends.extend(result["status"] for _, result in finished(executor, [unit, unit]))

    bench()  # the second one begins at once: torch is loaded
    ends.clear()
    assert taken(other)
    thread = threading.Thread(target=bench)
    thread.start()
    thread.join(1.5)
    assert ends == []
    other.release()
    thread.join(60)
    assert ends == ["failed", "failed"]
    assert taken(other)
    other.release()


@pytest.mark.slow
def test_inline_gives_what_processes_give_and_leaves_the_process_as_it_was(toy: Bencher) -> None:
    before = list(sys.path), Path.cwd(), set(sys.modules)
    inline = values(toy, executor="inline")
    assert inline == values(toy, jobs=2)
    assert (list(sys.path), Path.cwd()) == before[:2]
    assert "model" not in set(sys.modules) - before[2]


def test_inline_passes_ctrl_c_on_and_keeps_what_is_done(tmp_path: Path) -> None:
    folder(tmp_path, ("good", "slow"))
    source = (tmp_path / "cases.py").read_text(encoding="utf-8")
    (tmp_path / "cases.py").write_text(source.replace("told(p, 1.0)", "(_ for _ in ()).throw(KeyboardInterrupt)"))
    got = []
    asked = [unit(tmp_path, "good"), unit(tmp_path, "slow")]
    with pytest.raises(KeyboardInterrupt), opened("inline", terms(tmp_path)) as executor:
        got.extend(u.case for u, _ in finished(executor, asked))
    assert got == ["good"]


@needs_ray
@pytest.mark.slow
def test_ray_gives_what_inline_gives(toy: Bencher, tmp_path: Path) -> None:
    body = "import json; print(json.dumps(t.values(t.Bencher(root).write(), executor='ray', jobs=2)))"
    there = json.loads(outside(body, str(tmp_path)).splitlines()[-1])
    assert there == values(toy, executor="inline")


@needs_ray
@pytest.mark.slow
def test_faults_on_ray_are_rows_and_a_timing_is_alone(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    outside("t.faults_end_as_results('ray', root / 'a')\nt.timings_are_alone('ray', root / 'b')", str(tmp_path))


def a_node_dies(root: Path) -> None:
    from ray.cluster_utils import Cluster

    folder(root, ("good", "slow"))
    small = {"num_cpus": 1, "object_store_memory": 2**27}
    cluster = Cluster(initialize_head=True, head_node_args=small | {"num_cpus": 0, "include_dashboard": False})
    nodes = [cluster.add_node(**small) for _ in range(2)]
    asked, got = [unit(root, "slow", seed=n) for n in range(6)], []
    with opened("ray", terms(root, options={"address": cluster.address})) as executor:
        for done in finished(executor, asked):
            got.append(done)
            if len(got) == 1:
                cluster.remove_node(nodes[0], allow_graceful=False)
    cluster.shutdown()
    assert sorted(u.seed for u, _ in got) == list(range(6)), got
    assert {r["status"] for _, r in got} == {"ok"}, got


@needs_ray
@pytest.mark.slow
def test_a_ray_node_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    outside("t.a_node_dies(root)", str(tmp_path))


AWAY = """
from pathlib import Path
from paperlab.harness import Check, Implementation
from helper import there

IMPLEMENTATION = Implementation(kind="optimizer", checks=(Check(name="away", run=lambda _: there("ROOT"), limit=0.0),))
"""


def nodes_without_the_folder(root: Path) -> None:
    """The folder is gone from its place before there is a node that could look for it."""
    from ray.cluster_utils import Cluster

    here = root / "here"
    here.mkdir()
    (here / "cases.py").write_text(AWAY.replace("ROOT", str(here)), encoding="utf-8")
    helper = "from pathlib import Path\n\ndef there(path):\n    return float(Path(path).exists())\n"
    (here / "helper.py").write_text(helper, encoding="utf-8")
    small = {"num_cpus": 1, "object_store_memory": 2**27}
    cluster = Cluster(initialize_head=True, head_node_args=small | {"num_cpus": 0, "include_dashboard": False})
    with opened("ray", terms(root, options={"address": cluster.address})) as executor:
        for seed in range(4):
            executor.submit(unit(here, "away", seed=seed))
        here.rename(root / "gone")
        for _ in range(2):
            cluster.add_node(**small)
        got: list = []
        while len(got) < 4:
            got.extend(executor.poll())
    cluster.shutdown()
    assert [(r["status"], r["value"]) for _, r in got] == [("ok", 0.0)] * 4, got


@needs_ray
@pytest.mark.slow
def test_ray_nodes_need_not_see_the_folder(tmp_path: Path) -> None:
    outside("t.nodes_without_the_folder(root)", str(tmp_path))


def test_what_travels_is_the_folder_without_what_is_hidden_or_leads_out(tmp_path: Path) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "secret.txt"
    for name in ("model.py", "data/rows.csv", ".git/config", "__pycache__/x.pyc"):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(name, encoding="utf-8")
    elsewhere.write_text("not ours", encoding="utf-8")
    (here / "link.txt").symlink_to(elsewhere)
    there = unpacked(packed(here), tmp_path / "there")
    files = {p.relative_to(there).as_posix(): p.read_text(encoding="utf-8") for p in there.rglob("*") if p.is_file()}
    assert files == {"model.py": "model.py", "data/rows.csv": "data/rows.csv"}
    with (here / "large.bin").open("wb") as file:
        file.truncate(65 * 2**20)
    with pytest.raises(UsageError, match="here holds 65 MB, and at most 64 MB travel to another machine"):
        packed(here)


@needs_submitit
@pytest.mark.slow
def test_submitit_runs_units_as_jobs_and_a_crash_is_a_row(tmp_path: Path) -> None:
    folder(tmp_path, ("good", "exit"))
    with opened("slurm", terms(tmp_path, options={"cluster": "local"})) as executor:
        done = list(finished(executor, [unit(tmp_path, n) for n in ("exit", "good")]))
    got = {u.case: (r["status"], r["failure"][:23]) for u, r in done}
    assert got == {"exit": ("crashed", "ended with exit code 3 "), "good": ("ok", "")}
    assert [path.name for path in (tmp_path / "scratch" / "slurm").iterdir() if path.is_file()] == []


def test_a_timing_asks_slurm_for_a_whole_node(tmp_path: Path) -> None:
    from paperlab.harness.executors.slurm import asked

    told = asked(unit(tmp_path, "speed", "speed"), terms(tmp_path, gpus=2))
    assert (told["slurm_exclusive"], told["gpus_per_node"], told["timeout_min"]) == (True, 2, 6)
    assert asked(unit(tmp_path, "good"), terms(tmp_path, options={"time": "90"}))["timeout_min"] == 90
    assert asked(unit(tmp_path, "good"), terms(tmp_path))["slurm_exclusive"] is None


SBATCH = """#!/bin/sh
echo Submitted batch job 7
"""


@needs_submitit
def test_only_a_timing_has_its_node_to_itself_in_what_sbatch_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for Slurm's commands takes the job files; no job ever ends."""
    for name in ("sbatch", "srun", "sacct", "scancel"):
        (tmp_path / name).write_text(SBATCH if name == "sbatch" else "#!/bin/sh\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr("paperlab.harness.executors.slurm.WAIT", 0.0)
    found = {}
    for kind in ("describe", "check", "speed", "cost"):
        place = tmp_path / kind
        limits = Limits(seconds={kind: 12.0}, memory=2**30)
        asked = terms(place, limits=limits, options={"partition": "short"})
        with opened("slurm", asked) as executor:
            executor.submit(unit(tmp_path, kind, kind))
            assert executor.poll() == []
        (script,) = (place / "scratch" / "slurm").glob("*submission.sh")
        found[kind] = [line.removeprefix("#SBATCH ") for line in script.read_text().splitlines() if "#SBATCH" in line]
    assert {kind: "--exclusive" in lines for kind, lines in found.items()} == {
        "describe": False, "check": False, "speed": True, "cost": True,
    }  # fmt: skip
    assert {"--partition=short", "--cpus-per-task=1", "--time=6", "--mem=2GB"} <= set(found["check"])


def test_what_cannot_be_meant_is_refused_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="expected an executor of inline, processes, ray, slurm; got 'moon'"):
        opened("moon", terms(tmp_path))
    with (
        pytest.raises(UsageError, match="executor inline has no option 'partition'; it has none"),
        opened("inline", terms(tmp_path, options={"partition": "gpu"})),
    ):
        pass
    monkeypatch.setattr(executors, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"the ray executor needs ray: pip install 'paperlab-loop\[ray\]'"):
        opened("ray", terms(tmp_path))
    assert Request().executor == "processes"


def test_the_guide_to_clusters_names_options_that_there_are() -> None:
    from paperlab.harness.executors.slurm import PASSED

    guide = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")
    known = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")  # generated from the help
    flags = set(re.findall(r"--[a-z-]+", guide))
    assert {f for f in flags if f not in known} == set()
    assert set(PASSED) <= set(re.findall(r"`(\w+)`", guide))
    assert set(executors.EXECUTORS) - {"processes"} <= set(re.findall(r"--executor (\w+)", guide))


def test_the_setting_names_the_executors_that_there_are() -> None:
    assert SETTINGS["bench.executor"].choices == tuple(executors.EXECUTORS)
    assert SETTINGS["bench.executor"].default == Request().executor
