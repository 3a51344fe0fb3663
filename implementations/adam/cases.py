"""How Adam meets the harness: what must be equal, and the problems of the paper's Section 6 at laptop size."""

import copy
import math
from collections.abc import Callable
from typing import Any

import torch
from model import Adam, AdaMax, effective_step, running_maximum, running_mean, unbias  # type: ignore[import-not-found]
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from paperlab.harness import Case, Check, Enter, Implementation, Metric, Outcome, Pair, Probe, Trial
from paperlab.harness.cases import training as t
from paperlab.harness.checks import gradcheck, rms_ratio, size_dependence

Make = Callable[[list[Tensor], float], torch.optim.Optimizer]

ARMS: dict[str, Make] = {
    "ours": Adam,
    "no-bias-correction": lambda parameters, rate: Adam(parameters, rate, bias_correction=False),
    "torch-adam": lambda parameters, rate: torch.optim.Adam(parameters, lr=rate),
    "adagrad": lambda parameters, rate: torch.optim.Adagrad(parameters, lr=rate),
    "nesterov": lambda parameters, rate: torch.optim.SGD(parameters, lr=rate, momentum=0.9, nesterov=True),
}


def gradients(probe: Probe, steps: int = 25, size: int = 40) -> Tensor:
    """Give gradients of sizes from 1e-3 to 1e3, a third of them zero, in float64."""
    g = torch.randn(steps, size, generator=probe.stream("gradients"), dtype=torch.float64)
    kept = torch.rand(steps, size, generator=probe.stream("zeros")) > 1 / 3
    return (g * kept * torch.logspace(-3, 3, size, dtype=torch.float64)).to(probe.device)


def path(make: Callable[[list[Tensor]], torch.optim.Optimizer], stream: Tensor) -> Tensor:
    """Give where theta, begun at zero, stands after each gradient."""
    theta = torch.zeros_like(stream[0], requires_grad=True)
    optimizer, seen = make([theta]), []
    for g in stream:
        theta.grad = g.clone()
        optimizer.step()
        seen.append(theta.detach().clone())
    return torch.stack(seen)


def adam_error(probe: Probe) -> float:
    """Compare the path with that of torch.optim.Adam."""
    g = gradients(probe)
    return rms_ratio(path(Adam, g), path(lambda p: torch.optim.Adam(p, lr=1e-3), g))


def sizes_error(probe: Probe) -> float:
    """Compare the paths of parameters of 0, 1, 3 and 17 entries with torch's."""
    return max(
        size_dependence(
            lambda *g, kind=kind: path(kind, torch.stack(g)),
            lambda *g, known=known, rate=rate: path(lambda p: known(p, lr=rate), torch.stack(g)),
            lambda size: [*gradients(probe, steps=9, size=size)],
        )
        for kind, known, rate in ((Adam, torch.optim.Adam, 1e-3), (AdaMax, torch.optim.Adamax, 2e-3))
    )


def adamax_error(probe: Probe) -> float:
    """Compare the path with that of torch.optim.Adamax, and one running maximum with its formula."""
    g = gradients(probe)
    here = running_maximum(g[0].abs(), g[1], 0.9), torch.maximum(0.9 * g[0].abs(), g[1].abs())
    return max(rms_ratio(path(AdaMax, g), path(lambda p: torch.optim.Adamax(p, lr=2e-3), g)), rms_ratio(*here))


def uncorrected_error(probe: Probe) -> float:
    """Compare the path without Section 3 with weighted sums over all gradients so far."""
    g = gradients(probe)
    step = torch.arange(len(g), dtype=torch.float64, device=g.device)
    age = step.unsqueeze(1) - step  # (now, then)

    def mean(x: Tensor, beta: float) -> Tensor:
        return ((1 - beta) * beta**age * (age >= 0)) @ x

    wanted = -(1e-3 * mean(g, 0.9) / (mean(g.square(), 0.999).sqrt() + 1e-8)).cumsum(0)
    return rms_ratio(path(lambda p: Adam(p, bias_correction=False), g), wanted)


