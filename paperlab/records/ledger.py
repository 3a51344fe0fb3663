"""What a reproduction needs to know and a paper may leave unsaid: a ledger, never a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence

from paperlab.records.extracted import Hyperparameter

LEDGER = {
    "random seed": r"seeds?",
    "optimizer": r"optimi[sz]ers?|adam\w*|sgd|rmsprop|adagrad|lamb|adafactor",
    "learning rate": r"(peak |initial |base )?(learning rates?|step sizes?|lr)(?! (schedul|decay|warm|milestone))|optimi[sz]er .*(alpha|eta)|adam\w* (alpha|eta)",
    "momentum or betas": r"momentum|betas?( ?[12])?",
    "epsilon": r"(adam\w*|rmsprop|optimi[sz]er) (.* )?eps(ilon)?",
    "weight decay": r"weight decay|l ?2 (regulari[sz]ation|penalty)|(regulari[sz]ation|penalty) (coefficient|parameter|strength|term|weight)",
    "learning rate schedule": r"(learning rate|lr) (schedule|decay|milestones|annealing)|warm ?up|schedule",
    "batch size": r"(mini ?)?batch( ?sizes?)?",
    "training steps or epochs": r"(?<!warmup )(?<!per )epochs?|iterations?|updates|(?<!warmup )(?<!diffusion )steps(?! per)|(training|environment) (frames|timesteps)|frames \d+m",
    "initialisation": r"init(iali[sz]ation)?|initial (weights?|noise)",
    "hardware": r"hardware|\d*[gtc]pus?|[vah]100|laptop|threads?|cores",
    "data split": r"splits?|(train(ing)?|validation|test|dev) (set|split|size|fraction)|folds?",
}
"""What is to be known -> what the name of a setting, or its value, says where the paper states it."""
_HAVE = {
    "momentum or betas": r"sgd|gradient descent|momentum|nesterov|rmsprop|adam|lion|lars|lamb|muon",
    "epsilon": r"adam|rmsprop|adagrad|adadelta|lamb",
    "weight decay": r"sgd|gradient descent|momentum|nesterov|rmsprop|ada|lion|lars|lamb|muon",
    "learning rate schedule": r"sgd|gradient descent|momentum|nesterov|rmsprop|ada|lion|lars|lamb|muon",
}
"""What is to be known of the optimizers that have one; where none is stated, that alone is what is missing."""


def not_stated(settings: Sequence[Hyperparameter], said: Sequence[Hyperparameter] = ()) -> tuple[str, ...]:
    """Give the entries of the ledger that no setting states.

    Args:
        settings: of the paper.
        said: entries that sentences state without a setting, by their names.
    """
    stated = {one.name for one in said}
    known = [one for one in said if one.name == "optimizer"] + [s for s in settings if is_stated("optimizer", s)]
    used = " ".join(f"{one.name} {one.value}" for one in known).lower()
    asked = (name for name in LEDGER if name not in _HAVE or re.search(_HAVE[name], used))
    return tuple(name for name in asked if name not in stated and not any(is_stated(name, one) for one in settings))


def is_stated(name: str, setting: Hyperparameter) -> bool:
    """Say whether a setting states an entry of the ledger, word by word: there is no tpu in `output`."""
    spelt = f"{setting.name} {setting.value}"
    for letter, word in (("α", "alpha"), ("η", "eta"), ("β", "beta"), ("ε", "epsilon"), ("ϵ", "epsilon")):
        spelt = spelt.replace(letter, f" {word} ")
    words = " ".join(re.findall(r"[A-Za-z0-9]+", spelt)).lower()
    return re.search(rf"\b(?:{LEDGER[name]})\b", words) is not None
