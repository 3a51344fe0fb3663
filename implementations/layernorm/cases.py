"""How layer normalisation meets the harness: torch's own as oracle, both rows of Table 1, small batches, long recurrences."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from model import (  # type: ignore[import-not-found]
    LayerNorm,
    Recurrent,
    RMSNorm,
    layer_norm,
    mean_square,
    moments,
    rms_norm,
)
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, linear
from torch.nn.functional import layer_norm as torch_layer_norm
from torch.nn.functional import rms_norm as torch_rms_norm

from paperlab.harness import Case, Check, Enter, Implementation, Metric, Outcome, Pair, Probe, Trial
from paperlab.harness.cases import training as t
from paperlab.harness.checks import batch_dependence, gradient_ratio, precision, rms_ratio, size_dependence

EPS = 1e-5
H = 12
"""Units of the layers that are checked."""


def drawn(probe: Probe, *shape: int, name: str = "inputs") -> Tensor:
    """Give random float64 numbers with a mean and a deviation that are not 0 and 1."""
    x = torch.randn(shape, generator=probe.stream(name), dtype=torch.float64)
    return (3 * x + 2).to(probe.device)


def gains(probe: Probe) -> tuple[Tensor, Tensor]:
    """Give a gain and a bias."""
    return drawn(probe, H, name="gain"), drawn(probe, H, name="bias")


def theirs(a: Tensor, g: Tensor, b: Tensor) -> Tensor:
    """Give torch's layer normalisation."""
    return torch_layer_norm(a, (a.shape[-1],), g, b, EPS)


def their_root(a: Tensor, g: Tensor) -> Tensor:
    """Give torch's RMSNorm."""
    return torch_rms_norm(a, (a.shape[-1],), g, EPS)


def layer_norm_error(probe: Probe) -> float:
    """Compare with torch's on numbers from tiny to huge, with cases along one axis and two, eps of either size; inputs unharmed."""
    g, b = gains(probe)
    sizes = torch.tensor([1e-4, 1.0, 1e4], dtype=torch.float64, device=probe.device)
    a = drawn(probe, 2, 3, H) * sizes.view(1, 3, 1)
    kept, pairs = a.clone(), [(layer_norm(a, g, b), theirs(a, g, b)), (layer_norm(a[0], g, b), theirs(a[0], g, b))]
    for eps in (1e-12, 0.5):
        pairs.append((layer_norm(a, g, b, eps), torch_layer_norm(a, (H,), g, b, eps)))
    return max(rms_ratio(a, kept), *(rms_ratio(*pair) for pair in pairs))


def rms_norm_error(probe: Probe) -> float:
    """Compare with torch's likewise, and a part of the units with torch's root over that part alone."""
    g, _ = gains(probe)
    a = drawn(probe, 2, 3, H)
    kept, part = a.clone(), 5  # of 12 units: 0.4 of them is 4.8
    root = a[..., :part].square().mean(-1, keepdim=True) + EPS
    pairs = [(rms_norm(a, g), their_root(a, g)), (rms_norm(a, g, p=0.4), g * a / root.sqrt())]
    pairs += [(rms_norm(a, g, eps=e), torch_rms_norm(a, (H,), g, e)) for e in (1e-12, 0.5)]
    return max(rms_ratio(a, kept), *(rms_ratio(*pair) for pair in pairs))


def statistics_error(probe: Probe) -> float:
    """Compare mean and variance of the units, and their mean square, with torch's; far from zero too."""
    a = drawn(probe, 4, H) + 1e6
    ours = (*moments(a), mean_square(a), mean_square(a, 0.25))
    var, mean = torch.var_mean(a, -1, correction=0, keepdim=True)
    return rms_ratio(ours, (mean, var, a.square().mean(-1, keepdim=True), a[:, :3].square().mean(-1, keepdim=True)))


def gradients_error(probe: Probe) -> float:
    """Compare the gradients by sums, gain and bias with torch's, for both."""
    a, (g, b), out = drawn(probe, 4, H), gains(probe), probe.stream("output")
    first = gradient_ratio(layer_norm, theirs, a, g, b, generator=out.clone_state())
    return max(first, gradient_ratio(rms_norm, their_root, a, g, generator=out))


def low_error(probe: Probe) -> float:
    """Give the error in the working dtype, in torch's own errors."""
    a, (g, b), out = drawn(probe, 17, H), gains(probe), probe.stream("output")
    return max(
        precision(layer_norm, theirs, a, g, b, dtype=probe.dtype, generator=out.clone_state()),
        precision(rms_norm, their_root, a, g, dtype=probe.dtype, generator=out),
    )


