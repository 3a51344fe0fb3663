"""mqar: N positions carry a key and its value, N more ask for the keys in another order; one mixer answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from textwrap import fill

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t
from paperlab.harness.cases.mixers import Attention, LinearAttention, Mean

KEYS = VALUES = 64
EVALUATED = 256
"""Sequences that the result is computed on."""


@dataclass(frozen=True, slots=True)
class _Recall:
    """keys (batch, 2N), values (batch, 2N) with 0 where a position asks, answers (batch, N)."""

    keys: Tensor
    values: Tensor
    answers: Tensor


def sequences(count: int, pairs: int, generator: torch.Generator) -> _Recall:
    """Give sequences of distinct keys with random values 1..64, then the same keys in another order."""
    keys = torch.rand(count, KEYS, generator=generator).argsort(-1)[:, :pairs]
    values = torch.randint(1, VALUES + 1, (count, pairs), generator=generator)
    order = torch.rand(count, pairs, generator=generator).argsort(-1)
    blank = torch.zeros_like(values)
    return _Recall(
        torch.cat([keys, keys.gather(1, order)], 1), torch.cat([values, blank], 1), values.gather(1, order) - 1
    )


class _Model(nn.Module):
    """Embeds key and value on each position, mixes once, reads the value."""

    def __init__(self, mixer: nn.Module, width: int) -> None:
        super().__init__()
        self.key, self.value = nn.Embedding(KEYS, width), nn.Embedding(VALUES + 1, width)
        self.mixer, self.read = mixer, nn.Linear(width, VALUES)

    def forward(self, keys: Tensor, values: Tensor) -> Tensor:
        mixed = self.mixer(self.key(keys) + self.value(values))
        logits: Tensor = self.read(mixed[:, keys.shape[1] // 2 :])
        return logits


def run(make: Callable[[int], nn.Module], trial: Trial) -> Outcome:
    """Train the model around `make(width)` and give the share of keys answered rightly on fresh sequences."""
    s, g = trial.settings, trial.stream("data")
    model = t.built(lambda: _Model(make(s["width"]), s["width"]), trial)
    optimizer = t.adam(model, s["rate"])

    def loss(_: Tensor) -> Tensor:
        b = sequences(s["batch"], s["pairs"], g)
        logits = model(b.keys.to(trial.device), b.values.to(trial.device))
        return cross_entropy(logits.flatten(0, 1), b.answers.flatten().to(trial.device))

    curve = t.train(loss, optimizer, iter([torch.empty(0)] * s["steps"]), s["steps"])
    return Outcome(value=_recall(model, trial), curve=curve, notes={"parameters": t.parameters(model)})


def _recall(model: nn.Module, trial: Trial) -> float:
    b = sequences(EVALUATED, trial.settings["pairs"], trial.stream("test"))
    model.eval()
    with torch.no_grad():
        logits = model(b.keys.to(trial.device), b.values.to(trial.device)).cpu()
    return float(((logits.argmax(-1) == b.answers) & logits.isfinite().all(-1)).double().mean())


def _chance(trial: Trial) -> float:
    b = sequences(EVALUATED, trial.settings["pairs"], trial.stream("test"))
    return t.guess_rate(b.answers.flatten(), VALUES, trial.stream("guess"))


def _seen(trial: Trial) -> float:
    """Guess one of the values that were seen: the plateau of models that know what and not where."""
    b = sequences(EVALUATED, trial.settings["pairs"], trial.stream("test"))
    g, n = trial.stream("guess"), trial.settings["pairs"]
    pick = torch.randint(n, (100, *b.answers.shape), generator=g)
    seen = (b.values[:, :n] - 1).expand(100, -1, -1)
    return float((seen.gather(2, pick) == b.answers).double().mean())


def _table(trial: Trial) -> float:
    """Look each key up among the pairs."""
    b = sequences(EVALUATED, trial.settings["pairs"], trial.stream("test"))
    n = trial.settings["pairs"]
    where = (b.keys[:, n:, None] == b.keys[:, None, :n]).int().argmax(-1)
    return float((b.values.gather(1, where) - 1 == b.answers).double().mean())


def _memory(trial: Trial) -> float:
    """Add up key times value in one matrix, keys being random signs as long as the mixer is wide (Kohonen 1972)."""
    b = sequences(EVALUATED, trial.settings["pairs"], trial.stream("test"))
    n = trial.settings["pairs"]
    codes = torch.randint(2, (KEYS, trial.settings["width"]), generator=trial.stream("codes")) * 2.0 - 1
    memory = codes[b.keys[:, :n]].mT @ one_hot(b.values[:, :n] - 1, VALUES).float()
    return float(((codes[b.keys[:, n:]] @ memory).argmax(-1) == b.answers).double().mean())


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Show the pairs of one sequence; the answer is one key's value. Cover the pairs once they are read."""
    b, n = sequences(hand.COUNT, trial.settings["pairs"], trial.stream("hand")), trial.settings["pairs"]
    for keys, values, answers in zip(b.keys.tolist(), b.values.tolist(), b.answers.tolist(), strict=True):
        pairs = "  ".join(f"{key}={value}" for key, value in zip(keys[:n], values[:n], strict=True))
        told = fill(f"Read once, from left to right, then cover it: {pairs}", 78)
        yield hand.one_of(f"{told}\n\nWhat is the value of key {keys[n]}?", answers[0] + 1, range(1, VALUES + 1))


CASE = build(
    "mqar",
    run=run,
    ladder={
        "chance": _chance,
        "trivial": _seen,
        "classic": _memory,
        "reference": lambda trial: run(Attention, trial).value,
        "ceiling": _table,
    },
    arms={"attention": Attention, "linear-attention": LinearAttention, "mean": Mean},
    by_hand=by_hand,
)
