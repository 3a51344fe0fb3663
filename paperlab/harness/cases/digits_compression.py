"""digits-compression: put 64 pixels into 8 numbers and back; the candidate is the autoencoder, training is the case's."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t

Make = Callable[[int, int], nn.Module]

PIXELS, SIZE = 64, 8


def run(make: Make, trial: Trial) -> Outcome:
    """Train `make(64, 8)` with Adam on the squared error; give the error per pixel on the test images."""
    s, data = trial.settings, t.digits(trial.stream("split")).to(trial.device)
    model = t.built(make, trial, PIXELS, SIZE)
    order = t.batches(len(data.x), s["batch"], s["steps"], trial.stream("order"))
    model.train()
    curve = t.train(lambda i: _error(model, data.x[i]), t.adam(model, s["rate"]), order, s["steps"])
    model.eval()
    with torch.no_grad():
        value = t.bounded(_error(model, data.x_test))
    return Outcome(value=value, curve=curve, notes={"parameters": t.parameters(model)})


def _error(model: nn.Module, x: Tensor) -> Tensor:
    code: Tensor = model.encode(x)  # type: ignore[operator]
    if code.shape != (len(x), SIZE):
        raise ValueError(f"expected encode to give ({len(x)}, {SIZE}), got {tuple(code.shape)}")
    return (model.decode(code) - x).square().mean()  # type: ignore[operator, no-any-return]


class Autoencoder(nn.Module):
    """An encoder and a decoder."""

    def __init__(self, encode: nn.Module, decode: nn.Module) -> None:
        super().__init__()
        self.encode, self.decode = encode, decode


def deep(inputs: int, size: int) -> nn.Module:
    """Give one hidden layer of 128 on each side."""
    return Autoencoder(t.mlp((inputs, 128, size)), t.mlp((size, 128, inputs)))


def linear(inputs: int, size: int) -> nn.Module:
    """Give a linear layer on each side: at best it is as good as principal components."""
    return Autoencoder(nn.Linear(inputs, size), nn.Linear(size, inputs))


def fixed(inputs: int, size: int) -> nn.Module:
    """Give the same with an encoder that is not trained: eight random views of the image."""
    return Autoencoder(nn.Linear(inputs, size).requires_grad_(False), nn.Linear(size, inputs))


def _other(trial: Trial) -> float:
    """Answer with any training image."""
    data = t.digits(trial.stream("split"))
    chosen = torch.randint(len(data.x), (len(data.x_test),), generator=trial.stream("guess"))
    return float((data.x[chosen] - data.x_test).square().mean())


def _mean(trial: Trial) -> float:
    data = t.digits(trial.stream("split"))
    return float((data.x.mean(0) - data.x_test).square().mean())


def _components(trial: Trial) -> float:
    """Keep eight principal components: the best that is linear, on the training images exactly."""
    data = t.digits(trial.stream("split"))
    centre, directions = data.x.mean(0), torch.linalg.svd(data.x - data.x.mean(0), full_matrices=False).Vh[:SIZE]
    away = data.x_test - centre
    return float((away @ directions.T @ directions - away).square().mean())


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Ask which eight pixels to keep; least squares tell the others from them."""
    for one in hand.trials(trial):
        data = t.digits(one.stream("split"))
        picture = hand.picture(2 * data.x.std(0).view(8, 8))
        told = "Where the pixels of 1297 digits vary, rows and columns from 0 to 7:"
        yield Instance(
            question=f"{told}\n\n{picture}\n\nWhich {SIZE} of them would you keep? Row and column, such as 34.",
            asks=f"{SIZE} pixels",
            score=lambda text, data=data: _kept(text, data),  # type: ignore[misc]
        )


def _kept(text: str, data: t.Split) -> float:
    said = text.replace(",", " ").split()
    if len(set(said)) != SIZE or not all(len(word) == 2 and set(word) <= set("01234567") for word in said):
        raise ValueError(f"{SIZE} different whole numbers of two digits from 0 to 7, such as 34")
    pixels = [int(word, 8) for word in said]
    seen, asked = ((x - data.x.mean(0))[:, pixels].double() for x in (data.x, data.x_test))
    weights = torch.linalg.lstsq(seen, (data.x - data.x.mean(0)).double(), driver="gelsd").solution
    return float((asked @ weights + data.x.mean(0) - data.x_test).square().mean())


CASE = build(
    "digits-compression",
    run=run,
    ladder={
        "chance": _other,
        "trivial": _mean,
        "classic": _components,
        "reference": lambda trial: run(deep, trial).value,
        "ceiling": lambda _: 0.0,
    },
    arms={"deep": deep, "linear": linear, "fixed": fixed},
    by_hand=by_hand,
)
