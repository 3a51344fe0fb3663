"""Which shared case is about the same thing as the paper; none is a good answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from paperlab.records.extracted import Paper
from paperlab.records.measurement import CaseInfo
from paperlab.scaffold.names import ascii_words

COMMON = frozenset(
    "accuracy adam adaptation adaptive adding adversarial algorithm attention baseline benchmark bias case class "
    "classes classification classifier compression condition context convergence convolution convolutional copying "
    "data dataset deep density depth dropout error experiment feature features fine-tuning finetuning flow flows gaussian gaussians "
    "generalization gradient graph graphs image images in-context induction inductive input label labels language layer layers learning "
    "length likelihood linear loss memory method metric mlp model models moon moons network networks neural noise "
    "noisy normalisation normalization objective optimisation optimization output pair pairs parameter parity "
    "performance prediction rate recurrent regression regularisation regularization representation residual reverse "
    "sample samples score selective sequence sequences sgd signal small state supervised task tasks test token "
    "tokens toy train training transformer vector vision weight weights".split()
)
"""Words that stand in papers of every task: alone they say nothing about which one this is."""

TASKS = {
    "model": r"classif\w*|recogni\w*|digits?",
    "data": r"classif\w*|recogni\w*|signals?|data ?sets?|benchmarks?",
    "mixer": r"transformers?|attention|recurrent|rnns?|lstms?|state spaces?|ssms?|mixers?|(?:sequence|language) model\w*",
    "sequence": r"transduc\w*|sequence to sequence|machine translation|transformers?|attention",
    "optimizer": r"(?<!query )optimi[sz]ers?|stochastic optimi[sz]\w*(?= .*gradient)|gradient (?:descent|based|methods?)|sgd|learning rates?",
    "program": r"arc|abstraction and reasoning|(?:inductive|neural) program synthesis",
    "calibrator": r"calibrat\w*|over ?confiden\w*",
    "block": r"deep|depth|(?:very|many) layers",
    "autoencoder": r"auto ?encoders?|dimensionality reduction|latent|reconstruct\w*",
    "fit": r"double descent|over ?parameteri[sz]\w*|generali[sz]ation|test (?:error|risk)",
    "sampler": r"generative|gans?|normali[sz]ing flows?|flow (?:matching|models?)|diffusion (?:models?|probabilistic)|energy based|"
    r"density (?:estimat\w*|models?)|score (?:based|matching)|autoregressive models?",
    "agent": r"reinforcement|q learning|policy gradients?|bandits?|mdps?",
    "loss": r"noisy labels?|label noise|mislabel\w*|label smoothing|loss functions?|robust loss\w*",
    "adapter": r"fine ?tun\w*|adapters?|lora|parameter efficient",
    "preference": r"preference (?:optimi[sz]ation|learning|data)|human (?:preferences?|feedback)|rlhf|dpo|reward models?",
    "graph": r"graph (?:neural|convolution\w*|attention|networks?|learning|representation\w*)|networks? on graphs?|gnns?|gcns?|"
    r"message passing|node classification|weisfeiler",
    "solver": r"ode solvers?|neural odes?|integrators?|runge|symplectic (?:integrat\w*|methods?)|(?:equations?|numerical|dynamics) solvers?|integration (?:schemes?|methods?)",
    "few-shot": r"few shot|meta ?learn\w*|learning to learn|in context|maml",
}
"""Slot of a case -> what the title or abstract of a paper speaks of whose method can enter it."""

LEARNING = (
    r"learn\w*|train\w*|neural|networks?|classif\w*|recogni\w*|generative|gans?|attention|transformers?|language models?|"
    r"regression|accuracy|predict\w*|gradients?|labels?|data ?sets?"
)
"""What a paper speaks of that is about learning."""
_ELSEWHERE = ("calibrator", "graph", "agent")
"""Slots whose words other fields have too."""

METRICS = (
    ("accuracy|solved|recall|match|told apart|given back", "accura|error rate|classification error|test error|top 1|top 5|recall|exact match|solved"),
    ("nats|loss", "loss|likelihood|nll|perplexity|entropy|bits per|bpc|calibration error|ece|brier|converge"),
    ("squared", "squared|mse|rmse|reconstruct|psnr|regression error"),
    ("wasserstein", "wasserstein|fid|inception|likelihood|nll|bits per|mmd|modes?|divergence|samples"),
    ("gap|left|error at the end|powers of ten", "loss|gap|optim|minimum|converge|iterations|steps|error|regret|gradient"),
    ("test error", "error|risk|mse|loss|accuracy"),
    ("return|reward", "return|reward|score|regret"),
    ("policy", "reward|win rate|kl|divergence|regret|accuracy"),
    ("share", "accuracy|error|glue"),
)  # fmt: skip
"""A case's metric or unit -> beginnings of the words that a paper has for the same kind."""