def groups_error(probe: Probe) -> float:
    """Compare three parameters with settings of their own, one of which meets steps without a gradient or with zeros.

    The settings have more digits than anybody's defaults, and the path is read through views made before the first step.
    """
    g = gradients(probe, steps=60)
    ours, theirs = (
        [x.clone().requires_grad_() for x in torch.zeros(3, 40, dtype=torch.float64, device=probe.device)]
        for _ in range(2)
    )
    first, second = (
        {"betas": (0.81234, 0.91234), "eps": 1.23456789123e-2},
        {"betas": (0.51234, 0.99123), "eps": 1.23456789123e-4},
    )
    rates = 0.123456, 0.312345
    mine = Adam([{"params": ours[:2], "alpha": rates[0], **first}, {"params": ours[2:], "alpha": rates[1], **second}])
    known = torch.optim.Adam(
        [{"params": theirs[:2], "lr": rates[0], **first}, {"params": theirs[2:], "lr": rates[1], **second}]
    )
    views, seen, wanted = [x.detach() for x in ours], [], []
    for i, row in enumerate(g):
        late = None if i < 7 or i % 5 == 0 else row * (i % 4 > 0)
        for three in (ours, theirs):
            for one, grad in zip(three, (row, row.flip(0), late), strict=True):
                one.grad = None if grad is None else grad.clone()
        mine.step()
        known.step()
        seen.append(torch.stack(views))
        wanted.append(torch.stack(theirs).detach())
    return rms_ratio(torch.stack(seen), torch.stack(wanted))


def resumed_error(probe: Probe) -> float:
    """Compare the path of an optimizer that is saved and loaded half-way with the one that goes on."""
    g, worst = gradients(probe), 0.0
    for kind in (Adam, AdaMax):
        theta = torch.zeros_like(g[0], requires_grad=True)
        optimizer = kind([theta])
        for i, row in enumerate(g):
            if i == len(g) // 2:
                saved = copy.deepcopy(optimizer.state_dict())
                theta = theta.detach().clone().requires_grad_()
                optimizer = kind([theta])
                optimizer.load_state_dict(saved)
            theta.grad = row.clone()
            optimizer.step()
        worst = max(worst, rms_ratio(theta.detach(), path(kind, g)[-1]))
    return worst


def touched_error(probe: Probe) -> float:
    """Give how far a step of either optimizer changes a loss that it asks for, or the gradients that come with it.

    A closure works out the gradients afresh, so that it must be asked once, and where torch records what it does.
    """
    worst = 0.0
    for kind in (Adam, AdaMax):
        theta = torch.zeros(40, dtype=torch.float64, device=probe.device, requires_grad=True)
        given = gradients(probe, steps=1)[0] + 1.0

        def closure(theta: Tensor = theta, given: Tensor = given) -> float:
            loss = theta @ given + 2.5
            torch.autograd.backward(loss)
            return float(loss.detach())

        loss = kind([theta]).step(closure)
        seen = torch.zeros_like(given) if theta.grad is None else theta.grad
        worst = max(worst, rms_ratio(seen, given), abs((loss or 0.0) - 2.5))
    return worst


def shapes_error(probe: Probe) -> float:
    """Compare the paths of matrices and of a lone number with torch's, that of the number until the correction has faded.

    The last gradients of a matrix are not numbers, which must be seen and not be covered up.
    """
    worst, g = 0.0, probe.stream("shapes")
    for steps, *shape in ((20, 3, 4), (20, 2, 3, 2), (2500,)):
        stream = torch.randn(steps, *shape, generator=g, dtype=torch.float64).to(probe.device) + 0.5
        if len(shape) == 2:
            stream[-1, 0] = torch.nan
        worst = max(worst, rms_ratio(path(Adam, stream), path(lambda p: torch.optim.Adam(p, lr=1e-3), stream)))
    return worst


def rescaling_error(probe: Probe) -> float:
    """Compare the path for gradients with that for a million times as large ones, eps left out."""
    g = gradients(probe) + 1e-4
    return rms_ratio(path(lambda p: Adam(p, eps=0.0), g * 1e6), path(lambda p: Adam(p, eps=0.0), g))


