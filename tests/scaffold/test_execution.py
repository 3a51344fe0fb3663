"""Running a notebook: outputs, errors, time limits, no secrets."""

import dataclasses
import json
import os
import signal
from pathlib import Path
from threading import Timer

import nbformat
import pytest

from paperlab.errors import UsageError
from paperlab.scaffold import execute, scaffold
from paperlab.scaffold.execution import clean_environment

from .papers import ATTENTION, case


def notebook(path: Path, *cells: str) -> Path:
    book = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {"id": f"c{n}", "cell_type": "code", "metadata": {}, "source": c, "outputs": [], "execution_count": None}
            for n, c in enumerate(cells, start=1)
        ],
    }
    path.write_text(json.dumps(book), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        ("book", "metadata", None),
        ("book", "metadata", "text"),
        ("book", "metadata", {"kernelspec": None}),
        ("book", "metadata", {"kernelspec": ["python3"]}),
        ("cell", "metadata", None),
        ("cell", "metadata", []),
        ("cell", "cell_type", None),
        ("cell", "cell_type", "graph"),
        ("cell", "source", 5),
        ("cell", "source", None),
        ("cell", "source", {"a": 1}),
        ("cell", "source", ["1", "+1"]),
    ],
)
def test_a_field_of_another_kind_is_mended_not_stumbled_over(
    tmp_path: Path, part: str, field: str, value: object
) -> None:
    path = notebook(tmp_path / "n.ipynb", "1")
    book = json.loads(path.read_text(encoding="utf-8"))
    {"book": book, "cell": book["cells"][0]}[part][field] = value
    path.write_text(json.dumps(book), encoding="utf-8")
    done = execute(path, out=tmp_path / "out.ipynb", timeout=20, cwd=tmp_path)
    assert done.error is None
    nbformat.validate(nbformat.read(done.path, as_version=4))


def printed(path: Path) -> str:
    book = nbformat.read(path, as_version=4)
    return "".join(o.get("text", "") for c in book.cells for o in c.get("outputs", []))


def test_a_notebook_runs_in_its_folder_without_secrets_and_an_error_names_its_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_API_KEY", "hunter2")
    monkeypatch.setenv("GITHUB_TOKEN", "hunter2")
    (tmp_path / "beside.txt").write_text("found")
    source = notebook(
        tmp_path / "n.ipynb",
        "import os; print(open('beside.txt').read(), 'hunter2' in os.environ.values())",
        "raise NotImplementedError('Equation (1)')",
        "print('never')",
    )
    before = source.read_bytes()
    told: list[tuple[int, int]] = []
    done = execute(
        source, out=tmp_path / "out" / "n.ipynb", timeout=60, cwd=tmp_path, on_cell=lambda i, n: told.append((i, n))
    )
    assert done.error == ("c2", "NotImplementedError", "Equation (1)")
    assert printed(done.path).startswith("found False")
    assert "never" not in printed(done.path)
    assert told == [(1, 3), (2, 3)]
    assert source.read_bytes() == before
    assert 0 < done.seconds < 60


@pytest.mark.parametrize(("source", "tags"), [("", []), ("print('new')", ["skip-execution"])])
def test_a_cell_that_is_skipped_shows_nothing_of_an_older_run(tmp_path: Path, source: str, tags: list[str]) -> None:
    path = notebook(tmp_path / "n.ipynb", source, "print('fresh')")
    book = json.loads(path.read_text(encoding="utf-8"))
    old = {"output_type": "stream", "name": "stdout", "text": "99.9 %"}
    book["cells"][0] |= {"metadata": {"tags": tags}, "outputs": [old], "execution_count": 7}
    path.write_text(json.dumps(book), encoding="utf-8")
    done = execute(path, out=tmp_path / "out.ipynb", timeout=20, cwd=tmp_path)
    assert printed(done.path) == "fresh\n"
    assert json.loads(done.path.read_text(encoding="utf-8"))["cells"][0]["execution_count"] is None


@pytest.mark.slow
def test_a_cell_over_its_time_is_stopped(tmp_path: Path) -> None:
    source = notebook(tmp_path / "n.ipynb", "print('before')", "while True: pass")
    done = execute(source, out=tmp_path / "out.ipynb", timeout=2, cwd=tmp_path)
    assert done.error == ("c2", "CellTimeoutError", "the cell ran longer than 2 seconds")
    assert "before" in printed(done.path)


@pytest.mark.slow
def test_a_kernel_that_dies_is_an_error_and_no_hang(tmp_path: Path) -> None:
    source = notebook(tmp_path / "n.ipynb", "import os; os._exit(1)")
    done = execute(source, out=tmp_path / "out.ipynb", timeout=20, cwd=tmp_path)
    assert done.error is not None
    assert done.error[:2] == ("c1", "DeadKernelError")


def test_ctrl_c_in_the_middle_of_a_cell_is_ctrl_c_and_no_fault_of_the_kernel(tmp_path: Path) -> None:
    source = notebook(tmp_path / "n.ipynb", "1", "import time; time.sleep(60)")

    def told(cell: int, _cells: int) -> None:
        if cell == 2:
            Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()

    with pytest.raises(KeyboardInterrupt):
        execute(source, out=tmp_path / "out.ipynb", timeout=90, cwd=tmp_path, on_cell=told)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert not (tmp_path / "out.ipynb").exists()


