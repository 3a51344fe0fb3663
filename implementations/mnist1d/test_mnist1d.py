"""The data against the authors' package and scipy, and what each of the four models can and cannot see."""

import importlib
import math
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import install_import_hook
from scipy import stats

HERE = str(Path(__file__).parent)


def load():
    """Import the model.py beside this file, with its shapes checked at each call."""
    sys.path.insert(0, HERE)
    try:
        with install_import_hook("model", "beartype.beartype"):
            return importlib.import_module("model")
    finally:
        sys.path.remove(HERE)
        sys.modules.pop("model", None)


model = load()
QUIET = model.Recipe(corr_noise=0.0, iid_noise=0.0, shear=0.0, scale=0.0)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def random(*shape, seed=0):
    return torch.randn(*shape, generator=generator(seed), dtype=torch.float64)


def test_templates_are_those_of_the_authors_package():
    from mnist1d.data import get_templates

    np.testing.assert_allclose(model.templates().numpy(), get_templates()["x"], atol=1e-12)


def test_templates_begin_at_zero_and_have_one_deviation():
    x = model.templates()
    assert x.shape == (10, 12)
    assert x[:, 0].abs().max() == 0
    torch.testing.assert_close(x.std(1, correction=0), torch.full((10,), 1 / 6, dtype=torch.float64))


@given(st.integers(2, 30), st.integers(2, 90))
@settings(deadline=None)
def test_resampling_is_that_of_scipy(old, new):
    from scipy.interpolate import interp1d

    x = random(3, old)
    expected = interp1d(np.linspace(0, 1, old), x.numpy(), axis=1)(np.linspace(0, 1, new))
    np.testing.assert_allclose(model.resample(x, new).numpy(), expected, atol=1e-9)


@given(st.integers(9, 80), st.sampled_from([1.0, 2.0]))
@settings(deadline=None)
def test_smoothing_is_that_of_scipy(length, sigma):
    from scipy.ndimage import gaussian_filter1d

    noise = random(3, length)
    expected = gaussian_filter1d(noise.numpy(), sigma, axis=1)
    np.testing.assert_allclose(model.smooth(noise, sigma).numpy(), expected, atol=1e-9)


def test_shear_takes_off_a_line_through_the_middle():
    x = torch.zeros(1, 5, dtype=torch.float64)
    assert model.shear(x, torch.tensor([2.0], dtype=torch.float64)).tolist() == [[1.0, 0.5, 0.0, -0.5, -1.0]]


def test_a_placed_template_is_the_template_stretched_and_moved():
    """Without scaling: some cyclic move of some stretch, the same height, and silence in at least half of the places."""
    wide = model.place(model.templates()[:1].repeat(50, 1), QUIET, generator())
    assert wide.shape == (50, 72)
    peak = model.templates()[0].max()
    torch.testing.assert_close(wide.amax(1), peak.expand(50), rtol=0.05, atol=0)
    assert (wide.abs() < 1e-6).double().mean() > 0.5


def test_signals_move_to_the_right_by_less_than_the_largest_translation():
    """A template starts at place 0 and is about 12 to 18 wide, so that the last places stay free of it."""
    wide = model.place(torch.ones(400, 12, dtype=torch.float64), QUIET, generator())
    starts = (wide > 0.5).int().argmax(1)
    assert (int(starts.min()), int(starts.max())) == (0, 47)
    assert (wide[:, 68:].abs() < 1e-6).all()


def silent(examples, **changes):
    """A template of zeros through one part of the recipe at a time, at full width: nothing is resampled."""
    recipe = replace(QUIET, length=72, padding=(60, 60), **changes)
    return model.transform(torch.zeros(examples, 12, dtype=torch.float64), recipe, generator())


def assert_even(x, low, high):
    """Values fall evenly between the bounds."""
    assert stats.kstest(x.flatten().numpy(), "uniform", args=(low, high - low)).pvalue > 1e-3
    assert low <= x.min()
    assert x.max() <= high


