"""How MNIST-1D meets the harness: the data held against the authors' package, and four models compared on it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from model import (  # type: ignore[import-not-found]
    CNN,
    GRU,
    MLP,
    Recipe,
    logistic,
    make,
    place,
    resample,
    shear,
    smooth,
    templates,
    transform,
)
from torch import Tensor, nn
from torch.nn.functional import conv1d, linear

from paperlab.harness import Case, Check, Enter, Implementation, Metric, Outcome, Probe, Study, Trial
from paperlab.harness.cases import load
from paperlab.harness.cases import training as t
from paperlab.harness.checks import batch_dependence, gradcheck, rms_ratio

MODELS: dict[str, Callable[[], nn.Module]] = {"logistic": logistic, "mlp": MLP, "cnn": CNN, "gru": GRU}


def template_error(probe: Probe) -> float:
    """Compare the ten templates with those of the authors' package."""
    from mnist1d.data import get_templates

    del probe
    return rms_ratio(templates(), torch.as_tensor(get_templates()["x"]))


def smoothing_error(probe: Probe) -> float:
    """Compare the correlated noise with scipy's Gaussian filter, at widths whose cut is rounded up and down too."""
    from scipy.ndimage import gaussian_filter1d

    noise = torch.randn(4, 72, generator=probe.generator, dtype=torch.float64)
    ours = [smooth(noise), smooth(noise, 1.9), smooth(noise, 1.85)]
    theirs = [torch.as_tensor(gaussian_filter1d(noise.numpy(), sigma, axis=1)) for sigma in (2, 1.9, 1.85)]
    return rms_ratio(ours, theirs)


def resampling_error(probe: Probe) -> float:
    """Compare resampling with straight lines through the points, by numpy."""
    import numpy as np

    x = torch.randn(48, generator=probe.generator, dtype=torch.float64)
    lines = np.interp(np.linspace(0, 47, 72), np.arange(48), x.numpy())
    return rms_ratio(resample(x.unsqueeze(0), 72).squeeze(0), torch.as_tensor(lines))


def shear_error(probe: Probe) -> float:
    """Compare the shear with its line, which rises by the coefficient from the first value to the last."""
    x, c = (torch.randn(n, 72, generator=probe.generator, dtype=torch.float64) for n in (4, 1))
    line = torch.stack([a * (torch.arange(72, dtype=torch.float64) / 71 - 0.5) for a in c[0, :4]])
    return rms_ratio(shear(x, c[0, :4]), x - line)


def recipe_error(probe: Probe) -> float:
    """Give the largest relative difference between our settings and those of the authors' package."""
    from mnist1d.data import get_dataset_args

    del probe
    names = ("scale_coeff", "max_translation", "corr_noise_scale", "iid_noise_scale", "shear_scale", "final_seq_length")
    theirs, r = get_dataset_args(as_dict=True), Recipe()
    wanted = [*theirs["padding"], *(theirs[n] for n in names)]
    ours = [*r.padding, r.scale, r.max_translation, r.corr_noise, r.iid_noise, r.shear, r.length]
    return max(abs(a / b - 1) for a, b in zip(ours, wanted, strict=True))


def broken(*kept: Any) -> float:
    """Count the promises that are not kept; each says what must hold, so that a value that is no number breaks it."""
    return float(sum(not bool(promise) for promise in kept))


def placing_error(probe: Probe) -> float:
    """Count broken promises of padding, height and place, each of which a template of ones shows by itself."""
    g, ones, still = probe.generator, torch.ones(1500, 12, dtype=torch.float64), Recipe(max_translation=1, scale=0.0)
    grid = [resample(torch.tensor([1.0] * 12 + [0.0] * p).double()[None], 72).sum() for p in range(36, 61)]
    off = (place(ones, still, g).sum(1, keepdim=True) - torch.stack(grid)).abs()
    heights = place(ones, replace(still, scale=0.4, padding=(60, 60)), g)[:, 0]
    starts = (place(ones, Recipe(scale=0.0), g) > 0.5).int().argmax(1)
    return broken(
        off.amin(1).max() <= 1e-5,
        len(off.argmin(1).unique()) == 25,
        heights.min() >= 0.8,
        heights.max() <= 1.2 + 1e-6,
        (heights.mean() - 1).abs() <= 0.02,
        (heights.std() - 0.4 / 12**0.5).abs() <= 0.01,
        starts.unique().tolist() == list(range(48)),
    )


