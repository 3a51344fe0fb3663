"""Settings that are how many there are of something: `26 classes`, `123 subjects`, `a 1,319-problem test set`.

Read last: what a sentence counts where it says what there is or what was done, and reports nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from paperlab.extract.numbers import LARGE, VALUE, WORDS, row_before, sized
from paperlab.extract.settings_context import MAY, SETTING, SUPPOSED, Found, is_theory
from paperlab.extract.settings_names import canonical

_ONE = (
    "class|image|photograph|picture|sample|example|instance|observation|record|pair|triple|triplet|sentence|document|article|paper|abstract|passage|paragraph|review|tweet|post|question|answer|query|"
    "problem|prompt|response|conversation|dialogue|demonstration|trajectory|transition|episode|trial|session|recording|song|track|clip|video|utterance|speaker|subject|participant|patient|volunteer|annotator|"
    "rater|worker|user|item|rating|interaction|category|label|tag|topic|template|font|phone|phoneme|character|word|token|graph|node|edge|vertex|molecule|atom|protein|scan|slice|volume|voxel|patch|scene|object|view|face|"
    "landmark|keypoint|joint|sensor|electrode|channel|feature|attribute|variable|dimension|coefficient|filterbank|action|state|skill|game|caption|description|expert|agent|player|vehicle|robot|drone|server|switch|"
    "host|router|replica|peer|base station|antenna|particle|qubit|shot|simulation|realization|replicate|resample|instruction|rule|concept|cluster|group|bin|timestep|update|block|head|branch|stage|organization|vocabulary"
)
"""What is counted, one of it."""
_MANY = "vertices|vocabularies|people|data points|time steps"


def _plural(one: str) -> str:
    """Give the word for more of a thing."""
    if one.endswith("y"):
        return one[:-1] + "ies"
    return one + ("es" if one.endswith(("s", "x", "ch")) else "s")


_PLURAL = "|".join([*map(_plural, _ONE.split("|")), _MANY])
_WORD = "|".join(list(WORDS)[1:])
_UNIT = rf"(?P<unit>\s?[kKMBT](?![A-Za-z])|[\s-]+(?:{'|'.join(LARGE)})\b)?\$?"
_DIGITS = rf"(?<![\w.,^{{×/-])(?<!\d )(?<!× )\$?(?P<value>(?>{VALUE})){_UNIT}"
_N = rf"(?<![\w.,^{{×-])(?<!\d )\$?(?P<value>(?>{VALUE})|{_WORD}){_UNIT}"
_NO_THING = (
    r"(?!(?:times|percents?|percentage points?|years?|months?|weeks?|days?|hours?|minutes?|seconds?|cores?|bits?|folds?|ways?|shots?|layers?|dimensional|dimensions?|pages?|stars?|pixels?|epochs?|steps?|iterations?|runs?|versions?|models?|types?|kinds?|hyper-?parameters?|settings?|variants?|cases?|"
    r"gigabytes?|megabytes?|[kmg]bps|gives|works|leads|performs|means|makes|allows|needs|starts|networks?|systems?|methods?|baselines?|experiments?|data ?sets?|parts?|objectives?|architectures?|tasks?|ones|percentage|names?|words?|orders?|magnitudes?|degrees?|parameters?|gpus|tpus|cpus)\b)"
)
"""What is read elsewhere, comes out, or is no amount of anything."""
_NO_NOUN = (
    r"(?!(?:an?|and|as|at|are|be|been|both|by|can|consecutive|different|do|does|each|first|for|from|had|has|have|in|into|is|it|its|last|less|more|most|of|on|one|or|other|our|out|over|per|possible|such|"
    r"than|that|the|their|them|these|this|those|times|to|total|under|up|vs|was|we|were|when|where|which|while|with|percent|pixel|standard)\b)"
)
_BETWEEN = r"(?:[\s-]+|~)(?:(?:different|distinct|unique|possible|total|additional|separate|individual|independent|random)\s+)?"
_BEHIND = r"(?![\w-]|\s+(?:per\b|each\b|of\s+\$?\d|\$))"
_ADJECTIVES = rf"(?:{_NO_NOUN}[A-Za-z][\w’'/-]*\s+){{0,3}}?"
_COUNTED = re.compile(
    rf"{_N}{_BETWEEN}(?P<what>{_ADJECTIVES}(?:{_PLURAL}|(?<=-)(?:{_ONE})(?=\s+[\w-]+))){_BEHIND}", re.IGNORECASE
)
_OPEN = re.compile(
    rf"{_DIGITS}{_BETWEEN}(?P<what>{_ADJECTIVES}(?:{_NO_NOUN}{_NO_THING}(?!\w*(?:ss|us|is)\b)(?:non-)?[a-z]{{3,}}s\b|(?<=-){_NO_NOUN}{_NO_THING}[a-z]{{3,}}(?=\s+[a-z-]+))){_BEHIND}",
    re.IGNORECASE,
)
"""Whatever has a plural: where experiments are told, a number in digits before it says how many there are."""
_REPORTS = re.compile(
    r"\b(?:achiev\w*|obtain\w*|reach\w*|yields?|resolv\w+|retain\w*|attain\w*|outperform\w*|improv\w*|exceed\w*|surpass\w*|speed-?ups?|observe[sd]?|show(?:s|n|ed)?|compar(?:ed|ing|e|es|ison)|significant\w*|results?\s+in|takes?|took|could not|faster|slower|"
    r"reduc(?:es|ed|tion)|increas(?:es|ed)|measured|better|worse|correct\w*|wrong\w*|fail(?:s|ed|ure)?|win(?:s|ning)?|won|error|higher|lower|best|coverage|p-values?|complexity|cost|resulting|produces?|releases?|released|finds?|found|estimate[sd]?|largest|able to)\b",
    re.IGNORECASE,
)
"""Where it stands, things are counted that came out."""
_RELATIVE = re.compile(
    r"\b(?:at|every|each|per|after|than|first|last|within|top|fewer|more|or|previous|other|another|remaining|of the|out of|in|to|is|are|about one|any|by|these|those|all|both)\s+\$?$|’s\s$|(?-i:[a-z]\s+[A-Z]\w+\s$)",
    re.IGNORECASE,
)


def things(text: str, _: Mapping[str, str]) -> Found:
    """Read how many there are of what an experiment is made of, where the sentence says that the authors did it."""
    return _counted(_COUNTED, text) if _OURS.search(text) and _sets(text) else iter(())


def amounts(text: str, _: Mapping[str, str]) -> Found:
    """Read how many there are of anything, below a heading of experiments, where the sentence sets something."""
    return _counted(_OPEN, text) if _sets(text) else iter(())


def contents(text: str, _: Mapping[str, str]) -> Found:
    """Read how many there are of something right below a heading of experiments or data, where data are described too."""
    return _counted(_COUNTED if _DESCRIBES.search(text) and not SETTING.search(text) else _OPEN, text)


_COMPOUND = re.compile(
    rf"{_DIGITS}-(?P<what>case|channel|(?<=\d\d\d-)step|(?<=k-)step|node|hop|frame|token|resample|sample|patient|subject|participant|image|question|problem|example|bit|expert|agent|qubit|sentence|document)\s(?=[a-z]|[A-Z]+\s)"
    r"(?!(?:increase|decrease|improvement|reduction|gain|speed|time|accuracy|error|ahead)\b)",
    re.IGNORECASE,
)
"""A number and what it counts before what it belongs to: `a 17-channel input`."""


def compounds(text: str, _: Mapping[str, str]) -> Found:
    """Read how many of something a thing has or takes, where nothing is reported."""
    if is_theory(text) or SUPPOSED.search(text) or _REPORTS.search(text):
        return
    for found in _COMPOUND.finditer(text):
        what = _plural(found["what"].lower())
        value = sized(found["value"], (found["unit"] or "").strip(" -"))
        if value not in ("0", "1"):
            yield found.start("value"), found.end("what"), canonical(what) or what, value


def _sets(text: str) -> bool:
    return (SETTING.search(text) or _MAKES.search(text)) is not None and _DESCRIBES.search(text) is None


_MAKES = re.compile(
    r"\b(?:simulate|recruit|gather|involve|hire|deploy|emulate|generate|collect|annotate|capture|record|perform|conduct|execute)(?:s|d|ed)?\b",
    re.IGNORECASE,
)


_OURS = re.compile(r"\b(?:we|our|authors?|train\w*|fine-?tun\w*|pre-?train\w*|architecture|models?)\b", re.IGNORECASE)


_DESCRIBES = re.compile(
    r"\b(?:provides|contains|comprises|consists|covers|is|are|containing|comprising|consisting) ", re.IGNORECASE
)


_THE = re.compile(r"\bthe\s$", re.IGNORECASE)


def _counted(pattern: re.Pattern[str], text: str) -> Found:
    if is_theory(text) or SUPPOSED.search(text) or _REPORTS.search(text):
        return
    for found in pattern.finditer(text):
        what = re.sub(r"\s+", " ", found["what"].lower())
        if not what.endswith(("s", "people", "vertices")):
            what = _plural(what)  # `a 1,319-problem test set`
        value = sized(found["value"], (found["unit"] or "").strip(" -"))
        the = found["value"].isalpha() and _THE.search(text, 0, found.start())  # `between the two variables`
        if (
            value in ("0", "1")
            or the
            or ("." in value and not found["unit"])
            or _RELATIVE.search(text, 0, found.start())
            or MAY.match(text, found.end())
        ):
            continue
        start, row = row_before(text, found.start("value"))
        yield start, found.end("what"), canonical(what) or what, ", ".join([*row, value])
