r"""What the text says must hold of a symbol: `the rows of $A$ sum to one`, `$K$ is symmetric`, `$w_i \geq 0$`.

Only plain statements count. One behind `if`, `not` or `whether` states nothing, nor does one about several symbols.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from paperlab.extract.passage import Passage, Sentence, sentences
from paperlab.records.extracted import Invariant

_WORDS = {
    "symmetric": r"symmetric",
    "non-negative": r"non[- ]?negative",
    "positive": r"(?:strictly |always )?positive",
    "positive semi-definite": r"positive[- ](?:semi-?)?definite|p\.?s\.?d\.?",
    "orthogonal": r"orthogonal|orthonormal",
    "permutation invariant": r"(?:permutation|order)[- ]invariant|invariant (?:to|under) (?:any |all |the )?(?:permutations?|order(?:ing)?)",
    "permutation equivariant": r"permutation[- ]equivariant|equivariant (?:to|under) (?:any |all |the )?permutations?",
    "sums to one": r"normali[sz]ed to sum to (?:one|1|unity)|(?:doubly|row|column)[- ]stochastic|a (?:probability|categorical) (?:distribution|vector)",
    "between 0 and 1": r"(?:always )?between (?:0|zero|\$0\$) and (?:1|one|\$1\$)|bounded (?:between|by) (?:0|\$0\$) and (?:1|\$1\$)",
    "unit norm": r"(?:of |a )?unit[- ](?:norm|length|vector)s?|normali[sz]ed to unit (?:norm|length)",
}
"""Property -> the words that a text has for it."""
PROPERTIES = tuple(_WORDS)

_SYMBOL = r"\$([^$]{1,60})\$"
_NOUN = r"(?:matri(?:x|ces)|vectors?|functions?|kernels?|weights?|tensors?|operators?|maps?|scalars?|distributions?|coefficients?)"
_FREE = r"(?:\s(?:a|an|all|also|thus|therefore|then|always|by construction|real|square|again|hence|both))*\s"
_UNITY = r"(?:one|1|unity|\$1\$)\b"
_SUMS = re.compile(
    rf"(?:(?:rows?|columns?|entries|elements|components|weights|values|coefficients|probabilities)(?: of)? )?{_SYMBOL}"
    rf"(?:\s(?:each|all|always|must|should|which|that|therefore|thus))*\s(?:sums?(?: up)?|adds? up) to {_UNITY}"
)
_AFTER = {
    name: re.compile(
        rf"{_SYMBOL}\s(?:is|are|remains?|stays?|be){_FREE}(?:{words})(?![\w-])(?! (?:semi|definite|integer))"
    )
    for name, words in _WORDS.items()
}
_BEFORE = {
    name: re.compile(rf"\b(?:an?|the|its|each|every)\s(?:{words})\s(?:\w+\s)?{_NOUN}\s{_SYMBOL}(?!\s*\$)")
    for name, words in _WORDS.items()
    if name in ("symmetric", "non-negative", "positive semi-definite", "orthogonal", "permutation invariant",
                "permutation equivariant")
}  # fmt: skip
_UNSURE = re.compile(r"n['’]t\b|\b(?:if|not|cannot|without|never|whether|unless|only when|suppose|would|could|may|might|need not|neither|nor|no longer)\b", re.IGNORECASE)  # fmt: skip

_LETTER = r"(?:\\?[A-Za-z]+|\\(?:hat|bar|tilde|mathbf|bm|boldsymbol|mathcal|vec|mathrm)\s*\{?\\?[A-Za-z]+\}?)"
_NAME = rf"{_LETTER}(?:[_^](?:\{{[^{{}}]{{1,20}}\}}|\\?\w))*"
_FORMULAS = {
    "sums to one": re.compile(rf"\\sum(?:\\(?:no)?limits)?(?:[_^](?:\{{[^{{}}]*\}}|\\?\w))*\s*({_NAME})\s*=\s*1\s*$"),
    "non-negative": re.compile(rf"({_NAME})\s*\\(?:geq?|geqslant)\s*0\s*$"),
    "positive": re.compile(rf"({_NAME})\s*>\s*0\s*$"),
    "between 0 and 1": re.compile(rf"({_NAME})\s*\\in\s*[\[(]\s*0\s*,\s*1\s*[\])]\s*$"),
    "unit norm": re.compile(rf"\\(?:l?Vert|\|)\s*({_NAME})\s*\\(?:r?Vert|\|)(?:_\{{?2\}}?)?\s*=\s*1\s*$"),
    "symmetric": re.compile(rf"({_NAME})\s*=\s*\1\^\{{?(?:\\top|\\intercal|T|\\mathsf\{{T\}})\}}?\s*$"),
    "orthogonal": re.compile(rf"({_NAME})\^\{{?(?:\\top|\\intercal|T)\}}?\s*\1\s*=\s*(?:\\mathbf\{{)?I"),
}
"""Property -> the formula that states it; a whole formula of the text, never a part."""
_MOST = 200


def read_invariants(passages: Iterable[Passage]) -> tuple[Invariant, ...]:
    """Give each (symbol, property) once, with the first sentence that states it."""
    found: dict[tuple[str, str], Invariant] = {}
    for sentence in chain.from_iterable(map(sentences, passages)):
        if len(found) > _MOST:
            break
        if "$" not in sentence.text:
            continue
        for symbol, name in (*_said(sentence), *_written(sentence)):
            bare = " ".join(symbol.split())
            if re.fullmatch(_NAME, bare):
                found.setdefault((bare, name), Invariant(symbol=bare, property=name, span=sentence.span))
    return tuple(found.values())[:_MOST]


def _said(sentence: Sentence) -> Iterator[tuple[str, str]]:
    text = sentence.text
    for name, patterns in _PATTERNS.items():
        for match in chain.from_iterable(pattern.finditer(text) for pattern in patterns):
            if not _UNSURE.search(text[: match.end() + 4]):
                yield match[1], name


_PATTERNS = {
    name: [p for p in (_AFTER[name], _BEFORE.get(name), _SUMS if name == "sums to one" else None) if p]
    for name in PROPERTIES
}


def _written(sentence: Sentence) -> Iterator[tuple[str, str]]:
    """Read formulas of the text that are a condition: what is chosen or assumed is an argument, and its test is harmless."""
    unsure = _UNSURE.search(sentence.text)
    for match in re.finditer(_SYMBOL, sentence.text):
        if unsure and unsure.end() <= match.start():
            return
        for name, pattern in _FORMULAS.items():
            if stated := pattern.fullmatch(match[1].strip()):
                yield stated[1], name
