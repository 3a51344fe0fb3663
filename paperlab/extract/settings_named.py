"""Settings that are called by their names: `a batch size of 32`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from paperlab.extract.numbers import VALUE, WORDS, plain
from paperlab.extract.settings_context import MAY, SUPPOSED, Found
from paperlab.extract.settings_formulas import bare
from paperlab.extract.settings_header import SURE
from paperlab.extract.settings_names import ANY, IN_WORDS, canonical

_SYMBOL = r"(?:\$\s*(?P<symbol>[^$=]{1,30}?)\s*(?:=|:=|\\leftarrow|\\coloneqq)\s*)"
_LINK = (
    r"(?:\s+values?)?\s*(?:\([^()]{0,20}\)\s*)?(?:\$[^$=]{1,25}\$\s*|[α-ω]\s+)?"
    r"(?:\s+(?:begins?|starts?|starting|beginning)\s+(?:at|with|from)\s+|,?\s*(?:(?:is|are|was|were|to be|being)\s+)?(?:sets?|fixed|chosen|kept|equal|initiali[sz]ed|annealed|increased|raised|reduced|lowered|scaled)?\s*"
    r"(?:(?:of|is|was|are|were|to|as|at|be|equals?)\s+|[=:]\s*)(?:value\s+)?|\s*\((?:among|from|out of)\s+|\s*\((?=\$?[\d.]+\$?\)))?"
    r"(?:\s*(?:(?:is|was|are)\s+(?:used|applied)\s+)?(?:with|at)\s+(?:an?\s+)?(?:rate|probability|coefficient|strength|value|threshold|factor|scale)\s+(?:of\s+)?)?"
    r"(?:(?:about|approximately|only|an?|the|roughly|around|up to)\s+)?"
)
_WORD = "|".join(WORDS)
NAMED = re.compile(
    rf"(?<![A-Za-z-])(?P<name>{ANY.pattern})(?![A-Za-z]){_LINK}(?:{_SYMBOL}|\$\s*)?(?P<value>{VALUE}|(?:{_WORD})\b(?!\s+of\b))(?P<unit>\s?(?:%|\\%)|[kKMGTB]i?(?![A-Za-z]))?",
    re.IGNORECASE,
)


def _of_another(found: re.Match[str], name: str, between: str, symbols: Mapping[str, str]) -> bool:
    """Tell whether `at $K = 3$` behind the name sets K, of which the glossary says that it is something else."""
    meaning = symbols.get(bare(found.group("symbol") or ""), "")
    return bool(meaning and re.search(r"\bat\b", between) and name not in meaning and canonical(meaning) != name)


def named(text: str, symbols: Mapping[str, str]) -> Found:
    """Read a known name with a value behind it."""
    text = re.sub(r"(?<=[a-z])_(?=[a-z])", " ", text)  # `weight_decay` as in code
    for found in NAMED.finditer(text):
        name = canonical(found.group("name"))
        between = text[found.end("name") : found.start("value")]
        if name is None or _not_a_setting(text, found, name, between) or _of_another(found, name, between, symbols):
            continue
        name = _narrowed(name, text, found)
        values, end = _values(text, found)
        yield from ((found.start(), end, *each) for each in _dealt(name, values, text, found.start(), end))
        if other := _THEN.match(text, end):
            yield other.start("value"), other.end(), name, other.group("value")
        while other := _FOR_ANOTHER.match(text, end):
            end = other.end()
            yield other.start("value"), end, name, other.group("value")
    for found in _GRID.finditer(text) if "{" in text else ():
        if name := canonical(found.group("name")):
            for each in (*_together(text[: found.start()]), name):
                yield found.start(), found.end(), each, found.group("value")


_LABELLED = re.compile(
    rf"(?<![A-Za-z])(?P<name>{ANY.pattern})(?:\s+(?:of|is|schedul\w+))?\s+\((?P<list>[^()]{{8,120}})\)", re.IGNORECASE
)
_BRACKETS = re.compile(r"\([^()\d]*\d[^()]*[,;][^()]*\d[^()]*\)")
_PART = re.compile(
    rf"(?P<a>[A-Za-z][\w -]{{0,25}}?)(?::\s*|\s+)\$?(?P<x>{VALUE})\$?|\$?(?P<y>{VALUE})\$?\s+(?:for\s+(?:the\s+)?)?(?P<b>[A-Za-z][\w -]{{0,25}})"
)
"""One of several values, told apart by a word: `backbone: 0.1`, `32 for the base model`."""


def labelled(text: str, _: Mapping[str, str]) -> Found:
    """Read one name with a value for each of several things: `learning rate (backbone: 0.1, head: 1)`."""
    for found in _LABELLED.finditer(text) if _BRACKETS.search(text) else ():
        parts = [_PART.fullmatch(part.strip()) for part in re.split(r"[,;]\s", found["list"])]
        name = canonical(found["name"])
        for part in parts if name and len(parts) > 1 and None not in parts else ():
            if part:
                yield found.start(), found.end(), f"{name} ({part['a'] or part['b']})", part["x"] or part["y"]


def _narrowed(name: str, text: str, found: re.Match[str]) -> str:
    """Name a warm-up by what it counts, and a norm to which gradients are clipped by that."""
    if name == "warmup":
        unit = "%" if "%" in (found.group("unit") or "") else text[found.end() : found.end() + 20].lstrip(" $")[:6]
        return {"%": "warmup ratio", "epochs": "warmup epochs"}.get(unit, "warmup steps")
    if (
        name == "iterations"
        and found.group("name").lower() == "steps"
        and (kind := _KIND.search(text, 0, found.start()))
    ):
        return f"{kind['what']} steps"
    return "gradient clipping" if name.endswith("norm") and "clip" in text else name


_KIND = re.compile(
    r"(?<![\w-])(?!(?:of|the|for|and|in|with|many|number|total|all|or|to|our|these|as|are|by|more|maximum)\b)(?P<what>[a-z-]{3,})\s$"
)
"""What steps they are: `unrolled steps $K = 5$`."""


def _dealt(name: str, values: list[str], text: str, start: int, end: int) -> Iterator[tuple[str, str]]:
    """Give a list of values to one name, or deal them out: `the batch size and the learning rate are 8 and 0.1, respectively`."""
    before = text[:start]
    dealt = _RESPECTIVELY.match(text, end) if len(values) > 1 else None
    names = [*_together(before), name]
    if dealt and len(names) == len(values):
        yield from zip(names, values, strict=True)
    elif dealt and re.search(r"\band\s+(?:the\s+)?$", before):
        yield name, values[-1]  # the names before it are none that is known
    elif dealt and dealt["each"]:
        yield from ((name, value) for value in values)
    elif len(names) == 1 or len(values) == 1:
        yield name, ", ".join(values)


def _values(text: str, found: re.Match[str]) -> tuple[list[str], int]:
    """Give the values behind a name, and where they end: one, the sides of a kernel as one, or a list."""
    million = re.match(r"\s+(million|billion)\b", text[found.end() :])
    word = WORDS.get(found.group("value").lower(), found.group("value"))
    if found.end("name") == found.start("value"):
        word = word.lstrip("-–−")  # `stride-2`
    first = word + (found.group("unit") or "").strip() + (million[1][0].upper() if million else "")
    sides, listed = _SIDES.match(text, found.end()), _LIST.match(text, found.end())
    if sides:
        return ["×".join([plain(first), *(plain(v) for v in re.findall(VALUE, sides.group()))])], sides.end()
    if listed and re.search(r"\d", listed.group()):
        return [plain(first), *(plain(v) for v in re.findall(VALUE, listed.group()))], listed.end()
    return [first], found.end()


def _together(before: str) -> list[str]:
    """Give the names that stand in a row before another: `the batch size and the learning rate are ...`."""
    found = _ROW.search(before) if _AND.search(before, max(0, len(before) - 10)) else None
    names = [canonical(name) for name in re.split(r",\s*(?:and\s+)?|\s+and\s+", found.group("names"))] if found else []
    return [name for name in names if name] if None not in names else []


_AND = re.compile(r"\band\s+(?:the\s+|an?\s+)?$", re.IGNORECASE)
_ROW = re.compile(rf"(?<![A-Za-z-])(?:the\s+|an?\s+)?(?P<names>(?:{ANY.pattern})(?:,\s*(?:the\s+|an?\s+)?(?:{ANY.pattern}))*),?\s+and\s+(?:the\s+|an?\s+)?$", re.IGNORECASE)  # fmt: skip
_RESPECTIVELY = re.compile(r"\$?,?\s*(?P<each>(?:for|on|in)\s[^.;]{3,80}?,?\s+)?respectively\b")
_GRID = re.compile(
    rf"(?<![A-Za-z-])(?P<name>{ANY.pattern})(?:\s+for\s+\w+)?(?:\s+(?:in|from|over|of|is|are|=)(?:\s+the\s+set)?\s+\$?|\s*\$[^$=]{{1,25}}?\\in\s*)(?P<value>\\?\{{(?:[^$={{}}]|\{{[^{{}}]*\}}){{3,80}}\}})",
    re.IGNORECASE,
)
r"""What was searched: `dropout rate $p \in \{0.1, 0.2\}$`."""


_FOR_ANOTHER = re.compile(
    rf"\$?\s+for\s(?:(?!\bfor\b)[^.;,$]){{2,60}}?(?:,|,?\s+and)\s+\$?(?P<value>(?>{VALUE}))\$?(?=\s+for\b)"
)
"""A second value of the same setting: `is 12 for the small model and 24 for the large one`."""
_THEN = re.compile(
    rf"\$?\s*%?[^.;$]{{0,60}}?\b(?:then|and)\s+(?:is\s+|was\s+)?(?:linearly\s+|gradually\s+)?(?:increased|decreased|reduced|raised|lowered|dropped|decayed|annealed|changed)\s+to\s+\$?(?P<value>(?>{VALUE}))(?![\w.]*\d)"
)
"""What the same setting becomes later: `is 0.1 for the first epoch, then reduced to 0.01`."""
_SIDES = re.compile(rf"(?:\$?\s*(?:×|\\times|x|\bby\b)\s*\$?(?>{VALUE})(?![\w.]\w)){{1,2}}")
"""The other sides of a patch, kernel or image: `16 × 16`."""
_ONE = rf"\$?(?>{VALUE})\$?"
_LIST = re.compile(
    rf"\$?(?:\s*,\s*{_ONE})*+(?:\s*,?\s*(?:or|and)\s*{_ONE})?+(?=\s*(?:[.;)]|,\s+[A-Za-z]|$|\s(?:for|on|in|respectively)\b))"
)
"""The rest of a list of values that were tried: `1e-5, 3e-5 or 5e-5`."""
_LOOSE = frozenset(
    (
        "layers",
        "hidden layers",
        "iterations",
        "epochs",
        "batch size",
        "attention heads",
        "seeds",
        "temperature",
        "momentum",
        "optimizer",
        "activation",
        "initialization",
        "learning rate schedule",
        "rank",
        "vocabulary size",
        "learning rate decay",
    )
)


_STATED = re.compile(r"of|=|:|\bis|\bto|\bat|\bas|\bbe|\bare|\bwas|\bequal")


def _not_a_setting(text: str, found: re.Match[str], name: str, between: str) -> bool:
    """Refuse what looks like a setting by accident: `layers 3 and 4`, `batch 2`, `epochs. 5 ...`, page and section numbers."""
    if _of_other_things(text, found, name) or (name == "resolution" and not _SIDES.match(text, found.end())):
        return True
    year = re.fullmatch(r"(?:19|20)\d\d", found.group("value")) and not _STATED.search(between)
    if year and name not in ("batch size", "hidden size"):
        return True
    between = " of" if re.search(r"of sizes?$", found.group("name")) else between
    if name in IN_WORDS or (found.group("value") in ("0", "0.0") and name in SURE):
        return True  # `decays the learning rate to 0`
    bare = not (_STATED.search(between) or between.endswith("("))
    counted = re.search(r"layers|^number|^gradient clipping", name) or (
        between.strip() == "of" and name == "batch size"
    )
    if found.group("value").lower() in WORDS and (bare or not counted) and not (name == "batch size" and bare):
        return True  # `the batch size is one that ...`
    if bare and name in _LOOSE and not _said_without_a_verb(found):
        return True
    return name in _COUNTS and not _GIVEN.search(between)


_COUNTS = ("iterations", "layers", "epochs", "seeds", "attention heads")
"""What is counted by a number before it, where nothing says otherwise."""
_GIVEN = re.compile(r"=|of|:|\b(?:set|fixed) (?:to|at)")


def _of_other_things(text: str, found: re.Match[str], name: str) -> bool:
    """Tell what stands around the value: a factor, a fraction, a section's number, or what is only supposed."""
    before, after = text[: found.start()], text[found.end() : found.end() + 24]
    return bool(
        (_TIMES.match(after) and not _SIDES.match(text, found.end()))
        or re.match(r"\s*/", after)
        or MAY.match(after)
        or _TOO.match(after)
        or _DEGREES.match(after)
        or (name.endswith("layers") and _UNITS.match(after))
        or (name == "batch size" and _TURNS.match(after))
        or re.search(r"(?:Section|Sec|Table|Figure|Fig|Eq|Appendix|Algorithm)\S*\s*$", text[: found.start("value")])
        or re.search(r"\b(?:if|whenever)\s+(?:the\s+|an?\s+)?$", before, re.IGNORECASE)
        or SUPPOSED.search(text)
    )


