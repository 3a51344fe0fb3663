"""From an id to a page: add, implement, bench, publish on real e-prints, through the command line alone."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
PAPERS = (
    "1502.03492",
    "1509.09292",
    "1606.00704",
    "1810.00123",
    "2002.02701",
    "2006.02250",
    "1911.02782",
    "1704.02281",
)
QUICK = "1509.09292"
NO_CLAIMS = ("1704.02281",)
"""Papers whose sentences and tables state no measured number: their results are drawings."""


def loop(paperlab: Run, lab: Path, id: str) -> None:
    """One turn of the loop; a fresh scaffold is not tested, so its page is a draft."""
    paperlab("add", id)
    entry = json.loads(paperlab("list", "--json").stdout)[0]
    assert (entry["id"], entry["state"]) == (id, "queued")
    folder = Path(paperlab("implement", id).stdout.strip())
    assert folder.parent == lab / "implementations"
    before = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}
    paperlab("implement", id)
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == before

    paperlab("bench", folder.name, "--budget", "smoke", "--seeds", "1")
    paperlab("bench", folder.name, "--budget", "smoke", "--seeds", "1", "--strict", code=1)
    claims = json.loads(paperlab("claims", folder.name, "--json").stdout)
    assert {c["verdict"] for c in claims} == (set() if id in NO_CLAIMS else {"not tested"})

    index = Path(paperlab("publish", folder.name).stdout.strip())
    page = (index.parent / folder.name / "index.html").read_text(encoding="utf-8")
    assert "not tested" in page
    assert "<script" not in page
    run = nbformat.read(lab / ".paperlab" / "runs" / f"{folder.name}.ipynb", as_version=4)
    nbformat.validate(run)
    assert [o for c in run.cells for o in c.get("outputs", ()) if o.output_type == "error"] == []
    assert json.loads(paperlab("list", "--json").stdout)[0]["state"] == "implementing"


@pytest.mark.timeout(600)
def test_the_loop_on_a_real_paper(paperlab: Run, tmp_path: Path) -> None:
    loop(paperlab, tmp_path / "lab", QUICK)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("id", [p for p in PAPERS if p != QUICK])
def test_the_loop_on_every_kind_of_real_paper(paperlab: Run, tmp_path: Path, id: str) -> None:
    loop(paperlab, tmp_path / "lab", id)


def test_many_ids_come_in_every_form_and_from_stdin(paperlab: Run) -> None:
    lines = "https://arxiv.org/abs/1502.03492v2\narXiv:1509.09292 # a comment\n\n10.48550/arXiv.1606.00704\n"
    paperlab("add", "-", "--why", "because", input=lines)
    entries = {e["id"]: e for e in json.loads(paperlab("list", "--json").stdout)}
    assert set(entries) == {"1502.03492", "1509.09292", "1606.00704"}
    assert entries["1502.03492"]["version"] == 2
    assert {e["why"] for e in entries.values()} == {"because"}


def test_an_unknown_id_is_named_and_the_others_are_kept(paperlab: Run) -> None:
    done = paperlab("add", "1509.09292", "0704.9999", code=1)
    assert "arXiv knows no paper 0704.9999" in done.stderr
    assert [e["id"] for e in json.loads(paperlab("list", "--json").stdout)] == ["1509.09292"]


def test_a_malformed_id_is_a_usage_error_and_the_others_are_kept(paperlab: Run) -> None:
    done = paperlab("add", "1509.09292", "1713.00001", code=2)
    assert "1713.00001" in done.stderr
    assert [e["id"] for e in json.loads(paperlab("list", "--json").stdout)] == ["1509.09292"]
