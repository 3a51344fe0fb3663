"""Writes each implementation's verdicts into its README, between the markers; `--check` compares and writes nothing."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from paperlab.lab.folders import read_card

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- verdicts -->", "<!-- /verdicts -->"


def readme_verdicts(folder: Path) -> str:
    """Give the table of verdicts of one implementation, from its results.json and the sentences of its card."""
    path = folder / "results.json"
    if not path.is_file():
        return f"Not yet: `paperlab bench {folder.name}` measures the claims of `paper.toml` and judges them."
    data = json.loads(path.read_text(encoding="utf-8"))
    found = {v["claim"]: v for v in data["verdicts"]}
    seeds = max(v["seeds"] for v in data["verdicts"])
    lines = [
        f"Run {data['run']} of {data['at'][:10]}: budget {data['budget']}, {data['device']}, {seeds} seeds, 95 % intervals.",
        "",
        "| claim | place | paper | ours | verdict |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {c.sentence} | {c.place} | {_number(c.paper)} | {_ours(found[c.id])} | {found[c.id]['verdict']} |"
        for c in read_card(folder).claims
    ]
    open_ = [c for c in read_card(folder).claims if c.scope and found[c.id]["verdict"] != "reproduced"]
    return "\n".join([*lines, *([""] if open_ else []), *(f"- `{c.id}`: {c.scope}" for c in open_)])


def _number(x: float | None) -> str:
    return "" if x is None else f"{x:.3g}"


def _ours(verdict: dict[str, Any]) -> str:
    """Give our number with its interval and unit, as in `0.31 [0.3, 0.32] nats`."""
    if verdict["ours"] is None:
        return ""
    span = verdict["interval"]
    interval = f" [{_number(span[0])}, {_number(span[1])}]" if span else ""
    return f"{_number(verdict['ours'])}{interval} {verdict['unit']}".strip()


def written(folder: Path) -> str:
    """Give the README of a folder with its block as it should be."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    block = f"{BEGIN}\n{readme_verdicts(folder)}\n{END}"
    return re.sub(f"{BEGIN}.*?{END}", lambda _: block, text, count=1, flags=re.DOTALL)


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