def noise_error(probe: Probe) -> float:
    """Count broken promises of both noises, which a template of zeros shows by themselves: size, shape, and where they lie."""
    still = Recipe(length=72, padding=(60, 60), scale=0.0, max_translation=1, corr_noise=0.0, iid_noise=0.0, shear=0.0)
    zeros, g = torch.zeros(1000, 12, dtype=torch.float64), probe.generator
    each, under = (transform(zeros, replace(still, **one), g) for one in ({"iid_noise": 0.02}, {"corr_noise": 0.25}))
    fewer = transform(zeros, replace(still, iid_noise=0.02, length=40), g)  # straight lines between noises are quieter
    part = torch.arange(40, dtype=torch.float64) * 71 / 39 % 1
    kernel = (-0.5 * (torch.arange(-8.0, 9.0) / 2) ** 2).exp()
    size, loud = 0.25 * kernel.norm() / kernel.sum(), under.abs() > 1e-6
    apart = [float((under[:, 14:] * under[:, 14 - k : 72 - k]).mean() / size**2) for k in (1, 2, 4)]
    alike = [2.718281828 ** (-(k**2) / 16) for k in (1, 2, 4)]  # of a Gaussian of 2 places with itself, k places off
    return broken(
        (each.std() / 0.02 - 1).abs() <= 0.03,
        (fewer.std() / 0.02 - (part**2 + (1 - part) ** 2).mean().sqrt()).abs() <= 0.03,
        (each[:, 1:] * each[:, :-1]).mean().abs() <= 2e-5,
        (loud.sum(1) - 60).abs().max() <= 1,
        (under[loud].std() / size - 1).abs() <= 0.06,
        all(abs(a - b) <= 0.1 for a, b in zip(apart, alike, strict=True)),
        all(abs(float((x**4).mean() / (x**2).mean() ** 2) - 3) <= 0.4 for x in (each, under[loud])),
    )


def slope_error(probe: Probe) -> float:
    """Count broken promises of the slope that is taken off: even about zero, one for each example, by itself."""
    still = Recipe(padding=(60, 60), scale=0.0, max_translation=1, corr_noise=0.0, iid_noise=0.0)
    x = transform(torch.zeros(2000, 12, dtype=torch.float64), still, probe.generator)
    slopes = (x[:, 0] - x[:, -1]).sort().values / 0.75
    return broken((slopes - torch.linspace(-0.5, 0.5, 2000, dtype=torch.float64)).abs().max() <= 0.05)


def split_error(probe: Probe) -> float:
    """Count broken promises of the data set as a whole: size, balance, order, no example in both parts, one seed."""
    (x, y), (x_test, y_test) = make(probe.stream("data"), 1000)
    (again, _), _ = make(probe.stream("data"), 1000)
    (other, _), (rest, _) = make(probe.stream("other"), 1000, train=0.6)
    (z, _), (z_test, _) = make(probe.stream("data"), 1000, shuffled=True)
    both, moved = torch.cat([x, x_test]), torch.cat([z, z_test])
    order = torch.cdist(moved.T, both.T).argmin(1)
    return broken(
        (x.shape, x_test.shape, other.shape, rest.shape) == ((800, 40), (200, 40), (600, 40), (400, 40)),
        torch.cat([y, y_test]).bincount(minlength=10).tolist() == [100] * 10,
        y_test.bincount(minlength=10).min() >= 5,
        (y.diff() == 0).double().mean() <= 0.2,
        torch.cdist(x, x_test).min() >= 1e-3,
        torch.equal(x, again),
        torch.cdist(both, torch.cat([other, rest])).min() >= 1e-3,
        sorted(order.tolist()) == list(range(40)),
        (moved - both[:, order]).abs().max() <= 1e-5,  # the mean of all is rounded by their order
        (order.diff().abs() == 1).sum() <= 15,
    )


