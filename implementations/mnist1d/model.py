"""MNIST-1D: ten small signals, transformed at random, that tell model families apart.

Greydanus and Kobak, "Scaling Down Deep Learning with MNIST-1D", arXiv:2011.14439.

Names, as they are used here:
    template    one of ten signals of 12 values, a digit drawn as a line
    padding     zeros put behind it; scale, translation, shear: random changes of height, place and slope
    x           40 values, what a model sees; y the digit
The paper's method is a data set and the comparison of four models on it, so both are here.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor, nn
from torch.nn.functional import conv1d, interpolate, pad

# Ten digits as height over 12 steps; the same numbers are in the authors' package mnist1d (data.py, get_templates).
DIGITS = (
    (5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5),
    (5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5),
    (5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5),
    (5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5),
    (5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5),
    (5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5),
    (5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5),
    (5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5),
    (5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5),
    (5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5),
)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How strongly each signal is changed; the defaults are those of the authors' package."""

    length: int = 40
    """Values of a finished example."""
    padding: tuple[int, int] = (36, 60)
    """Fewest and most zeros behind the template."""
    scale: float = 0.4
    """Heights are multiplied by 1 - scale / 2 up to 1 + scale / 2."""
    max_translation: int = 48
    """Signals move cyclically by 0 up to max_translation - 1 places."""
    corr_noise: float = 0.25
    """Deviation of the noise under the padding, before it is smoothed."""
    iid_noise: float = 0.02
    """Deviation of the noise on each value."""
    shear: float = 0.75
    """The line that is taken off rises by at most half of this from end to end."""


def templates() -> Float[Tensor, "10 12"]:
    """Give the ten digits: mean and deviation of each taken out, begun at zero, divided by 6."""
    # --- solution: templates, normalised
    x = torch.tensor(DIGITS, dtype=torch.float64)
    x = (x - x.mean(1, keepdim=True)) / x.std(1, correction=0, keepdim=True)
    return (x - x[:, :1]) / 6
    # --- end


def resample(x: Float[Tensor, "*batch old"], length: int) -> Float[Tensor, "*batch new"]:
    """Read a signal at `length` even places from its first to its last value, on straight lines between values."""
    # --- solution: linear resampling
    rows = x.reshape(-1, 1, x.shape[-1])
    return interpolate(rows, size=length, mode="linear", align_corners=True).reshape(*x.shape[:-1], length)
    # --- end


def smooth(noise: Float[Tensor, "batch length"], sigma: float = 2.0) -> Float[Tensor, "batch length"]:
    """Correlate noise along the signal with a Gaussian of `sigma` places, cut at 4 sigma, mirrored at the ends."""
    # --- solution: correlated noise
    reach = int(4 * sigma + 0.5)
    places = torch.arange(-reach, reach + 1, dtype=noise.dtype)
    kernel = (-0.5 * (places / sigma) ** 2).exp()
    mirrored = torch.cat([noise[:, :reach].flip(1), noise, noise[:, -reach:].flip(1)], dim=1)
    return conv1d(mirrored.unsqueeze(1), (kernel / kernel.sum()).view(1, 1, -1)).squeeze(1)
    # --- end


def shear(x: Float[Tensor, "batch length"], coefficient: Float[Tensor, " batch"]) -> Float[Tensor, "batch length"]:
    """Take off a line that rises by `coefficient` over the signal and is zero in its middle."""
    # --- solution: shear
    ramp = torch.linspace(-0.5, 0.5, x.shape[-1], dtype=x.dtype)
    return x - coefficient.unsqueeze(1) * ramp
    # --- end


def place(x: Float[Tensor, "batch 12"], recipe: Recipe, generator: Generator) -> Float[Tensor, "batch wide"]:
    """Pad with a random number of zeros, stretch to one width, scale in height and move cyclically."""
    low, high = recipe.padding
    wide = x.shape[-1] + high
    behind = torch.randint(low, high + 1, (len(x),), generator=generator).tolist()
    padded = torch.cat([resample(pad(row, (0, p)), wide).unsqueeze(0) for row, p in zip(x + 1e-8, behind, strict=True)])
    padded = padded * (1 + recipe.scale * (torch.rand(len(x), 1, generator=generator, dtype=x.dtype) - 0.5))
    shift = torch.randint(0, recipe.max_translation, (len(x), 1), generator=generator)
    return padded.gather(1, (torch.arange(wide) - shift) % wide)


