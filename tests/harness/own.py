"""Cases of one's own for tests: files of a lab's folder, and packages that offer some."""

from pathlib import Path
from textwrap import dedent

SPIRALS = '''
import torch
from paperlab.harness import Instance, case


def zeros(width):
    return lambda x: torch.zeros_like(x)


@case(
    name="NAME",
    tests="Whether an arm knows the sign of a number.",
    metric="accuracy",
    unit="fraction",
    direction="higher",
    cannot_show="Anything else.",
    takes="make(width) -> guess(x): (width) -> (width)",
    words=("sign", "xylography"),
    budgets={"smoke": {"width": 64}, "small": {"width": 256}, "full": {"width": 1024}},
    ladder={"chance": lambda trial: 0.5, "trivial": lambda trial: signs.run(zeros, trial).value, "ceiling": lambda trial: 1.0},
    arms={"zeros": zeros},
    by_hand=lambda trial: [Instance(question="Which sign has -1?", asks="+ or -", score=lambda text: float(text == "-"))],
)
def signs(make, trial):
    """Give the share of right signs."""
    x = torch.randn(trial.settings["width"], generator=trial.stream("data"))
    return float((make(trial.settings["width"])(x) == x.sign()).double().mean())
'''

MODEL = """
def sign(width):
    return lambda x: x / x.abs()


def noisy(width):
    return lambda x: (x + 0.1).sign()
"""

ENTERS = """
import torch
from paperlab.harness import Check, Enter, Implementation
from model import noisy, sign


def error(probe):
    x = torch.randn(9, generator=probe.generator)
    return float((sign(9)(x) != x.sign()).double().mean())


IMPLEMENTATION = Implementation(
    kind="module",
    checks=(Check(name="held", run=error, limit=0.0, unit="share of signs"),),
    enters=(Enter(case="NAME", arms={"ours": sign, "noisy": noisy}, against="zeros"),),
)
"""
WHOLE = ENTERS.replace("from model import noisy, sign", MODEL)
"""The same in one cell of a notebook."""


def case_file(folder: Path, name: str = "signs", *, stem: str = "", text: str = SPIRALS) -> Path:
    """Write a case file into a lab's `cases/`."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{stem or name.replace('-', '_')}.py"
    path.write_text(dedent(text).replace("NAME", name), encoding="utf-8")
    return path


def package(root: Path, points: str, text: str = SPIRALS, *, name: str = "signs", dist: str = "strangers") -> Path:
    """Write a package as an installer leaves it: the folder to be put on the path."""
    module = root / dist
    module.mkdir(parents=True)
    (module / "__init__.py").write_text("", encoding="utf-8")
    (module / "cases.py").write_text(text.replace("NAME", name), encoding="utf-8")
    info = root / f"{dist}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {dist}\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[paperlab.cases]\n{points}\n", encoding="utf-8")
    return root
