"""How batch normalisation meets the harness: torch's own as oracle, the identities of Section 3, the network of Section 4.1."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from model import (  # type: ignore[import-not-found]
    BatchNorm,
    Network,
    batch_norm,
    folded,
    gradients,
    moments,
    normalise,
    population,
)
from torch import Tensor, nn
from torch.nn.functional import batch_norm as torch_batch_norm
from torch.nn.functional import cross_entropy

from paperlab.harness import Case, Check, Enter, Implementation, Metric, Outcome, Pair, Probe, Trial
from paperlab.harness.cases import training as t
from paperlab.harness.checks import gradient_ratio, precision, rms_ratio, size_dependence

EPS = 1e-5
D = 6
"""Features of the batches that are checked."""
SHAPES = ((7, D), (3, D, 5), (2, D, 3, 4))
"""Examples, features, and no places, a row of them, or an image."""


def drawn(probe: Probe, *shape: int, name: str = "inputs") -> Tensor:
    """Give random float64 numbers with a mean and a deviation that are not 0 and 1."""
    x = torch.randn(shape, generator=probe.stream(f"{name} {shape}"), dtype=torch.float64)
    return (3 * x + 2).to(probe.device)


def scales(probe: Probe, d: int = D) -> tuple[Tensor, Tensor]:
    """Give gamma and beta."""
    return drawn(probe, d, name="gamma"), drawn(probe, d, name="beta")


def theirs(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = EPS) -> Tensor:
    """Give torch's batch normalisation of a mini-batch."""
    return torch_batch_norm(x, None, None, gamma, beta, training=True, eps=eps)


def transform_error(probe: Probe) -> float:
    """Compare with torch's on all shapes, features from tiny to huge, eps of either size; inputs unharmed."""
    gamma, beta = scales(probe)
    sizes = torch.logspace(-4, 4, D, dtype=torch.float64, device=probe.device)
    worst = 0.0
    for shape in SHAPES:
        x = drawn(probe, *shape) * sizes.view(1, D, *(1 for _ in shape[2:]))
        kept = x.clone()
        worst = max(worst, *(rms_ratio(batch_norm(x, gamma, beta, e), theirs(x, gamma, beta, e)) for e in (EPS, 0.5)))
        worst = max(worst, rms_ratio(batch_norm(x, gamma, beta), theirs(x, gamma, beta)), rms_ratio(x, kept))
    return worst


def statistics_error(probe: Probe) -> float:
    """Compare mean and variance of each feature with torch's, far from zero too, and x-hat with its formula."""
    worst = 0.0
    for shape in SHAPES:
        x, axes = drawn(probe, *shape) + 1e6, [0, *range(2, len(shape))]
        var, mean = torch.var_mean(x, axes, correction=0, keepdim=True)
        right = (x - mean) / (var + EPS).sqrt()
        worst = max(worst, rms_ratio(moments(x), (mean.flatten(), var.flatten())))
        worst = max(worst, rms_ratio(normalise(x, *moments(x)), right))
    return worst


def use_error(probe: Probe) -> float:
    """Compare the population's statistics with their definition, and the map in use with torch's, from given statistics."""
    batches, (gamma, beta), worst = [drawn(probe, 8, D, name=str(i)) for i in range(4)], scales(probe), 0.0
    mean, variance = torch.stack(batches).mean((0, 1)), torch.stack([b.var(0) for b in batches]).mean(0)
    worst = max(worst, rms_ratio(population(batches), (mean, variance)))
    for eps in (EPS, 0.5):
        x = drawn(probe, 5, D, 3)
        right = torch_batch_norm(x, mean, variance, gamma, beta, training=False, eps=eps)
        scale, shift = folded(gamma, beta, mean, variance, eps)
        worst = max(worst, rms_ratio(scale.view(1, D, 1) * x + shift.view(1, D, 1), right))
    return max(worst, rms_ratio(folded(gamma, beta, mean, variance), folded(gamma, beta, mean, variance, EPS)))