def test_the_recipe_is_that_of_the_authors_package():
    from mnist1d.data import get_dataset_args

    theirs, ours = get_dataset_args(as_dict=True), model.Recipe()
    assert (ours.length, list(ours.padding), ours.max_translation) == (40, theirs["padding"], theirs["max_translation"])
    assert theirs["final_seq_length"] == 40
    names = ("scale_coeff", "corr_noise_scale", "iid_noise_scale", "shear_scale")
    assert [theirs[n] for n in names] == [ours.scale, ours.corr_noise, ours.iid_noise, ours.shear]


def test_each_number_of_zeros_from_fewest_to_most_comes_by_itself():
    """A template of ones shows its padding by its sum, which numpy's straight lines give for each number of zeros."""
    recipe = replace(QUIET, max_translation=1)
    seen = model.place(torch.ones(1500, 12, dtype=torch.float64), recipe, generator()).sum(1)
    grid = [
        np.interp(np.linspace(0, 11 + p, 72), np.arange(12 + p), [1.0] * 12 + [0.0] * p).sum() for p in range(36, 61)
    ]
    off = (seen.unsqueeze(1) - torch.tensor(grid)).abs()
    assert off.amin(1).max() < 1e-5
    counts = off.argmin(1).bincount(minlength=25)
    assert 30 <= counts.min() <= counts.max() <= 95  # 60 of each are expected


def test_heights_are_scaled_evenly_and_one_by_one():
    recipe = replace(QUIET, max_translation=1, padding=(60, 60), scale=0.4)
    wide = model.place(torch.ones(1000, 12, dtype=torch.float64), recipe, generator())
    assert_even(wide[:, 0], 0.8, 1.2000001)


def test_translations_come_evenly():
    recipe = replace(QUIET, padding=(60, 60))
    wide = model.place(torch.ones(2000, 12, dtype=torch.float64), recipe, generator())
    counts = (wide > 0.5).int().argmax(1).bincount(minlength=48)
    assert len(counts) == 48
    assert stats.chisquare(counts.numpy()).pvalue > 1e-3


def test_the_slope_taken_off_is_even_about_zero_and_one_for_each_example():
    x = silent(1000, shear=0.75)
    assert_even(x[:, 0] - x[:, -1], -0.3750001, 0.3750001)


def test_noise_on_each_value_is_independent_and_of_its_size():
    x = silent(500, iid_noise=0.02)
    assert x.std().item() == pytest.approx(0.02, rel=0.02)
    assert (x[:, 1:] * x[:, :-1]).mean().item() == pytest.approx(0, abs=2e-5)
    assert (x[1:] * x[:-1]).mean().item() == pytest.approx(0, abs=2e-5)
    assert kurtosis(x) == pytest.approx(3, abs=0.2)


def test_noise_on_each_value_is_read_between_places_like_the_signal():
    """Straight lines between independent values are quieter than these: weights w and 1 - w give w^2 + (1 - w)^2."""
    recipe = replace(QUIET, padding=(60, 60), iid_noise=0.02)
    x = model.transform(torch.zeros(2000, 12, dtype=torch.float64), recipe, generator())
    w = np.linspace(0, 71, 40) % 1
    np.testing.assert_allclose(x.std(0) / 0.02, np.sqrt(w**2 + (1 - w) ** 2), atol=0.07)


def kurtosis(x):
    """Give 3 for normal values."""
    return float((x**4).mean() / (x**2).mean() ** 2)


