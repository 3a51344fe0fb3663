"""The folder that the guide's first paper ends with: it is green, judged and published, and the guide says what it does."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from paperlab.lab import Lab

ROOT = Path(__file__).parents[2]
SLUG = "gradient_based_hyperparameter"
FINISHED = ROOT / "tests" / "finished" / SLUG
GUIDE = (ROOT / "docs" / "first.md").read_text(encoding="utf-8")


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = Lab.create(tmp_path / "lab")
    shutil.copytree(FINISHED, lab.root / "implementations" / SLUG)
    return lab


def test_it_is_green_judged_and_published(lab: Lab, tmp_path: Path) -> None:
    (benched,) = lab.bench(budget="smoke")
    found = {row.verdict.claim: row.verdict for row in benched.claims}
    assert {claim: v.verdict for claim, v in found.items()} == {
        "hypergradient": "reproduced", "recovered": "reproduced", "reversible": "reproduced", "section_1_1_0_9": "not tested",
    }  # fmt: skip
    assert found["hypergradient"].ours is not None
    assert found["hypergradient"].ours < 1e-12
    progress = lab.check()
    assert [one.state for one in progress.pieces] == ["green"] * 3
    assert [step.name for step in progress.steps if not step.done] == []
    assert progress.next == f"share it: `paperlab publish {SLUG}`"
    report = lab.publish(out=tmp_path / "site")
    page = (tmp_path / "site" / SLUG / "index.html").read_text(encoding="utf-8")
    assert len(report.pages) == 1
    assert "3 of 4 claims reproduced, 1 not tested" in page
    assert "least squares" in page
    readme = (tmp_path / "site" / SLUG / "README.md").read_text(encoding="utf-8")
    assert "Not benched yet" not in readme
    assert re.search(
        r"^\| Multiplying by n .* \| Section 2\.3, Algorithm 3 \|  \| 0 numbers lost of 200 \| reproduced \|$",
        readme,
        re.M,
    )


BROKEN = {
    "the brackets": ("(v + (1 - gamma[t]) * g.detach()) / gamma[t]", "v / gamma[t] + (1 - gamma[t]) * g.detach()", "recovered"),
    "the Hessian": (" - (1 - gamma[t]) * torch.autograd.grad(g, at, dv)[0]", "", "hypergradient"),
    "the remainder": ("i = i + c % d", "i = i + c % n", "reversible"),
}  # fmt: skip


@pytest.mark.parametrize(
    "name", [next(iter(BROKEN)), *(pytest.param(name, marks=pytest.mark.slow) for name in [*BROKEN][1:])]
)
def test_a_broken_line_is_noticed(lab: Lab, name: str) -> None:
    old, new, claim = BROKEN[name]
    model = lab.root / "implementations" / SLUG / "model.py"
    text = model.read_text(encoding="utf-8")
    assert old in text
    model.write_text(text.replace(old, new), encoding="utf-8")
    (benched,) = lab.bench(budget="smoke")
    found = {row.verdict.claim: row.verdict for row in benched.claims}[claim]
    assert found.verdict in ("not", "not tested")
    assert re.search(r"look at Algorithm [23]|0 numbers lost of 200 allowed", found.reason)


def test_its_own_tests_are_green_as_its_readme_runs_them(lab: Lab) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", f"test_{SLUG}.py"]
    done = subprocess.run(command, cwd=lab.root / "implementations" / SLUG, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_second_scaffold_keeps_all_that_the_learner_wrote_and_finds_what_the_guide_says(
    shared_arxiv: Path, lab: Lab
) -> None:
    """The local e-print has no id, so its folder is named; what is newly generated may change only what is untouched."""
    folder = lab.root / "implementations" / SLUG
    card = folder / "paper.toml"
    card.write_text(re.sub(r'(?m)^id = "1502.03492"\n|^version = 3\n', "", card.read_text(encoding="utf-8"), count=2), encoding="utf-8")  # fmt: skip
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    made = lab.implement(str(shared_arxiv / "source" / "1502.03492-hypergrad"), slug=SLUG)
    found, missing = re.findall(r"what it (?:found|did not find) \((.*?)\)", GUIDE)
    assert [count for count in found.split(", ") if count not in re.split(": |, ", made.lines[0])] == []
    assert made.lines[1] == f"not found: {missing}"
    for name in ("model.py", "cases.py", "paper.toml"):
        assert (folder / name).read_bytes() == before[name], name
    book, old = (
        json.loads(data)["cells"] for data in ((folder / "notebook.ipynb").read_bytes(), before["notebook.ipynb"])
    )
    mine = {"pl-minute-2", "pl-minute-3", "pl-metric-2", "pl-overfit-2", "pl-results-3", "pl-ablation-2", "pl-failures-2", "pl-explain-2"}  # fmt: skip
    written = {c["id"]: c["source"] for c in book}
    assert {c["id"]: c["source"] for c in old if c["id"] in mine} == {i: written[i] for i in mine}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def test_the_code_in_the_guide_is_the_folders() -> None:
    folder = "".join((FINISHED / name).read_text(encoding="utf-8") for name in ("model.py", "cases.py"))
    card = (FINISHED / "paper.toml").read_text(encoding="utf-8")
    shown = blocks("python")
    assert len(shown) == 3
    assert [block for block in shown if block not in folder] == []
    assert [block for block in blocks("toml") if block not in card] == []
    assert 'Check(name="hypergradient", run=hypergradient, limit=1e-6, equation="Algorithm 2")' in folder


def test_the_guides_commands_are_known_and_its_error_is_what_check_says(lab: Lab) -> None:
    from paperlab.cli.verbs import MODULES

    verbs = {line.split()[1] for block in blocks("sh") for line in block.splitlines()}
    assert {"add", "start", "done", "implement", "check", "bench", "claims", "publish"} == verbs <= set(MODULES)
    model = lab.root / "implementations" / SLUG / "model.py"
    text = model.read_text(encoding="utf-8")
    assert "loss(at).sum()" in text
    model.write_text(text.replace("loss(at).sum()", "loss(at)"), encoding="utf-8")
    first = lab.check().pieces[0]
    (said,) = blocks("text")
    assert " ".join(said.split()) == f"{first.piece.name}, line {first.line} of model.py: {first.message}"
