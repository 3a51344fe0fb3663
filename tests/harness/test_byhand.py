"""A case by hand: the right answers reach the ceiling, wrong ones are told from unreadable ones, seeds decide."""

import math
import re
from collections.abc import Callable
from functools import partial

import networkx as nx
import pytest
import torch
from scipy.integrate import solve_ivp

from paperlab.harness import Trial, cases
from paperlab.harness.byhand import YOU, instances, standing, tried
from paperlab.harness.cases import arc, char_lm, gridworld, hand, orbit, preference, sbm
from paperlab.harness.cases.mnist1d import package_data
from paperlab.harness.cases.training import digits

RATES = {"digits-optimizer": "0.3", "quadratic": "1", "rosenbrock": "0.001", "depth-flow": "2", "double-descent": "10"}
CIRCLE = [(math.cos(k * math.pi / 8), math.sin(k * math.pi / 8)) for k in range(16)]
BETTER = {
    "calibration": ("70", "1"),
    "char-lm": ("e 1", "~ 100"),
    "digits-compression": ("13 21 25 33 36 42 53 64", "00 07 10 17 40 47 60 70"),
    "gaussians": (", ".join(f"{3 * x:.2f} {3 * y:.2f}" for x, y in CIRCLE[::2]), "0 0"),
    "low-rank": ("4", "64"),
    "moons": (", ".join(f"{x - 0.5:.2f} {y - 0.25:.2f}, {0.5 - x:.2f} {0.25 - y:.2f}" for x, y in CIRCLE[:9]), "0 0"),
    "rings": (", ".join(f"{x:.2f} {y:.2f}, {x / 4:.2f} {y / 4:.2f}" for x, y in CIRCLE), "0 0"),
} | {name: (rate, "1e-9") for name, rate in RATES.items()}
"""Case -> a good answer to all instances, and a poor one."""
READABLE = {("sinusoid", "-1"), ("arc", "1 2 3")}
BAD = ("", "x", "-1", "1e999", "nan", "½", "1 2 3")


def right(name: str, question: str, n: int) -> tuple[str, str]:
    """Answer as one who knows how the instance was made; and wrongly, in the same form."""
    case = cases.load(name)
    trial = Trial(seed=0, budget="small", settings=case.budgets["small"])
    words = question.split()
    found = KNOWN.get(name)
    if found is None:
        return BETTER[name]
    answer = found(question, words, trial, n)
    if name == "arc":  # one cell is wrong, the shape is right
        return answer, ("1" if answer[0] == "0" else "0") + answer[1:]
    return answer, WRONG.get(name, " ".join("0" if word == "1" else "1" for word in answer.split()))


def _mqar(question: str, *_: object) -> str:
    flat = question.replace("\n", " ").split("What is the value of key ")
    pairs = dict(pair.split("=") for pair in flat[0].split() if "=" in pair)
    return pairs[flat[1].rstrip("?")]


def _mnist1d(_: str, __: object, trial: Trial, n: int) -> str:
    data = package_data(trial.settings["examples"])
    picks = torch.randperm(len(data.x_test), generator=trial.stream("hand"))
    return str(int(data.y_test[picks[n]]))


def _next(_: str, words: list[str], *__: object) -> str:
    """Say what follows: the first part holds each number once."""
    tokens = words[: words.index("Which")]
    length = next(i for i in range(1, len(tokens)) if tokens[i] in tokens[:i])
    first, repeat = tokens[:length], tokens[length:]
    return first[(first.index(repeat[0]) + len(repeat)) % length]


def _best(question: str, *_: object) -> str:
    row = int(question.split("of row ")[1][0]) - 1
    return "".join(gridworld.LETTERS[i] for i in gridworld.world().choices().argmax(1)[5 * row : 5 * row + 5].tolist())


def _policy(question: str, *_: object) -> str:
    reference, reward = ([float(x) for x in line.split()[-preference.ANSWERS :]] for line in question.splitlines()[:2])
    beta = float(question.split(" KL")[0].split()[-1])
    return " ".join(f"{p * math.exp(r / beta):.6g}" for p, r in zip(reference, reward, strict=True))


def _height(question: str, *_: object) -> str:
    x, y = (torch.tensor([float(v) for v in line.split()[1:]]) for line in question.splitlines()[:2])
    at = torch.tensor([float(question.split("x = ")[-1].rstrip("?"))])
    a, b = torch.linalg.lstsq(torch.stack([x.sin(), x.cos()], 1), y[:, None]).solution.flatten()
    return str(float(a * at.sin() + b * at.cos()))


def _same(question: str, *_: object) -> str:
    graphs = [nx.Graph([tuple(edge.split("-")) for edge in line.split()[1:]]) for line in question.splitlines()[:3]]
    return " ".join(str(int(nx.is_isomorphic(graphs[0], other))) for other in graphs[1:])


def _planet(_: str, __: object, trial: Trial, n: int) -> str:
    """Follow it in small steps, as scipy does."""
    start = orbit.exact(orbit._orbits(trial), 0.0)[n]
    path = solve_ivp(
        lambda t, y: orbit.field(t, torch.as_tensor(y)).numpy(), (0, orbit.SPAN), start.numpy(), rtol=1e-11, atol=1e-12
    )
    return " ".join(f"{x:.9f}" for x in path.y[:, -1])


