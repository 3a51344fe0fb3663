"""The numbers of a sentence that can be results: not those of sections, years, names, counts of layers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paperlab.extract.claimkinds import COUNT, written
from paperlab.extract.lexicon import names_metric
from paperlab.extract.resultcells import decimals

_NUMBER = re.compile(
    r"(?:(?<![\w.\-–−_^{/@])|(?<=[\d%][-–]))(?P<number>(?:(?<![^\s($=\[~≈±])[-−])?(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|\.\d+))(?![\w]*[a-jl-wyzA-JL-Z]\w)"
    r"(?P<unit>\s?(?:%|\\%|percent|×|x\b|times|points?|fold|dB\b|K\b|M\b|B\b))?"
)
_WORD = re.compile(
    rf"\b(?P<a>{COUNT})(?=[\s-](?:times (?!\d|we\b|and\b)|fold\b|orders? of magnitude|percentage points?|percent\b|per cent\b|points\b))|\bfactors? of (?P<b>{COUNT})(?=[\s,.;)])"
)
_NOT_A_RESULT = re.compile(
    r"(?:Section|Sec\.?|Table|Tab\.?|Figure|Fig\.?|Eq\.?|Equation|Algorithm|Appendix|Theorem|Lemma|Step|Chapter|version|layers?|top-|Top-|CIFAR-?|GPT-|page|rows?|columns?|\[)\s*\(?$"
)
_IN_A_LIST = re.compile(
    r"\b(?:[Ss]ections?|[Tt]ables?|[Ff]ig(?:ure)?s?\.?|[Rr]ows?|[Cc]olumns?|[Ll]ayers?|[Ll]ines?|[Pp]ages?|Eqs?\.?|Appendix)\s(?:\d+(?:[–-]\d+)?,? (?:and |to |or )?)+$|\b(?:rows?|columns?|lines?|pages?)\s[\d –,and-]*$"
)
"""What stands before a further number of a list of places: `rows 3–4 and 11`."""
_RANGE = re.compile(r"(?:^|[\s($~≈∼=±])[-−]?\d[\d.,]*\s?%?[-–]$")
_UNIT_AFTER = re.compile(
    r"\s*-?\s*(?:epochs?|layers?|heads?|GPUs?|hours?|days?|steps|iterations|seeds?|datasets?|tasks?|languages?|examples|images|samples|classes|parameters|categories|runs|proposals|sentences|utterances|(?:[a-z]+ )?evaluations|times? (?:steps|each))\b|\s(?:[a-z][a-z-]* ){0,2}?(?:benchmarks|checkpoints|patches|pixels|domains|environments|games|backbones|baselines|configurations|problems|questions|prompts|participants|subjects|tests)\b",
    re.IGNORECASE,
)
_SHARE_BEFORE = re.compile(r"\b(?:trained|tuned)\s+on\s+(?:only\s+|just\s+)?$")
_SHARE_AFTER = re.compile(
    r"\s+of\s+(?:the\s+|all\s+|its\s+)?(?:\w+\s+)?(?:labels|annotations|data|examples|images|samples)\b"
)
"""What was trained on is no result: `trained on 10% of the labels`."""
_LENGTH = re.compile(r"\s+(?:[a-z]+\s)?(?:steps|frames|iterations|interactions|timesteps|updates)\b")
"""How long something ran, behind a number with a size: `after 1M steps`."""
_PART = re.compile(
    r"\.\d|\s*(?:schedules?|magnification|Hausdorff)\b|:\s+[A-Z]|\s*[×x]\s*\d|\s?%?\s?(?:confidence|CI\b|credible|quantile|percentile|upper bound|lower bound)|-(?!fold|points?\b|percent)[a-z]{2}|-fold cross"
)
"""What follows a number that is a part of something else: `5.6.1`, `5.2: Heading`, `256 × 256`, `95% confidence`, `1× schedule`, `17-qubit`."""
_PART_BEFORE = re.compile(r"\d\s*[×x]\s*$|\bp\s*[<=>≤]\s*$|\d\.$|\^$")
_CONDITION = re.compile(r"\b(?:input|noise|signal)\b[^,;.]*$")
"""A level of what goes in: `an input SNR of 25 dB`."""
_NAME_BEFORE = re.compile(r"\S\s+\(?([A-Z][\w+-]*)\s$")


def plain_numbers(text: str) -> Iterator[tuple[int, str]]:
    """Give (place, number) of what a sentence says outside formulas that are more than a number."""
    told = re.sub(r"\$([^$]*)\$", _told, text)
    for found in _NUMBER.finditer(told):
        if _is_result(found, told):
            size = (found["unit"] or "").strip()
            yield found.start("number"), written(found["number"]) + size * (size in ("K", "M", "B"))
    for found in _WORD.finditer(told):
        yield found.start(), written(found["a"] or found["b"])


def _told(formula: re.Match[str]) -> str:
    """Blank a formula that states more than a number, and keep all places."""
    more = re.search(r"[=_]|\\(?!leq|geq|approx|times\b)[a-z]{3,}", formula[1]) is not None
    return " " * len(formula[0]) if more else formula[0]


def _is_result(found: re.Match[str], told: str) -> bool:
    number, unit = found["number"].lstrip("-−"), (found["unit"] or "").strip()
    before, after = told[: found.start()], told[found.end() :]
    if _PART.match(after) or _PART_BEFORE.search(before[-16:]) or (not unit and _version(before, number)):
        return False
    if before[-1:] in ("-", "–") and not _RANGE.search(before[-16:]):
        return False
    if unit == "dB" and _CONDITION.search(before[-60:]):
        return False
    year = not unit and re.fullmatch(r"(?:19|20)\d\d", number)
    count = not unit and "." not in number and (_UNIT_AFTER.match(after) or len(number) == 1)
    share = unit == "%" and _SHARE_BEFORE.search(before[-24:]) and _SHARE_AFTER.match(after)
    length = unit in ("K", "M", "B") and _LENGTH.match(after)
    return not (
        year
        or length
        or share
        or count
        or _NOT_A_RESULT.search(before[-14:])
        or _IN_A_LIST.search(before[-40:])
        or after.startswith("D ")
    )


def _version(before: str, number: str) -> bool:
    """Tell whether a number belongs to a name: `Llama 3.1`, `SQuAD 1.1`; but `FID 3.1` is a result."""
    found = _NAME_BEFORE.search(before[-40:])
    if found is None or names_metric(found.group(1)):
        return False
    return decimals(number) == 1 and float(number.replace(",", "")) < 10
