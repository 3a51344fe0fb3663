r"""What sentences state of the ledger without a setting that can be named: `on a laptop`, `the initial weights are drawn from ...`.

The readers of settings want a name and a value; to say "not stated" wants less, so here the words that state it suffice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from paperlab.extract.numbers import VALUE
from paperlab.extract.passage import Passage, Sentence, sentences
from paperlab.extract.settings_context import is_ours, is_theory
from paperlab.records.extracted import Hyperparameter
from paperlab.records.ledger import LEDGER

_NUMBER = rf"(?>{VALUE})(?:\$?/\$?\d+)?"
"""A whole number, of which nothing is left over: `5e-4`, `10^{-3}`, `1/16`."""
_COUNT = r"(?:\d+|an?|one|a\s+single|single|two|three|four|six|eight|sixteen)"
_USED = r"(?:ran|runs?|running|train\w*|perform\w*|conduct\w*|execut\w*|carried\s+out|done|comput\w+|measur\w+|use[ds]?|using|equipped|took|takes|experiments?|benchmark\w*|timings?)"
_RATE = r"(?:learning[\s-]rates?|step[\s-]?sizes?|\blr\b)"
_SET = r"(?:train(?:ing)?|validation|test(?:ing)?|dev(?:elopment)?|held-?out|evaluation)"
_MOVES = r"(?:schedul|(?<!weight )decay|anneal|warm|divid|multiplied|reduc|dropp|halv|lower|decreas|constant|fixed)"
_OPTIMIZERS = r"(?:Adam\w*|SGD|RMS-?prop|Adagrad|L-?BFGS|BFGS|CMA-ES|Adadelta|Lion|Muon|conjugate\s+gradients?|gradient\s+descent|Newton(?:['’]s)?\s+method|coordinate\s+descent)"
_DRAWS = r"(?:Xavier|Glorot|Kaiming|LeCun|orthogonal|normal|Gaussian|uniform\w*|zeros?|truncated|identity|standard\s+deviation|\\mathcal\s*\{?[NU])"
_DEFAULTS = rf"{_OPTIMIZERS}\b[^.;]{{0,30}}\bdefaults?\b|\bdefaults?\b[^.;]{{0,30}}\b(?:parameters|settings|values|configuration)\s+(?:of|for)\s+(?:the\s+)?{_OPTIMIZERS}"
_DEVICE = (
    r"(?:nvidia|geforce|rtx\s?\d|gtx\s?\d|titan|tesla|[vpahb]\d00\b|tpu[\s-]?v\d|xeon|ryzen|epyc|core\s?(?:\(TM\)\s*)?i[3579]|macbook|raspberry"
    rf"|laptop|(?<!audio )workstation|desktop\s+(?:computer|pc|machine)|{_COUNT}\s+(?:[\w-]+\s+)?(?:[cgt]pus?|cores?|threads?)(?:\(s\))?(?![\w-])|[cg]pu\s+(?:cores?|threads?))"
)
_SAYS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("random seed",), "seed", r"\b(?:(?:random|fixed)\s+)?seed(?:s|ed)?\s+(?:(?!topics?|words?|lexic)[a-z]+\s+){0,3}?\$?\\?\{?\d+(?:,\d{3})*"),
    (("optimizer",), "", rf"\b(?:train|fit|optimi[sz]|(?:mini|maxi)mi[sz]|updat|learn)\w*\b[^.;]{{0,60}}?\b(?:with|using|by|via|through)\s+(?:\w+\s+){{0,3}}?{_OPTIMIZERS}(?!\w)"),
    (("learning rate",), "rate|step|lr", rf"{_RATE}(?:(?!schedul|decay|warm|divid|figure|table|section)[^.;\d]){{0,25}}\$?{_NUMBER}(?!\s*(?:epochs|iterations|steps))|{_RATE}[^.;]{{0,60}}\b(?:according\s+to|given\s+by)\b"),
    (("learning rate", "momentum or betas", "epsilon", "weight decay"), "default", _DEFAULTS),
    (("batch size",), "batch", rf"\b(?:mini-?)?batch(?:es|[\s-]sizes?)?(?:(?!norm)[^.;\d]){{0,15}}{_NUMBER}|\bfull[\s-]batch\s+(?:gradient|train|optimi|L-?BFGS)"),
    (("training steps or epochs",), "", r"\b(?:train|optimi[sz]|minimi[sz]|fine-?tun|fit|run|ran)\w*\b[^.;]{0,60}?(?:\bfor\s+[^.;]{0,20}?\d[\d,.]*[kKM]?\$?\s+(?:\w+\s+){0,2}?(?:epochs?|iterations|steps|updates|frames|episodes)\b|\buntil\s+(?:convergence|the\s+(?:validation|training|loss)|it\s+converge))"),
    (("initialisation",), "initial", rf"\binitiali[sz]\w*[^.;]{{0,60}}?(?<![\w-]){_DRAWS}|(?<![\w-]){_DRAWS}[^.;]{{0,12}}\s+initiali[sz]"),
    (("initialisation",), "initial", r"\binitial\s+(?:network\s+)?(?:weights?|parameters?|noise|biases|values|embeddings?)(?:\s+[^.;]{0,30})?\s(?:drawn|sampled|set\s+to|zeros?)\b"),
    (("hardware",), "", rf"\b{_USED}\b[^;]{{0,120}}?(?<![\w-]){_DEVICE}|(?<![\w-]){_DEVICE}[^;]{{0,60}}\b(?:was|were|is)\s+used\b"),
    (("data split",), "", rf"\b(?:split(?:s|ting)?\s+(?:\w+\s+){{0,3}}?(?:into|the|by|in)|(?:divid|partition)\w*)\b(?:(?!\brate\b)[^.;]){{0,60}}?\b(?:{_SET}\b|(?:sets|folds|parts)\s+of\s+size)|\b{_SET}[\s/,-]+(?:and\s+)?{_SET}?[^.;$]{{0,20}}\bsplits?\b"),
    (("data split",), "", rf"\b{_SET}\s+(?:set|data|split)s?\s+(?:of|with|has|have|contains?|consists?\s+of|comprises?|\()\s*(?:size\s+)?(?:about\s+)?\$?\d[\d,]*|\bheld[\s-]out\b[^.;]{{0,40}}\b(?:tenth|fifth|third|quarter|half|taken\s+from|\d)|\d\s?%[^.;]{{0,30}}\bfor\s+{_SET}\b"),
    (("data split",), "", rf"\b\d[\d,]+\s+(?:[\w-]+\s+){{0,2}}?(?:for\s+{_SET}\b|held[\s-]out\s+{_SET})|\b(?:\d+|five|ten|leave-one-out)[\s-](?:fold\s+)?cross[\s-]validation|\b(?:standard|official|original|predefined|same)\s+(?:\w+[\s/-]){{0,3}}splits?\b"),
    (("momentum or betas",), "momentum|sgd", rf"\bmomentum\s+(?:(?:value|coefficient|parameter|term|of|is|was|set|to|at|equal)\s+){{0,4}}(?:=\s*)?\$?{_NUMBER}|\b(?:without|no)\s+momentum\b|\b(?:plain|vanilla)\s+(?:SGD|stochastic\s+gradient)"),
    (("weight decay",), "decay", rf"\b(?:without|no)\s+weight[\s-]decay\b|\bweight[\s-]decay\b[^.;\d]{{0,25}}{_NUMBER}"),
    (("learning rate schedule",), "rate|step|lr", rf"{_RATE}\b[^.;]{{0,80}}\b(?:{_MOVES}|according\s+to)|\b(?:{_MOVES}|cosine|one[\s-]cycle)\w*\s+(?:\w+\s+){{0,3}}?{_RATE}"),
)  # fmt: skip
"""Entries of the ledger, words of which the sentence has one, and how the sentence says it."""
_PATTERNS = tuple(
    (names, needs.split("|"), re.compile(pattern, re.IGNORECASE), "initial" in needs or names == ("data split",))
    for names, needs, pattern in _SAYS
)


def read_stated(passages: Iterable[Passage]) -> tuple[Hyperparameter, ...]:
    """Give the first sentence that states each entry of the ledger: its name, the words that state it, and the quote."""
    found: dict[str, Hyperparameter] = {}
    for passage in passages:
        for sentence in sentences(passage) if len(found) < len(LEDGER) else ():
            for name, words in _said(sentence):
                found.setdefault(
                    name, Hyperparameter(name=name, value=words, quote=sentence.text[:_LONGEST], span=sentence.span)
                )
    return tuple(found.values())


_LONGEST = 400


def _said(sentence: Sentence) -> Iterator[tuple[str, str]]:
    text, low = sentence.text, sentence.text.lower()
    if text.endswith("?"):
        return
    for names, needs, pattern, anywhere in _PATTERNS:
        match = pattern.search(text) if any(word in low for word in needs) else None
        if match and is_ours(text, match.end()) and (anywhere or not is_theory(text)):
            yield from ((name, match.group()) for name in names)