def test_correlated_noise_lies_under_the_silence_alone_and_is_of_its_size():
    """The template keeps 12 places, moved with it; elsewhere each value has the variance of a smoothed normal."""
    kernel = np.exp(-0.5 * (np.arange(-8, 9) / 2) ** 2)
    size = 0.25 * math.sqrt((kernel**2).sum()) / kernel.sum()
    x = silent(2000, corr_noise=0.25)
    loud = x.abs() > 1e-6
    assert loud.sum(1).tolist() == pytest.approx([60] * 2000, abs=1)
    assert x[loud].std().item() == pytest.approx(size, rel=0.03)
    assert (x[1:] * x[:-1]).mean().item() == pytest.approx(0, abs=0.02 * size**2)
    for k in (1, 2, 4):  # a Gaussian of 2 places with itself, k places off
        both = loud[:, k:] & loud[:, :-k]
        assert float((x[:, k:] * x[:, :-k])[both].mean()) / size**2 == pytest.approx(math.exp(-(k**2) / 16), abs=0.06)
    assert kurtosis(x[loud]) == pytest.approx(3, abs=0.3)


def class_statistics(x, y):
    return [(x[y == c].mean(0), x[y == c].var(0), len(x[y == c])) for c in range(10)]


def authors_data(examples):
    from mnist1d.data import get_dataset_args, make_dataset

    arguments = get_dataset_args()
    arguments.num_samples, arguments.train_split, arguments.seed = examples, 1.0, 7
    state = np.random.get_state()  # noqa: NPY002 - the package seeds the global generator, which we put back
    try:
        data = make_dataset(arguments)
    finally:
        np.random.set_state(state)  # noqa: NPY002
    return torch.as_tensor(data["x"]), torch.as_tensor(data["y"])


def mean_square_z(ours, theirs):
    """Give the mean over classes and places of the squared z of a difference of means: 1 for equal distributions."""
    z = [
        (a - b) / (va / na + vb / nb).sqrt()
        for (a, va, na), (b, vb, nb) in zip(class_statistics(*ours), class_statistics(*theirs), strict=True)
    ]
    return torch.stack(z).square().mean().item()


@pytest.mark.parametrize("examples", [1500, pytest.param(6000, marks=pytest.mark.slow)])
def test_examples_are_distributed_like_those_of_the_authors_package(examples):
    """Neighbouring places are correlated, so that 1 is met within about 0.4; a wrong translation gives over 10."""
    (x, y), _ = model.make(generator(), examples, train=1.0)
    theirs, labels = authors_data(examples)
    assert mean_square_z((x, y), (theirs, labels)) < 1.8
    assert mean_square_z((x.square(), y), (theirs.square(), labels)) < 1.8
    lag = (x[:, 1:] * x[:, :-1], theirs[:, 1:] * theirs[:, :-1])
    assert mean_square_z((lag[0], y), (lag[1], labels)) < 1.8


def test_a_data_set_is_balanced_normalised_split_and_repeatable():
    (x, y), (x_test, y_test) = model.make(generator(), 500)
    assert (x.shape, x_test.shape, x.dtype, y.dtype) == ((400, 40), (100, 40), torch.float32, torch.int64)
    assert torch.cat([y, y_test]).bincount().tolist() == [50] * 10
    both = torch.cat([x, x_test])
    assert both.mean().item() == pytest.approx(0, abs=1e-5)
    assert both.std(correction=0).item() == pytest.approx(1, abs=1e-5)
    (again, _), _ = model.make(generator(), 500)
    (other, _), _ = model.make(generator(1), 500)
    assert torch.equal(x, again)
    assert not torch.equal(x, other)


@pytest.mark.parametrize("train", [0.5, 0.8])
def test_both_parts_hold_the_digits_in_random_order(train):
    (x, y), (x_test, y_test) = model.make(generator(), 1000, train=train)
    assert (len(x), len(x_test)) == (round(1000 * train), 1000 - round(1000 * train))
    for part in (y, y_test):
        counts = part.bincount(minlength=10)
        assert stats.chisquare(counts.numpy()).pvalue > 1e-3
        assert (part.diff() == 0).double().mean().item() == pytest.approx(0.1, abs=0.05)
    assert torch.cdist(x, x_test).min() > 1e-3, "an example of the test part was seen in training"