_DEGREES = re.compile(r"\$?\s*(?:degrees|°|\^?\\circ)")
_TOO = re.compile(r"\$?\s+(?:to be |is |was )?too (?:high|low|large|small|big)\b")
_TIMES = re.compile(r"\s*(?:times|×|x\b|fold|points?|percent faster|papers)")
_TURNS = re.compile(r"\s+(?:epochs?|rounds?|iterations?|steps?)\b")
"""What batches are of and do not hold."""
_UNITS = re.compile(r"\$?\s*(?:[A-Za-z-]+\s+)?(?:units|neurons|nodes|cells|filters|channels)\b")


_LOW_RANK = re.compile(r"\b(?:LoRA|low-rank|adapters?)\b[^()]*\($", re.IGNORECASE)


def _said_without_a_verb(found: re.Match[str]) -> bool:
    """Tell `batch size 64` and `momentum 0.9`, which need no `of`, from `batch 2` and `layers 3 and 4`."""
    name, value = found.group("name").lower(), found.group("value")
    if name == "lora rank" or (name == "rank" and _LOW_RANK.search(found.string, 0, found.start())):
        return True
    return (name.endswith("size") and (value.isdecimal() or value.lower() in WORDS)) or (
        name.endswith("momentum") and value.startswith("0.")
    )