def test_the_kernels_own_talk_does_not_reach_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = notebook(
        tmp_path / "n.ipynb",
        "from ipykernel.kernelapp import IPKernelApp\nIPKernelApp.instance().log.error('talk')\nprint('shown')",
    )
    done = execute(path, out=tmp_path / "out.ipynb", timeout=30, cwd=tmp_path)
    assert done.error is None
    assert printed(done.path) == "shown\n"
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("at", [0, 3])
def test_a_merge_that_was_left_open_is_called_so(tmp_path: Path, at: int) -> None:
    path = notebook(tmp_path / "n.ipynb", "1")
    lines = json.dumps(json.loads(path.read_text(encoding="utf-8")), indent=1).splitlines()
    lines[at:at] = ["<<<<<<< HEAD", *lines[at : at + 1], "=======", ' "x": 1,', ">>>>>>> other"]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(UsageError, match=r"n\.ipynb: expected a Jupyter notebook, got: a merge that was left open"):
        execute(path, out=tmp_path / "out.ipynb", timeout=20, cwd=tmp_path)


def test_what_is_no_notebook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "n.ipynb").write_text("no")
    with pytest.raises(UsageError, match="expected a Jupyter notebook"):
        execute(tmp_path / "n.ipynb", out=tmp_path / "o.ipynb", timeout=5, cwd=tmp_path)


@pytest.mark.parametrize("name", ["HF_TOKEN", "aws_secret_access_key", "DB_PASSWORD", "ApiKey", "GOOGLE_CREDENTIALS"])
def test_names_that_smell_of_secrets_do_not_reach_the_kernel(name: str) -> None:
    assert name not in clean_environment({name: "x", "PATH": "/bin"}, "/s")


def test_a_fresh_scaffold_runs_top_to_bottom_and_computes_a_baseline(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    scaffold(ATTENTION, folder, slug="transformer", record=None, cases=())
    done = execute(folder / "notebook.ipynb", out=tmp_path / "out.ipynb", timeout=60, cwd=folder)
    assert done.error is None
    text = printed(done.path)
    assert "no case fits: define your metric here" in text
    assert "naive baselines: constant 0.6667" in text  # 6 of 9 targets are 1
    assert "red    Attention is_finite: NotImplementedError: Equation (1), Section 3.2" in text
    assert "ours: `paperlab bench --record` writes it into this folder" in text
    assert "table_2_r2_c1                  28.4          -  -   Table 2, row Transformer, column BLEU" in text
    assert "0 of 3 functions are written and green" in text


@pytest.mark.slow
def test_the_results_are_those_of_the_file_that_bench_recorded(tmp_path: Path) -> None:
    """Without it the notebook says nothing of ours: a page whose claims are reproduced would contradict itself."""
    folder = tmp_path / "t"
    scaffold(ATTENTION, folder, slug="transformer", record=None, cases=())
    told = [{"claim": "table_2_r2_c1", "ours": 28.1, "verdict": "partly"}]
    (folder / "results.json").write_text(json.dumps({"verdicts": told}), encoding="utf-8")
    text = printed(execute(folder / "notebook.ipynb", out=tmp_path / "out.ipynb", timeout=60, cwd=folder).path)
    assert "table_2_r2_c1                  28.4       28.1  partly   Table 2" in text
    assert "bench --record" not in text


def test_half_a_character_costs_itself_alone(tmp_path: Path) -> None:
    """Editors that cut a text by UTF-16 leave such halves, and JSON holds them as an escape."""
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_markdown_cell("cut \ud83d here"), nbformat.v4.new_code_cell("print('\ud83d')")]
    (tmp_path / "n.ipynb").write_text(json.dumps(book), encoding="ascii")
    done = execute(tmp_path / "n.ipynb", out=tmp_path / "out.ipynb", timeout=30, cwd=tmp_path)
    assert done.error is None
    made = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert [made.cells[0].source, made.cells[1].outputs[0].text] == ["cut ? here", "?\n"]


def test_a_notebook_of_another_language_is_not_run_as_python(tmp_path: Path) -> None:
    spec = {"name": "julia-1.11", "language": "julia", "display_name": "Julia 1.11"}
    book = nbformat.v4.new_notebook(metadata={"kernelspec": spec}, cells=[nbformat.v4.new_code_cell("x = 1")])
    nbformat.write(book, tmp_path / "n.ipynb")
    with pytest.raises(UsageError, match="one of julia"):
        execute(tmp_path / "n.ipynb", out=tmp_path / "out.ipynb", timeout=30, cwd=tmp_path)


@pytest.mark.slow
def test_a_notebook_runs_where_paperlab_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Colab: its own functions are enough, and the shared case's baseline says that it could not be computed."""
    (tmp_path / "none" / "paperlab").mkdir(parents=True)
    (tmp_path / "none" / "paperlab" / "__init__.py").write_text("raise ModuleNotFoundError('No module named paperlab')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "none"))
    fits = dataclasses.replace(case("wmt", "wmt 2014", "translation"), slot="sequence")
    scaffold(ATTENTION, tmp_path / "it", slug="it", record=None, cases=(fits,))
    done = execute(tmp_path / "it" / "notebook.ipynb", out=tmp_path / "o.ipynb", timeout=60, cwd=tmp_path / "it")
    assert done.error is None
    assert "No module named paperlab" in done.path.read_text(encoding="utf-8")