def sizes_error(probe: Probe) -> float:
    """Compare both on layers and on batches of odd sizes, none and one among them."""
    g, b = gains(probe)
    batches = size_dependence(layer_norm, theirs, lambda n: (drawn(probe, n, H), g, b))
    return max(
        batches,
        size_dependence(rms_norm, their_root, lambda n: (drawn(probe, n, H), g)),
        size_dependence(layer_norm, theirs, lambda n: [drawn(probe, *shape) for shape in ((3, n), (n,), (n,))], (1, 3, 17)),
        size_dependence(rms_norm, their_root, lambda n: [drawn(probe, *shape) for shape in ((3, n), (n,))], (1, 3, 17)),
    )  # fmt: skip


def modules_error(probe: Probe) -> float:
    """Compare the modules with torch's: as they begin, and with other gains, in training and in use."""
    a, (g, b), worst = drawn(probe, 5, H), gains(probe), 0.0
    for ours, other in ((LayerNorm(H), nn.LayerNorm(H, EPS)), (RMSNorm(H), nn.RMSNorm(H, EPS))):
        mine: Any = ours.double().to(probe.device)
        right: Any = other.double().to(probe.device)
        worst = max(worst, rms_ratio(mine(a), right(a)))
        with torch.no_grad():
            for p, q in zip(mine.parameters(), right.parameters(), strict=True):
                p.copy_(g if p is mine.g else b)
                q.copy_(p)
        worst = max(worst, rms_ratio(mine.train()(a), right(a)), rms_ratio(mine.eval()(a), right(a)))
    return worst


def range_error(probe: Probe) -> float:
    """Count the shares outside (0, 1] that are taken, and those inside that are not."""
    del probe

    def refused(p: float) -> bool:
        try:
            RMSNorm(4, p)
        except ValueError:
            return True
        return False

    return float(sum(refused(p) != wrong for p, wrong in ((0.0, True), (1.2, True), (1.0, False), (0.01, False))))


def recurrent_error(probe: Probe) -> float:
    """Compare all states of the recurrent network with Equation (4), written with torch's functions."""
    net: Any = Recurrent(3, H).double().to(probe.device)
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(drawn(probe, *p.shape, name=f"weights {tuple(p.shape)}") / 3)
    x, h, right = drawn(probe, 4, 6, 3), torch.zeros(4, H, dtype=torch.float64, device=probe.device), []
    for n in range(6):
        a = linear(h, net.W_hh.weight) + linear(x[:, n], net.W_xh.weight, net.W_xh.bias)
        h = torch.tanh(theirs(a, net.norm.g, net.norm.b))
        right.append(h)
    return rms_ratio(net(x), torch.stack(right, 1))


Changes = dict[str, tuple[Callable[[Tensor, Tensor], tuple[Tensor, Tensor]], bool, bool]]
CHANGES: Changes = {
    "weight matrix re-scaled": (lambda W, x: (2.5 * W, x), True, True),
    "weight matrix re-centred": (lambda W, x: (W + 0.7, x), True, False),
    "weight vector re-scaled": (lambda W, x: (torch.cat([3 * W[:1], W[1:]]), x), False, False),
    "data set re-scaled": (lambda W, x: (W, 4 * x), True, True),
    "data set re-centred": (lambda W, x: (W, x + 1.3), False, False),
    "single case re-scaled": (lambda W, x: (W, torch.cat([3 * x[:1], x[1:]])), True, True),
}
"""What is changed -> how, and whether layer norm's and RMSNorm's output stays (Table 1 of either paper)."""


def table_errors(norm: Callable[[Tensor], Tensor], column: int, probe: Probe) -> float:
    """Count the wrong entries of one row of Table 1: the output moved where it should not, or stayed where it should move."""
    W, x = drawn(probe, H, 5, name="weights"), drawn(probe, 4, 5)
    before, wrong = norm(x @ W.T), 0
    for change, *stays in CHANGES.values():
        W_new, x_new = change(W, x)
        moved = rms_ratio(norm(x_new @ W_new.T), before)
        wrong += moved > 1e-4 if stays[column] else moved < 1e-2
    return float(wrong)


def layer_table(probe: Probe) -> float:
    """Count wrong entries in the row of layer normalisation."""
    g, b = gains(probe)
    return table_errors(lambda a: layer_norm(a, g, b), 0, probe)