def digit_error(probe: Probe) -> float:
    """Compare examples that nothing changes with the templates of their labels, stretched and normalised over all."""
    still = Recipe(padding=(60, 60), scale=0.0, max_translation=1, corr_noise=0.0, iid_noise=0.0, shear=0.0)
    (x, y), _ = make(probe.generator, 200, train=1.0, recipe=still)
    plain = resample(resample(torch.nn.functional.pad(templates()[y], (0, 60)), 72), 40)
    return rms_ratio(x / x.std(), (plain - plain.mean()) / plain.std())


def models_error(probe: Probe) -> float:
    """Compare the linear model, the MLP, the CNN and what the GRU reads out with their formulas, and all four with themselves, one example at a time."""
    nets: dict[str, Any] = {name: make_model().double().to(probe.device) for name, make_model in MODELS.items()}
    x = torch.randn(5, 40, generator=probe.generator, dtype=torch.float64).to(probe.device)
    plain, mlp, cnn, gru = (nets[name] for name in ("logistic", "mlp", "cnn", "gru"))
    h = linear(x, mlp.first.weight, mlp.first.bias).clamp(min=0)
    h = h + linear(h, mlp.second.weight, mlp.second.bias).clamp(min=0)
    c = x.unsqueeze(1)
    for layer in (0, 2, 4):
        c = conv1d(c, cnn.convolutions[layer].weight, cnn.convolutions[layer].bias, stride=2, padding=1).clamp(min=0)
    g = gru.gru(x.unsqueeze(-1))[0]  # torch's own, from both ends
    wanted = [linear(a, n.read.weight, n.read.bias) for a, n in ((h, mlp), (c.flatten(1), cnn), (g.flatten(1), gru))]
    wanted.append(linear(x, plain.weight, plain.bias))
    return max(
        rms_ratio([mlp(x), cnn(x), gru(x), plain(x)], wanted), *(batch_dependence(net, x) for net in nets.values())
    )


def sizes_error(probe: Probe) -> float:
    """Count the models that have not as many weights as the widths in the authors' notebooks/models.py give."""
    del probe
    wanted = {"logistic": 410, "mlp": 15_210, "cnn": 5_210, "gru": 5_134}
    return float(sum(sum(p.numel() for p in MODELS[name]().parameters()) != wanted[name] for name in wanted))


def authors(seed: int, examples: int) -> tuple[Tensor, Tensor]:
    """Make a data set with the authors' package, which seeds and draws from numpy's global generator."""
    import numpy as np
    from mnist1d.data import get_dataset_args, make_dataset

    arguments = get_dataset_args()
    arguments.num_samples, arguments.train_split, arguments.seed = examples, 1.0, seed
    state = np.random.get_state()  # noqa: NPY002 - put back below
    try:
        data = make_dataset(arguments)
    finally:
        np.random.set_state(state)  # noqa: NPY002
    return torch.as_tensor(data["x"]), torch.as_tensor(data["y"])


def distance(probe: Probe) -> float:
    """Give the mean square z of the differences of class means, of values, squares and squared steps: about 1 where both are alike."""
    (x, y), _ = make(probe.generator, 1500, train=1.0)
    theirs, labels = authors(probe.seed, 1500)

    def square_z(a: Tensor, b: Tensor) -> float:
        z = []
        for c in range(10):
            p, q = a[y == c], b[labels == c]
            z.append((p.mean(0) - q.mean(0)) / (p.var(0) / len(p) + q.var(0) / len(q)).sqrt())
        return float(torch.stack(z).square().mean())

    seen = (lambda a: a, torch.square, lambda a: a.diff().square())
    return max(square_z(f(x.double()), f(theirs)) for f in seen)


def gradient_error(probe: Probe) -> float:
    """Hold the derivative through shear, resampling and smoothing against finite differences."""
    x, c = (torch.randn(s, generator=probe.generator, dtype=torch.float64) for s in ((2, 12), (2,)))
    return gradcheck(lambda a, b: smooth(resample(shear(a, b), 20)), x, c)