_WEIGHTS = (("title", 4.0), ("data set", 3.0), ("metric", 1.0), ("abstract", 1.5), ("section title", 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A shared case, and the words that speak for it."""

    case: CaseInfo
    words: tuple[str, ...]
    where: str
    """`title`, `data set` ...: the strongest place that names a word."""
    score: float

    @property
    def reason(self) -> str:
        """Say why, in one line."""
        return f"case {self.case.name}: the paper's {self.where} names {', '.join(self.words[:4])}"


def match_case(paper: Paper, cases: Sequence[CaseInfo]) -> Match | None:
    """Give the case whose task words and metric are the paper's; None where no case fits.

    Title or abstract must speak of what enters the case (TASKS), or name its data set, and a paper that names metrics
    must name one of the case's kind. Task words are: a telling word (one outside COMMON) among the paper's data sets; a
    phrase of the case (`few-shot`, its own name in several words or with a digit) and another word of it; a telling word and another in
    the title, or two in title and abstract; or the case's own name and two other telling words. One word of method never brings in an unrelated data set.
    """
    texts = _texts(paper)
    scored = [m for case in cases if (m := _score(case, texts)) is not None]
    return max(scored, key=lambda m: (m.score, m.case.name), default=None)


def _texts(paper: Paper) -> dict[str, str]:
    parts = {
        "title": [paper.title],
        "data set": paper.datasets,
        "metric": paper.metrics,
        "abstract": [paper.abstract],
        "section title": [s.title for s in paper.sections[:200]],
    }
    return {name: _normal(" . ".join(p[:4000] for p in items)) for name, items in parts.items()}


def _normal(text: str) -> str:
    """Give the words in small letters; `MNIST-1D` and `MNIST1D` are both found in `MNIST-1D`."""
    whole = [word.replace("-", "") for word in re.findall(r"[A-Za-z]+-\d+[A-Za-z]+", text[:20000])]
    return f" {' '.join(w.lower() for w in (*ascii_words(text[:20000]), *whole))} "


def _score(case: CaseInfo, texts: dict[str, str]) -> Match | None:
    whole = case.name.replace("_", "-")
    spelt = {_stem(word): word for word in (*whole.split("-"), whole, *case.words)}
    wanted = set(spelt) - {""}
    found = {place: {w for w in wanted if re.search(f" {re.escape(w)}s? ", texts[place])} for place, _ in _WEIGHTS}
    telling = {place: {w for w in words if spelt[w] not in COMMON} for place, words in found.items()}
    said = found["title"] | found["abstract"]
    if not _can_enter(case, said, telling["data set"], texts) or not _measures(case, texts):
        return None
    where, words = _evidence(_stem(whole), found, telling)
    if not words:
        return None
    score = sum(weight * len(telling[place]) + 0.2 * len(found[place]) for place, weight in _WEIGHTS)
    score += 3.0 * (_stem(whole) in said | found["data set"])
    return Match(case=case, words=tuple(sorted(spelt[w] for w in words)), where=where, score=score)


def _evidence(name: str, found: dict[str, set[str]], telling: dict[str, set[str]]) -> tuple[str, set[str]]:
    """Give the strongest place that names the task, and its words; none where too few do."""
    said = found["title"] | found["abstract"]
    beside = said | found["metric"] | found["data set"]
    phrases = {w for w in telling["title"] | telling["abstract"] if re.search(r"[ \d]", w)}
    if telling["data set"]:
        return "data set", telling["data set"]
    telling_said = _apart(telling["title"] | telling["abstract"])
    if telling["title"] and (len(_apart(found["title"])) >= 2 or len(telling_said) >= 3):
        return "title", telling["title"]
    if phrases and len(_apart(beside)) >= 2:
        return "title" if found["title"] & phrases else "abstract", phrases
    if name in said and len((telling_said | telling["metric"]) - {name}) >= 2:
        return "title" if name in found["title"] else "abstract", {name}
    return "", set()


def _apart(words: set[str]) -> set[str]:
    """Give the words that are no part of another one: `few shot` and `shot` are one."""
    return {w for w in words if not any(w != other and f" {w} " in f" {other} " for other in words)}


def _can_enter(case: CaseInfo, said: set[str], data: set[str], texts: dict[str, str]) -> bool:
    """Say whether a paper's method can be what a case hands its data to."""
    text = texts["title"] + texts["abstract"]
    tasks = {slot for slot, words in TASKS.items() if re.search(rf" (?:{words}) ", text)}
    learns = case.slot not in _ELSEWHERE or re.search(rf" (?:{LEARNING}) ", text)
    return bool(learns and (case.slot not in TASKS or case.slot in tasks)) or bool(data & said and not tasks)


def _measures(case: CaseInfo, texts: dict[str, str]) -> bool:
    """Say whether a paper measures what a case measures; one that names no metric doesn't speak against it."""
    named = " ".join(texts[place] for place in ("metric", "title", "abstract"))
    own = _normal(f"{case.metric} {case.unit}")
    kinds = [words for kind, words in METRICS if re.search(rf" (?:{kind}) ", own)]
    return not texts["metric"].strip() or any(
        re.search(rf" (?:{words})", named) for words in [*kinds, _stem(case.metric)]
    )


def _stem(word: str) -> str:
    """Give a word as it is looked up: lower case, without a plural s."""
    flat = _normal(word).strip()
    return flat[:-1] if flat.endswith("s") and not flat.endswith("ss") else flat
