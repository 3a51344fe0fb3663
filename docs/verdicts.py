"""Writes each implementation's verdicts into its README, between the markers; `--check` compares and writes nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from paperlab.lab.folders import read_card
from paperlab.lab.judging import recorded_verdict
from paperlab.lab.readme import Ran, with_verdicts

ROOT = Path(__file__).parents[1]


def written(folder: Path) -> str:
    """Give the README of a folder with the verdicts of its results.json."""
    text, path = (folder / "README.md").read_text(encoding="utf-8"), folder / "results.json"
    if not path.is_file():
        return with_verdicts(text, read_card(folder), (), None)
    data = json.loads(path.read_text(encoding="utf-8"))
    ran = Ran(data["run"], data["at"], data["budget"], data["device"])
    return with_verdicts(text, read_card(folder), [recorded_verdict(v) for v in data["verdicts"]], ran)


def main(arguments: list[str]) -> int:
    """Write the READMEs, or with --check give 1 where one of them is not as it should be."""
    folders = sorted(p.parent for p in (ROOT / "implementations").glob("*/paper.toml"))
    stale = [f for f in folders if written(f) != (f / "README.md").read_text(encoding="utf-8")]
    for folder in stale:
        if "--check" in arguments:
            sys.stderr.write(f"{folder.name}/README.md: expected the verdicts of results.json; run `make docs`\n")
        else:
            (folder / "README.md").write_text(written(folder), encoding="utf-8")
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
