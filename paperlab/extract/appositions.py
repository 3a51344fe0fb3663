r"""Nouns beside symbols: `the decay $\rho$`, `keys of dimension $d_k$`, `matrices $K$ and $V$`, `with $N$ atoms`, `at position $t$`."""

from __future__ import annotations

import re
from collections.abc import Iterator

_STOPS = frozenset(
    "each every all of to for by with and or is are in on where that let then than at from as if when be any some use uses used using set we have has "
    "given over denote compute into between under until after before because since so also let's our its their this these those which while such "
    "take takes sample choose return returns see both only not first second define defined defines write there here but can may will would "
    "compare satisfies satisfy obeys equals becomes about above below plus minus times divided through against upon via per within without "
    "maximize minimize update replace keep keeps follow follows show shows consider assume suppose get gives yields obtain either neither whether "
    "respectively has requires needs finds merges produces computes learns predicts maps sends generates contains receives obtains applies provides "
    "assigns selects chooses forms achieves reports reaches attains taking using having making letting choosing adding applying computing denoting setting minimizing maximizing "
    "replacing multiplying dividing assuming fix pick let's "
    "around whenever does do did was were been not same".split()
)
_ARTICLES = frozenset("the a an our its their this that some".split())
_SINGULAR = frozenset("a an each every any".split())
_OVER = frozenset(["each", "every"])
_RUNS = re.compile(r"[a-z]$|.*\\in(?![A-Za-z])")
"""A letter that runs over a set says of no symbol what it is: `each head $h$`, `each bin $I_j \\in B$`."""
_BEFORE_PLURAL = frozenset("into between from to over by in both are has have all these".split())
_LEADERS = _ARTICLES | {"with", "of", "and", "use", "for", "given", "each", "every", "any"}
_ACCENT = r"(?:\\(?:bar|hat|tilde|bm|mathbf|mathcal|boldsymbol|mathrm|vec|mathbb|mathsf|mathtt|mathit|mathfrak|overline|widehat|widetilde|pmb|cal|bf|rm)(?![A-Za-z])\s*\{?\s*)*"
_NO_SYMBOL = r"(?!\\(?:sum|frac|int|prod|sqrt|log|exp|max|min|times|cdot|in|to|leq?|geq?|neq?|pm|infty|partial|nabla|[cl]?dots|left|right|begin|text|big|quad|forall|exists|mid|sim|circ)(?![a-z]))"
_MARKS = r"(?:\s*[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|[^\s{}\\]))*"
_ARGUMENTS = r"(?:\s*(?:\\left\s*)?\((?:[^()]|\([^()]*\)){1,40}\))?"
SYMBOL = re.compile(
    rf"\{{?{_ACCENT}{_NO_SYMBOL}(?:\\[A-Za-z]{{2,10}}|[A-Za-z])\}}*'*{_MARKS}'*{_ARGUMENTS}|"
    rf"\\(?:mathrm|text|textrm|textbf|operatorname|mathit|mathbf)\s*\{{[A-Za-z]{{2,15}}\}}{_MARKS}{_ARGUMENTS}|"
    r"\([^()]*(?:\\[cl]?dots|\.\.\.)[^()]*\)"
)
"""One letter or word with its marks and arguments, or a row `(x_1, \\dots, x_n)`."""
RELATION = re.compile(
    r"=|\\(?:in|sim|triangleq|equiv|doteq|coloneqq|colon|leq?|geq?|neq?|to|subset(?:eq)?|approx)(?![A-Za-z])|:=|<|>|:"
)
_PHRASE = r"(?<![A-Za-z])(?<![A-Za-z]-)(?P<words>(?:[“‘]?[A-Za-z][A-Za-z’-]*\s){0,5}[“‘]?[A-Za-z][A-Za-z-]*)"
_FORMULA = r"\$(?P<formula>[^$]{1,90})\$"
_BEFORE = re.compile(rf"{_PHRASE}(?P<link>[”’\"]?,?\s|\s\([A-Z]\w{{1,8}}\)\s|\s\(){_FORMULA}")
_NEXT = re.compile(r"(?:,\s(?:and\s|or\s)?|\s(?:and|or)\s)\$([^$]{1,90})\$")
_EXTENT = (
    r"(?:scale|cardinality|dimension|dimensionality|size|length|height|rank|depth|width|order|degree|radius|dimensions)"
)
_OF_EXTENT = re.compile(
    rf"{_PHRASE}(?:\s\$[^$]{{1,40}}\$)?\s(?:of|has|have|having|with)\s(?P<extent>{_EXTENT})\s{_FORMULA}"
)
_NEXT_EXTENT = re.compile(rf"(?:,\sand|,|\sand)\s(?P<extent>{_EXTENT})\s{_FORMULA}")
_VALUED = re.compile(
    rf"{_PHRASE}\sof\s(?:value\s)?\$(?P<formula>[^$=]{{1,30}}=\s*[-\d.][^$]{{0,20}})\$(?=[.,;)]|\s(?:and|for|in|with|on|to|at|during|between|across|over)\b|$)"
)
_IS = re.compile(
    rf"\b(?P<meaning>(?:[Tt]he|[Oo]ur|[Ii]ts|whose)\s(?:[a-z][a-z-]*\s(?:\$[^$]{{1,20}}\$\s(?=is\s|of\s))?){{1,6}}?(?!value)[a-z-]{{3,}}(?:\s\$[^$]{{1,20}}\$)?)\s(?:is|equals|being)\s(?:given by\s|denoted by\s)?{_FORMULA}(?=[.,;)]|\s(?:and|for|where|with|in|so|then)\b|$)"
)
_COUNTED = re.compile(
    rf"(?:\b(?P<lead>[A-Za-z]+)|(?<=[a-z]),)\s{_FORMULA}\s(?P<noun>(?:[a-z][a-z-]*\s){{0,2}}?[a-z][a-z-]+s)"
    r"(?=[.,;:)]|\s\$|$|\s(?:in|of|at|for|from|to|with|per|on|and|or|that|which|using|are|each|were|drawn|as|by|where|such|during|has|have|had|we)\b)"
)
_HAS = frozenset(
    "of with over into from for using has have contains containing contain the all these first are and employ employs use uses used sample samples "
    "draw draws among between consider select selects choose take given least most than than has requires require after every".split()
)
_COUNT = re.compile(r"(?![xyzfguvwijqaeo](?![A-Za-z]))[A-Za-z](?:_(?:\{[A-Za-z\\][^{}]{0,12}\}|\\?[A-Za-z]\w*))?")
_NO_PLURAL = re.compile(
    r"(?:depends|belongs|lies|maps|leads|goes|tends|consists|refers|denotes|varies|grows|satisfies|becomes|is|has|was|as|does|takes|holds|means|this|thus|"
    r"always|values|norms|coordinates|terms|directions|axis|yields|gives|plus|minus|its|represents|matches|across|less|us)$"
)
_POSITIONS = frozenset(
    "position positions step steps time timestep time-step iteration iterations layer layers epoch round index node token class head arm agent state task block offset level "
    "sample frame channel episode slot stage depth rank row column component word neuron user item".split()
)
_INDEX = frozenset("i j k t n m l s \\ell".split())
_GENERAL = frozenset("x y z p q r u v i j k t n m l s \\ell".split())
"""Letters that stand for anything: a meaning needs an article, and none of the words that only say that it is a thing."""
_ANY = frozenset(
    "single fixed given random arbitrary certain particular positive negative real large small two three several".split()
)
_THING = re.compile(
    r"(?:element|point|number|integer|variable|index|vector|scalar|set|constant|pair|function|real|case|value)s?$"
)
_NO_NOUNS = frozenset(
    "single new small large smaller larger higher lower simple certain fixed standard different additional subset unknown known highest lowest largest smallest best worst optimal global local initial "
    "final true original positive negative previous next current random linear corresponding following above below such same other case notation superscript subscript "
    "shorthand symbol letter example form way fact sense controllable formula figure table section equation eq lemma theorem proposition corollary if satisfying enough log "
    "similar singular semidefinite sparse spatial temporal multivariate univariate asymptotic diagonal basic past two "
    "many several efficient effective sufficient multiplicative additive".split()
)
"""What no noun phrase ends with: adjectives, and words for the symbol itself."""
_VERB_ENDS = ("ing", "ed", "ly", "izes", "ses", "ates")
_NOUNS = frozenset(
    "embedding encoding mapping padding spacing labeling labelling ordering ranking string setting reading seed speed family assembly classes losses biases responses "
    "poses noises bases cases phases states coordinates estimates rates gates templates candidates updates".split()
)
"""Nouns that end as verbs and participles do."""
_BARE = re.compile(rf"{_EXTENT}|sizes|height|number|value|values|variance|mean|deviation|probability", re.IGNORECASE)
"""Words that by themselves do not say of what."""
_SAME = re.compile(r"equal|same|fixed|variable|given|arbitrary|different|total|finite|full|maximum|minimum")
_COMPLEXITY = re.compile(
    r"\\?(?:math(?:cal|rm)\s*|tilde\s*|widetilde\s*)?\{?\s*(?:[oO]|\\?[tT]heta|\\?Omega)\}?(?:\^\{?\*\}?)?\s*\("
)