def study(name: str, *, shuffled: bool) -> Callable[[Trial], Study]:
    """Give what makes a seed's data, the same for each arm, and the arm's model."""

    def made(trial: Trial) -> Study:
        examples = round(trial.settings["examples"] / 0.8)  # the case counts those to train on
        train, test = make(trial.stream("data"), examples, shuffled=shuffled)
        return Study(train=train, test=test, model=t.built(MODELS[name], trial))

    return made


# Only the MLP and the CNN are shuffled: a linear model cannot notice. The GRU costs ten times as much and has a case of its own.
ARMS = {name: study(name, shuffled=False) for name in ("logistic", "mlp", "cnn")}
ARMS |= {f"{name}-shuffled": study(name, shuffled=True) for name in ("mlp", "cnn")}


def read(arm: tuple[str, float], trial: Trial) -> Outcome:
    """Train one model at its own rate as the shared case trains; give its test accuracy."""
    name, rate = arm
    own = replace(trial, settings=dict(trial.settings) | {"rate": rate})
    return load("mnist1d").run(study(name, shuffled=False), own)


READING = Case(
    name="mnist1d-reading",
    version=1,
    tests="What a network that reads 40 values in order is worth beside one that sees them at once.",
    source="MNIST-1D (2011.14439), made by model.py; rates from two (0.01, 0.03) on a seed that is not measured",
    slot="own",
    words=("recurrent", "sequence", "classification"),
    metric=Metric(name="accuracy", unit="fraction", higher_is_better=True),
    budgets={
        "smoke": {"steps": 10, "batch": 50, "examples": 500},
        "small": {"steps": 200, "batch": 100, "examples": 4000},
        "full": {"steps": 2000, "batch": 100, "examples": 4000},
    },
    run=lambda make, trial: read(make(), trial),
    cannot_show="Where both end: the small budget stops both early, and a recurrent network learns on for thousands of steps.",
)

IMPLEMENTATION = Implementation(
    kind="data",
    checks=(
        Check(name="templates", run=template_error, limit=1e-12, equation="the ten templates (Section 2)"),
        Check(name="correlated-noise", run=smoothing_error, limit=1e-9, equation="correlated noise (Section 2)"),
        Check(name="resampling", run=resampling_error, limit=1e-9, equation="subsampling (Section 2)"),
        Check(name="shear", run=shear_error, limit=1e-9, equation="the transformations (Section 2)"),
        Check(name="recipe", run=recipe_error, limit=0.0, equation="the recipe (Section 2)", unit="relative error"),
        Check(name="placing", run=placing_error, limit=0.0, equation="the recipe (Section 2)", unit="broken promises"),
        Check(name="noise", run=noise_error, limit=0.0, equation="the recipe (Section 2)", unit="broken promises"),
        Check(name="slope", run=slope_error, limit=0.0, equation="the recipe (Section 2)", unit="broken promises"),
        Check(name="digits", run=digit_error, limit=1e-5, equation="the data set (Section 2)"),
        Check(name="split", run=split_error, limit=0.0, equation="the data set (Section 2)", unit="broken promises"),
        Check(name="models", run=models_error, limit=1e-9, equation="the four models (Section 2)"),
        Check(name="sizes", run=sizes_error, limit=0.0, equation="the four models (Section 2)", unit="models"),
        Check(
            name="distribution",
            kind="property",
            run=distance,
            limit=2.0,
            equation="the transformations (Section 2)",
            unit="mean square z",
        ),
        Check(
            name="gradient",
            kind="gradient",
            run=gradient_error,
            limit=0.0,
            equation="the transformations (Section 2)",
            unit="disagreement",
        ),
    ),
    enters=(
        Enter(case="mnist1d", arms=ARMS),
        Enter(case="mnist1d-reading", arms={"gru": lambda: ("gru", 0.03), "mlp": lambda: ("mlp", 0.01)}),
    ),
    cases=(READING,),
    equations={"templates": "templates", "transformations": "transform", "data set": "make"},
)
