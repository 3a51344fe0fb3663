"""What the text says must hold of something it gives no symbol: `the outputs are non-negative and sum to one`.

Only sentences whose subject is what a formula or an algorithm gives, and whose predicate says nothing else: `positive for
large inputs`, `symmetric or not`, what is assumed, and what is said of other people's layers state nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from paperlab.extract.invariants import UNSURE, WORDS
from paperlab.extract.passage import LONGEST_SENTENCE, MARK, Display, Passage, sentences, with_displays
from paperlab.records.extracted import Invariant

_MANNER = r"(?:resulting|final|proposed|normali[sz]ed|attention|mixing|learned|new|readout|output|loss|kernel|distance|update)\s"
_NOUN = (
    r"(?:outputs?|weights?|coefficients?|probabilities|scores?|entries|rows|columns|vectors?|functions?|kernel|matrix|layer|"
    r"operators?|operation|map|mapping|transformation|distance|similarity|loss|objective|measure|aggregation|pooling|"
    r"readout|projection|update|distribution|divergence|gate|activation|estimator)"
)
_PLACE = r"(?P<kind>Eqs?\.|Equations?|Algorithm|Alg\.)?\s?\(?(?P<number>(?:[A-Z]\.?)?\d+(?:\.\d+)*[a-z]?)\)?"
_WHERE = rf"(?:\s(?:of|in|from|defined in|given by|defined by|computed in)\s{_PLACE})?"
_PART = r"(?:\s(?:of|in) (?:(?:this|our|the|each|every) (?:proposed |new )?(?:layer|operation|function|row|column|kernel|softmax)))?"
_VERB = r"(?:is|are|remains?|lies?|has|have|takes values|stays?|(?=sums?\b|adds?\b))"
_SUBJECT = re.compile(
    rf"(?:^|^[^.;:$]{{0,60}}?(?:,\s|\bthat\s|\bthus\s|\bhence\s))"
    rf"(?P<what>(?i:the|this|these|our|its|all|each|such an?)\s(?:{_MANNER})*{_NOUN}{_PART}{_WHERE}"
    rf"|(?P<named>Equation|Eq\.|Algorithm|Alg\.)\s?\(?(?P<alone>(?:[A-Z]\.?)?\d+(?:\.\d+)*[a-z]?)\)?)"
    rf"\s{_VERB}\s?(?P<said>[^.;:$]*)\.?$"
)
_AROUND = re.compile(
    rf"(?:(?:^|^[^.;:$]{{0,60}}?(?:,\s|\bthat\s|\bthus\s|\bhence\s))"
    rf"(?i:the|this|these|our|its|each|an?)(?!\s[^{MARK}]*\b(?i:solutions?|roots?|minimi[sz]ers?|gradients?|derivatives?|inverse|terms?|conditions?|inequality|bound)\b)"
    rf"(?:\s[A-Za-z-]+){{1,6}}(?<!\sof)(?<!\sto)(?<!\sin)(?<!\sfor)(?<!\son)\s{MARK},?\s|{MARK},?\s(?:which|that)\s)"
    rf"{_VERB}\s?(?P<said>[^.;:${MARK}]*)\.?$"
)
"""What is said of a display formula within the sentence, whatever its noun."""
SEVERAL = "one of several rows"
_OTHERS = re.compile(
    r"\b(?:assume|assuming|assumption|require|unlike|prior work|previous|other|most|some|approximately|nearly|almost|only|expectation|on average|"
    r"should|ensure|enforce|constrain|want|wish|encourag)",
    re.IGNORECASE,
)
"""What is asked for, holds nearly, or is said of somebody else's."""
_ALWAYS = r"(?:(?:always|all|also|thus|therefore|by construction|guaranteed to be|bounded|strictly|in|on|a|an|the|both|then|clearly|hence)\s)*"
_BEHIND = r"(?:\s(?:by construction|of (?:its|their|the) (?:inputs?|arguments?|nodes|elements|input)|of the input|everywhere|for (?:all|any) inputs?|too|as well))?"
_SUMS = r"sums?(?: up)? to (?:one|1|unity)|adds? up to (?:one|1|unity)"
_MONOTONE = {
    "non-decreasing": r"(?:strictly |monotonically )increasing|(?:monotonically )?non-?decreasing",
    "non-increasing": r"(?:strictly |monotonically )decreasing|(?:monotonically )?non-?increasing",
}
_SAYS = {
    name: re.compile(rf"{_ALWAYS}(?:{words}){_BEHIND}")
    for name, words in (WORDS | _MONOTONE | {"sums to one": f"{WORDS['sums to one']}|{_SUMS}"}).items()
    if name not in ("zero mean", "unit variance", "orthogonal")  # mostly said of data, or of two things
}
_AND = re.compile(r",? and (?!-?\$?\d|one\b|zero\b)(?:(?:is|are|has|have|lies?) )?|, ")
_QUICK = re.compile("|".join((*WORDS.values(), *_MONOTONE.values(), _SUMS)))
_MOST = 50


def read_unnamed(passages: Iterable[Passage]) -> Iterator[Invariant]:
    """Give what sentences without a symbol state, each with the equation or algorithm that it names.

    What names none has the place of the display formula in its sentence, else of the last one above it in its paragraph.
    """
    found = chain.from_iterable(map(_in_passage, passages))
    yield from dict.fromkeys(one for one, _ in zip(found, range(_MOST), strict=False))


def _in_passage(passage: Passage) -> Iterator[Invariant]:
    plain = sentences(passage)
    if not any(_QUICK.search(s.text) for s in plain):
        return
    texts, displays = with_displays(passage)
    seen = 0
    for number, text in enumerate(texts):
        seen += text.count(MARK)
        alone = Display(plain[number].span if len(plain) == len(texts) else passage.span, 1)
        yield from _of(text[:LONGEST_SENTENCE], displays[seen - 1] if 0 < seen <= len(displays) else alone)


def _of(text: str, display: Display) -> Iterator[Invariant]:
    subject = (_AROUND.search(text) if MARK in text else _SUBJECT.match(text)) if _QUICK.search(text) else None
    if subject is None or UNSURE.search(text) or _OTHERS.search(text):
        return
    parts = [part.strip() for part in _AND.split(subject["said"].strip())]
    stated = [[name for name, says in _SAYS.items() if says.fullmatch(part)] for part in parts]
    if all(stated):  # what is said besides may be a condition
        about = _about(subject) or (SEVERAL if display.rows > 1 else "")
        yield from (Invariant(symbol="", property=n, span=display.span, about=about) for n in chain(*stated))


def _about(subject: re.Match[str]) -> str:
    if subject.re is _AROUND:
        return ""
    kind, number = subject["named"] or subject["kind"] or "", subject["alone"] or subject["number"]
    if not number:
        return ""
    return f"Algorithm {number}" if kind.startswith("Alg") else f"Equation ({number})"
