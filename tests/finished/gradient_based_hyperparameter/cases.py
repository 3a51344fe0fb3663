r"""Gradient-based Hyperparameter Optimization through Reversible Learning: how this implementation meets the shared harness.

`paperlab bench` runs CHECKS first; only when they hold does it measure what ENTERS lists. A claim is judged once it
names, in paper.toml, the case that decides it: case, compare, direction, minimum_effect. Each word used here is
explained by `python -m pydoc paperlab.harness.api`.
"""

import inspect

import model
import torch

from paperlab.harness import Case, Check, Enter, Implementation, checks


def stand_in(first, *others):
    """Stand in for a function that the formula calls: smooth, between 0 and 1, the shape of its first argument."""
    return torch.sigmoid(torch.as_tensor(first) + sum(torch.as_tensor(other).float().mean() for other in others))


def tensors(value):
    """Give every number and tensor of an answer as a list of tensors."""
    if isinstance(value, (tuple, list)):
        return [part for inner in value for part in tensors(inner)]
    if isinstance(value, dict):
        return tensors(list(value.values()))
    assert value is not None, "the function returned None; does it end with `return`?"
    return [torch.as_tensor(value)]


def written(name, equation):
    """Check that a function is written and gives finite numbers; its error is the share that is not finite."""

    def run(probe):
        function = getattr(model, name)
        given = {
            key: stand_in
            if shape is None
            else 0.1 + 0.8 * torch.rand(shape, generator=probe.generator).to(probe.device)
            for key, shape in model.SHAPES[name].items()
        }
        kinds = inspect.signature(function).parameters
        positional = [v for k, v in given.items() if kinds[k].kind is not inspect.Parameter.KEYWORD_ONLY]
        named = {k: v for k, v in given.items() if kinds[k].kind is inspect.Parameter.KEYWORD_ONLY}
        answer = function(*positional, **named)
        return float(max(1 - torch.isfinite(part).double().mean() for part in tensors(answer)))

    return Check(name=name, kind="property", run=run, limit=0.0, equation=equation, unit="share not finite")


def drawn(probe, steps=20, size=6):
    """Draw a small training run: w_1, decays, learning rates, a loss that changes with t, and the loss of interest."""
    g = probe.generator
    like = {"dtype": torch.float64}
    w_1 = torch.randn(size, generator=g, **like)
    gamma = 0.5 + 0.45 * torch.rand(steps, generator=g, **like)
    alpha = 0.3 * torch.rand(steps, generator=g, **like)
    x, y = torch.randn(steps, size, generator=g, **like), torch.randn(size, generator=g, **like)
    return w_1, gamma, alpha, lambda w, t: torch.log1p(torch.exp(-(w * x[t]).sum())), lambda w: ((w - y) ** 2).sum()


def unrolled(w_1, gamma, alpha, L):
    """Train as Algorithm 1 does, but leave the tape to autograd: the oracle keeps every step in memory."""
    w, v = w_1, torch.zeros_like(w_1)
    for t in range(len(alpha)):
        (g,) = torch.autograd.grad(L(w, t), w, create_graph=True)
        v = gamma[t] * v - (1 - gamma[t]) * g
        w = w + alpha[t] * v
    return w


def hypergradient(probe):
    """Hold Algorithm 2 against autograd through the whole run: gradients of w_1, alpha and gamma."""
    w_1, gamma, alpha, L, f = drawn(probe)
    w_T, v_T = model.stochastic_gradient_descent_momentum(w_1, gamma, alpha, L)
    ours = model.reverse_mode_differentiation_sgd(w_T, v_T, gamma, alpha, L, f)[2:]
    leaves = [part.clone().requires_grad_() for part in (w_1, alpha, gamma)]
    theirs = torch.autograd.grad(f(unrolled(leaves[0], leaves[2], leaves[1], L)), leaves)
    return checks.rms_ratio(ours, theirs)


def recovered(probe):
    """Run training backwards: the first weights must come out, and the velocity must be at rest."""
    w_1, gamma, alpha, L, f = drawn(probe)
    w_T, v_T = model.stochastic_gradient_descent_momentum(w_1, gamma, alpha, L)
    w, v = model.reverse_mode_differentiation_sgd(w_T, v_T, gamma, alpha, L, f)[:2]
    return max(checks.rms_ratio(w, w_1), float(v.abs().max()))


def reversible(probe):
    """Multiply whole numbers by n / d and back by d / n, many times: count those that do not come back."""
    lost, draw = 0, lambda low, high: int(torch.randint(low, high, (1,), generator=probe.generator))
    multiply = model.exactly_reversible_multiplication_ratio
    for _ in range(200):
        start = i, c = draw(0, 1000), draw(0, 10**9)
        ratios = [(draw(1, 100), draw(1, 100)) for _ in range(20)]
        for n, d in ratios:
            i, c = multiply(i, c, n, d)
        for n, d in reversed(ratios):
            i, c = multiply(i, c, d, n)
        lost += (i, c) != start
    return lost


