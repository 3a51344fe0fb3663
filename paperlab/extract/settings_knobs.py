"""Settings whose names are only known by their last word: `a burn-in of 1,000`, `margin 0.2`; and things that are set by their count: `500 trees`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from paperlab.extract.numbers import VALUE, WORDS, as_float, sized
from paperlab.extract.settings_context import MAY, SETTING, Found, is_theory
from paperlab.extract.settings_names import IN_WORDS, canonical

_HEADS = (
    "bandwidth budget burn-in capacity coefficient count cutoff damping decay degree delay depth dilation dimension dimensionality dropout duration exponent factor frequency generations "
    "granularity guidance hop horizon interval lag length level limit margin multiplier offset order overlap padding parameter patience penalty percentile perplexity period population "
    "probability quantile radius rank rate ratio resolution scale shift size skip slope smoothing spacing sparsity steepness strength stride temperature thinning threshold timeout tolerance variance weight width window"
).split()
"""Last words of what is set, in any field."""
_NOT_BEFORE = (
    "an? the of and or with to by in on at for from as is are was were be we our their its this that these those which each every all both same different other such following corresponding "
    "use uses used using set sets setting choose chose apply applied employ train trained run ran has have had get gets given where when only also then than more less "
    "higher lower larger smaller better worse good best highest lowest largest smallest no any some about approximately increase increased reduce reduced total average mean relative success hit pass true false positive negative error win compression sampling completion resulting suggested recommended least most sometimes often usually always never even"
).split()
"""Words that no name holds: those of grammar, comparisons, and what makes a result of a rate."""
_HEAD = rf"(?:{'|'.join(_HEADS)})"
_NAME = rf"(?P<name>(?:(?!(?:{'|'.join(_NOT_BEFORE)})\b)[A-Za-z][\w-]*\s+){{0,3}}?{_HEAD})"
_LINK = r"(?:\s+\$(?:[^$=]{1,15})\$)?(?P<of>\s+(?:of|for|in)(?:\s+[\w-]+){1,5}?(?=\s+(?:is|was)\s+(?:set|fixed)))?(?:\s+(?:of|to|at|as|=|is|was|equals?)\s+(?:(?:set|fixed|equal)\s+(?:to|at|as)\s+)?|\s*=\s*|\s+)"
_KNOB = re.compile(
    rf"(?:(?<=\s)|(?<=\()|^)(?<!\bat\s){_NAME}{_LINK}(?:about\s+|approximately\s+)?\$?\s*(?:\\?[A-Za-z]+(?:_\{{?\w+\}}?)?\s*=\s*)?(?P<value>(?>{VALUE}))(?P<unit>\s?\\?%|[kKMB](?![A-Za-z])|\s+(?:million|billion)\b)?\$?(?!\w|\.\d|[-–]\w|\s*(?:times\b|fold\b|/|×|\\times|\\%|\\pm|±|or\s+(?:more|less)|and\s+(?:more|above|below)))",
    re.IGNORECASE,
)
_REACHES = re.compile(
    r"\b(?:achiev\w*|obtain\w*|reach\w*|yield\w*|attain\w*|outperform\w*|improv\w*|exceed\w*|surpass\w*|accura\w+|correlation|speed-?ups?|result(?:s|ed|ing)?\s+in(?!\s+\$?\d)|leads?\s+to|increas\w+|observe[sd]?|observations?|show\w*|compar\w+|p-values?|significant\w*|significance|for (?:example|instance)|suppose|imagine)\b",
    re.IGNORECASE,
)
"""Where it stands, numbers are found and not set."""
_SETS = re.compile(
    r"\b(?:use[ds]?|using|set|sets|setting|fix(?:ed)?|chose|choose|chosen|employ(?:ed|s)?|appl(?:y|ied|ies)|train(?:ed|ing)?|run|ran|initiali[sz]\w*|add(?:ed|s)?|optimi[sz]e[ds]?|sample[ds]?|sampling|adopt(?:ed|s)?|hyper-?parameters?|defaults?|keep|kept|select(?:ed)?|fine-?tun\w+|configur\w+|serves?|implement\w*|perform(?:ed|s)?|evaluate[ds]?|simulat\w+|draws?|drew|evolves?|number of|our\s+[\w-]+\s+ha(?:s|ve))\b",
    re.IGNORECASE,
)
_SAYS = re.compile(rf"The\s+target\s+(?:[a-z-]+\s+){{0,2}}?{_HEAD}\s+(?:is|was)\s+\$?{VALUE}")
"""A target is set by itself: `The target rate is 0.8`."""
_THINGS = {
    "trees": r"(?:decision |regression |boosted )?trees",
    "clients": r"clients",
    "particles": r"particles",
    "proposals": r"(?:region |object )?proposals",
    "frequency masks": r"frequency masks",
    "time masks": r"time masks",
    "chains": r"(?:Markov |MCMC |parallel |independent )?chains",
    "rounds": r"(?:communication |boosting |federated )?rounds",
    "parameters": r"(?:trainable |learnable |model )?parameters",
    "negative samples": r"negative (?:samples|examples)|negatives",
    "in-context examples": r"(?:in-context |few-shot )(?:examples|demonstrations)|demonstrations",
    "inducing points": r"inducing (?:points|inputs|variables)",
    "clusters": r"clusters",
    "mixture components": r"(?:mixture |Gaussian )components",
    "rollouts": r"rollouts",
    "workers": r"(?:parallel |actor )?workers|actors",
    "environments": r"parallel environments|environments in parallel|vectori[sz]ed environments",
    "Monte Carlo samples": r"(?:Monte[ -]Carlo|MC|posterior|importance|latent) samples",
    "sampling steps": r"(?:DDIM|DDPM|Euler|Heun|sampler|reverse|Langevin|NFE) steps",
    "local epochs": r"local (?:training )?epochs",
    "local steps": r"local (?:SGD |gradient |update )?steps",
    "experts": r"experts",
    "codebook entries": r"codebook (?:entries|vectors)|code ?words",
    "bins": r"(?:histogram |equal(?:ly)?[- ]\w+ )?bins",
    "augmentations": r"augment(?:ation)?s|augmented views|views",
    "merge operations": r"(?:BPE )?merge operations|merges",
    "individuals": r"individuals",
    "generations": r"generations",
    "inner steps": r"inner-loop (?:gradient )?steps|inner (?:gradient )?steps",
    "burn-in steps": r"burn-in (?:steps|iterations|samples)",
}
"""What is set by its count -> how papers write it."""
_COUNTED = re.compile(
    rf"(?<![\w.,^{{-])\$?\s*(?:[A-Za-z]'?(?:_\w)?\s*=\s*)?(?P<value>(?>{VALUE})|{'|'.join(WORDS)})(?P<unit>[kKMB](?![A-Za-z])|\s+(?:million|billion)\b)?\$?[\s-]+"
    rf"(?:(?!(?:of|and|or|per|more|fewer|other|additional|such|the)\b)[\w-]+\s+)?(?:{'|'.join(f'(?P<k{i}>{p})' for i, p in enumerate(_THINGS.values()))})\b(?!\s+(?:of\s+\$?\d|away))",
    re.IGNORECASE,
)
_KIND = tuple(_THINGS)
_WAYS = re.compile(r"(?<![\w.])\$?(?P<ways>\d+)\$?-way,?\s+(?:and\s+)?\$?(?P<shots>\d+)\$?-shot\b")
_FOLDS = re.compile(
    rf"(?<![\w.])\$?(?P<value>\d{{1,2}}|{'|'.join(WORDS)}|k\s*=\s*\d+)\$?[\s-]+fold\s+(?:(?:stratified|nested|repeated)\s+)?cross[\s-]?validation|\bk\$?-fold\s+cross[\s-]?validation\b[^.;\d]{{0,30}}?\bk\s*=\s*(?P<k>\d+)",
    re.IGNORECASE,
)


def knobs(text: str, _: Mapping[str, str]) -> Found:
    """Read what has a name that ends in a word for a setting, where the sentence sets and reaches nothing."""
    for found in _FOLDS.finditer(text):
        value = found["k"] or found["value"].split("=")[-1].strip()
        yield found.start(), found.end(), "folds", WORDS.get(value.lower(), value)
    for found in _WAYS.finditer(text):
        yield found.start("ways"), found.end("ways"), "ways", found["ways"]
        yield found.start("shots"), found.end("shots"), "shots", found["shots"]
    if (
        is_theory(text)
        or _REACHES.search(text)
        or not (_SETS.search(text) or SETTING.search(text) or _SAYS.match(text))
    ):
        return
    for found in _KNOB.finditer(text):
        name = canonical(found["name"]) or found["name"].lower()
        name = f"{name}{found['of']}".lower() if name in _BARE and found["of"] else name
        if as_float(found["value"]) and name not in IN_WORDS and name not in _BARE and not MAY.match(text, found.end()):
            yield found.start("value"), found.end(), name, sized(found["value"], found["unit"])
    for found in _COUNTED.finditer(text):
        kind = next(kind for i, kind in enumerate(_KIND) if found[f"k{i}"])
        value = sized(found["value"], found["unit"])
        few = kind == "parameters" and re.fullmatch(r"\d{1,3}", value)
        if value not in ("0", "1") and not few:
            yield found.start("value"), found.end(), kind, value


_BARE = frozenset(
    "count degree depth duration factor generations level limit order parameter population probability rate ratio scale size variance weight length interval period frequency window skip multiplier offset budget dimension overlap".split()
)
"""What names nothing without a word before it."""
