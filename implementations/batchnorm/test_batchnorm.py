"""Batch normalisation against torch's own, in training and in use, and the identities of Sections 3.2 and 3.3."""

import importlib
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import install_import_hook
from torch import nn
from torch.nn.functional import batch_norm

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
PLACES = st.sampled_from([(), (1,), (4,), (2, 3), (2, 1, 2)])
EPS = st.sampled_from([1e-12, 1e-5, 0.5])


def random(*shape, seed=0):
    """Give numbers whose mean and deviation are not 0 and 1."""
    return 3 * torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) + 2


def theirs(x, gamma, beta, eps=1e-5):
    """Give torch's batch normalisation of a mini-batch."""
    return batch_norm(x, None, None, gamma, beta, training=True, eps=eps)


@given(st.integers(2, 9), st.integers(1, 9), PLACES, EPS, st.sampled_from([1e-3, 1.0, 1e5]))
@settings(deadline=None, max_examples=60)
def test_it_is_torch_batch_norm(n, d, places, eps, size):
    x, gamma, beta = size * random(n, d, *places), random(d, seed=1), random(d, seed=2)
    torch.testing.assert_close(model.batch_norm(x, gamma, beta, eps), theirs(x, gamma, beta, eps))


def test_it_is_worked_by_hand():
    """1, 3, 5, 7: mean 4, variance 5; 0, 0, 2, 2: mean 1, variance 1."""
    x = torch.tensor([[1.0, 0.0], [3.0, 0.0], [5.0, 2.0], [7.0, 2.0]], dtype=torch.float64)
    mu, sigma2 = model.moments(x)
    assert (mu.tolist(), sigma2.tolist()) == ([4.0, 1.0], [5.0, 1.0])
    y = model.batch_norm(x, torch.tensor([1.0, 2.0]).double(), torch.tensor([0.0, 0.5]).double(), 1e-14)
    assert y[:, 0].tolist() == pytest.approx([v / 5**0.5 for v in (-3, -1, 1, 3)])
    assert y[:, 1].tolist() == pytest.approx([-1.5, -1.5, 2.5, 2.5])
    mean, variance = model.population([x, x + 2])
    assert (mean.tolist(), variance.tolist()) == ([5.0, 2.0], pytest.approx([20 / 3, 4 / 3]))


def test_moments_far_from_zero_keep_their_digits():
    """E[x^2] - E[x]^2 would lose a variance of 9 beside a mean of 1e8."""
    x = random(50, 3) + 1e8
    torch.testing.assert_close(model.moments(x)[1], x.var(0, correction=0), rtol=1e-6, atol=0)


@given(st.integers(2, 9), st.integers(1, 5), PLACES, EPS)
@settings(deadline=None, max_examples=40)
def test_the_chain_rule_of_the_paper_is_what_autograd_finds(n, d, places, eps):
    x, dy = random(n, d, *places).requires_grad_(), random(n, d, *places, seed=1)
    gamma, beta = random(d, seed=2).requires_grad_(), random(d, seed=3).requires_grad_()
    expected = torch.autograd.grad(theirs(x, gamma, beta, eps), (x, gamma, beta), dy)
    found = model.gradients(dy, x.detach(), gamma.detach(), eps)
    # Features of two equal values, or nearly, have gradients that are sums of large terms.
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)


def test_gradients_agree_with_finite_differences():
    x, gamma, beta = (v.requires_grad_() for v in (random(4, 3), random(3, seed=1), random(3, seed=2)))
    assert torch.autograd.gradcheck(model.batch_norm, (x, gamma, beta))


@pytest.mark.parametrize("places", [(), (3,), (2, 2)])
def test_a_batch_comes_out_with_mean_beta_and_deviation_gamma(places):
    x, gamma, beta = random(6, 4, *places), random(4, seed=1).abs(), random(4, seed=2)
    axes = [0, *range(2, x.dim())]
    y = model.batch_norm(x, gamma, beta, 1e-14)
    torch.testing.assert_close(y.mean(axes), beta)
    torch.testing.assert_close(y.std(axes, correction=0), gamma)


def test_with_the_right_scale_and_shift_it_is_the_identity():
    x = random(6, 4, 3)
    mu, sigma2 = model.moments(x)
    torch.testing.assert_close(model.batch_norm(x, (sigma2 + 1e-5).sqrt(), mu), x)


@pytest.mark.parametrize("a", [0.1, 10.0])
def test_the_size_of_the_weights_changes_no_output_and_no_gradient_further_down(a):
    W, u, push = random(5, 4), random(7, 4, seed=1), random(7, 5, seed=2)
    gamma, beta = random(5, seed=3), random(5, seed=4)

    def at(scale):
        weights, inputs = (scale * W).requires_grad_(), u.clone().requires_grad_()
        y = model.batch_norm(inputs @ weights.T, gamma, beta, 1e-15)
        return y.detach(), *torch.autograd.grad(y, (inputs, weights), push)

    (y, by_u, by_W), (y_a, by_u_a, by_W_a) = at(1.0), at(a)
    torch.testing.assert_close((y_a, by_u_a, a * by_W_a), (y, by_u, by_W), rtol=1e-6, atol=1e-8)


