"""Adam and AdaMax against torch's own, a loop over plain numbers, closed forms and the paper's Section 2.1."""

import copy
import importlib
import math
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import install_import_hook

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
BETAS = st.tuples(
    st.just(0.0) | st.floats(0.1, 0.99), st.floats(0.5, 0.9999)
)  # 1 - (1 - 1e-8) is rounding, and 1 / eps makes it large
STREAMS = st.lists(st.sampled_from([0.0, 1.0, -1.0, 1e-3, -40.0]) | st.floats(-10, 10), min_size=1, max_size=30)


def steps(optimizer, theta, gradients):
    """Feed gradients to an optimizer and give what it subtracted each time."""
    taken = []
    for g in gradients:
        theta.detach().zero_()  # a step is read from zero, where a large theta cannot round it off
        theta.grad = torch.as_tensor(g, dtype=theta.dtype).expand_as(theta).clone()
        optimizer.step()
        taken.append(-theta.detach().clone())
    return torch.stack(taken)


def random_gradients(seed, count, size):
    """Gradients of very different sizes; a third of the entries is zero."""
    generator = torch.Generator().manual_seed(seed)
    g = torch.randn(count, size, generator=generator, dtype=torch.float64) * torch.logspace(-3, 3, size).double()
    return g * (torch.rand(count, size, generator=generator) > 1 / 3)


def run(kind, gradients, **arguments):
    theta = torch.zeros(len(gradients[0]), dtype=torch.float64, requires_grad=True)
    return steps(kind([theta], **arguments), theta, gradients)


@given(st.integers(0, 99), st.floats(1e-5, 1), BETAS, st.floats(1e-10, 1e-2))
@settings(deadline=None, max_examples=30)
def test_adam_takes_the_steps_of_torch_adam(seed, alpha, betas, eps):
    g = random_gradients(seed, 20, 7)
    ours = run(model.Adam, g, alpha=alpha, betas=betas, eps=eps)
    theirs = run(torch.optim.Adam, g, lr=alpha, betas=betas, eps=eps, foreach=False)
    torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize(("count", "shape"), [(20, (3, 4)), (20, (2, 3, 2)), (2500, ())])
@pytest.mark.parametrize("kind", ["Adam", "AdaMax"])
def test_each_element_steps_by_itself_in_any_shape_and_for_long(kind, count, shape):
    """After 2500 steps the correction of v is still 9 per cent."""
    g = torch.randn(count, *shape, generator=torch.Generator().manual_seed(5), dtype=torch.float64) + 0.5
    mine, known = (torch.zeros(shape, dtype=torch.float64, requires_grad=True) for _ in range(2))
    ours = steps(getattr(model, kind)([mine], alpha=1e-3), mine, g)
    theirs = steps(getattr(torch.optim, kind.replace("AdaMax", "Adamax"))([known], lr=1e-3, foreach=False), known, g)
    torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-13)


def test_a_gradient_that_is_no_number_is_not_covered_up():
    ours = run(model.Adam, [[1.0, 1.0], [math.nan, 1.0]])
    assert ours.isnan().tolist() == [[False, False], [True, False]]


@given(st.integers(0, 99), st.floats(1e-5, 1), BETAS)
@settings(deadline=None, max_examples=30)
def test_adamax_takes_the_steps_of_torch_adamax(seed, alpha, betas):
    g = random_gradients(seed, 20, 7)
    ours = run(model.AdaMax, g, alpha=alpha, betas=betas)
    theirs = run(torch.optim.Adamax, g, lr=alpha, betas=betas, foreach=False)
    torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-13)