def chain_error(probe: Probe) -> float:
    """Compare the gradients that the paper writes out with those of torch's own transform."""
    worst = 0.0
    for shape in SHAPES:
        x, dy = drawn(probe, *shape).requires_grad_(), drawn(probe, *shape, name="dy")
        gamma, beta = (v.requires_grad_() for v in scales(probe))
        for eps in (EPS, 0.5):
            right = torch.autograd.grad(theirs(x, gamma, beta, eps), (x, gamma, beta), dy)
            worst = max(worst, rms_ratio(gradients(dy, x.detach(), gamma.detach(), eps), right))
            if eps == EPS:  # the default
                worst = max(worst, rms_ratio(gradients(dy, x.detach(), gamma.detach()), right))
    return worst


def gradients_error(probe: Probe) -> float:
    """Compare autograd's way through ours with torch's."""
    x, (gamma, beta) = drawn(probe, 7, D), scales(probe)
    return gradient_ratio(batch_norm, theirs, x, gamma, beta, generator=probe.stream("output"))


def low_error(probe: Probe) -> float:
    """Give the error in the working dtype, in torch's own errors."""
    x, (gamma, beta), out = drawn(probe, 17, D), scales(probe), probe.stream("output")
    return precision(batch_norm, theirs, x, gamma, beta, dtype=probe.dtype, generator=out)


def sizes_error(probe: Probe) -> float:
    """Compare on batches, on layers and on rows of places of odd sizes; one example alone has no variance to speak of."""
    gamma, beta = scales(probe)
    batches = size_dependence(batch_norm, theirs, lambda n: (drawn(probe, n, D), gamma, beta), (2, 3, 17))
    layers = size_dependence(batch_norm, theirs, lambda n: (drawn(probe, 5, n), *scales(probe, n)), (1, 3, 17))
    places = size_dependence(batch_norm, theirs, lambda n: (drawn(probe, 2, D, n), gamma, beta), (1, 3, 17))
    return max(batches, layers, places)


def modules_error(probe: Probe) -> float:
    """Compare the module with torch's: as it begins, with other scales, after training on four batches, and in use."""
    worst = 0.0
    pairs: tuple[tuple[Any, Any], ...] = (
        (BatchNorm(D), nn.BatchNorm1d(D)),
        (BatchNorm(D, 0.4, 0.5), nn.BatchNorm1d(D, 0.5, 0.4)),
    )
    for mine, right in ((a.double().to(probe.device), b.double().to(probe.device)) for a, b in pairs):
        worst = max(worst, rms_ratio(mine.eval()(drawn(probe, 3, D)), right.eval()(drawn(probe, 3, D))))
        with torch.no_grad():
            for kept, other, new in zip(mine.parameters(), right.parameters(), scales(probe), strict=True):
                kept.copy_(new)
                other.copy_(new)
        mine.train(), right.train()
        for i in range(4):
            x = drawn(probe, 5, D, name=f"batch {i}")
            worst = max(worst, rms_ratio(mine(x), right(x)))
        x = drawn(probe, 1, D, name="one example")
        worst = max(worst, rms_ratio(mine.eval()(x), right.eval()(x)), rms_ratio(mine(x), mine(x)))
    return worst


def refused_error(probe: Probe) -> float:
    """Count what goes wrong where a feature has one value in a batch, which has no unbiased variance, and where it has two."""

    def refused(*shape: int) -> bool:
        try:
            population([drawn(probe, *shape)])
        except ValueError:
            return True
        return False

    return float(
        sum(refused(*shape) != wrong for shape, wrong in (((1, D), True), ((2, D), False), ((1, D, 2), False)))
    )


