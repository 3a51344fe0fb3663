"""compression: a sequence must pass through its last position; from there each of its tokens is asked again."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t
from paperlab.harness.cases.mixers import EVALUATED, Attention, Convolution, Make, Mean, Recurrent, Stack, positions

TOKENS = 8


def sequences(count: int, length: int, generator: torch.Generator) -> Tensor:
    """Give random tokens, (count, length)."""
    return torch.randint(TOKENS, (count, length), generator=generator)


class _Model(nn.Module):
    """Mixes, keeps the last position alone, and reads each token from it and the place that is asked."""

    def __init__(self, make: Make, width: int, depth: int) -> None:
        super().__init__()
        self.encode = Stack(make, tokens=TOKENS, classes=width, width=width, depth=depth)
        self.decode = t.mlp((2 * width, 4 * width, TOKENS))

    def forward(self, tokens: Tensor) -> Tensor:
        kept = self.encode(tokens)[:, -1:].expand(-1, tokens.shape[1], -1)
        places = positions(tokens.shape[1], kept.shape[-1]).to(kept).expand_as(kept)
        logits: Tensor = self.decode(torch.cat([kept, places], -1))
        return logits


def run(make: Make, trial: Trial) -> Outcome:
    """Train a stack around `make(width)` on fresh sequences; give the share of tokens given back rightly."""
    s, g = trial.settings, trial.stream("data")
    model = t.built(lambda: _Model(make, s["width"], s["depth"]), trial)

    def loss(_: Tensor) -> Tensor:
        tokens = sequences(s["batch"], s["length"], g).to(trial.device)
        return cross_entropy(model(tokens).flatten(0, 1), tokens.flatten())

    curve = t.train(loss, t.adam(model, s["rate"]), iter([torch.empty(0)] * s["steps"]), s["steps"])
    tokens = _test(trial).to(trial.device)
    value = t.accuracy(model, tokens, tokens)
    return Outcome(value=value, curve=curve, notes={"parameters": t.parameters(model)})


def _test(trial: Trial) -> Tensor:
    return sequences(EVALUATED, trial.settings["length"], trial.stream("test"))


def _chance(trial: Trial) -> float:
    return t.guess_rate(_test(trial).flatten(), TOKENS, trial.stream("guess"))


def _last(trial: Trial) -> float:
    """Know the last token, and say it at every place."""
    tokens = _test(trial)
    return float((tokens[:, -1:] == tokens).double().mean())


def _number(trial: Trial) -> float:
    """Write the sequence as one whole number to the base of the tokens, and read that again."""
    tokens = _test(trial)
    right = 0
    for row in tokens.tolist():
        code = sum(token * TOKENS**i for i, token in enumerate(row))
        right += sum(code // TOKENS**i % TOKENS == token for i, token in enumerate(row))
    return right / tokens.numel()


def _principal(trial: Trial) -> float:
    """Keep as many principal components of the one-hot sequences as the mixer is wide, and take the largest token."""
    length, width = trial.settings["length"], trial.settings["width"]
    x, y = (
        one_hot(tokens, TOKENS).double().flatten(1)
        for tokens in (sequences(10 * EVALUATED, length, trial.stream("data")), _test(trial))
    )
    mean, axes = x.mean(0), torch.linalg.svd(x - x.mean(0), full_matrices=False).Vh[:width]
    back = (y - mean) @ axes.T @ axes + mean
    return float((back.view(-1, length, TOKENS).argmax(-1) == _test(trial)).double().mean())


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Show a sequence; the answer is the same, when it is covered."""
    for row in sequences(hand.COUNT, trial.settings["length"], trial.stream("hand")).tolist():
        told = " ".join(str(token) for token in row)
        yield hand.several(f"Read once, then cover it: {told}\n\nWhich numbers were there, in order?", row)


CASE = build(
    "compression",
    run=run,
    ladder={
        "chance": _chance,
        "trivial": _last,
        "classic": _principal,
        "reference": lambda trial: run(Recurrent, trial).value,
        "ceiling": _number,
    },
    arms={"recurrent": Recurrent, "attention": Attention, "mean": Mean, "convolution": Convolution},
    by_hand=by_hand,
)
