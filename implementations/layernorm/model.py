"""Layer normalisation, and RMSNorm, which leaves out its mean: one case at a time, over the units of one layer.

Ba, Kiros and Hinton, "Layer Normalization", arXiv:1607.06450.
Zhang and Sennrich, "Root Mean Square Layer Normalization", arXiv:1910.07467, called RMSNorm below.

The papers' symbols, as they are used here:
    a           summed inputs of a layer, W x before bias and nonlinearity; the last axis holds its H units
    mu, sigma   mean and standard deviation of a over the units of the layer
    g, b        gain and bias of each unit, learned
    rms         root mean square of a over the units
    p           share of the units that the root mean square is taken from, in (0, 1]
    h           hidden state of a recurrent network

Differs from the papers: eps is added under the root, as torch does; their formulas have none, and would divide a layer
whose units are all equal by zero.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn


def moments(a: Float[Tensor, "*batch H"]) -> tuple[Float[Tensor, "*batch 1"], Float[Tensor, "*batch 1"]]:
    """Give mu and sigma squared of each case over the units of the layer (Equation 3): no other case has a part in it.

    The variance is that of the units themselves, divided by H: nothing is estimated here.
    """
    # --- solution: Equation (3)
    mu = a.mean(-1, keepdim=True)
    return mu, (a - mu).square().mean(-1, keepdim=True)
    # --- end


def layer_norm(
    a: Float[Tensor, "*batch H"], g: Float[Tensor, " H"], b: Float[Tensor, " H"], eps: float = 1e-5
) -> Float[Tensor, "*batch H"]:
    """Take the mean off, divide by the deviation, then let each unit choose its own scale and place (Section 3).

    Args:
        a: summed inputs, of any number of cases.
        g: gain of each unit.
        b: bias of each unit.
        eps: added to the variance, above 0.
    """
    mu, variance = moments(a)
    # --- solution: Section 3, gain and bias after normalising
    return g * (a - mu) / (variance + eps).sqrt() + b
    # --- end


def mean_square(a: Float[Tensor, "*batch H"], p: float = 1.0) -> Float[Tensor, "*batch 1"]:
    """Give the mean of the squares of a layer's units, or of the first ceil(H p) of them (RMSNorm and pRMSNorm)."""
    # --- solution: RMSNorm, the square of RMS(a)
    k = math.ceil(a.shape[-1] * p)
    return a[..., :k].square().mean(-1, keepdim=True)
    # --- end


def rms_norm(
    a: Float[Tensor, "*batch H"], g: Float[Tensor, " H"], p: float = 1.0, eps: float = 1e-5
) -> Float[Tensor, "*batch H"]:
    """Divide by the root mean square alone: where the mean is 0 this is layer normalisation without its bias.

    Args:
        a: summed inputs, of any number of cases.
        g: gain of each unit.
        p: share of the units that the root is taken from.
        eps: added to the mean square, above 0.
    """
    # --- solution: RMSNorm, a over RMS(a), times g
    return g * a / (mean_square(a, p) + eps).sqrt()
    # --- end


class LayerNorm(nn.Module):
    """`layer_norm` with the gain and the bias of a layer of H units, which begin at 1 and 0 and change nothing yet."""

    def __init__(self, H: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.g, self.b, self.eps = nn.Parameter(torch.ones(H)), nn.Parameter(torch.zeros(H)), eps

    def forward(self, a: Float[Tensor, "*batch H"]) -> Float[Tensor, "*batch H"]:
        """Normalise each case by itself, in training as in use."""
        return layer_norm(a, self.g, self.b, self.eps)


class RMSNorm(nn.Module):
    """`rms_norm` with the gain of a layer of H units; p below 1 makes it pRMSNorm."""

    def __init__(self, H: int, p: float = 1.0, eps: float = 1e-5) -> None:
        super().__init__()
        if not 0.0 < p <= 1.0:
            raise ValueError(f"expected p in (0, 1], got {p}")
        self.g, self.p, self.eps = nn.Parameter(torch.ones(H)), p, eps

    def forward(self, a: Float[Tensor, "*batch H"]) -> Float[Tensor, "*batch H"]:
        """Normalise each case by itself, in training as in use."""
        return rms_norm(a, self.g, self.p, self.eps)


class Recurrent(nn.Module):
    """A plain recurrent network whose summed inputs are normalised at each step (Section 3.1, Equation 4).

    One gain and one bias serve all steps, so that a sequence may be longer than any seen before.

    Args:
        inputs: width of x.
        H: hidden units.
        norm: gives the normalisation of H units; nn.Identity leaves it out.
    """

    def __init__(self, inputs: int, H: int, norm: type[nn.Module] = LayerNorm) -> None:
        super().__init__()
        self.W_xh, self.W_hh, self.norm = nn.Linear(inputs, H), nn.Linear(H, H, bias=False), norm(H)

    def step(self, x: Float[Tensor, "batch inputs"], h: Float[Tensor, "batch H"]) -> Float[Tensor, "batch H"]:
        """Give the next hidden state: the nonlinearity of the normalised sum."""
        # --- solution: Equation (4)
        return torch.tanh(self.norm(self.W_hh(h) + self.W_xh(x)))
        # --- end

    def forward(self, x: Float[Tensor, "batch n inputs"]) -> Float[Tensor, "batch n H"]:
        """Run over a sequence from a hidden state of zeros; give all states."""
        h, states = x.new_zeros(x.shape[0], self.W_hh.in_features), []
        for t in range(x.shape[1]):
            h = self.step(x[:, t], h)
            states.append(h)
        return torch.stack(states, 1)