def appositions(text: str, taken: tuple[tuple[int, int], ...] = ()) -> Iterator[tuple[str, str]]:
    """Give (formula, meaning) of the symbols that stand beside a noun.

    Args:
        text: one sentence, formulas between dollars.
        taken: (start, end) of meanings of other symbols, whose parts are not explained by themselves.
    """
    for read in (_nouns, _extents, _values, _said, _counts):
        for found, formula, meaning in read(text):
            general = _left(formula) in _GENERAL and any(a <= found.start("formula") < b for a, b in taken)
            if meaning and not general and _letter(formula):
                yield formula, meaning


_Found = Iterator[tuple[re.Match[str], str, str | None]]


def _nouns(text: str) -> _Found:
    return ((found, *pair) for found in _BEFORE.finditer(text) for pair in _beside(found, text))


def _extents(text: str) -> _Found:
    r"""Read `keys of dimension $d_k$`."""
    for first in _OF_EXTENT.finditer(text):
        phrase = _trailing(first["words"])
        found: re.Match[str] | None = first
        while found:
            yield found, found["formula"], phrase and f"{found['extent']} of {phrase}"
            found = _NEXT_EXTENT.match(text, found.end())


def _values(text: str) -> _Found:
    r"""Read `a rate of $p = 0.1$`."""
    return ((found, found["formula"], _trailing(found["words"])) for found in _VALUED.finditer(text))


