"""What share of a paper's facts an extraction has, and what share of what it has is a fact: recall and precision.

A truth file (tests/extract/truth/<id>.json) was written by hand before its paper was extracted; formulas, cells and
lines stand in it as hashes (tests/support/facts.py).
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.facts import digest, formula, words

Facts = Mapping[str, Any]


def paper_at(source: Path) -> Any:
    """Extract a folder, or an archive as it came from arXiv."""
    from paperlab.arxiv import unpack
    from paperlab.extract import extract

    with tempfile.TemporaryDirectory() as cache:
        return extract(unpack(source, Path(cache)).root if source.is_file() else source)


def extracted(source: Path) -> Facts:
    """Give the JSON of what is extracted there."""
    given: Facts = paper_at(source).to_json()
    return given


class Score(NamedTuple):
    """Counts: right, ours that is wrong, and truth that is missing."""

    right: int = 0
    wrong: int = 0
    missing: int = 0

    @property
    def recall(self) -> float:
        """Share of the truth that was found; 1 where there is none."""
        return self.right / (self.right + self.missing) if self.right + self.missing else 1.0

    @property
    def precision(self) -> float:
        """Share of what was found that is true; 1 where nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    def plus(self, other: Score) -> Score:
        """Add up."""
        return Score(*(a + b for a, b in zip(self, other, strict=True)))


def bags(ours: Iterable[Hashable], truth: Iterable[Hashable]) -> Score:
    """Compare two bags.

    >>> bags("aab", "abc")
    Score(right=2, wrong=1, missing=1)
    """
    mine, true = Counter(ours), Counter(truth)
    right = sum((mine & true).values())
    return Score(right, sum(mine.values()) - right, sum(true.values()) - right)


def _numbers(kind: str) -> Callable[[Facts, Facts], Score]:
    return lambda ours, truth: bags(
        (x["number"] for x in ours[kind] if x["number"]), (x["number"] for x in truth[kind] if x["number"])
    )


def equations(ours: Facts, truth: Facts) -> Score:
    """Compare what the displayed formulas say."""
    return bags((digest(formula(e["tex"])) for e in ours["equations"]), (e["sha"] for e in truth["equations"]))


def labels(ours: Facts, truth: Facts) -> Score:
    """Compare the labels of formulas and tables with the numbers that they print."""
    found = [
        {(x["label"], x["number"]) for k in ("equations", "tables") for x in side[k] if x["label"]}
        for side in (ours, truth)
    ]
    return bags(*found)


def sections(ours: Facts, truth: Facts) -> Score:
    """Compare levels and numbers of headings."""
    return bags(((s["level"], s["number"]) for s in ours["sections"]), ((s[0], s[1]) for s in truth["sections"]))


