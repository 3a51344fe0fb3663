"""The orbit: by a solver of high order."""

import math

import pytest
import torch
from scipy.integrate import solve_ivp

from paperlab.harness.cases import load, orbit
from tests.harness.cases.given import rung, trial


def test_kepler_ends_where_a_solver_of_high_order_does() -> None:
    eccentricity = torch.tensor([0.0, 0.3, 0.6], dtype=torch.float64)
    start, end = orbit.exact(eccentricity, 0.0), orbit.exact(eccentricity, 4.0)
    for one, there in zip(start, end, strict=True):
        found = solve_ivp(
            lambda t, y: orbit.field(t, torch.as_tensor(y)).numpy(),
            (0, 4.0),
            one.numpy(),
            "DOP853",
            rtol=1e-12,
            atol=1e-12,
        )
        assert found.y[:, -1] == pytest.approx(there.numpy(), abs=1e-9)
    assert torch.allclose(orbit.exact(eccentricity, 2 * math.pi), start, atol=1e-12)


@pytest.mark.parametrize(("arm", "order", "calls"), [("runge-kutta", 4, 4), ("midpoint", 2, 2), ("euler", 1, 1)])
def test_the_error_falls_with_the_order_of_the_step_and_looks_are_counted(arm: str, order: int, calls: int) -> None:
    case, evaluations = load("orbit"), 20_000 if arm == "euler" else 4000
    coarse, fine = (case.run(case.arms[arm], trial("orbit", evaluations=n)) for n in (evaluations, 2 * evaluations))
    assert coarse.notes["steps"] == evaluations // calls
    assert coarse.value - fine.value == pytest.approx(order * math.log10(2), abs=0.25)


def test_no_error_is_cut_to_the_floor() -> None:
    assert rung("orbit", "ceiling") == -12
