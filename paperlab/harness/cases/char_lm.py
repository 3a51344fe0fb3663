"""char-lm: predict the next character of Python's own standard library; counting characters is the ladder."""

from __future__ import annotations

import hashlib
import inspect
import math
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t
from paperlab.harness.cases.mixers import Attention, Convolution, Make, Mean, Recurrent, Stack

MODULES = ("argparse", "ast", "shutil", "textwrap")
"""Read as text, in this order."""
SYMBOLS = 96
"""The printable characters and the line's end; every other one counts as a question mark."""
TEST_SHARE, WINDOWS = 0.1, 128
"""The last tenth of each module is the test; WINDOWS windows of it are asked."""


@cache
def texts() -> tuple[Tensor, Tensor, str]:
    """Give the text to learn from and that to be asked, as numbers below SYMBOLS, and the sha256 of all of it."""
    sources = [inspect.getsource(import_module(name)) for name in MODULES]
    cut = [round(len(text) * (1 - TEST_SHARE)) for text in sources]
    train, test = ("".join(text[a] for text, a in zip(sources, part, strict=True)) for part in _slices(cut))
    return _numbers(train), _numbers(test), hashlib.sha256("".join(sources).encode()).hexdigest()


def _slices(cut: list[int]) -> tuple[list[slice], list[slice]]:
    return [slice(None, c) for c in cut], [slice(c, None) for c in cut]


def _numbers(text: str) -> Tensor:
    known = {chr(i): i - 31 for i in range(32, 127)} | {"\n": 0}
    return torch.tensor([known.get(character, known["?"]) for character in text])


def run(make: Make, trial: Trial) -> Outcome:
    """Train a stack around `make(width)` on windows of the text; give nats for each character of the test."""
    s, (text, _, digest) = trial.settings, texts()
    shape = {"tokens": SYMBOLS, "classes": SYMBOLS, "width": s["width"], "depth": s["depth"]}
    model = t.built(lambda: Stack(make, **shape), trial)
    starts = t.batches(len(text) - s["window"], s["batch"], s["steps"], trial.stream("order"))

    def loss(start: Tensor) -> Tensor:
        return _nats(model, _windows(text, start, s["window"]).to(trial.device))

    curve = t.train(loss, t.adam(model, s["rate"]), starts, s["steps"])
    model.eval()
    with torch.no_grad():
        value = t.bounded(_nats(model, asked(trial).to(trial.device)))
    notes = {"parameters": t.parameters(model), "python": sys.version.split()[0], "sha256 of the text": digest}
    return Outcome(value=value, curve=curve, notes=notes)


def _windows(text: Tensor, start: Tensor, length: int) -> Tensor:
    """Give characters (windows, length + 1)."""
    return text[start[:, None] + torch.arange(length + 1)]


def asked(trial: Trial) -> Tensor:
    """Give the windows of the test, (windows, length + 1)."""
    _, text, _ = texts()
    length = trial.settings["window"]
    start = torch.randint(len(text) - length, (WINDOWS,), generator=trial.stream("test"))
    return _windows(text, start, length)


def _nats(model: torch.nn.Module, windows: Tensor) -> Tensor:
    return cross_entropy(model(windows[:, :-1]).flatten(0, 1), windows[:, 1:].flatten())


def counted(text: Tensor, before: int) -> Tensor:
    """Give log-probabilities of a character after the last `before` ones, (SYMBOLS,) * (before + 1).

    Counts of that many are mixed with those of one less, each as if it had been seen five times more (after Witten and
    Bell); at the bottom all characters are alike.
    """
    chances = torch.full((SYMBOLS,), 1 / SYMBOLS, dtype=torch.float64)
    for n in range(before + 1):
        code = sum(text[i : len(text) - n + i] * SYMBOLS ** (n - i) for i in range(n + 1))
        counts = torch.bincount(torch.as_tensor(code), minlength=SYMBOLS ** (n + 1)).double().view(*[SYMBOLS] * (n + 1))
        chances = (counts + 5 * chances) / (counts.sum(-1, keepdim=True) + 5)
    return chances.log()


def _counts(before: int) -> Callable[[Trial], float]:
    def nats(trial: Trial) -> float:
        windows, table = asked(trial), counted(texts()[0], before)
        at = tuple(windows[:, 2 - n : windows.shape[1] - n] for n in range(before, -1, -1))
        return -float(table[at].mean())

    return nats


NAMES = {"space": " ", "newline": "\n"}
"""How a person writes a character that cannot be seen."""


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Show the text before a character; the answer is that character and how sure one is, in per cent."""
    for window in asked(trial)[: hand.COUNT].tolist():
        text = "".join(chr(i + 31) if i else "\n" for i in window)
        told = "\n".join(line[-76:] for line in text[:-1].split("\n"))
        yield Instance(
            question=f"{told}|\n\nWhich character comes at the bar, and how many per cent sure are you?",
            asks="e 60, space 90 or newline 50",
            score=lambda said, right=text[-1]: _sure(said, right),  # type: ignore[misc]
        )


def _sure(text: str, right: str) -> float:
    """Give the nats of the right character where the others share what one is not sure of."""
    character, _, percent = text.strip().partition(" ")
    character = NAMES.get(character, character)
    try:
        share = float(percent) / 100
    except ValueError:
        share = math.nan
    if len(character) != 1 or not 0 <= share <= 1:
        raise ValueError("a character and a whole number from 0 to 100, such as e 60; space and newline by name")
    share = min(max(share, 1e-6), 1 - 1e-6)
    return -math.log(share if character == right else (1 - share) / (SYMBOLS - 1))


CASE = build(
    "char-lm",
    run=run,
    ladder={
        "chance": lambda _: math.log(SYMBOLS),
        "trivial": _counts(0),
        "classic": _counts(2),
        "reference": lambda trial: run(Attention, trial).value,
    },
    arms={"attention": Attention, "recurrent": Recurrent, "convolution": Convolution, "mean": Mean},
    by_hand=by_hand,
)