def _side_by_side(ours: Sequence[Any], truth: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Give pairs of the same number; what has none stands beside the next that has none."""
    loose = [x for x in ours if x["number"] is None]
    numbered = {x["number"]: x for x in reversed(ours) if x["number"] is not None}
    pairs = [(numbered.pop(t["number"], None) if t["number"] else loose.pop(0) if loose else None, t) for t in truth]
    return pairs + [(x, None) for x in [*numbered.values(), *loose]]


def cells(ours: Facts, truth: Facts) -> Score:
    """Compare the cells of tables, place by place."""
    total = Score()
    for mine, true in _side_by_side(ours["tables"], truth["tables"]):
        a = {
            (r, c, digest(words(text)))
            for r, row in enumerate(mine["rows"] if mine else ())
            for c, text in enumerate(row)
        }
        b = {(r, c, sha) for r, row in enumerate(true["rows"] if true else ()) for c, sha in enumerate(row)}
        total = total.plus(bags(a, b))
    return total


def header_rows(ours: Facts, truth: Facts) -> Score:
    """Compare how many rows are heads."""
    pairs = _side_by_side(ours["tables"], truth["tables"])
    same = sum(bool(m and t and m["header_rows"] == t["header_rows"]) for m, t in pairs)
    return Score(same, len(ours["tables"]) - same, len(truth["tables"]) - same)


def best(ours: Facts, truth: Facts) -> Score:
    """Compare the cells that authors marked."""
    marked = [{(t["number"], *cell) for t in side["tables"] for cell in t["best"]} for side in (ours, truth)]
    return bags(*marked)


def algorithm_lines(ours: Facts, truth: Facts) -> Score:
    """Compare lines of pseudocode in their order: how far each is set in, and what it says."""
    total = Score()
    for mine, true in _side_by_side(ours["algorithms"], truth["algorithms"]):
        a = _lines(mine) if mine else []
        b = [(indent, sha) for indent, _, sha in (true["lines"] if true else ())]
        same = sum(block.size for block in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks())
        total = total.plus(Score(same, len(a) - same, len(b) - same))
    return total


def _lines(algorithm: Facts) -> list[tuple[int, str]]:
    """Give each line as it is printed: what goes in first, what comes out last."""
    told = [(0, text) for text in algorithm["inputs"]]
    told += [(line["indent"], line["text"]) for line in algorithm["lines"]]
    return [(indent, digest(words(text))) for indent, text in told + [(0, text) for text in algorithm["outputs"]]]


def references(ours: Facts, truth: Facts) -> Score:
    """Compare the keys of the bibliography."""
    return bags((r["key"] for r in ours["references"]), (r[0] for r in truth["references"]))


def arxiv_ids(ours: Facts, truth: Facts) -> Score:
    """Compare the arXiv ids of references."""
    return bags(
        ((r["key"], r["arxiv_id"]) for r in ours["references"] if r["arxiv_id"]),
        ((r[0], r[2]) for r in truth["references"] if r[2]),
    )


def main_file(ours: Facts, truth: Facts) -> Score:
    """Compare the main file."""
    return bags([ours["source"]["main_file"]], [truth["main"]])


def _pairs(
    ours: Sequence[Any], truth: Sequence[Any], alike: Callable[[Any, Any], bool]
) -> tuple[list[tuple[Any, Any]], list[Any]]:
    """Pair each true item with the first of ours that is alike and free, or None; give those that stay free too."""
    free = list(ours)
    pairs = []
    for item in truth:
        found = next((mine for mine in free if alike(mine, item)), None)
        if found is not None:
            free.remove(found)
        pairs.append((found, item))
    return pairs, free


def _paired(ours: Sequence[Any], truth: Sequence[Any], alike: Callable[[Any, Any], bool]) -> Score:
    pairs, free = _pairs(ours, truth, alike)
    right = sum(mine is not None for mine, _ in pairs)
    return Score(right, len(free), len(truth) - right)


_NAMES = "zero one two three four five six seven eight nine ten eleven twelve".split()
_SMALL = {name: str(number) for number, name in enumerate(_NAMES)} | {"single": "1"}
_POWER = re.compile(r"(-?[\d.]*)(?:\\times|\\cdot|×)?10\^\{?(-?\d+)\}?")
_THOUSANDS = {"k": 1e3, "m": 1e6}


def value(text: str) -> str:
    r"""Give a value in one spelling.

    >>> value(r"$2\cdot 10^{-3}$"), value("2e-3"), value("100K"), value("100,000"), value("two"), value("Adam"), value("3 x 3"), value(r"\frac{1}{3}")
    ('0.002', '0.002', '100000', '100000', '2', 'adam', '3×3', '1/3')
    """
    text = re.sub(r"(?<=\d),(?=\d{3})|[\s$]|\\[,;! ]", "", re.sub(r"(?<=\d) (m|b)illion", r"\1", text.lower()))
    text = re.sub(r"\\frac\{?(\d+)\}?\{?(\d+)\}?|\{(\d+)\}/\{(\d+)\}", lambda n: f"{n[1] or n[3]}/{n[2] or n[4]}", text)
    text = _POWER.sub(lambda found: f"{found[1] or 1}e{found[2]}", text)
    text = re.sub(r"(?<=\d)(?:x|×|\\times)(?=\d)", "×", text)
    if text in _SMALL:
        return _SMALL[text]
    try:
        return f"{float(text[:-1]) * _THOUSANDS[text[-1]]:.10g}" if text[-1:] in _THOUSANDS else f"{float(text):.10g}"
    except ValueError:
        return text


_NEAR = 3
"""Lines that two readers of one sentence may differ by; a setting of a table has the line of the table."""


def hyperparameters(ours: Facts, truth: Facts) -> Score:
    """Compare settings, each once however often it is stated: the same value, and about one place or a word in common."""
    stated: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for name, said, file, line in truth["hyperparameters"]:
        stated.setdefault((name.lower(), value(said)), []).append((file, line))
    mine = {
        (h["name"], value(h["value"]), h["span"]["file"], h["span"]["line"])
        for h in ours["hyperparameters"]
        if h["span"]
    }
    return _paired(sorted(mine), [(*key, places) for key, places in stated.items()], _one_setting)


def _one_setting(mine: tuple[str, str, str, int], true: tuple[str, str, list[tuple[str, int]]]) -> bool:
    near = any(mine[2] == file and abs(mine[3] - line) <= _NEAR for file, line in true[2])
    return mine[1] == true[1] and (near or bool(_said(mine[0]) & _said(true[0])))


def _said(name: str) -> set[str]:
    return {word.rstrip("s") for word in re.findall(r"[a-z]{2,}", name.lower().replace("_", " "))}


def claims(ours: Facts, truth: Facts) -> Score:
    """Compare sentences that claim something: about the same line of the same file, and a number in common."""
    return _paired(ours["claims"], truth["claims"], _one_claim)


def claim_cells(ours: Facts, truth: Facts) -> Score:
    """Compare the table cells of the claims that both have."""
    pairs, _ = _pairs(ours["claims"], truth["claims"], _one_claim)
    both = [(mine["cell"], true[3]) for mine, true in pairs if mine is not None]
    right = sum(mine is not None and mine == true for mine, true in both)
    return Score(
        right, sum(mine is not None for mine, _ in both) - right, sum(true is not None for _, true in both) - right
    )


def symbols(ours: Facts, truth: Facts) -> Score:
    """Compare the symbols of which something is said, each once; a truth that did not list them says null."""
    if truth["symbols"] is None:
        return Score()
    return bags({formula(s["symbol"]) for s in ours["symbols"]}, set(map(formula, truth["symbols"])))


def _one_claim(mine: Facts, true: Sequence[Any]) -> bool:
    span = mine["span"]
    near = span is not None and span["file"] == true[0] and abs(span["line"] - true[1]) <= _NEAR
    return near and bool(set(map(value, mine["numbers"])) & set(map(value, true[2])))


MEASURES: Mapping[str, Callable[[Facts, Facts], Score]] = {
    "main file": main_file, "sections": sections, "equations": equations, "equation numbers": _numbers("equations"), "labels": labels,
    "table numbers": _numbers("tables"), "table cells": cells, "header rows": header_rows, "best cells": best,
    "algorithm lines": algorithm_lines, "references": references, "arXiv ids": arxiv_ids, "hyperparameters": hyperparameters, "claims": claims,
    "claim cells": claim_cells, "symbols": symbols,
}  # fmt: skip
"""Name -> what compares an extraction's JSON with a truth file."""

GOALS: Mapping[str, tuple[float, float]] = {
    "main file": (1.0, 1.0), "equations": (0.98, 0.98), "equation numbers": (0.97, 0.97), "table cells": (0.95, 0.95),
    "algorithm lines": (0.9, 0.9), "references": (0.98, 0.98), "hyperparameters": (0.7, 0.9), "claims": (0.6, 0.9), "claim cells": (0.7, 0.7), "symbols": (0.8, 0.75),
}  # fmt: skip
"""Measure -> least recall, least precision."""
OPEN: tuple[str, ...] = ()
"""Goals that are not reached yet: printed, and no floor of a test."""
