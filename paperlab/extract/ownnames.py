"""Names of data sets and metrics that no lexicon holds, from what the text and the tables of a paper say of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from paperlab.extract.numbers import WORDS
from paperlab.records.extracted import Table

_NAME = r"(?:[A-Z][A-Za-z0-9]*(?:[-/+.][A-Za-z0-9]+)*|\d+[A-Z][A-Za-z]*)"
_NAMES = rf"{_NAME}(?:\s(?:{_NAME}|v?\d+(?:\.\d+)?)){{0,3}}"
_LIST = rf"{_NAMES}(?:,\s{_NAMES}){{0,9}}(?:,?\s(?:and|or)\s{_NAMES})?"
_SET = r"(?:data\s?-?set|benchmark|corpus|database|cohort)"
_SETS = r"(?:data\s?-?sets?|benchmarks?|corpus|corpora|databases?|cohorts?)"
_UNITS = (
    r"(?:images?|videos?|clips|frames|scenes|photos|recordings|utterances|hours|songs|sentences|documents|articles|abstracts|tweets|reviews|posts|"
    r"questions|dialogues|conversations|pairs|triples|triplets|samples|examples|instances|records|graphs|nodes|molecules|proteins|trajectories|episodes|"
    r"patients|subjects|participants|scans|annotations|categories|classes|tasks|problems|speakers|users|ratings|interactions|cases)"
)
_ABOUT = r"(?:(?:about|around|approximately|roughly|over|nearly|more than|a total of|up to)\s){0,2}"
_CALLED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:\b(?:[Tt]he|[Oo]ur|[Oo]n|and|called|new)|,)\s(?:(?!(?:and|or|on|of|with|for)\s)[a-z][a-z-]+\s){{0,2}}(?P<names>{_NAMES}(?:(?:,\s{_NAMES}){{0,4}},?\sand\s{_NAMES}(?=\s{_SETS}\b)|(?:\s\([^()]{{2,60}}\))?(?=\s{_SET}\b)))",
        rf"\((?P<names>{_NAME})\)\s(?:[a-z]+\s)?{_SET}\b",
        rf"\b(?:data\s?-?sets|benchmarks|corpora|databases)(?:,?\s(?:such as|like|including|namely|i\.e\.,?|e\.g\.,?)\s|:\s|\s\((?:e\.g\.,?\s|i\.e\.,?\s|namely\s)?)(?:the\s)?(?P<names>{_LIST})",
        rf"(?:^|[.!?:]\s|,\s)(?:The\s)?(?P<names>{_NAMES})\s(?:is|was)\s(?:introduced as\s|released as\s)?(?:an?|the|our|one of the)\s(?:(?!(?:on|for|with|by|in|to|from|of|trained|that|which)\s)[\w-]+\s){{0,6}}?(?:data\s?-?set|benchmark|corpus|collection of|archive|database)\b",
        rf"(?:^|[.!?:]\s)(?:The\s)?(?P<names>{_NAMES})(?:\s{_SETS})?\s(?:contains?|contained|consists? of|comprises?|includes?|provides)\s{_ABOUT}\$?\d[\d.,]*\$?\s?[KMB]?\s(?:(?!(?:and|with|of|in)\s)[A-Za-z-]+\s){{0,4}}?{_UNITS}\b",
    )
)
"""Phrases in which a name is that of a data set: `the BIGANN data set`, `corpora such as A and B`, `A is a corpus`, `A contains 500 images`."""
_MENTIONED = re.compile(r"data ?-?set|benchmark|corpus|corpora|database|cohort|collection of|archive")
"""Most passages speak of none, and need only be asked what contains so many images."""
_NO_SET = re.compile(
    r"(?:English|German|French|Chinese|Spanish|Russian|Arabic|Japanese|Web|Internet|Training|Train|Test|Validation|Synthetic|Real|Public|Large|Standard|Original|"
    r"Each|Every|Table|Tables|Figure|Section|Appendix|Algorithm|Theorem|Here|There|Its|They|These|Those|Most|Some|Other|One|Two|Three|In|On|For|As|We|It|"
    r"I|A|An|The|Our|This|Both|All|Average|Avg|Mean|Median|Overall|Total|Size|Source|Model|Method|Dataset|Data|Name|Statistics|Number|Dev|Val|Valid|Other|Ours|Year|Ref|Small|Medium|High|Low|Random|Expert|Easy|Hard)\b\.?"
)
_HEAD = re.compile(r"(?:data\s?-?sets?|corpus|corpora|benchmarks?|databases?)(?:\sname)?s?", re.IGNORECASE)
_COUNTED = re.compile(
    r"(?:(?:statistics|overview|summary|list|description|details|comparison|properties|characteristics)\s(?:of|for|on)\s(?:[\w-]+\s){0,5}?(?:data\s?-?sets|corpora|benchmarks|databases)|"
    r"data\s?-?sets?\s(?:statistics|overview|details|summary|description))\b|"
    r"^(?:(?!(?:on|for|across|of|with|in|to|per|by|our|the)\s)[\w-]+\s){1,5}data\s?-?sets?\.?$",
    re.IGNORECASE,
)
_MARKS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|[*†‡§$]|\^\S+")
_CELL = re.compile(rf"{_NAMES}")
_LETTER = re.compile(r"[A-Za-z]")


def own_datasets(text: str) -> Iterator[str]:
    """Give what a text itself calls a data set, under a name with a capital.

    >>> list(own_datasets("We use the Bakery data set, and corpora such as Mill and Oven-2."))
    ['Bakery', 'Mill', 'Oven-2']
    """
    for pattern in _CALLED if _MENTIONED.search(text) else _CALLED[-1:]:
        for found in pattern.finditer(text):
            yield from filter(_is_set, _items(_MARKS.sub("", found["names"]).strip()))


def _items(names: str) -> list[str]:
    return re.split(r",?\s(?:and|or)\s|,\s", names)


_BESIDE = re.compile(
    rf"\b(?:on|from|across|over|of|datasets)\s(?P<names>{_NAMES}(?:,\s{_NAMES}){{0,9}},?\s(?:and|or)\s{_NAMES})"
)
_NO_DATA = re.compile(r"(?i:net)(?:-?\d+)?$|BERT|BART|ROUGE|GPT|ViT|LSTM|CNN|MLP|Adam|SGD|LLaMA|Transformer|GPU|TPU")


def beside_known(text: str, known: Callable[[str], object]) -> Iterator[str]:
    """Give the names in a list at least half of which are known data sets, and most of three or more: `from LibriSpeech and AMI`."""
    for found in _BESIDE.finditer(text):
        items = _items(found["names"])
        strange = [name for name in items if not known(name)]
        if 0 < len(strange) < len(items) / 2 or (len(items) == 2 and len(strange) == 1):
            yield from (name for name in strange if _is_set(name) and not _NO_DATA.search(name))


_TITLE = re.compile(r"[A-Z][\w+-]*[A-Z0-9][\w+-]*(?:\s[\w+-]+)?")
_SUBJECT = re.compile(rf"(?:^|[.!?]\s)(?:The|This) {_SET}\b")


def titled_dataset(title: str, text: str) -> Iterator[str]:
    """Give the name in the title of a section whose text goes on with `The data set ...`."""
    if _TITLE.fullmatch(title) and _is_set(title) and _SUBJECT.search(text):
        yield title


def _is_set(name: str) -> bool:
    return len(name) > 2 and not _NO_SET.match(name)


def listed_datasets(tables: Iterable[Table]) -> Iterator[str]:
    """Give the names in the column `Dataset` of a table, or in the first one of a table whose caption says that it counts data sets."""
    for table in tables:
        column = _column(table)
        if column is None:
            continue
        for row in (r for r in table.rows[table.header_rows :] if len(set(r)) > 1):
            cell = _MARKS.sub("", "".join(row[column : column + 1])).strip()
            if _CELL.fullmatch(cell) and len(_LETTER.findall(cell)) > 1 and _is_set(cell):
                yield cell


def _column(table: Table) -> int | None:
    """Give the column in which a table names data sets."""
    for row in table.rows[: table.header_rows]:
        for at, cell in enumerate(row):
            if _HEAD.fullmatch(cell.strip()):
                return at
    return 0 if table.rows and table.header_rows and _COUNTED.search(table.caption) else None


_ACROSS = re.compile(
    rf"\b(?:{'|'.join([*WORDS][2:])}|\d+|multiple|several|various|different|all)\s(?:[\w-]+\s){{0,4}}?(?:data\s?-?sets|benchmarks?(?:\ssettings)?|corpora)\b",
    re.IGNORECASE,
)
_HEADED = re.compile(r"[A-Z][\w+.-]*[A-Z0-9][\w+.-]*")


def headed_datasets(tables: Iterable[Table], is_other: Callable[[str], object]) -> Iterator[str]:
    """Give the names at the head of the columns of a table whose caption tells of results on so many data sets.

    Args:
        tables: those of the paper.
        is_other: tells of a head that it names something else, as a metric or a model does; its row names no data sets then.
    """
    for table in tables:
        for row in table.rows[: table.header_rows] if _ACROSS.search(table.caption) else ():
            heads = [*dict.fromkeys(re.sub(r"-\s+", "-", _MARKS.sub("", cell)).strip() for cell in row[1:])]
            names = [head for head in heads if _HEADED.fullmatch(head) and _is_set(head) and not _NO_DATA.search(head)]
            if len(names) > 2 and 2 * len(names) > len(heads) and not any(is_other(head) for head in heads):
                yield from names


_MEASURES = (
    r"(?:errors?|scores?|rates?|accurac(?:y|ies)|precision|recall|distances?|divergences?|ind(?:ex|ices)|coefficients?|ratios?|similarit(?:y|ies)|correlations?|length|"
    r"quality|deviations?|gain|coverage|discrepancy|agreement|fidelity|perplexity|likelihood|returns?|regret|curve|union|squares?|information|alignment|bound|operations|"
    r"rank|opinion|precisions)"
)
_MEASURE = re.compile(rf"{_MEASURES}$|\bper\b|\b(?:distance|area|fraction|proportion|number)\s(?:to|under|of)\b", re.IGNORECASE)  # fmt: skip
_KNOB = re.compile(r"\b(?:learning|dropout|decay|sampling|growth|step|data|frame|bit|sample|compression|warm-?up)\srates?$|\b(?:sequence|context|path|wave) ?length$")  # fmt: skip
_MEASURED = re.compile(
    r"\b(?:metrics?|measur\w+|evaluat\w+|report\w*|assess\w*|quantif\w+|comput\w+ the|performance)\b", re.IGNORECASE
)
_METRICS = re.compile(
    r"\b(?:metrics|measures)\b[^.;:()]{0,60}?(?:,\s|:\s|\s\(|\s)(?:i\.e\.,?|namely|such as|including|are|like)?\s?(?P<names>[A-Z][A-Za-z0-9@-]{1,9}(?:,\s[A-Z][A-Za-z0-9@-]{1,9})*,?\s(?:and|or)\s[A-Z][A-Za-z0-9@-]{1,9})\b"
)
_SHORT = re.compile(r"[A-Za-z0-9@-]*[A-Z][A-Za-z0-9@-]*[A-Z0-9@][A-Za-z0-9@-]*")


def is_measure(long: str) -> bool:
    """Tell whether a long form says of a short one that it is measured.

    >>> is_measure("word error rate"), is_measure("prioritized experience replay"), is_measure("learning rate")
    (True, False, False)
    """
    return _MEASURE.search(long) is not None and _KNOB.search(long) is None


def own_metrics(text: str, written: Mapping[str, str]) -> Iterator[str]:
    """Give the metrics that a text lists or writes out where it speaks of measuring.

    Args:
        text: a sentence, and what it stands under.
        written: short form -> long form, as the sentence defines them.

    >>> list(own_metrics("We report the mean crust error (MCE) on them.", {"MCE": "mean crust error"}))
    ['MCE']
    """
    told = _MEASURED.search(text) is not None
    yield from (short if len(short) > 2 else long for short, long in written.items() if told and is_measure(long))
    listed = chain.from_iterable(re.split(r",?\s(?:and|or)\s|,\s", m["names"]) for m in _METRICS.finditer(text))
    yield from (name for name in listed if _SHORT.fullmatch(name))