def lone_gradient_error(probe: Probe) -> float:
    """Compare the step for one gradient after long silence with (1 - beta1) / sqrt(1 - beta2) alpha, relative."""
    g = torch.zeros(8000, 1, dtype=torch.float64, device=probe.device)
    g[-1] = torch.rand(1, generator=probe.generator, dtype=torch.float64).item() + 0.5
    m, v = torch.zeros(2, 1, dtype=torch.float64, device=probe.device)  # not one tensor: a mean may be kept in place
    for row in g[-2:]:  # silence leaves both moments at zero, so that its last step stands for all
        m, v = running_mean(m, row, 0.9), running_mean(v, row.square(), 0.999)
    step = effective_step(unbias(m, 0.9, len(g)), unbias(v, 0.999, len(g)), 1.0, 0.0)
    return abs(float(step) / (0.1 / math.sqrt(0.001)) - 1)


def bounds_error(probe: Probe) -> float:
    """Count settings on the edge of what Algorithm 1 requires that are not taken, and those beyond it that are."""
    taken = ({"alpha": 0.0}, {"eps": 0.0}, {"betas": (0.0, 0.0)})
    beyond = ({"alpha": math.inf}, {"alpha": -1e-9}, {"eps": -1e-9}, {"betas": (0.9, 1.0)}, {"betas": (-1e-9, 0.9)})
    wrong = sum(refused(kind, probe, **some) for kind in (Adam, AdaMax) for some in taken)
    return float(wrong + sum(not refused(kind, probe, **some) for kind in (Adam, AdaMax) for some in beyond))


def refused(kind: type[torch.optim.Optimizer], probe: Probe, **settings: Any) -> bool:
    """Say whether an optimizer does not take some settings."""
    try:
        kind([torch.zeros(1, device=probe.device, requires_grad=True)], **settings)
    except ValueError:
        return True
    return False


def step_gradient_error(probe: Probe) -> float:
    """Hold the derivatives of the step by both moments against finite differences."""
    m, v = (torch.rand(5, generator=probe.generator, dtype=torch.float64) + 0.5 for _ in range(2))
    return gradcheck(lambda a, b: effective_step(unbias(a, 0.9, 3), unbias(b, 0.999, 3), 0.1, 1e-8), m, v)


def wakened(make: Make, trial: Trial) -> Outcome:
    """Give the largest |step| / alpha when equal gradients, but for 2 per cent of noise, follow long silence."""
    awake = 0.98 + 0.04 * torch.rand(trial.settings["awake"], 1, generator=trial.generator, dtype=torch.float64)
    g = torch.cat([torch.zeros(trial.settings["silent"], 1, dtype=torch.float64), awake])
    seen = path(lambda p: make(p, 1.0), g.to(trial.device))
    moved = seen.diff(dim=0, prepend=torch.zeros_like(seen[:1])).abs().flatten()[-len(awake) :]
    return Outcome(value=float(moved.max()), curve=tuple(moved[: t.POINTS].tolist()))


def words(trial: Trial, count: int, documents: int, length: int) -> tuple[Tensor, Tensor]:
    """Give bags of words (documents, count), word i drawn with weight 1 / i, and labels from a random linear rule."""
    often = 1 / torch.arange(1, count + 1, dtype=torch.float64)
    drawn = torch.multinomial(often.expand(documents, count), length, replacement=True, generator=trial.stream("words"))
    x = torch.zeros(documents, count).scatter_(1, drawn, 1.0)
    rule = torch.randn(count, generator=trial.stream("rule"))
    return x.to(trial.device), (x @ rule > 0).float().to(trial.device)


def sparse_once(make: Make, rate: float, trial: Trial) -> Outcome:
    """Fit a logistic regression with half of the words dropped at each step; give the loss on all documents."""
    s = trial.settings
    x, y = words(trial, s["words"], s["documents"], s["length"])
    weights = torch.zeros(s["words"] + 1, device=trial.device, requires_grad=True)
    dropping = trial.stream("dropout")

    def loss(i: Tensor) -> Tensor:
        keep = (torch.rand(len(i), s["words"], generator=dropping) < 0.5).to(x) * 2
        return binary_cross_entropy_with_logits((x[i] * keep) @ weights[:-1] + weights[-1], y[i])

    order = t.batches(len(x), 128, s["steps"], trial.stream("order"))
    curve = t.train(loss, make([weights], rate), order, s["steps"])
    with torch.no_grad():
        final = t.bounded(binary_cross_entropy_with_logits(x @ weights[:-1] + weights[-1], y))
    return Outcome(value=final, curve=(*curve, final))


