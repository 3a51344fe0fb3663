"""Instances that a person answers by hand: pictures in letters, and how an answer is read."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from textwrap import fill

from torch import Tensor

from paperlab.harness.api import Instance, Trial

COUNT = 5
"""Instances of one sitting."""
_SHADES = " .:-=+*#%@"
_BARS = "▁▂▃▄▅▆▇█"


def picture(image: Tensor) -> str:
    r"""Draw an image (rows, columns) with values in 0..1, two letters a pixel.

    >>> import torch
    >>> picture(torch.tensor([[0.0, 1.0], [1.0, 0.0]]))
    '  @@\n@@  '
    """
    return "\n".join("".join(2 * _of(_SHADES, v) for v in row) for row in image.tolist())


def line(values: Tensor) -> str:
    """Draw a signal (length) as one line of bars, lowest to highest.

    >>> import torch
    >>> line(torch.tensor([0.0, 0.5, 1.0]))
    '▁▅█'
    """
    low, high = float(values.min()), float(values.max())
    return "".join(_of(_BARS, (v - low) / ((high - low) or 1.0)) for v in values.tolist())


def _of(signs: str, share: float) -> str:
    return signs[min(len(signs) - 1, max(0, math.floor(share * len(signs))))]


def one_of(question: str, right: int, answers: Sequence[int]) -> Instance:
    """Ask for one of several whole numbers; right is 1, wrong is 0."""
    low, high = min(answers), max(answers)

    def score(text: str) -> float:
        if not (text.isascii() and text.isdecimal() and low <= int(text) <= high):
            raise ValueError(f"a whole number from {low} to {high}")
        return float(int(text) == right)

    return Instance(question=question, asks=f"{low} to {high}", score=score)


def several(question: str, right: Sequence[int]) -> Instance:
    """Ask for as many whole numbers as `right` has; all of them right is 1, anything else 0."""

    def score(text: str) -> float:
        said = text.replace(",", " ").split()
        if len(said) != len(right) or not all(word.isascii() and word.isdecimal() for word in said):
            raise ValueError(f"{len(right)} whole numbers with spaces between them")
        return float([int(word) for word in said] == list(right))

    return Instance(question=question, asks=f"{len(right)} numbers", score=score)


def numbers(question: str, count: int, value: Callable[[list[float]], float], *, least: float = -math.inf) -> Instance:
    """Ask for `count` numbers of at least `least`; `value` turns them into the score."""
    above = f", none below {least:g}" if math.isfinite(least) else ""
    wanted = (
        f"{count} numbers with spaces between them{above}" if count > 1 else f"a number{above.replace('none', 'not')}"
    )

    def score(text: str) -> float:
        said = [_float(word) for word in text.replace(",", " ").split()]
        if len(said) != count or not all(math.isfinite(x) and x >= least for x in said):
            raise ValueError(wanted)
        return value(said)

    return Instance(question=question, asks=f"{count} numbers" if count > 1 else "a number", score=score)


def _float(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return math.nan


def trials(trial: Trial) -> Iterator[Trial]:
    """Give as many trials as there are instances, no two sittings the same ones."""
    return (replace(trial, seed=COUNT * trial.seed + n) for n in range(COUNT))


def rate(
    question: str, reached: Callable[[float, Trial], float], trial: Trial, what: str = "learning rate"
) -> Instance:
    """Ask for a learning rate, or another number above 0; the score is what a run of the trial reaches with it."""

    def score(text: str) -> float:
        value = _float(text)
        if not 0 < value < math.inf:
            raise ValueError(f"a {what} above 0, such as 0.01 or 3e-4")
        return reached(value, trial)

    return Instance(question=fill(question, 78), asks=what, score=score)
