"""selective-copying: a few tokens lie scattered among noise; give them back in order when asked."""

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
    Draw,
    Make,
    Mean,
    Recurrent,
    guesses,
    right,
    solve,
)

SYMBOLS = 8
"""Tokens 0..7 are to be kept; NOISE is to be passed over; ASK asks for the next one."""
NOISE, ASK = SYMBOLS, SYMBOLS + 1


def sequences(count: int, kept: int, noise: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Give `kept` symbols at random places among `noise` others, then `kept` times ASK, (count, 2 kept + noise)."""
    symbols = torch.randint(SYMBOLS, (count, kept), generator=generator)
    places = torch.rand(count, kept + noise, generator=generator).argsort(-1)[:, :kept].sort(-1).values
    content = torch.full((count, kept + noise), NOISE).scatter(1, places, symbols)
    asks = torch.full((count, kept), ASK)
    return torch.cat([content, asks], 1), torch.cat([torch.full_like(content, BLANK), symbols], 1)


def run(make: Make, trial: Trial) -> Outcome:
    """Give the share of symbols given back rightly, each in its place."""
    draw = _draw(trial)
    return solve(make, trial, draw=draw, test=draw, tokens=SYMBOLS + 2, classes=SYMBOLS)


def _draw(trial: Trial) -> Draw:
    s = trial.settings
    return lambda count, generator: sequences(count, s["kept"], s["noise"], generator)


def _chance(trial: Trial) -> float:
    return guesses(_draw(trial)(EVALUATED, trial.stream("test"))[1], SYMBOLS, trial.stream("guess"))


def _seen(trial: Trial) -> float:
    """Guess one of the symbols that were seen."""
    _, asked = _draw(trial)(10 * EVALUATED, trial.stream("test"))
    symbols = asked[:, -trial.settings["kept"] :]
    pick = torch.randint(symbols.shape[1], symbols.shape, generator=trial.stream("guess"))
    return float((symbols.gather(1, pick) == symbols).double().mean())


def _filter(trial: Trial) -> float:
    """Leave out the noise, row by row."""
    tokens, asked = _draw(trial)(EVALUATED, trial.stream("test"))
    answers = torch.full_like(asked, BLANK)
    for row, answer in zip(tokens.tolist(), answers, strict=True):
        symbols = [token for token in row if token < SYMBOLS]
        answer[-len(symbols) :] = torch.tensor(symbols)
    return right(answers, asked)


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Show the sequence, noise as dots; the answer is its symbols in order. Cover it once it is read."""
    tokens, asked = _draw(trial)(hand.COUNT, trial.stream("hand"))
    for row, symbols in zip(tokens.tolist(), asked[:, -trial.settings["kept"] :].tolist(), strict=True):
        told = " ".join("." if token == NOISE else str(token) for token in row if token != ASK)
        question = f"Read once, then cover it:\n{fill(told, 78)}\n\nWhich numbers were there, in order?"
        yield hand.several(question, symbols)


CASE = build(
    "selective-copying",
    run=run,
    ladder={
        "chance": _chance,
        "trivial": _seen,
        "reference": lambda trial: run(Recurrent, trial).value,
        "ceiling": _filter,
    },
    arms={"recurrent": Recurrent, "attention": Attention, "mean": Mean},
    by_hand=by_hand,
)
