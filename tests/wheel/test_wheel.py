"""The wheel in an empty environment, without the dev extra and outside the checkout."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.wheel


def call(*words: object, cwd: Path, **named: object) -> subprocess.CompletedProcess[str]:
    """Run a command with nothing of this checkout on its path."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PAPERLAB", "VIRTUAL_ENV"))}
    done = subprocess.run([str(w) for w in words], cwd=cwd, env=env, capture_output=True, text=True, **named)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{words}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "build", "--wheel", "--outdir", out, ROOT, cwd=out)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def paperlab(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    env = tmp_path_factory.mktemp("env")
    call(sys.executable, "-m", "venv", env, cwd=env)
    call(env / "bin" / "pip", "install", "-q", "-c", ROOT / "constraints.txt", wheel, cwd=env, timeout=900)
    return env / "bin" / "paperlab"


def test_the_wheel_carries_the_shelf_and_the_example_and_no_test(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for slug in ("adam", "transformer", "mnist1d"):
        assert f"paperlab/shelf/{slug}/paper.toml" in names
        assert f"paperlab/shelf/{slug}/notebook.ipynb" in names
    assert "paperlab/example/eprint/main.tex" in names
    assert [n for n in names if n.startswith("tests/") or "__pycache__" in n] == []


@pytest.mark.timeout(900)
def test_the_installed_command_works_outside_the_checkout(paperlab: Path, tmp_path: Path) -> None:
    assert "Every day:" in call(paperlab, "--help", cwd=tmp_path).stdout
    call(paperlab, "init", "lab", cwd=tmp_path)
    assert json.loads(call(paperlab, "list", "--json", cwd=tmp_path / "lab").stdout) == []
    assert {r["slug"] for r in json.loads(call(paperlab, "claims", "--json", cwd=tmp_path / "lab").stdout)} >= {"adam"}
    finished = Path(call(paperlab, "implement", "adam", cwd=tmp_path / "lab").stdout.strip())
    blank = Path(call(paperlab, "implement", "adam", "--blank", cwd=tmp_path / "lab").stdout.strip())
    assert (finished.name, blank.name) == ("adam", "adam_blank")
    assert (finished / "model.py").read_bytes() == (ROOT / "implementations" / "adam" / "model.py").read_bytes()
    assert (blank / "model.py").read_text(encoding="utf-8").count('raise NotImplementedError("') >= 4
    shelf = paperlab.parents[1]
    before = {p: p.read_bytes() for p in shelf.glob("lib/*/site-packages/paperlab/shelf/**/*") if p.is_file()}
    shown = call(paperlab, "demo", cwd=tmp_path, timeout=600).stdout
    page = Path(shown.split("The page:")[1].strip())
    assert page.is_file()
    after = {p: p.read_bytes() for p in shelf.glob("lib/*/site-packages/paperlab/shelf/**/*") if p.is_file()}
    assert {p.name for p in after} == {p.name for p in before}, "the shelf is read-only"
    assert before.items() <= after.items()