def network_error(probe: Probe) -> float:
    """Compare the network with Section 4.1 written in torch's functions; without normalisation its bias counts."""
    u, worst = drawn(probe, 9, 4), 0.0
    for norm in (BatchNorm, nn.Identity):
        net: Any = Network(4, (5, 3, 4), 2, norm, scale=0.7).double().to(probe.device)
        h = u
        for layer, bn in zip(net.sums, net.norms, strict=True):
            h = h @ layer.weight.T + (0 if layer.bias is None else layer.bias)
            h = torch.sigmoid(h if norm is nn.Identity else theirs(h, bn.gamma, bn.beta))
        worst = max(worst, rms_ratio(net(u), h @ net.out.weight.T + net.out.bias))
        worst += float(any((layer.bias is None) == (norm is nn.Identity) for layer in net.sums))
    spreads = [
        float(Network(400, (300,), scale=0.7).sums[0].weight.std() / 0.7),
        float(Network(400).sums[0].weight.std() / 0.1),
    ]
    shapes = [tuple(p.shape) for p in Network(4, norm=nn.Identity).parameters() if p.dim() == 2]
    wrong = shapes != [(100, 4), (100, 100), (100, 100), (10, 100)]
    return max(worst, float(any(abs(x - 1) > 0.05 for x in spreads)), float(wrong))


def scale_error(probe: Probe) -> float:
    """Multiply the weights by a; the output and the gradient by u stay, and that by the weights shrinks by a (Section 3.3)."""
    W, u, push = drawn(probe, D, 4, name="weights"), drawn(probe, 7, 4), drawn(probe, 7, D, name="push")
    gamma, beta = scales(probe)

    def at(a: float) -> tuple[Tensor, ...]:
        weights, inputs = (a * W).requires_grad_(), u.clone().requires_grad_()
        out = batch_norm(inputs @ weights.T, gamma, beta, 1e-14)
        return out.detach(), *torch.autograd.grad(out, (inputs, weights), push)

    before, worst = at(1.0), 0.0
    for a in (0.1, 10.0):
        out, by_u, by_W = at(a)
        worst = max(worst, rms_ratio([out, by_u, a * by_W], before))
    return worst


def bias_error(probe: Probe) -> float:
    """Add a bias before BN: give how far the output moves (Section 3.2)."""
    x, bias, (gamma, beta) = drawn(probe, 7, D), drawn(probe, D, name="bias"), scales(probe)
    return rms_ratio(batch_norm(x + bias, gamma, beta), batch_norm(x, gamma, beta))


def identity_error(probe: Probe) -> float:
    """Let gamma be the deviation and beta the mean: give how far BN is from the identity (Section 3)."""
    worst = 0.0
    for shape in SHAPES:
        x = drawn(probe, *shape)
        mu, sigma2 = moments(x)
        worst = max(worst, rms_ratio(batch_norm(x, (sigma2 + EPS).sqrt(), mu), x))
    return worst


Norm = type[nn.Module]


def network(norm: Norm, trial: Trial, scale: float) -> nn.Module:
    """Give the network of Section 4.1 for small digits."""
    made: nn.Module = t.built(lambda: Network(64, (100, 100, 100), 10, norm, scale), trial)
    return made


def trained(norm: Norm, rate: float, trial: Trial, scale: float, seen: Callable[[nn.Module, Tensor], None] | None = None) -> tuple[nn.Module, t.Split, tuple[float, ...]]:  # fmt: skip
    """Train with plain SGD on batches of 60 digits; give the network in use, the digits, and the curve of its loss."""
    data, s = t.digits(trial.stream("split")).to(trial.device), trial.settings
    model = network(norm, trial, scale)
    order = t.batches(len(data.x), 60, s["steps"], trial.stream("order"))

    def loss(i: Tensor) -> Tensor:
        if seen is not None:
            seen(model, data.x[i])
        return cross_entropy(model(data.x[i]), data.y[i])

    curve = t.train(loss, torch.optim.SGD(model.parameters(), rate), order, s["steps"])
    return model.eval(), data, curve


