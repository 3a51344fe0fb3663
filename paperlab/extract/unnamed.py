"""What the text says must hold of something it gives no symbol: `the outputs are non-negative and sum to one`.

Only sentences whose subject is what a formula or an algorithm gives, and whose predicate says nothing else: `positive for
large inputs`, `symmetric or not`, what is assumed, and what is said of other people's layers state nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from paperlab.extract.invariants import UNSURE, WORDS
from paperlab.extract.passage import Passage, Sentence, sentences, with_references
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
    rf"(?P<what>(?:[Tt]he|[Tt]his|[Tt]hese|[Oo]ur|[Ii]ts|[Aa]ll|[Ee]ach|[Ss]uch an?)\s(?:{_MANNER})*{_NOUN}{_PART}{_WHERE}"
    rf"|(?P<named>Equation|Eq\.|Algorithm|Alg\.)\s?\(?(?P<alone>(?:[A-Z]\.?)?\d+(?:\.\d+)*[a-z]?)\)?)"
    rf"\s{_VERB}\s?(?P<said>[^.;:$]*)\.?$"
)
_OTHERS = re.compile(
    r"\b(?:assum|requir|unlike|prior work|previous|other|most|some|approximately|nearly|almost|only|expectation|on average|"
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
    """Give what sentences without a symbol state, each with the equation or algorithm that it names."""
    found = (one for s in chain.from_iterable(map(sentences, passages)) if _QUICK.search(s.text) for one in _of(s))
    yield from dict.fromkeys(one for one, _ in zip(found, range(_MOST), strict=False))


def _of(sentence: Sentence) -> Iterator[Invariant]:
    text = with_references(sentence)
    subject = _SUBJECT.match(text)
    if subject is None or UNSURE.search(text) or _OTHERS.search(text):
        return
    parts = [part.strip() for part in _AND.split(subject["said"].strip())]
    stated = [[name for name, says in _SAYS.items() if says.fullmatch(part)] for part in parts]
    if all(stated):  # what is said besides may be a condition
        about = _about(subject)
        yield from (Invariant(symbol="", property=n, span=sentence.span, about=about) for n in chain(*stated))


def _about(subject: re.Match[str]) -> str:
    kind, number = subject["named"] or subject["kind"] or "", subject["alone"] or subject["number"]
    if not number:
        return ""
    return f"Algorithm {number}" if kind.startswith("Alg") else f"Equation ({number})"
