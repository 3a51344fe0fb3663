"""Few-shot sinusoid: gradient steps by autograd one task at a time, processes by scikit-learn, waves by their form."""

import copy

import pytest
import torch
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF
from torch import Tensor

from paperlab.harness.cases import sinusoid
from paperlab.harness.cases.training import mlp
from tests.harness.cases.given import g, rung, trial


def test_tasks_are_waves_of_one_height_and_phase_each() -> None:
    x, y = sinusoid.tasks(50, g())
    assert x.shape == y.shape == (50, sinusoid.SHOTS + sinusoid.ASKED, 1)
    both = sinusoid._sin_cos(x)
    a, b = torch.linalg.lstsq(both, y.double()).solution.squeeze(-1).T
    assert torch.allclose(both @ torch.stack([a, b], 1)[..., None], y.double(), atol=1e-5)
    height = (a**2 + b**2).sqrt()
    assert float(height.min()) >= 0.1
    assert float(height.max()) <= 5
    assert float(b.min()) >= 0


def test_steps_on_shots_are_those_of_plain_gradient_descent() -> None:
    x, y = sinusoid.tasks(3, g())
    with torch.random.fork_rng():
        model = mlp((1, 8, 1))
    shots, asked = slice(sinusoid.SHOTS), slice(sinusoid.SHOTS, None)
    found = sinusoid._tuned(model, x[:, shots], y[:, shots], x[:, asked], 3)
    for i in range(3):
        one = copy.deepcopy(model)
        sgd = torch.optim.SGD(one.parameters(), lr=sinusoid.STEP)
        for _ in range(3):
            sgd.zero_grad()
            (one(x[i, shots]) - y[i, shots]).square().mean().backward()  # type: ignore[no-untyped-call]
            sgd.step()
        assert torch.allclose(found[i], one(x[i, asked]), atol=1e-5)


def test_the_process_is_scikit_learns() -> None:
    x, y = sinusoid.tasks(2, g())
    shots, asked = slice(sinusoid.SHOTS), slice(sinusoid.SHOTS, None)
    found = sinusoid._kernel(x[:, shots], y[:, shots], x[:, asked])
    for i in range(2):
        theirs = GaussianProcessRegressor(RBF(1.0), alpha=1e-4, optimizer=None).fit(x[i, shots], y[i, shots])
        assert theirs.predict(x[i, asked]) == pytest.approx(found[i, :, 0].numpy(), abs=1e-3)


def test_zero_is_what_the_form_of_a_wave_reaches() -> None:
    assert rung("sinusoid", "ceiling") < 1e-8
    # The mean square of A sin, A in 0.1..5 evenly, is about 4.25: guessing the shots' mean comes near it.
    assert rung("sinusoid", "trivial") == pytest.approx(4.25, abs=1.5)


def test_answers_of_the_wrong_shape_are_told() -> None:
    def make(draw: sinusoid.Draw, _: object) -> sinusoid.Adapt:
        assert draw(2, g())[0].shape == (2, 30, 1)

        def answer(x: Tensor, y: Tensor, asked: Tensor) -> Tensor:
            return asked[0]

        return answer

    with pytest.raises(ValueError, match=r"expected answers \(200, 20, 1\), got \(20, 1\)"):
        sinusoid.run(make, trial("sinusoid"))
