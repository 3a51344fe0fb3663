"""cases.py as a learner uses it: uncommented, the arm written, the case run."""

import dataclasses
import importlib
import re
import sys
from pathlib import Path
from textwrap import indent

import pytest

from paperlab.harness import Enter, Implementation, Request, Trial, bench, case_infos
from paperlab.harness.cases import load
from paperlab.records.card import Card
from paperlab.records.measurement import CaseInfo, Measurement

from .papers import ATTENTION
from .test_folder import assert_legal, content, write

CASES = {info.name: info for info in case_infos()}
ARMS = {
    "optimizer": "return torch.optim.SGD(parameters, lr=rate)",
    "model": "return torch.nn.Linear(inputs, classes)",
    "mixer": "return torch.nn.Linear(width, width)",
    "block": "return torch.nn.Linear(width, width)",
    "autoencoder": """
net = torch.nn.Module()
net.encode, net.decode = torch.nn.Linear(inputs, size), torch.nn.Linear(size, inputs)
return net
""",
    "sampler": """
assert points.shape[1] == 2
assert {"steps", "batch"} <= trial.settings.keys()
return lambda count, generator: points.mean(0) + torch.zeros(count, 2)
""",
    "loss": "return torch.nn.functional.cross_entropy",
    "preference": "return lambda chosen, rejected, reference_chosen, reference_rejected: beta * (rejected - chosen).mean()",
    "calibrator": "return lambda given: given.softmax(-1)",
    "graph": """
class Layer(torch.nn.Linear):
    def forward(self, x, edges):
        assert edges.shape == (*x.shape[:2], x.shape[1])
        return super().forward(edges @ x)
return Layer(inputs, outputs)
""",
    "agent": """
from types import SimpleNamespace
return SimpleNamespace(
    act=lambda state, generator: state % actions,
    learn=lambda state, action, reward, following, ended: None,
    policy=lambda: [[1 / actions] * actions] * states,
)
""",
    "solver": "return lambda time, state, h: state + h * field(time, state)",
    "sequence": """
from paperlab.harness.cases.reverse import Flat
net = Flat(vocabulary, length)
def read(module, given):
    source, target = given
    assert source.shape == target.shape == (len(source), length)
    assert source.dtype == target.dtype == torch.int64
    assert not target[:, 0].any()
net.register_forward_pre_hook(read)
return net
""",
    "adapter": """
class Change(torch.nn.Linear):
    def forward(self, x):
        assert rank < min(weight.shape)
        return x @ weight.T + super().forward(x)
return Change(weight.shape[1], weight.shape[0], bias=False)
""",
    "few-shot": """
assert {"steps", "tasks"} <= trial.settings.keys()
assert draw(2, torch.Generator())[0].shape[0] == 2
return lambda x, y, asked: y.mean(1, keepdim=True).expand_as(asked)
""",
    "fit": "return torch.zeros(x.shape[1], y.shape[1])",
    "program": "return lambda grid: examples[0][1]",
    "data": "from paperlab.harness.cases.mnist1d import study\nreturn study(lambda: torch.nn.Linear(40, 10))(trial)",
}
"""Slot -> the body of an arm that does what the slot asks for, and little more."""


def scaffolded(folder: Path, case: CaseInfo | None) -> Path:
    """Scaffold a paper which is about a case, or about none of them, and fill in the functions of model.py."""
    title = (
        "Attention, optimizers, classifiers, ARC, calibrated deep autoencoders, generalization, generative models, "
        "reinforcement, noisy labels, adapters, RLHF, graph neural networks, ODE solvers, few-shot learning"
        if case
        else "Of frogs"
    )  # what enters some case, and what enters none
    paper = dataclasses.replace(
        ATTENTION, title=title, datasets=case.words if case else ("frogs",), metrics=(case.metric,) if case else ()
    )
    for _ in range(2):
        report = write(folder, paper, cases=(case,) if case else tuple(CASES.values()))
        assert report.case == (case.name if case else None)
    assert report.written == ()
    assert_legal(folder)
    change(folder / "model.py", r"raise NotImplementedError\(.*\)", "return 1.0")
    return folder


def change(path: Path, old: str, new: str) -> None:
    text, count = re.subn(old, lambda _: new, path.read_text())
    assert count
    path.write_text(text)