def root_table(probe: Probe) -> float:
    """Count wrong entries in the row of RMSNorm."""
    g, _ = gains(probe)
    return table_errors(lambda a: rms_norm(a, g), 1, probe)


def alone_error(probe: Probe) -> float:
    """Give how far a case's output depends on its batch, and on training or use."""
    a, worst = drawn(probe, 5, H), 0.0
    for norm in (LayerNorm(H), RMSNorm(H)):
        ours: Any = norm.double().to(probe.device)
        trained = ours.train()(a)
        worst = max(worst, batch_dependence(ours, a), rms_ratio(ours.eval()(a), trained), rms_ratio(ours(a), trained))
    return worst


def shrinking_error(probe: Probe) -> float:
    """Multiply the weights by delta; give how far the gradient by them is from its old one over delta, for both."""
    W, x, (g, b), worst = drawn(probe, H, 5, name="weights"), drawn(probe, 4, 5), gains(probe), 0.0
    push = drawn(probe, 4, H, name="push")
    norms: tuple[Callable[[Tensor], Tensor], ...] = (partial(layer_norm, g=g, b=b, eps=1e-12), partial(rms_norm, g=g, eps=1e-12))  # fmt: skip
    for norm in norms:
        at = [gradient(norm, delta * W, x, push) for delta in (1.0, 0.1, 10.0)]
        worst = max(worst, rms_ratio([0.1 * at[1], 10.0 * at[2]], [at[0], at[0]]))
    return worst


def gradient(norm: Callable[[Tensor], Tensor], W: Tensor, x: Tensor, push: Tensor) -> Tensor:
    """Give the gradient by the weights for one gradient behind the normalisation."""
    W = W.clone().requires_grad_()
    return torch.autograd.grad(norm(x @ W.T), W, push)[0]


Norm = Callable[[int], nn.Module]


def classifier(norm: Norm) -> nn.Module:
    """Give a network of two hidden layers of 64, each normalised before its ReLU, as in Section 6.6."""
    return nn.Sequential(
        nn.Linear(64, 64), norm(64), nn.ReLU(), nn.Linear(64, 64), norm(64), nn.ReLU(), nn.Linear(64, 10)
    )


def digits_once(norm: Norm, rate: float, trial: Trial) -> Outcome:
    """Train on the small digits in batches of the case's size; give the loss on 500 others."""
    data, s = t.digits(trial.stream("split")).to(trial.device), trial.settings
    model = t.built(classifier, trial, norm)
    order = t.batches(len(data.x), s["batch"], s["steps"], trial.stream("order"))
    curve = t.train(lambda i: cross_entropy(model(data.x[i]), data.y[i]), t.adam(model, rate), order, s["steps"])
    model.eval()
    with torch.no_grad():
        return Outcome(value=t.bounded(cross_entropy(model(data.x_test), data.y_test)), curve=curve)


def small_batches(size: int, version: int = 1) -> Case:
    """Give the case of digits in batches of one size."""
    return Case(
        name=f"batches-of-{size}",
        version=version,
        tests=f"Training with {size} examples at a time: does a normalisation still help, or only disturb?",
        source="ours, after Section 6.6, which has MNIST in batches of 128 and of 4 (sizes from memory)",
        slot="own",
        words=("normalization", "normalisation", "batch"),
        metric=Metric(name="test loss", unit="nats", higher_is_better=False),
        budgets={
            "smoke": {"batch": size, "steps": 20, "tuning_steps": 20, "rates": (3e-3,)},
            "small": {"batch": size, "steps": 600, "tuning_steps": 300, "rates": (1e-3, 3e-3, 1e-2)},
            "full": {"batch": size, "steps": 3000, "tuning_steps": 1000, "rates": (3e-4, 1e-3, 3e-3, 1e-2)},
        },
        run=lambda norm, trial: t.with_best_rate(lambda rate, one: digits_once(norm, rate, one), trial),
        ladder={"chance": lambda _: math.log(10), "ceiling": lambda _: 0.0},
        cannot_show="Convolutions; networks so deep that they do not train without a normalisation.",
    )