def test_a_recipe_of_ones_own_is_used():
    (x, _), _ = model.make(generator(), 100, recipe=model.Recipe(length=25))
    (quiet, y), _ = model.make(generator(), 100, recipe=replace(QUIET, padding=(60, 60), max_translation=1))
    assert x.shape == (80, 25)
    assert all((quiet[y == c] - quiet[y == c][0]).abs().max() < 1e-6 for c in range(10))


def test_each_digit_is_drawn_by_its_own_template():
    recipe = replace(QUIET, padding=(60, 60), max_translation=1)
    (x, y), _ = model.make(generator(), 50, train=1.0, recipe=recipe)
    stretched = torch.stack([torch.from_numpy(stretched_line(row)) for row in model.templates()[y]])
    torch.testing.assert_close(x.double(), (stretched - stretched.mean()) / stretched.std(), rtol=0, atol=2e-3)


def stretched_line(template):
    """Read a template with 60 zeros behind it at 40 places, by numpy."""
    return np.interp(np.linspace(0, 71, 40), np.arange(72), np.pad(template.numpy(), (0, 60)))


def test_another_seed_gives_other_examples():
    (x, _), _ = model.make(generator(), 300, train=1.0)
    (other, _), _ = model.make(generator(1), 300, train=1.0)
    assert torch.cdist(x, other).min() > 1e-3


def test_shuffling_puts_all_examples_in_one_order_and_loses_nothing():
    (x, y), (x_test, _) = model.make(generator(), 300)
    (z, y_z), (z_test, _) = model.make(generator(), 300, shuffled=True)
    torch.testing.assert_close(torch.cat([x, x_test]).sort(1).values, torch.cat([z, z_test]).sort(1).values)
    assert torch.equal(y, y_z)
    order = [(z == x[:, [i]]).all(0).nonzero().item() for i in range(40)]
    assert sorted(order) == list(range(40))
    assert order not in (list(range(40)), list(range(39, -1, -1)))
    near = sum(abs(a - b) == 1 for a, b in pairwise(order))
    assert near < 10, "neighbours stayed neighbours"


def models():
    torch.manual_seed(0)
    return {"logistic": model.logistic(), "mlp": model.MLP(), "cnn": model.CNN(), "gru": model.GRU()}


@pytest.mark.parametrize(("name", "parameters"), [("logistic", 410), ("mlp", 15_210), ("cnn", 5_210), ("gru", 5_134)])
def test_models_have_the_size_of_the_authors_and_give_ten_logits(name, parameters):
    """Counted by hand from the widths in the authors' notebooks/models.py."""
    net = models()[name]
    assert net(random(3, 40).float()).shape == (3, 10)
    assert sum(p.numel() for p in net.parameters()) == parameters


def test_logistic_regression_is_linear_and_the_others_are_not():
    a, b = random(4, 40).float(), random(4, 40, seed=1).float()
    for name, net in models().items():
        gap = net(a + b) - net(a) - net(b) + net(torch.zeros_like(a))
        assert (gap.abs().max() < 1e-5) == (name == "logistic")


def test_the_mlp_adds_its_second_layer_to_its_first():
    net = model.MLP()
    with torch.no_grad():
        net.second.weight.zero_()
        net.second.bias.fill_(-1.0)
    x = random(3, 40).float()
    torch.testing.assert_close(net(x), net.read(net.first(x).relu()))


def test_the_cnn_is_three_strided_convolutions_each_with_a_relu():
    """By numpy: places 2 i - 1 to 2 i + width - 2 of the signal with a zero at either end."""
    net, x = models()["cnn"].double(), random(2, 40)
    h = x.unsqueeze(1).numpy()
    for layer in (0, 2, 4):
        W, b = (p.detach().numpy() for p in net.convolutions[layer].parameters())
        wide = np.pad(h, ((0, 0), (0, 0), (1, 1)))
        windows = np.lib.stride_tricks.sliding_window_view(wide, W.shape[-1], axis=2)[:, :, ::2]
        h = np.maximum(np.einsum("bint,oit->bon", windows, W) + b[:, None], 0)
    W, b = (p.detach().numpy() for p in net.read.parameters())
    np.testing.assert_allclose(net(x).detach().numpy(), h.reshape(2, -1) @ W.T + b, atol=1e-12)


