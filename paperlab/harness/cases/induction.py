"""induction: a random sequence comes twice; from the second time on, what follows can be told."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

import torch
from torch import Tensor

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases.mixers import (
    BLANK,
    EVALUATED,
    Attention,
    Convolution,
    Draw,
    Make,
    Recurrent,
    guesses,
    right,
    solve,
)

SYMBOLS = 16


def sequences(count: int, length: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Give a random sequence and, after a random cut of it, the same again; asked is the next token of the repeat.

    Each is (count, 2 length): the repeat begins at a random place of the first part and runs round, so that a fixed
    distance to look back does not answer.
    """
    first = torch.rand(count, SYMBOLS, generator=generator).argsort(-1)[:, :length]
    start = torch.randint(length, (count, 1), generator=generator)
    turned = first.gather(1, (start + torch.arange(length + 1)) % length)
    asked = torch.cat([torch.full_like(first, BLANK), turned[:, 1:]], 1)
    return torch.cat([first, turned[:, :-1]], 1), asked


def run(make: Make, trial: Trial) -> Outcome:
    """Give the share of next tokens told rightly while the sequence repeats itself."""
    draw = _draw(trial)
    return solve(make, trial, draw=draw, test=draw, tokens=SYMBOLS, classes=SYMBOLS)


def _draw(trial: Trial) -> Draw:
    return lambda count, generator: sequences(count, trial.settings["length"], generator)


def _test(trial: Trial) -> tuple[Tensor, Tensor]:
    return _draw(trial)(EVALUATED, trial.stream("test"))


def _chance(trial: Trial) -> float:
    return guesses(_test(trial)[1], SYMBOLS, trial.stream("guess"))


def _seen(trial: Trial) -> float:
    """Guess one of the tokens that were seen."""
    tokens, asked = _test(trial)
    length = trial.settings["length"]
    pick = torch.randint(length, (len(tokens), length), generator=trial.stream("guess"))
    return float((tokens.gather(1, pick) == asked[:, length:]).double().mean())


def _followed(trial: Trial) -> float:
    """Say what came behind the same token before: wrong at the seam alone, where the first part ended."""
    tokens, asked = _test(trial)
    answers = torch.full_like(asked, BLANK)
    for row, answer in zip(tokens.tolist(), answers, strict=True):
        for i in range(trial.settings["length"], len(row)):
            answer[i] = row[row.index(row[i]) + 1]
    return right(answers, asked)


def _turned(trial: Trial) -> float:
    """Find where the repeat began, and follow the first part round."""
    tokens, asked = _test(trial)
    length = trial.settings["length"]
    first = tokens[:, :length]
    start = (first == tokens[:, length : length + 1]).int().argmax(1, keepdim=True)
    answers = first.gather(1, (start + torch.arange(1, length + 1)) % length)
    return float((answers == asked[:, length:]).double().mean())


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Show a sequence and a part of its repeat; the answer is the next token."""
    length, g = trial.settings["length"], trial.stream("hand")
    tokens, asked = sequences(hand.COUNT, length, g)
    ends = torch.randint(length, 2 * length, (hand.COUNT,), generator=g).tolist()
    for row, answers, end in zip(tokens.tolist(), asked.tolist(), ends, strict=True):
        told = " ".join(str(token) for token in row[: end + 1])
        yield hand.one_of(f"{fill(told, 78)}\n\nWhich number comes next?", answers[end], range(SYMBOLS))


CASE = build(
    "induction",
    run=run,
    ladder={
        "chance": _chance,
        "trivial": _seen,
        "classic": _followed,
        "reference": lambda trial: run(Attention, trial).value,
        "ceiling": _turned,
    },
    arms={"attention": Attention, "recurrent": Recurrent, "convolution": Convolution},
    by_hand=by_hand,
)
