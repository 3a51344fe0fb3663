r"""Phrases that state a result by themselves, whatever verb the sentence has: `267 seconds` of training, `r = 0.82`, `70% more`.

Each kind is a pattern whose groups are the numbers, and what else the sentence has to hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from paperlab.extract.lexicon import is_metric, names_metric
from paperlab.extract.numbers import VALUE, WORDS, as_float, plain

PLAIN = r"(?<![\w.])[-−]?(?:\d{1,3}(?:,\d{3})+|\d++(?:\.\d++)?|\.\d++)(?![\d.]*\d)"
"""A number as text writes it, with its sign; digits are not given back, which would be quadratic on a long run."""
COUNT = rf"(?:{PLAIN}|\b(?:{'|'.join(list(WORDS)[2:])})\b)"
"""The same, or a word from `two` on."""
_ABOUT = r"(?:(?:about|around|approximately|roughly|only|just|under|over|nearly|almost|at least|at most|up to|above|below|greater than|as (?:low|little|high|much|few) as|(?:more|less|fewer) than)\s+){0,2}[~≈∼<>]?\s?"
_TIMES = r"(?:%|dB\b|percent|per cent|percentage points?|×|[xX]\b|times|[- ]?fold|orders? of magnitude|points?)"
_TIME = r"(?:ms|milliseconds?|s|sec|secs|seconds?|min|minutes?|h|hrs?|hours?|days?|weeks?|(?:GPU|TPU|CPU|node|core)[- ]?(?:hours?|days?))\b"
_UNIT = r"(?:[munk]?[smg]|[cm]m|ms|[kMGT]B|[GMk]?Hz)\b"
_LESS = r"(?:more|fewer|less|larger|smaller|bigger|greater|faster|slower|quicker|shorter|longer|cheaper|better|worse|higher|lower|stronger|weaker|lighter|heavier|above|below|behind|ahead|as (?:much|many|fast|large|small|long))\b"
_DROP = r"(?:acceleration|increase|decrease|degradation|deterioration|reduction|improvement|speed-?up|gain|drop|saving|boost|decline|rise|cut)s?\b"
_LESS_OF = re.compile(rf"\b{_LESS}")
_COMPARED = re.compile(
    r"\bthan\b|\bwhile\b|\bwhereas\b|\bversus\b|\bvs\b|\bcompared\b|\bagainst\b|\bcloser\b|\bover\b", re.IGNORECASE
)
_WINS = re.compile(r"outperform|surpass|exceed|\bbeats?\b|state[- ]of[- ]the[- ]art|\bmatch(?:es)?\b|comparable", re.IGNORECASE)  # fmt: skip
_BETTER = re.compile(r"outperform|surpass|\bbeats?\b|improve|\bbetter\b|\bbest\b|\bworse\b|\bwins?\b", re.IGNORECASE)
_SUCCEEDS = re.compile(r"\b(?:solv|succe|fail|pass|identif|recover|extract|detect|recogni[sz]|resolv|correct|match|convert)", re.IGNORECASE)  # fmt: skip
_FARES = re.compile(rf"{_SUCCEEDS.pattern}|\bwrong|\bcorrect|\bincorrect|\bright\b|\berr(?:s|or)?\b|\bcrash|\breach|\bprefer", re.IGNORECASE)  # fmt: skip
_MOVES = re.compile(r"\b(?:halv|rises?|rose|drop|fall|fell|jump|increas|improv|decreas|reduc|goes|went|gr[eo]w|gain|lower|rais|boost|cut|shr[aiu]nk|climb|moves?\b|moved|moving|took|takes?\b|turn|br[io]ng|brought|lift)", re.IGNORECASE)  # fmt: skip
_COST = re.compile(
    rf"\b(?:[Tt]raining|[Ii]nference|[Cc]omput\w+|[Rr]un(?:ning)?|[Tt]otal|[Ww]all-?clock|[Pp]rocessing|[Ee]xecution|[Oo]ptimi[sz]ation)[ -]time\b[^.;:]{{0,40}}?\b(?:is|was|of)\s+{_ABOUT}{COUNT}\s?{_TIME}|"
    rf"\b(?:[Tt]raining|[Ii]nference|[Ee]valuation|[Ss]ampling|[Oo]ptimi[sz]ation)\b(?! (?:step|set|data|example|phase|run))[^.;:]{{0,50}}?\b(?:takes|took|requires|required|lasts|lasted|needs|needed)\s+{_ABOUT}{COUNT}\s?{_TIME}|"
    rf"\bin {_ABOUT}{COUNT}\s?{_TIME}[^.;]{{0,60}}?\b(?:whereas|while|compared|versus|instead of|against|than)\b|"
    rf"\bstate[- ]of[- ]the[- ]art\b[^.;]{{0,100}}?{COUNT}\s?{_TIME}"
)
_NO_KNOB = "".join(
    rf"(?<!{word} )"
    for word in "size sizes dimension dimensions layers length lengths number depth width rate temperature steps epochs".split()
)
"""A setting that goes from one number to another is no result."""
_RELATED = re.compile(r"correlat|Pearson|Spearman|Kendall|Cohen|Fleiss|agreement|determination|variance explained")


@dataclass(frozen=True, slots=True)
class Kind:
    """A pattern whose groups are numbers."""

    pattern: re.Pattern[str]
    beside: Callable[[str], object] = bool
    """Tells whether the sentence holds what has to stand beside."""


_FOOTAGE = re.compile(
    r"\b(?:clips?|videos?|footage|sequences|frames|recordings)\b[^.;]{0,60}?\b(?:has|have|had|is|are|was|were|ranging)\b|\b(?:recorded|captured|filmed|sampled)\b",
    re.IGNORECASE,
)
"""Says how data were taken, not how fast anything is."""
_RUNS = re.compile(r"\b(?:runs?|running|process\w*|operat\w+|achiev\w+|reach\w*|at|speed|throughput)\b", re.IGNORECASE)


def _runs(text: str) -> bool:
    return _RUNS.search(text) is not None and _FOOTAGE.search(text) is None


def _changes(text: str) -> bool:
    return bool(_MOVES.search(text) or _WINS.search(text))


def _kind(pattern: str, beside: Callable[[str], object] = bool) -> Kind:
    return Kind(re.compile(pattern), beside)


def _metric_moves(text: str) -> bool:
    return _MOVES.search(text) is not None and names_metric(text)


KINDS = (
    _kind(rf"({COUNT})\s?{_TIME}", _COST.search),
    _kind(rf"({COUNT})[\s-]?{_TIMES}\s+(?:[a-z]+\s){{0,2}}?{_LESS}"),
    _kind(rf"({COUNT})[\s-]?{_TIMES}\s+(?:[A-Za-z][\w-]*\s){{0,2}}?{_DROP}"),
    _kind(rf"({PLAIN}\s?[KMB]?)\b(?:\s[a-z]+)?,?\s(?:as opposed to|compared (?:to|with)|versus|vs\.?|instead of)\s({PLAIN}\s?[KMB]?)\b", _LESS_OF.search),
    _kind(rf"\bwithin\s+{_ABOUT}({PLAIN})\s?(?:%|percent|points?|percentage points?)\s+of\b"),
    _kind(rf"({PLAIN})\s[a-z]+(?:\s[a-z]+)?\son average\b", _COMPARED.search),
    _kind(rf"\((?:mean|average)(?: of)? ({PLAIN})\b", _COMPARED.search),
    _kind(rf"{_NO_KNOB}\bfrom\s({PLAIN})\s?(?:%|{_UNIT})?\s(?:\([^()]*\)\s)?to\s({PLAIN})", _metric_moves),
    _kind(rf"{_NO_KNOB}\bfrom\s({PLAIN})\s?%\s(?:\([^()]*\)\s)?to\s\+?({PLAIN})\s?%", _MOVES.search),
    _kind(rf"\bturn(?:s|ed|ing)?\s(?:[a-z-]+\s){{0,5}}?({PLAIN})\s?%?\s(?:[a-z-]+\s){{0,3}}?into\s(?:[a-z-]+\s){{0,2}}?\+?({PLAIN})\s?%"),
    _kind(rf"\b(?:cut|cuts|cutting|reduc(?:es?|ed|ing)|lower(?:s|ed|ing)|dr[io]ves?|driving|driven|drops?|dropped|brings?|brought|falls?|fell|rais(?:es|ed|ing)|lifts?|lifted)\s(?:[\w-]+\s){{0,6}}?(?:to|below|under|above)\s{_ABOUT}({PLAIN})\s?%(?!\sof\b)"),
    _kind(rf"\bcosts?\s{_ABOUT}({PLAIN})\s?(?:%|points?\b)"),
    _kind(rf"\b(?:takes?|took|needs?|needed|requires?|required|uses)\s+{_ABOUT}({PLAIN})\s[a-z]+\s(?:against|versus|vs\.?|instead of|compared (?:to|with))\s(?:the\s)?({PLAIN})\b"),
    _kind(rf"\b(?:[Ii]n|[Oo]n|[Ff]or|[Oo]f)\s({COUNT})\s(?:out )?of (?:the |our |all )?({COUNT})\s[a-z]{{4,}}", _BETTER.search),
    _kind(rf"({PLAIN}\s?[KMB]?)\b\s(?:out )?of (?:the |our |all )({PLAIN}\s?[KMB]?)\b\s[A-Za-z]{{3,}}", _SUCCEEDS.search),
    _kind(rf"\b(?:solves?|corrects?|passes|recovers?|identifies|detects?|suppresses|catches|resolves?|answers?|reproduces?)\s{_ABOUT}({PLAIN})\s?%\sof\b"),
    _kind(rf"({PLAIN})\s?%\sof\s(?:the|all|our|its)?\s?(?:time|cases|runs|trials|episodes|games|inputs|queries|questions|problems|instances)\b", _FARES.search),
    _kind(rf"\b(?:collapses?|drops?|falls?|rises?|shrinks?|grows?|improves?|increases?|decreases?)\s(?:by\s)?{_ABOUT}({PLAIN})\s?%(?!\sof\b|\s?(?:every|each|per|an?)\b)"),
    _kind(rf"\b[Oo]ur\s(?:[\w-]+\s){{0,4}}?(?:coverage|accuracy|error|precision|recall|perplexity|score|F1)\s(?:is|was|reaches|reached)\s{_ABOUT}({PLAIN})"),
    _kind(rf"\b(?:Jaccard|Dice|Rand|silhouette) (?:index|coefficient|similarity|score)\b[^.;$]{{0,80}}?\b(?:is|was|of) {_ABOUT}({PLAIN})"),
    _kind(rf"\bonly\b[^.;,]{{0,40}}?({PLAIN})\s?(?:[KMB]\b|%|examples|samples|labels|labell?ed|parameters|million|billion)", _WINS.search),
    _kind(rf"({PLAIN})\s?[×xX]\s?(?:[-–]|to)\s?({PLAIN})\s?[×xX]\s+(?:[A-Za-z][\w-]*\s){{0,2}}?(?:{_DROP}|{_LESS})"),
    _kind(rf"({COUNT})\s?(?:(?:frames|images|tokens|samples|queries|words)\s(?:per|a)\ssecond\b|fps\b|FPS\b)", _runs),
    _kind(rf"\b(?:wins?|won|preferred|preferred over|chosen)\b[^.;]{{0,40}}?({PLAIN})\s?%\sof\b"),
    _kind(rf"\bby\s{_ABOUT}({COUNT})\s(?:absolute\s|relative\s)?(?:BLEU|ROUGE(?:-\w)?|F1|mAP|AP|mIoU|METEOR|CIDEr|FID|EM|AUC|PSNR|NDCG|nats?|bits?)\b", _changes),
    _kind(rf"\b(?:largest|biggest)\b[^.;]{{0,80}}?\b(?:to date|so far|ever|available)\b[^.;]{{0,60}}?({PLAIN})\s?(?:[KMB]\b|thousand|million|billion)"),
)  # fmt: skip
"""Costs, comparisons, changes, shares and records."""
_SPREAD = re.compile(rf"({PLAIN})\s?%?\s?±\s?\d")
"""A measurement with its spread."""
_STATED = re.compile(
    rf"(?<![A-Za-z\\])(?P<metric>[A-Z][A-Za-z-]{{1,15}}|R\^\{{?2\}}?)\}}?(?:\\!|[\s~])*=(?:\\!|[\s~])*(?P<number>{VALUE})"
)
r"""A formula that gives a metric its number: `$\rm{RMSE} = 1.2$`."""
_PER_CENT = re.compile(
    rf"\\(?:rm|mathrm|text|textrm|textit|operatorname)\s*\{{?\s*(?!dropout|sparsity|ratio|overlap)[a-z]{{3,15}}\s*\}}?(?:\\!|[\s~])*=(?:\\!|[\s~])*(?P<number>{VALUE})(?=\s*\\%)"
)
_COEFFICIENT = re.compile(
    rf"\$\s*(?:[rR]|\\(?:rho|tau|kappa|(?:var)?phi))(?:_\{{?\w+\}}?|\^\{{?2\}}?)?\s*=\s*(?P<number>{VALUE})"
)
_OF = re.compile(
    rf"(?<![\w@/-])(?P<metric>(?:[\w@/-]+\s){{1,3}})(?:of|is|was|are|were|above|below|exceeding|reaching)\s+{_ABOUT}(?P<number>{PLAIN})"
)
_PER_CENT_OF = re.compile(
    rf"(?P<number>{PLAIN})\s?%\s(?P<metric>(?:[\w-]+\s){{0,2}}?[\w-]*(?:accuracy|precision|recall|error|errors|rate|score|correctness))\b"
)

_POINTS = re.compile(
    rf"(?P<number>{PLAIN})(?:\s?(?:to|–|and|or)\s?(?P<second>[-−+]?\d+(?:\.\d+)?))?\s(?:percentage\s|absolute\s)?(?:points?|pp)\b"
)


def stated_numbers(text: str) -> Iterator[tuple[int, str]]:
    """Give (place, number) of the results that a sentence states by one of the phrases."""
    for kind in KINDS:
        if kind.beside(text):
            for found in kind.pattern.finditer(text):
                yield from ((found.start(n), written(found[n])) for n in range(1, len(found.groups()) + 1))
    if _COMPARED.search(text):
        yield from ((found.start(1), written(found[1])) for found in _SPREAD.finditer(text) if "." in found[1])
    yield from formula_numbers(text)


def metric_numbers(text: str) -> Iterator[tuple[int, str]]:
    """Give (place, number) of `an accuracy of 91.2`, `91% accuracy`, `at 1.2 to 1.9 points`: what counts where results stand, but not in a method."""
    for found in (*_OF.finditer(text), *_PER_CENT_OF.finditer(text)):
        if is_metric(found["metric"]):
            yield found.start("number"), written(found["number"])
    for found in _POINTS.finditer(text):
        if "." in found["number"]:
            yield from ((found.start(n), written(found[n])) for n in ("number", "second") if found[n])


def formula_numbers(text: str) -> Iterator[tuple[int, str]]:
    """Give (place, number) of the formulas that state a metric or a correlation."""
    apart = text.replace(r"\,", "  ")
    for found in _STATED.finditer(apart):
        if (found["metric"].startswith("R^") or names_metric(found["metric"])) and as_float(found["number"]) != 0:
            yield found.start("number"), plain(found["number"])
    for found in _PER_CENT.finditer(apart):
        yield found.start("number"), plain(found["number"])
    for found in _COEFFICIENT.finditer(apart) if _RELATED.search(text) else ():
        yield found.start("number"), plain(found["number"])


def written(number: str) -> str:
    """Write a number or a word for one in digits.

    >>> written("1,000"), written("three"), written("−2.5")
    ('1000', '3', '-2.5')
    """
    return WORDS.get(number.lower(), number.replace(",", "").replace("−", "-"))
