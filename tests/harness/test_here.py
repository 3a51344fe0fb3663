"""`measure` in a notebook: the values and verdicts of a bench of the same code, its gate, its tables; code is hashed as it stands."""

import builtins
import importlib
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

from paperlab.errors import NothingFound, UsageError
from paperlab.harness import Check, Found, Implementation, claim, implementation, judge, measure
from paperlab.harness.comparing import rms_ratio
from paperlab.harness.inspecting import code_hash
from paperlab.records.card import Card
from tests.harness.own import MODEL, SPIRALS, WHOLE, case_file
from tests.harness.rows import row
from tests.harness.toy import Bencher

CELL = SPIRALS.replace("NAME", "signs") + WHOLE.replace("NAME", "signs")
"""All that a notebook defines: the case, and what enters it."""
CLAIMS = [
    claim(id="sees", place="Table 1", kind="better-than", case="signs", compare=["ours", "zeros"], minimum_effect=0.5),
    claim(id="calm", place="Table 1", kind="ablation", case="signs", compare=["ours", "noisy"], minimum_effect=0.5),
    claim(id="held", place="Equation (1)", kind="equality", case="held"),
]
OWN = CELL.replace("enters=", "cases=(signs,), enters=")


def run(text: str) -> dict[str, Any]:
    """Run a cell as a module of no file."""
    space: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
    exec(compile(text, "<cell>", "exec"), space)  # noqa: S102 -- our own text
    return space


def cell(text: str = OWN) -> Implementation:
    found: Implementation = run(text)["IMPLEMENTATION"]
    return found


def test_a_notebook_gives_the_values_and_verdicts_of_a_bench_of_the_same_code(tmp_path: Path) -> None:
    here = measure(cell(), CLAIMS, seeds=3, device="cpu")
    toy = Bencher(tmp_path).write(MODEL, OWN.replace(MODEL, "from model import noisy, sign"))
    card = Card(slug="notebook", title="Toy", claims=tuple(CLAIMS))
    there = toy.run(card, budget="small", speed=False)
    asked = [(r.kind, r.case, r.arm, r.seed, r.budget, r.metric, r.unit, r.status, r.value) for r in there]
    assert [(r.kind, r.case, r.arm, r.seed, r.budget, r.metric, r.unit, r.status, r.value) for r in here.rows] == asked
    told = [f.name for f in fields(here.verdicts[0]) if f.name not in ("runs", "run", "at")]
    verdicts = judge(card, there, budget="small")
    assert [[getattr(v, n) for n in told] for v in here.verdicts] == [[getattr(v, n) for n in told] for v in verdicts]
    assert [v.verdict for v in here.verdicts] == ["reproduced", "partly", "reproduced"]


def test_while_a_check_does_not_hold_nothing_else_is_measured() -> None:
    second = rms_ratio([torch.ones(2), torch.ones(2)], [torch.ones(2), torch.zeros(2)])
    broken = replace(cell(), checks=(Check(name="update", run=lambda _: second, limit=0.0, equation="Equation (2)"),))
    found = measure(broken, CLAIMS, seeds=3, device="cpu")
    assert {r.kind for r in found.rows} == {"check"}
    assert {v.verdict for v in found.verdicts} == {"not tested"}
    assert repr(found).startswith(
        "gate: 0 of 1 checks hold\nupdate: expected at most 0 RMS error ratio, got 1 in result 2 of 2; look at Equation (2)"
    )


def test_smoke_decides_nothing_that_needs_training_and_one_seed_has_no_interval() -> None:
    assert {v.verdict for v in measure(cell(), CLAIMS[:2], seeds=3, budget="smoke", device="cpu").verdicts} == {
        "cannot tell yet"
    }
    assert {v.verdict for v in measure(cell(), CLAIMS[:2], seeds=1, device="cpu").verdicts} == {"cannot tell yet"}


def test_rows_of_before_are_used_while_the_code_is_the_same_and_a_moved_goal_is_told() -> None:
    first = measure(cell(), CLAIMS, seeds=3, device="cpu")
    again = measure(cell(), CLAIMS, seeds=3, device="cpu", known=first.rows)
    assert again.rows == first.rows
    moved = [replace(CLAIMS[0], minimum_effect=0.1), *CLAIMS[1:]]
    assert "changed after the run" in measure(cell(), moved, seeds=3, device="cpu", known=first.rows).verdicts[0].reason
    other = measure(cell(OWN.replace("x + 0.1", "x + 0.2")), CLAIMS, seeds=3, device="cpu", known=first.rows)
    assert {r.source_hash for r in other.rows}.isdisjoint({r.source_hash for r in first.rows})


