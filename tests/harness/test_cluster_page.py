"""What docs/cluster.md tells, done in a lab: each command as it stands there, at the smallest size."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")
SMALL = "--budget smoke --seeds 1 --no-speed"


def paperlab(lab: Path, command: str, **environ: str) -> str:
    words = [sys.executable, "-m", "paperlab", *command.split()]
    env = os.environ | {"PYTHONPATH": str(ROOT)} | environ
    done = subprocess.run(words, cwd=lab, capture_output=True, text=True, env=env, timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def told(pattern: str) -> str:
    """Give the words of the page, which must still stand there."""
    found = re.search(pattern, PAGE)
    assert found, pattern
    return found[0]


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    folder = tmp_path / "lab"
    folder.mkdir()
    paperlab(folder, "init . --starter -q")
    return folder


@pytest.mark.slow
def test_one_machine_and_two_that_share_nothing_reach_the_same_verdicts(lab: Path, tmp_path: Path) -> None:
    bench = told(r"bench adam(?=`)")
    here = paperlab(lab, f"{bench} {SMALL} {told('--jobs 4')}")
    assert "gate: " in here
    others = [tmp_path / "first", tmp_path / "second"]
    for other, part in zip(others, (told("--shard 1/2"), told("--shard 2/2")), strict=True):
        shutil.copytree(lab, other, ignore=shutil.ignore_patterns("measurements.db*"))
        paperlab(other, f"{bench} {SMALL} {part}")
    third = tmp_path / "third"
    shutil.copytree(lab, third, ignore=shutil.ignore_patterns("measurements.db*"))
    paperlab(third, f"{told('bench merge')} {others[0]} {others[1]}")
    assert claims(lab)
    assert claims(lab) == claims(third)


def claims(lab: Path) -> list[tuple[object, ...]]:
    text = paperlab(lab, "claims adam --json -q")
    rows = [row | {"reason": re.sub(r"[\d.]+ s\b", "some seconds", row["reason"])} for row in json.loads(text)]
    return [tuple(row[key] for key in ("claim", "verdict", "ours", "seeds", "reason")) for row in rows]


@pytest.mark.slow
@pytest.mark.skipif(find_spec("ray") is None, reason="the extra `ray` is not installed")
def test_ray_starts_a_small_cluster_of_its_own_and_ends_it(lab: Path) -> None:
    # Not below tmp_path: the path of Ray's sockets may have 107 bytes.
    with tempfile.TemporaryDirectory(prefix="pl-") as temp:
        command = f"{told('bench adam --executor ray')} {SMALL} --jobs 2"
        assert "gate: " in paperlab(lab, command, TMPDIR=temp)
        assert [p.name for p in Path(temp).iterdir() if "ray" in p.name] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        r"--executor inline",
        pytest.param(
            r"--executor slurm(?= --jobs 32)|--executor-option cluster=local",
            marks=pytest.mark.skipif(find_spec("submitit") is None, reason="the extra `slurm` is not installed"),
        ),
    ],
)
def test_in_one_process_and_as_jobs_of_slurm_the_values_are_those_of_processes(lab: Path, words: str) -> None:
    paperlab(lab, f"bench adam {SMALL} --case after-silence")  # so that two units are left for the second seed
    command = f"bench adam {SMALL.replace('seeds 1', 'seeds 2')} --case after-silence"
    other = shutil.copytree(lab, lab.with_name("other"))
    paperlab(lab, command)
    paperlab(other, f"{command} {' '.join(told(part) for part in words.split('|'))}")
    assert len(values(other)) == 4
    assert values(other) == values(lab)


def values(lab: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(lab / ".paperlab" / "measurements.db") as db:
        return db.execute(
            "SELECT arm, seed, value FROM measurements WHERE kind = 'quality' ORDER BY arm, seed"
        ).fetchall()


@pytest.mark.slow
def test_what_is_left_open_comes_from_the_settings_as_the_page_has_it(lab: Path) -> None:
    written = told(r'`\[bench\]`, `executor = "ray"`, `jobs = 32`').replace("`", "").replace(", ", "\n")
    (lab / "paperlab.toml").write_text(written.replace("ray", "inline"), encoding="utf-8")
    assert "gate: " in paperlab(lab, f"bench adam {SMALL} --case after-silence")
