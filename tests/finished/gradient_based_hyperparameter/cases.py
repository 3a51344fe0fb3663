r"""Gradient-based Hyperparameter Optimization through Reversible Learning: how this implementation meets the shared harness.

`paperlab bench` runs CHECKS first; only when all of them hold does it measure what ENTERS lists, so take those out of
CHECKS whose functions you do not need. A claim is judged once it names, in paper.toml, the case that decides it: case,
compare, direction, minimum_effect. Each word used here is explained by `python -m pydoc paperlab.harness.api`.
"""

import inspect

import model
import torch

from paperlab.harness import Case, Check, Enter, Implementation, checks


def stand_in(slope, shift):
    """Stand in for a function that the formula calls: smooth, between 0 and 1, the shape of its first argument."""

    def answer(first, *others):
        beside = sum(torch.as_tensor(other).float().mean() for other in others)
        return torch.sigmoid(slope * torch.as_tensor(first) + shift * (1 + beside))

    return answer


def drawn(size, generator):
    """Stand in for an argument: numbers between 0 and 0.9 in that shape, a count as it stands, or a function.

    A square matrix has its weight on the diagonal, so that it has an inverse, and distances by it have a root.
    """
    if size is None or isinstance(size, int):
        return stand_in(*(0.5 + torch.rand(2, generator=generator)).tolist()) if size is None else size
    made = 0.1 + 0.8 * torch.rand(size, generator=generator)
    if len(size) < 2 or size[-1] != size[-2]:
        return made
    on = torch.eye(size[-1])
    return on * (0.5 + 0.4 * made) + (1 - on) * made * 0.5 / size[-1]


def called(function, given):
    """Call a function with arguments by their names, in its own way of taking them; say at which sizes it stops."""
    kinds = inspect.signature(function).parameters
    if "generator" in kinds and "generator" not in given:
        given = {**given, "generator": torch.Generator().manual_seed(0)}
    alone = [name for name in given if kinds[name].kind is inspect.Parameter.KEYWORD_ONLY]
    try:
        return function(*(v for k, v in given.items() if k not in alone), **{name: given[name] for name in alone})
    except NotImplementedError:
        raise
    except (IndexError, RuntimeError, ValueError) as error:
        sizes = ", ".join(f"{k} {tuple(v.shape)}" for k, v in given.items() if isinstance(v, torch.Tensor))
        said, place = str(error).partition("\n")[0], (function.__doc__ or "model.py").strip().partition("\n")[0]
        raise AssertionError(
            f"{function.__name__} stopped at {sizes}: {said}; look at {place} Where the paper states no sizes they are "
            "guesses: change them in model.SHAPES"
        ) from error


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
        given = {key: drawn(size, probe.generator) for key, size in model.SHAPES[name].items()}
        given = {key: v.to(probe.device) if isinstance(v, torch.Tensor) else v for key, v in given.items()}
        answer = called(getattr(model, name), given)
        return float(max(1 - torch.isfinite(part).double().mean() for part in tensors(answer)))

    return Check(name=name, kind="property", run=run, limit=0.0, equation=equation, unit="share not finite")


def training(probe, steps=20, size=6):
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
    w_1, gamma, alpha, L, f = training(probe)
    w_T, v_T = model.stochastic_gradient_descent_momentum(w_1, gamma, alpha, L, len(alpha))
    ours = model.reverse_mode_differentiation_sgd(w_T, v_T, gamma, alpha, L, f)[2:]
    leaves = [part.clone().requires_grad_() for part in (w_1, alpha, gamma)]
    theirs = torch.autograd.grad(f(unrolled(leaves[0], leaves[2], leaves[1], L)), leaves)
    return checks.rms_ratio(ours, theirs)


def recovered(probe):
    """Run training backwards: the first weights must come out, and the velocity must be at rest."""
    w_1, gamma, alpha, L, f = training(probe)
    w_T, v_T = model.stochastic_gradient_descent_momentum(w_1, gamma, alpha, L, len(alpha))
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

ENTERS: tuple[Enter, ...] = ()
CASES: tuple[Case, ...] = ()

