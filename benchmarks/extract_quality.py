"""Recall and precision of extract on real papers, against facts that were written down by hand.

    python benchmarks/extract_quality.py SOURCES [--details]

SOURCES is a folder with one folder an e-print; tests/extract/truth/ has the facts. One line a measure, all papers
together, with its goal, which a test holds where it is reached; with --details a line each paper too.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE))

from tests.support.quality import GOALS, MEASURES, OPEN, Score, extracted  # noqa: E402


def scored(sources: Path) -> dict[str, dict[str, Score]]:
    """Give id -> measure -> score, for each truth whose paper is there."""
    found = {}
    for file in sorted((HERE / "tests" / "extract" / "truth").glob("*.json")):
        truth = json.loads(file.read_text(encoding="utf-8"))
        ours = extracted(sources / truth["path"])
        found[file.stem] = {name: measure(ours, truth) for name, measure in MEASURES.items()}
    return found


def total(found: dict[str, dict[str, Score]], name: str) -> Score:
    """Add a measure up over papers."""
    result = Score()
    for scores in found.values():
        result = result.plus(scores[name])
    return result


def line(name: str, score: Score) -> str:
    """Show a score."""
    return f"{name:18s}{score.recall:7.3f}{score.precision:7.3f}{score.right:7d}{score.wrong:6d}{score.missing:6d}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sources", type=Path)
    parser.add_argument("--details", action="store_true")
    asked = parser.parse_args()
    found = scored(asked.sources)
    print(f"{len(found)} papers\n{'':18s}{'recall':>7s}{'prec.':>7s}{'right':>7s}{'wrong':>6s}{'missed':>6s}   goal")
    for name in MEASURES:
        goal = GOALS.get(name)
        print(
            line(name, total(found, name))
            + (f"   {goal[0]} at {goal[1]}" + ", not reached" * (name in OPEN) if goal else "")
        )
    for paper, scores in found.items() if asked.details else ():
        print(f"\n{paper}\n" + "\n".join(line(name, score) for name, score in scores.items()))


if __name__ == "__main__":
    main()
