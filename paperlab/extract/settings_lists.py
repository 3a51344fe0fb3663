r"""Settings that a list states, an item each, below words that say so: `We use the following hyperparameters:`.

There a name need not be a known one: the words above the list tell what its items are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from paperlab.extract.lexicon import is_metric
from paperlab.extract.numbers import VALUE
from paperlab.extract.settings_names import canonical

_LEADS = re.compile(
    r"\b(?:hyper-?parameters?|settings?|(?:model|training|[A-Z]\w+|experimental|detailed|default|final) (?:configurations?|set-?up|parameters|details)|parameters (?:are|were|used)|configured|we (?:use|set|choose|train)|(?:is|are|were|was) trained)\b[^.;]{0,160}:$",
    re.IGNORECASE,
)
LONGEST_ITEM = 220
_WORDS = r"[A-Za-z][\w/ -]{1,48}?"
_NAMED = re.compile(rf"(?P<name>{_WORDS}(?:\s*\([^()]{{1,20}}\)|\s*\$[^$]{{1,20}}\$)?)\s*:\s*(?P<value>\S.*?)[.;,]?")
_FORMULA = re.compile(
    rf"(?P<name>{_WORDS}),?\s+\$[^$=]{{1,30}}?(?:=|\\in|\\leftarrow)\s*(?P<value>\\\{{[^$]{{1,60}}\\\}}|{VALUE})\s*\$[.;,]?"
)
_NEXT = re.compile(r"[,;]\s+(?![^()]*\))")
_NUMBER = rf"\$?\s*(?P<value>{VALUE})\s*\$?"
_ALONE = re.compile(
    rf"(?:~|∼|\$\\sim\$)?\s*{_NUMBER}(?P<unit>\s?[kKMB%]|\s?\\%)?(?P<rest>\s+\((?P<note>[^()]{{2,40}})\)|\s+[A-Za-z].{{0,60}})?"
)
_LABELLED = re.compile(rf"(?:with\s+|and\s+)?(?P<label>{_WORDS})(?P<own>:?)\s+(?:of\s+|=\s*)?{_NUMBER}")
_LIST = re.compile(rf"(?:\$?{VALUE}\$?,\s+)+(?:and\s+)?\$?{VALUE}\$?")
_RANGE = re.compile(rf"from\s+\$?{VALUE}\$?\s+to\s+\$?{VALUE}\$?|\\\{{.{{1,60}}\\\}}|\[.{{1,40}}\]")


def leads(text: str) -> bool:
    """Tell whether a paragraph announces a list of settings.

    >>> leads("We use the following hyperparameters:"), leads("We proved two things:")
    (True, False)
    """
    return _LEADS.search(text.rstrip()[-240:]) is not None


def of_item(text: str) -> Iterator[tuple[str, str]]:
    r"""Give what an item sets under names that are no known ones, or beside a known one.

    >>> list(of_item("Local rounds: 3")), list(of_item("LoRA: rank 8, alpha 16")), list(of_item("Batch size: 32"))
    ([('Local rounds', '3')], [('LoRA rank', '8'), ('LoRA alpha', '16')], [])
    """
    text = text.strip()
    if len(text) > LONGEST_ITEM:
        return
    if found := _FORMULA.fullmatch(text):
        yield found["name"], found["value"]
    elif (found := _NAMED.fullmatch(text)) and not is_metric(found["name"].lower()):
        yield from _stated(found["name"], found["value"])


def _stated(name: str, value: str) -> Iterator[tuple[str, str]]:
    bare = value.strip("$ ")
    if _LIST.fullmatch(value) or _RANGE.fullmatch(bare):
        yield from () if canonical(name) and _LIST.fullmatch(value) else ((name, value.replace("$", "")),)
        return
    for i, piece in enumerate(_NEXT.split(value)):
        known = canonical(name) is not None and i == 0
        if (alone := _ALONE.fullmatch(piece)) and not known:
            note = f" ({alone['note']})" if alone["note"] and i else ""
            yield name + note, alone["value"] + (alone["unit"] or "").strip(" \\")
        elif (labelled := _LABELLED.fullmatch(piece)) and not alone:
            own = bool(labelled["own"]) or (i and canonical(labelled["label"]))
            yield labelled["label"] if own else f"{name} {labelled['label']}", labelled["value"]
