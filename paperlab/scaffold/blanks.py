"""A finished implementation turned into stubs: the solution stays where it is, out of sight."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from paperlab.errors import UsageError
from paperlab.scaffold.boxes import with_boxes
from paperlab.scaffold.files import write_files, write_note
from paperlab.scaffold.ipynb import dumps, load
from paperlab.scaffold.parts import NOTE, merge_files
from paperlab.scaffold.report import Report
from paperlab.scaffold.text import quoted

_START = re.compile(r"^(\s*)# --- solution: (.*\S)\s*$")
_END = re.compile(r"^\s*# --- end\s*$")
_VERDICTS = re.compile(r"(<!-- verdicts -->).*?(<!-- /verdicts -->)", re.DOTALL)
_STRINGS = r"(\"{3}.*?\"{3}|\'{3}.*?\'{3}|\"(?:[^\"\\\n]|\\.)*\"|\'[^\'\n]*\')"
_SENTENCE = re.compile(rf"^([ \t]*sentence[ \t]*=[ \t]*){_STRINGS}", re.MULTILINE | re.DOTALL)
"""A claim in the solution's words: the learner writes their own."""
_LEFT_OUT = frozenset({"results.json", ".paperlab.json", "mutants.toml"})
"""Results belong to the solution, and the listed mutants give it away."""


def blank(solution: Path, folder: Path, *, slug: str | None = None) -> Report:
    """Write a finished folder's stubs, tests and notebook without the solutions to `folder`.

    Between `# --- solution: Equation (1)` and `# --- end` the lines are replaced by
    `raise NotImplementedError("Equation (1)")`; notebook cells tagged `solution` are dropped. The solution's folder is
    only read. Written again, untouched files follow the solution and touched ones stay.

    Args:
        solution: a finished implementation folder.
        folder: where the stubs go.
        slug: kept in paper.toml; the folder's name unless it is built elsewhere first.

    Raises:
        UsageError: `solution` has no model.py, or a marker without its partner.
        LabUnusable: the disk is full or read-only.
    """
    if not (solution / "model.py").is_file():
        raise UsageError(f"{solution}: expected a finished implementation with a model.py, found none")
    if folder.resolve() == solution.resolve():
        raise UsageError(f"{folder}: expected another folder than the solution's own; choose a new name")
    created = not (folder / "paper.toml").exists()
    files = {path.name: _blanked(path, slug or folder.name) for path in _sources(solution)}
    merged = merge_files(folder, dict(sorted(files.items(), key=lambda pair: pair[0] == "paper.toml")))
    fates = write_files(folder, merged.files, merged=merged.done)
    write_note(folder, NOTE, merged.note)
    equations = [e for path in _sources(solution) if path.suffix == ".py" for e in markers(_text(path))]
    cases = _cases(merged.files.get("paper.toml", b""))
    return Report(
        folder=folder,
        created=created,
        written=tuple(n for n, fate in fates.items() if fate == "written"),
        kept=tuple(n for n, fate in fates.items() if fate == "kept"),
        marked=(*(n for n, fate in fates.items() if fate == "marked"), *merged.marked),
        found={"stubs": len(equations)},
        case=cases[0] if cases else None,
        case_reason=f"case {', '.join(cases[:3])}{f' and {len(cases) - 3} more' if cases[3:] else ''}" if cases else "",
        first_step=f"write {equations[0]} in model.py" if equations else "read model.py: it has no marked solution",
    )


def _cases(card: bytes) -> list[str]:
    """Give the cases that the claims of a card name, each once."""
    claims = tomllib.loads(card.decode()).get("claims", [])
    return list(dict.fromkeys(claim["case"] for claim in claims if claim.get("case")))


def _sources(solution: Path) -> list[Path]:
    """Give the regular files of the folder itself; links, hidden files and folders are left out."""
    return sorted(
        p
        for p in solution.iterdir()
        if p.is_file() and not p.is_symlink() and not p.name.startswith(".") and p.name not in _LEFT_OUT
    )


def _blanked(path: Path, slug: str) -> bytes:
    if path.suffix == ".py":
        return cut(_text(path), where=str(path)).encode()
    if path.suffix == ".ipynb":
        return _notebook(path)
    if path.name == "paper.toml":
        own = re.sub(r"(?m)^slug\s*=.*$", lambda _: f"slug = {quoted(slug)}", _text(path), count=1)
        return _SENTENCE.sub(r'\1""', own).encode()
    if path.name == "README.md":
        return _readme(_text(path), path.parent.name, slug).encode()
    return path.read_bytes()


def _readme(text: str, old: str, slug: str) -> str:
    """Give a solution's page as the blank's: no verdicts, its own name, nothing of files that it does not have."""
    named = re.sub(rf"(\bimplementations/|\bpaperlab \w+ ){re.escape(old)}\b", rf"\g<1>{slug}", text)
    rows = [row for row in named.splitlines(keepends=True) if "mutants.toml" not in row and "--blank" not in row]
    return _VERDICTS.sub(r"\1\nNot benched yet.\n\2", "".join(rows))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: expected UTF-8 text, got: {error}") from error


def markers(text: str) -> list[str]:
    """Give what the solution markers of a file name, in order: `Equation (1)`, `Algorithm 1` ..."""
    return [match[2] for row in text.splitlines() if (match := _START.match(row))]


def spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Give each solution of a file in order: what its marker names, and the lines of its two markers, from 1."""
    start, place = 0, ""
    for number, row in enumerate(text.splitlines(), start=1):
        if match := _START.match(row):
            start, place = number, match[2]
        elif start and _END.match(row):
            yield place, start, number
            start = 0


def cut(text: str, *, where: str) -> str:
    r"""Replace what stands between solution markers by a NotImplementedError that names the equation.

    >>> print(cut('def f(x):\n    # --- solution: Equation (1)\n    return x\n    # --- end\n', where='f'), end='')
    def f(x):
        raise NotImplementedError("Equation (1)")

    Raises:
        UsageError: a marker without its partner, or a file that is no Python afterwards.
    """
    result = "".join(_kept(text.splitlines(keepends=True), where))
    try:
        ast.parse(result)
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"{where}: expected Python once the solutions are cut out, got: {error}") from error
    return result


def _kept(rows: list[str], where: str) -> Iterator[str]:
    inside = 0
    for number, row in enumerate(rows, start=1):
        start, end = _START.match(row), _END.match(row)
        if (start and inside) or (end and not inside):
            raise UsageError(f"{where}, line {number}: expected solution markers in pairs, got {row.strip()!r}")
        if start:
            inside = number
            yield f"{start[1]}raise NotImplementedError({quoted(start[2])})\n"
        elif end:
            inside = 0
        elif not inside:
            yield row
    if inside:
        raise UsageError(f"{where}, line {inside}: expected `# --- end` after this marker, got the end of the file")


def _notebook(path: Path) -> bytes:
    """Give a notebook without solution cells, outputs and execution counts, with the learner's boxes."""
    notebook = load(path)
    kept = [c for c in notebook["cells"] if "solution" not in c.get("metadata", {}).get("tags", ())]
    for cell in kept:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    whole, known = with_boxes(kept)
    own = notebook["metadata"].get("paperlab") or {}
    return dumps(notebook | {"cells": whole, "metadata": notebook["metadata"] | {"paperlab": own | {"cells": known}}})
