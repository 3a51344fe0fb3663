"""Double descent: penalties by scikit-learn, leaving one out by doing so, the peak where the two numbers meet."""

import pytest
import torch
from sklearn.linear_model import Ridge

from paperlab.harness.cases import double_descent as dd
from tests.harness.cases.given import g, rung, trial


@pytest.mark.parametrize("features", [5, 40])
def test_a_penalised_fit_is_scikit_learns(features: int) -> None:
    x, y = torch.randn(20, features, generator=g()).double(), torch.randn(20, 2, generator=g(1)).double()
    theirs = Ridge(alpha=0.3, fit_intercept=False).fit(x.numpy(), y.numpy()).coef_.T
    assert torch.allclose(dd.penalised(x, y, 0.3), torch.as_tensor(theirs))


def test_the_penalty_is_the_best_of_leaving_each_example_out() -> None:
    x, y = torch.randn(12, 9, generator=g()).double(), torch.randn(12, 1, generator=g(1)).double()

    def missed(penalty: float) -> float:
        kept = [[j for j in range(12) if j != i] for i in range(12)]
        weights = [dd.penalised(x[k], y[k], penalty) for k in kept]
        return sum(float((x[i] @ w - y[i]).square().sum()) for i, w in enumerate(weights))

    best = dd.penalised(x, y, min(dd.PENALTIES, key=missed))
    assert torch.allclose(dd.ridge(x, y), best)


def test_least_norm_peaks_where_features_meet_examples_and_falls_again() -> None:
    curve = dict(zip(dd.SIZES, dd.run(dd.least_norm, trial("double-descent")).curve, strict=True))
    assert max(curve, key=curve.__getitem__) in (0.9, 1.0, 1.1)
    assert curve[8.0] < curve[1.0] - 0.5


def test_saying_the_mean_is_the_zero_and_no_penalty_beats_the_ceiling() -> None:
    assert rung("double-descent", "trivial") == 0
    assert rung("double-descent", "ceiling") <= rung("double-descent", "reference")


def test_weights_of_the_wrong_shape_are_told() -> None:
    with pytest.raises(ValueError, match=r"expected weights \(4, 10\), got \(3, 10\)"):
        dd.run(lambda *_: torch.zeros(3, 10), trial("double-descent"))