def test_the_tables_name_arms_rungs_and_verdicts_and_escape_what_html_would_run() -> None:
    found = measure(cell(), [*CLAIMS, claim(id="<script>", place="x")], seeds=3, device="cpu")
    text = repr(found)
    assert text.startswith("gate: 1 of 1 checks hold; run twice, bitwise equal\n")
    assert [line.split("  ")[1].strip() for line in text.splitlines() if line.startswith("signs, accuracy (fraction)")] == [
        "ours", "ceiling", "noisy", "chance", "zeros", "trivial",
    ]  # fmt: skip
    assert "sees   " in text
    assert "reproduced" in text
    html = found._repr_html_()
    assert "<script>" not in html
    assert html.count("<table>") == html.count("</table>") == 2
    assert all(v.verdict in html for v in found.verdicts)


def test_a_timing_has_its_interval_and_identical_code_beside_it() -> None:
    notes = {"A/A ratio": 1.02, "pairs": 25, "contaminated pairs": 13, "against": "sgd"}
    timed = row(kind="speed", case="speed", value=2.0, samples=(0.69, 0.7, 0.71), notes=notes)
    lost = replace(timed, case="speed bfloat16", value=None, status="failed", failure="it fell\nfar", samples=())
    told = repr(Found(card=Card(slug="s", title="t"), rows=(timed, lost), verdicts=()))
    assert "speed, times sgd (identical code beside it 1.02; the CPU was shared in 13 of 25 pairs, which all" in told
    assert "  ours  2     [1.964, 2.064]  25 pairs" in told
    assert "speed bfloat16, times sgd: it fell  " in told


def test_a_request_that_cannot_be_meant_runs_nothing() -> None:
    for asked, kind, told in (
        (lambda: measure(cell(), budget="tiny"), UsageError, "expected a budget of smoke"),
        (lambda: measure(cell(), [CLAIMS[0], CLAIMS[0]]), UsageError, r"measure\(\): two claims are called 'sees'"),
        (lambda: measure(implementation()), UsageError, "expected checks in the implementation, got none"),
        (lambda: measure(cell(), cases=["sings"]), NothingFound, "did you mean signs"),
    ):
        with pytest.raises(kind, match=told):
            asked()  # type: ignore[no-untyped-call]


def test_a_notebook_in_a_lab_enters_a_case_of_the_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "reading_list.db").touch()
    case_file(tmp_path / "cases", "own-signs")
    monkeypatch.chdir(tmp_path)
    found = measure(
        cell(WHOLE.replace("NAME", "own-signs")),
        seeds=1,
        budget="smoke",
        device="cpu",
    )
    assert {r.environment["case"]["place"] for r in found.rows if r.kind == "quality"} == {"cases/own_signs.py"}


PLAIN = """
import torch
from functools import partial
RATE = 0.1
FIRST, SECOND = 5, 7
STEP, SCALE = 2, 9
def late(x, step=STEP): return x * step
DATA = torch.ones(3)
LAYER = torch.nn.Linear(1, 1, dtype=torch.bfloat16)
torch.nn.init.ones_(LAYER.weight)
torch.nn.init.zeros_(LAYER.bias)
class Base:
    def go(self): return 1
class Net(Base):
    width: int = 3
    def step(self, x):
        return inner(x) * RATE
def inner(x):
    def deeper(y): return y + 2
    return deeper(x)
def outer(scale):
    def made(x, add=5): return x * scale + add
    return made
SCALED = outer(SCALE)
def root(x):
    return late(x) + SCALED(x) + Net().step(x) + DATA.sum() + outer(7)(x) + FIRST - SECOND + LAYER(x)
PART = partial(inner, 4)
"""


def hashed(text: str) -> str:
    space = run(text)
    return code_hash(space["root"], {"part": space["PART"]}, [space["outer"](7)])


