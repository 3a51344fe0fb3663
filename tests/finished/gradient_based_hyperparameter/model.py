r"""Gradient-based Hyperparameter Optimization through Reversible Learning: the method, to be written by you.

Names are the paper's symbols. Replace each `raise NotImplementedError` by the formula above it.
Imports torch, jaxtyping and the standard library alone, so that it can be read by itself.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def stochastic_gradient_descent_momentum(
    w_1: Tensor | float,
    gamma: Tensor | float,
    alpha: Tensor | float,
    L: Callable[..., Tensor],
    T: int,
) -> Tensor:
    r"""Algorithm 1, Section 2.1."""
    w, v = w_1, torch.zeros_like(w_1)
    for t in range(T):
        g = _gradient(lambda at: L(at, t), w)
        v = gamma[t] * v - (1 - gamma[t]) * g
        w = w + alpha[t] * v
    return w, v


def _gradient(loss, w):
    """Give the gradient of a loss at w."""
    at = w.detach().requires_grad_()
    return torch.autograd.grad(loss(at).sum(), at)[0]


def reverse_mode_differentiation_sgd(
    w_T: Tensor | float,
    v_T: Tensor | float,
    gamma: Tensor | float,
    alpha: Tensor | float,
    L: Callable[..., Tensor],
    f: Callable[..., Tensor],
) -> Tensor:
    r"""Algorithm 2, Section 2.1."""
    w, v = w_T, v_T
    dw, dv = _gradient(f, w), torch.zeros_like(v_T)
    d_alpha, d_gamma = torch.zeros_like(alpha), torch.zeros_like(gamma)
    for t in reversed(range(len(alpha))):
        d_alpha[t] = dw @ v
        w = w - alpha[t] * v
        at = w.detach().requires_grad_()
        g = torch.autograd.grad(L(at, t).sum(), at, create_graph=True)[0]
        v = (v + (1 - gamma[t]) * g.detach()) / gamma[t]
        dv = dv + alpha[t] * dw
        d_gamma[t] = dv @ (v + g.detach())
        # The product of dv with the Hessian, without the Hessian.
        dw = dw - (1 - gamma[t]) * torch.autograd.grad(g, at, dv)[0]
        dv = gamma[t] * dv
    return w, v, dw, d_alpha, d_gamma


def exactly_reversible_multiplication_ratio(
    i: Tensor | float,
    c: Tensor | float,
    n: Tensor | float,
    d: Tensor | float,
) -> Tensor:
    r"""Algorithm 3, Section 2.3."""
    i = i * d
    i = i + c % d
    c = c // d
    c = c * n
    c = c + i % n
    i = i // n
    return i, c


# Sizes with which tests and cases call each function; () is a single number, 3 a count that is handed over as it
# stands, None a function that the formula calls. Where the paper states no shape they are a guess of ours: change
# them to what your function takes.
SHAPES: dict[str, dict[str, tuple[int, ...] | int | None]] = {
    "stochastic_gradient_descent_momentum": {"w_1": (5,), "gamma": (4,), "alpha": (4,), "L": None, "T": 4},
    "reverse_mode_differentiation_sgd": {
        "w_T": (5,), "v_T": (5,), "gamma": (4,), "alpha": (4,), "L": None, "f": None,
    },
    "exactly_reversible_multiplication_ratio": {"i": (), "c": (), "n": (), "d": ()},
}