class VAE(nn.Module):
    """The variational autoencoder of Section 6.4, smaller: one hidden layer of softplus on each side."""

    def __init__(self, pixels: int = 64, hidden: int = 64, latent: int = 8) -> None:
        super().__init__()
        self.encode, self.code = nn.Linear(pixels, hidden), nn.Linear(hidden, 2 * latent)
        self.decode, self.pixels = nn.Linear(latent, hidden), nn.Linear(hidden, pixels)

    def forward(self, x: Tensor, noise: Tensor) -> Tensor:
        """Give the negative evidence lower bound in nats an example."""
        mu, log_variance = self.code(softplus(self.encode(x))).chunk(2, dim=-1)
        logits = self.pixels(softplus(self.decode(mu + noise * (log_variance / 2).exp())))
        likelihood = binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)
        return (likelihood - 0.5 * (1 + log_variance - mu.square() - log_variance.exp()).sum(1)).mean()


def vae_once(make: Make, rate: float, trial: Trial) -> Outcome:
    """Train the autoencoder on the digits; give its bound over all of them."""
    x = t.digits(trial.stream("split")).to(trial.device).x
    model, drawing, steps = t.built(VAE, trial), trial.stream("noise"), trial.settings["steps"]

    def loss(i: Tensor) -> Tensor:
        return model(x[i], torch.randn(len(i), 8, generator=drawing).to(x))

    order = t.batches(len(x), 100, steps, trial.stream("order"))
    curve = t.train(loss, make(list(model.parameters()), rate), order, steps)
    with torch.no_grad():
        final = t.bounded(loss(torch.arange(len(x))))
    return Outcome(value=final, curve=(*curve, final))


def budgets(**values: tuple[object, object, object]) -> dict[str, dict[str, object]]:
    """Turn name = (smoke, small, full) into the settings of each budget."""
    return {b: {name: v[i] for name, v in values.items()} for i, b in enumerate(("smoke", "small", "full"))}


SILENCE = Case(
    name="after-silence",
    version=1,
    tests="How long a step becomes when a parameter that was never touched begins to get the same gradient at each step.",
    source="ours, after Section 2.1, which bounds the step by that for one gradient alone after silence",
    slot="optimizer",
    words=("step", "bound", "stepsize", "sparse"),
    metric=Metric(name="largest step", unit="alpha", higher_is_better=False),
    budgets=budgets(silent=(1000, 3000, 10_000), awake=(60, 60, 60)),
    run=wakened,
    cannot_show="How often such gradients are met in training.",
)
SPARSE = Case(
    name="sparse-words",
    version=1,
    tests="How fast an optimizer fits a logistic regression whose features are mostly zero, under dropout.",
    source="made after Section 6.1 (IMDB bags of words): words by Zipf's law, labels from a random linear rule",
    slot="optimizer",
    words=("sparse", "logistic", "regression", "bag-of-words", "dropout"),
    metric=Metric(name="training loss", unit="nats", higher_is_better=False),
    budgets=budgets(
        steps=(10, 50, 400),
        tuning_steps=(10, 50, 400),
        words=(500, 4000, 10_000),
        documents=(200, 1000, 4000),
        length=(20, 40, 100),
        rates=((0.1, 1.0), (0.03, 0.1, 0.3, 1.0, 3.0), (0.03, 0.1, 0.3, 1.0, 3.0)),
    ),
    run=lambda make, trial: t.with_best_rate(lambda rate, one: sparse_once(make, rate, one), trial),
    ladder={"chance": lambda _: math.log(2), "ceiling": lambda _: 0.0},
    cannot_show="Reviews written by people; test accuracy; more than one pass over ten thousand words.",
)
SLOW = Case(
    name="slow-decay-vae",
    version=2,  # 1 had 180 steps and called them ten epochs
    tests="What bias correction is worth when the second moment is averaged over 1000 steps and training is short.",
    source="after Section 6.4: a variational autoencoder, here on scikit-learn's 8 by 8 digits",
    slot="optimizer",
    words=("variational", "autoencoder", "bias", "correction"),
    metric=Metric(name="negative bound", unit="nats", higher_is_better=False),
    budgets=budgets(
        steps=(20, 130, 1800),
        tuning_steps=(20, 130, 900),
        rates=((1e-3, 1e-2), (3e-4, 1e-3, 3e-3, 1e-2, 3e-2), (3e-4, 1e-3, 3e-3, 1e-2, 3e-2)),
    ),
    run=lambda make, trial: t.with_best_rate(lambda rate, one: vae_once(make, rate, one), trial),
    cannot_show="100 epochs on MNIST with 500 hidden units, as in the paper's Figure 4.",
)


