"""What a sentence does with the numbers in it: it sets them, it proves something, or it speaks of others' work."""

from __future__ import annotations

import re
from collections.abc import Iterator

Found = Iterator[tuple[int, int, str, str]]
"""Where a value begins and ends in the sentence, the name of what it sets, and the value."""
SETTING = re.compile(
    r"\b(?:train(?:ed|ing|s)?|use[ds]?|using|set|sets|setting|fix(?:ed)?|chose|choose|chosen|we (?:\w+ ){0,2}choosing|employ(?:ed)?|default|mean|averaged?|consist(?:s|ing)? of|(?-i:[A-Z][\w-]+) (?:has|have|uses)(?= (?:\w+|\d+) (?:blocks|layers|heads))|converges?|composed of|extract(?:ed|ing)|fine-?tun\w*|"
    r"initiali[sz]e[ds]?|equivalent to|resized|evaluat(?:e|ed|ing)|report(?:ed)?|repeat(?:ed)?|lasts?|split|limit(?:s|ed)?|optimi[sz]e[dr]?|experiments?|runs?|ran|hyper-?parameters?|warm(?:ed|s)? up|solve[ds]?|implement\w*|pre-?train\w*|configuration|batch|stack|follow(?:s|ed)? the (?:[\w-]+ ){1,2}(?:architecture|set-?up|configuration|recipe)|(?:an?|with) (?:\d+|two|three)-layer|(?:networks?|layers?|blocks?|models?|encoders?|decoders?|MLPs?|LSTMs?|GRUs?|RNNs?|CNNs?|polic(?:y|ies)) (?:has|have|with)|(?:models?|networks?) (?:is|are|contains?)|(?:has|have) an? (?:input|hidden|output))\b",
    re.IGNORECASE,
)

THEORY = re.compile(
    r"\b(?:proof|theorem|lemma|suppose|assume|under (?:the |these )?(?:assumption|condition|hypothes[ei]s)\w*|if|whenever|corollary|proposition|(?<!\band )then(?!\s+(?:\w+ly\s+)?(?:decay|anneal|follow|decreas|reduc|increas|lower|drop|kept|held|train|fine-?tun))|when|recovers?|i\.e\.|e\.g\.|figure|table)\b",
    re.IGNORECASE,
)

_ASIDE = re.compile(r"(?:\([^()]*|\b(?:in|see|of|from) )$")


def is_theory(text: str) -> bool:
    """Tell whether a sentence proves, supposes or points at what is shown; `(Table 2)` on its side does not."""
    return any(
        found.group().lower() not in ("figure", "table") or not _ASIDE.search(text, 0, found.start())
        for found in THEORY.finditer(text)
    )


_DOES = r"(?:has |have |had )?(?:us(?:e[ds]?|ing)|set|train(?:s|ed)?|employ(?:s|ed)?|choose|chose|fix(?:ed)?|report(?:s|ed)?|need(?:s|ed)?|require[ds]?|has|have|is|are|was|were)"
_NOT_OURS = r"(?:(?!\b(?:we|our)\b)[^.;]|(?<=\d)\.(?=\d))*$"
OF_OTHERS = re.compile(
    rf"\b(?:who|(?:prior|previous|earlier|existing) (?:works?|methods?|approaches|studies|papers)(?:,? (?:which|that|who))?|et al\.?,?|their (?:\w+ ){{0,2}}\w+) {_DOES}\b{_NOT_OURS}"
    rf"|\bbaselines? of [A-Z](?:(?!\b(?:we|our)\b)[^.;]|(?<=al)\.)*? {_DOES}\b{_NOT_OURS}"
    rf"|(?:^|(?<=[a-z]\. ))(?:(?:For example|For instance|Recently|Later|Similarly|Earlier), )?(?-i:gives?|gave|shows?|showed|uses|used|proposed?|proposes|trains|trained|found|finds?|reports?|reported|introduced?|introduces|applied|applies|employed|employs|evaluated|examined?|studied|derived?|demonstrated?)\b{_NOT_OURS}"
    r"|\b(?:compared (?:with|to)|in contrast to|unlike|as opposed to|instead of|rather than|(?:higher|larger|bigger|greater|smaller|lower|longer|shorter) than) (?:(?!\band (?:we )?(?:set|use|train)\b)[^,.;])*$",
    re.IGNORECASE,
)
"""What others did: `in contrast to A et al., who used ...`, `prior work used ...`, `compared with the 12-layer network`.

A sentence that begins with a verb in small letters, also behind another that did, had a citation for its subject.
"""

_NEAR = 300
"""Characters before a value in which others may be named."""


def is_ours(text: str, at: int) -> bool:
    """Tell whether what a sentence sets at a place is the paper's own: not what others did, and not in quotation marks."""
    return _quotes_end(text[:at]) and not OF_OTHERS.search(text, max(0, at - _NEAR), at)


def _quotes_end(text: str) -> bool:
    return text.count("“") <= text.count("”") + text.count('"')


SUPPOSED = re.compile(r"\b(?:for (?:example|instance)|another way of|suppose|imagine)\b", re.IGNORECASE)
MAY = re.compile(r"\s*(?:\w+\s+)?(?:can|could|may|might|would|suffices?)\b")
"""Behind what is only possible: `a network with 2 layers can ...`."""