CHECKS = (
    written("stochastic_gradient_descent_momentum", "Algorithm 1"),
    written("reverse_mode_differentiation_sgd", "Algorithm 2"),
    written("exactly_reversible_multiplication_ratio", "Algorithm 3"),
    Check(name="hypergradient", run=hypergradient, limit=1e-6, equation="Algorithm 2"),
    Check(name="recovered", run=recovered, limit=1e-6, equation="Algorithm 2"),
    Check(name="reversible", kind="property", run=reversible, limit=0, equation="Algorithm 3", unit="numbers lost of 200"),
)

# The shared case that fits this paper's task:
#   digits: Classification of small images: does a model learn a smooth decision from 1297 examples?
#   measures: accuracy (fraction), higher is better
#   hands over: make(inputs, classes) -> Module: (batch, inputs) float -> logits (batch, classes)
#   brings: mlp, linear, quadrants; each is measured once `against` or a claim names it
#   cannot show: Nothing that needs scale: good models differ by less than 1 point here, which is seed noise at 5
#     seeds.
# Write `make` from the functions of model.py, uncomment the line in ENTERS, and write into the claim that this decides
# (the smallest effect that counts is in the claim's unit, or in that of the case where the claim has none):
#   case = "digits"
#   compare = ["ours", "mlp"]
#   direction = "higher"
#   minimum_effect = ...
# A variant of yours that lacks a part of the method is one more arm beside "ours".


def make(inputs, classes):
    """Give this paper's arm of the case; what it is handed and must give stands above."""
    raise NotImplementedError("make in cases.py is not written yet")


ENTERS: tuple[Enter, ...] = (
    # Enter(case="digits", arms={"ours": make}, against="mlp"),
)
CASES: tuple[Case, ...] = ()

# Where the method does not fit into this `make`, enter another case, with the `make` that it calls:
#   digits-optimizer, quadratic, rosenbrock: make(parameters, rate) -> torch.optim.Optimizer; every arm gets the same
#     number of rates to try
#   mnist1d: make(trial) -> Study(train=(x, y), test=(x, y), model=...): x (examples, length) float, y (examples)
#     int64; an arm without data of its own is `study(build)(trial)`, by `study` of paperlab.harness.cases.mnist1d,
#     where build() -> Module: (batch, 40) -> logits (batch, 10)
#   mqar: make(width) -> Module: (batch, length, width) -> the same shape; position t may see 0..t alone
#   reverse: make(vocabulary, length) -> Module: forward(source, target) of tokens (batch, length), each int64, ->
#     logits (batch, length, vocabulary); target is shifted right and begins with token 0
# Or write a case of your own. Uncomment the one below and write `arm`, and it runs; then put your data, metric and
# baselines in place of its own, and raise `version` whenever you change one of them after a bench.
#
# from paperlab.harness import Metric, Outcome
#
#
# def run(arm, trial):
#     """Measure one arm at one seed. All that is drawn comes from `trial.stream`, so that arms see the same numbers."""
#     x = torch.randn(trial.settings["examples"], generator=trial.stream("data")).to(trial.device)
#     return Outcome(value=float((arm(x) - x.relu()).square().mean()))
#
#
# def arm(x):
#     """Give what the case asks for, by the functions of model.py."""
#     raise NotImplementedError("arm in cases.py is not written yet")
#
#
# MINE = Case(
#     name="mine",
#     version=1,
#     tests="What it tests, in one sentence.",
#     source="ours",
#     slot="own",
#     words=(),
#     metric=Metric(name="mean squared error", unit="squares", higher_is_better=False),
#     budgets={"smoke": {"examples": 100}, "small": {"examples": 1000}, "full": {"examples": 10_000}},
#     run=run,
#     ladder={"trivial": lambda trial: run(torch.zeros_like, trial).value, "ceiling": lambda trial: 0.0},
#     arms={"zero": torch.zeros_like},
#     cannot_show="What this size cannot show.",
# )
# CASES = (MINE,)
# ENTERS = (*ENTERS, Enter(case="mine", arms={"ours": arm}, against="zero"))

IMPLEMENTATION = Implementation(
    kind="model",
    equations={
        "Algorithm 1": "stochastic_gradient_descent_momentum",
        "Algorithm 2": "reverse_mode_differentiation_sgd",
        "Algorithm 3": "exactly_reversible_multiplication_ratio",
    },
    checks=CHECKS,
    enters=ENTERS,
    cases=CASES,
)
