"""What the tests of cases ask with: a trial, a rung, a generator."""

import torch

from paperlab.harness import Trial
from paperlab.harness.cases import load


def trial(name: str, seed: int = 0, budget: str = "smoke", **settings: object) -> Trial:
    return Trial(seed=seed, budget=budget, settings={**load(name).budgets[budget], **settings})


def rung(name: str, which: str, seed: int = 0, **settings: object) -> float:
    return load(name).ladder[which](trial(name, seed, **settings))


def g(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)
