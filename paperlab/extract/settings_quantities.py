r"""Settings of what is simulated, controlled or measured: quantities with a unit, machines, and what words set."""

from __future__ import annotations

import re
from collections.abc import Mapping

from paperlab.extract.numbers import VALUE, WORDS, as_float, sized
from paperlab.extract.settings_context import MAY, SUPPOSED, Found
from paperlab.extract.settings_names import IN_WORDS, canonical

_UNIT = r"(?:[kKMGT]i?B(?:/s)?|[kMG]?b(?:ps|it/s)|[kMG]?Hz|[munμ]s|\$?\\(?:mu|textmu)\$?\s*[ms]|ms|s|secs?|seconds?|min(?:ute)?s?|h(?:ou)?rs?|days?|weeks?|[mckn]?m(?:/s(?:\^2)?)?|k?g|mg|rad(?:/s)?|deg(?:rees)?|[mk]?V|[mk]?W|k?J|k?Wh|[mk]?A|[mMk]?Pa|[kM]?N|dBm?|°C|bytes|bits|pixels)"
_WORD = "|".join(list(WORDS)[1:])
_N = rf"\$?(?P<value>(?>{VALUE}))(?P<k>[kKM](?![A-Za-z]))?\$?"
_AMOUNT = rf"(?:\$?(?:\\sim|\\approx|~)\$?\s*)?\$?(?P<value>(?>{VALUE}))\$?(?:\\[,; ]|~|\s)?[\s-]?(?:\\(?:mathrm|text|rm)\s*\{{\s*)?(?P<unit>(?-i:{_UNIT}))\b\}}?\$?"
_QUANTITY = rf"{_AMOUNT}(?![\w/^\\-])"
_NO_NAME = (
    r"(?!(?:an?|the|of|and|or|with|to|by|in|on|at|for|from|as|is|are|was|were|be|we|our|their|its|this|that|these|those|which|each|every|all|both|it|than|then|when|if|up|about|only|not|also|"
    r"[mckn]?m|[munμ]s|[kMG]?Hz|error|errors|results?|accuracy|improvement|loss|success|speed-?up|average|mean|median|standard|best|worst|runtime|throughput|gain|overhead|drop|increase|decrease|reduction|took|takes|has|have|had)\b)"
)
_WORDS = rf"(?:{_NO_NAME}[A-Za-z][\w-]*\s+)"
_HEAD = (
    r"(?:amplitude|bandwidth|base|budget|ceiling|buffer|cache|capacity|constant|cutoff|cut-off|delay|diameter|distance|duration|frequency|gap|heap|height|horizon|interval|length|limit|mass|memory|payload|period|"
    r"power|pressure|radius|range|rate|resolution|RTT|separation|size|spacing|speed|step|thickness|threshold|(?:integration|exposure|sampling|transition|settling|response|think|dwell|holding)\s+time|time\s+limit|timeout|timestep|tolerance|velocity|voltage|wavelength|weight|width|window)"
)
_NAME = rf"(?P<name>{_WORDS}{{0,3}}?(?<![\w-]){_HEAD})"
_LINK = r"(?:\s+of\s+(?:the|our|each)\s+[\w-]+)?(?:\s+\$[^$=]{1,15}\$)?(?:\s+(?:of|is|was|to|at|equals?|=)\s+(?:(?:set|fixed|limited)\s+(?:to|at)\s+)?|\s*=\s*|\s+)(?:\$[^$=]{1,15}=\s*)?(?:about\s+|approximately\s+|exactly\s+|a\s+maximum\s+of\s+)?"
_MEASURED = re.compile(rf"(?<![\w-]){_NAME}{_LINK}{_QUANTITY}", re.IGNORECASE)
_BEFORE = re.compile(
    rf"(?<![\w.,$-]){_AMOUNT}[\s-]+(?P<name>(?:{_NO_NAME}[A-Za-z][\w-]*\s+){{0,2}}?(?:{_HEAD}|buffers?|buffer\s+pool|cache|delay|timeout|time[\s-]?out|time\s+limit|interval|heap|bandwidth|horizon|network|(?:down|up)?links?|time[\s-]?steps?|window|period|transactions|messages|payload|packets|blocks|pages|records|values|sampling(?!\s+\w+\b(?<!for)(?<!of))|integers))\b",
    re.IGNORECASE,
)
"""A quantity before what it is of: `a 3 MB shared buffer`."""
_VALUE_SET = rf"\$?(?P<value>(?>{VALUE}))\$?(?:\s?(?P<unit>\\?%|(?-i:{_UNIT})\b|[kKM](?![A-Za-z])))?\$?+(?![\w^]|\.\d|\s*\$?(?:/|\\times|×|-\w|\\pm|or\b))"
_SET_TO = re.compile(
    rf"\b(?:set|sets|setting|configur(?:e|ed|es|ing)|fix|fixes|fixed|fixing|limit|limits|limited|cap|caps|capped|keep|kept|keeping|restrict(?:ed)?)\s+(?:the\s+|an?\s+|our\s+|its\s+|each\s+)?"
    rf"(?P<name>(?!(?:to|up|at|it|them|of|in|on|as|by)\b)[A-Za-z][\w-]*(?:\s+(?!to\b|at\b|and\b|that\b|which\b|in\s+(?:each|a)\b|\w+ed\b)(?:the\s+)?(?:\([^()\d]{{1,20}}\)\s+)?[A-Za-z][\w/-]*){{0,6}}?)\s+(?:to|at|as)\s+(?:be\s+|a\s+(?:maximum|minimum)\s+of\s+)?"
    rf"{_VALUE_SET}",
    re.IGNORECASE,
)
_IS_SET = re.compile(
    rf"(?<![\w-])(?P<name>{_WORDS}{{1,4}})(?:\$[^$=]{{1,15}}\$\s+)?(?:is|are|was|were)\s+(?:then\s+|always\s+|empirically\s+)?(?:set|fixed|limited|configured|capped|kept)\s+(?:to|at|as)\s+(?:be\s+)?"
    rf"{_VALUE_SET}",
    re.IGNORECASE,
)
_ORDER = re.compile(
    rf"\b[Tt]he\s+(?P<name>(?:maximum\s+|minimum\s+)?(?:order|degree|number|size|length|depth|dimension|width|rank)\s+of\s+(?:the\s+)?(?!all\b|our\b)(?:[A-Za-z][\w-]*\s+){{1,3}}?)(?:\$[^$=]{{1,15}}\$\s+)?(?:is|was)\s+(?:set\s+to\s+|fixed\s+(?:to|at)\s+)?(?:\$[^$=]{{1,15}}=\s*)?{_N}(?=\$?(?:[.,;]?\s|[.,;]?$))"
)
_MACHINE = (
    (rf"(?<![\w.])\$?(?P<value>\d+|{_WORD})\$?\s+(?:physical\s+|virtual\s+|logical\s+|processor\s+)*(?:CPU\s+)?cores\b", "CPU cores"),
    (rf"(?<![\w.])\$?(?P<value>\d+|{_WORD})\$?\s+(?:(?:virtual\s+)?CPUs|v-?CPUs?)\b(?!\s+cores)", "CPUs"),
    (rf"(?<![\w.])\$?(?P<value>{_WORD}|\d{{1,2}})\s+(?-i:Intel|AMD|Xeon|EPYC)\b[^.;,]{{0,60}}?(?:CPUs|processors)\b", "CPUs"),
    (rf"(?<![\w.])\$?(?P<value>\d+|{_WORD}|single)\$?\s+(?:(?-i:[A-Z])\w+\s+|hardware\s+|worker\s+|CPU\s+)?threads?\b(?!\s+(?:block|safe|of\b))", "threads"),
)  # fmt: skip
_RUNS_ON = re.compile(
    r"\b(?:machines?|servers?|CPUs?|processors?|laptop|workstation|desktop|computer|cluster|instances?|node|threads? per|Gurobi|CPLEX|testbed|experiments?|RAM|solver)\b",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"\b(?:achiev\w*|obtain\w*|reach\w*|yield\w*|attain\w*|outperform\w*|improv\w*|exceed\w*|surpass\w*|speed-?ups?|observe[sd]?|show(?:s|n|ed)?|compar(?:ed|ing)|significant\w*|results?\s+in|takes?|took|could not|faster|slower|reduc(?:es|ed|tion)|increas(?:es|ed)|measured|per cent better|up to|smaller than|larger than|average[ds]?)\b",
    re.IGNORECASE,
)
"""Where it stands, quantities are found and not set."""
_RANGE = re.compile(r"\d\$?\s?[-–−]{1,2}\$?$")
"""Before the end of a range: `a 0.5–80 m range`."""
_PRODUCT = re.compile(r"\s*\$?\s*(?:×|\\times|x\s?\d)")
"""Behind one side of what has two."""
_MACHINES = tuple((re.compile(pattern, re.IGNORECASE), name) for pattern, name in _MACHINE)
_BARE = frozenset(
    [
        *"size length time rate range weight height distance speed limit step duration width bandwidth experiments".split(),
        "sampling frequency",
    ]
)


