r"""What the text says must hold of a symbol: `the rows of $A$ sum to one`, `$K$ is symmetric`, `$w_i \geq 0$`.

Only plain statements count. One behind `if`, `not` or `whether` states nothing, nor does one about several symbols.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from paperlab.extract.monotone import monotone
from paperlab.extract.passage import Passage, Sentence, sentences
from paperlab.records.extracted import Invariant

_UNCHANGED = r"invariant (?:to|under|with respect to) (?:any |all |the |global |constant )?"
_MEAN = r"(?:zero[- ]mean|mean (?:of )?(?:zero|0|\$0\$))"
WORDS = {
    "symmetric": r"symmetric|self-adjoint",
    "non-negative": r"non[- ]?negative|(?:at least|greater than or equal to) (?:0|zero|\$0\$)",
    "positive": r"(?:strictly |always )?positive",
    "positive semi-definite": r"(?:strictly )?positive[- ](?:semi-?)?definite|p\.?s\.?d\b\.?|PSD|SPD",
    "orthogonal": r"orthogonal|orthonormal|(?<!\w)rotation matri(?:x|ces)",
    "permutation invariant": r"(?:permutation|order)[- ]invariant|(?:invariant (?:to|under|with respect to)|independent of) (?:any |all |the |node |input )?(?:permutations?|order(?:ing)?)",
    "permutation equivariant": r"permutation[- ]equivariant|equivariant (?:to|under|with respect to) (?:any |all |the |node |input )?permutations?",
    "idempotent": r"idempotent",
    "shift invariant": rf"(?:shift|translation(?:ally)?)[- ]invariant|{_UNCHANGED}(?:translations?|shifts?|adding (?:a|any|the same) constant(?: to (?:its|all|all its|each|every|the) \w+)?)",
    "shift equivariant": r"(?:shift|translation(?:ally)?)[- ]equivariant|equivariant (?:to|under|with respect to) (?:any |all |the |global )?(?:translations?|shifts?)",
    "rotation invariant": rf"rotation(?:ally)?[- ]invariant|{_UNCHANGED}rotations?",
    "rotation equivariant": r"rotation(?:ally)?[- ]equivariant|equivariant (?:to|under|with respect to) (?:any |all |the |global )?rotations?",
    "zero mean": _MEAN,
    "unit variance": rf"(?:{_MEAN}(?:,| and) (?:a )?)?(?:unit (?:variance|standard deviation)|(?:variance|standard deviation) (?:of )?(?:one|1|\$1\$))",
    "sums to one": r"normali[sz]ed (?:so that it sums |to sum )to (?:one|1|unity)|(?:doubly|row|column|right)[- ]stochastic|a (?:probability|categorical) (?:distribution|vector)|(?:probability )?simplex|rows (?:(?:that|which) sum|summing) to (?:one|1|unity)",
    "between 0 and 1": r"(?:always |bounded |a value )?(?:between|by) (?:0|zero|\$0\$) and (?:1|one|\$1\$)|from (?:0|zero|\$0\$) to (?:1|one|\$1\$)|\$\s*[\[(]\s*0\s*,\s*1\s*[\])]\s*\$|unit interval",
    "between -1 and 1": r"(?:between|by) \$?-1\$? and \$?1\$?|\$\s*[\[(]\s*-\s*1\s*,\s*1\s*[\])]\s*\$",
    "unit norm": r"(?:of |a )?unit[- ](?:norm|length|vector)s?|normali[sz]ed to unit (?:norm|length)|(?:\$\\ell_2\$|L2)[- ]normali[sz]ed|unit (?:hyper)?sphere",
}
"""Property -> the words that a text has for it."""
_MOMENTS = ("zero mean", "unit variance")
PROPERTIES = (*WORDS, "non-decreasing", "non-increasing")
_OF_NUMBERS = re.compile(r"normali[sz]|standardi[sz]|cent(?:er|re)d|whiten", re.IGNORECASE)
_OF_CHANCE = re.compile(
    r"\b(?:nois|estimat|drawn|sampl|prior|Gaussian|assume|assumption|random|inputs?\b)", re.IGNORECASE
)
"""Words that tell whether numbers were brought to a mean, or merely come from a law that has it."""

_SYMBOL = r"\$([^$]{1,60})\$"
_NOUN = r"(?:matri(?:x|ces)|vectors?|functions?|kernels?|weights?|tensors?|operators?|maps?|scalars?|distributions?|coefficients?|layers?|networks?|readouts?|basis|constants?)"
_VERB = r"(?:,? (?:which|that))?\s(?:is|are|remains?|stays?|be|must be|has|have|takes?|lies?|defines?|ranges?)"
_FREE = (
    r"(?:\s(?:a|an|all|also|thus|therefore|then|always|by construction|real|real and|square|again|hence|both|values?|entries|"
    r"element-?wise|entry-?wise|bounded|random|symmetric|symmetric and|symmetric,|in|on|to|the|confined))*\s"
)
_UNITY = r"(?:one|1|unity|\$1\$)\b"
_SUMS = re.compile(
    rf"(?:(?:rows?|columns?|entries|elements|components|weights|values|coefficients|probabilities)(?: of)? )?{_SYMBOL}"
    rf"(?:\s(?:each|all|always|must|should|which|that|therefore|thus))*\s(?:sums?(?: up)?|adds? up) to {_UNITY}"
)
_AFTER = {
    name: re.compile(
        rf"{_SYMBOL}{_VERB}{_FREE}(?:{words})(?![\w-]|\.\d)(?! (?:semi|definite|integer|example|pair|sample|instance|class|function|to\b|over\b))"
    )
    for name, words in WORDS.items()
}
_NAMED = WORDS | {
    "unit norm": r"unit(?:[- ](?:norm|length))?",
    "sums to one": r"(?:doubly|row|column|right)[- ]stochastic",
    "orthogonal": r"orthogonal|orthonormal|rotation",
}
"""Property -> the words that stand before a noun."""
_ARTICLE = r"\b(?:[Aa]n?|[Tt]he|[Ii]ts|[Ee]ach|[Ee]very|with|by|real|random|symmetric)\s"
_BEFORE = {
    name: re.compile(rf"{_ARTICLE}(?:{words})(?![\w-])(?! (?:semi|definite))\s(?:\w+\s)?{_NOUN}\s{_SYMBOL}(?!\s*\$)")
    for name, words in _NAMED.items()
    if name not in ("between 0 and 1", "between -1 and 1", *_MOMENTS)
} | {
    "symmetric": re.compile(
        rf"{_ARTICLE}symmetric\s(?:positive[- ](?:semi-?)?definite\s)?(?:\w+\s)?{_NOUN}\s{_SYMBOL}(?!\s*\$)"
    )
}
UNSURE = re.compile(r"n['’]t\b|\b(?:if|not|cannot|without|never|whether|unless|only when|suppose|would|could|may|might|need not|neither|nor|no longer)\b", re.IGNORECASE)  # fmt: skip

_BEHIND = len(" only if ")
_LETTER = r"(?:\\?[A-Za-z]+|\\(?:hat|bar|tilde|mathbf|bm|boldsymbol|mathcal|vec|mathrm)\s*\{?\\?[A-Za-z]+\}?)"
_NAME = rf"{_LETTER}(?:[_^](?:\{{[^{{}}]{{1,20}}\}}|\\?\w))*"
_CALL = r"(?:\([^()=]{1,40}\))?"
_TURN = r"\^\s*\{?\s*(?:\\top|\\intercal|T|\\mathsf\{T\}|\\mathrm\{T\}|\\prime)\s*\}?"
_LEQ, _GEQ, _REALS = r"\\(?:leq?|leqslant)\s*", r"\\(?:geq?|geqslant)\s*", r"\\mathbb\{?\s*R\}?_"
_ZERO_TO_ONE = r"(?:\\left)?[\[(]\s*0\s*,\s*1\s*(?:\\right)?[\])](?:\^(?:\w|\{[^{}]*\}))?"
_EYE = r"(?:\\(?:mathbf|bm|boldsymbol|mathbb)\s*\{?\s*I\}?|I)(?:_(?:\w|\{[^{}]*\}))?"
_ALL = r"(?:\s*,?\s*(?:\\q?quad)?\s*\\forall\b.*)?\s*"
_WRITTEN = {
    "sums to one": (
        rf"\\sum(?:\\(?:no)?limits)?(?:[_^](?:\{{[^{{}}]*\}}|\\?\w))*\s*({_NAME})\s*=\s*1",
        rf"\\(?:mathbf|bm|boldsymbol|mathbb)\{{?1\}}?{_TURN}\s*({_NAME})\s*=\s*1",
        rf"({_NAME})\s*\\in\s*\\Delta(?:[_^](?:\w|\{{[^{{}}]*\}}))*",
    ),
    "non-negative": (
        rf"({_NAME}{_CALL})\s*{_GEQ}0",
        rf"0\s*{_LEQ}({_NAME})",
        rf"({_NAME})\s*\\in\s*(?:{_REALS}(?:\+|\{{\s*(?:\+|{_GEQ}0)\s*\}})|\[\s*0\s*,\s*\\infty\s*\))",
    ),
    "positive": (
        rf"({_NAME}{_CALL})\s*>\s*0",
        rf"0\s*<\s*({_NAME})",
        rf"({_NAME})\s*\\in\s*{_REALS}\{{\s*(?:>\s*0|\+\+)\s*\}}",
    ),
    "between 0 and 1": (
        rf"({_NAME})\s*\\in\s*{_ZERO_TO_ONE}",
        rf"0\s*(?:<|{_LEQ})\s*({_NAME})\s*(?:<|{_LEQ})\s*1",
    ),
    "between -1 and 1": (rf"({_NAME}{_CALL})\s*\\in\s*\[\s*-\s*1\s*,\s*1\s*\]",),
    "unit norm": (
        rf"(?:\\[lr]?Vert|\\\||\|)\s*({_NAME})\s*(?:\\[lr]?Vert|\\\||\|)(?:_\{{?2\}}?)?(?:\^\{{?2\}}?)?\s*=\s*1",
        rf"({_NAME}){_TURN}\s*\1\s*=\s*1",
    ),
    "symmetric": (
        rf"({_NAME})\s*=\s*\1{_TURN}",
        rf"({_NAME}){_TURN}\s*=\s*\1",
        rf"({_LETTER})_\{{(\w)\s*,?\s*(\w)\}}\s*=\s*\1_\{{\3\s*,?\s*\2\}}",
    ),
    "idempotent": (
        rf"({_NAME})\^\{{?2\}}?\s*=\s*\1",
        rf"({_NAME})\s*(?:\\circ\s*)?\1\s*=\s*\1",
        rf"({_NAME})\s*\(\s*\1\s*(\([^()]{{1,20}}\))\s*\)\s*=\s*\1\s*\2",
    ),
    "positive semi-definite": (rf"({_NAME})\s*\\succ(?:eq)?\s*0",),
    "orthogonal": (rf"({_NAME}){_TURN}\s*\1\s*=\s*{_EYE}", rf"({_NAME})\^\{{-1\}}\s*=\s*\1{_TURN}"),
}
_FORMULAS = {name: [re.compile(f"{form}{_ALL}") for form in forms] for name, forms in _WRITTEN.items()}
"""Property -> the formulas that state it; a whole formula of the text, never a part."""
_MOST = 200
_ARGUMENTS = re.compile(r"\s*(?:\\left)?\(.*\)$")
_WHOLE = ("sums to one", "symmetric", "positive semi-definite", "orthogonal")
"""Of a vector or a matrix: said of `$p(x)$`, which may be one number of it, they say nothing of the function's answer."""


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
            bare = bare if name in _WHOLE else _ARGUMENTS.sub("", bare)
            if re.fullmatch(_NAME, bare):
                found.setdefault((bare, name), Invariant(symbol=bare, property=name, span=sentence.span))
    return tuple(found.values())[:_MOST]


def _said(sentence: Sentence) -> Iterator[tuple[str, str]]:
    text = sentence.text
    for name, patterns in _PATTERNS.items():
        for match in chain.from_iterable(pattern.finditer(text) for pattern in patterns):
            drawn = name in _MOMENTS and (not _OF_NUMBERS.search(text) or _OF_CHANCE.search(text))
            if not drawn and not UNSURE.search(text[: match.end() + _BEHIND]):
                yield match[1], name
    yield from ((symbol, name) for symbol, name, end in monotone(text) if not UNSURE.search(text[: end + _BEHIND]))


_PATTERNS = {
    name: [p for p in (_AFTER[name], _BEFORE.get(name), _SUMS if name == "sums to one" else None) if p]
    for name in WORDS
}


def _written(sentence: Sentence) -> Iterator[tuple[str, str]]:
    """Read formulas of the text that are a condition: what is chosen or assumed is an argument, and its test is harmless."""
    unsure = UNSURE.search(sentence.text)
    for match in re.finditer(_SYMBOL, sentence.text):
        if unsure and unsure.end() <= match.start():
            return
        for name, forms in _FORMULAS.items():
            yield from ((stated[1], name) for form in forms if (stated := form.fullmatch(match[1].strip())))
