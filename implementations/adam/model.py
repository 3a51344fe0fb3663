"""Adam: a step for each parameter, scaled by running moments of its gradient.

Kingma and Ba, "Adam: A Method for Stochastic Optimization", arXiv:1412.6980.

The paper's symbols, as they are used here:
    theta       parameters
    g           gradient of the objective at step t
    m, v        running mean of g and of g squared, both begin at zero
    m_hat       m with its pull towards zero taken out; v_hat the same for v
    t           number of the step, 1, 2, 3, ...
    alpha       stepsize
    beta1, beta2    how much of m and of v is kept each step, in [0, 1)
    eps         keeps the division away from zero
    u           running maximum of |g| in AdaMax
"""

from collections.abc import Callable, Iterable
from typing import Any, overload

import torch
from jaxtyping import Float
from torch import Tensor
from torch.optim import Optimizer

Parameters = Iterable[Tensor] | Iterable[dict[str, Any]]


def running_mean(old: Float[Tensor, "*shape"], new: Float[Tensor, "*shape"], beta: float) -> Float[Tensor, "*shape"]:
    """Keep the share beta of the old value and take 1 - beta of the new one (Algorithm 1, updates of m and v).

    Args:
        old: the running mean so far.
        new: what this step saw: g for m, g squared for v.
        beta: in [0, 1); about the last 1 / (1 - beta) steps count.
    """
    # --- solution: Algorithm 1, biased moment estimates
    return beta * old + (1 - beta) * new
    # --- end


def unbias(moment: Float[Tensor, "*shape"], beta: float, t: int) -> Float[Tensor, "*shape"]:
    """Take out the pull towards the zero at which the running mean began (Section 3).

    After t steps the weights of all gradients seen add up to 1 - beta^t and not to 1: for a constant gradient g the
    running mean is (1 - beta^t) g, so that the division gives g back exactly.

    Args:
        moment: m or v after t steps.
        beta: the share that it keeps each step.
        t: steps done, 1 or more.
    """
    # --- solution: Section 3, bias correction
    return moment / (1 - beta**t)
    # --- end


def effective_step(
    m_hat: Float[Tensor, "*shape"], v_hat: Float[Tensor, "*shape"], alpha: float, eps: float
) -> Float[Tensor, "*shape"]:
    """Give what is subtracted from theta: alpha times a ratio that no rescaling of the gradient changes (Section 2.1).

    Args:
        m_hat: estimate of the mean of g.
        v_hat: estimate of the mean of g squared, 0 or more.
        alpha: stepsize, in the unit of theta.
        eps: added to the root, outside of it.
    """
    # --- solution: Algorithm 1, update of theta
    return alpha * m_hat / (v_hat.sqrt() + eps)
    # --- end


def running_maximum(u: Float[Tensor, "*shape"], g: Float[Tensor, "*shape"], beta2: float) -> Float[Tensor, "*shape"]:
    """Keep the largest |g| seen, fading by beta2 each step: v with an infinite power in place of 2 (Section 7.1).

    Args:
        u: the running maximum so far, 0 or more.
        g: gradient of this step.
        beta2: in [0, 1).
    """
    # --- solution: Algorithm 2, exponentially weighted infinity norm
    return torch.maximum(beta2 * u, g.abs())
    # --- end


class _Moments(Optimizer):
    """What Adam and AdaMax share: a state of two tensors and a count for each parameter, and the loop over them."""

    def __init__(
        self, params: Parameters, *, alpha: float, betas: tuple[float, float], eps: float, bias_correction: bool = True
    ) -> None:
        for name, value, low, high in (("alpha", alpha, 0.0, float("inf")), ("eps", eps, 0.0, float("inf"))):
            if not low <= value < high:
                raise ValueError(f"expected {name} of {low} or more, got {value}")
        if not all(0.0 <= beta < 1.0 for beta in betas):
            raise ValueError(f"expected betas in [0, 1), got {betas}")
        super().__init__(params, {"alpha": alpha, "betas": betas, "eps": eps, "bias_correction": bias_correction})

    @overload
    def step(self, closure: None = None) -> None: ...
    @overload
    def step(self, closure: Callable[[], float]) -> float: ...

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """Take one step with the gradients at hand; parameters without one stay where they are."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for theta in group["params"]:
                if theta.grad is not None:
                    theta.sub_(self.delta(theta, theta.grad, **{k: v for k, v in group.items() if k != "params"}))
        return loss

    def delta(self, theta: Tensor, g: Tensor, **settings: Any) -> Tensor:
        """Advance the state of theta by the gradient g and give what is to be subtracted."""
        raise NotImplementedError


class Adam(_Moments):
    """Algorithm 1. Defaults are the paper's: alpha 0.001, beta1 0.9, beta2 0.999, eps 1e-8.

    Args:
        params: tensors, or groups of them with settings of their own.
        alpha: stepsize.
        betas: (beta1, beta2), each in [0, 1).
        eps: 0 or more.
        bias_correction: False leaves Section 3 out, for the ablation of Section 6.4.

    Raises:
        ValueError: a setting outside its range.
    """

    def __init__(
        self,
        params: Parameters,
        alpha: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        *,
        bias_correction: bool = True,
    ) -> None:
        super().__init__(params, alpha=alpha, betas=betas, eps=eps, bias_correction=bias_correction)

    def delta(self, theta: Tensor, g: Tensor, **settings: Any) -> Tensor:
        """Give Algorithm 1's step for one parameter, in its own shape."""
        beta1, beta2 = settings["betas"]
        state = self.state[theta]
        t = state["t"] = state.get("t", 0) + 1
        # --- solution: Algorithm 1, the body of its loop
        m = state["m"] = running_mean(state.get("m", torch.zeros_like(theta)), g, beta1)
        v = state["v"] = running_mean(state.get("v", torch.zeros_like(theta)), g.square(), beta2)
        if settings["bias_correction"]:
            m, v = unbias(m, beta1, t), unbias(v, beta2, t)
        return effective_step(m, v, settings["alpha"], settings["eps"])
        # --- end


class AdaMax(_Moments):
    """Algorithm 2: Adam with the infinity norm, whose step alpha bounds by itself. The paper's alpha is 0.002.

    Differs from the paper: eps (1e-8 unless told) is put under |g|, as torch.optim.Adamax does, so that a gradient that was
    always zero gives a step of zero and not 0 / 0.
    """

    def __init__(
        self,
        params: Parameters,
        alpha: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        super().__init__(params, alpha=alpha, betas=betas, eps=eps)

    def delta(self, theta: Tensor, g: Tensor, **settings: Any) -> Tensor:
        """Give Algorithm 2's step for one parameter, in its own shape."""
        beta1, beta2 = settings["betas"]
        state = self.state[theta]
        t = state["t"] = state.get("t", 0) + 1
        # --- solution: Algorithm 2, the body of its loop
        m = state["m"] = running_mean(state.get("m", torch.zeros_like(theta)), g, beta1)
        u = state["u"] = running_maximum(state.get("u", torch.zeros_like(theta)), g.abs() + settings["eps"], beta2)
        return float(settings["alpha"]) * unbias(m, beta1, t) / u
        # --- end
