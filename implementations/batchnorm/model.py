"""Batch normalisation: each feature by the mean and variance of its mini-batch, then a scale and a shift of its own.

Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift",
arXiv:1502.03167.

The paper's symbols, as they are used here:
    x           summed inputs of a layer, W u: m examples, d features along the second axis, places behind it
    m           values that a feature has in a mini-batch: examples, times places where there are any
    mu, sigma2  mean and variance of a feature over the mini-batch
    gamma, beta scale and shift of each feature, learned
    g           nonlinearity

Differs from the paper: none in the transform. Population statistics come as moving averages, which Section 3.1 allows,
or as Algorithm 2 has them, from a list of mini-batches.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

Features = Float[Tensor, " d"]
Batch = Float[Tensor, "n d *places"]


def along(v: Features, x: Batch) -> Float[Tensor, "1 d *ones"]:
    """Lay a number for each feature along the second axis of x."""
    return v.view(1, -1, *(1 for _ in x.shape[2:]))


def moments(x: Batch) -> tuple[Features, Features]:
    """Give mu and sigma2 of each feature over the mini-batch, over all its places at once (Algorithm 1, Section 3.2).

    sigma2 is divided by m: in training nothing is estimated, the batch is what it is.
    """
    # --- solution: Algorithm 1, mini-batch mean and variance
    axes = [i for i in range(x.dim()) if i != 1]
    mu = x.mean(axes)
    return mu, (x - along(mu, x)).square().mean(axes)
    # --- end


def normalise(x: Batch, mu: Features, sigma2: Features, eps: float = 1e-5) -> Batch:
    """Give x-hat: each feature without its mean, over its deviation (Algorithm 1)."""
    # --- solution: Algorithm 1, normalize
    return (x - along(mu, x)) / along(sigma2 + eps, x).sqrt()
    # --- end


def batch_norm(x: Batch, gamma: Features, beta: Features, eps: float = 1e-5) -> Batch:
    """Give BN(x), the batch normalising transform (Algorithm 1): each example depends on all others of its batch.

    Args:
        x: summed inputs of a mini-batch.
        gamma: scale of each feature.
        beta: shift of each feature.
        eps: added to the variance, above 0.
    """
    # --- solution: Algorithm 1, scale and shift
    return along(gamma, x) * normalise(x, *moments(x), eps) + along(beta, x)
    # --- end


def gradients(dy: Batch, x: Batch, gamma: Features, eps: float = 1e-5) -> tuple[Batch, Features, Features]:
    """Send a gradient back through BN by the chain rule of Section 3: the batch's own mean and variance move too.

    Args:
        dy: gradient of the loss by BN(x).
        x: what went in.
        gamma: scale of each feature.
        eps: as in the transform.

    Returns:
        the gradients by x, gamma and beta.
    """
    (mu, sigma2), axes = moments(x), [i for i in range(x.dim()) if i != 1]
    m, root = x.numel() / x.shape[1], (sigma2 + eps).sqrt()
    # --- solution: Section 3, the chain rule before its simplification
    dx_hat = dy * along(gamma, x)
    d_sigma2 = (dx_hat * (x - along(mu, x))).sum(axes) * -0.5 * root**-3
    d_mu = -dx_hat.sum(axes) / root  # the term by sigma2 is a sum of deviations, which is 0
    dx = dx_hat / along(root, x) + along(d_sigma2, x) * 2 * (x - along(mu, x)) / m + along(d_mu, x) / m
    return dx, (dy * normalise(x, mu, sigma2, eps)).sum(axes), dy.sum(axes)
    # --- end


def population(batches: list[Batch]) -> tuple[Features, Features]:
    """Give E[x] and Var[x] for use, from mini-batches of one size: the unbiased m / (m - 1) times their mean variance.

    Raises:
        ValueError: a feature has a single value in a mini-batch.
    """
    m = batches[0].numel() / batches[0].shape[1]
    if m < 2:
        raise ValueError(f"expected mini-batches of at least 2 values a feature, got {m:g}")
    # --- solution: Algorithm 2, line 10
    mu, sigma2 = (torch.stack(found).mean(0) for found in zip(*map(moments, batches), strict=True))
    return mu, sigma2 * m / (m - 1)
    # --- end


def folded(
    gamma: Features, beta: Features, mean: Features, variance: Features, eps: float = 1e-5
) -> tuple[Features, Features]:
    """Give the scale and the shift of the one linear map that BN is once the statistics are fixed (Algorithm 2)."""
    # --- solution: Algorithm 2, line 11
    scale = gamma / (variance + eps).sqrt()
    return scale, beta - scale * mean
    # --- end


class BatchNorm(nn.Module):
    """`batch_norm` in training, and in use the linear map of the statistics that were averaged on the way.

    Args:
        d: features.
        momentum: weight of the newest mini-batch in the moving averages.
        eps: added to the variance.
    """

    mean: Tensor
    variance: Tensor

    def __init__(self, d: int, momentum: float = 0.1, eps: float = 1e-5) -> None:
        super().__init__()
        self.gamma, self.beta = nn.Parameter(torch.ones(d)), nn.Parameter(torch.zeros(d))
        self.register_buffer("mean", torch.zeros(d))
        self.register_buffer("variance", torch.ones(d))
        self.momentum, self.eps = momentum, eps

    def forward(self, x: Batch) -> Batch:
        """Normalise by the mini-batch, or in use by the population."""
        if self.training:
            with torch.no_grad():
                for kept, new in zip((self.mean, self.variance), population([x]), strict=True):
                    kept.lerp_(new, self.momentum)
            return batch_norm(x, self.gamma, self.beta, self.eps)
        scale, shift = folded(self.gamma, self.beta, self.mean, self.variance, self.eps)
        return along(scale, x) * x + along(shift, x)


class Network(nn.Module):
    """The network of Section 4.1: hidden layers g(BN(W u)) with a sigmoid, then one linear layer.

    Args:
        inputs: numbers an example has.
        hidden: units of each hidden layer; the paper has three layers of 100.
        classes: outputs.
        norm: gives what stands before each nonlinearity; nn.Identity is the paper's baseline, whose bias counts.
        scale: deviation of the Gaussian from which the weights are drawn.
        g: the nonlinearity.
    """

    def __init__(
        self,
        inputs: int,
        hidden: tuple[int, ...] = (100, 100, 100),
        classes: int = 10,
        norm: type[nn.Module] = BatchNorm,
        scale: float = 0.1,
        g: type[nn.Module] = nn.Sigmoid,
    ) -> None:
        super().__init__()
        widths, has_bias = (inputs, *hidden), norm is nn.Identity
        self.sums = nn.ModuleList(nn.Linear(a, b, bias=has_bias) for a, b in zip(widths, hidden, strict=False))
        self.norms = nn.ModuleList(norm(b) for b in hidden)
        self.g, self.out = g(), nn.Linear(widths[-1], classes)
        for layer in (*self.sums, self.out):
            nn.init.normal_(layer.weight, std=scale)

    def summed(self, u: Float[Tensor, "n inputs"]) -> list[Float[Tensor, "n _"]]:
        """Give what enters each nonlinearity: BN(W u), whose distribution Figure 1 (b, c) follows."""
        entering = []
        for layer, norm in zip(self.sums, self.norms, strict=True):
            entering.append(norm(layer(u)))
            u = self.g(entering[-1])
        return entering

    def forward(self, u: Float[Tensor, "n inputs"]) -> Float[Tensor, "n classes"]:
        """Give the scores of the classes."""
        return self.out(self.g(self.summed(u)[-1]))
