"""Structural rules that no linter checks."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(p for folder in ("paperlab", "implementations", "benchmarks") for p in (ROOT / folder).rglob("*.py"))


def names(paths: list[Path]) -> list[str]:
    return [str(p.relative_to(ROOT)) for p in paths]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function with its length in lines, docstring not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            doc = ast.get_docstring(node, clean=False)
            taken = (first.end_lineno or 0) - first.lineno + 1 if doc is not None else 0
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - taken


@pytest.mark.parametrize("path", SOURCES, ids=names(SOURCES))
def test_no_file_is_over_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", SOURCES, ids=names(SOURCES))
def test_no_function_is_over_40_lines(path: Path) -> None:
    assert [(name, lines) for name, lines in functions(path) if lines > 40] == []