def quantities(text: str, _: Mapping[str, str]) -> Found:
    """Read what words set, machines, and quantities with a unit; each number once."""
    ends = 0
    for start, end, name, value in sorted(_all(text)):
        if start >= ends and not _PRODUCT.match(text, end):
            yield start, end, name, value
            ends = end


def _all(text: str) -> Found:
    if SUPPOSED.search(text):
        return
    for pattern in (_SET_TO, _IS_SET, _ORDER):
        yield from _set_by_words(pattern, text)
    yield from _machines(text)
    if not _FOUND.search(text):
        yield from _by_name(text)


def _by_name(text: str) -> Found:
    """Read what is measured, where the sentence reports nothing."""
    for found in (*_MEASURED.finditer(text), *_BEFORE.finditer(text)):
        name = found["name"].lower()
        if (
            name not in _BARE
            and not _RANGE.search(text, 0, found.start("value"))
            and not MAY.match(text, found.end())
            and not re.search(r"\bat\s+$", text[: found.start()])
        ):
            yield found.start("value"), found.end(), canonical(name) or name, _with_unit(found)


def _set_by_words(pattern: re.Pattern[str], text: str) -> Found:
    for found in pattern.finditer(text):
        name = re.sub(r"^(?:the|an?|our)\s+|\([^()]*\)\s*", "", found["name"].strip(), flags=re.IGNORECASE).lower()
        name = "gradient clipping" if name.endswith("norm") and "clip" in text else canonical(name) or name
        if as_float(found["value"]) and name not in IN_WORDS and not MAY.match(text, found.end()):
            yield found.start("value"), found.end(), name, _with_unit(found)


def _with_unit(found: re.Match[str]) -> str:
    r"""Write a quantity with its unit: `5 ms`, `2%`, `20K`; micro as one letter."""
    told = found.groupdict()
    unit = re.sub(r"\$?\\(?:mu|textmu)\$?\s*", "μ", told.get("unit") or "")
    if told.get("k") or unit in ("k", "K", "M", "%", "\\%", ""):
        return sized(found["value"], told.get("k") or unit)
    return f"{found['value']} {unit}"


def _machines(text: str) -> Found:
    """Read on what it runs: cores, threads, memory."""
    if _RUNS_ON.search(text):
        for machine, called in _MACHINES:
            for found in machine.finditer(text):
                unit = found.groupdict().get("unit")
                value = {**WORDS, "single": "1"}.get(found["value"].lower(), found["value"])
                yield found.start("value"), found.end(), called, f"{value} {unit}" if unit else value