def test_the_gru_is_that_of_its_formulas():
    """Gates r, z and candidate n of each direction, step by step, in numpy; all states are read."""
    net, x = models()["gru"].double(), random(2, 40)
    p = {k: v.detach().numpy() for k, v in net.gru.named_parameters()}

    def states(end, signal):
        h, seen = np.zeros((2, 6)), []
        for value in signal.T:
            i = value[:, None] @ p[f"weight_ih_l0{end}"].T + p[f"bias_ih_l0{end}"]
            k = h @ p[f"weight_hh_l0{end}"].T + p[f"bias_hh_l0{end}"]
            r, z = (1 / (1 + np.exp(-(i[:, s] + k[:, s]))) for s in (slice(0, 6), slice(6, 12)))
            n = np.tanh(i[:, 12:] + r * k[:, 12:])
            h = (1 - z) * n + z * h
            seen.append(h)
        return np.stack(seen, 1)

    both = np.concatenate([states("", x.numpy()), states("_reverse", x.numpy()[:, ::-1])[:, ::-1]], axis=2)
    W, b = (q.detach().numpy() for q in net.read.parameters())
    np.testing.assert_allclose(net(x).detach().numpy(), both.reshape(2, -1) @ W.T + b, atol=1e-12)


def test_an_example_is_judged_by_itself():
    x = random(5, 40).float()
    for net in models().values():
        torch.testing.assert_close(torch.cat([net(row[None]) for row in x]), net(x), rtol=1e-4, atol=1e-5)


def test_the_cnn_sees_a_moved_signal_as_the_same_features_elsewhere():
    """Three strides of 2: a move by 8 places is a move by one place of the features."""
    net, x = models()["cnn"], torch.zeros(1, 1, 40)
    x[..., 8:14] = random(6).float()
    features, moved = net.convolutions(x), net.convolutions(x.roll(8, -1))
    torch.testing.assert_close(moved[..., 2:4], features[..., 1:3])


def test_the_gru_reads_from_both_ends():
    """What it knows at place 0 of the value at place 2, only its reading from the end can have brought there."""
    net, x = models()["gru"], random(1, 40).float()
    other = x.clone()
    other[:, 2] += 1
    first, second = (net.gru(v.unsqueeze(-1))[0][:, 0] for v in (x, other))
    assert torch.equal(first[:, :6], second[:, :6])
    assert not torch.equal(first[:, 6:], second[:, 6:])
    with torch.no_grad():  # a read-out of place 0 alone, and there of the reading from the end alone
        net.read.weight.zero_()
        net.read.weight[:, 6:12] = 1.0
    assert not torch.equal(net(x), net(other))


@pytest.mark.parametrize("name", ["mlp", "cnn", "gru"])
def test_gradients_of_the_models_agree_with_finite_differences(name):
    net, x = models()[name].double(), random(1, 40)
    x.requires_grad_()
    assert torch.autograd.gradcheck(lambda v: net(v)[:, :2], x, fast_mode=True)


def test_gradients_of_the_transformations_agree_with_finite_differences():
    x, c = random(2, 12).requires_grad_(), random(2, seed=1).requires_grad_()
    assert torch.autograd.gradcheck(lambda a, b: model.smooth(model.resample(model.shear(a, b), 20)), (x, c))


def test_a_loss_at_the_start_is_that_of_guessing():
    (x, y), _ = model.make(generator(), 300)
    for net in models().values():
        assert torch.nn.functional.cross_entropy(net(x), y).item() == pytest.approx(math.log(10), rel=0.15)


def test_shapes_are_checked():
    with pytest.raises(Exception, match=r"(?i)shape|type-check"):
        model.MLP()(torch.zeros(40))
