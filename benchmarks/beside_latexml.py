"""What paperlab read of a paper beside what LaTeXML wrote of it: formulas, their numbers, cells of tables, references.

LaTeXML is no truth: it loses what its packages do not know. What both can see is compared, in one spelling
(`tests/support/facts.py`): recall is the share of LaTeXML's that paperlab has, precision that of paperlab's that LaTeXML has.
"""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.support.facts import formula, words
from tests.support.quality import Score, bags

Items = list[Any]


def _name(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2]


def _all(node: ET.Element, *names: str) -> Iterator[ET.Element]:
    return (part for part in node.iter() if _name(part) in names)


def _number(node: ET.Element) -> str | None:
    tags = (tag for part in node if _name(part) == "tags" for tag in part if tag.get("role") == "refnum")
    return next(("".join(tag.itertext()).strip() for tag in tags), None)


def _tex(node: ET.Element) -> str:
    """Give the TeX of a row; of an aligned one LaTeXML keeps the whole before its parts."""
    forks = list(_all(node, "MathFork"))
    maths = [next(_all(fork, "Math")) for fork in forks] if forks else _all(node, "Math")
    return " ".join(math.get("tex", "") for math in maths)


def _displays(root: ET.Element) -> Iterator[tuple[str | None, str]]:
    """Give number and TeX of each formula; rows without any number are one."""
    done: set[ET.Element] = set()
    for node in _all(root, "equationgroup", "equation"):
        if node in done:
            continue
        rows = list(_all(node, "equation"))
        done.update(_all(node, "equationgroup", "equation"))
        if len(rows) > 1 and not any(map(_number, rows)):
            yield None, " ".join(map(_tex, rows))
        else:
            yield from ((_number(row), _tex(row)) for row in rows)


def _text(node: ET.Element) -> str:
    """Give the text of a cell, with its formulas as TeX."""
    if _name(node) == "Math":
        return f"${node.get('tex', '')}$" + (node.tail or "")
    if _name(node) in ("ERROR", "note", "tags", "cite"):
        return node.tail or ""
    return (node.text or "") + "".join(map(_text, node)) + (node.tail or "")


def _cells(table: ET.Element) -> Iterator[str]:
    """Give the text of each cell, once for each place that it covers."""
    for cell in _all(table, "td"):
        text = ((cell.text or "") + "".join(map(_text, cell))).strip()
        covers = max(1, int(cell.get("colspan", "1"))) * max(1, int(cell.get("rowspan", "1")))
        yield from [text] * (covers if text else 0)


def _said(tex: str) -> str:
    """Give what a formula says; LaTeXML writes a prime as a power."""
    return formula(tex).replace("^'", "'")


def of_latexml(root: ET.Element) -> Mapping[str, Items]:
    """Give what LaTeXML's XML holds of each kind; the number of a table fails to print where a class is missing."""
    found = list(_displays(root))
    numbered = [(number, table) for table in _all(root, "table") if (number := _number(table))]
    tables = [(str(nth) if "\\" in number else number, table) for nth, (number, table) in enumerate(numbered, start=1)]
    return {
        "equations": [said for _, tex in found if (said := _said(tex))],
        "equation numbers": [number for number, _ in found if number],
        "table cells": [(number, words(text)) for number, table in tables for text in _cells(table) if words(text)],
        "references": [item.get("key", "") for item in _all(root, "bibitem")],
    }


def of_paperlab(paper: Mapping[str, Any]) -> Mapping[str, Items]:
    """Give what paperlab's JSON holds of each kind."""
    tables = [(table["number"].rstrip("abcdefgh"), table) for table in paper["tables"] if table["number"]]
    return {
        "equations": [said for e in paper["equations"] if (said := _said(e["tex"]))],
        "equation numbers": [e["number"] for e in paper["equations"] if e["number"]],
        "table cells": [(number, words(c)) for number, t in tables for row in t["rows"] for c in row if words(c)],
        "references": [r["key"] for r in paper["references"]],
    }


def _comparable(kind: str, theirs: Items) -> bool:
    return kind != "references" or bool(theirs)  # LaTeXML runs no BibTeX: of a .bib alone it has none


def compare(paper: Mapping[str, Any], root: ET.Element) -> dict[str, Score]:
    """Give a score a kind, LaTeXML's output in the place of the truth."""
    ours, theirs = of_paperlab(paper), of_latexml(root)
    return {kind: bags(ours[kind], theirs[kind]) for kind in ours if _comparable(kind, theirs[kind])}


def differences(paper: Mapping[str, Any], root: ET.Element, most: int = 5) -> Iterator[str]:
    """Say where the two differ, to be looked at."""
    ours, theirs = of_paperlab(paper), of_latexml(root)
    for kind in (kind for kind in ours if _comparable(kind, theirs[kind])):
        mine, other = Counter(ours[kind]), Counter(theirs[kind])
        yield from (f"    paperlab alone, {kind}: {item}" for item in [*(mine - other)][:most])
        yield from (f"    LaTeXML alone, {kind}: {item}" for item in [*(other - mine)][:most])


def of_files(paper: Path, xml: Path) -> tuple[Mapping[str, Any], ET.Element]:
    """Read what the two readers have written."""
    return json.loads(paper.read_text(encoding="utf-8")), ET.parse(xml).getroot()  # noqa: S314 -- LaTeXML wrote it here


def table(scores: list[dict[str, Score]], line: Callable[[str, Score], str]) -> str:
    """Show the sums over papers."""
    kinds = ("equations", "equation numbers", "table cells", "references")
    sums = {kind: Score() for kind in kinds}
    for row in scores:
        for kind, score in row.items():
            sums[kind] = sums[kind].plus(score)
    return "\n".join(line(kind, sums[kind]) for kind in kinds)
