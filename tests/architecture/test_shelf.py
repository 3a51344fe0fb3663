"""What every folder of implementations/ has, so that a learner finds the same things in the same places."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from paperlab.harness import claims_hash, source_hash
from paperlab.records.card import Card, card_from_toml

SHELF = Path(__file__).parents[2] / "implementations"
FOLDERS = sorted(path.parent for path in SHELF.glob("*/paper.toml"))
BEGIN, END = re.compile(r"^\s*# --- solution: (\S.*)$"), re.compile(r"^\s*# --- end$")


@pytest.fixture(params=FOLDERS, ids=lambda f: f.name)
def folder(request: pytest.FixtureRequest) -> Path:
    return request.param


def card(folder: Path) -> Card:
    return card_from_toml(tomllib.loads((folder / "paper.toml").read_text(encoding="utf-8")), where=str(folder))


def test_the_shelf_holds_the_first_three() -> None:
    assert {"adam", "mnist1d", "transformer"} <= {f.name for f in FOLDERS}


def test_a_folder_has_its_files(folder: Path) -> None:
    names = {"paper.toml", "model.py", "cases.py", f"test_{folder.name}.py", "notebook.ipynb", "README.md"}
    assert names - {p.name for p in folder.iterdir()} == set()


def test_a_card_says_what_it_claims(folder: Path) -> None:
    found = card(folder)
    assert found.slug == folder.name
    assert found.id
    assert found.idea
    assert len(found.claims) >= 4
    assert all(c.place and c.sentence and c.case for c in found.claims)
    kinds = {c.kind for c in found.claims}
    assert kinds & {"equality", "property"}
    assert kinds & {"better-than", "ablation", "slope"}


def test_what_a_trained_claim_needs_was_fixed_before_the_run(folder: Path) -> None:
    trained = [c for c in card(folder).claims if c.kind in ("better-than", "ablation", "slope")]
    assert [c.id for c in trained if c.minimum_effect is None and (c.tolerance is None or c.paper is None)] == []
    assert all(c.compare or c.over for c in trained)


def test_claims_and_checks_know_each_other(folder: Path) -> None:
    """Each claim's case is a check, a case that cases.py enters, or the timing; read without running it."""
    source = (folder / "cases.py").read_text(encoding="utf-8")
    calls = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    wanted = {"Check": "name", "Enter": "case"}
    known = {
        k.value.value
        for call in calls
        if call.func.id in wanted
        for k in call.keywords
        if k.arg == wanted[call.func.id]
    }
    assert {c.case for c in card(folder).claims} - known - {"speed"} == set()


