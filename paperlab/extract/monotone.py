r"""Which way a function goes: `$g(t)$ is non-decreasing`, `$w(d)$ decreases monotonically with $d$`.

A curve over training, layers or data is no function of its argument: where a bare symbol is said to fall with something
else, or during something, nothing is stated of the function.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SYMBOL = r"\$(?P<symbol>[^$]{1,60})\$"
_ADVERB = r"(?:always |thus |therefore |also )?"
_SURE = r"(?:strictly |monoton(?:e|ic|ically) )"
_NOUN = r"(?: (?:function|map|transformation|transform))?"
_VERB = r"(?:,? (?:which|that))? (?:is|are|remains) "
_WORDS = {
    "non-decreasing": (rf"(?:{_SURE}?increasing|{_SURE}?non-?decreasing)", "increases"),
    "non-increasing": (rf"(?:{_SURE}?decreasing|{_SURE}?non-?increasing)", "decreases"),
}
_FORMS = {
    name: (
        re.compile(rf"{_SYMBOL}{_VERB}{_ADVERB}(?:an? )?(?P<word>{words}){_NOUN}(?![\w-])"),
        re.compile(rf"{_SYMBOL} {_ADVERB}(?P<word>(?:strictly|monotonically) {verb}|{verb} monotonically)(?![\w-])"),
        re.compile(
            rf"\b(?:[Aa]n?|[Tt]he|[Ee]very) (?P<word>{words}) (?:function|map|transformation|transform) {_SYMBOL}"
        ),
    )
    for name, (words, verb) in _WORDS.items()
}
_CALLED = re.compile(r"([^(]+?)\s*(?:\\left)?\(([^()]*?)(?:\\right)?\)")
_IN = re.compile(r"\s*(?:in|of|with|as)\b[^$.;]{0,40}\$([^$]+)\$")
_ENDS = re.compile(r"\s*(?:$|[.;:)]|,|and\b)")
_ELSEWHERE = re.compile(
    r"\s*\w* ?\b(?:during|over|across|along|throughout|in the (?:number|course)|with the|until|every|after)\b"
)
_MEASURED = re.compile(
    r"\b(?:loss|error|accuracy|performance|risk|objective|reward|score|cost|rate|sequence|weights?)\s*$"
)


def monotone(text: str) -> Iterator[tuple[str, str, int]]:
    """Give symbol, `non-decreasing` or `non-increasing`, and where the words end, for each statement of a sentence."""
    for name, forms in _FORMS.items():
        for match in (match for form in forms for match in form.finditer(text)):
            called = _CALLED.fullmatch(match["symbol"].strip())
            arguments = re.findall(r"\\?[A-Za-z]+", called[2]) if called else []
            if _states(match, arguments, text):
                yield (called[1] if called else match["symbol"]), name, match.end()


def _states(match: re.Match[str], arguments: list[str], text: str) -> bool:
    rest, word = text[match.end() :], match["word"]
    sure = " " in word or word.startswith("non")
    if named := _IN.match(rest):
        return named[1].strip() in arguments
    if _ELSEWHERE.match(rest):
        return False
    if arguments:
        return sure
    return sure and bool(_ENDS.match(rest)) and not _MEASURED.search(text[: match.start()])
