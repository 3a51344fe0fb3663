"""What sentences state of the ledger, and what is said to be left open then."""

from __future__ import annotations

import pytest

from paperlab.extract.passage import Passage
from paperlab.extract.stated import read_stated
from paperlab.records.extracted import Hyperparameter
from paperlab.records.ledger import not_stated

SAID = [
    ("All timings were done on one CPU thread(s) of a shared machine.", "hardware"),
    ("Everything was run on 4 CPU cores.", "hardware"),
    ("All experiments ran on a laptop.", "hardware"),
    ("Benchmarks were run on an Intel(R) Core(TM) i5-6600 processor.", "hardware"),
    (r"The initial weights are drawn from $\mathcal{N}(0, 0.02)$.", "initialisation"),
    ("The initial noise is sampled from a unit Gaussian.", "initialisation"),
    ("Biases are initialized to zero.", "initialisation"),
    ("A 10,000 example held-out validation set is taken from the training set.", "data split"),
    ("We split the training, validation, and test sets by time.", "data split"),
    ("The learning rate is held constant.", "learning rate schedule"),
    ("We use Adam with default parameters.", "momentum or betas"),
    ("We minimize the loss with L-BFGS.", "optimizer"),
    ("We trained the network until convergence.", "training steps or epochs"),
    ("We train without weight decay.", "weight decay"),
]
NOT_SAID = [
    "Did you state the seed 1, the split of the training set and the GPUs?",
    "The four-momentum transfer squared is 0.35.",
    "CLIP scores fail to locate concepts in the core of the image.",
    "We compare randomly initialized and pre-trained models.",
    "The validation set is not needed.",
    "Prior work used 8 GPUs.",
    "We use a weight decay that falls with the depth.",
    "All signals were mixed using a digital audio workstation.",
]


def said(text: str) -> list[str]:
    return [one.name for one in read_stated([Passage(tex=text)])]


@pytest.mark.parametrize(("text", "name"), SAID)
def test_a_sentence_states_an_entry(text: str, name: str) -> None:
    assert name in said(text)


@pytest.mark.parametrize("text", NOT_SAID)
def test_what_is_only_spoken_of_states_nothing(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We train with a learning rate of 5e-4.", "learning rate of 5e-4"),
        (r"The learning rate is $10^{-4}$.", "learning rate is $10^{-4}"),
        ("A learning rate of 1/16 is used.", "learning rate of 1/16"),
        (r"We use weight decay of $3 \times 10^{-4}$.", r"weight decay of $3 \times 10^{-4}"),
        ("We use SGD with momentum of 0.9.", "momentum of 0.9"),
        ("We use seed 42, always.", "seed 42"),
        ("The learning rate falls after 10 epochs.", ""),
    ],
)
def test_a_number_is_told_whole(text: str, words: str) -> None:
    names = ("learning rate", "weight decay", "momentum or betas", "random seed")
    assert [one.value for one in read_stated([Passage(tex=text)]) if one.name in names] == [words] * bool(words)


def _left_open(*pairs: tuple[str, str]) -> set[str]:
    settings = [Hyperparameter(name=n, value=v, quote="", span=None) for n, v in pairs]
    return set(not_stated(settings, read_stated([Passage(tex="All runs were done on a laptop.")])))


def test_settings_of_the_optimizer_are_asked_where_it_has_them() -> None:
    own = {"momentum or betas", "epsilon", "weight decay", "learning rate schedule"}
    assert _left_open() & (own | {"hardware"}) == set()
    assert _left_open(("optimizer", "L-BFGS")) & own == set()
    assert _left_open(("optimizer", "SGD")) & own == own - {"epsilon"}
    assert _left_open(("optimizer", "Adam"), ("Adam beta1", "0.9"), ("weight decay", "0")) & own == {
        "epsilon",
        "learning rate schedule",
    }
    said_alone = read_stated([Passage(tex="It was trained by gradient descent.")])
    assert own - set(not_stated((), said_alone)) == {"epsilon"}
    assert "learning rate" in _left_open(("learning rate schedule", "cosine"), ("learning rate decay", "0.1"))
