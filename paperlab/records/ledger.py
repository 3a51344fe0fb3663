"""What a reproduction needs to know and a paper may leave unsaid: a ledger, never a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence

from paperlab.records.extracted import Hyperparameter

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


def not_stated(settings: Sequence[Hyperparameter]) -> tuple[str, ...]:
    """Give the entries of the ledger that no setting states."""
    return tuple(name for name in LEDGER if not any(is_stated(name, one) for one in settings))


def is_stated(name: str, setting: Hyperparameter) -> bool:
    """Say whether a setting states an entry of the ledger, word by word: there is no tpu in `output`."""
    said = f"{setting.name} {setting.value}".replace("α", " alpha ").replace("η", " eta ")
    words = " ".join(re.findall(r"[A-Za-z0-9]+", said)).lower()
    return re.search(rf"\b(?:{LEDGER[name]})\b", words) is not None