@given(STREAMS, BETAS, st.booleans())
@settings(deadline=None)
def test_adam_follows_algorithm_1_written_with_plain_numbers(stream, betas, correct):
    beta1, beta2 = betas
    m = v = 0.0
    expected = []
    for t, g in enumerate(stream, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = (m / (1 - beta1**t), v / (1 - beta2**t)) if correct else (m, v)
        expected.append(0.1 * m_hat / (math.sqrt(v_hat) + 1e-8))
    ours = run(model.Adam, [[g] for g in stream], alpha=0.1, betas=betas, bias_correction=correct)
    torch.testing.assert_close(ours[:, 0], torch.tensor(expected, dtype=torch.float64), rtol=1e-9, atol=1e-12)


def test_the_first_two_steps_worked_by_hand():
    """m_1 = .3, v_1 = .009, so both estimates are exact: 3/3; m_2 = .07, v_2 = .009991: .07/.19 over the root of .009991/.001999."""
    ours = run(model.Adam, [[3.0], [-2.0]], alpha=1.0, eps=0.0)[:, 0].tolist()
    assert ours == pytest.approx([1.0, (0.07 / 0.19) / math.sqrt((0.999 * 0.009 + 0.001 * 4) / 0.001999)], rel=1e-12)


def test_defaults_are_those_under_algorithm_1():
    group = model.Adam([torch.zeros(1)]).param_groups[0]
    assert (group["alpha"], group["betas"], group["eps"]) == (1e-3, (0.9, 0.999), 1e-8)
    assert model.AdaMax([torch.zeros(1)]).param_groups[0]["alpha"] == 2e-3


@given(st.floats(-100, 100), st.floats(0, 0.9999), st.integers(1, 60))
@settings(deadline=None)
def test_the_corrected_mean_of_a_constant_is_that_constant(g, beta, t):
    """Section 3: without the correction it would be (1 - beta^t) g."""
    moment = torch.zeros(1, dtype=torch.float64)
    for _ in range(t):
        moment = model.running_mean(moment, torch.tensor([g], dtype=torch.float64), beta)
    assert moment.item() == pytest.approx((1 - beta**t) * g, rel=1e-9, abs=1e-12)
    assert model.unbias(moment, beta, t).item() == pytest.approx(g, rel=1e-7, abs=1e-12)


@given(st.integers(0, 99), st.floats(-6, 6))
@settings(deadline=None, max_examples=25)
def test_rescaled_gradients_give_the_same_steps(seed, exponent):
    """Section 2.1, with eps 0."""
    g = random_gradients(seed, 15, 5) + 1e-6
    torch.testing.assert_close(
        run(model.Adam, g, eps=0.0), run(model.Adam, g * 10**exponent, eps=0.0), rtol=1e-9, atol=1e-15
    )


def sharp_bound(t, beta1, beta2):
    """Give the largest |step| / alpha at step t over all streams of gradients, by the inequality of Cauchy and Schwarz."""
    powers = sum((beta1**2 / beta2) ** j for j in range(t))
    ratio = (1 - beta1) / math.sqrt(1 - beta2) * math.sqrt(powers)
    return ratio * math.sqrt(1 - beta2**t) / (1 - beta1**t)


@given(STREAMS, BETAS)
@settings(deadline=None)
def test_no_stream_of_gradients_gives_a_step_over_the_sharp_bound(stream, betas):
    ours = run(model.Adam, [[g] for g in stream], alpha=1.0, betas=betas, eps=1e-12)[:, 0].abs()
    assert all(step <= sharp_bound(t, *betas) * (1 + 1e-6) for t, step in enumerate(ours.tolist(), start=1))


def test_one_gradient_after_long_silence_gives_the_bound_of_section_2_1():
    """(1 - beta1) / sqrt(1 - beta2) alpha, times what the corrections of step 301 still do."""
    step = run(model.Adam, [[0.0]] * 300 + [[5.0]], alpha=1.0, eps=1e-30)[-1].item()
    correction = math.sqrt(1 - 0.999**301) / (1 - 0.9**301)
    assert step == pytest.approx(0.1 / math.sqrt(0.001) * correction, rel=1e-9)


def test_growing_gradients_pass_the_bound_of_section_2_1():
    """Each gradient beta2 / beta1 times the one before: over the stated bound, and exactly at the sharp one."""
    stream = [[(0.999 / 0.9) ** i] for i in range(300)]
    step = run(model.Adam, stream, alpha=1.0, eps=1e-30)[-1].item()
    assert step == pytest.approx(sharp_bound(300, 0.9, 0.999), rel=1e-9)
    assert step > 0.1 / math.sqrt(0.001)


def test_two_equal_gradients_after_long_silence_pass_the_bound_of_section_2_1():
    """By hand: 0.19 / sqrt(0.001999) = 4.25 alpha, where the bound is 3.16; a dozen of them come to 6.5."""
    seen = run(model.Adam, [[0.0]] * 5000 + [[3.0]] * 12, alpha=1.0, eps=1e-30)[5000:, 0].abs().tolist()
    corrections = [math.sqrt(1 - 0.999**t) / (1 - 0.9**t) for t in range(5001, 5013)]
    expected = [(1 - 0.9**k) / math.sqrt(1 - 0.999**k) * c for k, c in enumerate(corrections, start=1)]
    assert seen == pytest.approx(expected, rel=1e-9)
    assert seen[1] == pytest.approx(4.25, abs=0.02)
    assert seen[11] == pytest.approx(6.55, abs=0.03)


def test_a_constant_gradient_moves_by_alpha_each_step():
    assert run(model.Adam, [[-7.0]] * 50, alpha=0.01, eps=0.0)[:, 0].tolist() == pytest.approx([-0.01] * 50, rel=1e-9)


def test_without_the_correction_the_first_step_is_too_large():
    """Section 6.4: 0.1 / sqrt(1 - beta2), which is 10 alpha at beta2 = 0.9999."""
    step = run(model.Adam, [[4.0]], alpha=1.0, betas=(0.9, 0.9999), eps=0.0, bias_correction=False).item()
    assert step == pytest.approx(10.0, rel=1e-6)


@given(STREAMS)
@settings(deadline=None)
def test_adamax_moves_by_alpha_at_most_when_gradients_do_not_fade(stream):
    grown = [[g] for g in sorted(stream, key=abs)]
    assert run(model.AdaMax, grown, alpha=1.0)[:, 0].abs().max().item() <= 1 + 1e-9


@pytest.mark.parametrize("name", ["running_mean", "unbias", "effective_step"])
def test_gradients_agree_with_finite_differences(name):
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.rand(6, generator=generator, dtype=torch.float64) + 0.5 for _ in range(2))
    functions = {
        "running_mean": lambda x, y: model.running_mean(x, y, 0.9),
        "unbias": lambda x, y: model.unbias(x * y, 0.9, 3),
        "effective_step": lambda x, y: model.effective_step(x, y, 0.1, 1e-8),
    }
    assert torch.autograd.gradcheck(functions[name], (a.requires_grad_(), b.requires_grad_()))