def stepping(make: Callable[[list[Tensor]], torch.optim.Optimizer]) -> Callable[[Probe], Callable[[], object]]:
    """Give what times one step on 100,000 parameters."""

    def prepared(probe: Probe) -> Callable[[], object]:
        theta = torch.randn(100_000, generator=probe.generator).to(probe.device).requires_grad_()
        theta.grad = theta.detach().clone()
        return make([theta]).step

    return prepared


IMPLEMENTATION = Implementation(
    kind="optimizer",
    checks=(
        Check(name="algorithm-1", run=adam_error, limit=1e-9, equation="Algorithm 1"),
        Check(name="algorithm-2", run=adamax_error, limit=1e-9, equation="Algorithm 2"),
        Check(name="sizes", run=sizes_error, limit=1e-9, equation="Algorithm 1, of parameters of any size"),
        Check(name="uncorrected", run=uncorrected_error, limit=1e-9, equation="Section 3, left out (Section 6.4)"),
        Check(
            name="parameter-groups", run=groups_error, limit=1e-9, equation="Algorithm 1, for each parameter by itself"
        ),
        Check(name="shapes", run=shapes_error, limit=1e-9, equation="Algorithm 1, element by element"),
        Check(name="resumed", run=resumed_error, limit=1e-9, equation="Algorithm 1, whose state is m, v and t"),
        Check(name="gradients-kept", run=touched_error, limit=0.0, equation="Algorithm 1, which reads g"),
        Check(name="rescaling", kind="property", run=rescaling_error, limit=1e-9, equation="Section 2.1"),
        Check(
            name="lone-gradient",
            kind="property",
            run=lone_gradient_error,
            limit=1e-3,
            equation="Section 2.1",
            unit="relative error",
        ),
        Check(
            name="bounds",
            kind="property",
            run=bounds_error,
            limit=0.0,
            equation="Algorithm 1, whose betas are in [0, 1)",
            unit="settings",
        ),
        Check(
            name="step-gradient",
            kind="gradient",
            run=step_gradient_error,
            limit=0.0,
            equation="Algorithm 1",
            unit="disagreement",
        ),
    ),
    enters=(
        Enter(case="after-silence", arms={"ours": ARMS["ours"], "torch-adam": ARMS["torch-adam"]}),
        Enter(case="sparse-words", arms={k: ARMS[k] for k in ("ours", "adagrad", "nesterov")}),
        Enter(case="slow-decay-vae", arms={k: ARMS[k] for k in ("ours", "no-bias-correction")}),
        Enter(case="digits-optimizer", arms={"ours": ARMS["ours"]}, against="sgd"),
    ),
    cases=(SILENCE, SPARSE, SLOW),
    speed=Pair(
        name="one step, 100,000 parameters",
        ours=stepping(Adam),
        against=stepping(torch.optim.Adam),
        against_name="torch.optim.Adam",
    ),
    equations={
        "Algorithm 1": "Adam.delta",
        "Algorithm 2": "AdaMax.delta",
        "Section 3": "unbias",
        "Section 2.1": "effective_step",
    },
)