def entered(folder: Path, case: CaseInfo) -> Path:
    """Do with cases.py what it says: write `make`, uncomment one line."""
    change(folder / "cases.py", r"(?m)^ +raise NotImplementedError\(.*\)", indent(ARMS[case.slot], "    "))
    change(folder / "cases.py", r"\n    # Enter\(", "\n    Enter(")
    return folder


def entered_own(folder: Path) -> Path:
    """Do with cases.py what it says of a case of one's own: uncomment the last block, write `arm`."""
    head, mark, block = (folder / "cases.py").read_text().partition("# from paperlab.harness import Metric")
    own, tail = block.split("\n\nIMPLEMENTATION")
    own = re.sub("(?m)^# ?", "", mark + own)
    (folder / "cases.py").write_text(f"{head}{own}\n\nIMPLEMENTATION{tail}")
    change(folder / "cases.py", r"raise NotImplementedError\(.*\)", "return x.clamp(min=-0.1)")
    return folder


def loaded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Implementation:
    monkeypatch.syspath_prepend(str(folder))
    found: Implementation = importlib.import_module("cases").IMPLEMENTATION
    for name in ("model", "cases"):
        sys.modules.pop(name)
    return found


def benched(folder: Path, case: str) -> tuple[Measurement, ...]:
    return bench(
        folder,
        Card(slug="t", title="t"),
        request=Request(budget="smoke", seeds=1, device="cpu", speed=False, cases=(case,)),
        known={},
        scratch=folder.parent / "scratch",
        on_row=lambda _: None,
        on_progress=lambda *_: None,
    )


@pytest.mark.parametrize("name", CASES)
def test_the_ready_line_enters_each_shared_case_with_an_arm_of_its_slot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    info, case = CASES[name], load(name)
    assert loaded(scaffolded(tmp_path, info), monkeypatch).enters == ()
    (enter,) = loaded(entered(tmp_path, info), monkeypatch).enters
    assert enter == Enter(case=name, arms=enter.arms, against=info.arms[0])
    assert enter.against in case.arms
    outcome = case.run(enter.arms["ours"], Trial(budget="smoke", settings=case.budgets["smoke"]))
    assert outcome.value == outcome.value


@pytest.mark.parametrize("name", CASES)
def test_what_a_case_hands_over_measures_and_brings_stands_above_its_line(tmp_path: Path, name: str) -> None:
    info = CASES[name]
    text = (scaffolded(tmp_path, info) / "cases.py").read_text()
    plain = " ".join(text.replace("\n#", " ").split())
    for said in (info.takes, info.tests, info.cannot_show, f"{info.metric} ({info.unit})", ", ".join(info.arms)):
        assert " ".join(said.split()) in plain
    assert f'compare = ["ours", "{info.arms[0]}"]' in plain
    assert max(map(len, text.splitlines())) <= 120


def test_the_line_of_a_cheap_case_is_benched_beside_the_arm_that_the_case_brings(tmp_path: Path) -> None:
    info = CASES["quadratic"]
    rows = benched(entered(scaffolded(tmp_path / "t", info), info), "quadratic")
    assert {r.status for r in rows} == {"ok"}
    assert {r.arm for r in rows if r.kind == "quality"} == {"ours", "adam"}


def test_where_no_case_fits_each_is_named_with_what_it_hands_over(tmp_path: Path) -> None:
    plain = " ".join((scaffolded(tmp_path, None) / "cases.py").read_text().replace("\n#", " ").split())
    for info in CASES.values():
        assert re.search(rf"\b{info.name}\b[^:]*: {re.escape(info.takes)} ", plain)


@pytest.mark.parametrize("name", [None, "mqar"])
def test_a_case_of_ones_own_stands_ready_too_whether_one_fits_or_not(tmp_path: Path, name: str | None) -> None:
    folder = scaffolded(tmp_path / "t", CASES[name] if name else None)
    rows = benched(entered_own(folder), "mine")
    assert {r.status for r in rows} == {"ok"}
    ours, zero = (next(r.value or 0.0 for r in rows if r.arm == arm and r.case == "mine") for arm in ("ours", "zero"))
    assert 0 < ours < zero


def test_a_learners_cases_py_is_kept(tmp_path: Path) -> None:
    info = CASES["digits"]
    before = content(entered(scaffolded(tmp_path, info), info))["cases.py"]
    write(tmp_path, dataclasses.replace(ATTENTION, title="Of frogs", datasets=info.words), cases=(info,))
    assert content(tmp_path)["cases.py"] == before
