"""Truth written by hand about a paper, made into facts that may be committed: no title, caption, sentence or formula.

    python -m benchmarks.facts_of_truth TRUTH.json ... [--out tests/extract/truth]

A truth file says what a paper's source holds, in full, and stays outside of the repository. Of it stay numbers, labels,
shapes, places, names and values of settings, and hashes of formulas, cells, lines of algorithms and titles of
references (`tests/support/facts.py` says how). Reading one of them again gives the same bytes.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from tests.support.facts import digest, formula, words

Truth = dict[str, Any]


def facts(truth: Truth) -> Truth:
    """Give the facts of a truth: the same keys, without anything that only the paper may say."""
    kept = {key: truth[key] for key in ("path", "main", "figures", "hyperparameters", "datasets", "metrics", "links")}
    return kept | {
        "sections": [section[:3] for section in truth["sections"]],
        "equations": [_equation(equation) for equation in truth["equations"]],
        "tables": [_table(table) for table in truth["tables"]],
        "algorithms": [_algorithm(algorithm) for algorithm in truth["algorithms"]],
        "references": [[*reference[:4], _hash(reference[4])] for reference in truth["references"]],
        "claims": [claim[:4] for claim in truth["claims"]],
        "symbols": truth["symbols"] and [symbol for symbol, _meaning in truth["symbols"]],
    }


def _equation(equation: Truth) -> Truth:
    return {"number": equation["number"], "label": equation["label"], "sha": digest(formula(equation["tex"]))}


def _table(table: Truth) -> Truth:
    return table | {"rows": [[_hash(cell) for cell in row] for row in table["rows"]]}


def _algorithm(algorithm: Truth) -> Truth:
    return algorithm | {"lines": [[indent, kind, _hash(text)] for indent, kind, text in algorithm["lines"]]}


def _hash(text: str | None) -> str | None:
    return None if text is None else digest(words(text))


def written(given: Truth) -> str:
    """Give JSON with one item a line, so that a change shows in a diff."""
    lines = (
        f"  {json.dumps(key)}: " + (_listed(value) if isinstance(value, list) and value else json.dumps(value))
        for key, value in given.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _listed(items: list[Any]) -> str:
    return "[\n" + ",\n".join("    " + json.dumps(item, ensure_ascii=False) for item in items) + "\n  ]"


def main() -> None:
    """Write the facts of each truth under its own name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truths", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=Path("tests/extract/truth"))
    told = parser.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    for file in told.truths:
        (told.out / file.name).write_text(
            written(facts(json.loads(file.read_text(encoding="utf-8")))), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
