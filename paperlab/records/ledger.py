"""What a reproduction needs to know and a paper may leave unsaid: a ledger, never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable

LEDGER = {
    "random seed": r"seeds?",
    "optimizer": r"optimi[sz]ers?|adam\w*|sgd|rmsprop|adagrad|lamb|adafactor",
    "learning rate": r"(peak |initial |base )?(learning rates?|step sizes?|lr)|optimi[sz]er .*(alpha|eta)|adam\w* (alpha|eta)",
    "batch size": r"(mini ?)?batch( ?sizes?)?",
    "training steps or epochs": r"(?<!warmup )(?<!per )epochs?|iterations?|updates|(?<!warmup )(?<!diffusion )steps(?! per)",
    "initialisation": r"init(iali[sz]ation)?",
    "hardware": r"hardware|\d*[gtc]pus?|[vah]100",
    "data split": r"splits?|(train(ing)?|validation|test|dev) (set|split|size|fraction)|folds?",
}
"""What is to be known -> what the name of a setting, or its value, says where the paper states it."""


def not_stated(settings: Iterable[str]) -> tuple[str, ...]:
    """Give the entries of the ledger that no setting states.

    Args:
        settings: name and value of each, in one text.

    >>> len(not_stated(["batch size 32", "Adam 1e-3"])), "batch size" in not_stated(["batch size 32"])
    (6, False)
    """
    texts = list(settings)
    return tuple(name for name in LEDGER if not any(is_stated(name, text) for text in texts))


def is_stated(name: str, setting: str) -> bool:
    """Say whether a setting states an entry of the ledger, word by word: there is no tpu in `output`."""
    words = " ".join(re.findall(r"[A-Za-z0-9]+", setting.replace("α", " alpha ").replace("η", " eta "))).lower()
    return re.search(rf"\b(?:{LEDGER[name]})\b", words) is not None
