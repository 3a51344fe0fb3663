"""Small implementation folders, and a way to bench them in a folder of the test's own."""

from pathlib import Path
from textwrap import dedent

from paperlab.harness.running import Request, bench
from paperlab.harness.units import Unit
from paperlab.records.card import Card, Claim
from paperlab.records.measurement import Measurement

MODEL = '''
import torch


class Ours(torch.optim.Optimizer):
    """Gradient descent with momentum, by hand."""

    def __init__(self, params, rate, beta=0.9):
        super().__init__(params, {"rate": rate, "beta": beta})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                m.mul_(group["beta"]).add_(p.grad)
                p.sub_(m, alpha=group["rate"])
'''

CASES = """
import torch
from paperlab.harness import Check, Enter, Implementation, Pair
from paperlab.harness.checks import rms_ratio
from model import Ours


def run(make, probe):
    p = torch.randn(5, generator=probe.stream("start"), dtype=torch.float64).requires_grad_()
    optimizer = make([p])
    for _ in range(10):
        optimizer.zero_grad()
        (p**4).sum().backward()
        optimizer.step()
    return p.detach()


def update(probe):
    theirs = run(lambda ps: torch.optim.SGD(ps, lr=0.01, momentum=0.9), probe)
    return rms_ratio(run(lambda ps: Ours(ps, 0.01), probe), theirs)


def steps(make):
    def built(probe):
        p = torch.randn(1000, generator=probe.generator).requires_grad_()
        optimizer = make([p])
        p.grad = torch.ones_like(p)
        return optimizer.step
    return built


IMPLEMENTATION = Implementation(
    kind="optimizer",
    checks=(Check(name="update", run=update, limit=1e-12, equation="Equation (1)"),),
    enters=(Enter(case="CASE", arms={"ours": lambda ps, r: Ours(ps, r), "still": lambda ps, r: Ours(ps, 0.0)}, against="sgd"),),
    speed=Pair(name="one step", ours=steps(lambda ps: Ours(ps, 0.01)), against=steps(lambda ps: torch.optim.SGD(ps, lr=0.01)), against_name="sgd"),
)
"""

CARD = Card(
    slug="toy",
    id=None,
    title="Toy",
    claims=(
        Claim(id="equal", place="Equation (1)", kind="equality", case="update"),
        Claim(id="faster", place="Section 1", kind="better-than", case="digits-optimizer", compare=("ours", "sgd"), direction="lower", minimum_effect=0.005),
        Claim(id="needed", place="Section 1", kind="ablation", case="digits-optimizer", compare=("ours", "still"), direction="lower", minimum_effect=0.005),
    ),
)  # fmt: skip


class Bencher:
    """Writes a folder and benches it, keeping rows, new rows and progress."""

    def __init__(self, root: Path) -> None:
        self.folder, self.scratch = root / "toy", root / "scratch"
        self.new: list[Measurement] = []
        self.progress: list[tuple[int, int, str]] = []

    def write(self, model: str = MODEL, cases: str = CASES, case: str = "digits-optimizer") -> "Bencher":
        self.folder.mkdir(exist_ok=True)
        (self.folder / "model.py").write_text(dedent(model), encoding="utf-8")
        (self.folder / "cases.py").write_text(dedent(cases).replace("CASE", case), encoding="utf-8")
        return self

    def run(self, card: Card = CARD, known: tuple[Measurement, ...] = (), **request: object) -> tuple[Measurement, ...]:
        self.new.clear()
        asked = Request(**{"budget": "smoke", "seeds": 3, "device": "cpu", "speed": False} | request)
        return bench(
            self.folder,
            card,
            request=asked,
            known={row.key: row for row in known},
            scratch=self.scratch,
            on_row=self.new.append,
            on_progress=lambda *step: self.progress.append(step),
        )


PAPER_TOML = """
slug = "toy"
title = "Toy"

[[claims]]
id = "equal"
place = "Equation (1)"
kind = "equality"
case = "update"

[[claims]]
id = "faster"
place = "Section 1"
kind = "better-than"
case = "digits-optimizer"
compare = ["ours", "sgd"]
direction = "lower"
minimum_effect = 0.005
"""


def key_of(row: Measurement, slug: str) -> str:
    """Give the key of the same work, asked for by another implementation."""
    asked = {name: getattr(row, name) for name in ("kind", "source_hash", "case", "case_version", "arm", "seed")}
    return Unit(**asked, folder="", slug=slug, budget=row.budget, device=row.device).key
