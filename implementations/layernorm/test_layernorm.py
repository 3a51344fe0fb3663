"""Layer normalisation and RMSNorm against torch's own, both rows of Table 1, and what no case may learn of another."""

import importlib
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import install_import_hook
from torch import nn
from torch.nn.functional import layer_norm, rms_norm

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
SIZES = st.integers(1, 9)
EPS = st.sampled_from([1e-12, 1e-5, 0.5])


def random(*shape, seed=0):
    """Give numbers whose mean and deviation are not 0 and 1."""
    return 3 * torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) + 2


@given(SIZES, SIZES, SIZES, EPS, st.sampled_from([1e-3, 1.0, 1e5]))
@settings(deadline=None, max_examples=50)
def test_layer_norm_is_torch_layer_norm(n, m, H, eps, size):
    a, g, b = size * random(n, m, H), random(H, seed=1), random(H, seed=2)
    torch.testing.assert_close(model.layer_norm(a, g, b, eps), layer_norm(a, (H,), g, b, eps))
    torch.testing.assert_close(model.layer_norm(a[0, 0], g, b, eps), layer_norm(a[0, 0], (H,), g, b, eps))


@given(SIZES, SIZES, SIZES, EPS, st.sampled_from([1e-3, 1.0, 1e5]))
@settings(deadline=None, max_examples=50)
def test_rms_norm_is_torch_rms_norm(n, m, H, eps, size):
    a, g = size * random(n, m, H), random(H, seed=1)
    torch.testing.assert_close(model.rms_norm(a, g, eps=eps), rms_norm(a, (H,), g, eps))
    torch.testing.assert_close(model.rms_norm(a[0, 0], g, eps=eps), rms_norm(a[0, 0], (H,), g, eps))


def test_both_worked_by_hand():
    """Units 1, 3, 5, 7: mean 4, variance 5; mean square 21."""
    a, g, b = torch.tensor([1.0, 3.0, 5.0, 7.0]), torch.tensor([1.0, 1.0, 1.0, 2.0]), torch.tensor([0.0, 0.0, 0.5, 0.0])
    mu, variance = model.moments(a)
    assert (mu.item(), variance.item()) == (4.0, 5.0)
    assert model.mean_square(a).item() == 21.0
    root = 5**0.5
    assert model.layer_norm(a, g, b, 1e-12).tolist() == pytest.approx([-3 / root, -1 / root, 1 / root + 0.5, 6 / root])
    assert model.rms_norm(a, g, eps=1e-12).tolist() == pytest.approx([x / 21**0.5 for x in (1, 3, 5, 14)])


@pytest.mark.parametrize(("p", "units"), [(1.0, 10), (0.25, 3), (0.3, 3), (0.01, 1)])
def test_a_partial_mean_square_sees_the_first_units_rounded_up(p, units):
    a = random(4, 10)
    torch.testing.assert_close(model.mean_square(a, p), a[:, :units].square().mean(-1, keepdim=True))
    g = random(10, seed=1)
    expected = g * a / (a[:, :units].square().mean(-1, keepdim=True) + 1e-5).sqrt()
    torch.testing.assert_close(model.rms_norm(a, g, p), expected)


@given(SIZES, st.integers(2, 9))
@settings(deadline=None, max_examples=30)
def test_without_gain_and_bias_each_case_has_mean_0_and_deviation_1(n, H):
    out = model.layer_norm(random(n, H), torch.ones(H).double(), torch.zeros(H).double(), 1e-15)
    torch.testing.assert_close(out.mean(-1), torch.zeros(n).double(), atol=1e-9, rtol=0)
    torch.testing.assert_close(out.std(-1, correction=0), torch.ones(n).double())


def test_moments_far_from_zero_keep_their_digits():
    """E[a^2] - E[a]^2 would lose a variance of 9 beside a mean of 1e8."""
    a = random(3, 50) + 1e8
    torch.testing.assert_close(model.moments(a)[1], a.var(-1, correction=0, keepdim=True), rtol=1e-6, atol=0)


