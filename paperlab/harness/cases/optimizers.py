"""The known optimizers that the optimizer cases bring: make(parameters, rate) -> Optimizer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

Make = Callable[[list[Tensor], float], torch.optim.Optimizer]

ARMS: Mapping[str, Make] = {
    "sgd": lambda parameters, rate: torch.optim.SGD(parameters, lr=rate),
    "momentum": lambda parameters, rate: torch.optim.SGD(parameters, lr=rate, momentum=0.9),
    "adagrad": lambda parameters, rate: torch.optim.Adagrad(parameters, lr=rate),
    "rmsprop": lambda parameters, rate: torch.optim.RMSprop(parameters, lr=rate),
    "adam": lambda parameters, rate: torch.optim.Adam(parameters, lr=rate),
}
