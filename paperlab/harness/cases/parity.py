"""parity: is the number of ones so far odd? Trained on short sequences, asked beyond their length."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases.mixers import BLANK, EVALUATED, Attention, Make, Mean, Recurrent, guesses, right, solve

TRAINED, TESTED = 12, 36
"""Length of the sequences in training, and of those in the test."""


def sequences(count: int, length: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Give bits (count, length) and at each position the parity of the bits so far."""
    bits = torch.randint(2, (count, length), generator=generator)
    return bits, bits.cumsum(1) % 2


def beyond(count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Give long sequences, with questions at the positions that training never reached."""
    bits, parities = sequences(count, TESTED, generator)
    return bits, parities.index_fill(1, torch.arange(TRAINED), BLANK)


def run(make: Make, trial: Trial) -> Outcome:
    """Train on length 12; give the share of positions 13..36 whose parity is told rightly."""
    return solve(make, trial, draw=lambda n, g: sequences(n, TRAINED, g), test=beyond, tokens=2, classes=2)


def _chance(trial: Trial) -> float:
    return guesses(beyond(EVALUATED, trial.stream("test"))[1], 2, trial.stream("guess"))


def _last(trial: Trial) -> float:
    """Say the bit itself."""
    return right(*beyond(EVALUATED, trial.stream("test")))


def _automaton(trial: Trial) -> float:
    """Two states, one bit at a time."""
    bits, asked = beyond(EVALUATED, trial.stream("test"))
    state, answers = torch.zeros(len(bits), dtype=torch.int64), []
    for bit in bits.T:
        state = state ^ bit
        answers.append(state)
    return right(torch.stack(answers, 1), asked)


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Show bits; the answer is whether the ones are odd."""
    bits, parities = sequences(hand.COUNT, TESTED, trial.stream("hand"))
    for row, parity in zip(bits.tolist(), parities[:, -1].tolist(), strict=True):
        told = "".join(str(bit) for bit in row)
        yield hand.one_of(f"{told}\n\nIs the number of ones odd (1) or even (0)?", parity, range(2))


CASE = build(
    "parity",
    run=run,
    ladder={
        "chance": _chance,
        "trivial": _last,
        "reference": lambda trial: run(Recurrent, trial).value,
        "ceiling": _automaton,
    },
    arms={"recurrent": Recurrent, "attention": Attention, "mean": Mean},
    by_hand=by_hand,
)