def _said(text: str) -> _Found:
    r"""Read `the dimension of the vectors is $D$`."""
    for found in _IS.finditer(text):
        verbs = _VERBS & set(found["meaning"].lower().split())
        yield found, found["formula"], "" if verbs else found["meaning"].removeprefix("whose ")


def _counts(text: str) -> _Found:
    r"""Read `a molecule with $N$ atoms`."""
    for found in _COUNTED.finditer(text):
        words = set(found["noun"].split())
        lead = (found["lead"] or "having").lower()
        if (lead in _HAS or lead.endswith("ing")) and not words & (_STOPS | _ARTICLES) and _is_plural(found["noun"]):
            letter = _COUNT.fullmatch(_left(found["formula"]))
            yield found, found["formula"], letter and f"number of {found['noun']}"


_VERBS = frozenset("whether that if when which where represents denotes is are was were means has have".split())


def _beside(found: re.Match[str], text: str) -> Iterator[tuple[str, str]]:
    """Read the noun right before a symbol, and the further symbols that share a plural."""
    link, after = re.sub(r"\(\w+\)|[\s”’\"]", "", found["link"]), text[found.end() : found.end() + 6]
    closed = {"": not after.startswith(("-", " times")), ",": after[:1] in (",", "(", "."), "(": after[:1] == ")"}
    noun = _noun(found, apart=bool(link)) if closed[link] else ""
    if not noun:
        return
    formulas = [found["formula"]]
    if _is_plural(noun):
        at = found.end()
        while (following := _NEXT.match(text, at)) and "=" not in following[1]:
            formulas.append(following[1])
            at = following.end()
        formulas = [part for formula in formulas for part in several(formula)]
    yield from ((formula, noun) for formula in formulas)


def _noun(found: re.Match[str], *, apart: bool) -> str:
    """Give the noun phrase before a symbol where an article or a preposition leads to it, else an empty text."""
    words = re.sub("[“‘]", "", found["words"]).split()
    last = len(words) - 1
    # `the node set $V$`, `each test sample $i$`, but `we set $V$`
    start = max(
        (i + 1 for i, w in enumerate(words) if _leads(w) and not (w in ("set", "sample") and 0 < i == last)), default=0
    )
    leader = words[start - 1].lower() if start else _before(found.string, found.start("words"))
    noun, letter = words[start:], _left(found["formula"])
    if not _is_noun(noun, leader) or (leader in _OVER and _RUNS.match(found["formula"])):
        return ""
    leaders = _ARTICLES if apart or letter in _GENERAL else _LEADERS
    if letter in _INDEX and noun[-1].lower() in _POSITIONS:
        leaders = _LEADERS | {"at", "in", "from", "to", "by"}
    elif _core(letter) in _GENERAL and set(noun[:-1]) <= _ANY and _THING.search(noun[-1]):
        return ""
    led = (
        leader in leaders
        or _OWNER.fullmatch(words[start - 1] if start else "") is not None
        or (not apart and leader in _BEFORE_PLURAL and _is_plural(noun[-1]))
        or (not apart and leader == "has" and r"\in" in found["formula"])
    )
    return " ".join(noun) if led else ""