def test_a_model_imports_torch_jaxtyping_and_the_standard_library_alone(folder: Path) -> None:
    tree = ast.parse((folder / "model.py").read_text(encoding="utf-8"))
    names = [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    names += [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    assert {n.split(".")[0] for n in names} - {"torch", "jaxtyping"} - sys.stdlib_module_names == set()
    assert all(n.level == 0 for n in ast.walk(tree) if isinstance(n, ast.ImportFrom))


def test_a_model_can_be_read_in_one_sitting(folder: Path) -> None:
    assert len((folder / "model.py").read_text(encoding="utf-8").splitlines()) <= 240


def test_no_folder_names_another(folder: Path) -> None:
    others = {f.name for f in FOLDERS} - {folder.name}
    for path in folder.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        parts = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        parts += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
        imported = {part for name in parts for part in name.split(".") if not name.startswith(("mnist1d", "torch"))}
        assert imported & others == set(), path


def solutions(folder: Path) -> list[tuple[str, int, int]]:
    """Give name, first and last line number of each region between markers; a marker out of turn fails."""
    found, begun = [], None
    for number, line in enumerate((folder / "model.py").read_text(encoding="utf-8").splitlines(), start=1):
        if match := BEGIN.match(line):
            assert begun is None, f"line {number}: a solution inside a solution"
            begun = (match[1], number)
        elif END.match(line):
            assert begun is not None, f"line {number}: an end without a beginning"
            found.append((*begun, number))
            begun = None
    assert begun is None
    return found


def test_at_least_four_solutions_are_marked(folder: Path) -> None:
    names = [name for name, _, _ in solutions(folder)]
    assert len(names) >= 4
    assert len(set(names)) == len(names)


def test_a_copy_without_its_solutions_is_still_python(folder: Path) -> None:
    lines = (folder / "model.py").read_text(encoding="utf-8").splitlines()
    for name, first, last in reversed(solutions(folder)):
        indent = lines[first - 1][: len(lines[first - 1]) - len(lines[first - 1].lstrip())]
        lines[first - 1 : last] = [f'{indent}raise NotImplementedError("{name}")']
    text = "\n".join(lines)
    compile(text, "model.py", "exec")
    assert text.count("raise NotImplementedError(") >= len(solutions(folder))


def test_a_notebook_is_kept_clean(folder: Path) -> None:
    notebook = json.loads((folder / "notebook.ipynb").read_text(encoding="utf-8"))
    cells = notebook["cells"]
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    code = [c for c in cells if c["cell_type"] == "code"]
    assert [c["id"] for c in code if c["outputs"] or c["execution_count"] is not None] == []
    ids = [c["id"] for c in cells]
    assert len(set(ids)) == len(ids)
    assert [i for i in ids if not re.fullmatch(r"[a-z][a-z-]*-\d+", i)] == []


def test_each_picture_has_words_beside_it(folder: Path) -> None:
    notebook = json.loads((folder / "notebook.ipynb").read_text(encoding="utf-8"))
    sources = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    pictures = [s for s in sources if "plt.show()" in s]
    assert pictures
    assert [s[:60] for s in pictures if not s.startswith("#| alt: ")] == []


def test_a_notebook_tells_the_whole_story(folder: Path) -> None:
    notebook = json.loads((folder / "notebook.ipynb").read_text(encoding="utf-8"))
    sections = {c["id"].rsplit("-", 1)[0] for c in notebook["cells"]}
    wanted = {"card", "setup", "question", "metric", "baseline", "verdicts", "failures", "exercises", "limits"}
    assert (wanted if "baseline" in sections else wanted - {"baseline"}) - sections == set()
    assert any("solution" in c["metadata"].get("tags", ()) for c in notebook["cells"])


def test_cells_say_which_claims_they_show(folder: Path) -> None:
    notebook = json.loads((folder / "notebook.ipynb").read_text(encoding="utf-8"))
    named = [name for c in notebook["cells"] for name in c["metadata"].get("paperlab", {}).get("claim", ())]
    claims = {claim.id for claim in card(folder).claims}
    assert set(named) <= claims
    assert len(named) == len(set(named)) >= len(claims) - 2


def test_a_readme_has_a_place_for_its_verdicts(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert text.index("<!-- verdicts -->") < text.index("<!-- /verdicts -->")
    before, after = text.split("<!-- verdicts -->")[0], text.split("<!-- /verdicts -->")[1]
    assert len((before + after).splitlines()) <= 40
    assert "pip install paperlab" not in text


def test_readmes_show_the_verdicts_of_their_results() -> None:
    """The script that writes them compares: exit code 1 names the README that is stale."""
    command = [sys.executable, str(SHELF.parent / "docs" / "verdicts.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=SHELF.parent)
    assert done.returncode == 0, done.stderr


def test_every_claim_of_the_shelf_was_judged_as_it_stands(folder: Path) -> None:
    """results.json speaks of the sources, the claims and the smallest effects that are there now."""
    data = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    found = card(folder)
    assert [v["claim"] for v in data["verdicts"]] == [c.id for c in found.claims]
    assert "not tested" not in {v["verdict"] for v in data["verdicts"]}
    assert data["hashes"] == {"source": [source_hash(folder)], "claims": claims_hash(found.claims), "cases": {}}
