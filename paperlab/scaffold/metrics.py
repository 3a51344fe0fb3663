"""What a claim's number measures and which way is better: by the heads of its column, or the words of its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from paperlab.records.extracted import Table
from paperlab.scaffold.names import ascii_words
from paperlab.scaffold.readable import readable


def metric_directions() -> Mapping[str, Way]:
    """Give metric name -> its direction, longest name first (template/metrics.txt)."""
    text = resources.files("paperlab.scaffold").joinpath("template", "metrics.txt").read_text(encoding="utf-8")
    rows = [re.fullmatch(r"(.+?) (higher|lower)( heads)?", row) for row in text.splitlines()]
    ways = {m[1]: Way(direction=m[2], anywhere=m[3] is None) for m in rows if m}
    return dict(sorted(ways.items(), key=lambda pair: -len(pair[0])))


@dataclass(frozen=True, slots=True)
class Way:
    """Which way a metric is better, and whether its name means the metric in a sentence too."""

    direction: str
    anywhere: bool


def metric_in(texts: Sequence[str], words: Mapping[str, Way], *, prose: bool = False) -> tuple[str, str]:
    """Give the first metric that a text names, and its direction; ("", "higher") where none does."""
    for text in texts:
        plain = f" {' '.join(ascii_words(text[:600]))} "
        for name, way in words.items():
            # A name with a capital is an abbreviation: mAP is no map.
            where = plain if name != name.lower() else plain.lower()
            if (way.anywhere or not prose) and (f" {name} " in where or f" {name}s " in where):
                return name.lower(), way.direction
    return "", "higher"


def metric_beside(text: str, number: str, words: Mapping[str, Way]) -> tuple[str, str]:
    """Give the metric that stands nearest to a number in its sentence, and its direction.

    What is set equal to the number (`fit = 99.5 %`, `a fit index of 99.5 %`) is what it measures, be it in the list or not.
    """
    at = text.find(number)
    if at < 0:
        return metric_in([text], words, prose=True)
    equal = _EQUAL.search(readable(text[max(0, at - 200) : at]))
    if equal:
        metric, way = metric_in([equal[0]], words, prose=True)
        return (metric, way) if metric else ((equal[1] or equal[2]).lower(), "higher")
    said = said_of(text, number, words)
    if said:
        return said
    near = sorted(_distances(text, at, at + len(number), words))
    return (near[0][2].lower(), words[near[0][2]].direction) if near else ("", "higher")


def said_of(text: str, number: str, words: Mapping[str, Way]) -> tuple[str, str] | None:
    """Give what a sentence says that a number is of: `reduces the failure rate from 9% to 4%`, `1.5 times fewer rounds`.

    What the list does not know keeps the paper's words, none for a pronoun; which way is better follows from the numbers,
    or from the verb. None: the sentence says nothing of the kind.
    """
    for found in (*_FEWER.finditer(text), *_MOVED.finditer(text)):
        if number in found.group("a", "b"):
            thing = _DETERMINERS.sub("", readable(found["thing"]).strip()).lower()
            metric, way = metric_in([thing], words, prose=True)
            if metric or found["verb"] not in _MORE:
                return (metric, way) if metric else (thing if re.search(r"[a-z]{3}", thing) else "", _moved_way(found))
    return _of_unit(text, number)


def _moved_way(found: re.Match[str]) -> str:
    groups = found.groupdict()
    before, after = number_of(groups.get("a0") or ""), number_of(found["a"] or "")
    if before is not None and after is not None:
        return "lower" if after < before else "higher"
    return "lower" if _LESS.match(found["verb"]) or groups.get("to") in ("below", "under") else "higher"


def _of_unit(text: str, number: str) -> tuple[str, str] | None:
    """Give time for a number of seconds, speedup for a factor of being faster; None for others."""
    before, _, after = text.partition(number)
    if _FASTER.match(after) or re.search(r"\b(?:speed-?ups?|acceleration)\s(?:of\s)?(?:up to\s)?$", before):
        return "speedup", "higher"
    named = _TIMES.search(text)
    return (named[0].lower() if named else "time", "lower") if _TIME.match(after) else None


_FASTER = re.compile(
    r"(?:\s?[×xX]|\s?times|-fold)?(?:\s?(?:[-–]|to)\s?[\d.]+)?(?:\s?[×xX]|\s?times|-fold)\s(?:average )?(?:faster|speed-?up|acceleration)"
)
_TIME = re.compile(r"\s?(?:ms|milliseconds?|s|secs?|seconds?|min(?:ute)?s?|h(?:our)?s?)\b(?! of)")
_TIMES = re.compile(r"\b(?:training|inference|running|wall clock) time\b|\blatency\b|\bruntime\b", re.IGNORECASE)
_NUM = r"[-+−]?[\d.,]*\d"
_TO = r"(?:%|pp|x|×|[a-zA-Z]{1,3})?"
_THING = r"(?P<thing>(?:[A-Za-z][\w@/–-]*\s){0,4}?[A-Za-z][\w@/–-]*(?:\s\$[^$]{1,20}\$)?)"
_MOVED = re.compile(
    rf"\b(?P<verb>reduc|lower|cut|decreas|shr[iau]nk|halv|drop|rais|increas|improv|boost|lift|enhanc|brings?|drives?|took|takes?)[a-z]*\s{_THING}\s"
    rf"(?:from\s(?P<a0>{_NUM})\s?{_TO}(?:[-–]{_NUM}\s?{_TO})?\s(?:down |up )?to\s(?:about |around |under |below |over |above |only |just |roughly )?(?P<a>{_NUM})|"
    rf"(?P<to>by|to|below|under)\s(?:about |around |under |below |over |above |only |up to |roughly )?(?P<b>{_NUM}))"
)
"""What a verb moves: `reduces the number of calls by 50.7%`, `raised unanimity from 66% to 98%`."""
_FEWER = re.compile(
    rf"(?P<a>{_NUM})(?:\s?(?:[-–]|to)\s?(?P<b>{_NUM}))?\s?(?:%|×|x|X|times|-fold)\s(?:[a-z]+\s)?(?P<verb>fewer|less|lower|smaller|shorter|more|higher|larger|greater)\s(?P<thing>(?!than\b|and\b|or\b|but\b)[a-z][\w-]*(?:\s(?!than\b|of\b|on\b|in\b|for\b|and\b|at\b|with\b|over\b|to\b|while\b)[a-z][\w-]*){{0,2}})"
)
_LESS = re.compile(r"reduc|lower|cut|decreas|shr|halv|drop|fewer|less|smaller|shorter")
_MORE = ("more", "higher", "larger", "greater")
"""What there is more of is no metric, unless it is known as one: `70% more articles`."""
_DETERMINERS = re.compile(r"^(?:(?:the|a|an|its|their|our|average|mean|overall|both|total)\s)+", re.IGNORECASE)


def _distances(text: str, begin: int, end: int, words: Mapping[str, Way]) -> Iterator[tuple[int, int, str]]:
    """Give each metric named in a text with its distance from a place there, and minus its length."""
    for name in (n for n, way in words.items() if way.anywhere):
        parts = r"[^A-Za-z0-9]+".join(map(re.escape, name.split()))
        flags = re.IGNORECASE if name == name.lower() else re.NOFLAG
        for found in re.finditer(rf"(?<![A-Za-z0-9]){parts}s?(?![A-Za-z0-9])", text, flags):
            yield max(begin - found.end(), found.start() - end), -len(name), name


_EQUAL = re.compile(
    r"([A-Za-z][A-Za-z-]{1,20})\s*[=≈]\s*$|([A-Za-z][A-Za-z-]{1,20} (?:index|score|rate|ratio|coefficient)) of\s*$"
)


def metric_of_cell(
    table: Table, row: int, column: int, heads: Sequence[str], sentence: str, words: Mapping[str, Way]
) -> tuple[str, str]:
    """Give a cell's metric and direction: an arrow or a name in its heads; else what the column itself shows.

    What only a caption or a sentence names counts where the paper's own best cell does not speak against it, and where no
    other column of the table is headed by it. A common word (`memory`) counts in the lowest head, not in one above several.
    """
    above, lowest = heads[:-2], heads[-2:]
    metric, way = metric_in(above, words, prose=True)
    if not metric:
        metric, way = metric_in(lowest, words)
    arrow = re.search(r"↑|↓|\\(?:up|down)arrow", " ".join(heads))
    if arrow:
        return metric or _head_name(table, row, column), "higher" if arrow[0] in ("↑", r"\uparrow") else "lower"
    told = _told(table, row, column)
    if metric or told:
        return metric or _head_name(table, row, column), told or way
    shown = dict(zip(table.best, table.directions, strict=False)).get((row, column), "")
    metric, way = metric_in([table.caption, sentence], words, prose=True)
    return (metric, way) if shown in ("", way) and not _heads_another(table, column, words) else ("", shown or "higher")


def _told(table: Table, row: int, column: int) -> str:
    """Give the direction that an arrow or the caption says of a cell's column, else of its row."""
    columns, rows = table.column_directions, table.row_directions
    return (columns[column] if column < len(columns) else "") or (rows[row] if row < len(rows) else "")