def right_share(model: nn.Module, data: t.Split) -> float:
    """Give the share of unseen digits that are told right."""
    with torch.no_grad():
        return float((model(data.x_test).argmax(1) == data.y_test).double().mean())


def accuracy(norm: Norm, trial: Trial, scale: float, rate: float) -> Outcome:
    """Give the accuracy on unseen digits for one start and one rate."""
    model, data, curve = trained(norm, rate, trial, scale)
    return Outcome(value=right_share(model, data), curve=curve)


def tuned(norm: Norm, trial: Trial, scale: float) -> Outcome:
    """Give the test loss at the best of the rates, the same ones for each arm."""

    def once(rate: float, one: Trial) -> Outcome:
        model, data, curve = trained(norm, rate, one, scale)
        with torch.no_grad():
            return Outcome(value=t.bounded(cross_entropy(model(data.x_test), data.y_test)), curve=curve)

    return t.with_best_rate(once, trial)


def worst_start(norm: Norm, trial: Trial) -> Outcome:
    """Give the lowest accuracy over the sizes of the first weights."""
    found = [accuracy(norm, trial, scale, 1.0) for scale in trial.settings["scales"]]
    return min(found, key=lambda x: x.value)


def movement(norm: Norm, trial: Trial) -> Outcome:
    """Give by how much the 15th, 50th and 85th percentile of the last sigmoids' inputs move in 20 steps, in their own spread."""
    marks = torch.tensor([0.15, 0.5, 0.85], device=trial.device)
    rows: list[Tensor] = []
    step = iter(range(10**9))

    def seen(model: nn.Module, u: Tensor) -> None:
        if next(step) % 20 == 0:
            with torch.no_grad():
                rows.append(torch.quantile(at_last(model, u), marks, dim=0))

    trained(norm, 1.0, trial, 0.3, seen)
    found = torch.stack(rows)  # times, percentiles, units
    moved, spread = (found[1:] - found[:-1]).abs().mean(1), (found[:, 2] - found[:, 0]).mean(0).clamp_min(1e-9)
    curve = (moved / spread).mean(1).tolist()
    return Outcome(value=sum(curve) / len(curve), curve=tuple(curve[:: max(1, len(curve) // t.POINTS)]))


def at_last(model: Any, u: Tensor) -> Tensor:
    """Give what enters the last sigmoids."""
    entering: Tensor = model.summed(u)[-1]
    return entering


ACCURACY = Metric(name="test accuracy", unit="fraction", higher_is_better=True)
SHARES: dict[str, Callable[[Trial], float]] = {"chance": lambda _: 0.1, "ceiling": lambda _: 1.0}
ARMS: dict[str, Norm] = {"ours": BatchNorm, "none": nn.Identity, "torch": nn.BatchNorm1d}
SIZE = "1297 small digits and hundreds of steps; the paper has MNIST and 50000."


def case(name: str, run: Callable[..., Outcome], tests: str, source: str, metric: Metric = ACCURACY, ladder: Any = None, **more: Any) -> Case:  # fmt: skip
    """Give a case of the network of Section 4.1, in 60, 400 and 2000 steps."""
    steps = {"smoke": 60, "small": 400, "full": 2000}
    return Case(
        name=name,
        version=1,
        tests=tests,
        source=source,
        slot="own",
        words=("normalization", "normalisation", "batch", "learning rate", "initialization"),
        metric=metric,
        budgets={budget: {"steps": count, "tuning_steps": count, **more} for budget, count in steps.items()},
        run=run,
        ladder=ladder or SHARES,
        cannot_show=SIZE,
    )


LOSS: dict[str, Any] = {"metric": Metric(name="test loss", unit="nats", higher_is_better=False), "ladder": {"chance": lambda _: math.log(10), "ceiling": lambda _: 0.0}}  # fmt: skip
MOVED: dict[str, Any] = {"metric": Metric(name="movement in 20 steps", unit="spreads", higher_is_better=False), "ladder": {"ceiling": lambda _: 0.0}}  # fmt: skip
RATES: dict[str, Any] = {"rates": (0.3, 1.0, 3.0, 10.0)}
CASES = (
    case("small-start", partial(tuned, scale=0.1), "Three sigmoid layers from small random weights, a few hundred steps: does it learn at all?", "Section 4.1, Figure 1 (a)", **LOSS, **RATES),
    case("good-start", partial(tuned, scale=0.3), "The same from weights of a good size, with the best of four rates.", "ours, beside Figure 1 (a)", **LOSS, **RATES),
    case("high-rate", partial(accuracy, scale=0.3, rate=10.0), "The same at a learning rate of 10: does training survive?", "ours, after Section 3.3"),
    case("worst-start", worst_start, "One rate, first weights from too small to too large: the worst of them.", "ours, after the abstract", scales=(0.05, 0.3, 1.5)),
    case("moving-inputs", movement, "How far the inputs of the last sigmoids move during training.", "after Section 4.1, Figure 1 (b, c), which shows one unit", **MOVED),
)  # fmt: skip


def timed(norm: Any, probe: Probe) -> Callable[[], object]:
    """Give what times the normalisation of 256 examples of 512 features, forwards and back."""
    dtype = getattr(torch, probe.dtype)
    x = drawn(probe, 256, 512).to(dtype).requires_grad_()
    module = norm(512).to(device=probe.device, dtype=dtype)
    push = torch.ones_like(x)
    return lambda: torch.autograd.grad(module(x), (x, *module.parameters()), push)


IMPLEMENTATION = Implementation(
    kind="module",
    checks=(
        Check(name="transform", run=transform_error, limit=1e-10, equation="Algorithm 1"),
        Check(name="statistics", run=statistics_error, limit=1e-7, equation="Algorithm 1"),
        Check(name="use", run=use_error, limit=1e-10, equation="Algorithm 2, lines 10 and 11"),
        Check(name="modules", run=modules_error, limit=1e-10, equation="Section 3.1"),
        Check(name="refused", run=refused_error, limit=0.0, equation="Section 3.1", unit="shapes"),
        Check(name="network", run=network_error, limit=1e-10, equation="Section 4.1"),
        Check(name="sizes", run=sizes_error, limit=1e-10, equation="Algorithm 1"),
        Check(name="precision", run=low_error, limit=10.0, equation="Algorithm 1", unit="times torch's own error"),
        Check(name="chain-rule", kind="gradient", run=chain_error, limit=1e-10, equation="Section 3"),
        Check(name="gradients", kind="gradient", run=gradients_error, limit=1e-10, equation="Algorithm 1"),
        Check(name="scale", kind="property", run=scale_error, limit=1e-7, equation="Section 3.3"),
        Check(name="bias", kind="property", run=bias_error, limit=1e-10, equation="Section 3.2"),
        Check(name="identity", kind="property", run=identity_error, limit=1e-12, equation="Section 3"),
    ),
    enters=(
        Enter(case="small-start", arms=ARMS),
        Enter(case="good-start", arms=ARMS),
        Enter(case="high-rate", arms=ARMS),
        Enter(case="worst-start", arms=ARMS),
        Enter(case="moving-inputs", arms=ARMS),
    ),
    cases=CASES,
    speed=Pair(
        name="BatchNorm of 256 examples of 512 features, forwards and back",
        ours=partial(timed, BatchNorm),
        against=partial(timed, nn.BatchNorm1d),
        against_name="torch's own, one kernel",
    ),
    equations={
        "Algorithm 1": "batch_norm",
        "Section 3": "gradients",
        "Algorithm 2, line 10": "population",
        "Algorithm 2, line 11": "folded",
        "Section 4.1": "Network",
    },
)
