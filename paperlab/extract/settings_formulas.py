r"""Settings in formulas: `$\eta = 0.05$`, named by the words around them, by the glossary, or by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from paperlab.extract.numbers import VALUE, as_float
from paperlab.extract.settings_context import SETTING, Found, is_theory
from paperlab.extract.settings_names import SYMBOLS, canonical, meaning_of

_FRACTION = r"\\[dt]?frac\s*\{?\d{1,4}\}?\s*\{?\d{1,4}\}?|\{?\d{1,4}\}?\s*/\s*\{?\d{1,4}\}?"
_SETS = rf"\s*(?P<symbol>[^$=<>]{{1,40}}?)\s*(?:=|:=)\s*(?P<value>{VALUE}|{_FRACTION})(?P<unit>\s*\\?%|[kKMB])?(?:(?:~|\\[,;: ]|\s)*\\(?:mathrm|text|rm)\s*\{{[^{{}}$]{{1,20}}\}})?\s*(?=[$,;])(?!\s*,\s*(?:\d|\\[lc]?dots))"
_EQUATION = re.compile(rf"\${_SETS}")
_NEXT = re.compile(rf",{_SETS}")
"""What the same formula sets too: `$a = 1, b = 2$`."""

_TUPLE = re.compile(
    rf"(?:\\beta_\{{?1\}}?\s*,\s*\\beta_\{{?2\}}?\s*\)?|(?<![\w-])betas(?:(?=\s+[(\[])|(?=\s*\$?\s*(?:=|of|to|as))))\s*\$?\s*(?:=|of|to|as|(?<=betas\s))\s*\$?\s*[(\[\\{{]*\s*(?P<a>{VALUE})\s*,\s*(?P<b>{VALUE})"
)

_INDEX = frozenset(r"i j k t n x y z s r v u q m l \ell 0 1 f g p X Y P Q V".split())


def betas(text: str, _: Mapping[str, str]) -> Found:
    r"""Read two at once: `$(\beta_1, \beta_2) = (0.9, 0.98)$`."""
    for found in _TUPLE.finditer(text):
        yield found.start("a"), found.end("a"), "Adam beta1", found.group("a")
        yield found.start("b"), found.end("b"), "Adam beta2", found.group("b")


def equations(text: str, symbols: Mapping[str, str]) -> Found:
    """Read symbols that a formula sets, one by one."""
    adam = re.search(r"\badam|\\beta_\{?2", text, re.IGNORECASE) is not None
    for found in _one_by_one(text):
        symbol = bare(found.group("symbol"))
        name = SYMBOLS.get(symbol) or canonical(symbol.replace("\\_", " ").replace("_", " ").replace("\\", ""))
        if name is None and adam and symbol in (r"\epsilon", r"\varepsilon"):
            name = "Adam epsilon"
        if name is None:
            name = _by_words(text, found, symbol, symbols)
        if name:
            yield (
                found.start("symbol"),
                found.end("value"),
                name,
                _spelt(found.group("value")) + (found.group("unit") or ""),
            )


_CLOSED = re.compile(
    rf"\$(?P<symbol>[^$=<>()|]{{1,25}})\$\s*=\s*\$?\s*(?P<value>(?>{VALUE}))\s*\$?(?=[\s.,;)]|\\?%|$)"
    rf"|\$(?P<named>\\(?!mathbf|bm|hat)[a-z]+(?:_\{{?\w+\}}?)?)\$\s+of\s+\$?\s*(?P<of>(?>{VALUE}))\s*\$?(?=[\s.,;)]|$)"
)


def reopened(text: str) -> str:
    r"""Take what stands behind a formula that ends before its sign into it.

    >>> reopened(r"with $\epsilon$ = 1e-8 and $\beta_1$ of $0.9$")
    'with $\\epsilon = 1e-8$ and $\\beta_1 = 0.9$'
    """
    return _CLOSED.sub(lambda m: f"${m['symbol'] or m['named']} = {m['value'] or m['of']}$", text)


def _spelt(value: str) -> str:
    r"""Write a fraction in one line: `\frac{1}{3}` is `1/3`."""
    return "/".join(re.findall(r"\d+", value)) if re.search(r"frac|/", value) else value


def _one_by_one(text: str) -> Iterator[re.Match[str]]:
    for first in _EQUATION.finditer(text):
        found: re.Match[str] | None = first
        while found:
            yield found
            found = _NEXT.match(text, found.end())


def pairs(text: str, symbols: Mapping[str, str]) -> Found:
    """Read symbols that get their values in order: `$a$ and $b$ are set to 2 and 1`."""
    for found in _PAIRS.finditer(text):
        names = re.findall(r"\$([^$=]+)\$", found.group("symbols"))
        values = re.findall(VALUE, found.group("values"))
        if len(names) == len(values):
            for symbol, value in zip(map(bare, names), values, strict=True):
                name = SYMBOLS.get(symbol) or canonical(meaning_of(symbol, symbols)) or symbol.replace("\\", "")
                yield found.start("values"), found.end("values"), name, value


_PAIRS = re.compile(
    rf"(?P<symbols>\$[^$=]{{1,25}}\$(?:,\s*\$[^$=]{{1,25}}\$)*,?\s+and\s+\$[^$=]{{1,25}}\$)\s+(?:are|were)?\s*(?:set\s+)?(?:to|as)\s+"
    rf"(?:be\s+)?(?P<values>\$?{VALUE}\$?(?:,\s*\$?{VALUE}\$?)*,?\s+and\s+\$?{VALUE})"
)
_CHAIN = re.compile(rf"\$\s*(?P<chain>(?:[^$=<>,;]{{1,40}}=\s*){{2,4}})(?:\\!|\s)*(?P<value>{VALUE})\s*(?=[$,;)])")
"""Symbols that are set together: `$d_k = d_v = d / h = 64$`; one that is worked out is none."""


def chains(text: str, symbols: Mapping[str, str]) -> Found:
    """Read symbols that are set together."""
    if is_theory(text):
        return
    for found in _CHAIN.finditer(text):
        if not SETTING.search(text) and not text[: found.start()].endswith("("):
            continue
        for symbol in map(bare, found.group("chain").split("=")):
            if re.fullmatch(r"(?:\\[A-Za-z]+|[A-Za-z])(?:_(?:\w|\{[^{}]{1,15}\}))?", symbol) and symbol not in _INDEX:
                name = SYMBOLS.get(symbol) or canonical(meaning_of(symbol, symbols)) or symbol.replace("\\", "")
                yield found.start("value"), found.end("value"), name, found.group("value")


def bare(symbol: str) -> str:
    r"""Give a symbol without commands for its face: `\text{lr}` is `lr`."""
    symbol = re.sub(r"\{(\\[A-Za-z]+)\}", r"\1", symbol)  # LaTeXML's `{\beta}_{1}`
    face = re.sub(r"\\(?:text|mathrm|mathit|textit|operatorname|texttt|textrm)\s*\{([^{}]*)\}", r"\1", symbol)
    return face.replace("\\!", "").strip().strip("() ")


def _by_words(text: str, found: re.Match[str], symbol: str, symbols: Mapping[str, str]) -> str | None:
    """Name a symbol by the words around it, by the glossary, or by itself; None where the sentence sets nothing."""
    stated = _STATES.search(text[: found.start("symbol")])
    if stated and stated.group().startswith("where") and not re.search(r"[_^]", symbol):
        stated = None  # `where $k = 1$` is a case of a formula
    if as_float(found.group("value")) == 0 or _GIVES.match(text, found.end()):
        return None  # `at $Q = 0$`
    knob = _HYPER.search(symbols.get(symbol, ""))
    direct = _is_direct(text, found.start())
    told = _is_told(text, found.start())
    if not direct and (is_theory(text) or not (SETTING.search(text) or stated or knob or told)):
        return None
    if symbol in ("p", "k") and _IN_A_ROW.search(text[: found.start("symbol")]):
        return symbol
    if len(symbol) > 20 or re.search(r"[()+|]|(?<!\d):|\\(?:frac|sum|in\b|rm\b)", symbol) or _RESULT.search(symbol):
        return None
    after = _COUNTS.match(text[found.end() : found.end() + 50])
    if after and not _MADE_OF.search(text[: found.start()]):
        noun = (after.group("also") or after.group("noun")).lower()
        return canonical(noun) or f"number of {noun}"
    several = re.search(r"\bare\s*$", text[: found.start()])
    words = "" if several else noun_before(text[: found.start()])
    if words and words.lower() not in _PLAIN and (canonical(words) or not text[: found.start()].endswith("(")):
        return None if _is_result(words) else canonical(words) or words.lower()
    meaning = meaning_of(symbol, symbols)
    if meaning and _says_enough(meaning):
        return canonical(meaning) or meaning
    sets = stated or told or knob or _CHOOSES.search(text)
    index = symbol in _INDEX or (re.search(r"\^\W*\d", symbol) and not symbol.startswith(r"\sigma"))
    return None if index or not (sets or direct) else symbol.replace("\\", "")


def _says_enough(meaning: str) -> bool:
    """Tell whether what a glossary says can name a setting."""
    short = len(meaning.split()) <= 4 and meaning.lower() not in _PLAIN | _WEAK
    return short and not _is_result(meaning) and not _HYPER.search(meaning)


def _is_told(text: str, at: int) -> bool:
    """Tell whether a formula says with what something was done: `with sparsity $s = 0.9$`, or in brackets."""
    return _TOLD.search(text[:at]) is not None and not (_REPORTS.search(text) or _SIMULATES.search(text))


_MADE_OF = re.compile(
    r"\b(?:blocks|chunks|windows|segments|(?:mini-?)?batches|sequences|groups|episodes|intervals|periods|phases|cycles|horizons?)\s+of\s+\$?$"
)
"""What a number before its noun gives the length of: `blocks of $b = 400$ rounds`."""
_GIVES = re.compile(r"\$\s+(?:gives|yields|achieves|performs|leads|produces|works|obtains|reaches|improves)\b")
"""Behind a formula: what is tried gives a result."""
_CHOOSES = re.compile(
    r"\b(?:use[ds]?|using|set|fix(?:ed)?|chose|choose|choosing|default|runs?|hyper-?parameters?|(?:for|in) all (?:of )?(?:our )?experiments|(?:is|are|was|were) (?:then )?trained)\b",
    re.IGNORECASE,
)
_BEFORE_IT = r"(?:\$[^$]*=[^$]*\$(?:,? and|,) )*"
"""What is told in the same row."""
_TOLD = re.compile(
    rf"\b(?:with|using) (?:[a-z-]+ ){{0,3}}{_BEFORE_IT}$|^For (?:[A-Za-z-]+ ){{0,3}}[A-Za-z-]+, (?:\$[^$]*\$, )?$|\([^()]*$"
    rf"|\b[Tt]hroughout (?:(?:all|of|the|our|this) )*(?:paper|experiments|study|work), {_BEFORE_IT}$"
    rf"|\b(?:[Hh]yper-?)?(?:[Pp]arameter|[Ss]etting|[Dd]efault)s?(?: (?:value|setting)s?)?(?: (?:are|were|is|was))?:? {_BEFORE_IT}$"
)
_REPORTS = re.compile(
    r"\b(?:achiev\w*|obtain\w*|reach\w*|outperform\w*|improv\w*|exceed\w*|better|best|worse|correlat\w*|significant\w*|significance|p-values?|results?|accuracy|error|perform\w*|show\w*|observe\w*|follows?)\b",
    re.IGNORECASE,
)
_PLAIN = frozenset(
    "experiment experiments paper study setting settings configuration hyperparameter hyperparameters hyper-parameters factor parameter parameters coefficient coefficients value constant constants rate probability weight weights".split()
)
"""What says less than the symbol does."""
_WE_SET = re.compile(
    r"\b[Ww]e\s+(?:\w+\s+)?(?:fix|fixed|set|used?|choose|chose|take|took)\s+(?:\$[^$]*\$\s*(?:,|and|or)\s*)*$"
)
_CASE = re.compile(r"\b(?:if|when|whenever|suppose|assume|let|lemma|proof)\b", re.IGNORECASE)
_ALONE = re.compile(
    r"\W*(?:\([a-z]\)\s*)?\$[^$=]{1,20}=[^$=]{1,12}\$(?:\s+[a-z]+)?\W*"
    r"|(?:Also|Furthermore|Moreover|Further|In addition|Finally|[Tt]he parameter(?:s| values) are),?\s+(?:\$[^$=]{1,20}=[^$=]{1,20}\$(?:\s*[A-Za-z]{1,3}\b)?(?:,?\s+and\s+|,\s+|\W*$))+"
    r"|The parameter(?:s|\s+values)\s+are\s+\$[^$]+\$\W*"
)


_SHOWN = re.compile(rf"\b(?:with|for|using|when)\s+\${_SETS}")
_SHOWN_PLACES = frozenset(r"i j t x y z s r v u q p l \ell X Y R F".split())
"""Letters that say in a caption which place, time or significance is shown, not what was set."""


def shown(text: str, symbols: Mapping[str, str]) -> Found:
    """Read what a caption sets: `results for $k = 8$`."""
    for first in _SHOWN.finditer(text):
        found: re.Match[str] | None = first
        while found:
            symbol = bare(found["symbol"])
            if symbol not in _SHOWN_PLACES and not re.search(r"[()+|^]|\\(?:frac|sum|in\b)", symbol):
                name = SYMBOLS.get(symbol) or canonical(meaning_of(symbol, symbols)) or symbol.replace("\\", "")
                yield found.start("symbol"), found.end("value"), name, _spelt(found["value"]) + (found["unit"] or "")
            found = _NEXT.match(text, found.end())


_SIMULATES = re.compile(
    r"\b(?:[Ww]e\s+(?:\w+\s+){0,2}?(?:simulate[d]?|run|ran|generated?|test(?:ed)?|validate[d]?)|simulat(?:ed|ing)|simulations?\s+(?:use[ds]?|with|(?:is|are|were|was)\s+(?:run|performed)))\b"
)


def simulated(text: str, symbols: Mapping[str, str]) -> Found:
    """Read what a sentence simulates with: `we simulate a system with $n = 6$ states and $m = 3$ inputs`."""
    if _SIMULATES.search(text) and not _CASE.search(text):
        for first in _SIMULATED.finditer(text):
            found: re.Match[str] | None = first
            while found:
                symbol = bare(found["symbol"])
                if symbol not in ("i", "j", "p") and not re.search(r"[()+|^]|\\(?:frac|sum|in\b)", symbol):
                    name = SYMBOLS.get(symbol) or canonical(meaning_of(symbol, symbols)) or symbol.replace("\\", "")
                    yield (
                        found.start("symbol"),
                        found.end("value"),
                        name,
                        _spelt(found["value"]) + (found["unit"] or ""),
                    )
                found = _NEXT.match(text, found.end()) or _MORE.match(text, found.end())


_SIMULATED = re.compile(rf"\b(?:with|for|using|over|and|step|horizon)\s+\${_SETS}")
_MORE = re.compile(rf"\$(?:\s+(?!and\b)[a-z]+){{0,2}}(?:,\s*(?:and\s+)?|\s+and\s+)\${_SETS}")
"""What the next formula sets: `$n = 6$ states, $m = 3$ inputs`."""


def _is_direct(text: str, at: int) -> bool:
    """Tell whether a formula is what `we fix`, whatever else the sentence speaks of, or a caption holds nothing else."""
    before = text[:at]
    return _ALONE.fullmatch(text) is not None or (_WE_SET.search(before) is not None and not _CASE.search(before))


_STATES = re.compile(
    r"\b(?:is|are|where|with (?:size|dimension|dimensionality|width|length|depth|rank))\s+(?:\$[^$]*\$\s*(?:,|and|,\s*and)\s*)*\$$"
)
"""What goes before a formula that states: `where $D = 512$ and $M = 49$`."""
_IN_A_ROW = re.compile(r"\b(?:[Ww]e|and) (?:set|fix|choose) (?:\$[^$]{1,40}\$,?\s*(?:and\s+)?)*\$(?:[^$]{1,40},)?\s*$")
"""Behind it even a symbol of an index is set: `we set $a = 0.5$, $p = 0.15$`."""
_RESULT = re.compile(
    r"rmse|accura|error|data ?sets?$|index|indices|\bloss|result|score|fit\b|auc|bleu|r\^2|performance|samples?$|p-value|\bp\b",
    re.IGNORECASE,
)
_HYPER = re.compile(r"^(?:the |an? )?(?:[a-z-]+ ){0,2}hyper-?parameter", re.IGNORECASE)
"""What the glossary says of a symbol that is set wherever it has a value."""
_KNOB = re.compile(r"(?:weight|coefficient|parameter|factor|scale|threshold|tolerance|ratio|margin)s?$", re.IGNORECASE)


def _is_result(words: str) -> bool:
    """Tell `a validation loss`, which is measured, from `a loss weight`, which is set."""
    return _RESULT.search(words) is not None and _KNOB.search(words) is None


_COUNTS = re.compile(
    r"\$\s+(?:[a-z-]+\s+){0,2}?(?P<noun>(?:gradient )?accumulation steps|warm-?up steps|layers|heads|epochs?|iterations|steps|experts|clusters|components|seeds|filters|blocks|neighbou?rs|trees|workers|actors|units|arms|agents|particles|bins|prototypes|centroids|shots|folds|hops|neurons|rounds|samples|examples)\b(?:,\s+or\s+(?P<also>heads|layers|blocks|units)\b)?"
)


def noun_before(text: str) -> str:
    """Give the noun right before a formula: `the decay is $..$`, `with block length $..$`; empty where there is none."""
    tail = re.sub(
        r"\s+(?:is|of|to|as|was|were|are|=|value|values|set|equal|size of)(?:\s+(?:of|to|set to|value))?\s*$",
        "",
        text.rstrip().removesuffix("(").rstrip(),
    )
    words = re.findall(r"(?<![\w.-])[A-Za-z-]+|\S", tail[-80:])
    noun: list[str] = []
    for word in reversed(words):
        if not re.fullmatch(r"[A-Za-z][A-Za-z-]+", word) or word.lower() in _WEAK or word.endswith("ly"):
            break
        noun.insert(0, word)
    clean = 1 <= len(noun) <= 3 and not re.search(r"(?:ing|ed)$", noun[-1]) and len(noun[-1]) > 2
    return " ".join(noun) if clean else ""


_WEAK = frozenset(
    "last first next previous total mean retain retains keep select exception highest lowest largest smallest best high low large small parameter employ employs stack over have has use uses used set with and for the a an is are of to at runs all we our by where let take than fix choose default from in on at "
    "which that it its they this these those there when then so seconds minutes hours ms hz degrees percent if each every some any corresponding respective contains consists include includes has given took take fixes study".split()
)
