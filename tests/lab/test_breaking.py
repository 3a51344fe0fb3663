"""`bench --mutants`: what a person is told of broken copies of their model.py."""

import json
from pathlib import Path

import pytest

from tests.support.arxiv_server import arxiv_server
from tests.support.commands import Shell, shell

__all__ = ["arxiv_server", "shell"]

MODEL = "def scale(x, by=2.0):\n    return by * x\n\n\ndef unasked(x):\n    return -(-x)\n"
CASES = """
from model import scale

from paperlab.harness import Check, Implementation

IMPLEMENTATION = Implementation(
    kind="algorithm", checks=(Check(name="scale", run=lambda probe: abs(scale(3.0) - 6.0), limit=1e-9),)
)
"""
LISTED = '[[mutants]]\nname = "forgets the factor"\nold = "by * x"\nnew = "x"\n'
PASSING = '\n[[mutants]]\nname = "wrong sign"\nold = "-(-x)"\nnew = "x"\n'


@pytest.fixture
def folder(shell: Shell) -> Path:
    """A folder with six automatic mutants, of which two survive."""
    made = shell.lab / "implementations" / "toy"
    made.mkdir(parents=True)
    files = {
        "model.py": MODEL,
        "cases.py": CASES,
        "paper.toml": 'slug = "toy"\ntitle = "Toy"\n',
        "mutants.toml": LISTED,
    }
    for name, text in files.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


@pytest.mark.slow
def test_the_share_is_told_and_each_survivor_by_line_edit_and_reason(shell: Shell, folder: Path) -> None:
    done = shell("bench", "toy", "--mutants", code=0)
    assert "toy: 1 of 1 listed mutants caught (100 %), 4 of 6 automatic mutants caught (67 %)" in done.stderr
    assert "; 5 by the checks, 0 by the claims\n" in done.stderr
    assert "held to" not in done.stderr  # no claim is stated
    shown = [line.split() for line in done.stdout.splitlines() if "model.py:6" in line]
    assert [line[-6:] for line in shown] == [
        [*edit, "a", "check", "is", "missing"] for edit in (["-(-x)", "(-x)"], ["-x", "(x)"])
    ]
    assert {path.name for path in folder.iterdir()} == {"model.py", "cases.py", "paper.toml", "mutants.toml"}


@pytest.mark.slow
def test_strict_fails_below_four_of_five_and_where_a_listed_one_survives(shell: Shell, folder: Path) -> None:
    assert "too many broken copies pass for toy" in shell("bench", "toy", "--mutants", "--strict", code=1).stderr
    (folder / "model.py").write_text(MODEL.replace("-(-x)", "x"), encoding="utf-8")
    shell("bench", "toy", "--mutants", "--strict", code=0)
    (folder / "model.py").write_text(MODEL, encoding="utf-8")
    (folder / "mutants.toml").write_text(LISTED + PASSING, encoding="utf-8")
    shell("bench", "toy", "--mutants", "--strict", code=1)


@pytest.mark.slow
def test_json_has_every_mutant_in_one_order_and_a_broken_copy_is_no_measurement(shell: Shell, folder: Path) -> None:
    first = shell("bench", "toy", "--mutants", "--json", code=0).stdout
    rows = json.loads(first)
    assert [row["name"] for row in rows] == [
        "forgets the factor",
        "constant",
        "dropped term",
        "dropped term",
        "operator",
        "sign",
        "sign",
    ]
    assert {row["by"] for row in rows if row["caught"]} == {"scale"}
    assert shell("bench", "toy", "--mutants", "--json", code=0).stdout == first
    shell("bench", "history", "toy", code=1)


@pytest.mark.slow
def test_a_closed_gate_is_one_line(shell: Shell, folder: Path) -> None:
    (folder / "model.py").write_text(MODEL.replace("2.0", "3.0"), encoding="utf-8")
    assert "scale does not hold for model.py as it is" in shell("bench", "toy", "--mutants", code=2).stderr


@pytest.mark.parametrize("flags", [["--record"], ["--shard", "1/2"], ["--equal-seconds", "2"]])
def test_mutants_are_neither_recorded_nor_sharded(shell: Shell, folder: Path, flags: list[str]) -> None:
    assert folder.is_dir()
    shell("bench", "toy", "--mutants", *flags, code=2)