# No shared case fits this paper's task by its words. One may still show what the paper claims: then write its `make`
# from the functions of model.py and set ENTERS = (Enter(case="...", arms={"ours": make}),). They hand over:
#   adding, char-lm, compression, induction, mqar, parity, selective-copying: make(width) -> Module: (batch, length,
#     width) -> the same shape; position t may see 0..t alone
#   arc: make(examples) -> answer(grid) -> grid: examples are pairs (given, wanted) of grids (rows, columns) int64,
#     colours 0..9
#   calibration: make(logits, labels) -> calibrate(logits) -> probabilities, both (examples, classes); fitted on logits
#     of a trained network and labels (examples) int64 that it did not see
#   depth-flow: make(width, depth) -> Module: (batch, width) -> the same shape; `depth` of them stand on top of each
#     other
#   digits: make(inputs, classes) -> Module: (batch, inputs) float -> logits (batch, classes)
#   digits-compression: make(inputs, size) -> Module with encode(x): (batch, inputs) -> (batch, size), and
#     decode(code): (batch, size) -> (batch, inputs); x is in 0..1
#   digits-optimizer, grokking, quadratic, rosenbrock: make(parameters, rate) -> torch.optim.Optimizer; every arm gets
#     the same number of rates to try
#   double-descent: make(x, y) -> weights (features, outputs) of the prediction x @ weights; x is (examples, features),
#     y (examples, outputs), both float64
#   gaussians, moons, rings: make(points, trial) -> draw(count, generator) -> (count, dimensions), learnt from points
#     (examples, dimensions) in trial.settings['steps'] steps of trial.settings['batch'] points at the most;
#     trial.losses.append(loss) on the way gives a learning curve
#   gridworld: make(states, actions, discount) -> agent with act(state, generator) -> action, learn(state, action,
#     reward, following, ended), and policy() -> probabilities (states, actions); the numbers are plain Python's
#   low-rank: make(weight, rank) -> Module: (batch, inputs) -> (batch, outputs), at first x @ weight.T of a trained
#     weight (outputs, inputs); linear in x, and what it learns is the change of that weight
#   mnist1d: make(trial) -> Study(train=(x, y), test=(x, y), model=...): x (examples, length) float, y (examples)
#     int64; an arm without data of its own is `study(build)(trial)`, by `study` of paperlab.harness.cases.mnist1d,
#     where build() -> Module: (batch, 40) -> logits (batch, 10)
#   noisy-labels: make(classes) -> loss(logits, labels) -> scalar, of (batch, classes) float and (batch) int64
#   orbit: make(field) -> step(time, state, h) -> the state (batch, dimensions) h later; field(time, state) gives its
#     rate of change, and how often a step asks for it decides how many steps there are
#   preference: make(beta) -> loss(chosen, rejected, reference_chosen, reference_rejected) -> scalar: four times
#     (batch) log-probabilities of answers, by the policy and by the reference that it starts from
#   reverse: make(vocabulary, length) -> Module: forward(source, target) of tokens (batch, length), each int64, ->
#     logits (batch, length, vocabulary); target is shifted right and begins with token 0, of which position t may see
#     0..t alone
#   sbm, wl-pairs: make(inputs, outputs) -> Module: forward(x, edges) of (batch, nodes, inputs) float and (batch,
#     nodes, nodes), 1 where two nodes are joined, 0 elsewhere and on the diagonal, -> (batch, nodes, outputs); nodes
#     in another order give the same in that order
#   sinusoid: make(draw, trial) -> adapt(x, y, asked) -> answers like asked: shots and questions of many tasks, each
#     (tasks, points, 1); draw(count, generator) gives x and y of fresh tasks, for trial.settings['steps'] steps of
#     trial.settings['tasks'] tasks at the most; trial.losses.append(loss) on the way gives a learning curve
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
    kind="algorithm",
    equations={
        "Algorithm 1": "stochastic_gradient_descent_momentum",
        "Algorithm 2": "reverse_mode_differentiation_sgd",
        "Algorithm 3": "exactly_reversible_multiplication_ratio",
    },
    checks=CHECKS,
    enters=ENTERS,
    cases=CASES,
)
