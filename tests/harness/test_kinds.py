"""Known optimizers and a right sampler hold the usual checks of their kind; each broken one is noticed by its own check."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from paperlab.harness import Check, Probe, usual_of_optimizer, usual_of_sampler


def noticed(checks: tuple[Check, ...], seed: int = 0) -> set[str]:
    return {check.name for check in checks if not _holds(check, Probe(seed=seed))}


def _holds(check: Check, probe: Probe) -> bool:
    try:
        return check.run(probe) <= check.limit
    except Exception:  # noqa: BLE001 -- a check that raises does not hold
        return False


class Momentum(torch.optim.Optimizer):
    """Momentum with decay, whose learning rate is called alpha."""

    def __init__(self, parameters: Any, alpha: float, mu: float = 0.9, decay: float = 0.01) -> None:
        super().__init__(parameters, {"alpha": alpha, "mu": mu, "decay": decay})

    def step(self, closure: Any = None) -> Any:
        loss = None if closure is None else self.loss(closure)
        with torch.no_grad():
            for group in self.param_groups:
                for x in group["params"]:
                    if x.grad is not None:
                        self.move(x, group)
        return loss

    def loss(self, closure: Any) -> Any:
        return closure()

    def move(self, x: torch.Tensor, group: dict[str, Any]) -> None:
        state = self.state[self.place(x, group)]
        g = self.decayed(x, group)
        state["m"] = group["mu"] * state["m"] + g if "m" in state else g.clone()
        x.sub_(self.rate(group) * state["m"])

    def place(self, x: torch.Tensor, group: dict[str, Any]) -> torch.Tensor:
        return x

    def decayed(self, x: torch.Tensor, group: dict[str, Any]) -> torch.Tensor:
        return x.grad + group["decay"] * x

    def rate(self, group: dict[str, Any]) -> float:
        return group["alpha"]


class InPlace(Momentum):
    def decayed(self, x: torch.Tensor, group: dict[str, Any]) -> torch.Tensor:
        return x.grad.add_(x, alpha=group["decay"])


class OneState(Momentum):
    def place(self, x: torch.Tensor, group: dict[str, Any]) -> torch.Tensor:
        return self.param_groups[0]["params"][0]


class OneRate(Momentum):
    def rate(self, group: dict[str, Any]) -> float:
        return self.defaults["alpha"]


class Contiguous(Momentum):
    def move(self, x: torch.Tensor, group: dict[str, Any]) -> None:
        if x.is_contiguous():
            super().move(x, group)


class Viewing(Momentum):
    def decayed(self, x: torch.Tensor, group: dict[str, Any]) -> torch.Tensor:
        return x.grad.view(-1).view(x.shape) + group["decay"] * x


class NoDecay(Momentum):
    def decayed(self, x: torch.Tensor, group: dict[str, Any]) -> torch.Tensor:
        return x.grad


class Single(Momentum):
    def decayed(self, x: torch.Tensor, group: dict[str, Any]) -> torch.Tensor:
        return (x.grad + group["decay"] * x).float().to(x)


class Forgetful(Momentum):
    def state_dict(self) -> Any:
        return super().state_dict() | {"state": {}}


class Deaf(Momentum):
    def loss(self, closure: Any) -> Any:
        return None


class Twice(Momentum):
    def loss(self, closure: Any) -> Any:
        return closure() and closure()


def known(parameters: Any, rate: float) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters, lr=rate, momentum=0.9, weight_decay=0.01)


@pytest.mark.parametrize(
    ("kind", "by"),
    [
        (Momentum, set()),
        (InPlace, {"gradients kept"}),
        (OneState, {"path", "groups", "sizes", "precision"}),
        (OneRate, {"groups", "resumed"}),
        (Contiguous, {"path", "groups", "precision"}),
        (Viewing, {"path", "groups", "resumed"}),
        (NoDecay, {"path", "groups", "sizes", "precision"}),
        (Single, {"path", "groups", "sizes"}),
        (Forgetful, {"resumed"}),
        (Deaf, {"closure"}),
        (Twice, {"closure"}),
    ],
)
def test_an_optimizer_is_held_against_a_known_one(kind: type[Momentum], by: set[str]) -> None:
    found = noticed(usual_of_optimizer(kind, known, rate="alpha"))
    assert by <= found
    assert bool(by) == bool(found)


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "NAdam", "Rprop"])
def test_torchs_own_hold_in_every_dtype(name: str) -> None:
    make = lambda p, rate: getattr(torch.optim, name)(p, lr=rate)  # noqa: E731
    checks = usual_of_optimizer(make, make)
    assert noticed(checks) == set()
    low = next(check for check in checks if check.name == "precision")
    assert all(_holds(low, Probe(dtype=dtype)) for dtype in ("bfloat16", "float16"))


SHARES = torch.tensor([0.5, 0.25, 0.2, 0.05, 0.0], dtype=torch.float64)
Draw = Callable[[Probe, int, torch.Generator], torch.Tensor]


def drawn(shares: torch.Tensor, *, ruled: bool = True) -> Draw:
    return lambda _, n, g: torch.multinomial(shares, n, replacement=True, generator=g if ruled else None)


@pytest.mark.parametrize(
    ("draw", "by"),
    [
        (drawn(SHARES), set()),
        (drawn(SHARES.sqrt()), {"frequencies"}),
        (drawn(SHARES.flip(0)), {"frequencies"}),
        (drawn(SHARES, ruled=False), {"generator"}),
        (lambda p, n, _: drawn(SHARES)(p, n, torch.Generator().manual_seed(0)), {"generator"}),
        (lambda _, n, __: torch.zeros(n, dtype=torch.int64), {"generator", "frequencies"}),
        (lambda p, n, g: drawn(SHARES)(p, n, g) + (torch.rand(1) < -1), {"generator"}),  # uses up the global one
    ],
)
def test_a_sampler_obeys_its_generator_and_its_probabilities(draw: Draw, by: set[str]) -> None:
    for seed in range(3):
        assert noticed(usual_of_sampler(draw, lambda _: SHARES), seed) == by