CHANGES = {
    "weight matrix re-scaled": (lambda W, x: (2.5 * W, x), True, True),
    "weight matrix re-centred": (lambda W, x: (W + 0.7, x), True, False),
    "weight vector re-scaled": (lambda W, x: (torch.cat([3 * W[:1], W[1:]]), x), False, False),
    "data set re-scaled": (lambda W, x: (W, 4 * x), True, True),
    "data set re-centred": (lambda W, x: (W, x + 1.3), False, False),
    "single case re-scaled": (lambda W, x: (W, torch.cat([3 * x[:1], x[1:]])), True, True),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_invariances_are_those_of_table_1(change):
    made, *stays = CHANGES[change]
    W, x, g, b = random(8, 5), random(4, 5, seed=1), random(8, seed=2), random(8, seed=3)
    W_new, x_new = made(W, x)
    norms = (lambda a: model.layer_norm(a, g, b)), (lambda a: model.rms_norm(a, g))
    for norm, same in zip(norms, stays, strict=True):
        gap = (norm(x_new @ W_new.T) - norm(x @ W.T)).abs().max()
        assert gap < 1e-3 if same else gap > 0.1


@pytest.mark.parametrize("kind", ["LayerNorm", "RMSNorm"])
def test_a_case_gets_the_same_alone_and_in_a_batch_in_training_and_in_use(kind):
    norm, a = getattr(model, kind)(6).double(), random(5, 6)
    whole = norm.train()(a)
    torch.testing.assert_close(torch.cat([norm(a[i : i + 1]) for i in range(5)]), whole)
    torch.testing.assert_close(norm.eval()(a), whole)


@pytest.mark.parametrize("delta", [0.1, 10.0])
@pytest.mark.parametrize("kind", ["layer", "rms"])
def test_weights_that_grew_get_a_smaller_gradient(kind, delta):
    W, x, g, b, push = random(8, 5), random(4, 5, seed=1), random(8, seed=2), random(8, seed=3), random(4, 8, seed=4)

    def gradient(weights):
        weights = weights.clone().requires_grad_()
        a = x @ weights.T
        out = model.layer_norm(a, g, b, 1e-15) if kind == "layer" else model.rms_norm(a, g, eps=1e-15)
        return torch.autograd.grad(out, weights, push)[0]

    torch.testing.assert_close(gradient(delta * W) * delta, gradient(W))


def test_gradients_agree_with_finite_differences():
    a, g, b = (x.requires_grad_() for x in (random(3, 4), random(4, seed=1), random(4, seed=2)))
    assert torch.autograd.gradcheck(model.layer_norm, (a, g, b))
    assert torch.autograd.gradcheck(lambda a, g: model.rms_norm(a, g, 0.5), (a, g))


def test_inputs_stay_as_they_are():
    a, g, b = random(3, 4), random(4, seed=1), random(4, seed=2)
    kept = [x.clone() for x in (a, g, b)]
    model.layer_norm(a, g, b)
    model.rms_norm(a, g)
    assert all(torch.equal(x, y) for x, y in zip((a, g, b), kept, strict=True))


@pytest.mark.parametrize(("kind", "known"), [("LayerNorm", nn.LayerNorm), ("RMSNorm", nn.RMSNorm)])
def test_modules_are_those_of_torch_as_they_begin_and_later(kind, known):
    ours, theirs, a = getattr(model, kind)(6, eps=1e-3).double(), known(6, eps=1e-3).double(), random(5, 6)
    torch.testing.assert_close(ours(a), theirs(a))
    with torch.no_grad():
        for seed, (p, q) in enumerate(zip(ours.parameters(), theirs.parameters(), strict=True), start=1):
            p.copy_(random(6, seed=seed))
            q.copy_(p)
    torch.testing.assert_close(ours(a), theirs(a))
    assert all(p.requires_grad for p in ours.parameters())


def test_a_partial_module_looks_at_its_share():
    a = random(5, 10)
    torch.testing.assert_close(model.RMSNorm(10, p=0.3).double()(a), model.rms_norm(a, torch.ones(10).double(), 0.3))


@pytest.mark.parametrize("p", [0.0, -0.5, 1.5])
def test_a_share_outside_its_range_is_refused(p):
    with pytest.raises(ValueError, match=r"expected p in \(0, 1\]"):
        model.RMSNorm(4, p=p)


def test_the_recurrent_network_normalises_its_sums_at_each_step():
    net = model.Recurrent(3, 5).double()
    with torch.no_grad():
        for seed, p in enumerate(net.parameters()):
            p.copy_(random(*p.shape, seed=seed) / 3)
    x, h, states = random(2, 6, 3), torch.zeros(2, 5).double(), []
    for t in range(6):
        a = h @ net.W_hh.weight.T + x[:, t] @ net.W_xh.weight.T + net.W_xh.bias
        h = torch.tanh(layer_norm(a, (5,), net.norm.g, net.norm.b))
        states.append(h)
    torch.testing.assert_close(net(x), torch.stack(states, 1))


def test_a_sequence_may_be_longer_than_any_before_and_no_state_sees_later_inputs():
    net, x = model.Recurrent(3, 5), random(2, 40, 3).float()
    torch.testing.assert_close(net(x)[:, :7], net(x[:, :7]))


@pytest.mark.parametrize("norm", ["RMSNorm", "Identity"])
def test_the_recurrent_network_takes_another_normalisation_or_none(norm):
    kind = getattr(model, norm, None) or nn.Identity
    net, x = model.Recurrent(3, 5, kind), random(2, 1, 3).float()
    expected = torch.tanh(kind(5)(net.W_xh(x[:, 0])))
    torch.testing.assert_close(net(x)[:, 0], expected)


def test_shapes_are_checked():
    with pytest.raises(Exception, match=r"(?i)shape|type-check"):
        model.layer_norm(torch.zeros(2, 4), torch.ones(3), torch.zeros(4))