def test_a_bias_before_it_does_nothing():
    x, gamma, beta = random(7, 5), random(5, seed=1), random(5, seed=2)
    torch.testing.assert_close(model.batch_norm(x + random(5, seed=3), gamma, beta), model.batch_norm(x, gamma, beta))


@given(st.integers(1, 4), st.integers(2, 9), PLACES)
@settings(deadline=None, max_examples=30)
def test_the_population_has_unbiased_variances_of_its_batches(count, n, places):
    batches = [random(n, 3, *places, seed=i) for i in range(count)]
    axes = [0, *range(2, batches[0].dim())]
    mean, variance = model.population(batches)
    torch.testing.assert_close(mean, torch.stack([b.mean(axes) for b in batches]).mean(0))
    torch.testing.assert_close(variance, torch.stack([b.var(axes) for b in batches]).mean(0))


def test_a_single_value_a_feature_has_no_unbiased_variance():
    with pytest.raises(ValueError, match="expected mini-batches of at least 2 values a feature, got 1"):
        model.population([random(1, 3)])


@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_in_use_it_is_one_linear_map(eps):
    mean, variance, gamma, beta, x = (
        random(3),
        random(3, seed=1).abs(),
        random(3, seed=2),
        random(3, seed=3),
        random(5, 3, seed=4),
    )
    scale, shift = model.folded(gamma, beta, mean, variance, eps)
    torch.testing.assert_close(scale * x + shift, batch_norm(x, mean, variance, gamma, beta, eps=eps))


@pytest.mark.parametrize(("momentum", "eps"), [(0.1, 1e-5), (0.4, 0.5)])
def test_the_module_is_torch_batch_norm_in_training_and_in_use(momentum, eps):
    ours, other = model.BatchNorm(3, momentum, eps).double(), nn.BatchNorm1d(3, eps, momentum).double()
    torch.testing.assert_close(ours.eval()(random(4, 3)), other.eval()(random(4, 3)))
    ours.train(), other.train()
    with torch.no_grad():
        for seed, (p, q) in enumerate(zip(ours.parameters(), other.parameters(), strict=True), start=1):
            p.copy_(random(3, seed=seed))
            q.copy_(p)
    for seed in range(5):
        x = random(4, 3, seed=seed)
        torch.testing.assert_close(ours(x), other(x))
    torch.testing.assert_close((ours.mean, ours.variance), (other.running_mean, other.running_var))
    x = random(4, 3, seed=9)
    torch.testing.assert_close(ours.eval()(x), other.eval()(x))
    torch.testing.assert_close(torch.cat([ours(v) for v in x.split(1)]), other(x))
    torch.testing.assert_close((ours.mean, ours.variance), (other.running_mean, other.running_var))


def test_the_module_begins_as_the_bare_normalisation_and_learns():
    norm, x = model.BatchNorm(3).double(), random(4, 3)
    torch.testing.assert_close(norm(x), model.normalise(x, *model.moments(x)))
    assert [name for name, p in norm.named_parameters() if p.requires_grad] == ["gamma", "beta"]
    assert {name for name, _ in norm.named_buffers()} == {"mean", "variance"}


@pytest.mark.parametrize("norm", ["BatchNorm", "Identity"])
def test_the_network_normalises_its_sums_before_each_sigmoid(norm):
    kind = getattr(model, norm, nn.Identity)
    net, u = model.Network(4, (5, 3), 2, kind, scale=0.7).double(), random(9, 4)
    h = u
    for layer, entering in zip(net.sums, net.summed(u), strict=True):
        h = (
            layer(h)
            if kind is nn.Identity
            else theirs(layer(h), torch.ones(1).double().expand(layer.out_features), None)
        )
        torch.testing.assert_close(entering, h)
        h = torch.sigmoid(h)
    torch.testing.assert_close(net(u), net.out(h))
    assert all((layer.bias is None) == (kind is model.BatchNorm) for layer in net.sums)


def test_the_network_is_that_of_section_4_1_unless_told_otherwise():
    net = model.Network(64)
    assert [layer.out_features for layer in (*net.sums, net.out)] == [100, 100, 100, 10]
    assert isinstance(net.g, nn.Sigmoid)
    assert isinstance(model.Network(4, g=nn.ReLU).g, nn.ReLU)


@pytest.mark.parametrize("scale", [0.02, 0.7])
def test_weights_are_gaussian_of_the_deviation_that_is_asked_for(scale):
    torch.manual_seed(0)
    net = model.Network(300, (200,), scale=scale)
    assert net.sums[0].weight.std().item() == pytest.approx(scale, rel=0.02)
    assert net.sums[0].weight.mean().item() == pytest.approx(0, abs=scale / 50)
    assert net.out.weight.std().item() == pytest.approx(scale, rel=0.1)


def test_inputs_stay_as_they_are():
    x, gamma, beta = random(3, 4), random(4, seed=1), random(4, seed=2)
    kept = [v.clone() for v in (x, gamma, beta)]
    model.batch_norm(x, gamma, beta)
    model.gradients(x, x, gamma)
    assert all(torch.equal(a, b) for a, b in zip((x, gamma, beta), kept, strict=True))


def test_shapes_are_checked():
    with pytest.raises(Exception, match=r"(?i)shape|type-check"):
        model.batch_norm(torch.zeros(2, 4), torch.ones(3), torch.zeros(4))