def test_equal_cells_have_an_equal_hash_wherever_they_run() -> None:
    assert hashed(PLAIN) == hashed(PLAIN) == hashed(PLAIN + "UNUSED = 1\ndef unused(): pass\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("RATE = 0.1", "RATE = 0.2"), ("ones(3)", "zeros(3)"), ("zeros_", "ones_"), ("5, 7", "7, 5"), ("2, 9", "3, 9"), ("2, 9", "2, 8"), ("return 1", "return 3"), ("y + 2", "y + 3"), ("width: int = 3", "width: int = 4"),
        ("inner(x) *", "inner(x) +"), ("add=5", "add=6"), ("outer(7)(x)", "outer(8)(x)"), ("inner, 4", "inner, 5"),
    ],
)  # fmt: skip
def test_a_change_of_anything_that_is_used_changes_the_hash(old: str, new: str) -> None:
    assert old in PLAIN
    assert hashed(PLAIN.replace(old, new)) != hashed(PLAIN)


def test_a_module_beside_the_notebook_counts_with_all_that_it_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    found = [
        beside(tmp_path, monkeypatch, helper)
        for helper in ("def f(x): return x", "def f(x): return -x", "def f(x): return x")
    ]
    assert found[0] == found[2] != found[1]


def beside(folder: Path, monkeypatch: pytest.MonkeyPatch, helper: str) -> str:
    (folder / "own_helper.py").write_text(helper)
    (folder / "own_model.py").write_text("from own_helper import f\ndef g(x): return f(x)\n")
    for name in ("own_helper", "own_model"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    importlib.invalidate_caches()
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    return code_hash(run("from own_model import g\ndef root(x): return g(x)")["root"])


def test_what_is_installed_counts_by_name_alone_and_circles_end() -> None:
    table: dict[str, Any] = {"f": torch.nn.functional.relu}
    table["self"] = table
    assert code_hash(table) == code_hash(table)
    assert code_hash(torch.nn.functional.relu) != code_hash(torch.nn.functional.gelu)


OFFERED = {
    "own_package/__init__.py": "",
    "own_package/model.py": "def f(x): return x\n",
    "own_package/entry.py": "from own_package.model import f\n"
    "from paperlab.harness import Check, Implementation\n"
    'IMPLEMENTATION = Implementation(kind="algorithm", checks=(Check(name="c", run=f, limit=1.0),))\n',
    "own_stranger.py": "def h(x): return x\n",
}


def test_of_what_is_installed_a_package_that_uses_paperlab_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site-packages"
    monkeypatch.syspath_prepend(site)
    asked = (
        "from own_package.entry import IMPLEMENTATION as root",
        "import own_package.entry, own_package.model as m\ndef root(x): return m.f(x)",
        "import own_package.entry\nfrom own_stranger import h as root",
    )
    before = [of_installed(site, monkeypatch, text, {}) for text in asked]
    assert [of_installed(site, monkeypatch, text, {}) for text in asked] == before
    changed = {"own_package/model.py": "def f(x): return -x\n", "own_stranger.py": "def h(x): return -x\n"}
    after = [of_installed(site, monkeypatch, text, changed) for text in asked]
    assert [a == b for a, b in zip(after, before, strict=True)] == [False, False, True]


def of_installed(site: Path, monkeypatch: pytest.MonkeyPatch, text: str, changed: dict[str, str]) -> str:
    for name, held in (OFFERED | changed).items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(held)
    for name in [n for n in sys.modules if n.startswith("own_")]:
        monkeypatch.delitem(sys.modules, name)
    importlib.invalidate_caches()
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    return code_hash(run(text)["root"])


def test_cells_of_a_notebook_are_hashed_by_their_source() -> None:
    shell = InteractiveShell.instance()
    try:
        first = in_cells(shell, "RATE = 1\ndef helper(x): return x", "def root(x): return helper(x)")
        assert in_cells(shell, "RATE = 1\ndef helper(x): return x", "def root(x): return helper(x)") == first
        assert in_cells(shell, "RATE = 1\ndef helper(x): return -x", "def root(x): return helper(x)") != first
    finally:
        InteractiveShell.clear_instance()


def in_cells(shell: InteractiveShell, *texts: str) -> str:
    for text in texts:
        shell.run_cell(text).raise_error()
    return code_hash(shell.user_ns["root"])