def _head_name(table: Table, row: int, column: int) -> str:
    """Give the column's own head as the metric's name, where an arrow says that it is one: `false/min` of `False/min ↓`."""
    heads = [table.rows[r][column] for r in range(min(table.header_rows, row)) if column < len(table.rows[r])]
    name = re.sub(r"[↑↓$]|\\(?:up|down)arrow", " ", readable(heads[-1][:400])) if heads else ""
    return " ".join(name.split())[:40].lower() if re.search(r"[A-Za-z]{3}", name) else ""


def _heads_another(table: Table, column: int, words: Mapping[str, Way]) -> bool:
    """Tell whether a metric that the caption names has its own column beside this one: the caption is not about this one then."""
    texts = (cell for row in table.rows[: table.header_rows] for k, cell in enumerate(row) if k != column)
    named = {metric_in([text], words, prose=True)[0] for text in texts} - {""}
    said = set(ascii_words(table.caption[:600].lower()))
    return any(said >= set(name.split()) or (name == "acc" and "accuracy" in said) for name in named)


def number_of(text: str) -> float | None:
    r"""Give the first number of a cell (`91.2 +- 0.3`, `1.2e-3`, `1,234`, `3.3 \cdot 10^{18}`); None where there is none."""
    match = _NUMBER.search(text[:200])
    if match is None:
        return None
    power = (match["power"] or "").strip("{} ").replace("−", "-")
    try:
        return float(match["plain"].replace("−", "-").replace(",", "") + (f"e{power}" if power else ""))
    except ValueError:  # digits outside ASCII that float() does not read together
        return None


_NUMBER = re.compile(
    r"(?P<plain>[-−]?(?:\d[\d,]{0,20}(?:\.\d{1,20})?|\.\d{1,20})(?:[eE][-+]?\d{1,2})?)"
    r"(?:\s*(?:\\cdot|\\times|×|·)\s*10\s*\^\s*(?P<power>\d|\{\s*[-−+]?\d{1,3}\s*\}))?"
)