def _leads(word: str) -> bool:
    """Tell whether a noun phrase begins behind a word: an article, a verb, an owner as in `Shannon’s self information`."""
    return word.lower() in _STOPS | _ARTICLES or _OWNER.fullmatch(word) is not None


_OWNER = re.compile(r"(?!(?:Let|It|That|There|Here|What)’s)[A-Z][\w-]*’s")


def _is_noun(words: list[str], leader: str) -> bool:
    """Tell whether words can be a noun phrase that says of a symbol what it is."""
    last = words[-1].lower() if words else ""
    verbal = last.endswith(_VERB_ENDS) and re.split("[-’]", last)[-1] not in _NOUNS
    if not 0 < len(words) <= 4 or len(last) < 3 or last in _NO_NOUNS or verbal:
        return False
    adverb = any(w.endswith("ly") and w.lower() not in _NOUNS | {"early"} for w in words)
    verb = leader in ("of", "for", "by") and words[0].endswith("ing")
    bare = _BARE.fullmatch(words[-1]) and (len(words) == 1 or _SAME.fullmatch(words[0]))
    return not (adverb or verb or bare or (leader in _SINGULAR and _is_plural(words[-1])))


def _before(text: str, at: int) -> str:
    """Give what stands before a phrase: in a list of symbols, `states $s$, actions $a$`, the one before leads to the next."""
    return "with" if re.search(r"\$,\s$", text[max(0, at - 3) : at]) else ""


def _trailing(phrase: str) -> str:
    """Give the last words of a phrase up to a word that ends a noun, with its article."""
    words = phrase.split()
    stops = _STOPS - {"and"}
    start = max((i + 1 for i, w in enumerate(words) if w.lower() in stops), default=0)
    kept = words[start + (words[start : start + 1] == ["and"]) :]
    if start and words[start - 1].lower() in ("of", "all"):
        return ""
    return "" if not kept or len(kept) > 4 or kept[-1].lower() in _ARTICLES else " ".join(kept)


def _is_plural(noun: str) -> bool:
    last = noun.split()[-1].lower()
    return last.endswith("s") and not last.endswith(("ss", "us", "is", "ics")) and not _NO_PLURAL.search(last)


def several(formula: str) -> list[str]:
    r"""Split `\rho, \psi` into its symbols."""
    parts = re.split(r"\s*,(?:\s|\\[,;: ])*(?![^{(]*[})])", formula)
    return parts if all(SYMBOL.fullmatch(_left(p)) and "=" not in p for p in parts) else [formula]


def _left(formula: str) -> str:
    """Give what a formula says something about: `N` of `N = 6`."""
    return re.sub(r"(?:\\[,;:!. ]|[\s,;.])+$", "", RELATION.split(formula)[0].strip())


def _core(letter: str) -> str:
    r"""Give the letter of a symbol without its font: `x` of `\bm{x}`."""
    return re.sub(r"\\(?:bm|mathbf|boldsymbol|vec|mathrm|mathtt|mathcal)(?![A-Za-z])|[{}\s]", "", letter)


def _letter(formula: str) -> bool:
    left = _left(formula)
    return SYMBOL.fullmatch(left) is not None and not _COMPLEXITY.match(left)


_INPUT = re.compile(
    r"(?:(?:an?|the|some|our|its)\s)?(?!initial)(?P<noun>[A-Za-z][A-Za-z’ -]{1,40})\s\$(?P<formula>[^$]{1,60})\$(?:\s*\([^()]*\))?\.?",
    re.IGNORECASE,
)


def inputs(text: str) -> Iterator[tuple[str, str]]:
    r"""Give (formula, meaning) of what goes into an algorithm: `a dataset $X$, step size $\alpha$`."""
    for item in re.split(
        r"(?<=\$)\s+(?=[A-Z][a-z]+\s)|[,;]\s(?:and\s)?(?=(?:[^$]*\$[^$]*\$)*[^$]*$)|\sand\s(?=(?:[^$]*\$[^$]*\$)*[^$]*$)",
        text[:2_000],
    ):
        found = _INPUT.fullmatch(item.strip())
        if found and _letter(found["formula"]):
            yield found["formula"], found["noun"]