def _rows(_: str, __: object, trial: Trial, n: int) -> str:
    wanted = arc.tasks(trial)[n].wanted
    return " ".join("".join(map(str, row)) for row in wanted.tolist())


def _digit(_: str, __: object, trial: Trial, n: int, *, train: bool = False) -> str:
    data = digits(trial.stream("split"))
    return str(int((data.y if train else data.y_test)[n]))


def _community(_: str, __: object, trial: Trial, n: int) -> str:
    """Nodes belong to the communities in turn."""
    labels = sbm.Communities.LABELS
    others = torch.randperm(trial.settings["nodes"] - labels, generator=trial.stream("hand"))
    return str(int(labels + others[n]) % sbm.COMMUNITIES)


KNOWN: dict[str, Callable[..., str]] = {
    "adding": lambda q, *_: str(sum(float(x) for x in re.findall(r"\[([\d.]+)\]", q))),
    "arc": _rows,
    "compression": lambda q, *_: q.split(": ")[1].split("\n")[0],
    "digits": _digit,
    "gridworld": _best,
    "grokking": lambda _, words, *__: str((int(words[2]) + int(words[4])) % 23),
    "induction": _next,
    "mnist1d": _mnist1d,
    "mqar": _mqar,
    "noisy-labels": partial(_digit, train=True),
    "orbit": _planet,
    "parity": lambda q, *_: str(q.split("\n")[0].count("1") % 2),
    "preference": _policy,
    "reverse": lambda q, *_: " ".join(reversed(q.split(": ")[1].split())),
    "sbm": _community,
    "selective-copying": lambda q, *_: " ".join(x for x in q.splitlines()[1].split() if x != "."),
    "sinusoid": _height,
    "wl-pairs": _same,
}
"""Case -> what answers (question, its words, trial, which of the five)."""
WRONG = {
    "adding": "9",
    "arc": "0",
    "gridworld": "llluu",
    "orbit": "0 0 0 0",
    "preference": "1 1 1 99 1 1",
    "sinusoid": "50",
}
LOSSES = {"adding": 1e-4, "orbit": -6.0, "preference": 1e-4, "sinusoid": 1e-2}
"""Cases with an exact answer and a loss -> what it stays below, for numbers of as many digits as are shown."""


@pytest.mark.parametrize("name", cases.names())
def test_who_knows_the_answers_does_better_than_who_does_not_and_best_where_one_answer_is_right(name: str) -> None:
    case = tried(name)
    asked = instances(case)
    assert len(asked) == hand.COUNT
    sign = 1 if case.metric.higher_is_better else -1
    good, poor = ([one.score(right(name, one.question, n)[which]) for n, one in enumerate(asked)] for which in (0, 1))
    assert all(sign * a > sign * b for a, b in zip(good, poor, strict=True))
    if name in LOSSES:
        assert max(good) < LOSSES[name]
    elif name == "gridworld":
        assert good == pytest.approx([gridworld.world().best()] * hand.COUNT, abs=1e-6)
    elif name in KNOWN:
        assert (good, poor) == ([1.0] * hand.COUNT, [0.0] * hand.COUNT)


@pytest.mark.parametrize("name", cases.names())
def test_a_question_fits_a_terminal_and_follows_from_the_seed(name: str) -> None:
    first, again, other = (instances(tried(name), seed) for seed in (0, 0, 1))
    assert [one.question for one in first] == [one.question for one in again]
    # These ask the same of another bowl, of other weights; and there is but one world to walk in.
    if name not in ("quadratic", "digits-optimizer", "depth-flow", "double-descent", "gridworld"):
        assert [one.question for one in first] != [one.question for one in other]
    assert all(len(row) <= 80 for one in first for row in one.question.splitlines())


@pytest.mark.parametrize(
    ("name", "text"), [(n, text) for n in cases.names() for text in BAD if (n, text) not in READABLE]
)
def test_what_cannot_be_read_is_not_scored(name: str, text: str) -> None:
    one = instances(tried(name))[0]
    with pytest.raises(ValueError, match=r"a (whole )?number|numbers?\b|above 0"):
        one.score(text)


def test_a_sure_answer_costs_what_the_others_are_left() -> None:
    assert char_lm._sure("e 60", "e") == pytest.approx(-math.log(0.6))
    assert char_lm._sure("space 100", "e") > 10
    assert char_lm._sure("newline 50", "\n") == pytest.approx(-math.log(0.5))
    assert char_lm._sure("x 5", "e") == pytest.approx(-math.log(0.95 / 95))


def test_a_person_stands_among_the_rungs_best_first() -> None:
    case = tried("reverse")
    ladder = standing(case, [1.0, 1.0, 0.0, 1.0, 1.0])
    assert dict(ladder)[YOU] == pytest.approx(0.8)
    assert [name for name, _ in ladder] == sorted(dict(ladder), key=lambda n: -dict(ladder)[n])
    assert standing(case, [1.0])[0][0] == YOU
    assert dict(standing(tried("quadratic"), [0.0])).keys() == {YOU, *tried("quadratic").ladder}


def test_pictures_have_the_shape_of_what_they_show() -> None:
    image = torch.rand(8, 8, generator=torch.Generator().manual_seed(0))
    assert [len(row) for row in hand.picture(image).splitlines()] == [16] * 8
    assert hand.line(torch.zeros(5)) == "▁" * 5
