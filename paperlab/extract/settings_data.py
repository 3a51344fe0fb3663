"""Sizes of data: what is trained on, held out, tested; settings that no name of a hyperparameter covers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from paperlab.extract.numbers import VALUE, row_before, sized
from paperlab.extract.settings_context import Found
from paperlab.extract.settings_names import canonical

_SIZE = rf"\$?(?P<value>(?>{VALUE}))(?P<unit>[kKM](?![A-Za-z])|\s+(?:million|thousand)\b|\s?\\?%)?\$?"
_SPLITS = {
    "training": r"train(?:ing)?",
    "validation": r"validation|validating|dev(?:elopment)?",
    "test": r"test(?:ing)?|evaluation",
    "held-out": r"held[- ]out",
}
_SPLIT = "(?P<split>" + "|".join(_SPLITS.values()) + ")"
_THINGS = (
    r"(?:data\s?points?|points|examples?|samples?|instances?|images?|photographs|sentences?|sentence pairs|sequences?|pairs|documents|articles|graphs|molecules|videos|clips|"
    r"questions|trajectories|transitions|observations|records|patients|users|tracks|utterances|tweets|reviews|scenes|shapes|geometries|simulations|time series|templates|prompts|topics|cases|test cases)"
)
_OF_SPLITS = (
    re.compile(rf"\b[Ff]or\s+{_SPLIT},?\s+(?:we\s+|there\s+)?(?:had|have|has|use|used|are|were|take|took)\s+{_SIZE}\s+(?:\w+\s+)?{_THINGS}\b"),
    re.compile(rf"\bnumber\s+of\s+(?:{_THINGS}|frames)\s+in\s+the\s+{_SPLIT}\s+(?:set|data|split)\s+(?:is|was)\s+{_SIZE}", re.IGNORECASE),
    re.compile(rf"\b{_SPLIT}(?:\s+(?:set|split|data))?\s*\(\s*\$?(?P<value>(?>{VALUE}))(?P<unit>\s?\\?%)\$?\s*\)", re.IGNORECASE),
    re.compile(rf"(?<![\w.,]){_SIZE}\s+(?:(?!of\b|the\b|in\b|for\b)\w[\w-]*\s+)?{_SPLIT}\s+(?:\w+[ -])?{_THINGS}\b", re.IGNORECASE),
    re.compile(rf"(?<![\w.,])\$?(?P<value>(?>{VALUE}))(?P<unit>\s?\\?%)\$?\s+{_SPLIT}[ -](?:data\s?)?(?:sets?|splits?|data)\b", re.IGNORECASE),
    re.compile(rf"(?<![\w.,]){_SIZE}\s+(?:for\s+)?{_SPLIT}(?=,|\s+and\s+\$?\d)", re.IGNORECASE),
    re.compile(rf"\b{_SPLIT}[ -](?:data\s?)?sets?\s+(?:of|with|has|have|had|contain(?:s|ed|ing)?|consist(?:s|ed|ing)? of|compris(?:e[sd]?|ing)|is made up of)\s+(?:the\s+)?(?:\w+\s+)?{_SIZE}(?!\s*(?:classes|categories|\\?%|percent|subjects))", re.IGNORECASE),
    re.compile(rf"(?<![\w.,]){_SIZE}\s+(?:(?:of\s+the\s+data|\w+[ -]?{_THINGS}|{_THINGS})\s+)?(?:(?:is|are|was|were)\s+)?(?:used\s+|left\s+|kept\s+|reserved\s+|set aside\s+)?for\s+{_SPLIT}\b", re.IGNORECASE),
    re.compile(rf"\b{_SPLIT}(?:[ -](?:data\s?)?(?:set|split|data))?\s+\(\s*{_SIZE}\s+(?:\w+\s+)?{_THINGS}\b", re.IGNORECASE),
)  # fmt: skip
_OTHER_THINGS = r"(?!(?:epochs|[GT]PUs|steps|iterations|updates|frames|hours|days|weeks|cores|machines|nodes|data\s?sets|tasks|languages|games|seeds|domains|times|layers|this|as)\b)[a-z-]{3,}s"
_TRAINED_ON = re.compile(
    rf"\btrain(?:ed|s|ing)?\s+(?:\w+\s+){{0,2}}?on\s+(?:only\s+|about\s+|the\s+|a\s+(?:random\s+)?(?:sub)?set\s+of\s+)?{_SIZE}\s+(?:(?!validation|test|held)\w+[ -]){{0,3}}?(?:{_THINGS}|{_OTHER_THINGS})\b",
    re.IGNORECASE,
)
_DRAWN = re.compile(
    rf"\b(?:sampl(?:e|ed|ing)|select(?:ed|ing)?|dr[ae]w(?:n|ing)?|collect(?:ed|ing)?|curated?|label(?:led|ed)?|annotated?|generated?|use[ds]?|using|totall?(?:ing|s)?)\s+(?:a\s+total\s+of\s+|about\s+|around\s+|approximately\s+|another\s+)?(?<![.,])\$?(?P<value>\d{{1,3}}(?:,\d{{3}})+|\d{{2,}}|\d+[kKM])\$?(?P<unit>\s+(?:million|thousand)\b)?\s+(?:(?!of\b|and\b|or\b|while\b|in\b|for\b|to\b|with\b|\d)[\w-]+\s+){{0,4}}?(?P<what>{_THINGS})\b",
    re.IGNORECASE,
)
"""How many were drawn: `we sample 1,000 instances`."""
_MEASURED_ON = re.compile(
    rf"\b(?:comput|calcula|measur|evaluat|averag|test|estimat)\w*\b[^.;$\d]{{0,60}}?\b(?:on|over|for|across)\s+(?:about\s+|the\s+first\s+)?\$?(?P<value>\d{{1,3}}(?:,\d{{3}})+|\d{{2,}}|\d+[kKM])\$?(?P<unit>\s+(?:million|thousand)\b)?\s+(?:(?!of\b|and\b|or\b|while\b|in\b|for\b|to\b)[\w-]+\s+){{0,3}}?(?P<what>{_THINGS})\b",
    re.IGNORECASE,
)
"""On how many something was measured."""
_MADE_OF = re.compile(
    rf"\b(?:train\w*|us(?:e|ed|ing)|evaluat\w+|test\w*|report\w*)\b[^.;$\d]{{0,120}}?\b(?:data\s?sets?|corpus|corpora|subset|sample|collection|benchmark)\s+(?:\w+\s+)?(?:of|with|containing|consisting of|comprising)\s+(?:about\s+|around\s+|approximately\s+|roughly\s+|over\s+)?\$?(?P<value>(?>{VALUE}))(?P<unit>[kKM](?![A-Za-z])|\s+(?:million|thousand)\b)?\$?\s+(?:(?!of\b|and\b|or\b)\w+\s+){{0,2}}?(?P<what>{_THINGS})\b",
    re.IGNORECASE,
)
"""How many the data are made of: `trained on a dataset consisting of 36M sentences`."""
_BRACKETED = re.compile(
    rf"(?:\bcorpus|\bcorpora|\bdata\s?sets?|\btrain\w*|\bpre-?train\w*|(?<=\)),?\s(?:and\s)?)[^.;$()]{{0,150}}?\(\s*(?:about\s+|around\s+|approximately\s+)?\$?(?P<value>\d{{1,3}}(?:,\d{{3}})+|\d{{3,}}|\d+(?:\.\d+)?(?=[kKMB]|\s(?:m|b)illion))(?P<unit>[kKMB](?![A-Za-z])|\s+(?:million|billion)\b)?\$?\s+(?P<what>words|tokens|{_THINGS})\s*\)",
    re.IGNORECASE,
)
"""How many are in what was just named: `the corpus of books (800M words)`."""
_HELD_OUT = (
    re.compile(rf"\b(?:hold|held|holding|set|setting|reserve|reserved|reserving)\s+(?:out\s+|aside\s+)?{_SIZE}(?:\s+(?:\w+\s+){{0,2}}?{_THINGS})?\s+(?:out\b|aside\b|as\b|for\b|from\b|of\b)", re.IGNORECASE),
    re.compile(rf"(?<![\w.,]){_SIZE}(?:\s+(?:\w+\s+){{0,2}}?{_THINGS})?\s+(?:is|are|was|were|being)?\s*(?:held out|set aside)\b", re.IGNORECASE),
)  # fmt: skip


def splits(text: str, _: Mapping[str, str]) -> Found:
    """Read how many examples are there for training, validation and testing, and how many were drawn."""
    of_splits = _ANY.search(text) is not None
    begun: set[int] = set()
    for pattern, name in _SIZES:
        for found in pattern.finditer(text) if of_splits or name == "{what}" else ():
            told = found.groupdict()
            if (name == "{what}" and found.start("value") in begun) or _RANGE.search(text, 0, found.start("value")):
                continue  # it is counted as a split already, or ends a range
            if text[found.start("value") - 1 : found.start("value")] in (":", "/"):
                continue  # `sampled 4:1 for training`
            begun.add(found.start("value"))
            split = next(
                (
                    split
                    for split, words in _SPLITS.items()
                    if re.fullmatch(words, told.get("split") or "", re.IGNORECASE)
                ),
                "",
            )
            start, row = row_before(text, found.start("value"))
            value = sized(found["value"], found["unit"])
            end = found.end("value")
            if row and (dealt := _IN_ORDER.search(text, end, found.end() + 40)):
                yield from ((start, end, *each) for each in _dealt([*row, value], dealt))
            else:
                called = name.format(split=split, what=told.get("what", "").lower())
                yield start, end, called, ", ".join([*row, value])


def _dealt(values: list[str], splits: re.Match[str]) -> Iterator[tuple[str, str]]:
    """Give the first value to the training, the last to the testing, and one between to the validation."""
    names = ["training", "validation", "test"] if splits["between"] else ["training", "test"]
    yield from zip((f"{name} examples" for name in names), values, strict=len(names) == len(values))


_IN_ORDER = re.compile(
    r"\btrain(?:ing)?,?\s+(?P<between>(?:validation|dev(?:elopment)?),?\s+)?(?:and\s+)?test(?:ing)?\b", re.IGNORECASE
)
"""What a row of sizes is for: `7000, 1500 and 1500 samples for train, validation and test`."""
_RANGE = re.compile(r"\d\$?\s?[-–−]{1,2}\s?\$?$")
_ANY = re.compile(r"train|valid|test|dev|held|hold|aside|reserve|evaluation", re.IGNORECASE)
_SIZES = (
    *((pattern, "{split} examples") for pattern in _OF_SPLITS),
    (_TRAINED_ON, "training examples"),
    *((pattern, "held-out examples") for pattern in _HELD_OUT),
    *((pattern, "{what}") for pattern in (_DRAWN, _MEASURED_ON, _MADE_OF, _BRACKETED)),
)
"""How a size is said, and the name that it gets."""


_LISTED = re.compile(
    r"\b(?:hyper-?)?(?:parameters|settings|configuration)\b[^.;:$\d]{0,40}?(?:\bincluding\b|\bsuch as\b|\bnamely\b|\bwith\b|:)",
    re.IGNORECASE,
)
_OF = re.compile(
    rf"(?:\b(?:an?|the|and|including|with)|[,:;]|\([a-z0-9]{{1,3}}\))\s+(?P<name>(?!and\b|an?\b|the\b|list\b|total\b)[A-Za-z][A-Za-z-]*(?:\s[A-Za-z][A-Za-z-]*){{0,2}})(?:\s+(?:of|=)\s+|\s*[:=]\s*|(?P<bare>\s))\$?(?P<value>(?>{VALUE})[kKM]?)(?![\w.]*\d)"
)
"""What stands in a list of parameters has a name, known or not: `parameters, including a granularity of 128`."""


def listed(text: str, _: Mapping[str, str]) -> Found:
    """Read what a list of parameters names."""
    begin = _LISTED.search(text)
    for found in _OF.finditer(text, begin.end() - 1) if begin else ():
        name = re.sub(r"^(?:and|an?|the)\s+", "", found["name"])
        if canonical(name) or not found["bare"]:
            yield found.start("name"), found.end("value"), canonical(name) or name.lower(), found["value"]
