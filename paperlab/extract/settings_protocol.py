"""Settings of how an experiment is run: how data are cut, drawn and filtered, how sure an interval is, how long it takes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from paperlab.extract.numbers import VALUE, WORDS
from paperlab.extract.settings_context import Found

_N = rf"(?<![\w.,-])\$?(?P<value>(?>{VALUE}))\$?"
_NW = rf"(?<![\w.,-])\$?(?P<value>(?>{VALUE})|{'|'.join(list(WORDS)[2:])})\$?"
_MANY = r"(?<![\w.,-])\$?(?P<value>\d{1,3}(?:,\d{3})+|\d{2,}|\d+[kKM])\$?"
_FEW = rf"(?P<value>\d{{1,2}}|{'|'.join(list(WORDS)[2:])})"
_NO_NOUN = r"(?!(?:and|or|of|in|on|for|to|from|with|per|times|as|are|is|was|were|this|has|while|by|at|between)\b)"
_ADJECTIVES = rf"(?:{_NO_NOUN}[A-Za-z][\w-]*\s+){{0,2}}?"
_UNITS = r"(?P<what>characters|words|tokens|sentences|pages|lines|images|frames|pixels|nodes|edges|examples|ratings|reviews|interactions|citations|votes)"
_REMOVES = (
    r"\b(?:remov|filter|discard|drop|exclud|ignor|reject|eliminat|omit)(?:e|ed|s|es|ing|ed|ped|ping)?\b[^.;]{0,200}?"
)
_KEEPS = r"\b(?:keep|kept|save|retain(?:ed)?)\s+(?:only\s+)?(?:[a-z]+\s+){0,4}?"
_LESS = r"\b(?:fewer|less|shorter)\s+than\s+"
_MORE = r"\b(?:more|greater|longer|larger)\s+than\s+"
_WITH = r"\b(?:with|containing|contains?|having|ha(?:s|ve))\s+"
_ARE_OUT = r"(?:is|are|was|were)\s+(?:then\s+|also\s+)?(?:removed|filtered|discarded|dropped|excluded|ignored|rejected|omitted)\b"
_SCORE = "similarity|confidence|probability|overlap|IoU|distance|score"
_SPLIT = r"\b(?:split(?:ting|s)?|partition(?:ed|ing)?|divid(?:e|ed|ing))\b"
_PHRASES = (
    (r"(?<![\w.])\$?(?P<value>\d{1,2}(?:\.\d+)?\s?\\?%)\$?\s+(?:(?:upper|lower|one-sided|two-sided|bootstrap)\s+){0,2}confidence\s+(?:intervals?|levels?|bounds?|bands?|regions?)\b", "confidence level"),
    (rf"{_N}\s+(?:[a-z-]+\s+)?(?:[a-z]+-)?bootstrap\s+(?:(?:re-?)?samples|replicat(?:e|ion)s|resamplings)\b", "bootstrap resamples"),
    (r"(?<![\w.])\$?(?P<value>\d{1,2}(?:\.\d+)?\s?\\?%)\$?\s+(?:linear\s+)?warm-?up\b(?!\s+ratio)", "warmup ratio"),
    (rf"{_REMOVES}{_LESS}{_NW}\s+{_UNITS}\b", "minimum {what}"),
    (rf"{_REMOVES}{_MORE}{_NW}\s+{_UNITS}\b", "maximum {what}"),
    (rf"{_KEEPS}(?:{_LESS}|\bat\s+most\s+){_NW}\s+{_UNITS}\b", "maximum {what}"),
    (rf"{_KEEPS}(?:{_MORE}|\bat\s+least\s+){_NW}\s+{_UNITS}\b", "minimum {what}"),
    (rf"{_WITH}{_LESS}{_NW}\s+{_UNITS}\s+{_ARE_OUT}", "minimum {what}"),
    (rf"{_WITH}{_MORE}{_NW}\s+{_UNITS}\s+{_ARE_OUT}", "maximum {what}"),
    (rf"{_REMOVES}\b(?P<what>{_SCORE})(?:\s+scores?)?\s+(?:(?:less|lower|smaller|greater|higher|larger|more)\s+than|below|above|under|over)\s+{_N}", "{what} threshold"),
    (rf"\b(?:select|keep|retain|use|sample|consider|allow)s?\s+(?:up\s+to|at\s+most)\s+{_N}\s+{_ADJECTIVES}(?P<what>{_NO_NOUN}[a-z]{{3,}}s)\b", "maximum {what}"),
    (rf"\b(?P<what>{_SCORE})(?:\s+score)?\s+(?:above|below|exceeding|greater\s+than|higher\s+than|lower\s+than|less\s+than|of\s+at\s+least|over)\s+{_N}\s+(?:is|are|was|were)\s+(?:output|kept|retained|selected|chosen|accepted|considered|removed|discarded|filtered|dropped|rejected|ignored|excluded|linked|matched)\b", "{what} threshold"),
    (rf"\brandomly\s+(?:sampl|select|pick|draw|dr[ae]w|chose|choos)\w*\s+(?:a\s+(?:set|subset|total|sample)\s+of\s+)?{_MANY}\s+{_ADJECTIVES}(?P<what>(?!times\b|percent\b){_NO_NOUN}[a-z]{{3,}}s)\b", "{what}"),
    (rf"{_MANY}\s+randomly[\s-]+(?:sampled|selected|chosen|picked|drawn)\s+{_ADJECTIVES}(?P<what>{_NO_NOUN}[a-z]{{3,}}s)\b", "{what}"),
    (rf"{_SPLIT}[^.;$\d]{{0,80}}?\binto\s+{_FEW}\s+{_ADJECTIVES}(?P<what>sets|subsets|folds|partitions|patches)\b", "number of {what}"),
    (r"\bfor\s+(?P<value>\d+\s*(?:to|-|–)\s*\d+)\s+(?P<what>epochs)\b", "{what}"),
    (r"\b(?:on|with|using)\s+(?:an?\s+)?(?P<value>single|one|1)\s+(?:(?:NVIDIA|Cloud|Google|Tesla|GeForce|Titan|RTX|GTX|Quadro|[A-Z]\w{0,4}|\d+\w*)\s+){0,4}(?-i:[GT]PU)\b", "GPUs"),
    (rf"\b(?:pre-?)?training\s+(?:corpus|data|data\s?set|set)\s+(?:contains|consists\s+of|comprises|has)\s+(?:about\s+|over\s+|approximately\s+)?(?<![\w.,-])\$?(?P<value>(?>{VALUE}))(?P<unit>[kKMB](?![A-Za-z])|\s+(?:million|billion)\b)?\$?\s+(?P<what>tokens|words)\b", "{what}"),
    (r"\b(?P<what>character|word|byte|token|letter)[\s-](?P<value>\d)-?grams?\b", "{what} n-gram"),
    (rf"\b(?P<what>(?:re-?)?calibration|seed|support|query|replay|memory|probe|tuning|fine-tuning|candidate|annotated|labell?ed|unlabell?ed)\s+set\s+of\s+(?:size\s+)?{_MANY}(?:\s|\.|,)", "{what} examples"),
)  # fmt: skip
"""How a sentence says it, and the name that it gets; braces take a word of the sentence."""
_IN_DIGITS = {**WORDS, "single": "1"}
_PHRASE = tuple((re.compile(pattern, re.IGNORECASE), name) for pattern, name in _PHRASES)


def protocol(text: str, _: Mapping[str, str]) -> Found:
    """Read how an experiment is run: `3 sets of sizes (600, 200, 200)`, `95% confidence intervals`, `fewer than 10 words`."""
    for pattern, name in _PHRASE:
        for found in pattern.finditer(text):
            told = found.groupdict()
            unit = (told.get("unit") or "").strip()
            value = _IN_DIGITS.get(told["value"].lower(), told["value"]) + {"million": "M", "billion": "B"}.get(
                unit, unit
            )
            # What is `fewer than` a limit is not compared with others' work.
            start = found.start() if name.startswith("m") else found.start("value")
            yield start, found.end("value"), name.format(what=(told.get("what") or "").lower()), value
    yield from _sizes(text)
    yield from _ranges(text)
    yield from _drawn(text)


_SIZES = re.compile(
    rf"{_SPLIT}[^.;]{{0,120}}?\bof\s+(?:sizes?|lengths?)\s+(?P<sizes>\$?\([\d,\s]+\)\$?|{VALUE}(?:,\s+{VALUE})*,?\s+and\s+{VALUE})",
    re.IGNORECASE,
)


def _sizes(text: str) -> Found:
    """Read the sizes of the sets into which data are split: a tuple as one, others one by one."""
    for found in _SIZES.finditer(text):
        sizes, at = found["sizes"].strip("$"), found.start("sizes")
        if sizes.startswith("("):
            yield at, found.end("sizes"), "set sizes", sizes
        else:
            yield from ((at + n.start(), at + n.end(), "set size", n.group()) for n in re.finditer(VALUE, sizes))


_RANGE = re.compile(
    r"\$(?P<symbol>[^$=<>]{1,25})\$\s+(?:is|are|was|were)\s+(?:\w+\s+){0,3}?(?:chosen|drawn|sampled|picked|selected|generated|distributed)\b[^.;$]{0,50}?\b(?:in|from|over|on)\s+(?:the\s+)?(?:interval\s+|range\s+)?\$?(?P<value>[\[(]\s*-?[\d.]+\s*,\s*-?[\d.]+\s*[\])])"
)


def _ranges(text: str) -> Found:
    r"""Read from where a symbol is drawn: `$\lambda$ is chosen uniformly in the interval $[0, 1]$`."""
    for found in _RANGE.finditer(text) if "$" in text else ():
        yield found.start("symbol"), found.end(), found["symbol"].strip().replace("\\", ""), found["value"]


_DRAWN = re.compile(
    rf"\b(?:sampl\w*|generate[sd]?|draw\w*|select\w*|collect\w*)\s+\$[A-Za-z]\w?\s*=\s*(?P<value>{VALUE})\$\s+{_ADJECTIVES}(?P<what>[a-z]{{3,}}s)\b"
)


def _drawn(text: str) -> Found:
    """Read how many were drawn where a symbol stands for it: `we sample $m = 500$ points`."""
    for found in _DRAWN.finditer(text):
        yield found.start(), found.end("value"), f"number of {found['what']}", found["value"]
