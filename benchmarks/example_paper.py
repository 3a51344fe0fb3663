"""Measures every number that the example e-print states: run it and compare with paperlab/example/eprint.

    python -P benchmarks/example_paper.py

Soft prototypes on scikit-learn's bundled 8x8 digits: 1797 images, shuffled by the seed, the last 797 held out.
One CPU thread; half a minute.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
from torch import Tensor

SEEDS = range(5)
CLASSES = 10
Data = tuple[Tensor, Tensor, Tensor, Tensor]


def digits(examples: int, seed: int) -> Data:
    """Give training images and labels (`examples` rows) and the 797 test rows; pixels from 0 to 1."""
    bunch = load_digits()
    order = np.random.default_rng(seed).permutation(len(bunch.data))
    x = torch.tensor(bunch.data[order] / 16.0, dtype=torch.float32)
    y = torch.tensor(bunch.target[order])
    return x[:examples], y[:examples], x[1000:], y[1000:]


def scores(x: Tensor, prototypes: Tensor, temperature: float) -> Tensor:
    """Equation (1): log of the sum over a class's prototypes; (batch, classes)."""
    squared = ((x[:, None, None, :] - prototypes) ** 2).sum(-1)
    return torch.logsumexp(-squared / temperature, dim=-1)


def fit(data: Data, per_class: int, *, temperature: float, seed: int, epochs: int = 30) -> Tensor:
    """Algorithm 1: class means plus noise, then Adam on the loss of Equation (3)."""
    x, y, _, _ = data
    generator = torch.Generator().manual_seed(seed)
    means = torch.stack([x[y == c].mean(0) if (y == c).any() else x.mean(0) for c in range(CLASSES)])
    noise = torch.randn(CLASSES, per_class, x.shape[1], generator=generator)
    prototypes = (means[:, None, :] + 0.1 * noise).requires_grad_()
    optimizer = torch.optim.Adam([prototypes], lr=0.01)
    for _ in range(epochs):
        for batch in torch.randperm(len(x), generator=generator).split(50):
            loss = torch.nn.functional.cross_entropy(scores(x[batch], prototypes, temperature), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return prototypes.detach()


def soft(per_class: int, temperature: float) -> Callable[[Data, int], float]:
    """Give the accuracy of soft prototypes as a function of data and seed."""

    def run(data: Data, seed: int) -> float:
        prototypes = fit(data, per_class, temperature=temperature, seed=seed)
        return float((scores(data[2], prototypes, temperature).argmax(1) == data[3]).float().mean())

    return run


def classic(make: Callable[[], object]) -> Callable[[Data, int], float]:
    """Give the accuracy of a scikit-learn classifier as a function of data and seed."""

    def run(data: Data, seed: int) -> float:  # noqa: ARG001 - same form as soft()
        x, y, test, labels = (part.numpy() for part in data)
        return float(make().fit(x, y).score(test, labels))  # type: ignore[attr-defined]

    return run


METHODS = {
    "nearest mean": classic(NearestCentroid),
    "1-nearest neighbour": classic(lambda: KNeighborsClassifier(1)),
    "logistic regression": classic(lambda: LogisticRegression(max_iter=2000)),
    "soft prototypes, K=1": soft(1, 1.0),
    "soft prototypes, K=3": soft(3, 1.0),
    "soft prototypes, K=5": soft(5, 1.0),
    "K=3, tau=0.1": soft(3, 0.1),
    "K=3, tau=10": soft(3, 10.0),
    "K=3, tau=100": soft(3, 100.0),
}


def main() -> None:
    """Print mean and standard deviation over the seeds, in per cent."""
    torch.set_num_threads(1)
    for name, method in METHODS.items():
        cells = []
        start = time.perf_counter()
        for examples in (100, 1000):
            values = [100 * method(digits(examples, seed), seed) for seed in SEEDS]
            cells.append(f"{statistics.mean(values):5.1f} +- {statistics.stdev(values):3.1f}")
        print(f"{name:24} n=100 {cells[0]}   n=1000 {cells[1]}   {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