def test_running_maximum_fades_and_jumps():
    u, g = torch.tensor([4.0, 4.0]), torch.tensor([1.0, -9.0])
    assert model.running_maximum(u, g, 0.5).tolist() == [2.0, 9.0]


def test_parameters_keep_their_own_state_and_stay_without_a_gradient():
    a, b = torch.zeros(2, requires_grad=True), torch.ones(3, requires_grad=True)
    optimizer = model.Adam([{"params": [a], "alpha": 0.5}, {"params": [b]}])
    a.grad = torch.ones(2)
    optimizer.step()
    assert (a.tolist(), b.tolist()) == ([pytest.approx(-0.5)] * 2, [1.0] * 3)
    assert b not in optimizer.state


def test_groups_have_settings_and_parameters_a_count_of_steps_of_their_own():
    """The second one begins 5 steps late; eps is large enough to show, and one group leaves the correction out.

    The settings have more digits than anybody's defaults; who looks at a parameter sees it move.
    """
    g = random_gradients(3, 20, 4)
    a, b, c, d, e = (torch.zeros(4, dtype=torch.float64, requires_grad=True) for _ in range(5))
    first = {"betas": (0.81234, 0.91234), "eps": 1.23456789e-2}
    second = {"betas": (0.51234, 0.99123), "eps": 0.123456789}
    seen = a.detach(), b.detach()
    ours = model.Adam(
        [
            {"params": [a], "alpha": 0.123456, **first},
            {"params": [b], "alpha": 0.312345, **second},
            {"params": [e], "alpha": 0.3, "bias_correction": False},
        ]
    )
    theirs = torch.optim.Adam([{"params": [c], "lr": 0.123456, **first}, {"params": [d], "lr": 0.312345, **second}])
    for i, row in enumerate(g):
        for one in (a, c):
            one.grad = row.clone()
        for one in (b, d):
            one.grad = row.clone() if i >= 5 else None
        e.grad = row.clone() if i == 0 else None
        ours.step()
        theirs.step()
    torch.testing.assert_close(seen, (c.detach(), d.detach()), rtol=1e-9, atol=1e-13)
    uncorrected = 0.1 * g[0] / ((0.001 * g[0].square()).sqrt() + 1e-8)
    torch.testing.assert_close(e.detach(), -0.3 * uncorrected, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("kind", ["Adam", "AdaMax"])
def test_all_parameters_of_a_group_move_and_go_on_after_saving_and_loading(kind):
    g = random_gradients(4, 20, 3)
    theta = [torch.zeros(3, dtype=torch.float64, requires_grad=True) for _ in range(2)]
    optimizer = getattr(model, kind)(theta)
    for i, row in enumerate(g):
        if i == 10:
            saved = copy.deepcopy(optimizer.state_dict())
            optimizer = getattr(model, kind)(theta)
            optimizer.load_state_dict(saved)
        for one, grad in zip(theta, (row, row.flip(0)), strict=True):
            one.grad = grad.clone()
        optimizer.step()
    for one, stream in zip(theta, (g, g.flip(1)), strict=True):
        alone = torch.zeros(3, dtype=torch.float64, requires_grad=True)
        known = getattr(torch.optim, kind.replace("AdaMax", "Adamax"))([alone], foreach=False)
        for row in stream:
            alone.grad = row.clone()
            known.step()
        torch.testing.assert_close(one, alone, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("kind", ["Adam", "AdaMax"])
def test_a_step_leaves_the_gradients_as_they_are(kind):
    theta = torch.zeros(3, requires_grad=True)
    theta.grad = torch.tensor([2.0, -3.0, 0.5])
    getattr(model, kind)([theta]).step()
    assert theta.grad.tolist() == [2.0, -3.0, 0.5]


def test_a_closure_is_evaluated_once_with_gradients_and_its_loss_returned():
    theta = torch.tensor([1.0], requires_grad=True)
    optimizer, calls = model.Adam([theta]), []

    def closure():
        calls.append(1)
        optimizer.zero_grad()
        loss = theta.square().sum()
        loss.backward()
        return float(loss.detach())

    assert optimizer.step(closure) == 1.0
    assert len(calls) == 1
    assert theta.item() == pytest.approx(0.999)


@pytest.mark.parametrize("wrong", [{"alpha": -1.0}, {"betas": (1.0, 0.9)}, {"betas": (0.9, -0.1)}, {"eps": -1e-8}])
def test_settings_outside_their_range_are_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        model.Adam([torch.zeros(1)], **wrong)


def test_shapes_are_checked():
    with pytest.raises(Exception, match=r"(?i)shape|type-check"):
        model.running_mean(torch.zeros(3), torch.zeros(4), 0.9)