def flow_once(norm: Norm, trial: Trial) -> Outcome:
    """Run a recurrent network of large random weights; give |log10| of what a gradient becomes on its way to the first step."""
    s = trial.settings
    net: Any = t.built(lambda: Recurrent(8, s["width"], norm), trial)
    x = torch.randn(32, s["steps"], 8, generator=trial.stream("inputs")).to(trial.device)
    with torch.no_grad():
        net.W_hh.weight *= s["factor"]
    first = torch.tanh(torch.randn(32, s["width"], generator=trial.stream("state"))).to(trial.device).requires_grad_()
    states = [first]
    for step in range(s["steps"]):
        states.append(net.step(x[:, step], states[-1]))
    push = torch.randn(32, s["width"], generator=trial.stream("push")).to(trial.device)
    found = torch.autograd.grad(states[-1], states, push)
    sizes = [float((g.norm() / push.norm()).log10()) for g in found]
    return Outcome(value=abs(sizes[0]), curve=tuple(abs(x) for x in reversed(sizes[:: max(1, s["steps"] // 20)])))


FLOW = Case(
    name="recurrent-flow",
    version=1,
    tests="Hidden states over many steps, the weights sixteen times too large: is the gradient lost, does it blow up?",
    source="ours, after the reason that Section 3.1 gives: normalised sums do not depend on the size of the weights",
    slot="own",
    words=("recurrent", "hidden", "normalization", "gradient"),
    metric=Metric(name="gradient lost or blown up", unit="powers of ten", higher_is_better=False),
    budgets={
        "smoke": {"width": 32, "steps": 10, "factor": 16},
        "small": {"width": 64, "steps": 50, "factor": 16},
        "full": {"width": 256, "steps": 50, "factor": 16},
    },
    run=flow_once,
    ladder={"ceiling": lambda _: 0.0},
    cannot_show="Whether such a network learns anything; gates, which keep gradients in their own way.",
)


def timed(norm: Norm, probe: Probe) -> Callable[[], object]:
    """Give what times a normalisation of 256 cases of 512 units, forwards and back."""
    dtype = getattr(torch, probe.dtype)
    a = drawn(probe, 256, 512).to(dtype).requires_grad_()
    module = norm(512).to(device=probe.device, dtype=dtype)
    push = torch.ones_like(a)
    return lambda: torch.autograd.grad(module(a), (a, *module.parameters()), push)


ARMS: dict[str, Norm] = {"ours": LayerNorm, "batch-norm": nn.BatchNorm1d, "none": lambda _: nn.Identity()}

IMPLEMENTATION = Implementation(
    kind="module",
    checks=(
        Check(name="layer-norm", run=layer_norm_error, limit=1e-10, equation="Equations (3) and (4)"),
        Check(name="rms-norm", run=rms_norm_error, limit=1e-10, equation="RMSNorm and pRMSNorm of 1910.07467"),
        Check(name="statistics", run=statistics_error, limit=1e-7, equation="Equation (3)"),
        Check(name="modules", run=modules_error, limit=1e-10, equation="Section 3"),
        Check(name="range", run=range_error, limit=0.0, equation="pRMSNorm of 1910.07467", unit="shares"),
        Check(name="recurrent", run=recurrent_error, limit=1e-10, equation="Equation (4)"),
        Check(name="sizes", run=sizes_error, limit=1e-10, equation="Section 3"),
        Check(name="precision", run=low_error, limit=10.0, equation="Section 3", unit="times torch's own error"),
        Check(name="gradients", kind="gradient", run=gradients_error, limit=1e-10, equation="Section 3"),
        Check(name="table-1", kind="property", run=layer_table, limit=0.0, equation="Table 1", unit="wrong entries"),
        Check(
            name="table-1-rms",
            kind="property",
            run=root_table,
            limit=0.0,
            equation="Table 1 of 1910.07467",
            unit="wrong entries",
        ),
        Check(name="alone", kind="property", run=alone_error, limit=1e-12, equation="Section 3"),
        Check(name="shrinking", kind="property", run=shrinking_error, limit=1e-7, equation="Section 5.2"),
    ),
    enters=(
        Enter(case="batches-of-2", arms=ARMS),
        Enter(case="batches-of-4", arms=ARMS),
        Enter(case="recurrent-flow", arms={"ours": LayerNorm, "rms-norm": RMSNorm, "none": ARMS["none"]}),
    ),
    cases=(small_batches(2), small_batches(4), FLOW),
    speed=Pair(
        name="RMSNorm of 256 cases of 512 units, forwards and back",
        ours=partial(timed, RMSNorm),
        against=partial(timed, LayerNorm),
        against_name="layer normalisation, both of model.py",
    ),
    equations={
        "Equation (3)": "moments",
        "Equation (4)": "Recurrent",
        "Section 3": "layer_norm",
        "RMSNorm of 1910.07467": "rms_norm",
    },
)
