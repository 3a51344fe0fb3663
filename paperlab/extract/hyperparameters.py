r"""Settings that the paper states: from tables first, then from sentences; each with the words that state it.

Precision before recall: a value without a name that a reader would accept is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from paperlab.extract.numbers import VALUE, WORDS, plain
from paperlab.extract.passage import Passage, Sentence, sentences
from paperlab.extract.settings_names import ANY, SYMBOLS, canonical
from paperlab.extract.settings_tables import LONGEST_QUOTE, SURE, settings_of_table
from paperlab.records.extracted import Hyperparameter, Table

_SKIP_SECTION = re.compile(
    r"related work|acknowledg|proof|background|preliminar|broader impact|previous work", re.IGNORECASE
)


def read_hyperparameters(
    passages: Iterable[Passage], tables: Sequence[Table] = (), symbols: Mapping[str, str] | None = None
) -> tuple[Hyperparameter, ...]:
    r"""Read tables of settings, then sentences; each (name, value) once.

    Args:
        passages: running text in order.
        tables: the paper's tables.
        symbols: symbol -> meaning, to name what `$\eta = 0.05$` sets.
    """
    found: dict[tuple[str, str], Hyperparameter] = {}
    for table in tables:
        for item in settings_of_table(table):
            found.setdefault((item.name.lower(), item.value), item)
    for passage in passages:
        if not _SKIP_SECTION.search(passage.section or ""):
            for sentence in sentences(passage):
                for item in _of_sentence(sentence, symbols or {}):
                    found.setdefault((item.name.lower(), item.value), item)
    return tuple(found.values())


_SYMBOL = r"(?:\$\s*(?P<symbol>[^$=]{1,30}?)\s*(?:=|:=|\\leftarrow|\\coloneqq)\s*)"
_LINK = (
    r"\s*(?:\([^()]{0,20}\)\s*)?(?:\$[^$=]{1,25}\$\s*)?"
    r"(?:,?\s*(?:(?:is|are|was|were|to be|being)\s+)?(?:sets?|fixed|chosen|kept|equal|initiali[sz]ed|annealed)?\s*(?:of|=|is|was|are|were|:|to|as|at|be|equals?)\s+(?:value\s+)?)?"
    r"(?:(?:about|approximately|only|an?|the|roughly|around)\s+)?"
)
_NAMED = re.compile(
    rf"(?<![A-Za-z-])(?P<name>{ANY.pattern})(?![A-Za-z]){_LINK}(?:{_SYMBOL}|\$\s*)?(?P<value>{VALUE})(?P<unit>\s?(?:%|\\%)|[kKMB](?![A-Za-z]))?",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"(?<![\w.])\$?(?P<value>{VALUE}|{'|'.join(WORDS)})(?P<unit>[kKMB](?![A-Za-z]))?\$?[\s-]+"
    r"(?:(?:training|warm-?up|hidden|attention|random|gradient|full|total|optimi[sz]ation|parallel|identical|different|independent)[\s-]+){0,2}"
    r"(?P<name>epochs?|(?:meta-)?iterations|steps|attention heads|heads|attention layers|layers|(?<=-)layer|hidden units|units(?= each| per)|(?:hidden )?neurons|warm-?up steps|seeds)(?![A-Za-z])",
    re.IGNORECASE,
)
_COUNT_NAMES = {
    "epoch": "epochs", "epochs": "epochs", "iterations": "iterations", "steps": "iterations", "heads": "attention heads", "layers": "layers", "layer": "layers", "neurons": "hidden units", "hidden neurons": "hidden units",
    "attention layers": "layers", "units": "hidden units", "attention heads": "attention heads", "hidden units": "hidden units", "seeds": "seeds", "seed": "seeds",
}  # fmt: skip
_SETTING = re.compile(
    r"\b(?:train(?:ed|ing)?|use[ds]?|using|set|sets|setting|fix(?:ed)?|chose|choose|chosen|employ(?:ed)?|default|mean|averaged?|consists? of|composed of|fine-?tun\w*|"
    r"optimi[sz]e[dr]?|experiments?|runs?|hyper-?parameters?|implement\w*|pre-?train\w*|configuration|batch|stack|(?:networks?|models?|encoders?|decoders?|MLPs?|polic(?:y|ies)) (?:has|have|with))\b",
    re.IGNORECASE,
)
_SETS = rf"\s*(?P<symbol>[^$=<>]{{1,40}}?)\s*(?:=|:=)\s*(?P<value>{VALUE})(?P<unit>\s*\\?%|[kKMB])?\s*(?=[$,;])"
_EQUATION = re.compile(rf"\${_SETS}")
_NEXT = re.compile(rf",{_SETS}")
"""What the same formula sets too: `$a = 1, b = 2$`."""
_TUPLE = re.compile(
    rf"\\beta_\{{?1\}}?\s*,\s*\\beta_\{{?2\}}?\s*\)?\s*\$?\s*(?:=|of|to|as)\s*\$?\s*[(\[\\{{]*\s*(?P<a>{VALUE})\s*,\s*(?P<b>{VALUE})"
)
_OPTIMIZER = re.compile(
    r"(?<![\w-])(AdamW|Adam|AdaMax|NAdam|RAdam|SGD|RMSprop|RMSProp|Adagrad|AdaGrad|Adadelta|AdaDelta|Adafactor|LAMB|LARS|L-BFGS|LBFGS|Lion|Muon|Shampoo|(?<!with )Nesterov|stochastic gradient descent)(?![\w-])"
)
_NOT_USED = re.compile(
    r"\b(?:tried|such as|instead of|rather than|unlike|like|should we use)\b[^.;]{0,25}$", re.IGNORECASE
)
_OPTIMIZES = re.compile(
    r"(?:\b(?:use[ds]?|using|employ\w*|with|via|trained|by|optimi[sz]\w+|choose|is)\s+(?:the\s+|an?\s+)?(?:\w+\s+){0,2}?)$|^\W*\Z",
    re.IGNORECASE,
)
_INDEX = frozenset(r"i j k t n x y z s r v u q m l \ell 0 1 f g p X Y P Q V".split())
_THEORY = re.compile(
    r"\b(?:proof|theorem|lemma|suppose|assume|if|whenever|corollary|proposition|then|when|recovers?|i\.e\.|e\.g\.|figure|table)\b",
    re.IGNORECASE,
)


def _of_sentence(sentence: Sentence, symbols: Mapping[str, str]) -> Iterator[Hyperparameter]:
    text = sentence.text
    if text.endswith("?") or (not re.search(r"\d|epoch|seed", text) and not _OPTIMIZER.search(text)):
        return
    taken: list[tuple[int, int]] = []
    for reader in (_betas, _named, _chains, _equations, _phrases, _counted):
        # Against the readers before it alone: one formula may set several symbols to one value.
        fresh = [f for f in reader(text, symbols) if not any(f[0] < end and start < f[1] for start, end in taken)]
        taken += [(start, end) for start, end, _, _ in fresh]
        for _, _, name, value in fresh:
            yield Hyperparameter(name=name, value=plain(value), quote=text[:LONGEST_QUOTE], span=sentence.span)
    for name in _optimizers(text):
        yield Hyperparameter(name="optimizer", value=name, quote=text[:LONGEST_QUOTE], span=sentence.span)


_Found = Iterator[tuple[int, int, str, str]]


def _betas(text: str, _: Mapping[str, str]) -> _Found:
    for found in _TUPLE.finditer(text):
        yield found.start("a"), found.end("a"), "Adam beta1", found.group("a")
        yield found.start("b"), found.end("b"), "Adam beta2", found.group("b")


def _of_another(found: re.Match[str], name: str, between: str, symbols: Mapping[str, str]) -> bool:
    """Tell whether `at $K = 3$` behind the name sets K, of which the glossary says that it is something else."""
    meaning = symbols.get(_bare(found.group("symbol") or ""), "")
    return bool(meaning and re.search(r"\bat\b", between) and name not in meaning and canonical(meaning) != name)


def _named(text: str, symbols: Mapping[str, str]) -> _Found:
    for found in _NAMED.finditer(text):
        name = canonical(found.group("name"))
        million = re.match(r"\s+(million|billion)\b", text[found.end() :])
        value = (
            found.group("value")
            + (found.group("unit") or "").strip()
            + ({"million": "M", "billion": "B"}[million.group(1)] if million else "")
        )
        between = text[found.end("name") : found.start("value")]
        if name is None or _not_a_setting(text, found, name, between) or _of_another(found, name, between, symbols):
            continue
        listed, sides = _LIST.match(text, found.end()), _SIDES.match(text, found.end())
        if sides:
            value = "×".join([plain(value), *(plain(v) for v in re.findall(VALUE, sides.group()))])
        elif listed:
            value = ", ".join([plain(value), *(plain(v) for v in re.findall(VALUE, listed.group()))])
        yield found.start(), found.end(), name, value
        if other := _FOR_ANOTHER.match(text, found.end()):
            yield other.start("value"), other.end(), name, other.group("value")


_FOR_ANOTHER = re.compile(
    rf"\$?\s+for\s(?:(?!\bfor\b)[^.;,$]){{2,60}}?(?:,|,?\s+and)\s+\$?(?P<value>(?>{VALUE}))\$?(?=\s+for\b)"
)
"""A second value of the same setting: `is 12 for the small model and 24 for the large one`."""
_SIDES = re.compile(rf"(?:\$?\s*(?:×|\\times|x)\s*\$?(?>{VALUE})(?![\w.]\w)){{1,2}}")
"""The other sides of a patch, kernel or image: `16 × 16`."""
_ONE = rf"\$?(?>{VALUE})\$?"
_LIST = re.compile(
    rf"\$?(?:\s*,\s*{_ONE})*+(?:\s*,?\s*(?:or|and)\s*{_ONE})?+(?=\s*(?:[.;)]|,\s+[A-Za-z]|$|\s(?:for|on|in|respectively)\b))"
)
"""The rest of a list of values that were tried: `1e-5, 3e-5 or 5e-5`."""
_LOOSE = frozenset(
    (
        "layers",
        "iterations",
        "epochs",
        "batch size",
        "attention heads",
        "seeds",
        "temperature",
        "momentum",
        "optimizer",
        "activation",
        "initialization",
        "learning rate schedule",
        "rank",
        "vocabulary size",
        "learning rate decay",
    )
)


_IN_WORDS = frozenset(("optimizer", "activation", "learning rate schedule"))
"""What has a name for its value, and never a number in running text."""


_STATED = re.compile(r"of|=|:|\bis|\bto|\bat|\bas|\bbe|\bare|\bwas|\bequal")
_DOES = r"(?:has |have |had )?(?:us(?:e[ds]?|ing)|set|train(?:s|ed)?|employ(?:s|ed)?|choose|chose|fix(?:ed)?|report(?:s|ed)?|need(?:s|ed)?|require[ds]?)"
_OF_OTHERS = re.compile(
    rf"\b(?:who|(?:prior|previous|earlier|existing) (?:works?|methods?|approaches|studies|papers)) {_DOES}\b(?:(?!\b(?:we|our)\b)[^.;])*$",
    re.IGNORECASE,
)
"""What others did: `in contrast to A et al., who used ...`, `prior work used ...`."""


def _not_a_setting(text: str, found: re.Match[str], name: str, between: str) -> bool:
    """Refuse what looks like a setting by accident: `layers 3 and 4`, `batch 2`, `epochs. 5 ...`, page and section numbers."""
    after = text[found.end() : found.end() + 14]
    if re.match(r"\s*(?:times|×|x\b|fold|points?|percent faster|papers)", after) and not _SIDES.match(
        text, found.end()
    ):
        return True
    if re.search(r"(?:Section|Sec|Table|Figure|Fig|Eq|Appendix|Algorithm)\S*\s*$", text[: found.start("value")]):
        return True
    year = re.fullmatch(r"(?:19|20)\d\d", found.group("value")) and not _STATED.search(between)
    if (year and name not in ("batch size", "hidden size")) or _OF_OTHERS.search(text[: found.start("value")]):
        return True
    if (
        name in _IN_WORDS
        or re.match(r"\s*/", after)
        or re.search(r"\b(?:for (?:example|instance)|suppose|imagine)\b", text, re.IGNORECASE)
    ):
        return True
    between = " of" if found.group("name").endswith("of size") else between
    if found.group("value") in ("0", "0.0") and name in SURE:
        return True  # `decays the learning rate to 0`
    bare = not _STATED.search(between)
    if bare and name in _LOOSE and not _said_without_a_verb(found):
        return True
    return bool(
        name in ("iterations", "layers", "epochs", "seeds", "attention heads")
        and "=" not in between
        and "of" not in between
        and ":" not in between
    )


def _said_without_a_verb(found: re.Match[str]) -> bool:
    """Tell `batch size 64` and `momentum 0.9`, which need no `of`, from `batch 2` and `layers 3 and 4`."""
    name, value = found.group("name").lower(), found.group("value")
    return (name.endswith("size") and value.isdecimal()) or (name.endswith("momentum") and value.startswith("0."))


def _equations(text: str, symbols: Mapping[str, str]) -> _Found:
    adam = re.search(r"\badam", text, re.IGNORECASE) is not None
    for found in _one_by_one(text):
        symbol = _bare(found.group("symbol"))
        name = SYMBOLS.get(symbol) or canonical(symbol.replace("\\_", " ").replace("_", " ").replace("\\", ""))
        if name is None and adam and symbol in (r"\epsilon", r"\varepsilon"):
            name = "Adam epsilon"
        if name is None:
            name = _by_words(text, found, symbol, symbols)
        if name:
            yield found.start("symbol"), found.end("value"), name, found.group("value") + (found.group("unit") or "")


def _one_by_one(text: str) -> Iterator[re.Match[str]]:
    for first in _EQUATION.finditer(text):
        found: re.Match[str] | None = first
        while found:
            yield found
            found = _NEXT.match(text, found.end())


_CHAIN = re.compile(rf"\$\s*(?P<chain>(?:[^$=<>,;]{{1,40}}=\s*){{2,4}})(?:\\!|\s)*(?P<value>{VALUE})\s*(?=[$,;)])")
"""Symbols that are set together: `$d_k = d_v = d / h = 64$`; one that is worked out is none."""


def _chains(text: str, symbols: Mapping[str, str]) -> _Found:
    if _THEORY.search(text) or not _SETTING.search(text):
        return
    for found in _CHAIN.finditer(text):
        for symbol in map(_bare, found.group("chain").split("=")):
            if re.fullmatch(r"(?:\\[A-Za-z]+|[A-Za-z])(?:_(?:\w|\{[^{}]{1,15}\}))?", symbol) and symbol not in _INDEX:
                name = SYMBOLS.get(symbol) or canonical(_meaning(symbol, symbols)) or symbol.replace("\\", "")
                yield found.start("value"), found.end("value"), name, found.group("value")


def _meaning(symbol: str, symbols: Mapping[str, str]) -> str:
    """Give what the glossary says of a symbol, without its article; empty where it says nothing."""
    return re.sub(r"^(?:the|an?|our)\s+", "", symbols.get(symbol, ""))


_PHRASES = (
    (rf"\blayers?,?\s+(?:each\s+)?(?:of|with)\s+(?:width|size)\s+\$?(?P<value>{VALUE})(?![\w,]|\s*(?:,|and)\s*\d)", "hidden size"),
    (rf"(?P<value>{VALUE}[kK]?)[\s-]+(?:(?:shared|joint|BPE|byte-pair|word-?piece|sub-?word|sentence-?piece|token|word)[\s-]+){{1,2}}vocabulary", "vocabulary size"),
    (rf"\bbatch(?:es)?\b[^.;\d]{{0,70}}?\$?(?P<value>{VALUE}[kK]?)\$?\s+(?:source\s+|target\s+)?tokens", "batch size in tokens"),
    (r"\b(?P<value>single)\s+hidden\s+layer\b", "hidden layers"),
)  # fmt: skip
_PHRASE = tuple((re.compile(pattern, re.IGNORECASE), name) for pattern, name in _PHRASES)


def _phrases(text: str, _: Mapping[str, str]) -> _Found:
    """Read what has a name only by the words around the value."""
    if not _SETTING.search(text):
        return
    for pattern, name in _PHRASE:
        for found in pattern.finditer(text):
            value = found.group("value")
            yield found.start("value"), found.end("value"), name, "1" if value == "single" else value


def _bare(symbol: str) -> str:
    r"""Give a symbol without commands for its face: `\text{lr}` is `lr`."""
    symbol = re.sub(r"\{(\\[A-Za-z]+)\}", r"\1", symbol)  # LaTeXML's `{\beta}_{1}`
    face = re.sub(r"\\(?:text|mathrm|mathit|textit|operatorname|texttt|textrm)\s*\{([^{}]*)\}", r"\1", symbol)
    return face.replace("\\!", "").strip().strip("() ")


def _by_words(text: str, found: re.Match[str], symbol: str, symbols: Mapping[str, str]) -> str | None:
    """Name a symbol by the words around it, by the glossary, or by itself; None where the sentence sets nothing."""
    if _THEORY.search(text) or (not _SETTING.search(text) and not re.search(r"\bis\s*$", text[: found.start()])):
        return None
    if len(symbol) > 20 or re.search(r"[()+|:]|\\(?:frac|sum|in\b|rm\b)", symbol) or _RESULT.search(symbol):
        return None
    after = _COUNTS.match(text[found.end() : found.end() + 50])
    if after:
        noun = (after.group("also") or after.group("noun")).lower()
        return canonical(noun) or f"number of {noun}"
    words = _noun_before(text[: found.start()])
    if words:
        return None if _RESULT.search(words) else canonical(words) or words.lower()
    meaning = _meaning(symbol, symbols)
    if meaning and len(meaning.split()) <= 4 and not _RESULT.search(meaning):
        return canonical(meaning) or meaning
    sets = re.search(
        r"\b(?:use[ds]?|using|set|fix(?:ed)?|chose|choose|default|runs?|hyper-?parameters?)\b", text, re.IGNORECASE
    )
    return None if symbol in _INDEX or "^" in symbol or not sets else symbol.replace("\\", "")


_RESULT = re.compile(
    r"rmse|accura|error|data ?sets?$|index|indices|\bloss|result|score|fit\b|auc|bleu|r\^2|performance|samples?$|p-value|\bp\b",
    re.IGNORECASE,
)
_COUNTS = re.compile(
    r"\$\s+(?:[a-z-]+\s+){0,2}?(?P<noun>layers|heads|epochs|iterations|steps|experts|clusters|components|seeds|filters|blocks|neighbou?rs|trees|workers|actors|units|arms|agents|particles|bins|prototypes|centroids|shots|folds|hops|neurons)\b(?:,\s+or\s+(?P<also>heads|layers|blocks|units)\b)?"
)


def _noun_before(text: str) -> str:
    """Give the noun right before a formula: `the decay is $..$`, `with block length $..$`; empty where there is none."""
    tail = re.sub(
        r"\s+(?:is|of|to|as|was|are|=|value|values|set|equal|size of)(?:\s+(?:of|to|set to|value))?\s*$",
        "",
        text.rstrip().removesuffix("(").rstrip(),
    )
    words = re.findall(r"[A-Za-z-]+|\S", tail[-80:])
    noun: list[str] = []
    for word in reversed(words):
        if not re.fullmatch(r"[A-Za-z][A-Za-z-]+", word) or word.lower() in _WEAK or word.endswith("ly"):
            break
        noun.insert(0, word)
    clean = 1 <= len(noun) <= 3 and not re.search(r"(?:ing|ed)$", noun[-1]) and len(noun[-1]) > 2
    return " ".join(noun) if clean else ""


_WEAK = frozenset(
    "parameter employ employs stack over have has use uses used set with and for the a an is are of to at runs all we our by where let take than fix choose default from in on at "
    "which that it its they this these those there when then so if each every some any corresponding respective contains consists include includes has".split()
)


def _counted(text: str, _: Mapping[str, str]) -> _Found:
    if not (_SETTING.search(text) or _NAMED.search(text)):
        return
    named = {found.end() for found in _NAMED.finditer(text)}
    for found in _COUNTED.finditer(text):
        name = _COUNT_NAMES.get(found.group("name").lower(), found.group("name").lower())
        value = WORDS.get(found.group("value").lower(), found.group("value")) + (found.group("unit") or "")
        whole = text[max(0, found.start() - 25) : found.end()]
        warms = _WARMING.search(text[: found.start()])
        listed = _UP_TO.search(text[: found.start()])
        others = _OF_OTHERS.search(text[: found.start()]) or (not warms and _RELATIVE.search(whole))
        if others or (listed and listed.end("last") not in named) or value == "1" or value.startswith("-"):
            continue
        if warms or "warm" in found.group().lower():
            name = "warmup epochs" if "epoch" in found.group().lower() else "warmup steps"
        yield found.start(), found.end(), name, value


_WARMING = re.compile(
    r"\bwarm(?:s|ed|ing)?[ -]?(?:up)?(?:\s+(?:of|for|over|in|during|the|first|an?|initial|period|phase|stage|linearly|learning|rate|up)){1,6}\s+\$?$",
    re.IGNORECASE,
)
"""The number counts what the warm-up takes: `a warm-up of 5000 steps`, `warmed up over the first 500 steps`."""
_RELATIVE = re.compile(
    r"\b(?:every|each|per|after|than|first|last|at|fewer|more|previous)\s+(?:the\s+)?(?:first\s+|last\s+)?\$?[\d.,kKM]+\$?\s"
)


_UP_TO = re.compile(rf"(?P<last>\d|\b(?:{'|'.join(WORDS)}))\$?\s*(?:to|-|–|and|or|,)\s*\$?$", re.IGNORECASE)
"""The number is the end of a range or a list: `for 1 to 4 epochs`; what comes before it may have a name of its own."""


def _optimizers(text: str) -> Iterator[str]:
    """Name the optimizer where the sentence says that it is used, not where it is only spoken of."""
    for found in _OPTIMIZER.finditer(text):
        before, after = text[max(0, found.start() - 40) : found.start()], text[found.end() : found.end() + 15]
        if _NOT_USED.search(before):
            continue
        uses = _OPTIMIZES.search(before) is not None and re.search(
            r"\b(?:use[ds]?|using|employ\w*|train\w*|optimi[sz]\w+|via)\b", text, re.IGNORECASE
        )
        if uses or re.match(r"\s+optimi[sz]er", after):
            yield found.group(1)
