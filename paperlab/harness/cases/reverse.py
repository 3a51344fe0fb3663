"""reverse: eight tokens in, the same eight out from last to first; a match counts when all are right."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t

LENGTH, VOCABULARY = 8, 11
"""Tokens 1..10; 0 begins the target."""
EVALUATED = 256


def sources(count: int, generator: torch.Generator) -> Tensor:
    """Give random sequences of tokens 1..10, (count, 8)."""
    return torch.randint(1, VOCABULARY, (count, LENGTH), generator=generator)


def shifted(target: Tensor) -> Tensor:
    """Give what a decoder sees: the target moved one to the right, with 0 in front."""
    return torch.cat([torch.zeros_like(target[:, :1]), target[:, :-1]], 1)


def run(make: Callable[[int, int], nn.Module], trial: Trial) -> Outcome:
    """Train `make(11, 8)` on fresh sequences with the true target shifted, and decode greedily."""
    s, g = trial.settings, trial.stream("data")
    model = t.built(make, trial, VOCABULARY, LENGTH)
    optimizer = t.adam(model, s["rate"])

    def loss(_: Tensor) -> Tensor:
        source = sources(s["batch"], g).to(trial.device)
        target = source.flip(1)
        return cross_entropy(model(source, shifted(target)).flatten(0, 1), target.flatten())

    curve = t.train(loss, optimizer, iter([torch.empty(0)] * s["steps"]), s["steps"])
    source = sources(EVALUATED, trial.stream("test")).to(trial.device)
    value = _match(decoded(model, source), source)
    return Outcome(value=value, curve=curve, notes={"parameters": t.parameters(model)})


def decoded(model: nn.Module, source: Tensor) -> Tensor:
    """Decode greedily: position after position from what the model itself said before."""
    model.eval()
    said = torch.zeros_like(source)
    with torch.no_grad():
        for i in range(source.shape[1]):
            said[:, i] = model(source, shifted(said))[:, i].nan_to_num(-torch.inf).argmax(-1)
    return said


def _match(answer: Tensor, source: Tensor) -> float:
    return float((answer == source.flip(1)).all(-1).double().mean())


class Flat(nn.Module):
    """One linear layer over the one-hot source: it sees every position apart, and ignores the target."""

    def __init__(self, vocabulary: int, length: int) -> None:
        super().__init__()
        self.vocabulary, self.length = vocabulary, length
        self.read = nn.Linear(vocabulary * length, vocabulary * length)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:  # noqa: ARG002 -- the slot's signature
        """Give logits for each position."""
        logits: Tensor = self.read(one_hot(source, self.vocabulary).float().flatten(1))
        return logits.view(-1, self.length, self.vocabulary)


class Bag(nn.Module):
    """A decoder that sees which tokens the source has, and not where."""

    def __init__(self, vocabulary: int, length: int) -> None:
        super().__init__()
        self.embed, self.mixed = nn.Embedding(vocabulary, 64), nn.GRU(64, 64, batch_first=True)
        self.vocabulary, self.start, self.read = vocabulary, nn.Linear(vocabulary, 64), nn.Linear(64, vocabulary)
        self.length = length

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Give logits for each position."""
        counts = one_hot(source, self.vocabulary).float().sum(1)
        states, _ = self.mixed(self.embed(target), self.start(counts)[None])
        logits: Tensor = self.read(states)
        return logits


def _chance(trial: Trial) -> float:
    source = sources(10_000, trial.stream("test"))
    return _match(sources(10_000, trial.stream("guess")), source)


def _copy(trial: Trial) -> float:
    source = sources(10_000, trial.stream("test"))
    return _match(source, source)


def _reversed(trial: Trial) -> float:
    source = sources(EVALUATED, trial.stream("test"))
    return _match(torch.tensor([row[::-1] for row in source.tolist()]), source)


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Show a sequence; the answer is the same from last to first."""
    for row in sources(hand.COUNT, trial.stream("hand")).tolist():
        yield hand.several(f"From last to first: {' '.join(map(str, row))}", row[::-1])


CASE = build(
    "reverse",
    run=run,
    ladder={
        "chance": _chance,
        "trivial": _copy,
        "reference": lambda trial: run(Flat, trial).value,
        "ceiling": _reversed,
    },
    arms={"flat": Flat, "bag": Bag},
    by_hand=by_hand,
)
