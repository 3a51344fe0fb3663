"""Characters: counted by hand."""

import argparse
import hashlib
import platform
from pathlib import Path

import numpy as np
import pytest
import torch

from paperlab.harness.cases import (
    char_lm,
    load,
)
from tests.harness.cases.given import rung, trial


def test_counting_characters_by_hand() -> None:
    text = torch.tensor([1, 2, 1, 2, 1])
    s = char_lm.SYMBOLS
    single = char_lm.counted(text, 0).exp()
    assert single.tolist()[1:3] == pytest.approx([(3 + 5 / s) / 10, (2 + 5 / s) / 10])
    pair = char_lm.counted(text, 1).exp()
    assert float(pair[1, 2]) == pytest.approx((2 + 5 * single[2]) / 7)  # 1 is followed by something twice
    assert torch.allclose(char_lm.counted(text, 2).exp().sum(-1), torch.ones((), dtype=torch.float64))


def test_the_nats_of_counts_are_those_of_reading_the_windows_one_by_one() -> None:
    t = trial("char-lm")
    table = char_lm.counted(char_lm.texts()[0], 2)
    windows = char_lm.asked(t).tolist()
    nats = [-float(table[w[i - 2], w[i - 1], w[i]]) for w in windows for i in range(2, len(w))]
    assert rung("char-lm", "classic") == pytest.approx(np.mean(nats))


def test_a_character_model_says_which_text_it_read() -> None:
    case = load("char-lm")
    notes = case.run(case.arms["mean"], trial("char-lm")).notes
    text = "".join(
        (Path(argparse.__file__).parent / f"{name}.py").read_text(encoding="utf-8") for name in char_lm.MODULES
    )
    assert notes["sha256 of the text"] == hashlib.sha256(text.encode()).hexdigest()
    assert notes["python"] == platform.python_version()