def transform(x: Float[Tensor, "batch 12"], recipe: Recipe, generator: Generator) -> Float[Tensor, "batch length"]:
    """Change each template at random: place, noise under the padding, noise everywhere, shear, subsample."""
    # --- solution: the five changes, in order
    x = place(x, recipe, generator)
    noise = smooth(recipe.corr_noise * torch.randn(x.shape, generator=generator, dtype=x.dtype))
    x = torch.where(x != 0, x, noise)
    x = x + recipe.iid_noise * torch.randn(x.shape, generator=generator, dtype=x.dtype)
    slope = recipe.shear * (torch.rand(len(x), generator=generator, dtype=x.dtype) - 0.5)
    return resample(shear(x, slope), recipe.length)
    # --- end


Split = tuple[Float[Tensor, "_ length"], Int[Tensor, " _"]]


def make(
    generator: Generator,
    examples: int = 5000,
    *,
    train: float = 0.8,
    shuffled: bool = False,
    recipe: Recipe | None = None,
) -> tuple[Split, Split]:
    """Make the data set, as many of each digit, in random order, at mean 0 and deviation 1 over all.

    Args:
        generator: where all randomness comes from.
        examples: of both parts together; the paper's 4,000 and 1,000 unless told.
        train: share of the first part.
        shuffled: put the 40 places in one fixed random order, the control that takes space away.
        recipe: how strongly signals are changed.

    Returns:
        (x, y) to train on and (x, y) to test on; x float32, y int64.
    """
    recipe = recipe or Recipe()
    y = torch.arange(10).repeat_interleave(examples // 10)
    x = transform(templates()[y], recipe, generator)
    order = torch.randperm(len(y), generator=generator)
    x, y = x[order], y[order]
    if shuffled:
        x = x[:, torch.randperm(recipe.length, generator=generator)]
    x = ((x - x.mean()) / x.std(correction=0)).float()
    cut = int(len(y) * train)
    return (x[:cut], y[:cut]), (x[cut:], y[cut:])


# The four models; widths are those of the authors' notebooks/models.py.


def logistic(length: int = 40, classes: int = 10) -> nn.Module:
    """Give a linear classifier: no hidden layer, no idea of space."""
    # --- solution: logistic regression
    return nn.Linear(length, classes)
    # --- end


class MLP(nn.Module):
    """Two hidden layers with a residual connection: non-linear, no idea of space."""

    def __init__(self, length: int = 40, classes: int = 10, hidden: int = 100) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(length, hidden), nn.Linear(hidden, hidden)
        self.read = nn.Linear(hidden, classes)

    def forward(self, x: Float[Tensor, "batch length"]) -> Float[Tensor, "batch classes"]:
        """Give the logits."""
        # --- solution: MLP
        h = self.first(x).relu()
        return self.read(h + self.second(h).relu())
        # --- end


class CNN(nn.Module):
    """Three convolutions with stride 2: the same small filters everywhere, neighbours first."""

    def __init__(self, length: int = 40, classes: int = 10, channels: int = 25) -> None:
        super().__init__()
        self.convolutions = nn.Sequential(
            nn.Conv1d(1, channels, 5, stride=2, padding=1), nn.ReLU(),
            nn.Conv1d(channels, channels, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv1d(channels, channels, 3, stride=2, padding=1), nn.ReLU(),
        )  # fmt: skip
        left = self.convolutions(torch.zeros(1, 1, length)).shape[-1]
        self.read = nn.Linear(channels * left, classes)

    def forward(self, x: Float[Tensor, "batch length"]) -> Float[Tensor, "batch classes"]:
        """Give the logits."""
        # --- solution: CNN
        return self.read(self.convolutions(x.unsqueeze(1)).flatten(1))
        # --- end


class GRU(nn.Module):
    """A recurrent network that reads from both ends, one value at a time."""

    def __init__(self, length: int = 40, classes: int = 10, hidden: int = 6) -> None:
        super().__init__()
        self.gru = nn.GRU(1, hidden, batch_first=True, bidirectional=True)
        self.read = nn.Linear(2 * hidden * length, classes)

    def forward(self, x: Float[Tensor, "batch length"]) -> Float[Tensor, "batch classes"]:
        """Give the logits."""
        # --- solution: GRU
        return self.read(self.gru(x.unsqueeze(-1))[0].flatten(1))
        # --- end
