"""Settings whose value is a word: optimizer, activation, initialization, schedule."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paperlab.extract.settings_context import SETTING, is_ours, is_theory

_OPTIMIZER = re.compile(
    r"(?<![\w-])(AdamW|Adam|ADAM|AdaMax|NAdam|RAdam|SGD|RMSprop|RMSProp|Adagrad|AdaGrad|Adadelta|AdaDelta|Adafactor|LAMB|LARS|L-BFGS|LBFGS|Lion|Muon|Shampoo|(?<!with )Nesterov|[Ss]tochastic [Gg]radient [Dd]escent)(?![\w-])"
)
_NOT_USED = re.compile(
    r"\b(?:tried|such as|instead of|rather than|unlike|like|should we use|experimented with|vs\.?|versus|than)\b[^.;]{0,25}$",
    re.IGNORECASE,
)
_OPTIMIZES = re.compile(
    r"(?:\b(?:use[ds]?|using|employ\w*|with|via|trained|(?:minimi[sz]ed|maximi[sz]ed|optimi[sz]ed|tuned|learned|fitted|fit|updated|performed) by|optimi[sz]\w+|choose|is)\s+(?:the\s+|an?\s+)?(?:(?!by\b|of\b|in\b|to\b)\w+\s+){0,3}?|\boptimi[sz]er(?:\s+is)?:?\s*)$",
    re.IGNORECASE,
)


def _optimizers(text: str) -> Iterator[str]:
    """Name the optimizer where the sentence says that it is used, not where it is only spoken of."""
    for found in _OPTIMIZER.finditer(text):
        before, after = text[max(0, found.start() - 40) : found.start()], text[found.end() : found.end() + 40]
        if _NOT_USED.search(before) or not is_ours(text, found.start()):
            continue
        uses = _OPTIMIZES.search(before) is not None and re.search(
            r"\b(?:use[ds]?|using|employ\w*|train\w*|fine-?tun\w+|optimi[sz]\w+|via)\b", text, re.IGNORECASE
        )
        if uses or _IS_USED.match(after):
            yield found.group(1)


_IS_USED = re.compile(
    r"\)?(?:\s+\([A-Z]+\))?(?:\s+and\s+[a-z]+)?\s+optimi[sz](?:er|ation)|\s+(?:is|was)\s+used|\s+with\s+(?:an?\s+)?(?:weight[- ]decay|(?:\w+\s+)?learning[- ]rate|lr\b|\$)"
)
"""What stands behind an optimizer that is used."""


def worded(text: str) -> Iterator[tuple[str, str]]:
    """Give (name, value) of settings whose value is a word, where the sentence says that it is used."""
    yield from (("optimizer", name) for name in _optimizers(text))
    if not (SETTING.search(text) or "learning rate" in text or "activation" in text) or is_theory(text):
        return
    for name, pattern in _WORDS:
        for found in pattern.finditer(text):
            if not _NOT_USED.search(text[max(0, found.start() - 40) : found.start()]) and is_ours(text, found.start()):
                value = next(filter(None, found.groups())).strip()
                yield name, value.removesuffix("s") if name == "activation" else value


_UNITS = r"(?:leaky |parametric )?ReLUs?|(?:leaky )?rectified linear units?|GELUs?|ELUs?|SELUs?|SiLU|Swish|SwiGLU|Mish|tanh|hyperbolic tangent|sigmoid(?:al)?|softplus|(?:scaled )?exponential linear units?"
_LOSSES = r"(?:(?:weighted|binary|categorical|sparse|standard|pixel-?wise)\s+)*(?:(?:soft-?max\s+)?cross[- ]entropy|mean[- ]squared[- ]error|MSE|mean absolute error|MAE|smooth[- ]L1|Huber|focal|Dice|hinge|InfoNCE|NT-Xent|CTC|triplet(?: margin)?|negative log[- ]likelihood)"
_DRAWS = r"Glorot|Xavier|He|Kaiming|LeCun|orthogonal|truncated normal|isotropic Gaussian"
_OTHERS = r"weight|loss|error|varianc|bound|risk|regret|norm|\bepsilon"
"""What decays too."""
_WORDS = (
    ("activation", re.compile(rf"(?<![\w-])(?P<value>{_UNITS})\$?\s+(?:activations?(?: functions?)?|non-?linearit(?:y|ies))(?![\w-])", re.IGNORECASE)),
    ("initialization", re.compile(rf"(?<![\w-])(?P<value>(?:{_DRAWS})(?: uniform| normal)?)\s+(?:weight )?initiali[sz]ation(?![\w-])", re.IGNORECASE)),
    ("initialization", re.compile(rf"\binitiali[sz]ed\s+(?:\w+\s+)?(?:using|with|from|by drawing from)\s+(?:an?\s+|the\s+)?(?P<value>(?:{_DRAWS})(?: uniform| normal)?)(?:\s+(?:distribution|scheme|method|noise)|(?=[\s,.;(]))(?!\s+initiali)", re.IGNORECASE)),
    ("learning rate schedule", re.compile(r"(?<![\w-])(?P<value>cosine|linear|exponential|polynomial|inverse square[- ]root|constant|one[- ]cycle)\s+(?:learning[- ]rate\s+(?:schedule|decay|annealing)|(?:decay\s+|annealing\s+)?schedule(?=[^.;]{0,30}learning rate)|(?:decay|annealing)(?=\s+(?:of|for) the learning rate))", re.IGNORECASE)),
    ("learning rate schedule", re.compile(rf"(?<=learning rate)(?:(?!{_OTHERS})(?:[^.;]|\.\d)){{0,160}}?\b(?:with|and|by|using|via|under|follow\w*)\s+(?:an?\s+|the\s+)?(?P<value>cosine|linear|polynomial|exponential|step|inverse square[- ]root|Noam)\s+(?:decay|annealing|schedul\w+)", re.IGNORECASE)),
    ("learning rate schedule", re.compile(rf"(?<=learning rate)(?:(?!{_OTHERS})(?:[^.;]|\.\d)){{0,160}}?\b(?:(?:decay|anneal|decreas)\w*\s+(?P<value>linear)ly\b|(?:is|was|and|then)\s+(?P<other>linear)ly\s+(?:decay|anneal|decreas)\w*)", re.IGNORECASE)),
    ("learning rate schedule", re.compile(r"(?<![\w-])(?P<value>cosine)\s+(?:annealing|decay)(?![\w-])(?!\s+schedul)", re.IGNORECASE)),
    ("learning rate schedule", re.compile(r"(?<![\w-])(?P<value>constant)\s+learning[- ]rate(?!\s+(?:schedul|decay))", re.IGNORECASE)),
    ("activation", re.compile(rf"(?<![\w-])(?P<value>{_UNITS})\$?\)?\s+(?:functions?\s+)?(?:(?:is|was|are|were)\s+used\s+)?as\s+(?:the\s+|an?\s+|our\s+)?(?:(?:final|output|hidden|intermediate)\s+)?(?:activation|non-?linearity)", re.IGNORECASE)),
    ("activation", re.compile(rf"\bactivation(?:\s+functions?)?\s+(?:is|are|was|were)\s+(?:the\s+|an?\s+)?(?P<value>{_UNITS})(?![\w-])", re.IGNORECASE)),
    ("weight decay", re.compile(r"\b(?:with|use[ds]?|using|and|,)\s+(?P<value>no|zero)\s+weight[- ]decay(?![\w-])", re.IGNORECASE)),
    ("loss", re.compile(rf"\b(?:us(?:e[ds]?|ing)|train\w*|(?:mini|opti)mi[sz]\w+|employ\w*|with)\b[^.;]{{0,60}}?(?<![\w-])(?P<value>{_LOSSES})\s+(?:loss(?:es)?|objective|cost)(?:\s+functions?)?(?![\w-])", re.IGNORECASE)),
    ("loss", re.compile(rf"\bloss(?:\s+function)?(?:\b[^.;]{{0,30}}?\b(?:use[ds]?|is|was|of)|:)\s+(?:the\s+)?(?P<value>{_LOSSES})(?![\w-]|\s+loss)", re.IGNORECASE)),
    ("precision", re.compile(r"\b(?:in|with|using|uses?|under|(?<=training )is)\s+(?:the\s+)?(?P<value>bfloat16|bf16|fp16|fp8|float16|fp32|float32|tf32|(?:half|mixed|automatic mixed)[- ]precision)(?![\w-])", re.IGNORECASE)),
    ("precision", re.compile(r"(?<![\w-])(?P<value>(?:mixed|half)\s+[\w/]*\d\w*)\s+precision(?![\w-])", re.IGNORECASE)),
    ("algorithm", re.compile(r"\b(?:train|optimi[sz]|learn)\w*\b[^.;]{0,60}?\b(?:with|using|via|by)\s+(?:the\s+)?(?P<value>PPO|SAC|TD3|DDPG|DQN|TRPO|A2C|A3C|IMPALA|GRPO|DPO|REINFORCE)(?![\w-])")),
    ("algorithm", re.compile(r"(?<![\w-])(?P<value>PPO|SAC|TD3|DDPG|DQN|TRPO|A2C|A3C|IMPALA|GRPO|DPO|REINFORCE)\)?\s+(?:algorithm\s+)?(?:is|was)\s+used\s+to\s+(?:train|test|optimi|learn)")),
    ("activation", re.compile(rf"\b(?:units|neurons|layers?)\s+\((?P<value>{_UNITS})\)", re.IGNORECASE)),
    ("activation", re.compile(r"\b(?:uses?|using|with|and)\s+(?P<value>SwiGLU|GEGLU)(?![\w-])(?!\s+(?:activation|non-?linear))")),
    ("learning rate schedule", re.compile(r"(?<![\w-])(?P<value>cosine|one[- ]cycle|inverse square[- ]root|Noam)\s+(?:decay\s+|annealing\s+)?scheduler?(?![\w-])(?![^.;]{0,30}learning rate)", re.IGNORECASE)),
)  # fmt: skip
"""What names the value is part of what is said: `ReLU activations`, `orthogonal initialization`, `a cosine learning rate schedule`."""
